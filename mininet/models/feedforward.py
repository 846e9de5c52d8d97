"""A layer that remembers nothing: the controller whose only memory is outside."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from mininet.recurrent import Recurrent, check_sizes


class FeedForwardState(NamedTuple):
    """Nothing is carried from step to step."""


class FeedForward(Recurrent[FeedForwardState]):
    """One hidden layer with a linear readout; each step stands alone.

        h[t] = tanh(W_x x[t] + b)
        y[t] = W_y h[t] + b_y

    Args:
        input_size: D, numbers read at each step.
        hidden_size: H, units.
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
        self.output_size = output_size
        self.read = nn.Linear(input_size, hidden_size)
        self.write = nn.Linear(hidden_size, output_size)

    def initial_state(self, batch_size: int) -> FeedForwardState:
        """Nothing."""
        check_sizes(batch_size=batch_size)
        return FeedForwardState()

    def step(
        self, x: Tensor, state: FeedForwardState
    ) -> tuple[Tensor, FeedForwardState]:
        """Look and answer: (B, D) to (B, O)."""
        return self.write(torch.tanh(self.read(x))), state
