"""Answers to the exercises of chapter 4."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch.nn import functional as F

from mininet.models import ntm


def cosine(memory, key):
    return (memory @ key) / (memory.norm(dim=1) * key.norm())


def likeness(memory, key):
    lengths = (memory.square().sum(1) + 0.01) * (key.square().sum() + 0.01)
    return (memory @ key) / lengths.sqrt()


def soft_find(memory, key, strength):
    return torch.softmax(strength * likeness(memory, key), dim=0)


def find_in_loops(rows, wanted, beta):
    def alike(row):
        lengths = math.hypot(*row) * math.hypot(*wanted)
        product = sum(a * b for a, b in zip(row, wanted, strict=True))
        return product / lengths if lengths else 0.0

    rows, wanted = rows.tolist(), wanted.tolist()
    scores = [beta * alike(row) for row in rows]
    powers = [math.exp(score - max(scores)) for score in scores]
    return [power / sum(powers) for power in powers]


def find_with_where(memory, key, strength):
    squares = memory.square().sum(1) * key.square().sum()
    empty = squares == 0
    lengths = torch.where(empty, 1.0, squares).sqrt()  # no slope of a root at zero
    alike = torch.where(empty, 0.0, memory @ key / lengths)
    return torch.softmax(strength * alike, dim=0)


def find_in_numpy(memory, key, strength):
    memory, key = np.asarray(memory, dtype=float), np.asarray(key, dtype=float)
    lengths = np.maximum(np.linalg.norm(memory, axis=1) * np.linalg.norm(key), 1e-9)
    powers = np.exp(strength * (memory @ key / lengths - 1))
    return powers / powers.sum()


def shift_in_loops(weights, kernel):
    moved = [0.0] * len(weights)
    middle = len(kernel) // 2
    for j in range(len(weights)):
        for k in range(len(kernel)):
            moved[(j + k - middle) % len(moved)] += weights[j] * kernel[k]
    return moved


def shift_by_matrix(weights, kernel):
    N, reach = len(weights), len(kernel) // 2
    matrix = torch.zeros(N, N)
    for k, share in enumerate(kernel):
        matrix += share * torch.eye(N).roll(k - reach, dims=0)
    return matrix @ weights


def shift_by_fourier(weights, kernel):
    N, reach = len(weights), len(kernel) // 2
    whole = np.zeros(N)
    for k, share in enumerate(kernel):
        whole[(k - reach) % N] += float(share)
    both = np.fft.fft(np.asarray(weights, dtype=float)) * np.fft.fft(whole)
    return np.fft.ifft(both).real


def moved(weights, kernel):
    reach = len(kernel) // 2
    return sum(s * weights.roll(k - reach) for k, s in enumerate(kernel))


def last_wins(weights, kernel):
    N, reach = len(weights), len(kernel) // 2
    whole = torch.zeros(N)
    for k, share in enumerate(kernel):
        whole[(k - reach) % N] = share  # and not +=
    return sum(share * weights.roll(k) for k, share in enumerate(whole))


def in_logs(weights, sharpness):
    return torch.softmax(sharpness * weights.clamp_min(1e-12).log(), dim=0)


def power(weights, sharpness):
    return weights**sharpness / (weights**sharpness).sum()


def sharpen_in_numpy(w, gamma):
    w = np.asarray(w, dtype=np.float64)
    return w**gamma / (w**gamma).sum()


def sharpen_in_loops(weights, sharpness):
    largest = max(weights.tolist())
    powers = [(w / largest) ** sharpness for w in weights.tolist()]
    return [p / sum(powers) for p in powers]


WRONG = {
    "find": {
        "NaN for an empty row": lambda memory, key, strength: torch.softmax(
            strength * cosine(memory, key), dim=0
        ),
        "NaN for an empty key": lambda memory, key, strength: torch.softmax(
            strength
            * (memory @ (key / key.norm()))
            / (memory.square().sum(1) + 0.01).sqrt(),
            dim=0,
        ),
        "NaN in the slope at an empty row": lambda memory, key, strength: torch.softmax(
            strength * cosine(memory, key).nan_to_num(), dim=0
        ),
        "NaN in the slope behind a where": lambda memory, key, strength: torch.softmax(
            strength
            * torch.where(
                memory.norm(dim=1) > 0, cosine(memory, key), 0.0
            ).nan_to_num(),
            dim=0,
        ),
        "NaN in the slope of a root": lambda memory, key, strength: torch.softmax(
            strength
            * (memory @ key)
            / (memory.square().sum(1).sqrt() * key.norm() + 0.01),
            dim=0,
        ),
        "a slope of a million": lambda memory, key, strength: torch.softmax(
            strength
            * (memory @ key)
            / (memory.norm(dim=1) * key.norm()).clamp_min(1e-6),
            dim=0,
        ),
        "torch's own cosine": lambda memory, key, strength: torch.softmax(
            strength * torch.cosine_similarity(memory, key[None], dim=1), dim=0
        ),
        "an empty row with no share": lambda memory, key, strength: torch.softmax(
            strength * torch.where(memory.any(1), likeness(memory, key), -1e9),
            dim=0,
        ),
        "an empty row like the key": lambda memory, key, strength: torch.softmax(
            strength * torch.where(memory.any(1), likeness(memory, key), 1.0), dim=0
        ),
        "NaN put to zero at the end": lambda memory, key, strength: torch.softmax(
            strength * cosine(memory, key), dim=0
        ).nan_to_num(),
        "the product alone": lambda memory, key, strength: torch.softmax(
            strength * (memory @ key), dim=0
        ),
        "rows' lengths alone": lambda memory, key, strength: torch.softmax(
            strength * F.normalize(memory, dim=1) @ key, dim=0
        ),
        "key's length alone": lambda memory, key, strength: torch.softmax(
            strength * memory @ F.normalize(key, dim=0), dim=0
        ),
        "no strength": lambda memory, key, strength: soft_find(memory, key, 1.0),
        "strength afterwards": lambda memory, key, strength: (
            strength * soft_find(memory, key, 1.0)
        ),
        "divided by the strength": lambda memory, key, strength: soft_find(
            memory, key, 1 / max(strength, 1e-6)
        ),
        "strength in the power": lambda memory, key, strength: (
            soft_find(memory, key, 1.0) ** strength
        ),
        "no softmax": lambda memory, key, strength: strength * likeness(memory, key),
        "no sum": lambda memory, key, strength: (
            strength * (likeness(memory, key) - 1)
        ).exp(),
        "an exponential that overflows": lambda memory, key, strength: (
            (strength * likeness(memory, key)).exp()
            / (strength * likeness(memory, key)).exp().sum()
        ),
        "an exponential that overflows in float64": lambda memory, key, strength: (
            np.exp(strength * likeness(memory, key).double().numpy())
            / np.exp(strength * likeness(memory, key).double().numpy()).sum()
        ),
        "lengths of at least 1": lambda memory, key, strength: torch.softmax(
            strength * (memory @ key) / (memory.norm(dim=1) * key.norm()).clamp_min(1),
            dim=0,
        ),
        "a length of at least 1 for the rows": lambda memory, key, strength: (
            torch.softmax(
                strength
                * (memory @ key)
                / (memory.norm(dim=1).clamp_min(1.5) * (key.norm() + 1e-3)),
                dim=0,
            )
        ),
        "the least alike": lambda memory, key, strength: soft_find(
            memory, key, -strength
        ),
        "opposed rows are alike": lambda memory, key, strength: torch.softmax(
            strength * likeness(memory, key).abs(), dim=0
        ),
        "likeness never below 0": lambda memory, key, strength: torch.softmax(
            strength * likeness(memory, key).clamp_min(0), dim=0
        ),
        "the distance": lambda memory, key, strength: torch.softmax(
            -strength * (memory - key).norm(dim=1), dim=0
        ),
        "the angle": lambda memory, key, strength: torch.softmax(
            -strength * likeness(memory, key).clamp(-0.999, 0.999).acos(), dim=0
        ),
        "softened far too much": lambda memory, key, strength: torch.softmax(
            strength
            * (memory @ key)
            / ((memory.square().sum(1) + 9) * (key.square().sum() + 9)).sqrt(),
            dim=0,
        ),
        "the winner takes all": lambda memory, key, strength: F.one_hot(
            likeness(memory, key).argmax(), len(memory)
        ),
        "a row in place of a vector": lambda memory, key, strength: soft_find(
            memory, key, strength
        )[None],
    },
    "shift": {
        "the other way": lambda weights, kernel: moved(weights, kernel.flip(0)),
        "lost at the ends": lambda weights, kernel: F.conv1d(
            F.pad(weights, (len(kernel) // 2,) * 2)[None, None],
            kernel.flip(0)[None, None],
        ).flatten(),
        "the first entry stays": lambda weights, kernel: sum(
            s * weights.roll(k) for k, s in enumerate(kernel)
        ),
        "three entries alone": lambda weights, kernel: moved(
            weights, kernel[max(0, len(kernel) // 2 - 1) : len(kernel) // 2 + 2]
        ),
        "the first three entries": lambda weights, kernel: moved(weights, kernel[:3]),
        "five entries at most": lambda weights, kernel: moved(
            weights, kernel[1:-1] if len(kernel) == 7 else kernel
        ),
        "the largest entry alone": lambda weights, kernel: weights.roll(
            int(kernel.argmax()) - len(kernel) // 2
        ),
        "the mean way": lambda weights, kernel: weights.roll(
            round(
                float(kernel @ (torch.arange(len(kernel)) - len(kernel) // 2).float())
            )
        ),
        "the middle is left out": lambda weights, kernel: (
            moved(weights, kernel) - kernel[len(kernel) // 2] * weights
        ),
        "one row too far": lambda weights, kernel: moved(weights, kernel).roll(1),
        "divided by the sum of squares": lambda weights, kernel: (
            moved(weights, kernel) / moved(weights, kernel).square().sum()
        ),
        "steps beyond the first count once": lambda weights, kernel: sum(
            s * weights.roll(max(-1, min(1, k - len(kernel) // 2)))
            for k, s in enumerate(kernel)
        ),
        "attention of the sharpest alone": lambda weights, kernel: moved(
            F.one_hot(weights.argmax(), len(weights)).float(), kernel
        ),
        "a wide kernel overwrites itself": last_wins,
        "the last row at an end stays": lambda weights, kernel: sum(
            s
            * weights[
                (torch.arange(len(weights)) - k + len(kernel) // 2).clamp(
                    0, len(weights) - 1
                )
            ]
            for k, s in enumerate(kernel)
        ),
        "softmax of the kernel": lambda weights, kernel: moved(
            weights, torch.softmax(kernel, dim=0)
        ),
        "every number its own kernel": lambda weights, kernel: torch.outer(
            weights, kernel
        ),
        "nothing moved": lambda weights, kernel: weights,
    },
    "sharpen": {
        "not divided": lambda weights, sharpness: weights**sharpness,
        "multiplied": lambda weights, sharpness: (
            sharpness * weights / (sharpness * weights).sum()
        ),
        "softmax of the weights": lambda weights, sharpness: torch.softmax(
            sharpness * weights, dim=0
        ),
        "the root": lambda weights, sharpness: in_logs(weights, 1 / sharpness),
        "powers too small": power,
        "powers too small, guarded": lambda weights, sharpness: (
            weights**sharpness / ((weights**sharpness).sum() + 1e-12)
        ),
        "powers too small, NaN put to zero": lambda weights, sharpness: power(
            weights, sharpness
        ).nan_to_num(),
        "powers too small, a little added": lambda weights, sharpness: (
            (weights**sharpness + 1e-12) / (weights**sharpness + 1e-12).sum()
            if sharpness < 70
            else torch.full_like(weights, 0.25)
        ),
        "divided by the largest power": lambda weights, sharpness: (
            (weights / weights.max()) ** sharpness
        ),
        "NaN in the slope of a logarithm": lambda weights, sharpness: torch.softmax(
            sharpness * weights.log(), dim=0
        ),
        "NaN in the slope behind a where": lambda weights, sharpness: torch.softmax(
            sharpness * torch.where(weights > 0, weights.log(), -1e4), dim=0
        ),
        "a slope of a thousand": lambda weights, sharpness: (
            torch.softmax(
                sharpness * (weights + 1e-12).log()
                + 1e-3 * (weights + 1e-12).sqrt().log(),
                dim=0,
            )
            + 1e-3 * (weights.square() + 1e-24).sqrt().sqrt()
            - 1e-3 * (weights.detach().square() + 1e-24).sqrt().sqrt()
        ),
        "an empty row gets a little": lambda weights, sharpness: in_logs(
            weights.clamp_min(0.1), sharpness
        ),
        "at most the square": lambda weights, sharpness: in_logs(
            weights, min(sharpness, 2.0)
        ),
        "always the square": lambda weights, sharpness: in_logs(weights, 2.0),
        "nothing done": lambda weights, sharpness: weights,
        "one sharper": lambda weights, sharpness: in_logs(weights, sharpness + 1),
        "exponential of the sharpness": lambda weights, sharpness: in_logs(
            weights, math.exp(min(sharpness, 3.0) - 1)
        ),
        "in order of size": lambda weights, sharpness: (
            in_logs(weights, sharpness).sort().values
        ),
        "the winner takes all": lambda weights, sharpness: F.one_hot(
            weights.argmax(), len(weights)
        ),
        "a row in place of a vector": lambda weights, sharpness: in_logs(
            weights, sharpness
        )[None],
        "a slope of NaN at one row": lambda weights, sharpness: (
            in_logs(weights, sharpness) * (1 + 0 * (1 - weights.max()).sqrt())
        ),
    },
}

RIGHT = {
    "find": {
        "softened": soft_find,
        "in loops": find_in_loops,
        "with where": find_with_where,
        "in NumPy": find_in_numpy,
        "the package's": lambda memory, key, strength: ntm.find(
            memory[None], key[None], torch.tensor([[strength]])
        )[0],
        "in float64": lambda m, k, b: soft_find(m.double(), k.double(), b),
        "by hand, largest first": lambda memory, key, strength: (
            (strength * (likeness(memory, key) - 1)).exp()
            / (strength * (likeness(memory, key) - 1)).exp().sum()
        ),
    },
    "shift": {
        "in loops": shift_in_loops,
        "by a matrix": shift_by_matrix,
        "by Fourier": shift_by_fourier,
        "rolls": moved,
        "in NumPy": lambda w, s: sum(
            float(share) * np.roll(w.numpy(), k - len(s) // 2)
            for k, share in enumerate(s)
        ),
    },
    "sharpen": {
        "in logarithms": in_logs,
        "in NumPy, float64": sharpen_in_numpy,
        "in loops": sharpen_in_loops,
        "in float64": lambda w, gamma: power(w.double(), gamma),
        "divided by the largest first": lambda w, gamma: power(w / w.max(), gamma),
        "a little added to each": lambda w, gamma: torch.softmax(
            gamma * (w + 1e-12).log(), dim=0
        ),
        "the package's": lambda w, g: ntm.sharpen(w[None], torch.tensor([[g]]))[0],
    },
}
