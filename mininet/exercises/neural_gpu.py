"""Checks for chapter 7: how far carries go, a filter that moves, blocks of columns."""

from __future__ import annotations

import torch

from mininet.exercises.checking import Case, Exercise


def _furthest_carry(a, b):  # type: ignore[no-untyped-def]
    travels = longest = 0
    for x, y in zip(a, b, strict=True):
        if x == y:
            travels = x
        elif travels:
            travels += 1
        longest = max(longest, travels)
    return longest


def _without_passing(a, b):  # type: ignore[no-untyped-def]
    run = longest = 0
    for x, y in zip(a, b, strict=True):
        run = run + 1 if x + y == 2 else 0
        longest = max(longest, run)
    return longest


def _never_started(a, b):  # type: ignore[no-untyped-def]
    run = longest = 0
    for x, y in zip(a, b, strict=True):
        run = run + 1 if x + y else 0
        longest = max(longest, run)
    return longest


furthest_carry = Exercise(
    name="furthest_carry",
    solution=_furthest_carry,
    cases=(
        Case("1 + 1 has one carry, into the next column", {"a": [1, 0], "b": [1, 0]}),
        Case(
            "a carry that ends in two ones, where another starts",
            {"a": [1, 1, 1, 1, 0], "b": [0, 1, 1, 1, 0]},
        ),
        Case(
            "a carry goes on through columns with a 0 and a 1",
            {"a": [1, 1, 1, 1], "b": [1, 0, 0, 0]},
        ),
        Case(
            "columns with a 0 and a 1 carry nothing by themselves",
            {"a": [1, 0, 1, 1], "b": [0, 1, 0, 1]},
        ),
        Case(
            "two ones end a carry and start another",
            {"a": [1, 1, 1, 1, 0, 0], "b": [1, 0, 0, 1, 1, 0]},
        ),
        Case(
            "the furthest need not be the last", {"a": [1, 1, 1, 0], "b": [1, 0, 0, 0]}
        ),
        Case("no carry at all", {"a": [0, 1, 0], "b": [0, 0, 1]}),
        Case(
            "it does not matter which of the two numbers has the 1",
            {"a": [1, 0, 1, 0, 0, 0], "b": [1, 1, 0, 1, 0, 1]},
        ),
        Case(
            "two zeros end it, and what comes later does not count",
            {"a": [1, 1, 0, 1, 1, 1], "b": [1, 0, 0, 0, 0, 0]},
        ),
        Case(
            "of three carries the second travels furthest",
            {"a": [1, 0, 1, 0, 1, 1, 0, 1, 0], "b": [1, 0, 1, 1, 0, 0, 0, 1, 1]},
        ),
        Case(
            "the one that starts where another ends may travel furthest",
            {"a": [1, 1, 1, 0, 1, 0, 1], "b": [1, 1, 0, 1, 0, 1, 0]},
        ),
        Case("a sum of one column", {"a": [1], "b": [1]}),
    ),
    mistakes={
        "you count two ones in a row; a carry travels through a 0 and a 1": (
            _without_passing
        ),
        "you count columns with a 0 and a 1 although no carry has come in": (
            _never_started
        ),
        "you count the columns that pass it on; it also enters the one after those": (
            lambda a, b: max(0, _furthest_carry(a, b) - 1)
        ),
        "you take the numbers from the other end; the ones come first": (
            lambda a, b: _furthest_carry(a[::-1], b[::-1])
        ),
    },
    praise="So many steps a rule needs that moves a carry by one column a step.",
)


def _tap(maps, tap):  # type: ignore[no-untyped-def]
    weights = torch.zeros(maps, maps, 3)
    weights[:, :, tap] = torch.eye(maps)
    return weights


moving_weights = Exercise(
    name="moving_weights",
    solution=lambda M: _tap(M, 0),
    cases=(
        Case("a single map", {"M": 1}),
        Case("two maps stay apart", {"M": 2}),
        Case("three maps, as many as taps", {"M": 3}),
        Case("four maps", {"M": 4}),
    ),
    mistakes={
        "you moved them down; up means to take what the position before holds": (
            lambda M: _tap(M, 2)
        ),
        "you left them where they are; the middle tap is the position itself": (
            lambda M: _tap(M, 1)
        ),
        "you mixed the maps; each comes from itself alone": (
            lambda M: torch.ones(M, M, 1) * torch.tensor([1.0, 0.0, 0.0])
        ),
    },
    praise="One in each row, zeros elsewhere, and no error allowed in any of them.",
)


def _together(low, high):  # type: ignore[no-untyped-def]
    return max(high[0], high[1] * low[0]), low[1] * high[1]


together = Exercise(
    name="together",
    solution=_together,
    cases=(
        Case("a block that makes a carry above", {"low": (0, 0), "high": (1, 0)}),
        Case("a carry made below and passed above", {"low": (1, 0), "high": (0, 1)}),
        Case("a carry made below and ended above", {"low": (1, 0), "high": (0, 0)}),
        Case("passed below, ended above", {"low": (0, 1), "high": (0, 0)}),
        Case("ended below, passed above", {"low": (0, 0), "high": (0, 1)}),
        Case("both pass", {"low": (0, 1), "high": (0, 1)}),
        Case("passed below, made above", {"low": (0, 1), "high": (1, 0)}),
        Case("both make one", {"low": (1, 0), "high": (1, 0)}),
        Case("neither does anything", {"low": (0, 0), "high": (0, 0)}),
    ),
    mistakes={
        "a carry made below must still be passed by the block above": (
            lambda low, high: (max(low[0], high[0]), low[1] * high[1])
        ),
        "you have the two blocks the wrong way round; carries go from low to high": (
            lambda low, high: _together(high, low)
        ),
        "both must pass for the two together to pass": (
            lambda low, high: (_together(low, high)[0], max(low[1], high[1]))
        ),
        "you forgot the carries made below": (
            lambda low, high: (high[0], low[1] * high[1])
        ),
    },
    praise="Blocks of 2, 4, 8 … columns: so a long sum needs few such steps.",
)
