"""Associative recall: shown one item of a list, say the next (Graves et al. 2014)."""

from __future__ import annotations

import torch

from mininet.recurrent import check_sizes
from mininet.tasks import Batch
from mininet.tasks.bits import Bits
from mininet.tasks.copying import random_bits


class AssociativeRecall(Bits):
    """Read a list of items, then one of them again, and say the item after it.

    Section 4.3 of the paper: an item is three vectors of 6 bits. Two more channels: one
    marks the start of an item, the other the start and the end of the question. Bits
    are shown as -1 and 1. `length` counts the items.

    Args:
        width: bits in a vector.
        item: vectors in an item.
    """

    def __init__(self, width: int = 6, item: int = 3) -> None:
        check_sizes(width=width, item=item)
        self.width = width
        self.item = item
        self.input_size = width + 2
        self.output_size = width

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        """Draw lists of `length` items: inputs ((length + 2)(item + 1), B, width + 2).

        Raises:
            ValueError: if the length is below 2: the last item has no next one.
        """
        check_sizes(batch_size=batch_size, length=length)
        if length < 2:
            raise ValueError(f"recall needs at least 2 items, got length {length}")
        size, width, B = self.item, self.width, batch_size
        shape = (length, size, B, width)
        items = random_bits(*shape, generator=generator)
        asked = torch.randint(length - 1, (B,), generator=generator)
        at = torch.arange(B)
        question, answer = (items[k, :, at].transpose(0, 1) for k in (asked, asked + 1))
        block = size + 1  # a mark and the item behind it
        steps = length * block + block + 1 + size
        inputs = torch.zeros(steps, B, self.input_size)
        listed = inputs[: length * block].view(length, block, B, -1)
        listed[:, 0, :, width] = 1
        listed[:, 1:, :, :width] = 2 * items - 1
        start = length * block
        inputs[start, :, width + 1] = 1
        inputs[start + 1 : start + block, :, :width] = 2 * question - 1
        inputs[start + block, :, width + 1] = 1
        targets = torch.zeros(steps, B, width)
        targets[-size:] = answer
        mask = torch.zeros(steps, B)
        mask[-size:] = 1
        return Batch(inputs, targets, mask)
