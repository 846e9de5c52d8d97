"""Answers to the exercises of chapter 1."""

from __future__ import annotations

import math

import numpy as np
import torch


def over_sum(weights):
    return weights / weights.sum()


def step_back_in_loops(gradient, state, matrix):
    size = len(state)
    arrived = [gradient[k] * (1 - state[k] * state[k]) for k in range(size)]
    return [sum(matrix[i][j] * arrived[i] for i in range(size)) for j in range(size)]


def step_back_by_autograd(dh, h, W_h):
    before = torch.zeros(len(h), dtype=torch.float64, requires_grad=True)
    slope = torch.tensor(1 - h**2)
    (torch.tensor(dh) @ (slope * (torch.tensor(W_h) @ before))).backward()
    return before.grad


def clip_with_if(gradient, limit):
    length = math.sqrt(sum(x * x for x in gradient))
    if length <= limit:
        return list(gradient)
    return [x * limit / length for x in gradient]


def clip_in_place(gradient, limit):
    length = np.linalg.norm(gradient)
    if length > limit:
        gradient *= limit / length
    return gradient


def clip_with_torch(g, c):
    g = torch.tensor(g, requires_grad=True)
    return g * torch.clamp(c / (g.norm() + 1e-12), max=1.0)


def chances_in_a_loop(scores, temperature):
    largest = max(scores)
    powers = [math.exp((score - largest) / temperature) for score in scores]
    return [power / sum(powers) for power in powers]


def chances_from_logarithms(scores, temperature):
    scores = scores / temperature
    return np.exp(scores - np.logaddexp.reduce(scores))


def chances_in_place(scores, temperature):
    scores -= scores.max()
    scores /= temperature
    return over_sum(np.exp(scores))


def as_float32(scores, temperature):
    return torch.softmax(torch.tensor(scores).float() / temperature, dim=0)


