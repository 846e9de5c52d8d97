"""Checks for chapter 13: attention with a mask, the additive score, the alignment."""

from __future__ import annotations

import numpy as np

from mininet.exercises.checking import Case, Exercise


def _softmax(scores, axis=-1):  # type: ignore[no-untyped-def]
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def _attend(scores, values, mask):  # type: ignore[no-untyped-def]
    return _softmax(np.where(mask > 0, scores, -np.inf)) @ values


def _scores_at_zero(scores, values, mask):  # type: ignore[no-untyped-def]
    """A masked score of 0 still has a share."""
    return _softmax(np.where(mask > 0, scores, 0.0)) @ values


def _cut_afterwards(scores, values, mask):  # type: ignore[no-untyped-def]
    """The shares of the places that are left do not sum to one."""
    return (_softmax(scores) * mask) @ values


def _hard(scores, values, mask):  # type: ignore[no-untyped-def]
    return values[int(np.argmax(np.where(mask > 0, scores, -np.inf)))]


def _linear_shares(scores, values, mask):  # type: ignore[no-untyped-def]
    kept = (scores - scores.min() + 1e-9) * mask
    return kept / kept.sum() @ values


_values = np.array([[1.0, 0.0], [0.0, 1.0], [4.0, 4.0]])
attend = Exercise(
    name="attend",
    solution=_attend,
    cases=(
        Case(
            "equal scores: the mean of all",
            {"scores": np.zeros(3), "values": _values, "mask": np.ones(3)},
        ),
        Case(
            "a score of ln 3 counts three times",
            {
                "scores": np.array([np.log(3.0), 0.0, 0.0]),
                "values": _values,
                "mask": np.ones(3),
            },
        ),
        Case(
            "the third place is empty",
            {
                "scores": np.array([np.log(3.0), 0.0, 2.0]),
                "values": _values,
                "mask": np.array([1.0, 1.0, 0.0]),
            },
        ),
        Case(
            "one place alone is there, with a low score",
            {
                "scores": np.array([5.0, -2.0, 4.0]),
                "values": _values[::-1] + 0.5,
                "mask": np.array([0.0, 1.0, 0.0]),
            },
        ),
        Case(
            "scores in the thousands",
            {
                "scores": np.array([1000.0 + np.log(3.0), 1000.0, -1000.0]),
                "values": _values,
                "mask": np.ones(3),
            },
        ),
        Case(
            "low scores, and an empty place with a high one",
            {
                "scores": np.array([-900.0, -900.0, 900.0]),
                "values": _values,
                "mask": np.array([1.0, 1.0, 0.0]),
            },
        ),
    ),
    mistakes={
        "an empty place whose score is set to 0 still gets a share, for e to the 0 is "
        "1; set it to minus infinity": _scores_at_zero,
        "the weights of what is there have to sum to one; mask before the softmax, or "
        "divide again after it": _cut_afterwards,
        "you forgot the mask: what is not there cannot be seen": (
            lambda scores, values, mask: _softmax(scores) @ values
        ),
        "you took the best place alone; each has its share": _hard,
        "shares go by e to the score, not by the score": _linear_shares,
        "return the context, the mean of the values, not the weights": (
            lambda scores, values, mask: _attend(scores, np.eye(3), mask)
        ),
        "the scores are not in it: what is there has equal shares": (
            lambda scores, values, mask: mask / mask.sum() @ values
        ),
        "the weights are missing: scores become weights by a softmax": (
            lambda scores, values, mask: (scores * mask) @ values
        ),
    },
    praise="Every machine of this part looks through these few lines.",
)


def _additive(query, keys, W, U, v):  # type: ignore[no-untyped-def]
    return np.tanh(W @ query + keys @ U.T) @ v


_keys = np.array([[1.0, -0.5], [0.25, 2.0], [0.0, 0.0]])
_W = np.array([[0.5, -1.0, 0.25], [0.0, 0.75, 1.0]])
_U = np.array([[1.0, 0.5], [-0.5, 0.25]])
additive = Exercise(
    name="additive",
    solution=_additive,
    cases=(
        Case(
            "a query and keys of nothing: no key fits",
            {
                "query": np.zeros(3),
                "keys": np.zeros((2, 2)),
                "W": _W,
                "U": _U,
                "v": np.array([1.0, 2.0]),
            },
        ),
        Case(
            "no query: the keys alone",
            {
                "query": np.zeros(3),
                "keys": _keys,
                "W": _W,
                "U": _U,
                "v": np.array([1.0, -2.0]),
            },
        ),
        Case(
            "three keys",
            {
                "query": np.array([1.0, 0.5, -1.0]),
                "keys": _keys,
                "W": _W,
                "U": _U,
                "v": np.array([1.0, -2.0]),
            },
        ),
        Case(
            "one key, and a hidden layer that is full",
            {
                "query": np.array([9.0, -9.0, 9.0]),
                "keys": _keys[:1],
                "W": -_W,
                "U": -_U,
                "v": np.array([0.5, 3.0]),
            },
        ),
    ),
    mistakes={
        "v stands outside the tanh: a score may be larger than 1": (
            lambda query, keys, W, U, v: np.tanh((W @ query + keys @ U.T) @ v)
        ),
        "the tanh is missing: without it the query adds the same to every score, and "
        "nothing is asked": (lambda query, keys, W, U, v: (W @ query + keys @ U.T) @ v),
        "the query and the key go into one tanh, as a sum": (
            lambda query, keys, W, U, v: (np.tanh(W @ query) + np.tanh(keys @ U.T)) @ v
        ),
        "you multiplied query and key; here they are added": (
            lambda query, keys, W, U, v: np.tanh((W @ query) * (keys @ U.T)) @ v
        ),
        "scores are asked for, without the softmax": (
            lambda query, keys, W, U, v: _softmax(_additive(query, keys, W, U, v))
        ),
        "a sigmoid is not a tanh: its values are never below 0": (
            lambda query, keys, W, U, v: 1 / (1 + np.exp(-(W @ query + keys @ U.T))) @ v
        ),
        "the query is not in it: the same keys would always win": (
            lambda query, keys, W, U, v: np.tanh(keys @ U.T) @ v
        ),
        "query and key are added in the tanh; here one is taken from the other": (
            lambda query, keys, W, U, v: np.tanh(W @ query - keys @ U.T) @ v
        ),
        "v is missing: each number of the hidden layer has a weight of its own": (
            lambda query, keys, W, U, v: np.tanh(W @ query + keys @ U.T).sum(1)
        ),
    },
    praise="Without the query, the same keys would always win.",
)
