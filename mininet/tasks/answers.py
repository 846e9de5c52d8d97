"""Six small questions whose answers grow with them: what can a machine learn to say?

Each is read symbol by symbol and ends with a mark; then the machine answers, symbol by
symbol. Three of them are languages: there the machine goes on with a string, reads the
string as it grows, and must say where it ends. In the others it has nothing to read
while it answers. All have one form, so that the powers of machines can be told apart by
one table.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from mininet.recurrent import check_sizes
from mininet.tasks import Batch

PAD = -1  # in an answer that ended before the longest of its batch


class Exchange(NamedTuple):
    """Questions and their answers, as numbers of symbols."""

    question: Tensor  # (Q, B)
    answer: Tensor  # (A, B), PAD after its end


class Answers:
    """A task of questions and answers; subclasses define `exchange` and `symbols`.

    Inputs are (Q + 1 + A, B, symbols + 2): the question, the mark, and blanks while the
    answer is given; mark and blank are the last two channels. Targets are the numbers
    of symbols. Only the steps of the answer count.
    """

    symbols: int

    @property
    def input_size(self) -> int:
        """The symbols, the mark and the blank."""
        return self.symbols + 2

    @property
    def output_size(self) -> int:
        """The symbols."""
        return self.symbols

    def exchange(
        self, batch_size: int, length: int, generator: torch.Generator
    ) -> Exchange:
        """Questions of this length, and what is to be said."""
        raise NotImplementedError

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        """Draw questions of `length` symbols, with their answers."""
        check_sizes(batch_size=batch_size, length=length)
        question, answer = self.exchange(batch_size, length, generator)
        steps = length + 1 + len(answer)
        inputs = torch.zeros(steps, batch_size, self.input_size)
        inputs[:length] = F.one_hot(question, self.input_size)
        inputs[length, :, self.symbols] = 1  # the mark
        inputs[length + 1 :, :, self.symbols + 1] = 1  # blanks
        targets = torch.zeros(steps, batch_size, dtype=torch.int64)
        targets[length + 1 :] = answer.clamp_min(0)
        mask = torch.zeros(steps, batch_size)
        mask[length + 1 :] = (answer != PAD).float()
        return Batch(inputs, targets, mask)

    def loss(self, outputs: Tensor, batch: Batch) -> Tensor:
        """Mean surprise at a symbol of the answer, in nats."""
        each = F.cross_entropy(
            outputs.flatten(0, 1), batch.targets.flatten(), reduction="none"
        )
        return (each * batch.mask.flatten()).sum() / batch.mask.sum()

    def score(self, outputs: Tensor, batch: Batch) -> dict[str, float]:
        """Shares of answers and of symbols that are right."""
        wrong = (outputs.argmax(-1) != batch.targets) * batch.mask
        return {
            "right": float((wrong.sum(0) == 0).double().mean()),
            "symbols_right": float(1 - wrong.sum() / batch.mask.sum()),
        }


class Strings(Answers):
    """A language: the question begins a string, the answer ends it, with an end mark.

    The string is read as it grows: after a blank, each step shows what was to be said
    at the step before. The end mark is one more symbol, the last.
    """

    @property
    def output_size(self) -> int:
        """The symbols and the end mark."""
        return self.symbols + 1

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        """Draw the beginnings of `length` symbols, with their ends."""
        batch = super().batch(batch_size, length, generator)
        said = F.one_hot(batch.targets[length + 1 : -1], self.input_size)
        batch.inputs[length + 2 :] = said
        return batch

    def ended(self, answer: Tensor) -> Tensor:
        """Answers (A, B), padded, with the end mark after each, (A + 1, B)."""
        longer = F.pad(answer, (0, 0, 0, 1), value=PAD)
        ends = torch.arange(len(longer)).unsqueeze(1) == (answer != PAD).sum(0)
        return longer.masked_fill(ends, self.symbols)


def drawn(symbols: int, length: int, batch: int, source: torch.Generator) -> Tensor:
    """Random symbols, (length, batch)."""
    return torch.randint(symbols, (length, batch), generator=source)


class Copied(Answers):
    """Say the question again."""

    symbols = 8

    def exchange(
        self, batch_size: int, length: int, generator: torch.Generator
    ) -> Exchange:
        """Random symbols, and the same."""
        question = drawn(self.symbols, length, batch_size, generator)
        return Exchange(question, question)


class Reversed(Answers):
    """Say the question backwards."""

    symbols = 8

    def exchange(
        self, batch_size: int, length: int, generator: torch.Generator
    ) -> Exchange:
        """Random symbols, and the last of them first."""
        question = drawn(self.symbols, length, batch_size, generator)
        return Exchange(question, question.flip(0))


class Counted(Strings):
    """The question is n times a; the answer n times each of the other letters.

    Args:
        letters: with the a; 2 for a^n b^n, 3 for a^n b^n c^n.
    """

    def __init__(self, letters: int) -> None:
        check_sizes(letters=letters)
        self.symbols = letters

    def exchange(
        self, batch_size: int, length: int, generator: torch.Generator
    ) -> Exchange:
        """As often each, in their order; nothing is drawn."""
        letters = torch.arange(self.symbols).repeat_interleave(length)
        both = letters.unsqueeze(1).repeat(1, batch_size)
        return Exchange(both[:length], self.ended(both[length:]))


class Closed(Strings):
    """The question opens and closes brackets of two kinds; the answer closes the rest.

    A Dyck word is brackets that all close, the last opened first. A question is the
    beginning of one: at each place, as long as something is open, three in five open.
    """

    symbols = 4  # ( [ ) ]

    def exchange(
        self, batch_size: int, length: int, generator: torch.Generator
    ) -> Exchange:
        """The beginning of a word, and its shortest end."""
        opens = torch.rand(length, batch_size, generator=generator) < 0.6
        kinds = drawn(2, length, batch_size, generator)
        question, answer = [], []
        for up, kind in zip(opens.T.tolist(), kinds.T.tolist(), strict=True):
            word: list[int] = []
            open_: list[int] = []
            for goes_up, which in zip(up, kind, strict=True):
                if goes_up or not open_:
                    open_.append(which)
                    word.append(which)
                else:
                    word.append(2 + open_.pop())
            question.append(word)
            answer.append([2 + which for which in reversed(open_)])
        longest = max(map(len, answer))
        padded = [one + [PAD] * (longest - len(one)) for one in answer]
        rows = torch.tensor(padded, dtype=torch.int64).view(batch_size, longest)
        return Exchange(torch.tensor(question).T, self.ended(rows.T))


class Parity(Answers):
    """The question is bits; the answer is one: whether the number of ones is odd."""

    symbols = 2

    def exchange(
        self, batch_size: int, length: int, generator: torch.Generator
    ) -> Exchange:
        """Fair coins, and their sum modulo 2."""
        question = drawn(self.symbols, length, batch_size, generator)
        return Exchange(question, question.sum(0, keepdim=True) % 2)
