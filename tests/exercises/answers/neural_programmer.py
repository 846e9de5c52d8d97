"""Answers to the exercises of chapter 15."""

from __future__ import annotations

import numpy as np
import torch

from mininet.models.neural_programmer import OPERATIONS, Program, execute
from mininet.tasks import tables

ROWS = ("greater", "lesser", "and", "or", "reset")


def selected_with_the_package(steps, values, low, high):
    if not steps:
        return torch.ones(len(values))
    chosen = torch.eye(9)[[OPERATIONS.index(name) for name in steps]][None]
    pick = torch.eye(2)
    weights = Program(chosen, torch.ones(1, len(steps), 1), pick[:1], pick[1:])
    column = torch.tensor(values, dtype=torch.float32)[None, :, None]
    return execute(weights, column, torch.tensor([[low, high]])).rows[0, -1]


def selected_with_numpy(steps, values, low, high):
    v = np.array(values)
    history = [np.ones(len(v)), np.ones(len(v))]
    for name in steps:
        one, other = history[-1], history[-2]
        made = {
            "greater": v > low,
            "lesser": v < high,
            "and": one * other,
            "or": 1 - (1 - one) * (1 - other),
            "reset": np.ones(len(v)),
        }
        history.append(np.asarray(made.get(name, np.zeros(len(v))), float))
    return history[-1]


def selected_row_by_row(steps, column, a, b):
    def of(value):
        rows = [True, True]
        for step in steps:
            if step == "greater":
                rows.append(value > a)
            elif step == "lesser":
                rows.append(value < b)
            elif step == "and":
                rows.append(rows[-1] and rows[-2])
            elif step == "or":
                rows.append(rows[-1] or rows[-2])
            else:
                rows.append(step == "reset")
        return rows[-1]

    return [of(value) for value in column]


def selected_backwards(steps, values, low, high):
    def at(n):
        if n < 0:
            return [1.0] * len(values)
        name = steps[n]
        if name in ("and", "or"):
            best = min if name == "and" else max
            return [best(pair) for pair in zip(at(n - 1), at(n - 2), strict=True)]
        if name == "reset":
            return at(-1)
        if name == "greater":
            return [1.0 if v > low else 0.0 for v in values]
        return [1.0 if name == "lesser" and v < high else 0.0 for v in values]

    return at(len(steps) - 1)


def with_steps(change):
    return lambda steps, values, low, high: selected_row_by_row(
        change(steps), values, low, high
    )


def others(names):
    return lambda steps: [names.get(name, name) for name in steps]


def answered_with_the_package(question, values):
    return tables.answer(question, {"A": values})


def answered_with_numpy(question, values):
    v = np.array(values)
    words = question.split()
    if "where" not in words:
        kept = np.ones(len(v), bool)
    else:
        rest = words[4:]
        masks = [
            v > float(rest[n + 2])
            if rest[n + 1] == "greater"
            else v < float(rest[n + 2])
            for n in range(0, len(rest), 4)
        ]
        join = np.logical_or if "or" in rest else np.logical_and
        kept = join.reduce(masks)
    return v[kept].sum() if words[0] == "sum" else kept.sum()


def answered_in_a_loop(sentence, column):
    words, total = sentence.split(), 0
    for cell in column:
        holds = []
        for n, word in enumerate(words):
            if word in ("greater", "lesser"):
                than = float(words[n + 1])
                holds.append(cell > than if word == "greater" else cell < than)
        wanted = any(holds) if "or" in words else False not in holds
        if wanted:
            total += cell if words[0] == "sum" else 1
    return total


def answered_with_torch(question, values):
    cells = torch.tensor(values, dtype=torch.float64)
    what, _, where = question.partition(" where ")
    kept = torch.ones(len(values), dtype=torch.bool)
    for part in where.split(" and ") if where and " or " not in where else []:
        _, compare, number = part.split()
        kept &= cells > float(number) if compare == "greater" else cells < float(number)
    if " or " in where:
        kept = torch.zeros(len(values), dtype=torch.bool)
        for part in where.split(" or "):
            _, compare, number = part.split()
            more = compare == "greater"
            kept |= cells > float(number) if more else cells < float(number)
    return (cells * kept).sum() if what == "sum of A" else kept.sum()


