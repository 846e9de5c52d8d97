"""Checks for chapter 12: shares that fill up to one, slopes, PonderNet's loss."""

from __future__ import annotations

from mininet.exercises.checking import Case, Exercise


def _times(chances, epsilon):  # type: ignore[no-untyped-def]
    """How often the cell runs."""
    total = 0.0
    for n, chance in enumerate(chances, start=1):
        total += chance
        if total >= 1 - epsilon:
            return n
    return len(chances)


def _fill(chances, epsilon):  # type: ignore[no-untyped-def]
    before = list(chances[: _times(chances, epsilon) - 1])
    return [*before, 1 - sum(before)]


def _full_at(chances, limit):  # type: ignore[no-untyped-def]
    """Shares of a cell that stops at another sum."""
    return _fill(chances, 1 - limit)


def _early(chances, epsilon):  # type: ignore[no-untyped-def]
    """It stops before the time that would fill the bar."""
    before = list(chances[: max(1, _times(chances, epsilon) - 1)])
    return [*before[:-1], 1 - sum(before[:-1])]


def _alike(chances, epsilon):  # type: ignore[no-untyped-def]
    N = _times(chances, epsilon)
    return [1 / N] * N


def _scaled(chances, epsilon):  # type: ignore[no-untyped-def]
    run = list(chances[: _times(chances, epsilon)])
    return [chance / sum(run) for chance in run]


fill = Exercise(
    name="fill",
    solution=_fill,
    cases=(
        Case("a sure stop takes all", {"chances": [1.0, 0.5], "epsilon": 0.01}),
        Case(
            "the second time gets what the first left",
            {"chances": [0.25, 1.0], "epsilon": 0.01},
        ),
        Case(
            "more than is left does not fit",
            {"chances": [0.5, 0.25, 0.5, 0.5], "epsilon": 0.01},
        ),
        Case(
            "three tenths each: 0.9 is not full",
            {"chances": [0.3] * 6, "epsilon": 0.01},
        ),
        Case(
            "within epsilon of full, it stops",
            {"chances": [0.5, 0.375, 0.75], "epsilon": 0.25},
        ),
        Case(
            "the chances run out before it is full",
            {"chances": [0.125, 0.25, 0.125], "epsilon": 0.01},
        ),
        Case("one time alone", {"chances": [0.2], "epsilon": 0.01}),
    ),
    mistakes={
        "you gave the last time its own chance; it gets what the others left": (
            lambda chances, epsilon: list(chances[: _times(chances, epsilon)])
        ),
        "you stopped a time too early: the one that fills the bar still runs": _early,
        "you weighted all times alike; each has its own chance": _alike,
        "you scaled the chances to sum to one; only the last one is cut": _scaled,
        "you left epsilon out; within epsilon of full is full": (
            lambda chances, epsilon: _full_at(chances, 1.0)
        ),
        "you kept the times after the last, with a share of zero; leave them out": (
            lambda chances, epsilon: (
                _fill(chances, epsilon)
                + [0.0] * (len(chances) - _times(chances, epsilon))
            )
        ),
    },
    praise="Whatever the chances are, the shares sum to one.",
)


def _slopes(chances, epsilon):  # type: ignore[no-untyped-def]
    N = _times(chances, epsilon)
    return [-1.0] * (N - 1) + [0.0] * (len(chances) - N + 1)


slopes = Exercise(
    name="slopes",
    solution=_slopes,
    cases=(
        Case(
            "the second time is the last of three",
            {"chances": [0.25, 1.0, 0.5], "epsilon": 0.01},
        ),
        Case(
            "a sure stop: nothing was before it",
            {"chances": [1.0, 0.5], "epsilon": 0.01},
        ),
        Case("three tenths each", {"chances": [0.3] * 6, "epsilon": 0.01}),
        Case(
            "within epsilon of full, it stops",
            {"chances": [0.5, 0.375, 0.75], "epsilon": 0.25},
        ),
        Case(
            "the chances run out before it is full",
            {"chances": [0.125, 0.25, 0.125], "epsilon": 0.01},
        ),
    ),
    mistakes={
        "R falls as a chance grows: the slope is -1, not 1": (
            lambda chances, epsilon: [-slope for slope in _slopes(chances, epsilon)]
        ),
        "the last time's own chance is not in R, so it has no slope": (
            lambda chances, epsilon: (
                [-1.0] * _times(chances, epsilon)
                + [0.0] * (len(chances) - _times(chances, epsilon))
            )
        ),
        "times after the last are never run; they have no slope": (
            lambda chances, epsilon: [
                0.0 if n == _times(chances, epsilon) else -1.0
                for n in range(1, len(chances) + 1)
            ]
        ),
        "N has no slope, but R has one": (
            lambda chances, epsilon: [0.0] * len(chances)
        ),
        "the list is to be as long as the chances; what is not run has slope 0": (
            lambda chances, epsilon: [-1.0] * (_times(chances, epsilon) - 1) + [0.0]
        ),
    },
    praise="So training makes every time but the last readier to stop.",
)


def _expected(chances, losses):  # type: ignore[no-untyped-def]
    going, total = 1.0, 0.0
    for chance, loss in zip(chances[:-1], losses[:-1], strict=True):
        total += going * chance * loss
        going *= 1 - chance
    return total + going * losses[-1]


def _rest_forgotten(chances, losses):  # type: ignore[no-untyped-def]
    going, total = 1.0, 0.0
    for chance, loss in zip(chances, losses, strict=True):
        total += going * chance * loss
        going *= 1 - chance
    return total


def _by_filling(chances, losses):  # type: ignore[no-untyped-def]
    shares = _fill(chances, 0.01)
    return sum(s * loss for s, loss in zip(shares, losses, strict=False))


expected = Exercise(
    name="expected",
    solution=_expected,
    cases=(
        Case("one time alone", {"chances": [0.25], "losses": [2.0]}),
        Case("a sure stop", {"chances": [1.0, 0.5], "losses": [3.0, 8.0]}),
        Case("a coin, once", {"chances": [0.5, 0.5], "losses": [4.0, 2.0]}),
        Case(
            "a coin, again and again",
            {"chances": [0.5, 0.5, 0.5], "losses": [8.0, 4.0, 2.0]},
        ),
        Case(
            "chances of its own each time",
            {"chances": [0.25, 0.5, 0.75, 0.5], "losses": [4.0, 1.0, 8.0, 2.0]},
        ),
        Case(
            "it never wants to stop",
            {"chances": [0.0, 0.0, 0.0], "losses": [1.0, 2.0, 5.0]},
        ),
    ),
    mistakes={
        "the last time always stops, whatever its chance is": _rest_forgotten,
        "you filled up to one, as in this chapter's halting; here a chance counts "
        "only if it has come that far": _by_filling,
        "you left out that it must have come that far": (
            lambda chances, losses: sum(
                chance * loss for chance, loss in zip(chances, losses, strict=True)
            )
        ),
        "you took the mean of the losses; each has its chance": (
            lambda chances, losses: sum(losses) / len(losses)
        ),
        "that is the loss of the likeliest time alone": (
            lambda chances, losses: losses[
                max(range(len(chances)), key=lambda n: chances[n])
            ]
        ),
    },
    praise="Each answer has to be good by itself, for none is averaged with another.",
)
