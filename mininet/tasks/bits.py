"""What the tasks on sequences of bits share: their loss and their score."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from mininet.tasks import Batch


class Bits:
    """A task whose answers are bits; outputs are logits, (T, B, O).

    Only the steps where the mask is 1 count.
    """

    input_size: int
    output_size: int

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        """Draw new sequences."""
        raise NotImplementedError

    def loss(self, outputs: Tensor, batch: Batch) -> Tensor:
        """The mean surprise at a bit that counts, in nats."""
        return surprise(outputs, batch).sum() / (
            batch.mask.sum() * batch.targets.shape[-1]
        )

    def score(self, outputs: Tensor, batch: Batch) -> dict[str, float]:
        """Surprise in bits a sequence, and shares of bits and of sequences right."""
        wrong = ((outputs > 0) != (batch.targets > 0.5)) * batch.mask.unsqueeze(-1)
        wrong = wrong.sum(dim=(0, 2)).double()  # (B,)
        asked = batch.mask.sum(0).double() * batch.targets.shape[-1]
        return {
            "bits": float(bits(outputs, batch).mean()),
            "wrong_bits": float(wrong.mean()),
            "bits_right": float(1 - (wrong / asked).mean()),
            "right": float((wrong == 0).double().mean()),
        }


def surprise(outputs: Tensor, batch: Batch) -> Tensor:
    """The surprise at each bit in nats, 0 where none counts, (T, B, O)."""
    if outputs.shape != batch.targets.shape:
        raise ValueError(
            f"outputs must have shape {tuple(batch.targets.shape)} "
            f"(time, batch, bits), got {tuple(outputs.shape)}"
        )
    each = F.binary_cross_entropy_with_logits(outputs, batch.targets, reduction="none")
    return each * batch.mask.unsqueeze(-1)


def bits(outputs: Tensor, batch: Batch) -> Tensor:
    """The surprise at each sequence, in bits, (B,): the paper's cost."""
    return surprise(outputs, batch).double().sum(dim=(0, 2)) / math.log(2)
