"""Attention over sounds and pictures: a listener, a looker, and one writer for both.

Chan, Jaitly, Le & Vinyals 2015 ("Listen, Attend and Spell"); Xu et al. 2015 ("Show,
Attend and Tell"). Both turn what is sensed into notes, one vector a place, and
write symbol by symbol, looking at the notes anew before each one.
"""

from __future__ import annotations

import math
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
    together: Tensor = padded.unflatten(0, (-1, joins)).transpose(1, 2)
    return together.flatten(2)


def both_at_once(lstm: nn.Module, xs: Tensor) -> Tensor:
    """What torch's LSTM of one layer says both ways, each step of both at once.

    Args:
        lstm: an `nn.LSTM` with `bidirectional=True`.
        xs: (T, B, D).

    Returns:
        (T, B, 2 H).
    """

    def both(name: str) -> Tensor:
        ways = (getattr(lstm, f"{name}_l0{way}") for way in ("", "_reverse"))
        return torch.stack(list(ways))

    read, recur = both("weight_ih").mT, both("weight_hh").mT  # (2, D or H, 4 H)
    bias = (both("bias_ih") + both("bias_hh")).unsqueeze(1)
    (T, B, _), H = xs.shape, recur.shape[1]
    inputs = torch.stack([xs, xs.flip(0)]).flatten(1, 2)
    given = (inputs @ read + bias).view(2, T, B, 4 * H)
    hidden = cell = given.new_zeros(2, B, H)
    said = []
    for t in range(T):
        i, f, g, o = (given[:, t] + hidden @ recur).chunk(4, 2)
        cell = f.sigmoid() * cell + i.sigmoid() * g.tanh()
        hidden = o.sigmoid() * cell.tanh()
        said.append(hidden)
    ahead, back = torch.stack(said, 1)
    return torch.cat([ahead, back.flip(0)], 2)


class Sensed(NamedTuple):
    """What a sense makes of what comes in: N places that can be looked at."""

    keys: Tensor  # by which a place is found, (B, N, K)
    values: Tensor  # what is seen there, (B, N, E)


class Listener(nn.Module):
    """The pyramid: each level reads both ways what the one below said, joined.

    A level is torch's own LSTM, in both directions; it is several times as fast as a
    loop over the book's, and computes the same (chapter 2).

    Args:
        input_size: D, numbers in a frame.
        hidden_size: H, cells of each LSTM; a note has E = 2 H numbers.
        levels: how often steps are joined.
        joins: how many become one at each level; with 1, time stays as it is.
    """

    def __init__(
        self, input_size: int, hidden_size: int, levels: int = 2, joins: int = 2
    ) -> None:
        super().__init__()
        check_sizes(input_size=input_size, hidden_size=hidden_size)
        check_sizes(levels=levels, joins=joins)
        self.joins = joins
        sizes = [input_size] + [2 * hidden_size] * (levels - 1)
        self.levels = nn.ModuleList(
            nn.LSTM(joins * size, hidden_size, bidirectional=True) for size in sizes
        )

    def forward(self, frames: Tensor) -> Sensed:
        """Frames (T, B, D) to one note every joins**levels, key and value."""
        for level in self.levels:
            frames, _ = level(pyramid(frames, self.joins))
        notes = frames.transpose(0, 1)
        return Sensed(notes, notes)

    def in_few_operations(self, frames: Tensor) -> Sensed:
        """The same, written for a page: it computes each operation by itself."""
        for level in self.levels:
            frames = both_at_once(level, pyramid(frames, self.joins))
        notes = frames.transpose(0, 1)
        return Sensed(notes, notes)


def before(things: Tensor) -> Tensor:
    """What lies before each cell in reading order, added up: (B, N, E) to the same.

    Divided by the root of N, so that the sum of many is not much larger than one.
    """
    earlier: Tensor = things.cumsum(1) - things
    return earlier / math.sqrt(things.shape[1])


class Looker(nn.Module):
    """A small convolutional network: a key and a value for each cell of a picture.

    Its first layer lays C patterns of 8 by 8 pixels on each cell, its second mixes what
    they find. This is what is seen there, the value. It has seen its cell alone, and
    the same thing looks the same everywhere; so the key, by which a cell is found, also
    has what lies before it.

    Args:
        input_size: D, numbers in a pixel.
        channels: C, patterns.
        features: E, numbers in a value; a key has K = 2 E.
    """

    def __init__(self, input_size: int, channels: int, features: int) -> None:
        super().__init__()
        check_sizes(input_size=input_size, channels=channels, features=features)
        self.patterns = nn.Conv2d(input_size, channels, 8, stride=8)
        self.mix = nn.Conv2d(channels, features, 1)

    def forward(self, pixels: Tensor) -> Sensed:
        """Pixels (B, D, height, width) to a key and a value for each cell."""
        things = torch.tanh(self.mix(torch.relu(self.patterns(pixels))))
        values = things.flatten(2).transpose(1, 2)  # (B, N, E)
        return Sensed(torch.cat([values, before(values)], 2), values)


class Evenly(nn.Module):
    """Attention that is the same everywhere: its context is the mean, at every step."""

    def shown(self, keys: Tensor) -> Tensor:
        """Nothing to compute: the keys themselves, (B, N, K)."""
        return keys

    def score(self, query: Tensor, shown: Tensor) -> Tensor:
        """The same score for all, (B, N)."""
        return shown.new_zeros(shown.shape[:2])


