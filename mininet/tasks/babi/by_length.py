"""Batches of questions whose stories are about as long as each other."""

from __future__ import annotations

from typing import Any

import torch

from mininet.recurrent import check_sizes
from mininet.tasks.babi.asking import Asked
from mininet.tasks.babi.encoding import Batch, some


class AskedByLength(Asked):
    """As `Asked`, but the stories of a batch are about as long as each other.

    So that a machine that reads sentence by sentence does not run on over empty places.
    The questions, in the order of length, are a ring: each is drawn as often as any
    other, and only the batches where the ring closes hold short and long ones.

    Args:
        questions: all there are.
        near: a batch is drawn from so many times its size, next to each other.
    """

    def __init__(self, questions: Batch, near: int = 4) -> None:
        super().__init__(questions)
        check_sizes(near=near)
        self.near = near
        self.order = torch.argsort((questions.stories > 0).sum(1), stable=True)

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Any:
        """Draw some of the questions, none of them twice unless there are too few.

        Args:
            batch_size: how many.
            length: has no meaning here.
            generator: of the draw.
        """
        check_sizes(batch_size=batch_size)
        there = len(self.order)
        start = int(torch.randint(there, (), generator=generator))
        drawn = torch.randperm(self.near * batch_size, generator=generator)
        places = (start + drawn[:batch_size]) % there
        return some(self.questions, self.order[places])
