"""The plain recurrent network: one vector that is rewritten at every step."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from mininet.recurrent import Recurrent, check_sizes


class RNNState(NamedTuple):
    """What the network carries from step to step."""

    hidden: Tensor  # h, (B, H), between -1 and 1


class RNN(Recurrent[RNNState]):
    """Elman's simple recurrent network (Elman 1990), with a linear readout.

        h[t] = tanh(W_x x[t] + W_h h[t-1] + b)
        y[t] = W_y h[t] + b_y

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
        self.read = nn.Linear(input_size, hidden_size)  # W_x and b
        self.recur = nn.Linear(hidden_size, hidden_size, bias=False)  # W_h
        self.write = nn.Linear(hidden_size, output_size)  # W_y and b_y

    def initial_state(self, batch_size: int) -> RNNState:
        """An empty memory: zeros, (B, H)."""
        check_sizes(batch_size=batch_size)
        return RNNState(self.recur.weight.new_zeros(batch_size, self.hidden_size))

    def step(self, x: Tensor, state: RNNState) -> tuple[Tensor, RNNState]:
        """Mix what is seen with what is remembered: (B, D) to (B, O)."""
        hidden = torch.tanh(self.read(x) + self.recur(state.hidden))
        return self.write(hidden), RNNState(hidden)
