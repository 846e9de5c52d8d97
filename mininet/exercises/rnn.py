"""Checks for chapter 1: a step back, clipping, and temperature."""

from __future__ import annotations

import numpy as np

from mininet.exercises.checking import Case, Exercise

_rng = np.random.default_rng(0)
_matrix = np.array([[0.5, -1.0], [2.0, 0.25]])


def _step_back(dh, h, W_h):  # type: ignore[no-untyped-def]
    return W_h.T @ (dh * (1 - h**2))


step_back = Exercise(
    name="step_back",
    solution=_step_back,
    cases=(
        Case(
            "with h at zero tanh is a straight line, and only the matrix acts",
            {"dh": np.array([1.0, 0.0]), "h": np.zeros(2), "W_h": _matrix},
        ),
        Case(
            "where tanh is nearly flat, hardly any gradient gets through",
            {"dh": np.array([1.0, 1.0]), "h": np.array([0.9, -0.5]), "W_h": np.eye(2)},
        ),
        Case(
            "slope and matrix act together",
            {
                "dh": _rng.normal(size=3),
                "h": np.tanh(_rng.normal(size=3)),
                "W_h": _rng.normal(size=(3, 3)),
            },
        ),
        Case(
            "a saturated unit lets nothing through, on either side",
            {
                "dh": np.array([1.0, -2.0, 0.5, 3.0]),
                "h": np.array([1.0, -1.0, 0.3, -0.8]),
                "W_h": np.arange(16.0).reshape(4, 4) / 8 - 1,
            },
        ),
    ),
    mistakes={
        "the matrix must be transposed: back from a unit to those that gave to it": (
            lambda dh, h, W_h: W_h @ (dh * (1 - h**2))
        ),
        "you left out the slope of tanh, which is 1 - h²": (
            lambda dh, h, W_h: W_h.T @ dh
        ),
        "h is already the value after tanh: its slope is 1 - h², not 1 - tanh(h)²": (
            lambda dh, h, W_h: W_h.T @ (dh * (1 - np.tanh(h) ** 2))
        ),
        "the slope acts first, where the gradient arrives; you used it last": (
            lambda dh, h, W_h: (W_h.T @ dh) * (1 - h**2)
        ),
    },
    praise="One such step a character, and you have backpropagation through time.",
)


def _clip(gradient, limit):  # type: ignore[no-untyped-def]
    return gradient * min(1.0, limit / max(float(np.linalg.norm(gradient)), 1e-12))


def _clip_of_zeros(gradient, limit):  # type: ignore[no-untyped-def]
    length = np.linalg.norm(gradient)
    return gradient / length * min(length, limit)


clip = Exercise(
    name="clip",
    solution=_clip,
    cases=(
        Case(
            "a long gradient keeps its direction and gets the length of the limit",
            {"gradient": np.array([6.0, 8.0]), "limit": 5.0},
        ),
        Case(
            "a short gradient stays as it is",
            {"gradient": np.array([0.3, 0.4]), "limit": 5.0},
        ),
        Case(
            "a gradient of zeros stays zero",
            {"gradient": np.zeros(3), "limit": 1.0},
        ),
        Case(
            "the limit is the one that is given",
            {"gradient": np.array([-6.0, 0.0, 8.0]), "limit": 2.0},
        ),
        Case(
            "it can be too long although each number is below the limit",
            {"gradient": np.array([-1.5, 1.5, -1.5, 1.5]), "limit": 2.0},
        ),
        Case(
            "numbers that add up to more than the limit need not be too long",
            {"gradient": np.array([1.5, 1.5, 1.5, 0.5]), "limit": 3.0},
        ),
        Case(
            "a gradient shorter than 1 can be too long as well",
            {"gradient": np.array([0.3, -0.4]), "limit": 0.2},
        ),
        Case(
            "a gradient of a single number has a length as well",
            {"gradient": np.array([-4.0]), "limit": 0.5},
        ),
    ),
    mistakes={
        "you cut each number on its own, which changes the direction": (
            lambda gradient, limit: np.clip(gradient, -limit, limit)
        ),
        "you also lengthen the short ones; scale only what is longer than the limit": (
            lambda gradient, limit: (
                gradient * limit / max(float(np.linalg.norm(gradient)), 1e-12)
            )
        ),
        "you divided by the squared length; take its square root": (
            lambda gradient, limit: (
                gradient * min(1.0, limit / max(float(gradient @ gradient), 1e-12))
            )
        ),
        "you took the largest number for the length; it is the root of the summed "
        "squares": (
            lambda gradient, limit: (
                gradient * min(1.0, limit / max(float(abs(gradient).max()), 1e-12))
            )
        ),
        "the limit is 5 whatever is asked": lambda gradient, limit: _clip(
            gradient, 5.0
        ),
        "a gradient of zeros has length 0, and 0 / 0 is not a number": _clip_of_zeros,
    },
    praise="The length is bounded, the direction is the same.",
)


def _chances(scores, temperature):  # type: ignore[no-untyped-def]
    return _over_sum(np.exp((scores - scores.max()) / temperature))


def _over_sum(weights):  # type: ignore[no-untyped-def]
    return weights / weights.sum()


chances = Exercise(
    name="chances",
    solution=_chances,
    cases=(
        Case(
            "at temperature 1 it is plain softmax",
            {"scores": np.array([0.0, 1.0, 2.0]), "temperature": 1.0},
        ),
        Case(
            "half the temperature doubles every difference",
            {"scores": np.array([0.0, 1.0, 2.0]), "temperature": 0.5},
        ),
        Case(
            "twice the temperature halves it",
            {"scores": np.array([1.0, -1.0, 2.0, 0.5]), "temperature": 2.0},
        ),
        Case(
            "large scores do not overflow: take away the largest one first",
            {"scores": np.array([1000.0, 999.0]), "temperature": 1.0},
        ),
        Case(
            "nor do they where the largest is not the first",
            {"scores": np.array([0.0, 3000.0, 2999.0]), "temperature": 1.0},
        ),
        Case(
            "nor at a low temperature",
            {"scores": np.array([1000.0, 999.0]), "temperature": 0.5},
        ),
        Case(
            "scores far below zero are chances as well",
            {"scores": np.array([-3000.0, -3001.0]), "temperature": 1.0},
        ),
        Case(
            "near temperature zero the largest takes all",
            {"scores": np.array([0.3, 0.9, 0.6]), "temperature": 1e-4},
        ),
    ),
    mistakes={
        "you multiplied by the temperature; a low one must sharpen, so divide": (
            lambda scores, temperature: _chances(scores * temperature, 1.0)
        ),
        "the temperature belongs inside the exponential, before normalising": (
            lambda scores, temperature: _chances(scores, 1.0) / temperature
        ),
        "the weights must be divided by their sum": (
            lambda scores, temperature: np.exp((scores - scores.max()) / temperature)
        ),
        "the exponential overflows; take the largest score away first": (
            lambda scores, temperature: _over_sum(np.exp(scores / temperature))
        ),
        "what you take away must be divided by the temperature as well": (
            lambda scores, temperature: _over_sum(
                np.exp(scores / temperature - scores.max())
            )
        ),
        "you take away the first score; the largest may be another": (
            lambda scores, temperature: _over_sum(
                np.exp((scores - scores[0]) / temperature)
            )
        ),
    },
    praise="As the temperature goes to zero, the largest score takes all.",
)
