"""The Neural GPU: a row of cells that all compute at once, step after step.

Kaiser & Sutskever 2015 (arXiv 1511.08228), and the diagonal version of Freivalds &
Liepins 2017 (arXiv 1702.08727). All cells have the same weights and see only their
neighbours, as in a cellular automaton; a row of n cells takes n steps.

Shapes: B problems in the batch, n positions, D inputs and O outputs a position, M maps
(numbers a cell holds), W the width of the original's state.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mininet.recurrent import check_sequence, check_sizes

REACH = 3  # a cell sees itself and one neighbour on each side
OPEN_RESET, OPEN_GATE = 0.5, 0.7  # where the diagonal gates start (their authors)


class Cellular(nn.Module):
    """What both Neural GPUs share: show all inputs, take n steps, read all answers.

    Subclasses define `initial_state`, `step` and `read`.
    """

    input_size: int
    output_size: int

    def initial_state(self, inputs: Tensor) -> Tensor:
        """Show all inputs (n, B, D) at once: the state before the first step."""
        raise NotImplementedError

    def step(self, state: Tensor) -> Tensor:
        """One step of all cells; the state keeps its shape, (B, M, ..., n)."""
        raise NotImplementedError

    def read(self, state: Tensor) -> Tensor:
        """What the cells say now: logits, (n, B, O)."""
        raise NotImplementedError

    def forward(self, inputs: Tensor, steps: int | None = None) -> Tensor:
        """The answers after so many steps, as many as there are positions if not said.

        Args:
            inputs: (n, B, D).
            steps: 0 or more.

        Returns:
            Logits, (n, B, O).

        Raises:
            ValueError: if the inputs have another shape or the steps make no sense.
        """
        state = self._first(inputs, steps)
        for _ in range(len(inputs) if steps is None else steps):
            state = self.step(state)
        return self.read(state)

    def trace(self, inputs: Tensor, steps: int | None = None) -> tuple[Tensor, Tensor]:
        """As `forward`, but with what is there before the first step and after each.

        Returns:
            Logits (steps + 1, n, B, O), and states (steps + 1, B, M, ..., n).
        """
        states = [self._first(inputs, steps)]
        for _ in range(len(inputs) if steps is None else steps):
            states.append(self.step(states[-1]))
        return torch.stack([self.read(state) for state in states]), torch.stack(states)

    def _first(self, inputs: Tensor, steps: int | None) -> Tensor:
        check_sequence(inputs, self.input_size)
        whole = isinstance(steps, int) and not isinstance(steps, bool)
        if steps is not None and not (whole and steps >= 0):
            raise ValueError(f"steps must be a whole number of at least 0, got {steps}")
        return self.initial_state(inputs)


class NeuralGPU(Cellular):
    """The original: cells W wide, two convolutional gated recurrent units a step.

        u = cut(U' * s + B')                  how much of the old state to keep
        r = cut(U'' * s + B'')                what of it the new content may see
        s <- u s + (1 - u) tanh(U * (r s) + B)

    Here * is a convolution over 3 x 3 neighbours and cut the cut-off sigmoid of the
    paper, whose gates can shut and open wholly. Inputs stand in the first of the W
    rows, where the answers are read.

    The paper trains it with further means that are left out here: six copies of the
    weights that are drawn together, and noise on the gradients.

    Args:
        input_size: D, numbers shown at a position.
        output_size: O, numbers read at a position.
        maps: M, numbers in each place of the state.
        width: W, places of a cell.
        dropout: share of the new content that is left out in training.

    Raises:
        ValueError: if a size is not a whole number of at least 1.
    """

    units = 2

    def __init__(
        self,
        input_size: int,
        output_size: int,
        maps: int = 24,
        width: int = 4,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        check_sizes(
            input_size=input_size, output_size=output_size, maps=maps, width=width
        )
        self.input_size = input_size
        self.output_size = output_size
        self.maps = maps
        self.width = width
        self.show = nn.Linear(input_size, maps)
        self.gates = nn.ModuleList(
            _filters(nn.Conv2d, maps, 2 * maps, bias=1.0) for _ in range(self.units)
        )  # at first, keep and see, as in the paper
        self.content = nn.ModuleList(
            _filters(nn.Conv2d, maps, maps, bias=0.0) for _ in range(self.units)
        )
        self.dropout = nn.Dropout(dropout)
        self.answer = nn.Linear(maps, output_size)

    def initial_state(self, inputs: Tensor) -> Tensor:
        """The inputs (n, B, D) in the first row, zeros in the others: (B, M, W, n)."""
        first = torch.tanh(self.show(inputs)).permute(1, 2, 0).unsqueeze(2)
        return F.pad(first, (0, 0, 0, self.width - 1))

    def step(self, state: Tensor) -> Tensor:
        """One after the other, each unit once: (B, M, W, n) to the same."""
        for gates, content in zip(self.gates, self.content, strict=True):
            keep, see = cut_sigmoid(gates(state)).chunk(2, dim=1)
            new = self.dropout(torch.tanh(content(see * state)))
            state = keep * state + (1 - keep) * new
        return state

    def read(self, state: Tensor) -> Tensor:
        """From the first row of (B, M, W, n): logits, (n, B, O)."""
        answers: Tensor = self.answer(state[:, :, 0].permute(2, 0, 1))
        return answers


class DiagonalNeuralGPU(Cellular):
    """The diagonal version: one number wide, hard gates, and maps that move.

        r = hsig(W_r * s + B_r)               what of the state the new content may see
        g = hsig(W_g * s + B_g)               how much of the moved state to keep
        s <- g moved(s) + (1 - g) htanh(W_c * (r s) + B_c)

    Here * is a convolution over 3 neighbours; a third of the maps move one position to
    the right at each step, a third to the left (see `moved`).

    Args:
        input_size: D, numbers shown at a position.
        output_size: O, numbers read at a position.
        maps: M, numbers in a cell.
        dropout: share of the new content that is left out in training.

    Raises:
        ValueError: if a size is not a whole number of at least 1, or there are fewer
            than three maps.
    """

    def __init__(
        self, input_size: int, output_size: int, maps: int = 24, dropout: float = 0.1
    ) -> None:
        super().__init__()
        check_sizes(input_size=input_size, output_size=output_size, maps=maps)
        if maps < REACH:
            raise ValueError(f"maps must be at least 3, one a direction, got {maps}")
        self.input_size = input_size
        self.output_size = output_size
        self.maps = maps
        self.show = nn.Linear(input_size, maps)
        self.see = _filters(nn.Conv1d, maps, maps, bias=OPEN_RESET)
        self.keep = _filters(nn.Conv1d, maps, maps, bias=OPEN_GATE)
        self.content = _filters(nn.Conv1d, maps, maps, bias=0.0)
        self.dropout = nn.Dropout(dropout)
        self.answer = nn.Linear(maps, output_size)

    def initial_state(self, inputs: Tensor) -> Tensor:
        """What a cell holds of its input: (n, B, D) to (B, M, n)."""
        return F.hardtanh(self.show(inputs)).permute(1, 2, 0)

    def step(self, state: Tensor) -> Tensor:
        """See, decide, and move: (B, M, n) to the same."""
        see = hard_sigmoid(self.see(state))
        keep = hard_sigmoid(self.keep(state))
        new = self.dropout(F.hardtanh(self.content(see * state)))
        after: Tensor = keep * moved(state) + (1 - keep) * new
        return after

    def read(self, state: Tensor) -> Tensor:
        """From all maps of (B, M, n): logits, (n, B, O)."""
        answers: Tensor = self.answer(state.permute(2, 0, 1))
        return answers


def moved(state: Tensor) -> Tensor:
    """A third of the maps one position up, a third one down, the others in place.

    Up is towards higher positions, the more significant digits. What leaves the row is
    lost, and zeros come in.

    Args:
        state: (B, M, n).

    Returns:
        The same shape.
    """
    third = state.shape[1] // 3
    up, down, still = state.tensor_split([third, 2 * third], dim=1)
    return torch.cat([F.pad(up, (1, -1)), F.pad(down, (-1, 1)), still], dim=1)


def hard_sigmoid(x: Tensor) -> Tensor:
    """A gate that a line opens: 0 up to -1, 1 from 1 on, and half open at 0."""
    return (x / 2 + 0.5).clamp(0, 1)


def cut_sigmoid(x: Tensor) -> Tensor:
    """The sigmoid stretched over its ends and cut: 1.2 sigmoid(x) - 0.1 in [0, 1]."""
    return (1.2 * torch.sigmoid(x) - 0.1).clamp(0, 1)


def _filters(
    kind: type[nn.Conv1d] | type[nn.Conv2d], inputs: int, outputs: int, bias: float
) -> nn.Conv1d | nn.Conv2d:
    """A convolution over the neighbours that keeps the shape, and its first weights."""
    layer = kind(inputs, outputs, REACH, padding=1)  # REACH both ways in a plane
    nn.init.xavier_uniform_(layer.weight)
    layer.bias = nn.Parameter(torch.full((outputs,), bias))
    return layer
