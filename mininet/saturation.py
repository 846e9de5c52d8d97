"""A cost for values that a hard nonlinearity cuts (Freivalds & Liepins 2017).

Where a gate or a content is cut, at 0 or at 1, no gradient passes, and nothing tells
the weights behind it how they are wrong. The cost pulls such values back to the edge,
and lets go as the learning rate falls (arXiv 1702.08727).
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.hooks import RemovableHandle

LIMIT = 0.9  # values are cut at -1 and 1; the cost begins a little before


class SaturationCost:
    """Gathers how far the outputs of some layers go beyond the limit, as a cost.

    It watches the layers while they are trained, from `with` to its end; `train` adds
    it to the loss, see there `penalty`:

        with SaturationCost([model.see, model.keep, model.content]) as cost:
            train(model, task, penalty=cost, ...)

    The excess is |x| - 0.9 where that is above 0, summed over maps and layers, the mean
    over batch, positions and steps. It is weighted so that the cost is `weight` times
    the learning rate times the loss, whatever the excess: its size tells nothing, its
    gradient does the work.

    Args:
        layers: whose outputs (B, M, n) are cut; they run n times a sequence.
        weight: of the cost; in the program of the authors it comes to about 1.

    Raises:
        ValueError: if the weight is below 0.
    """

    def __init__(self, layers: Iterable[nn.Module], weight: float = 1.0) -> None:
        if not weight >= 0:
            raise ValueError(f"weight must be at least 0, got {weight}")
        self.layers = list(layers)
        self.weight = weight
        self._excess: list[Tensor] = []
        self._watched: list[RemovableHandle] = []

    def __enter__(self) -> SaturationCost:
        """Begin to watch."""
        self._watched = [
            layer.register_forward_hook(self._watch) for layer in self.layers
        ]
        return self

    def __exit__(self, *error: object) -> None:
        """Leave the layers as they were."""
        while self._watched:
            self._watched.pop().remove()
        self._excess.clear()

    def __call__(self, loss: Tensor, rate: float) -> Tensor:
        """The cost of all that was computed since the last call, a single number."""
        excess = torch.stack([*self._excess, loss.new_zeros(())]).sum()
        self._excess.clear()
        size = excess.item()
        if size == 0:
            return excess
        return excess * (self.weight * rate * loss.item() / size)

    def _watch(self, layer: nn.Module, inputs: tuple[Tensor], out: Tensor) -> None:
        if self.weight and layer.training and torch.is_grad_enabled():
            cells = out[:, 0].numel() * out.shape[-1]  # of all batches and steps
            self._excess.append(F.softshrink(out, LIMIT).norm(1) / cells)
