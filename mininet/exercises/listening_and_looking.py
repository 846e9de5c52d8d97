"""Checks for chapter 14: join steps in pairs, and see whether attention goes back."""

from __future__ import annotations

import numpy as np

from mininet.exercises.checking import Case, Exercise


def _rows(states):  # type: ignore[no-untyped-def]
    return np.asarray(states, dtype=float)


def _even(states):  # type: ignore[no-untyped-def]
    """With a row of zeros after the last, if it has no partner."""
    rows = _rows(states)
    return np.concatenate([rows, np.zeros((len(rows) % 2, rows.shape[1]))])


def _pyramid(states):  # type: ignore[no-untyped-def]
    rows = _even(states)
    return rows.reshape(len(rows) // 2, -1)


def _last_dropped(states):  # type: ignore[no-untyped-def]
    rows = _rows(states)
    return _pyramid(rows[: len(rows) // 2 * 2])


def _last_again(states):  # type: ignore[no-untyped-def]
    rows = _rows(states)
    return _pyramid(np.concatenate([rows, rows[-1:]]) if len(rows) % 2 else rows)


def _overlapping(states):  # type: ignore[no-untyped-def]
    rows = _rows(states)
    after = np.concatenate([rows[1:], np.zeros_like(rows[:1])])
    return np.concatenate([rows, after], 1)


def _halves(states):  # type: ignore[no-untyped-def]
    rows = _even(states)
    half = len(rows) // 2
    return np.concatenate([rows[:half], rows[half:]], 1)


pyramid = Exercise(
    name="pyramid",
    solution=_pyramid,
    cases=(
        Case("two steps become one", {"states": np.array([[1.0, 2.0], [3.0, 4.0]])}),
        Case("four steps of one number", {"states": np.array([[1.0], [2], [3], [4]])}),
        Case(
            "four steps of three numbers",
            {"states": np.arange(12.0).reshape(4, 3) - 5},
        ),
        Case(
            "a fifth step has no partner",
            {"states": np.arange(1.0, 11.0).reshape(5, 2)},
        ),
        Case("a step alone", {"states": np.array([[7.0, 8.0]])}),
    ),
    mistakes={
        "you took the mean of each pair; both are kept, side by side": (
            lambda states: _even(states).reshape(-1, 2, _rows(states).shape[1]).mean(1)
        ),
        "you dropped the last of an odd number; zeros are its partner": _last_dropped,
        "you repeated the last of an odd number; zeros are its partner": _last_again,
        "you joined each step with the next: half as many are to be left": (
            _overlapping
        ),
        "you joined the first half with the second; neighbours belong together": (
            _halves
        ),
        "a pair is to be one row, with both steps side by side": (
            lambda states: _even(states).reshape(-1, 2, _rows(states).shape[1])
        ),
        "the two steps' numbers take turns; all of the first step's come first": (
            lambda states: np.stack(
                [_even(states)[::2], _even(states)[1::2]], 2
            ).reshape(len(_even(states)) // 2, -1)
        ),
        "you put the later step of each pair first": (
            lambda states: np.concatenate([_even(states)[1::2], _even(states)[::2]], 1)
        ),
    },
    praise="Half as many steps, and not a number is lost.",
)


def _peaks(weights):  # type: ignore[no-untyped-def]
    return _rows(weights).argmax(1)


def _onward(weights):  # type: ignore[no-untyped-def]
    peaks = _peaks(weights)
    return bool((peaks[1:] >= peaks[:-1]).all())


def _means_onward(weights):  # type: ignore[no-untyped-def]
    rows = _rows(weights)
    centres = rows @ np.arange(rows.shape[1])
    return bool((np.diff(centres) >= -1e-9).all())


def _heights_onward(weights):  # type: ignore[no-untyped-def]
    return bool((np.diff(_rows(weights).max(1)) >= 0).all())


monotone = Exercise(
    name="monotone",
    solution=_onward,
    cases=(
        Case("one place to the next", {"weights": np.eye(3)}),
        Case("straight back", {"weights": np.eye(3)[::-1].copy()}),
        Case(
            "staying where it is",
            {"weights": np.array([[0.7, 0.2, 0.1], [0.6, 0.3, 0.1], [0.1, 0.1, 0.8]])},
        ),
        Case("back, and onward again", {"weights": np.eye(4)[[0, 2, 1, 3]]}),
        Case(
            "onward, and then back to the start",
            {"weights": np.eye(4)[[0, 1, 2, 0]]},
        ),
        Case(
            "the mean goes back, the highest place does not",
            {"weights": np.array([[0.4, 0.1, 0.1, 0.4], [0.5, 0.4, 0.1, 0.0]])},
        ),
        Case(
            "the highest place goes back, the mean does not",
            {"weights": np.array([[0.4, 0.6, 0.0, 0.0], [0.4, 0.0, 0.3, 0.3]])},
        ),
        Case(
            "a place is looked at more by an earlier letter than the one before it",
            {"weights": np.array([[0.1, 0.9, 0.0], [0.2, 0.45, 0.35]])},
        ),
        Case("one letter alone", {"weights": np.array([[0.2, 0.8]])}),
        Case(
            "two steps on at once, less and less sure",
            {"weights": np.array([[0.9, 0.1, 0.0, 0.0], [0.1, 0.1, 0.5, 0.3]])},
        ),
    ),
    mistakes={
        "it is the other way round: True if it never goes back": (
            lambda weights: not _onward(weights)
        ),
        "staying where it is, is not going back": (
            lambda weights: bool((np.diff(_peaks(weights)) > 0).all())
        ),
        "you compared the first with the last alone; it may go back in between": (
            lambda weights: bool(_peaks(weights)[-1] >= _peaks(weights)[0])
        ),
        "you followed the mean place; the highest one is asked for": _means_onward,
        "you compared how high the highest weights are; compare where they are": (
            _heights_onward
        ),
        "you asked for one place on at each step; it may go further, or stay": (
            lambda weights: bool((np.diff(_peaks(weights)) == 1).all())
        ),
        "you looked along the wrong axis: a row is a letter, a column a place": (
            lambda weights: _onward(_rows(weights).T)
        ),
    },
    praise="The same question is asked of every word in this chapter's table.",
)