WRONG = {
    "step_back": {
        "not transposed": lambda dh, h, W_h: W_h @ (dh * (1 - h**2)),
        "no slope": lambda dh, h, W_h: W_h.T @ dh,
        "tanh once more": lambda dh, h, W_h: W_h.T @ (dh * (1 - np.tanh(h) ** 2)),
        "slope after the matrix": lambda dh, h, W_h: (W_h.T @ dh) * (1 - h**2),
        "slope without the square": lambda dh, h, W_h: W_h.T @ (dh * (1 - h)),
        "slope of the size": lambda dh, h, W_h: W_h.T @ (dh * (1 - abs(h))),
        "slope of a sigmoid": lambda dh, h, W_h: W_h.T @ (dh * h * (1 - h)),
        "slope squared": lambda dh, h, W_h: W_h.T @ (dh * (1 - h**2) ** 2),
        "square of the gradient": lambda dh, h, W_h: W_h.T @ (dh * (1 - dh**2)),
        "root of the slope": lambda dh, h, W_h: W_h.T @ (dh * np.sqrt(1 - h**2)),
        "sign turned": lambda dh, h, W_h: -W_h.T @ (dh * (1 - h**2)),
        "sizes of the gradient": lambda dh, h, W_h: W_h.T @ (abs(dh) * (1 - h**2)),
        "a row in place of a vector": lambda dh, h, W_h: (dh * (1 - h**2))[None] @ W_h,
        "gradient itself passes too": lambda dh, h, W_h: W_h.T @ (dh * (1 - h**2)) + dh,
        "no sum over the units": lambda dh, h, W_h: W_h.T * (dh * (1 - h**2)),
        "slope only where h is above 0": lambda dh, h, W_h: (
            W_h.T @ (dh * (1 - np.maximum(h, 0) ** 2))
        ),
        "two units only": lambda dh, h, W_h: (W_h.T @ (dh * (1 - h**2)))[:2],
    },
    "clip": {
        "longest number for the length": lambda gradient, limit: (
            gradient * min(1, limit / max(abs(gradient).max(), 1e-12))
        ),
        "largest signed number for the length": lambda gradient, limit: (
            gradient * min(1, limit / max(gradient.max(), 1e-12))
        ),
        "sum for the length": lambda gradient, limit: (
            gradient * min(1, limit / max(abs(gradient).sum(), 1e-12))
        ),
        "signed sum for the length": lambda gradient, limit: (
            gradient * min(1, limit / max(gradient.sum(), 1e-12))
        ),
        "mean square for the length": lambda gradient, limit: (
            gradient * min(1, limit / max(np.sqrt((gradient**2).mean()), 1e-12))
        ),
        "squared length": lambda gradient, limit: (
            gradient * min(1, limit / max(gradient @ gradient, 1e-12))
        ),
        "5 for the limit": lambda gradient, limit: (
            gradient * min(1, 5 / max(np.linalg.norm(gradient), 1e-12))
        ),
        "1 for the limit": lambda gradient, limit: (
            gradient * min(1, 1 / max(np.linalg.norm(gradient), 1e-12))
        ),
        "a length of at least 1": lambda gradient, limit: (
            gradient * min(1, limit / max(np.linalg.norm(gradient), 1))
        ),
        "each number cut": lambda gradient, limit: np.clip(gradient, -limit, limit),
        "each number cut from above": lambda gradient, limit: np.minimum(
            gradient, limit
        ),
        "short ones are lengthened": lambda gradient, limit: (
            gradient * limit / max(np.linalg.norm(gradient), 1e-12)
        ),
        "NaN for zeros": lambda gradient, limit: (
            gradient * np.minimum(1, np.float64(limit) / np.linalg.norm(gradient))
            if gradient.any()
            else gradient / np.linalg.norm(gradient)
        ),
        "NaN in the zeros' branch": lambda gradient, limit: (
            gradient / np.linalg.norm(gradient) * min(np.linalg.norm(gradient), limit)
        ),
        "signs lost": lambda gradient, limit: (
            abs(gradient) * min(1, limit / max(np.linalg.norm(gradient), 1e-12))
        ),
        "length in place of the gradient": lambda gradient, limit: min(
            np.linalg.norm(gradient), limit
        ),
        "factor in place of the gradient": lambda gradient, limit: min(
            1, limit / max(np.linalg.norm(gradient), 1e-12)
        ),
        "long ones dropped": lambda gradient, limit: (
            gradient * (np.linalg.norm(gradient) <= limit)
        ),
        "looks only at the first two": lambda gradient, limit: (
            gradient * min(1, limit / max(np.linalg.norm(gradient[:2]), 1e-12))
        ),
        "scaled twice": lambda gradient, limit: (
            gradient * min(1, limit / max(np.linalg.norm(gradient), 1e-12)) ** 2
        ),
        "root of the factor": lambda gradient, limit: (
            gradient * min(1, limit / max(np.linalg.norm(gradient), 1e-12)) ** 0.5
        ),
        "limit taken off": lambda gradient, limit: (
            gradient * max(0, 1 - limit / max(np.linalg.norm(gradient), 1e-12))
            if np.linalg.norm(gradient) > limit
            else gradient
        ),
        "softened far too much": lambda gradient, limit: (
            gradient * min(1, limit / (np.linalg.norm(gradient) + 0.01))
        ),
        "decided by the largest number": lambda gradient, limit: (
            gradient * limit / np.linalg.norm(gradient)
            if abs(gradient).max() > limit
            else gradient
        ),
        "decided by the sum": lambda gradient, limit: (
            gradient * limit / np.linalg.norm(gradient)
            if abs(gradient).sum() > limit
            else gradient
        ),
        "a row in place of a vector": lambda gradient, limit: (
            gradient[None] * min(1, limit / max(np.linalg.norm(gradient), 1e-12))
        ),
    },
    "chances": {
        "multiplied": lambda scores, temperature: over_sum(
            np.exp((scores - scores.max()) * temperature)
        ),
        "divided afterwards": lambda scores, temperature: (
            over_sum(np.exp(scores - scores.max())) / temperature
        ),
        "no temperature": lambda scores, temperature: over_sum(
            np.exp(scores - scores.max())
        ),
        "not divided by the sum": lambda scores, temperature: np.exp(
            (scores - scores.max()) / temperature
        ),
        "nothing taken away": lambda scores, temperature: over_sum(
            np.exp(scores / temperature)
        ),
        "scores divided, what is taken away not": lambda scores, temperature: over_sum(
            np.exp(scores / temperature - scores.max())
        ),
        "the first score taken away": lambda scores, temperature: over_sum(
            np.exp((scores - scores[0]) / temperature)
        ),
        "the last score taken away": lambda scores, temperature: over_sum(
            np.exp((scores - scores[-1]) / temperature)
        ),
        "the smallest taken away": lambda scores, temperature: over_sum(
            np.exp((scores - scores.min()) / temperature)
        ),
        "the mean taken away": lambda scores, temperature: over_sum(
            np.exp((scores - scores.mean()) / temperature)
        ),
        "the size of the largest taken away": lambda scores, temperature: over_sum(
            np.exp((scores - abs(scores).max()) / temperature)
        ),
        "exponents cut at 700": lambda scores, temperature: over_sum(
            np.exp(np.minimum(scores / temperature, 700))
        ),
        "the largest takes all": lambda scores, temperature: np.eye(len(scores))[
            scores.argmax()
        ],
        "powers of 2": lambda scores, temperature: over_sum(
            2 ** ((scores - scores.max()) / temperature)
        ),
        "temperature squared": lambda scores, temperature: over_sum(
            np.exp((scores - scores.max()) / temperature**2)
        ),
        "in order of size": lambda scores, temperature: np.sort(
            over_sum(np.exp((scores - scores.max()) / temperature))
        ),
        "logarithms": lambda scores, temperature: np.log(
            over_sum(np.exp((scores - scores.max()) / temperature)) + 1e-30
        ),
        "a tenth for everybody": lambda scores, temperature: (
            0.9 * over_sum(np.exp((scores - scores.max()) / temperature))
            + 0.1 / len(scores)
        ),
        "a temperature of at least 0.1": lambda scores, temperature: over_sum(
            np.exp((scores - scores.max()) / max(temperature, 0.5))
        ),
        "softmax first, then a power, not divided again": lambda scores, temperature: (
            over_sum(np.exp(scores - scores.max())) ** (1 / temperature)
        ),
        "the likeliest score in place of chances": lambda scores, temperature: (
            scores.argmax()
        ),
    },
}

