"""Answers to the exercises of chapter 7."""

from __future__ import annotations

import numpy as np
import torch


def furthest(a, b, start=1, ended_by_ones=False, passing=(1,)):
    """The longest way, with parts of the rule changed."""
    travels = longest = 0
    for x, y in zip(a, b, strict=True):
        if x + y == 2:
            travels = 0 if ended_by_ones and travels else start
        elif x + y in passing:
            travels += travels > 0
        else:
            travels = 0
        longest = max(longest, travels)
    return longest


def furthest_from_each(first, second):
    best = 0
    for start in range(len(first)):
        if first[start] and second[start]:
            end = start + 1
            while end < len(first) and first[end] != second[end]:
                end += 1
            best = max(best, end - start)
    return best


def furthest_popping(a, b):
    longest, open_since, column = 0, None, 0
    while a:
        x, y = a.pop(0), b.pop(0)
        if x == y:
            open_since = column if x else None
        if open_since is not None:
            longest = max(longest, column - open_since + 1)
        column += 1
    return longest


def furthest_as_text(a, b):
    text = "".join("0p2"[x + y] for x, y in zip(a, b, strict=True))
    ways = [len(part) - len(part.lstrip("p")) for part in text.split("2")[1:]]
    return max((way + 1 for way in ways), default=0)


def all_that_pass(a, b):
    return max(0, sum(x != y for x, y in zip(a, b, strict=True)))


def carries(a, b):
    total = carry = 0
    for x, y in zip(a, b, strict=True):
        carry = (x + y + carry) // 2
        total += carry
    return total


def longest_run_of_carries(a, b):
    run = longest = carry = 0
    for x, y in zip(a, b, strict=True):
        carry = (x + y + carry) // 2
        run = run + 1 if carry else 0
        longest = max(longest, run)
    return longest


def last_way(a, b):
    travels = last = 0
    for x, y in zip(a, b, strict=True):
        if x == y:
            travels = x
        elif travels:
            travels += 1
        last = travels or last
    return last


def weights_in_loops(M):
    rows = []
    for out in range(M):
        rows.append(
            [[1.0, 0.0, 0.0] if out == into else [0.0] * 3 for into in range(M)]
        )
    return rows


def weights_in_numpy(maps):
    weights = np.zeros((maps, maps, 3))
    weights[range(maps), range(maps), 0] = 1
    return weights


def tap(M, which, size=1.0):
    weights = torch.zeros(M, M, 3)
    weights[:, :, which] = size * torch.eye(M)
    return weights


def both(low, high):
    return max(high[0], high[1] * low[0]), low[1] * high[1]


def by_cases(below, above):
    makes, passes = above
    if makes:
        return 1, 0
    return below if passes else (0, 0)


