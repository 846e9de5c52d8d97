"""A cost for values that a hard nonlinearity cuts (Freivalds & Liepins 2017).

Where a gate or a content is cut, at 0 or at 1, no gradient passes, and nothing tells
the weights behind it how they are wrong. The cost pulls such values back to the edge,
and lets go as the learning rate falls (arXiv 1702.08727).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mininet.learning.objectives import Around, Loss, Now

LIMIT = 0.9  # values are cut at -1 and 1; the cost begins a little before


@dataclass(frozen=True)
class SaturationCost(Around):
    """Another objective, and what the outputs of some layers exceed the limit by.

    The excess is |x| - 0.9 where that is above 0, summed over maps and layers, the mean
    over batch, positions and steps. It is weighted so that the cost is `weight` times
    the learning rate times the loss, whatever the excess: its size tells nothing, its
    gradient does the work. The loss that is told is the one without it.

    Attributes:
        objective: the other objective.
        layers: names of the layers whose outputs (B, M, n) are cut; they run n times a
            sequence.
        weight: of the cost; in the program of the authors it comes to about 1.
        rate: of learning; the loop says it.
    """

    layers: tuple[str, ...] = ("see", "keep", "content")
    weight: float = 1.0
    rate: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        if not self.weight >= 0:
            raise ValueError(f"weight must be at least 0, got {self.weight}")

    def at(self, now: Now) -> SaturationCost:
        """The cost at the learning rate of this step."""
        return replace(self, objective=self.objective.at(now), rate=now.rate)

    def step_loss(
        self, model: nn.Module, batches: Sequence[Any], generator: torch.Generator
    ) -> Loss:
        """The loss of the step and the cost of all that was computed for it."""
        layers = [model.get_submodule(name) for name in self.layers]
        with excesses(layers) as found:
            loss = self.objective.step_loss(model, batches, generator)
        size = torch.stack([*found, loss.total.new_zeros(())]).sum()
        cost = self.cost(loss.total, size)
        told = {"loss": loss.total.item()} | dict(loss.told)
        return Loss(loss.total + cost, told)

    def cost(self, loss: Tensor, excess: Tensor) -> Tensor:
        """As large as `weight` times rate times loss, and as steep as the excess."""
        size = excess.item()
        if size == 0:
            return excess
        return excess * (self.weight * self.rate * loss.item() / size)


@contextmanager
def excesses(layers: Sequence[nn.Module]) -> Iterator[list[Tensor]]:
    """A list that gathers how far the outputs of these layers exceed the limit."""
    found: list[Tensor] = []

    def watch(layer: nn.Module, inputs: tuple[Tensor], out: Tensor) -> None:
        cells = out[:, 0].numel() * out.shape[-1]  # of all batches and steps
        found.append(F.softshrink(out, LIMIT).norm(1) / cells)

    watched = [layer.register_forward_hook(watch) for layer in layers]
    try:
        yield found
    finally:
        for one in watched:
            one.remove()
