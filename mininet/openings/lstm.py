"""The cell that adds up marked numbers: weights set by hand, inputs and views."""

from __future__ import annotations

import torch
from torch import Tensor

from mininet import live
from mininet.live.inputs import Input
from mininet.live.views import View
from mininet.models.lstm import LSTM

FED_BACK = {"hidden": "hidden", "cell": "kept", "time": "time"}


def adder() -> LSTM:
    """One cell that keeps a fifth of each marked number.

    Its four inputs: the number, the mark, and the biases of the forget gate and of the
    input gate, which the reader sets.
    """
    cell = LSTM(input_size=4, hidden_size=1, output_size=1)
    with torch.no_grad():
        for weights in cell.parameters():
            weights.zero_()
        cell.read.weight[0] = torch.tensor([0.0, 40, 0, 1])  # input gate
        cell.read.weight[1] = torch.tensor([0.0, 0, 1, 0])  # forget gate
        cell.read.weight[2] = torch.tensor([0.2, 0, 0, 0])  # candidate: a fifth
        cell.read.bias[3] = 20  # output gate: open
    return cell


def dials(
    numbers: Tensor, marks: Tensor, forget_bias: float = 12, input_bias: float = -20
) -> dict[str, Input]:
    """What the reader moves, and the empty cell to begin with.

    Args:
        numbers: one a step, from 0 to 1, (n,).
        marks: 1 where the number counts, else 0, (n,).
        forget_bias, input_bias: where the two sliders stand.
    """
    return {
        "numbers": live.vector(numbers, min=0, max=1, label="numbers"),
        "marks": live.vector(marks, min=0, max=1, label="marks", role="target"),
        "forget_bias": live.slider(
            -2, 12, value=forget_bias, step=0.1, label="forget bias"
        ),
        "input_bias": live.slider(
            -20, 0, value=input_bias, step=0.5, label="input bias"
        ),
        "hidden": live.constant(torch.zeros(1, 1)),
        "kept": live.constant(torch.zeros(1, 1)),
        "time": live.constant(0.0),
    }


def views() -> list[View]:
    """The two gates and five times what is kept, over time."""

    def row(of: str, label: str, most: float = 1.0, role: str | None = None) -> View:
        return live.heatmap(of, label=label, role=role, max=most, time=True, height=30)

    return [
        row("input", "input gate", role="write"),
        row("forget", "forget gate"),
        row("held", "kept, × 5", most=2.0),
        live.text("After this step five times what it keeps is {held:2}."),
    ]
