"""Five languages that take counting, as a stream of symbols (Joulin & Mikolov 2015).

One string follows another, and the task is to name the next symbol. Part of it cannot
be known: after some a's nobody can say how many more will come. From a certain symbol
on all is determined, up to the first symbol of the next string, and only there an
answer can be right or wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.nn.utils.rnn import pad_sequence

from mininet.recurrent import Recurrent, check_sizes
from mininet.tasks import Batch

AT_A_TIME = 64  # strings in a batch of a test


@dataclass(frozen=True)
class Language:
    """A language whose strings are blocks, each one symbol over and over.

    Attributes:
        name: as it is written.
        repeats: for each symbol, how often it comes for each of the free numbers: for
            a string of n a's and 2n b's ((1,), (2,)); for n a's, m b's and n + m c's
            ((1, 0), (0, 1), (1, 1)). There is a block more than free numbers, at least,
            and each of these is the length of one of the first blocks.
    """

    name: str
    repeats: tuple[tuple[int, ...], ...]

    @property
    def alphabet(self) -> str:
        """The symbols, in the order of their blocks."""
        return "abcdefgh"[: len(self.repeats)]

    @property
    def free(self) -> int:
        """How many numbers a string has; also the first block that they determine."""
        return len(self.repeats[0])

    def string(self, *numbers: int) -> str:
        """The string of these numbers."""
        self.check(numbers)
        counts = (
            sum(r * n for r, n in zip(row, numbers, strict=True))
            for row in self.repeats
        )
        return "".join(s * c for s, c in zip(self.alphabet, counts, strict=True))

    def check(self, numbers: Sequence[int]) -> None:
        """Refuse other numbers than a string of the language has."""
        if len(numbers) != self.free:
            raise ValueError(f"{self.name} has {self.free} numbers, got {len(numbers)}")
        check_sizes(**{f"number {k + 1}": n for k, n in enumerate(numbers)})

    def of_total(self, total: int) -> list[tuple[int, ...]]:
        """All the numbers with this sum: one, or the ways to split it in two."""
        if self.free == 1:
            return [(total,)]
        return [(n, total - n) for n in range(1, total)]


ANBN = Language("aⁿbⁿ", ((1,), (1,)))
ANBNCN = Language("aⁿbⁿcⁿ", ((1,), (1,), (1,)))
ANBNCNDN = Language("aⁿbⁿcⁿdⁿ", ((1,), (1,), (1,), (1,)))
ANB2N = Language("aⁿb²ⁿ", ((1,), (2,)))
ANBMCNM = Language("aⁿbᵐcⁿ⁺ᵐ", ((1, 0), (0, 1), (1, 1)))
LANGUAGES = {
    "anbn": ANBN,
    "anbncn": ANBNCN,
    "anbncndn": ANBNCNDN,
    "anb2n": ANB2N,
    "anbmcn+m": ANBMCNM,
}


class NextSymbol:
    """Streams of a language; at each symbol, name the next one.

    A stream is some strings and the first symbol of one more, which ends the last of
    them. `length` is the largest n of a string, or the largest n + m.

    Args:
        language: of the strings.
        strings: in a stream to learn from.
    """

    def __init__(self, language: Language, strings: int = 2) -> None:
        check_sizes(strings=strings)
        self.language = language
        self.strings = strings
        self.input_size = self.output_size = len(language.alphabet)

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        """Draw streams: each string has a total from 1 to `length`, evenly.

        Where a string has two numbers, the total is 2 at least, and how it is split is
        drawn evenly as well.

        Raises:
            ValueError: if a size is no whole number of at least 1, or `length` is less
                than the language has free numbers.
        """
        check_sizes(batch_size=batch_size, length=length)
        free = self.language.free
        if length < free:
            raise ValueError(f"length must be at least {free}, got {length}")
        shape = (batch_size, self.strings)
        total = torch.randint(free, length + 1, shape, generator=generator)
        if free == 1:
            return self.streams(total.unsqueeze(-1))
        share = torch.rand(shape, generator=generator)
        first = torch.minimum(1 + (share * (total - 1)).long(), total - 1)
        return self.streams(torch.stack([first, total - first], dim=-1))

    def streams(self, numbers: Tensor) -> Batch:
        """The streams of these numbers, (B, strings, free numbers).

        Streams of a batch may differ in length: T is the longest, and the mask of the
        others is 0 after their end.

        Returns:
            One 1 a symbol (T, B, K), the number of the next symbol (T, B), the mask.
        """
        repeats = torch.tensor(self.language.repeats)  # (K, free)
        counts = numbers @ repeats.T  # (B, strings, K)
        lengths = counts.flatten(1).sum(1)
        symbols = torch.arange(len(repeats)).expand_as(counts)
        joined = torch.repeat_interleave(symbols.flatten(), counts.flatten())
        streams = joined.split(lengths.tolist())
        now = pad_sequence(streams)  # (T, B)
        after = pad_sequence([F.pad(one[1:], (0, 1)) for one in streams])
        mask = torch.arange(len(now)).unsqueeze(1) < lengths
        inputs = F.one_hot(now, len(repeats)) * mask.unsqueeze(-1)
        dtype = torch.get_default_dtype()
        return Batch(inputs.to(dtype), after, mask.to(dtype))

    def determined(self, batch: Batch) -> Tensor:
        """Whether the next symbol can be known, (T, B) of bool.

        It can from the first symbol of the first block whose length follows from what
        came before it: the first b of aⁿbⁿ.
        """
        block = batch.inputs.argmax(-1)
        return (batch.mask > 0) & (block >= self.language.free)

    def loss(self, outputs: Tensor, batch: Batch) -> Tensor:
        """Mean surprise at the true next symbol, in nats: at all, known or not."""
        each = F.cross_entropy(
            outputs.flatten(0, 1), batch.targets.flatten(), reduction="none"
        )
        return (each * batch.mask.flatten()).sum() / batch.mask.sum()

    def score(self, outputs: Tensor, batch: Batch) -> dict[str, float]:
        """Of what is determined: the share of streams wholly right, and of symbols."""
        wrong, determined = self.wrong(outputs, batch), self.determined(batch)
        return {
            "right": float((~wrong.any(0)).double().mean()),
            "symbols": float(1 - wrong.sum().double() / determined.sum()),
        }

    def wrong(self, outputs: Tensor, batch: Batch) -> Tensor:
        """Where the next symbol is determined but not the likeliest, (T, B)."""
        return (outputs.argmax(-1) != batch.targets) & self.determined(batch)


def right_totals(
    model: Recurrent[Any], language: Language, totals: Iterable[int]
) -> list[int]:
    """The paper's measure: for which n a network is right, each string by itself.

    Each string is read from the start, without noise. Where n + m is split in two, all
    the ways to split it must be right.

    Returns:
        Those of `totals` that are.
    """
    task, asked = NextSymbol(language), list(totals)
    numbers = [each for total in asked for each in language.of_total(total)]
    training = model.training
    model.eval()
    wrong = set()
    try:
        with torch.no_grad():
            for start in range(0, len(numbers), AT_A_TIME):
                some = torch.tensor(numbers[start : start + AT_A_TIME])
                batch = task.streams(some.unsqueeze(1))
                failed = task.wrong(model(batch.inputs), batch).any(0)
                wrong.update(some[failed].sum(-1).tolist())
    finally:
        model.train(training)
    return [total for total in asked if total not in wrong]
