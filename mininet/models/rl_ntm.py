"""The rl ntm: a vector that fades by a share it has learned."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from mininet.recurrent import Recurrent, check_sizes


class RlNtmState(NamedTuple):
    """What the network carries from step to step."""

    kept: Tensor  # h, (B, H)


class RlNtm(Recurrent[RlNtmState]):
    """A vector that keeps a share of itself at each step, with a linear readout.

        h[t] = k h[t-1] + (1 - k) W_x x[t]
        y[t] = W_y h[t]

    Args:
        input_size: D, numbers read at each step.
        hidden_size: H, numbers remembered.
        output_size: O, numbers written at each step.

    Raises:
        ValueError: if a size is not a whole number of at least 1.
    """

    def __init__(self, input_size: int, hidden_size: int, output_size: int) -> None:
        super().__init__()
        check_sizes(
            input_size=input_size, hidden_size=hidden_size, output_size=output_size
        )
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.output_size = output_size
        self.read = nn.Linear(input_size, hidden_size, bias=False)  # W_x
        self.keep = nn.Parameter(torch.ones(hidden_size))  # k, before the sigmoid
        self.write = nn.Linear(hidden_size, output_size, bias=False)  # W_y

    def initial_state(self, batch_size: int) -> RlNtmState:
        """An empty memory: zeros, (B, H)."""
        check_sizes(batch_size=batch_size)
        return RlNtmState(self.keep.new_zeros(batch_size, self.hidden_size))

    def step(self, x: Tensor, state: RlNtmState) -> tuple[Tensor, RlNtmState]:
        """Fade, take in, show: (B, D) to (B, O)."""
        share = torch.sigmoid(self.keep)
        kept = share * state.kept + (1 - share) * self.read(x)
        return self.write(kept), RlNtmState(kept)
