"""The adding problem: two numbers to keep while many others pass by."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from mininet.recurrent import check_sizes
from mininet.tasks import Batch


class Adding:
    """Say at the end the sum of the two marked numbers of a sequence.

    At every step there is a number, uniform in [0, 1), and a mark, 0 or 1. Two steps
    are marked, one in each half. The task is experiment 4 of Hochreiter & Schmidhuber
    (1997) in the form that later papers use. Theirs draws from [-1, 1], marks two
    steps in the first half, and scales the sum to [0, 1].
    """

    input_size = 2
    output_size = 1
    baseline = 1 / 6  # squared error of always saying 1: the variance of the sum
    # The 1997 paper counts an error below 0.04 as right, with sums scaled to [0, 1].
    # Ours run from 0 to 2, so the same closeness is twice that.
    tolerance = 0.08

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        """Draw sequences: inputs (T, B, 2), sums (T, B, 1), the last step's mask.

        Raises:
            ValueError: if the length is below 2 or the batch is empty.
        """
        check_sizes(batch_size=batch_size, length=length)
        if length < 2:
            raise ValueError(
                "the adding problem marks one step in each half, so length must be "
                f"at least 2, got {length}"
            )
        half = length // 2
        values = torch.rand(length, batch_size, generator=generator)
        first = torch.randint(half, (1, batch_size), generator=generator)
        second = torch.randint(half, length, (1, batch_size), generator=generator)
        marks = torch.zeros(length, batch_size)
        marks.scatter_(0, torch.cat([first, second]), 1.0)
        sums = (values * marks).sum(0)  # (B,)
        mask = torch.zeros(length, batch_size)
        mask[-1] = 1
        targets = sums.expand(length, batch_size).unsqueeze(-1)
        return Batch(torch.stack([values, marks], dim=-1), targets, mask)

    def loss(self, outputs: Tensor, batch: Batch) -> Tensor:
        """Mean squared error after the last step; outputs are (T, B, 1)."""
        _check_outputs(outputs, batch)
        return F.mse_loss(outputs[-1], batch.targets[-1])

    def score(self, outputs: Tensor, batch: Batch) -> dict[str, float]:
        """The mean squared error, and the share of sums right within `tolerance`."""
        _check_outputs(outputs, batch)
        error = (outputs[-1] - batch.targets[-1]).double()
        right = error.abs() < self.tolerance
        return {
            "mse": float(error.square().mean()),
            "right": float(right.double().mean()),
        }


def _check_outputs(outputs: Tensor, batch: Batch) -> None:
    if outputs.shape != batch.targets.shape:
        raise ValueError(
            f"outputs must have shape {tuple(batch.targets.shape)} "
            f"(time, batch, 1), got {tuple(outputs.shape)}"
        )
