"""Answers to the exercises on the nram."""

from __future__ import annotations

import math

import numpy as np
import torch


def fade_in_a_loop(kept, x, share):
    return [share * k + (1 - share) * new for k, new in zip(kept, x, strict=True)]


def fade_in_place(kept, x, share):
    kept *= share
    kept += (1 - share) * x
    return kept


def half_life_by_halving(share):
    low, high = 0.0, 1e6
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if share**middle > 0.5 else (low, middle)
    return middle


WRONG = {
    "fade": {
        "exchanged": lambda kept, x, share: (1 - share) * kept + share * x,
        "all of the new": lambda kept, x, share: share * kept + x,
        "all of the old": lambda kept, x, share: kept + (1 - share) * x,
        "the new taken away": lambda kept, x, share: share * kept - (1 - share) * x,
        "nothing new": lambda kept, x, share: share * kept,
        "nothing old": lambda kept, x, share: (1 - share) * x,
        "the old as it was": lambda kept, x, share: kept,
        "half of each": lambda kept, x, share: (kept + x) / 2,
        "the share twice": lambda kept, x, share: share**2 * kept + (1 - share) * x,
        "the first number alone": lambda kept, x, share: (
            share * kept + (1 - share) * x
        )[:1],
        "the mean of the numbers": lambda kept, x, share: np.full_like(
            kept, (share * kept + (1 - share) * x).mean()
        ),
    },
    "half_life": {
        "to a share of 1/e": lambda share: -1 / math.log(share),
        "one over the loss": lambda share: 1 / (1 - share),
        "half over the loss": lambda share: 0.5 / (1 - share),
        "a rule of thumb": lambda share: 0.7 / (1 - share),
        "upside down": lambda share: math.log(share) / math.log(0.5),
        "negative": lambda share: math.log(0.5) / -math.log(share),
        "a logarithm alone": lambda share: -math.log2(share),
        "a whole number": lambda share: round(math.log(0.5) / math.log(share)),
        "one step less": lambda share: math.log(0.5) / math.log(share) - 1,
        "true of a half alone": lambda share: 1.0,
        "half over the share": lambda share: 0.5 / share,
    },
}
RIGHT = {
    "fade": {
        "in a loop": fade_in_a_loop,
        "in place": fade_in_place,
        "a step towards the new": lambda kept, x, share: (
            kept + (1 - share) * (x - kept)
        ),
        "in torch, other names": lambda old, new, k: torch.lerp(
            torch.as_tensor(new), torch.as_tensor(old), k
        ),
    },
    "half_life": {
        "in powers of two": lambda share: -1 / math.log2(share),
        "in NumPy": lambda share: np.log(0.5) / np.log(share),
        "in torch, another name": lambda k: (
            torch.tensor(0.5).double().log() / torch.tensor(k).double().log()
        ),
        "by halving": half_life_by_halving,
    },
}
