"""Priority sort: say vectors again in the order of their priorities (Graves et al.)."""

from __future__ import annotations

import torch

from mininet.recurrent import check_sizes
from mininet.tasks import Batch
from mininet.tasks.bits import Bits
from mininet.tasks.copying import random_bits


class PrioritySort(Bits):
    """Read vectors with priorities, then a mark, then say the most urgent in order.

    Section 4.5 of the paper: vectors of 8 bits, priorities uniform in [-1, 1] on a
    channel of their own; of 20 the 16 with the highest priorities are asked for, the
    highest first. Bits are shown as -1 and 1. `length` counts the vectors.

    Args:
        width: bits in a vector.
        share: how many of the vectors are asked for.
    """

    def __init__(self, width: int = 8, share: float = 0.8) -> None:
        check_sizes(width=width)
        if not 0 < share <= 1:
            raise ValueError(f"share must be above 0 and at most 1, got {share}")
        self.width = width
        self.share = share
        self.input_size = width + 2
        self.output_size = width

    def asked(self, length: int) -> int:
        """How many of `length` vectors are asked for: at least one."""
        return max(1, round(self.share * length))

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        """Draw `length` vectors: inputs (length + 1 + asked, B, width + 2)."""
        check_sizes(batch_size=batch_size, length=length)
        width, B, asked = self.width, batch_size, self.asked(length)
        vectors = random_bits(length, B, width, generator=generator)
        priorities = 2 * torch.rand(length, B, generator=generator) - 1
        order = priorities.argsort(dim=0, descending=True)[:asked]
        steps = length + 1 + asked
        inputs = torch.zeros(steps, B, self.input_size)
        inputs[:length, :, :width] = 2 * vectors - 1
        inputs[:length, :, width] = priorities
        inputs[length, :, width + 1] = 1  # the mark
        targets = torch.zeros(steps, B, width)
        targets[-asked:] = vectors.gather(0, order.unsqueeze(-1).expand(-1, -1, width))
        mask = torch.zeros(steps, B)
        mask[-asked:] = 1
        return Batch(inputs, targets, mask)
