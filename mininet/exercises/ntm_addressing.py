"""Checks for the chapter on addressing: find, shift and sharpen."""

from __future__ import annotations

import torch

from mininet.exercises.checking import Case, Exercise

SMALL = 1e-12
STEEP = 100.0  # a softened likeness stays below 10, a guarded one grows to a million


def _cosine(memory, key):  # type: ignore[no-untyped-def]
    return (memory @ key) / (memory.norm(dim=1) * key.norm())


def _dot(memory, key):  # type: ignore[no-untyped-def]
    return memory @ key


def _length(vectors):  # type: ignore[no-untyped-def]
    return (vectors.square().sum(-1) + 0.1**2).sqrt()  # fades out: its slope is finite


def _find(memory, key, strength):  # type: ignore[no-untyped-def]
    alike = (memory @ key) / (_length(memory) * _length(key))
    return torch.softmax(strength * alike, dim=0)


def _find_without_empty(memory, key, strength):  # type: ignore[no-untyped-def]
    alike = _cosine(memory, key).nan_to_num(-torch.inf)
    return torch.softmax(strength * alike, dim=0)


def _find_by_hand(memory, key, strength):  # type: ignore[no-untyped-def]
    weights = (strength * _cosine(memory, key).nan_to_num()).exp()
    return weights / weights.sum()


ROWS = torch.tensor([[4.0, 3.0], [-6.0, 8.0], [5.0, -12.0]])
EMPTY = torch.tensor([[0.0, 0.0], [3.0, 4.0]])  # the first row is

find = Exercise(
    name="find",
    solution=_find,
    cases=(
        Case(
            "the row that points the way of the key gets the most",
            {"memory": ROWS, "key": torch.tensor([4.0, 3.0]), "strength": 0.3},
        ),
        Case(
            "with strength 0 all rows get the same",
            {"memory": ROWS, "key": torch.tensor([4.0, 3.0]), "strength": 0.0},
        ),
        Case(
            "neither the length of the key nor that of a row counts",
            {
                "memory": torch.tensor(
                    [
                        [4.0, 3.0, 0.0],
                        [60.0, 0.0, 80.0],
                        [0.0, -5.0, 12.0],
                        [2.0, 3.0, 6.0],
                    ]
                ),
                "key": torch.tensor([20.0, 30.0, 60.0]),
                "strength": 2.0,
            },
        ),
        Case(
            "short rows and a short key are alike by their angle, too",
            {
                "memory": torch.tensor([[0.6, 0.8], [0.8, -0.6], [-0.6, -0.8]]),
                "key": torch.tensor([0.0, 0.8]),
                "strength": 0.3,
            },
        ),
        Case(
            "an empty row is like nothing, and harms nobody",
            {"memory": EMPTY, "key": torch.tensor([3.0, 4.0]), "strength": 1.0},
        ),
        Case(
            "the slope at an empty row stays small, too",
            {"memory": EMPTY, "key": torch.tensor([3.0, 4.0]), "strength": 1.0},
            steepest={"memory": STEEP},
        ),
        Case(
            "a key of zeros is like nothing either: all rows get the same",
            {"memory": ROWS, "key": torch.zeros(2), "strength": 1.0},
            steepest={"key": STEEP},
        ),
        Case(
            "at a large strength the winner takes all",
            {"memory": ROWS, "key": torch.tensor([-6.0, 8.0]), "strength": 1000.0},
        ),
    ),
    mistakes={
        "the empty row has length 0, and 0 / 0 is not a number": (
            lambda memory, key, strength: torch.softmax(
                strength * _cosine(memory, key), dim=0
            )
        ),
        "a guard hides the 0 / 0, but the slope stays steep; let lengths fade out": (
            lambda memory, key, strength: torch.softmax(
                strength * torch.cosine_similarity(memory, key[None], dim=1), dim=0
            )
        ),
        "you went by distance, and there lengths count; only the angle should": (
            lambda memory, key, strength: torch.softmax(
                -strength * (memory - key).norm(dim=1), dim=0
            )
        ),
        "an empty row is like nothing, so its likeness is 0, not minus infinity": (
            _find_without_empty
        ),
        "the exponential overflows; torch.softmax takes the largest away first": (
            _find_by_hand
        ),
        "you took the product alone; divide by both lengths": (
            lambda memory, key, strength: torch.softmax(
                strength * _dot(memory, key), dim=0
            )
        ),
        "you divided by the rows' lengths only; the key has one too": (
            lambda memory, key, strength: torch.softmax(
                strength * _dot(memory, key) / memory.norm(dim=1), dim=0
            )
        ),
        "the strength is missing": (
            lambda memory, key, strength: _find(memory, key, 1.0)
        ),
        "the strength comes too late; multiply before the softmax": (
            lambda memory, key, strength: strength * _find(memory, key, 1.0)
        ),
        "these are the likenesses; a softmax makes them attention": (
            lambda memory, key, strength: strength * _cosine(memory, key)
        ),
        "you attend to the rows that are least alike; check the sign": (
            lambda memory, key, strength: _find(memory, key, -strength)
        ),
    },
    praise="Only the key's direction counts; how decidedly, the strength says.",
    tolerance=5e-3,  # a softened length is right as well
)


def _shift(weights, kernel):  # type: ignore[no-untyped-def]
    reach = len(kernel) // 2
    steps = range(-reach, reach + 1)
    return sum(s * weights.roll(j) for s, j in zip(kernel, steps, strict=True))


def _without_wrapping(weights, kernel):  # type: ignore[no-untyped-def]
    reach = len(kernel) // 2
    none = torch.zeros(reach)
    wide = _shift(torch.cat([none, weights, none]), kernel)
    return wide[reach : reach + len(weights)]


