"""Answers to the exercises of chapter 8."""

from __future__ import annotations

from itertools import product

import numpy as np
import torch
from torch.nn import functional as F

from mininet.models.stack_rnn import push_pop


def chance_of_nothing(push):
    chances = np.zeros(len(push) + 2)
    chances[0] = 1
    for p in push:
        after = np.zeros_like(chances)
        after[1:] += p * chances[:-1]
        after[:-1] += (1 - p) * chances[1:]
        after[0] += (1 - p) * chances[0]
        chances = after
    return chances[0]


def over_all_lists(push):
    total = 0.0
    for ways in product([True, False], repeat=len(push)):
        chance, height = 1.0, 0
        for p, pushes in zip(push, ways, strict=True):
            chance *= p if pushes else 1 - p
            height = height + 1 if pushes else max(0, height - 1)
        total += chance * (height == 0)
    return total


def from_the_end(push, height=0):
    """By recursion: what can still happen from this height."""
    if not push:
        return float(height == 0)
    first, *rest = push
    more = from_the_end(rest, height + 1)
    less = from_the_end(rest, max(0, height - 1))
    return first * more + (1 - first) * less


def with_the_package(probabilities):
    cells = -torch.ones(len(probabilities) + 1)
    for p in probabilities:
        cells = push_pop(cells, torch.tensor(1.0), torch.tensor([p, 1 - p]))
    return (1 - cells[0]) / 2


def free_heights(push):
    """The chance of each height, were a stack to go below zero."""
    chances = {0: 1.0}
    for p in push:
        after = {}
        for height, chance in chances.items():
            for new, share in ((height + 1, p), (height - 1, 1 - p)):
                after[new] = after.get(new, 0.0) + chance * share
        chances = after
    return chances


def without_a_floor_of_zeros(push):
    """The bottom is refilled with what was last there."""
    filled = [0.0] * 3
    for p in push:
        up, down = [1.0, *filled[:-1]], [*filled[1:], filled[-1]]
        filled = [p * a + (1 - p) * b for a, b in zip(up, down, strict=True)]
    return 1 - filled[0]


def rounded_with_numpy(actions):
    return np.eye(actions.shape[1])[np.asarray(actions).argmax(1)]


def rounded_in_loops(chances):
    whole = []
    for row in chances.tolist():
        best = row.index(max(row))
        whole.append([1 if k == best else 0 for k in range(len(row))])
    return whole


def rounded_by_scattering(actions):
    best = actions.argmax(1, keepdim=True)
    return torch.zeros_like(actions).scatter(1, best, 1.0)


def rounded_in_place(actions):
    for row in actions:
        best = row.argmax()
        row[:] = 0
        row[best] = 1
    return actions


def one_hot(actions):
    return F.one_hot(actions.argmax(-1), actions.shape[-1]).to(actions.dtype)


def closing_by_marks(brackets):
    """Each closing one takes out the last open one before it."""
    left = list(brackets)
    while any(b < 0 for b in left):
        at = next(k for k, b in enumerate(left) if b < 0)
        del left[at - 1 : at + 1]
    return left[-1] if left else 0


def closing_from_the_right(brackets):
    depth = 0
    for bracket in reversed(brackets):
        depth += 1 if bracket < 0 else -1
        if depth < 0:
            return bracket
    return 0


def closing_by_recursion(brackets, opened=()):
    if not brackets:
        return opened[0] if opened else 0
    first, *rest = brackets
    return closing_by_recursion(rest, (first, *opened) if first > 0 else opened[1:])


def closing_with_a_linked_list(text):
    top = (0, None)
    for bracket in text:
        top = (bracket, top) if bracket > 0 else top[1]
    return top[0]


def kinds(brackets):
    """How many of each kind are open."""
    return {k: brackets.count(k) - brackets.count(-k) for k in (1, 2)}


