"""Attention over sounds and pictures: a listener, a looker, and one writer for both.

Chan, Jaitly, Le & Vinyals 2015 ("Listen, Attend and Spell"); Xu et al. 2015 ("Show,
Attend and Tell"). Both turn what is sensed into annotations, one vector a place, and
write symbol by symbol, looking at the annotations anew before each one.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mininet.models.attention import (
    AdditiveAttention,
    MultiplicativeAttention,
    attend,
)
from mininet.models.lstm import LSTM, LSTMState
from mininet.recurrent import check_sizes


def pyramid(states: Tensor, joins: int = 2) -> Tensor:
    """Join neighbouring steps into one (Chan et al. 2015, eq. 5).

    Args:
        states: T steps, (T, B, D).
        joins: how many become one.

    Returns:
        Half as many steps, each with the numbers of both, (T / 2, B, 2 D) for 2 joined.
        A last one that has no partner is joined with zeros.
    """
    check_sizes(joins=joins)
    alone = -len(states) % joins
    padded = torch.cat([states, states.new_zeros(alone, *states.shape[1:])])
    return padded.unflatten(0, (-1, joins)).transpose(1, 2).flatten(2)


class BothWays(nn.Module):
    """Two LSTMs on one sequence, one from each end, side by side.

    Args:
        input_size: D, numbers read at each step.
        hidden_size: H, cells of each.
        output_size: O, numbers that both together say at each step; even.

    Raises:
        ValueError: if the output size is odd.
    """

    def __init__(self, input_size: int, hidden_size: int, output_size: int) -> None:
        super().__init__()
        check_sizes(output_size=output_size)
        if output_size % 2:
            raise ValueError(f"output_size must be even, got {output_size}")
        self.ahead = LSTM(input_size, hidden_size, output_size // 2)
        self.back = LSTM(input_size, hidden_size, output_size // 2)

    def forward(self, xs: Tensor) -> Tensor:
        """What both say at each step: (T, B, D) to (T, B, O)."""
        return torch.cat([self.ahead(xs), self.back(xs.flip(0)).flip(0)], 2)


class Listener(nn.Module):
    """The pyramid: each level reads both ways what the one below said, joined.

    Args:
        input_size: D, numbers in a frame.
        hidden_size: H, cells of each LSTM.
        output_size: E, numbers in an annotation; even.
        levels: how often steps are joined.
        joins: how many become one at each level; with 1, time stays as it is.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        output_size: int,
        levels: int = 2,
        joins: int = 2,
    ) -> None:
        super().__init__()
        check_sizes(levels=levels, joins=joins)
        self.joins = joins
        sizes = [input_size] + [output_size] * (levels - 1)
        self.levels = nn.ModuleList(
            BothWays(joins * size, hidden_size, output_size) for size in sizes
        )

    def forward(self, frames: Tensor) -> Tensor:
        """Frames (T, B, D) to annotations (B, N, E), one every joins**levels."""
        for level in self.levels:
            frames = level(pyramid(frames, self.joins))
        return frames.transpose(0, 1)


def places(rows: int, columns: int) -> Tensor:
    """Row and column of each cell, counted from the middle, in reading order, (N, 2)."""
    down = torch.arange(rows) - (rows - 1) / 2
    along = torch.arange(columns) - (columns - 1) / 2
    return torch.cartesian_prod(down, along)


class Looker(nn.Module):
    """A small convolutional network: one annotation for each cell of 8 by 8 pixels.

    Three layers, each of which halves height and width. What comes of a cell has seen
    little more than the cell, and the same thing looks the same everywhere; so each
    annotation ends with the place of its cell.

    Args:
        input_size: numbers in a pixel.
        channels: C, of the first layer; the second has twice as many.
        output_size: E, numbers in an annotation, of which two are the place.
    """

    def __init__(self, input_size: int, channels: int, output_size: int) -> None:
        super().__init__()
        check_sizes(input_size=input_size, channels=channels)
        check_sizes(output_size=output_size)
        self.first = nn.Conv2d(input_size, channels, 3, stride=2, padding=1)
        self.second = nn.Conv2d(channels, 2 * channels, 3, stride=2, padding=1)
        self.third = nn.Conv2d(2 * channels, output_size - 2, 2, stride=2)

    def forward(self, pixels: Tensor) -> Tensor:
        """Pixels (B, D, height, width) to annotations (B, N, E), in reading order."""
        edges = torch.relu(self.first(pixels))
        parts = torch.relu(self.second(edges))
        things = torch.tanh(self.third(parts))
        where = places(*things.shape[2:]).expand(len(things), -1, -1)
        return torch.cat([things.flatten(2).transpose(1, 2), where], 2)


class Evenly(nn.Module):
    """Attention that is the same everywhere: its context is the mean, at every step."""

    def shown(self, annotations: Tensor) -> Tensor:
        """Nothing to compute: the annotations themselves, (B, N, E)."""
        return annotations

    def score(self, query: Tensor, shown: Tensor) -> Tensor:
        """The same score for all, (B, N)."""
        return shown.new_zeros(shown.shape[:2])


class WriterState(NamedTuple):
    """What the writer carries from symbol to symbol."""

    cell: LSTMState
    context: Tensor  # c, what it last attended to, (B, E)


class Told(NamedTuple):
    """What was written, and where was looked meanwhile."""

    scores: Tensor  # of each symbol, (L, B, V)
    weights: Tensor  # attention, (L, B, N)