def _from_the_first(weights, kernel):  # type: ignore[no-untyped-def]
    return sum(s * weights.roll(j) for j, s in enumerate(kernel))


shift = Exercise(
    name="shift",
    solution=_shift,
    cases=(
        Case(
            "with all weight on +1 the attention moves on by one row",
            {
                "weights": torch.tensor([0.0, 1.0, 0.0, 0.0]),
                "kernel": torch.tensor([0.0, 0.0, 1.0]),
            },
        ),
        Case(
            "below the last row comes the first",
            {
                "weights": torch.tensor([0.0, 0.0, 0.3, 0.7]),
                "kernel": torch.tensor([0.0, 0.0, 1.0]),
            },
        ),
        Case(
            "a soft kernel blurs",
            {
                "weights": torch.tensor([0.0, 0.2, 0.8, 0.0]),
                "kernel": torch.tensor([0.1, 0.7, 0.2]),
            },
        ),
        Case(
            "a kernel of five reaches two rows to each side",
            {
                "weights": torch.tensor([0.0, 0.0, 1.0, 0.0, 0.0, 0.0]),
                "kernel": torch.tensor([0.1, 0.0, 0.2, 0.3, 0.4]),
            },
        ),
        Case(
            "a kernel of seven reaches three, and round both ends",
            {
                "weights": torch.tensor([0.5, 0.0, 0.0, 0.0, 0.1, 0.1, 0.0, 0.3]),
                "kernel": torch.tensor([0.3, 0.1, 0.05, 0.25, 0.05, 0.05, 0.2]),
            },
        ),
        Case(
            "a kernel of one leaves all as it is",
            {
                "weights": torch.tensor([0.2, 0.5, 0.3]),
                "kernel": torch.tensor([1.0]),
            },
        ),
        Case(
            "a kernel wider than the memory goes round it",
            {
                "weights": torch.tensor([0.7, 0.2, 0.1]),
                "kernel": torch.tensor([0.1, 0.15, 0.05, 0.3, 0.15, 0.2, 0.05]),
            },
        ),
    ),
    mistakes={
        "you shifted the other way: the last entry of the kernel moves down": (
            lambda weights, kernel: _shift(weights, kernel.flip(0))
        ),
        "what leaves at one end must come in at the other": _without_wrapping,
        "the middle entry of the kernel is the one that stays, not the first": (
            _from_the_first
        ),
        "only the middle three entries of the kernel count in your answer": (
            lambda weights, kernel: _shift(
                weights, kernel[len(kernel) // 2 - 1 : len(kernel) // 2 + 2]
            )
        ),
        "only the first three entries of the kernel count in your answer": (
            lambda weights, kernel: (
                kernel[0] * weights.roll(-1)
                + kernel[1] * weights
                + kernel[2] * weights.roll(1)
            )
        ),
        "you took the largest entry alone; every entry moves its share": (
            lambda weights, kernel: weights.roll(
                int(kernel.argmax()) - len(kernel) // 2
            )
        ),
    },
    praise="A circular convolution, and nothing about the content was asked.",
)


def _sharpen(weights, sharpness):  # type: ignore[no-untyped-def]
    return torch.softmax(sharpness * weights.clamp_min(SMALL).log(), dim=0)


sharpen = Exercise(
    name="sharpen",
    solution=_sharpen,
    cases=(
        Case(
            "a power makes the largest larger, and they still sum to 1",
            {"weights": torch.tensor([0.5, 0.3, 0.2]), "sharpness": 2.0},
        ),
        Case(
            "sharpness 1 changes nothing",
            {"weights": torch.tensor([0.6, 0.3, 0.1]), "sharpness": 1.0},
        ),
        Case(
            "a row without attention stays without",
            {"weights": torch.tensor([0.7, 0.3, 0.0]), "sharpness": 3.0},
        ),
        Case(
            "and its slope is finite",
            {"weights": torch.tensor([0.7, 0.3, 0.0]), "sharpness": 3.0},
            steepest={"weights": STEEP},
        ),
        Case(
            "a head on one row alone stays there, and has a slope",
            {"weights": torch.tensor([0.0, 1.0, 0.0, 0.0]), "sharpness": 1.5},
            steepest={"weights": STEEP},
        ),
        Case(
            "twelve rows alike stay alike, at any sharpness",
            {"weights": torch.full((12,), 1 / 12), "sharpness": 60.0},
            steepest={"weights": STEEP},
        ),
        Case(
            "a large sharpness takes the largest alone",
            {"weights": torch.tensor([0.01, 0.05, 0.01, 0.04]), "sharpness": 80.0},
        ),
    ),
    mistakes={
        "they no longer sum to 1; divide by their sum": (
            lambda weights, sharpness: weights**sharpness
        ),
        "you multiplied, and dividing by the sum undoes that; take the power": (
            lambda weights, sharpness: (
                (sharpness * weights) / (sharpness * weights).sum()
            )
        ),
        "you took the softmax of the weights; take it of their logarithms": (
            lambda weights, sharpness: torch.softmax(sharpness * weights, dim=0)
        ),
        "the logarithm of 0 has no slope; keep what goes into it above a tiny number": (
            lambda weights, sharpness: torch.softmax(sharpness * weights.log(), dim=0)
        ),
        "the sharpness acts the other way: you took the root": (
            lambda weights, sharpness: _sharpen(weights, 1 / sharpness)
        ),
        "the powers are too small for a float32, and 0 / 0 is not a number": (
            lambda weights, sharpness: weights**sharpness / (weights**sharpness).sum()
        ),
    },
    praise="The order of the rows stays, and the first takes more.",
)