WRONG = {
    "nothing_left": {
        "heights below zero": lambda push: free_heights(push).get(0, 0.0),
        "all heights up to zero": lambda push: sum(
            chance for height, chance in free_heights(push).items() if height <= 0
        ),
        "something left": lambda push: 1 - chance_of_nothing(push),
        "the likelier action": lambda push: chance_of_nothing(
            [float(p > 0.5) for p in push]
        ),
        "the mean height": lambda push: max(0.0, 1 - sum(2 * p - 1 for p in push)),
        "the last step alone": lambda push: 1 - push[-1] if push else 1.0,
        "all steps popped": lambda push: float(np.prod([1 - p for p in push])),
        "pushes and pops exchanged": lambda push: chance_of_nothing(
            [1 - p for p in push]
        ),
        "the other end first": lambda push: chance_of_nothing(push[::-1]),
        "pops of nothing forgotten": lambda push: (
            chance_of_nothing(push) * (push[0] if push else 1.0)
        ),
        "only three cells": without_a_floor_of_zeros,
        "nothing of nothing": lambda push: chance_of_nothing(push) if push else 0.0,
        "always pushed first": lambda push: (
            chance_of_nothing([1.0, *push[1:]]) if push else 1.0
        ),
        "one more pop": lambda push: chance_of_nothing([*push, 0.0]),
        "the stack's own number": lambda push: 1 - 2 * chance_of_nothing(push),
        "a list": lambda push: [chance_of_nothing(push), 0.0],
    },
    "rounded": {
        "each number rounded": lambda actions: actions.round(),
        "over a half": lambda actions: (actions > 0.5).float(),
        "over the mean": lambda actions: (
            actions > actions.mean(-1, keepdim=True)
        ).float(),
        "the stacks compared": lambda actions: (actions == actions.amax(0)).float(),
        "both of two alike": lambda actions: (
            actions == actions.amax(-1, keepdim=True)
        ).float(),
        "the last of two alike": lambda actions: one_hot(actions.flip(-1)).flip(-1),
        "the number of the action": lambda actions: actions.argmax(-1),
        "the best chance kept": lambda actions: actions * one_hot(actions),
        "the least likely": lambda actions: one_hot(-actions),
        "the first stack's choice for all": lambda actions: one_hot(
            actions[:1].expand_as(actions)
        ),
        "the mean stack's choice for all": lambda actions: one_hot(
            actions.mean(0, keepdim=True).expand_as(actions)
        ),
        "a batch of one squeezed": lambda actions: one_hot(actions).squeeze(0),
        "one for all stacks": lambda actions: one_hot(actions.flatten()).view_as(
            actions
        ),
        "as they were": lambda actions: actions,
        "sharpened only": lambda actions: torch.softmax(actions / 0.01, -1),
        "push or pop, never the third": lambda actions: F.pad(
            one_hot(actions[:, :2]), (0, actions.shape[1] - 2)
        ),
        "turned": lambda actions: one_hot(actions).T,
    },
    "closing": {
        "the kind with more open": lambda brackets: (
            max(kinds(brackets), key=kinds(brackets).get)
            if any(kinds(brackets).values())
            else 0
        ),
        "the one opened first": lambda brackets: next(
            (b for b in brackets if b > 0), 0
        ),
        "the last opened": lambda brackets: next(
            (b for b in reversed(brackets) if b > 0), 0
        ),
        "how many are open": lambda brackets: sum(np.sign(b) for b in brackets),
        "the last symbol": lambda brackets: abs(brackets[-1]) if brackets else 0,
        "a closing one's own number": lambda brackets: -closing_by_marks(brackets),
        "square ones before round ones": lambda brackets: (
            2 if kinds(brackets)[2] else int(kinds(brackets)[1] > 0)
        ),
        "round ones before square ones": lambda brackets: (
            1 if kinds(brackets)[1] else 2 * int(kinds(brackets)[2] > 0)
        ),
        "the sum": sum,
        "one when nothing is open": lambda brackets: closing_by_marks(brackets) or 1,
        "as if no bracket closed": lambda brackets: next(
            (b for b in reversed(brackets) if b > 0), 1
        ),
        "two deep at most": lambda brackets: (
            closing_by_marks(brackets)
            if sum(np.sign(b) for b in brackets) < 3
            else brackets[0]
        ),
        "cannot begin anew": lambda brackets: (
            brackets[0]
            if brackets and closing_by_marks(brackets)
            else closing_by_marks(brackets)
        ),
        "only round ones": lambda brackets: int(closing_by_marks(brackets) == 1),
    },
}

RIGHT = {
    "nothing_left": {
        "by heights": chance_of_nothing,
        "over all lists": over_all_lists,
        "by recursion": from_the_end,
        "with the package": with_the_package,
    },
    "rounded": {
        "with NumPy": rounded_with_numpy,
        "in loops": rounded_in_loops,
        "by scattering": rounded_by_scattering,
        "in place": rounded_in_place,
    },
    "closing": {
        "by marks": closing_by_marks,
        "from the right": closing_from_the_right,
        "by recursion": closing_by_recursion,
        "with a linked list": closing_with_a_linked_list,
    },
}
