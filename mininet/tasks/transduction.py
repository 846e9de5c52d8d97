"""Transduction: read a sequence of symbols, then say another that follows from it.

The five tasks of Grefenstette, Hermann, Suleyman & Blunsom 2015, section 4. The
grammars of the last two are our own, small ones, after the examples that the paper
gives.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from mininet.recurrent import check_sizes
from mininet.tasks import Batch


class Transduction:
    """Read L symbols, then a mark, then say L symbols while nothing is shown.

    Inputs are one-hot, the mark on the last channel; an answer is a symbol's number,
    and only the L steps after the mark count. Outputs are logits, (T, B, O).

    In the paper the answer ends with a symbol of its own; here all answers of a batch
    are as long as what was read, and no end is asked for.
    """

    input_size: int
    output_size: int

    def pairs(
        self, batch_size: int, length: int, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """What is read and what is to be said: symbols' numbers, (L, B) each."""
        raise NotImplementedError

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        """Draw sequences of `length` symbols: inputs (2 L + 1, B, K + 1)."""
        check_sizes(batch_size=batch_size, length=length)
        shown, asked = self.pairs(batch_size, length, generator)
        length = len(shown)
        inputs = torch.zeros(2 * length + 1, batch_size, self.input_size)
        inputs[:length] = F.one_hot(shown, self.input_size)
        inputs[length, :, -1] = 1  # the mark
        targets = torch.zeros(2 * length + 1, batch_size, dtype=torch.int64)
        targets[length + 1 :] = asked
        mask = torch.zeros(2 * length + 1, batch_size)
        mask[length + 1 :] = 1
        return Batch(inputs, targets, mask)

    def loss(self, outputs: Tensor, batch: Batch) -> Tensor:
        """The mean surprise at a symbol that counts, in nats."""
        each = F.cross_entropy(
            outputs.flatten(0, 1), batch.targets.flatten(), reduction="none"
        )
        return each @ batch.mask.flatten() / batch.mask.sum()

    def score(self, outputs: Tensor, batch: Batch) -> dict[str, float]:
        """The paper's two measures and a plainer one, each between 0 and 1.

        `coarse` is the share of sequences without a mistake, `fine` the share of a
        sequence before its first mistake, `symbols` the share of symbols right.
        """
        right = (outputs.argmax(-1) == batch.targets) | (batch.mask == 0)
        until = right.cumprod(0)  # 1 as long as there was no mistake
        asked = batch.mask.sum().double()
        return {
            "coarse": float(right.all(0).double().mean()),
            "fine": float((until * batch.mask).sum() / asked),
            "symbols": float((right * batch.mask).sum() / asked),
        }


class OfSymbols(Transduction):
    """A task on K symbols that are drawn evenly.

    Args:
        symbols: K.
    """

    def __init__(self, symbols: int = 128) -> None:
        check_sizes(symbols=symbols)
        self.symbols = symbols
        self.input_size = symbols + 1
        self.output_size = symbols

    def pairs(
        self, batch_size: int, length: int, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """Symbols (L, B), and what follows from them."""
        shown = torch.randint(self.symbols, (length, batch_size), generator=generator)
        return shown, self.answer(shown)

    def answer(self, shown: Tensor) -> Tensor:
        """What is to be said to symbols (L, B)."""
        raise NotImplementedError


class Copying(OfSymbols):
    """Say the symbols again: a b c d, a b c d."""

    def answer(self, shown: Tensor) -> Tensor:
        """The same."""
        return shown


class Reversal(OfSymbols):
    """Say the symbols from the last to the first: a b c d, d c b a."""

    def answer(self, shown: Tensor) -> Tensor:
        """The last first."""
        return shown.flip(0)


class BigramFlip(OfSymbols):
    """Exchange the symbols of each pair: a b c d, b a d c.

    There are whole pairs only: of an odd length, one symbol less is drawn.
    """

    def pairs(
        self, batch_size: int, length: int, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """Pairs of symbols, and these exchanged.

        Raises:
            ValueError: if the length is below 2.
        """
        if length < 2:
            raise ValueError(f"a flip needs at least 2 symbols, got length {length}")
        return super().pairs(batch_size, length // 2 * 2, generator)

    def answer(self, shown: Tensor) -> Tensor:
        """The second of each pair first."""
        return shown.unflatten(0, (-1, 2)).flip(1).flatten(0, 1)
