"""Binary sums read digit by digit, as they are written (Joulin & Mikolov 2015).

    101+1=     read, the highest digit of a number first
    011.       said, the lowest digit first, and an end

Of the numbers that are read, the digit that is needed first comes last: what turns a
row around is at home here, a stack.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.nn.utils.rnn import pad_sequence

from mininet.recurrent import check_sizes
from mininet.tasks import Batch
from mininet.tasks.transduction import Transduction

READ = "01+= "  # what a model is shown; the last is the blank, while it answers
SAID = "01."


class LineSums(Transduction):
    """Read two binary numbers and say their sum, the lowest digit first.

    A number begins with a 1. `length` is how many digits the two have together; how
    many of them the first has is drawn evenly. Answers of a batch differ in length: the
    steps after an end do not count. Outputs are logits, (T, B, 3).

    While it answers, a model is shown blanks; in the paper, the digits of the answer.
    """

    input_size = len(READ)
    output_size = len(SAID)

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        """Draw sums: inputs (T, B, 5) with T = 2 length + 3, the longest there can be.

        Raises:
            ValueError: if a size is no whole number of at least 1, or the length is
                below 2.
        """
        check_sizes(batch_size=batch_size, length=length)
        if length < 2:
            raise ValueError(f"two numbers have at least 2 digits, got length {length}")
        shape = (batch_size, length)
        digits = torch.randint(2, shape, generator=generator).tolist()
        firsts = torch.randint(1, length, (batch_size,), generator=generator).tolist()
        return self.ask(
            [
                (number([1, *row[1:first]]), number([1, *row[first + 1 :]]))
                for row, first in zip(digits, firsts, strict=True)
            ]
        )

    def ask(self, sums: list[tuple[int, int]]) -> Batch:
        """The batch of these sums, which all have as many digits together.

        Raises:
            ValueError: if they have not.
        """
        asked = [f"{a:b}+{b:b}=" for a, b in sums]
        if len(set(map(len, asked))) != 1:
            raise ValueError("the sums of a batch need as many digits, each together")
        answers = [f"{a + b:b}"[::-1] + "." for a, b in sums]
        length = len(asked[0]) - 2
        shown = torch.stack(
            [_numbers(one.ljust(2 * length + 3), READ) for one in asked]
        )
        said = pad_sequence([_numbers(one, SAID) for one in answers])
        counts = pad_sequence([torch.ones(len(one)) for one in answers])
        before = length + 2
        after = length + 1 - len(said)
        targets = F.pad(said, (0, 0, before, after))
        mask = F.pad(counts, (0, 0, before, after))
        return Batch(F.one_hot(shown.T, len(READ)).to(mask.dtype), targets, mask)


def number(digits: list[int]) -> int:
    """The number with these binary digits, the highest first."""
    return int("".join(map(str, digits)), 2)


def _numbers(text: str, symbols: str) -> Tensor:
    return torch.tensor([symbols.index(one) for one in text])