def asked_otherwise(change):
    return lambda question, values: answered_in_a_loop(change(question), values)


WRONG = {
    "selected": {
        "what a count leaves is kept": with_steps(
            lambda steps: [name for name in steps if name in ROWS]
        ),
        "and for or": with_steps(others({"and": "or", "or": "and"})),
        "always and": with_steps(others({"or": "and"})),
        "always or": with_steps(others({"and": "or"})),
        "greater for lesser": with_steps(others({"greater": "lesser"})),
        "lesser for greater": with_steps(others({"lesser": "greater"})),
        "the numbers exchanged": lambda steps, values, low, high: selected_row_by_row(
            steps, values, high, low
        ),
        "one number for both": lambda steps, values, low, high: selected_row_by_row(
            steps, values, low, low
        ),
        "the last step alone": with_steps(lambda steps: steps[-1:]),
        "backwards": with_steps(lambda steps: steps[::-1]),
        "reset selects none": with_steps(others({"reset": "count"})),
        "a count selects all": with_steps(
            lambda steps: [name if name in ROWS else "reset" for name in steps]
        ),
        "equal counts as greater": lambda steps, values, low, high: selected_row_by_row(
            steps, values, low - 1e-9, high
        ),
        "equal counts as lesser": lambda steps, values, low, high: selected_row_by_row(
            steps, values, low, high + 1e-9
        ),
        "none at first": lambda steps, values, low, high: selected_row_by_row(
            ["count", "count", *steps], values, low, high
        ),
        "all": lambda steps, values, low, high: [1] * len(values),
        "the values": lambda steps, values, low, high: [
            v * s
            for v, s in zip(
                values, selected_row_by_row(steps, values, low, high), strict=True
            )
        ],
        "how many": lambda steps, values, low, high: sum(
            selected_row_by_row(steps, values, low, high)
        ),
    },
    "answered": {
        "greater for lesser": asked_otherwise(lambda q: q.replace("lesser", "greater")),
        "lesser for greater": asked_otherwise(lambda q: q.replace("greater", "lesser")),
        "always and": asked_otherwise(lambda q: q.replace(" or ", " and ")),
        "always or": asked_otherwise(lambda q: q.replace(" and ", " or ")),
        "always a sum": asked_otherwise(lambda q: q.replace("count", "sum")),
        "always a count": asked_otherwise(lambda q: q.replace("sum", "count")),
        "the first condition alone": asked_otherwise(lambda q: " ".join(q.split()[:7])),
        "the last condition alone": asked_otherwise(
            lambda q: " ".join([*q.split()[:4], *q.split()[4:][-3:]])
        ),
        "no condition": asked_otherwise(lambda q: q.partition(" where ")[0]),
        "the numbers' signs are lost": asked_otherwise(lambda q: q.replace("-", "")),
        "whole numbers": asked_otherwise(lambda q: q.replace(".5", "")),
        "equal counts": lambda question, values: answered_in_a_loop(
            question, [v + 1e-9 for v in values]
        ),
        "the mean": lambda question, values: (
            answered_in_a_loop(question, values) / len(values)
        ),
        "rounded": lambda question, values: round(answered_in_a_loop(question, values)),
        "the rows that are left": lambda question, values: (
            sum(values) - answered_in_a_loop(question, values)
        ),
        "none": lambda question, values: 0.0,
    },
}
RIGHT = {
    "selected": {
        "with the package": selected_with_the_package,
        "with NumPy": selected_with_numpy,
        "row by row, other names": selected_row_by_row,
        "backwards": selected_backwards,
    },
    "answered": {
        "with the package": answered_with_the_package,
        "with NumPy": answered_with_numpy,
        "in a loop, other names": answered_in_a_loop,
        "with torch": answered_with_torch,
    },
}
