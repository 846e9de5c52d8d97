"""An optimiser that lets no single entry of a gradient jump."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

START = 1e-4  # how far an entry may rise that has been 0 so far


class ClippedAdamax(torch.optim.Adamax):
    """AdaMax that cuts each entry of the gradient near its own largest so far.

    AdaMax (Kingma & Ba 2014, section 7) divides an entry's running mean by a slowly
    forgotten maximum of its size. Here the entry is first cut to `beyond` times that
    maximum, so that one strange batch can move a weight hardly further than usual
    (Freivalds & Liepins 2017). The first gradient is taken as it is.

    Args:
        params: what to train.
        lr: the step of an entry whose gradient is always the same.
        betas: what is kept of the mean and of the maximum from one step to the next.
        beyond: how many times its maximum an entry may be.

    Raises:
        ValueError: if `beyond` is below 1.
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.99),
        beyond: float = 1.2,
    ) -> None:
        if not beyond >= 1:
            raise ValueError(f"beyond must be at least 1, got {beyond}")
        super().__init__(params, lr=lr, betas=betas)
        self.beyond = beyond

    def step(self, closure: Callable[[], float] | None = None) -> Any:
        """Cut the gradients, then take AdaMax's step."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None and weight in self.state:
                    limit = self.beyond * self.state[weight]["exp_inf"] + START
                    weight.grad.clamp_(-limit, limit)
        super().step()
        return loss
