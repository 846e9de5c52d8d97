"""Hold one bit: the smallest task that asks for a long memory."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from mininet.tasks import Batch


class Latch:
    """Say at the end whether the first number was +1 or -1; noise comes between.

    After the latch problem of Bengio, Simard & Frasconi (1994), with the whole signal
    in the first step.

    Args:
        noise: standard deviation of the numbers after the first.
    """

    input_size = 1
    output_size = 1
    baseline = 0.5  # the share a coin gets right

    def __init__(self, noise: float = 0.2) -> None:
        if not noise >= 0:
            raise ValueError(f"noise must be at least 0, got {noise}")
        self.noise = noise

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        """Signals (T, B, 1), whether the first was +1 (T, B, 1), the last step's mask.

        Raises:
            ValueError: if the length is below 1.
        """
        if length < 1:
            raise ValueError(f"length must be at least 1, got {length}")
        bits = torch.randint(2, (batch_size,), generator=generator).float()
        inputs = self.noise * torch.randn(length, batch_size, 1, generator=generator)
        inputs[0, :, 0] = 2 * bits - 1
        mask = torch.zeros(length, batch_size)
        mask[-1] = 1
        return Batch(inputs, bits.expand(length, -1).unsqueeze(-1), mask)

    def loss(self, outputs: Tensor, batch: Batch) -> Tensor:
        """Surprise at the bit after the last step, in nats."""
        return F.binary_cross_entropy_with_logits(outputs[-1], batch.targets[-1])

    def score(self, outputs: Tensor, batch: Batch) -> dict[str, float]:
        """The share of sequences whose bit is named right."""
        right = (outputs[-1] > 0) == (batch.targets[-1] > 0.5)
        return {"right": float(right.double().mean())}
