"""Tapes: symbols to be written again, in another order or another number of times.

The tasks of Zaremba & Sutskever 2015, section 5.1, which differ in the way that the
heads have to go. A machine reads the one tape and writes the other; how it moves is not
told. Nothing is asked for behind the last symbol.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from mininet.recurrent import check_sizes


class Tapes(NamedTuple):
    """A batch of B sequences, padded to the longest."""

    inputs: Tensor  # one-hot, (B, N, D); the blank is number K
    targets: Tensor  # symbols' numbers, (B, M); those behind the last are 0
    asked: Tensor  # how many of them are asked for, (B,)
    ticks: Tensor  # how long a machine may take, (B,)


class Copy:
    """The same symbols: a b c, a b c.

    On the tape are the symbols and, behind the last one, blanks: at least one.

    Args:
        symbols: K, how many there are.
    """

    signs = 0  # how many more things may stand on the tape
    stretch = 1  # how often a symbol stands on the tape
    most = 1  # how often a symbol is asked for, at most
    back = True  # whether the input head may go back

    def __init__(self, symbols: int = 10) -> None:
        check_sizes(symbols=symbols)
        self.symbols = symbols
        self.input_size = symbols + 1 + self.signs
        self.output_size = symbols

    def tapes(
        self, lengths: Tensor, generator: torch.Generator, room: int = 1
    ) -> Tapes:
        """A batch with a sequence of each of these lengths, (B,).

        Args:
            lengths: how many symbols there are, each counted once.
            generator: of the symbols.
            room: for how many there is room at least.
        """
        B, n = len(lengths), lengths[:, None]
        room = max(room, int(n.max()))
        once = torch.randint(self.symbols, (B, room), generator=generator)
        copies = self.copies(B, generator)
        at = torch.arange(room * self.stretch + 1)
        there = (at // self.stretch).clamp_max(room - 1).expand(B, -1)
        blank = at >= n * self.stretch
        shown = once.gather(1, there).masked_fill(blank, self.symbols)
        if self.signs:
            shown = torch.cat([self.symbols - 1 + copies, shown], 1)
        asked = n * copies
        at = torch.arange(room * self.most)
        targets = once.gather(1, self.source(at, n)).masked_fill(at >= asked, 0)
        return Tapes(
            F.one_hot(shown, self.input_size).float(),
            targets,
            asked[:, 0],
            self.ticks(lengths),
        )

    def copies(self, size: int, generator: torch.Generator) -> Tensor:
        """How often the symbols are asked for, (B, 1)."""
        return torch.ones(size, 1, dtype=torch.int64)

    def source(self, at: Tensor, length: Tensor) -> Tensor:
        """Which symbol is asked for, for places (M,) and lengths (B, 1): (B, M)."""
        return at % length

    def ticks(self, length: Tensor) -> Tensor:
        """How long a machine may take: what is needed, and half as much as it reads."""
        return self.needed(length) + (length + 1) // 2

    def needed(self, length: Tensor) -> Tensor:
        """How many ticks the fastest machine takes: one a symbol."""
        return length


class DuplicatedInput(Copy):
    """Each symbol stands on the tape three times: a a a b b b, a b."""

    stretch = 3

    def needed(self, length: Tensor) -> Tensor:
        """To the first of the last three."""
        return 3 * length - 2


class Reverse(Copy):
    """The last symbol first: a b c, c b a."""

    def source(self, at: Tensor, length: Tensor) -> Tensor:
        """From the last one back."""
        return (length - 1 - at).clamp_min(0)

    def needed(self, length: Tensor) -> Tensor:
        """To the blank, and back."""
        return 2 * length + 1


class ForwardReverse(Reverse):
    """The same, with an input head that cannot go back: it takes a memory."""

    back = False


class RepeatCopy(Copy):
    """A sign for 2 or for 3, then symbols asked for so often: 2 a b, a b a b.

    The signs are numbers K + 1 and K + 2.
    """

    signs, most = 2, 3

    def copies(self, size: int, generator: torch.Generator) -> Tensor:
        """Two or three."""
        return 2 + torch.randint(2, (size, 1), generator=generator)

    def needed(self, length: Tensor) -> Tensor:
        """Three times through, and twice back, with a tick at each end."""
        return 5 * length + 3
