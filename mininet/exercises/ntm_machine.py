"""Checks for chapter 5: what the controller says, the usual gradient, the stretch."""

from __future__ import annotations

import torch

from mininet.exercises.checking import Case, Exercise


def _interface(M, R, W, O):  # type: ignore[no-untyped-def]  # noqa: E741
    return (R + W) * (M + 6) + W * 2 * M + O


interface = Exercise(
    name="interface",
    solution=_interface,
    cases=(
        Case("one head to read, one to write", {"M": 20, "R": 1, "W": 1, "O": 8}),
        Case("only write heads erase and add", {"M": 4, "R": 3, "W": 1, "O": 2}),
        Case("several of both", {"M": 10, "R": 2, "W": 2, "O": 1}),
        Case("more to write than to read", {"M": 7, "R": 1, "W": 3, "O": 5}),
    ),
    mistakes={
        "you gave every head something to erase and add; read heads do not write": (
            lambda M, R, W, O: (R + W) * (3 * M + 6) + O  # noqa: E741
        ),
        "you forgot the output": lambda M, R, W, O: _interface(M, R, W, 0),  # noqa: E741
        "you counted the shift as one number; it is three shares": (
            lambda M, R, W, O: _interface(M, R, W, O) - 2 * (R + W)  # noqa: E741
        ),
        "write heads need a key and the other dials as well": (
            lambda M, R, W, O: R * (M + 6) + W * 2 * M + O  # noqa: E741
        ),
    },
    praise="None of it depends on the number of rows.",
)


def _let_through(norms, times):  # type: ignore[no-untyped-def]
    usual, passed = norms[0], [norms[0]]
    for norm in norms[1:]:
        passed.append(min(norm, times * usual))
        usual = 0.95 * usual + 0.05 * passed[-1]
    return torch.tensor(passed)


def _with_raw_mean(norms, times):  # type: ignore[no-untyped-def]
    usual, passed = norms[0], [norms[0]]
    for norm in norms[1:]:
        passed.append(min(norm, times * usual))
        usual = 0.95 * usual + 0.05 * norm
    return torch.tensor(passed)


def _last_step(norms, times):  # type: ignore[no-untyped-def]
    passed = [norms[0]]
    for norm in norms[1:]:
        passed.append(min(norm, times * passed[-1]))
    return torch.tensor(passed)


let_through = Exercise(
    name="let_through",
    solution=_let_through,
    cases=(
        Case("equal norms all pass", {"norms": [1.0, 1.0, 1.0], "times": 1.5}),
        Case("a spike is cut", {"norms": [1.0, 1.0, 50.0, 1.0], "times": 1.5}),
        Case(
            "two spikes in a row are both cut",
            {"norms": [1.0, 80.0, 80.0, 80.0, 0.5], "times": 2.0},
        ),
        Case(
            "small norms pass, and make the usual one smaller",
            {"norms": [4.0, 0.5, 0.1, 0.2, 9.0, 3.0], "times": 1.2},
        ),
        Case(
            "a norm that rises step by step is let through up to the limit",
            {"norms": [1.0, 1.2, 1.5, 2.0, 3.0, 5.0], "times": 1.5},
        ),
        Case("the first one passes whole", {"norms": [7.0], "times": 3.0}),
    ),
    mistakes={
        "the mean takes in the spike itself; it should take what was let through": (
            _with_raw_mean
        ),
        "you compare with the step before; compare with the running mean": _last_step,
        "you never move the usual norm": (
            lambda norms, times: torch.tensor(
                [norms[0]] + [min(n, times * norms[0]) for n in norms[1:]]
            )
        ),
        "you cut to the usual norm; up to `times` that may pass": (
            lambda norms, times: _let_through(norms, 1.0)
        ),
    },
    praise="A fixed limit would have let the spike pass, or cut everything else.",
)


def _sharpened(weights, gamma):  # type: ignore[no-untyped-def]
    powers = weights**gamma
    return powers / powers.sum()


def _stretch(weights, gamma, i):  # type: ignore[no-untyped-def]
    p = _sharpened(weights, gamma)
    return gamma * p[i] / weights[i] * (1 - p[i])


stretch = Exercise(
    name="stretch",
    solution=_stretch,
    cases=(
        Case(
            "at a tie of two the slope is half the sharpness",
            {"weights": torch.tensor([0.5, 0.5]), "gamma": 4.0, "i": 0},
        ),
        Case(
            "a small share that becomes a large one is stretched",
            {"weights": torch.tensor([0.3, 0.2, 0.25, 0.25]), "gamma": 14.0, "i": 0},
        ),
        Case(
            "a share that stays small is not",
            {"weights": torch.tensor([0.7, 0.2, 0.1]), "gamma": 3.0, "i": 2},
        ),
        Case(
            "at sharpness 1 only the sum is divided by",
            {"weights": torch.tensor([0.1, 0.2, 0.3, 0.4]), "gamma": 1.0, "i": 3},
        ),
        Case(
            "any row, any sharpness",
            {"weights": torch.tensor([0.3, 0.1, 0.4, 0.2]), "gamma": 2.5, "i": 1},
        ),
    ),
    mistakes={
        "you forgot that the sum in the denominator changes too": (
            lambda weights, gamma, i: gamma * _sharpened(weights, gamma)[i] / weights[i]
        ),
        "the old share belongs in the fraction p / w": (
            lambda weights, gamma, i: (
                gamma
                * _sharpened(weights, gamma)[i]
                * (1 - _sharpened(weights, gamma)[i])
            )
        ),
        "the sharpness is a factor of the slope": (
            lambda weights, gamma, i: _stretch(weights, gamma, i) / gamma
        ),
    },
    praise="Blurred and then decided: that is where it is large.",
)
