"""Long short-term memory: a cell that keeps its content, and gates that guard it."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from mininet.recurrent import Recurrent, check_sizes


class LSTMState(NamedTuple):
    """What the network carries from step to step."""

    hidden: Tensor  # h, (B, H): what the cell shows
    cell: Tensor  # c, (B, H): what the cell keeps


class Gates(NamedTuple):
    """The four things an LSTM decides at one step, each (B, H)."""

    forget: Tensor  # f, in (0, 1): how much of the old content stays
    input: Tensor  # i, in (0, 1): how much of the candidate is let in
    candidate: Tensor  # g, in (-1, 1): the new content on offer
    output: Tensor  # o, in (0, 1): how much of the content is shown


class LSTM(Recurrent[LSTMState]):
    """Long short-term memory with a forget gate and a linear readout.

        f, i, o = sigmoid(W [x[t], h[t-1]] + b)      one row block a gate
        g       = tanh(W_g [x[t], h[t-1]] + b_g)
        c[t]    = f * c[t-1] + i * g
        h[t]    = o * tanh(c[t])
        y[t]    = W_y h[t] + b_y

    Hochreiter & Schmidhuber 1997; the forget gate is Gers, Schmidhuber & Cummins 2000.

    Args:
        input_size: D, numbers read at each step.
        hidden_size: H, cells.
        output_size: O, numbers written at each step.
        forget_bias: b of the forget gate at the start. Content fades by
            sigmoid(forget_bias) a step before anything is learned.
        input_bias: b of the input gate at the start. Below 0 little is let in before
            anything is learned, so that a long memory does not fill up with noise
            (the "state drift" of the 1997 paper, and its remedy).

    Raises:
        ValueError: if a size is not a whole number of at least 1.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        output_size: int,
        forget_bias: float = 1.0,
        input_bias: float = 0.0,
    ) -> None:
        super().__init__()
        check_sizes(
            input_size=input_size, hidden_size=hidden_size, output_size=output_size
        )
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.output_size = output_size
        # Four gates of H rows each, in torch.nn.LSTM's order: i, f, g, o.
        self.read = nn.Linear(input_size, 4 * hidden_size)
        self.recur = nn.Linear(hidden_size, 4 * hidden_size, bias=False)
        self.write = nn.Linear(hidden_size, output_size)
        with torch.no_grad():
            self.read.bias.zero_()
            self.read.bias[:hidden_size] = input_bias
            self.read.bias[hidden_size : 2 * hidden_size] = forget_bias

    def initial_state(self, batch_size: int) -> LSTMState:
        """Nothing kept and nothing shown: zeros, (B, H) each."""
        check_sizes(batch_size=batch_size)
        zeros = self.recur.weight.new_zeros(batch_size, self.hidden_size)
        return LSTMState(zeros, zeros)

    def gates(self, x: Tensor, hidden: Tensor) -> Gates:
        """What the network decides, from input (B, D) and what it last showed."""
        i, f, g, o = (self.read(x) + self.recur(hidden)).chunk(4, dim=1)
        return Gates(f.sigmoid(), i.sigmoid(), g.tanh(), o.sigmoid())

    def step(self, x: Tensor, state: LSTMState) -> tuple[Tensor, LSTMState]:
        """Forget, write, show: (B, D) to (B, O)."""
        gate = self.gates(x, state.hidden)
        cell = gate.forget * state.cell + gate.input * gate.candidate
        hidden = gate.output * torch.tanh(cell)
        return self.write(hidden), LSTMState(hidden, cell)
