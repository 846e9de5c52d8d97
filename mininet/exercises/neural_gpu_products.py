"""Checks for the page on products: which digits meet, and what is carried."""

from __future__ import annotations

from mininet.exercises.checking import Case, Exercise


def _columns(a, b):  # type: ignore[no-untyped-def]
    sums = [0] * (2 * len(a))
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            sums[i + j] += x * y
    return sums


def _carried(columns):  # type: ignore[no-untyped-def]
    digits, carry = [], 0
    for here in columns:
        carry, digit = divmod(here + carry, 2)
        digits.append(digit)
    return digits


def _one_at_most(columns):  # type: ignore[no-untyped-def]
    digits, carry = [], 0
    for here in columns:
        total = here + carry
        digits.append(total % 2)
        carry = int(total > 1)
    return digits


columns = Exercise(
    name="columns",
    solution=_columns,
    cases=(
        Case("one times one", {"a": [1], "b": [1]}),
        Case("4 × 2, where a single pair meets", {"a": [0, 0, 1], "b": [0, 1, 0]}),
        Case("3 × 3, where two pairs meet in the middle", {"a": [1, 1], "b": [1, 1]}),
        Case("13 × 11", {"a": [1, 0, 1, 1], "b": [1, 1, 0, 1]}),
        Case("12 × 3", {"a": [0, 0, 1, 1], "b": [1, 1, 0, 0]}),
        Case("nothing times 5", {"a": [0, 0, 0], "b": [1, 0, 1]}),
        Case("31 × 31, where five pairs meet", {"a": [1] * 5, "b": [1] * 5}),
    ),
    mistakes={
        "you multiply digits of one place only; every digit meets every other": (
            lambda a, b: [x * y for x, y in zip(a, b, strict=True)] + [0] * len(a)
        ),
        "you say whether any pair meets; how many of them is wanted": (
            lambda a, b: [min(1, here) for here in _columns(a, b)]
        ),
        "you carry already; that is for later": lambda a, b: _carried(_columns(a, b)),
        "you have the columns from the other end; the ones come first": (
            lambda a, b: _columns(a, b)[::-1]
        ),
        "you leave out the last column, in which nothing meets": (
            lambda a, b: _columns(a, b)[:-1]
        ),
    },
    praise="As many pairs as digits meet in the middle, and one at either end.",
)


carried = Exercise(
    name="carried",
    solution=_carried,
    cases=(
        Case("nothing to carry", {"columns": [1, 0]}),
        Case("two in a column are one in the next", {"columns": [2, 0]}),
        Case("a carry meets what is there", {"columns": [1, 2, 1, 0]}),
        Case("a carry goes through two columns", {"columns": [2, 1, 1, 0]}),
        Case("four pass on two, and these one", {"columns": [4, 0, 0]}),
        Case("large sums, of 31 × 31", {"columns": [1, 2, 3, 4, 5, 4, 3, 2, 1, 0]}),
        Case("nothing at all", {"columns": [0, 0, 0]}),
    ),
    mistakes={
        "you lose what is above 1; two here are one in the next column": (
            lambda columns: [here % 2 for here in columns]
        ),
        "you pass on one at most; seven pass on three": _one_at_most,
        "you carry the wrong way; the next column is the one behind": (
            lambda columns: _carried(columns[::-1])[::-1]
        ),
        "you have the digits from the other end; the ones come first": (
            lambda columns: _carried(columns)[::-1]
        ),
    },
    praise="With the pairs of the columns that is a product.",
)
