"""Optimisers as end-to-end memory networks have: a steady start, then plain steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

LONGEST = 1.25  # of the gradient of an embedding


class SteadyAdam(torch.optim.Adam):
    """Adam at the same rate in every step, whatever the loop's schedule says."""

    def step(self, closure: Callable[[], float] | None = None) -> Any:
        """Take Adam's step at the first rate."""
        for group in self.param_groups:
            group["lr"] = self.defaults["lr"]
        return super().step(closure)


class ClippedSGD(torch.optim.SGD):
    """Plain gradient descent that cuts the gradient of each embedding by itself.

    Embeddings are the middle axis of a weight (V, E, d). Its gradient's norm is at most
    `LONGEST`: of the mean loss of 32 questions, what 40 is of their sum (Sukhbaatar et
    al. 2015, section 4.2). Other weights are cut as one.
    """

    def step(self, closure: Callable[[], float] | None = None) -> Any:
        """Cut the gradients, then take the step."""
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    axes = (0, 2) if weight.dim() == 3 else None
                    norm = torch.linalg.vector_norm(weight.grad, dim=axes, keepdim=True)
                    weight.grad.mul_(LONGEST / norm.clamp_min(LONGEST))
        return super().step(closure)
