"""Answers to the exercises of the page on products."""

from __future__ import annotations

from collections import Counter

import numpy as np
import torch


def product(a, b):
    sums = [0] * (2 * len(a))
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            sums[i + j] += x * y
    return sums


def by_counting(first, second):
    met = Counter(
        i + j
        for i, x in enumerate(first)
        for j, y in enumerate(second)
        if x == 1 and y == 1
    )
    return [met[k] for k in range(2 * len(first))]


def shifted_rows(a, b):
    n = len(a)
    rows = [[0] * i + [x * y for y in b] + [0] * (n - i) for i, x in enumerate(a)]
    return [sum(column) for column in zip(*rows, strict=True)]


def in_one_convolution(a, b):
    x = torch.tensor(a, dtype=torch.float64).view(1, 1, -1)
    taps = torch.tensor(b[::-1], dtype=torch.float64).view(1, 1, -1)
    met = torch.nn.functional.conv1d(x, taps, padding=len(b) - 1).flatten()
    return torch.nn.functional.pad(met, (0, 1))


def popping(a, b):
    sums = [0] * (2 * len(a))
    n = len(a)
    while a:
        x = a.pop()
        for j in range(n):
            sums[len(a) + j] += x * b[j]
    return sums


def round_and_round(a, b):
    n = len(a)
    sums = [0] * n
    for i in range(n):
        for j in range(n):
            sums[(i + j) % n] += a[i] * b[j]
    return sums + [0] * n


def apart(a, b):
    sums = [0] * (2 * len(a))
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            sums[abs(i - j)] += x * y
    return sums


def one_further(a, b):
    return [0, *product(a, b)[:-1]]


def each_pair_once(a, b):
    sums = [0] * (2 * len(a))
    for i, x in enumerate(a):
        for j, y in enumerate(b[: i + 1]):
            sums[i + j] += x * y
    return sums


def whole(columns):
    return sum(here * 2**k for k, here in enumerate(columns))


def as_number(columns):
    return [whole(columns) >> k & 1 for k in range(len(columns))]


def carry(columns):
    digits, over = [], 0
    for here in columns:
        over, digit = divmod(here + over, 2)
        digits.append(digit)
    return digits


def until_none_is_left(sums):
    left = np.array(sums)
    while (left > 1).any():
        over = left // 2
        left = left % 2 + np.concatenate([[0], over[:-1]])
    return left


def first_then_rest(columns):
    if len(columns) < 2:
        return [here % 2 for here in columns]
    here, following, *rest = columns
    return [here % 2, *first_then_rest([following + here // 2, *rest])]


def eating_up(columns):
    digits = []
    while columns:
        here = columns.pop(0)
        digits.append(here % 2)
        if columns:
            columns[0] += here // 2
    return digits


def once_only(columns):
    over = [0, *(here // 2 for here in columns)]
    return [here % 2 + c for here, c in zip(columns, over, strict=False)]


def one_at_most(columns):
    digits, over = [], 0
    for here in columns:
        digits.append((here + over) % 2)
        over = int(here + over > 1)
    return digits


def forgets_what_came(columns):
    digits, over = [], 0
    for here in columns:
        digits.append((here + over) % 2)
        over = here // 2
    return digits


def never_let_go(columns):
    digits, over = [], 0
    for here in columns:
        over += here // 2
        digits.append((here + over) % 2)
    return digits


def with_a_last_carry(columns):
    total = whole(columns)
    return [total >> k & 1 for k in range(len(columns) + 1)]


WRONG = {
    "columns": {
        "one place with itself": lambda a, b: (
            [x * y for x, y in zip(a, b, strict=True)] + [0] * len(a)
        ),
        "added": lambda a, b: [x + y for x, y in zip(a, b, strict=True)] + [0] * len(a),
        "met or not": lambda a, b: [min(1, here) for here in product(a, b)],
        "met an odd number of times": lambda a, b: [h % 2 for h in product(a, b)],
        "carried": lambda a, b: carry(product(a, b)),
        "from the other end": lambda a, b: product(a, b)[::-1],
        "numbers from the other end": lambda a, b: product(a[::-1], b[::-1]),
        "one number from the other end": lambda a, b: product(a, b[::-1]),
        "without the last": lambda a, b: product(a, b)[:-1],
        "one too many": lambda a, b: [*product(a, b), 0],
        "half of them": lambda a, b: product(a, b)[: len(a)],
        "in a ring": round_and_round,
        "by distance": apart,
        "one column further": one_further,
        "half of the pairs": each_pair_once,
        "squared": lambda a, b: product(a, a),
        "all pairs": lambda a, b: [sum(product(a, b))] * (2 * len(a)),
        "three at most": lambda a, b: [min(3, here) for here in product(a, b)],
        "the number": lambda a, b: whole(product(a, b)),
        "all zeros": lambda a, b: [0] * (2 * len(a)),
    },
    "carried": {
        "the rest is lost": lambda columns: [here % 2 for here in columns],
        "one is passed on at most": one_at_most,
        "carried once": once_only,
        "what came in is not passed on": forgets_what_came,
        "what is passed on is kept as well": never_let_go,
        "the other way": lambda columns: carry(columns[::-1])[::-1],
        "from the other end": lambda columns: carry(columns)[::-1],
        "one digit more": with_a_last_carry,
        "one digit less": lambda columns: carry(columns)[:-1],
        "cut at 1": lambda columns: [min(1, here) for here in columns],
        "the number": whole,
        "unchanged": lambda columns: columns,
        "turned": lambda columns: [1 - digit for digit in carry(columns)],
        "one place further": lambda columns: [0, *carry(columns)[:-1]],
        "all zeros": lambda columns: [0] * len(columns),
    },
}

RIGHT = {
    "columns": {
        "by counting": by_counting,
        "rows that are shifted": shifted_rows,
        "a convolution": in_one_convolution,
        "in NumPy": lambda a, b: np.append(np.convolve(a, b), 0),
        "with pop": popping,
        "other names": lambda top, bottom: product(top, bottom),
    },
    "carried": {
        "as a number": as_number,
        "until none is left": until_none_is_left,
        "the first, then the rest": first_then_rest,
        "with pop": eating_up,
        "a tensor": lambda columns: torch.tensor(carry(columns)),
        "floats": lambda sums: [float(digit) for digit in carry(sums)],
    },
}
