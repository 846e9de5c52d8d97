"""What the models are asked to do: one module a family of tasks.

A task makes its own data, says how wrong an answer is, and scores it in the words of
its paper. It knows tensors and nothing of models.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import torch
from torch import Tensor


class Batch(NamedTuple):
    """B sequences of T steps each, and what is asked of them."""

    inputs: Tensor  # what the model reads, (T, B, D)
    targets: Tensor  # what it should say, (T, B, O) or class numbers (T, B)
    mask: Tensor  # 1 at the steps where the answer counts, else 0, (T, B)


class Task(Protocol):
    """Anything with these three methods can be trained on."""

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        """Draw new sequences; the same state of the generator draws the same ones.

        Raises:
            ValueError: if there is no such task of this length.
        """
        ...

    def loss(self, outputs: Tensor, batch: Batch) -> Tensor:
        """How wrong the outputs (T, B, O) are: one number to make small."""
        ...

    def score(self, outputs: Tensor, batch: Batch) -> dict[str, float]:
        """What to report about the outputs (T, B, O), by name."""
        ...