class Writer(nn.Module):
    """Writes symbol by symbol, attending to the annotations before each one.

        s[i] = LSTM(s[i-1], [y[i-1], c[i-1]])       (Chan et al. 2015, eq. 6 to 8)
        c[i] = attend(s[i], annotations)
        P(y[i]) = softmax(W [s[i], c[i]] + b)

    Args:
        symbols: V, how many there are.
        annotation_size: E.
        hidden_size: S, cells of the LSTM.
        query_size: Q, numbers by which it asks: the LSTM's readout.
        attention: from a query and what is shown to scores: `shown` and `score`.
    """

    def __init__(
        self,
        symbols: int,
        annotation_size: int,
        hidden_size: int,
        query_size: int,
        attention: Any,
    ) -> None:
        super().__init__()
        self.symbols = symbols
        self.cell = LSTM(symbols + annotation_size, hidden_size, query_size)
        self.attention = attention
        self.write = nn.Linear(hidden_size + annotation_size, symbols)

    def start(self, annotations: Tensor) -> WriterState:
        """Nothing written, and nothing attended to."""
        return WriterState(
            self.cell.initial_state(len(annotations)),
            torch.zeros_like(annotations[:, 0]),
        )

    def step(
        self, last: Tensor, state: WriterState, annotations: Tensor, shown: Tensor
    ) -> tuple[Tensor, Tensor, WriterState]:
        """Write one symbol.

        Args:
            last: the symbol before it, one-hot, (B, V); zeros before the first.
            state: what is carried along.
            annotations: (B, N, E).
            shown: what the attention made of them, once for all steps.

        Returns:
            Scores of each symbol (B, V), attention (B, N), and the state.
        """
        query, cell = self.cell.step(torch.cat([last, state.context], 1), state.cell)
        context, weights = attend(self.attention.score(query, shown), annotations)
        scores = self.write(torch.cat([cell.hidden, context], 1))
        return scores, weights, WriterState(cell, context)

    def taught(self, annotations: Tensor, symbols: Tensor) -> Told:
        """Write while each symbol's true predecessors are given: teacher forcing.

        Args:
            annotations: (B, N, E).
            symbols: what it should write, (L, B).
        """
        given = F.one_hot(symbols, self.symbols).to(annotations.dtype)
        before = torch.cat([torch.zeros_like(given[:1]), given[:-1]])
        shown, state = self.attention.shown(annotations), self.start(annotations)
        steps = []
        for last in before:
            *said, state = self.step(last, state, annotations, shown)
            steps.append(said)
        return Told(*map(torch.stack, zip(*steps, strict=True)))

    def alone(self, annotations: Tensor, length: int) -> Told:
        """Write `length` symbols, each after those it wrote itself, the likeliest."""
        shown, state = self.attention.shown(annotations), self.start(annotations)
        last = annotations.new_zeros(len(annotations), self.symbols)
        steps = []
        for _ in range(length):
            scores, weights, state = self.step(last, state, annotations, shown)
            last = F.one_hot(scores.argmax(1), self.symbols).to(scores.dtype)
            steps.append((scores, weights))
        return Told(*map(torch.stack, zip(*steps, strict=True)))


class Sensing(nn.Module):
    """A sense, and a writer who tells what it senses.

    Args:
        sense: from inputs to annotations, (B, N, E).
        writer: from annotations to symbols.
    """

    def __init__(self, sense: nn.Module, writer: Writer) -> None:
        super().__init__()
        self.sense = sense
        self.writer = writer

    def taught(self, inputs: Tensor, symbols: Tensor) -> Told:
        """With the true symbols before each one given."""
        return self.writer.taught(self.sense(inputs), symbols)

    def alone(self, inputs: Tensor, length: int) -> Told:
        """Without help."""
        return self.writer.alone(self.sense(inputs), length)


class Listening(Sensing):
    """Listen, attend and spell.

    Args:
        input_size: numbers in a frame.
        output_size: symbols, with the end sign.
        hidden_size: cells of each of the listener's LSTMs.
        annotation_size: numbers in an annotation.
        writer_size: cells of the writer's LSTM.
        query_size: numbers by which it asks.
        joins: how many steps become one at each of the two levels.
        attends: whether there is attention; without it, the mean is read at each step.
    """

    def __init__(
        self,
        input_size: int,
        output_size: int,
        hidden_size: int = 24,
        annotation_size: int = 32,
        writer_size: int = 48,
        query_size: int = 32,
        joins: int = 2,
        attends: bool = True,
    ) -> None:
        attention = (
            MultiplicativeAttention(query_size, annotation_size)
            if attends
            else Evenly()
        )
        super().__init__(
            Listener(input_size, hidden_size, annotation_size, joins=joins),
            Writer(output_size, annotation_size, writer_size, query_size, attention),
        )


class Looking(Sensing):
    """Show, attend and tell, with soft attention.

    Args:
        input_size: numbers in a pixel.
        output_size: words, with the full stop.
        channels: of the first convolution.
        annotation_size: numbers in an annotation.
        writer_size: cells of the writer's LSTM.
        query_size: numbers by which it asks.
        attends: whether there is attention; without it, the mean is read at each step.
    """

    def __init__(
        self,
        input_size: int,
        output_size: int,
        channels: int = 12,
        annotation_size: int = 24,
        writer_size: int = 48,
        query_size: int = 32,
        attends: bool = True,
    ) -> None:
        attention = (
            AdditiveAttention(query_size, annotation_size, query_size)
            if attends
            else Evenly()
        )
        super().__init__(
            Looker(input_size, channels, annotation_size),
            Writer(output_size, annotation_size, writer_size, query_size, attention),
        )
