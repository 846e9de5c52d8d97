"""Answers to the exercises of chapter 14."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch

from mininet.models.listening_and_looking import pyramid as joined


def pyramid_in_a_loop(states):
    rows = [list(map(float, row)) for row in states]
    if len(rows) % 2:
        rows.append([0.0] * len(rows[0]))
    return [rows[k] + rows[k + 1] for k in range(0, len(rows), 2)]


def pyramid_of_the_package(steps):
    return joined(torch.as_tensor(steps).unsqueeze(1)).squeeze(1)


def pyramid_by_strides(states):
    states = np.asarray(states)
    first, second = states[::2], states[1::2]
    missing = np.zeros((len(first) - len(second), states.shape[1]))
    return np.hstack([first, np.vstack([second, missing])])


def pyramid_in_torch(states):
    states = torch.as_tensor(states)
    padded = torch.nn.functional.pad(states, (0, 0, 0, len(states) % 2))
    return padded.view(-1, 2 * states.shape[1])


def peaks(weights):
    return np.asarray(weights).argmax(1)


def monotone_in_a_loop(weights):
    highest = -1
    for row in weights:
        place = max(range(len(row)), key=lambda n: row[n])
        if place < highest:
            return False
        highest = place
    return True


def monotone_by_sorting(weights):
    where = [list(row).index(max(row)) for row in weights]
    return where == sorted(where)


def pairs(states):
    """As the solution, on plain arrays."""
    return pyramid_by_strides(states)


WRONG = {
    "pyramid": {
        "the mean": lambda states: (
            (
                pairs(states)[:, : np.shape(states)[1]]
                + pairs(states)[:, np.shape(states)[1] :]
            )
            / 2
        ),
        "the sum": lambda states: (
            pairs(states)[:, : np.shape(states)[1]]
            + pairs(states)[:, np.shape(states)[1] :]
        ),
        "the larger": lambda states: np.maximum(
            pairs(states)[:, : np.shape(states)[1]],
            pairs(states)[:, np.shape(states)[1] :],
        ),
        "the first of each": lambda states: np.asarray(states)[::2],
        "the second of each": lambda states: np.asarray(states)[1::2],
        "as it was": lambda states: states,
        "exchanged": lambda states: np.roll(pairs(states), np.shape(states)[1], axis=1),
        "interleaved": lambda states: np.stack(
            np.split(pairs(states), 2, axis=1), 2
        ).reshape(-1, 2 * np.shape(states)[1]),
        "one step short": lambda states: pairs(states)[:-1],
        "ones for the missing": lambda states: (
            pairs(states)
            + (np.arange(len(pairs(states))) == len(states) // 2)[:, None]
            * (np.arange(2 * np.shape(states)[1]) >= np.shape(states)[1])
        ),
        "zeros in front": lambda states: pairs(
            np.vstack([np.zeros((len(states) % 2, np.shape(states)[1])), states])
        ),
        "the last dropped": lambda states: (
            pairs(states[: len(states) // 2 * 2])
            if len(states) > 1
            else np.zeros((0, 2 * np.shape(states)[1]))
        ),
        "time backward": lambda states: pairs(states)[::-1],
        "flat": lambda states: pairs(states).ravel(),
        "four joined": lambda states: pairs(pairs(states)),
    },
    "monotone": {
        "always": lambda weights: True,
        "never": lambda weights: False,
        "turned round": lambda weights: not monotone_in_a_loop(weights),
        "never onward": lambda weights: bool((np.diff(peaks(weights)) <= 0).all()),
        "strictly": lambda weights: bool((np.diff(peaks(weights)) > 0).all()),
        "the ends alone": lambda weights: bool(peaks(weights)[-1] >= peaks(weights)[0]),
        "the first two alone": lambda weights: bool(
            (np.diff(peaks(weights))[:1] >= 0).all()
        ),
        "the last two alone": lambda weights: bool(
            (np.diff(peaks(weights))[-1:] >= 0).all()
        ),
        "by the lowest": lambda weights: bool(
            (np.diff(np.asarray(weights).argmin(1)) >= 0).all()
        ),
        "by the mean place": lambda weights: bool(
            (np.diff(weights @ np.arange(weights.shape[1])) >= 0).all()
        ),
        "by how sure it is": lambda weights: bool(
            (np.diff(np.max(weights, 1)) >= 0).all()
        ),
        "one on at a time": lambda weights: bool((np.diff(peaks(weights)) == 1).all()),
        "at most one on": lambda weights: all(
            0 <= step <= 1 for step in np.diff(peaks(weights))
        ),
        "along the columns": lambda weights: monotone_in_a_loop(np.transpose(weights)),
        "one answer a step": lambda weights: np.diff(peaks(weights)) >= 0,
        "mostly": lambda weights: (
            bool((np.diff(peaks(weights)) >= 0).mean() > 0.5)
            if len(weights) > 1
            else True
        ),
        "one step back is allowed": lambda weights: bool(
            (np.diff(peaks(weights)) >= -1).all()
        ),
    },
}
RIGHT = {
    "pyramid": {
        "in a loop": pyramid_in_a_loop,
        "by strides": pyramid_by_strides,
        "the package's, another name": pyramid_of_the_package,
        "in torch": pyramid_in_torch,
    },
    "monotone": {
        "in a loop": monotone_in_a_loop,
        "by sorting": monotone_by_sorting,
        "in NumPy": lambda weights: bool((np.diff(peaks(weights)) >= 0).all()),
        "in torch, another name": lambda seen: bool(
            (torch.as_tensor(seen).argmax(1).diff() >= 0).all()
        ),
        "pair by pair": lambda weights: all(
            a <= b for a, b in pairwise(peaks(weights))
        ),
        "by the highest so far": lambda weights: bool(
            (np.maximum.accumulate(peaks(weights)) == peaks(weights)).all()
        ),
    },
}