class WriterState(NamedTuple):
    """What the writer carries from symbol to symbol."""

    cell: LSTMState
    context: Tensor  # c, what it last saw, (B, E)


class Told(NamedTuple):
    """What was written, and where was looked meanwhile."""

    scores: Tensor  # of each symbol, (L, B, V)
    weights: Tensor  # attention, (L, B, N)


class Writer(nn.Module):
    """Writes symbol by symbol, looking anew before each one.

        s[i] = LSTM(s[i-1], [y[i-1], c[i-1]])       (Chan et al. 2015, eq. 6 to 8)
        c[i] = attend(s[i], sensed)
        P(y[i]) = softmax(W [s[i], c[i]] + b)

    Args:
        symbols: V, how many there are.
        value_size: E, numbers in what is seen.
        hidden_size: S, cells of the LSTM.
        query_size: Q, numbers by which it asks: the LSTM's readout.
        attention: from a query and what is shown to scores: `shown` and `score`.
        remembers: whether c[i-1] goes into the LSTM. If not, what was seen is gone
            after the symbol: to say more of it, it has to look again.
    """

    def __init__(
        self,
        symbols: int,
        value_size: int,
        hidden_size: int,
        query_size: int,
        attention: Any,
        remembers: bool = True,
    ) -> None:
        super().__init__()
        self.symbols = symbols
        self.remembers = remembers
        self.cell = LSTM(symbols + remembers * value_size, hidden_size, query_size)
        self.attention = attention
        self.write = nn.Linear(hidden_size + value_size, symbols)

    def start(self, sensed: Sensed) -> WriterState:
        """Nothing written, and nothing seen."""
        nothing = torch.zeros_like(sensed.values[:, 0])
        return WriterState(self.cell.initial_state(len(nothing)), nothing)

    def step(
        self, last: Tensor, state: WriterState, shown: Tensor, values: Tensor
    ) -> tuple[Tensor, Tensor, WriterState]:
        """Write one symbol.

        Args:
            last: the symbol before it, one-hot, (B, V); zeros before the first.
            state: what is carried along.
            shown: what the attention made of the keys, once for all steps.
            values: (B, N, E).

        Returns:
            Scores of each symbol (B, V), attention (B, N), and the state.
        """
        x = torch.cat([last, state.context], 1) if self.remembers else last
        query, cell = self.cell.step(x, state.cell)
        context, weights = attend(self.attention.score(query, shown), values)
        scores = self.write(torch.cat([cell.hidden, context], 1))
        return scores, weights, WriterState(cell, context)

    def taught(self, sensed: Sensed, symbols: Tensor) -> Told:
        """Write while each symbol's true predecessors are given: teacher forcing.

        Args:
            sensed: what can be looked at.
            symbols: what it should write, (L, B).
        """
        given = F.one_hot(symbols, self.symbols).to(sensed.values.dtype)
        before = torch.cat([torch.zeros_like(given[:1]), given[:-1]])
        shown, state = self.attention.shown(sensed.keys), self.start(sensed)
        steps = []
        for last in before:
            *said, state = self.step(last, state, shown, sensed.values)
            steps.append(said)
        return Told(*map(torch.stack, zip(*steps, strict=True)))

    def alone(self, sensed: Sensed, length: int) -> Told:
        """Write `length` symbols, each after those it wrote itself, the likeliest."""
        shown, state = self.attention.shown(sensed.keys), self.start(sensed)
        last = sensed.values.new_zeros(len(sensed.values), self.symbols)
        steps = []
        for _ in range(length):
            *said, state = self.step(last, state, shown, sensed.values)
            last = F.one_hot(said[0].argmax(1), self.symbols).to(last.dtype)
            steps.append(said)
        return Told(*map(torch.stack, zip(*steps, strict=True)))


class Sensing(nn.Module):
    """A sense, and a writer who tells what it senses.

    Args:
        sense: from inputs to places with keys and values.
        writer: from these to symbols.
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
        writer_size: cells of the writer's LSTM.
        query_size: numbers by which it asks.
        joins: how many steps become one at each of the two levels.
        attends: whether there is attention; without it, the mean is read at each step.
    """

    def __init__(
        self,
        input_size: int,
        output_size: int,
        hidden_size: int = 20,
        writer_size: int = 48,
        query_size: int = 32,
        joins: int = 2,
        attends: bool = True,
    ) -> None:
        size = 2 * hidden_size
        attention = MultiplicativeAttention(query_size, size) if attends else Evenly()
        super().__init__(
            Listener(input_size, hidden_size, joins=joins),
            Writer(output_size, size, writer_size, query_size, attention),
        )


class Looking(Sensing):
    """Show, attend and tell, with soft attention.

    Args:
        input_size: numbers in a pixel.
        output_size: words, with the full stop.
        channels: patterns that are laid on each cell.
        features: numbers that tell of the thing in a cell.
        writer_size: cells of the writer's LSTM.
        query_size: numbers by which it asks.
        attends: whether there is attention; without it, the mean is read at each step.
        remembers: whether what was seen goes into the writer's next step.
    """

    def __init__(
        self,
        input_size: int,
        output_size: int,
        channels: int = 48,
        features: int = 16,
        writer_size: int = 48,
        query_size: int = 32,
        attends: bool = True,
        remembers: bool = False,
    ) -> None:
        size = 2 * features
        score = AdditiveAttention(query_size, size, query_size)
        attention = score if attends else Evenly()
        super().__init__(
            Looker(input_size, channels, features),
            Writer(
                output_size, features, writer_size, query_size, attention, remembers
            ),
        )