RIGHT = {
    "step_back": {
        "as a row times the matrix": lambda dh, h, W_h: (dh * (1 - h * h)) @ W_h,
        "einsum": lambda a, b, c: np.einsum("i,i,ij->j", a, 1 - b**2, c),
        "with a diagonal matrix": lambda dh, h, W: W.T @ np.diag(1 - h**2) @ dh,
        "in loops": step_back_in_loops,
        "by autograd": step_back_by_autograd,
        "in torch": lambda *given: (
            torch.tensor(given[2]).T @ torch.tensor(given[0] * (1 - given[1] ** 2))
        ),
        "by keyword only": lambda *, W_h, h, dh: W_h.T @ (dh * (1 - h**2)),
    },
    "clip": {
        "with if, in a loop": clip_with_if,
        "in place, and returned": clip_in_place,
        "in torch": clip_with_torch,
        "arguments in another order": lambda limit, gradient: (
            gradient * min(1, limit / max(np.linalg.norm(gradient), 1e-12))
        ),
        "divided by what is larger": lambda g, c: g / max(1, np.sqrt(np.sum(g**2)) / c),
        "torch's own": lambda g, limit: (
            torch.nn.functional.normalize(torch.tensor(g), dim=0)
            * min(float(np.linalg.norm(g)), limit)
        ),
    },
    "chances": {
        "in a loop": chances_in_a_loop,
        "from logarithms": chances_from_logarithms,
        "float32": as_float32,
        "largest taken away after dividing": lambda scores, T: over_sum(
            np.exp(scores / T - (scores / T).max())
        ),
        "in place": chances_in_place,
    },
}
