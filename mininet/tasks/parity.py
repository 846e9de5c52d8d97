"""Is the number of ones odd? All bits are seen at once (Graves 2016, sec. 3.1).

It is not the length of a sequence that makes a question hard, but what has to be
computed from a single input.
"""

from __future__ import annotations

import torch
from torch import Tensor

from mininet.recurrent import check_sizes
from mininet.tasks import Batch
from mininet.tasks.bits import Bits


class Parity(Bits):
    """One question a sequence, of one step; outputs are logits of "odd", (1, B, 1).

    A question is a row of `places` numbers: the first n are 1 or -1, the rest 0.

    Args:
        places: the most bits a question can have.
    """

    output_size = 1

    def __init__(self, places: int = 64) -> None:
        check_sizes(places=places)
        self.places = places
        self.input_size = places

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        """Questions of 1 to `length` bits, each number as likely.

        Raises:
            ValueError: if `length` is not between 1 and `places`.
        """
        if not 1 <= length <= self.places:
            raise ValueError(
                f"length must be between 1 and places = {self.places}, got {length}"
            )
        many = torch.randint(1, length + 1, (batch_size,), generator=generator)
        return self.of(many, generator)

    def of(self, many: Tensor, generator: torch.Generator) -> Batch:
        """Questions with so many bits each, (B,) of whole numbers."""
        B, places = len(many), self.places
        signs = 2 * torch.randint(2, (B, places), generator=generator) - 1
        bits = signs * (torch.arange(places) < many.unsqueeze(1))
        odd = (bits == 1).sum(1, keepdim=True) % 2
        mask = torch.ones(1, B)
        return Batch(bits.float().unsqueeze(0), odd.float().unsqueeze(0), mask)
