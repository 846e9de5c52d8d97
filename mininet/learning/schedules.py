"""What changes from step to step, and where chance comes from."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch


def generator(seed: int, purpose: str) -> torch.Generator:
    """A source of random numbers of its own for each pair of seed and purpose.

    Raises:
        ValueError: if the seed is not a whole number of at least 0.
    """
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        raise ValueError(f"seed must be a whole number of at least 0, got {seed!r}")
    mixed = np.random.SeedSequence([seed, *purpose.encode()])
    return torch.Generator().manual_seed(int(mixed.generate_state(1, np.uint64)[0]))


def one_cycle(step: int, steps: int, warmup: float) -> float:
    """The learning rate at a step, as a share of its highest (after Smith 2018).

    It rises in a line over the first `warmup` of the steps and falls along a half
    cosine to zero, which it would meet one step after the last.

    Args:
        step: from 1 to `steps`.
        steps: of the whole training.
        warmup: share of the steps in which the rate rises, from 0 up to below 1.
    """
    rise = warmup * steps
    if step <= rise:
        return step / rise
    return 0.5 + 0.5 * math.cos(math.pi * (step - rise) / (steps + 1 - rise))


def rising_length(
    shortest: int, longest: int, *, step: int, steps: int, share: float, seed: int
) -> int:
    """A length for this step, drawn evenly from `shortest` up to a top that rises.

    The top rises with the square of the step, so that most of the early steps are short
    and cheap, and reaches `longest` after `share` of the steps. The same step and seed
    give the same length.
    """
    risen = 1.0 if share == 0 else min(1.0, step / (share * steps)) ** 2
    top = shortest + math.ceil(risen * (longest - shortest))
    source = generator(seed, f"length of step {step}")
    return int(torch.randint(shortest, top + 1, (), generator=source))


def some_of(lengths: Sequence[int], drawn: int, *, step: int, seed: int) -> list[int]:
    """So many of the lengths, drawn anew for each step; all, if there are no more.

    A machine that sees other lengths in every step cannot learn a few of them in place
    of the task.
    """
    source = generator(seed, f"lengths of step {step}")
    order = torch.randperm(len(lengths), generator=source).tolist()
    return sorted(lengths[k] for k in order[:drawn])