WRONG = {
    "furthest_carry": {
        "runs of two ones": lambda a, b: furthest(a, b, passing=()),
        "runs of two ones, summed": lambda a, b: sum(
            x + y == 2 for x, y in zip(a, b, strict=True)
        ),
        "columns that pass, without a start": all_that_pass,
        "one too few": lambda a, b: max(0, furthest(a, b) - 1),
        "one too many": lambda a, b: furthest(a, b) + 1,
        "from the other end": lambda a, b: furthest(a[::-1], b[::-1]),
        "two zeros do not end it": lambda a, b: furthest(a, b, passing=(0, 1)),
        "two ones end it, and start none": lambda a, b: furthest(
            a, b, ended_by_ones=True
        ),
        "two ones pass it on": longest_run_of_carries,
        "all carries": carries,
        "the last carry": last_way,
        "the first carry": lambda a, b: next(
            (
                furthest(a[: k + 1], b[: k + 1])
                for k in range(len(a))
                if furthest(a[: k + 1], b[: k + 1])
                and (k + 1 == len(a) or a[k + 1] == b[k + 1])
            ),
            0,
        ),
        "only a 1 in a passes": lambda a, b: furthest(
            a, [y if x else 0 for x, y in zip(a, b, strict=True)]
        ),
        "only a 1 in b passes": lambda a, b: furthest(
            [x if y else 0 for x, y in zip(a, b, strict=True)], b
        ),
        "a carry out of the last column does not count": lambda a, b: furthest(
            a[:-1], b[:-1]
        ),
        "never more than four": lambda a, b: min(4, furthest(a, b)),
        "number of columns": lambda a, b: len(a) if furthest(a, b) else 0,
        "is there any": lambda a, b: furthest(a, b) > 0,
        "column where it ends": lambda a, b: max(
            (k + 1 for k in range(len(a)) if furthest(a[: k + 1], b[: k + 1]) > 1),
            default=furthest(a, b),
        ),
        "-1 if there is none": lambda a, b: furthest(a, b) or -1,
    },
    "moving_weights": {
        "down": lambda M: tap(M, 2),
        "stay": lambda M: tap(M, 1),
        "maps mixed": lambda M: torch.ones(M, M, 1) * torch.tensor([1.0, 0.0, 0.0]),
        "maps averaged": lambda M: (
            torch.ones(M, M, 1) * torch.tensor([1.0, 0.0, 0.0]) / M
        ),
        "maps turned around": lambda M: tap(M, 0).flip(0),
        "maps one further": lambda M: tap(M, 0).roll(1, dims=0),
        "the first map alone": lambda M: (
            tap(M, 0) * (torch.arange(M) == 0).view(M, 1, 1)
        ),
        "two maps alone": lambda M: tap(M, 0) * (torch.arange(M) < 2).view(M, 1, 1),
        "half of it": lambda M: tap(M, 0, 0.5),
        "sign turned": lambda M: tap(M, 0, -1.0),
        "moved, and left behind": lambda M: tap(M, 0) + tap(M, 1),
        "up and down": lambda M: (tap(M, 0) + tap(M, 2)) / 2,
        "shares that are nearly right": lambda M: (
            0.98 * tap(M, 0) + 0.01 * tap(M, 1) + 0.01 * tap(M, 2)
        ),
        "taps first": lambda M: tap(M, 0).permute(2, 0, 1),
        "taps in the middle": lambda M: tap(M, 0).permute(0, 2, 1),
        "one map": lambda M: torch.tensor([[[1.0, 0.0, 0.0]]]),
        "four maps": lambda M: tap(4, 0),
        "the same for every map": lambda M: torch.tensor([1.0, 0.0, 0.0]).expand(M, 3),
        "five taps": lambda M: torch.nn.functional.pad(tap(M, 0), (1, 1)),
        "all zeros": lambda M: torch.zeros(M, M, 3),
    },
    "together": {
        "a carry below need not be passed": lambda low, high: (
            max(low[0], high[0]),
            low[1] * high[1],
        ),
        "blocks changed": lambda low, high: both(high, low),
        "one passes, both pass": lambda low, high: (
            both(low, high)[0],
            max(low[1], high[1]),
        ),
        "carries from below forgotten": lambda low, high: (high[0], low[1] * high[1]),
        "carries made above forgotten": lambda low, high: (
            high[1] * low[0],
            low[1] * high[1],
        ),
        "both must make one": lambda low, high: (
            high[0] * low[0],
            low[1] * high[1],
        ),
        "made above only if none below": lambda low, high: (
            (high[0] + high[1] * low[0] + high[0] * low[0]) % 2,
            low[1] * high[1],
        ),
        "added up": lambda low, high: (
            high[0] + low[0] * (high[1] + high[0]),
            low[1] * high[1],
        ),
        "the upper alone": lambda low, high: high,
        "the lower alone": lambda low, high: low,
        "only the upper passes": lambda low, high: (both(low, high)[0], high[1]),
        "only the lower passes": lambda low, high: (both(low, high)[0], low[1]),
        "never pass": lambda low, high: (both(low, high)[0], 0),
        "a maker passes as well": lambda low, high: (
            both(low, high)[0],
            low[1] * max(high),
        ),
        "a maker below is passed as passing": lambda low, high: (
            both(low, high)[0],
            max(low) * high[1],
        ),
        "passed below is made above": lambda low, high: (
            max(both(low, high)[0], low[1] * high[0], low[1] * high[1]),
            low[1] * high[1],
        ),
        "ended below, passed above makes one": lambda low, high: (
            max(both(low, high)[0], high[1] * (1 - max(low))),
            low[1] * high[1],
        ),
        "nothing done by both passes": lambda low, high: (
            both(low, high)[0],
            int(low == high and not low[0]),
        ),
        "results changed": lambda low, high: both(low, high)[::-1],
        "one result": lambda low, high: both(low, high)[0],
        "three results": lambda low, high: (*both(low, high), 0),
    },
}

RIGHT = {
    "furthest_carry": {
        "from each start": furthest_from_each,
        "with pop": furthest_popping,
        "as text": furthest_as_text,
        "in NumPy": lambda a, b: np.int64(furthest(np.array(a), np.array(b))),
        "a float": lambda a, b: float(furthest(a, b)),
        "other names": lambda top, bottom: furthest(top, bottom),
    },
    "moving_weights": {
        "lists in loops": weights_in_loops,
        "in NumPy": weights_in_numpy,
        "an outer product": lambda M: torch.einsum(
            "oi,t->oit", torch.eye(M), torch.tensor([1.0, 0, 0])
        ),
        "stacked": lambda maps: torch.stack(
            [torch.eye(maps), *torch.zeros(2, maps, maps)], dim=-1
        ),
        "whole numbers": lambda M: tap(M, 0).long(),
        "in float64": lambda M: tap(M, 0).double(),
    },
    "together": {
        "by cases": by_cases,
        "a list": lambda low, high: list(both(low, high)),
        "true and false": lambda low, high: (
            bool(high[0] or (high[1] and low[0])),
            bool(low[1] and high[1]),
        ),
        "a tensor": lambda low, high: torch.tensor(both(low, high)),
        "in NumPy": lambda a, b: np.array(b) * [1, 0] + b[1] * np.array(a),
        "with or": lambda below, above: (
            above[0] | (above[1] & below[0]),
            above[1] & below[1],
        ),
    },
}
