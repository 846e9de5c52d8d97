"""Swapping two numbers, which no machine of ours has learned, and half of it."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from mininet.experiments.nram import CLAIM, MACHINE, PLAIN, TRAINING, ArrayStudy
from mininet.learning import Lengths
from mininet.studies import Trial
from mininet.tasks.pointers import Swap


class Moving(Swap):
    """Half a swap: what q points to is put where p points."""

    def steps(self, n: Tensor) -> Tensor:
        """Four, whatever the length: three reads, and a write after the last."""
        return torch.full_like(n, 4)

    def answered(self, memory: Tensor, n: Tensor) -> Tensor:
        """One gets what the other has."""
        return memory.scatter(1, memory[:, :1], memory.gather(1, memory[:, 1:2]))

    def answer(self, memory: list[int]) -> list[int]:
        """As Python moves."""
        p, q = memory[:2]
        after = list(memory)
        after[p] = memory[q]
        return after


LONGER = replace(TRAINING, steps=300, lengths=Lengths(2, 6))
STUDIES = (
    ArrayStudy(
        name="nram-swapping",
        title="The neural random-access machine on swap, its steps given",
        trials={
            name: Trial(MACHINE, LONGER, replace(claim, task=f"{name}: {CLAIM.task}"))
            for name, claim in (("swap", CLAIM), ("half a swap", PLAIN))
        },
        tasks={"swap": Swap(), "half a swap": Moving()},
        lengths=(50, 2, 6, 12, 100),
    ),
)
