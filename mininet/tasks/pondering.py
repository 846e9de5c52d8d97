"""Questions that take more thought the longer they are (Graves 2016, sec. 3.1, 3.2).

Each step of a sequence holds a whole question, so it is not the length of the sequence
that makes it hard, but what has to be computed within a step.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from mininet.recurrent import check_sizes
from mininet.tasks.bits import Bits

# Truth tables of the ten gates, by the two inputs 00, 01, 10, 11 (Graves 2016, table 1).
GATES = {
    "nor": (1, 0, 0, 0),
    "q and not p": (0, 1, 0, 0),
    "p and not q": (0, 0, 1, 0),
    "xor": (0, 1, 1, 0),
    "nand": (1, 1, 1, 0),
    "and": (0, 0, 0, 1),
    "xnor": (1, 0, 0, 1),
    "p implies q": (1, 1, 0, 1),
    "q implies p": (1, 0, 1, 1),
    "or": (0, 1, 1, 1),
}


class Questions(NamedTuple):
    """B sequences of T questions each, and how hard each is."""

    inputs: Tensor  # what the model reads, (T, B, D)
    targets: Tensor  # the answers, 0 or 1, (T, B, 1)
    mask: Tensor  # 1 everywhere: each question is to be answered, (T, B)
    hard: Tensor  # how many bits or gates the question has, (T, B)


class Parity(Bits):
    """Is the number of ones odd? All bits of the question are seen at once.

    A question is a vector of `places` numbers: the first n are 1 or -1, the rest 0.

    Args:
        places: the most bits a question can have.
    """

    output_size = 1

    def __init__(self, places: int = 64) -> None:
        check_sizes(places=places)
        self.places = places
        self.input_size = places

    def batch(
        self, batch_size: int, length: int, generator: torch.Generator
    ) -> Questions:
        """One question a sequence, of 1 to `length` bits, each number as likely.

        Raises:
            ValueError: if `length` is not between 1 and `places`.
        """
        _check_length(length, self.places, "places")
        hard = torch.randint(1, length + 1, (batch_size,), generator=generator)
        return self.of(hard, generator)

    def of(self, hard: Tensor, generator: torch.Generator) -> Questions:
        """One question a sequence, with so many bits each, (B,)."""
        signs = torch.randint(2, (len(hard), self.places), generator=generator) * 2 - 1
        bits = signs * (torch.arange(self.places) < hard.unsqueeze(1))
        odd = (bits == 1).sum(1, keepdim=True) % 2
        return Questions(
            inputs=bits.float().unsqueeze(0),
            targets=odd.float().unsqueeze(0),
            mask=torch.ones(1, len(hard)),
            hard=hard.unsqueeze(0),
        )


class Logic(Bits):
    """Gates one after the other, all in one question; the answer goes to the next.

    A question holds two bits and up to `gates` gates. The first gate takes both bits,
    each later one the answer so far and the bit before that. In a sequence, the first
    bit of a later question is the answer of the one before it, and is not given.

    Args:
        gates: the most gates a question can have.
        questions: T, how many a sequence has.
    """

    output_size = 1

    def __init__(self, gates: int = 10, questions: int = 1) -> None:
        check_sizes(gates=gates, questions=questions)
        self.gates = gates
        self.questions = questions
        self.input_size = 2 + gates * len(GATES)

    def batch(
        self, batch_size: int, length: int, generator: torch.Generator
    ) -> Questions:
        """Questions with 1 to `length` gates each.

        Raises:
            ValueError: if `length` is not between 1 and `gates`.
        """
        _check_length(length, self.gates, "gates")
        T, B, K = self.questions, batch_size, len(GATES)
        hard = torch.randint(1, length + 1, (T, B), generator=generator)
        bits = torch.randint(2, (T, B, 2), generator=generator)
        chosen = torch.randint(K, (T, B, self.gates), generator=generator)
        table = torch.tensor(list(GATES.values()))  # (K, 4)
        answers: list[Tensor] = []
        for t in range(T):
            if t:
                bits[t, :, 0] = answers[-1]
            before, now = bits[t].unbind(1)  # p and q
            for g in range(self.gates):
                after = table[chosen[t, :, g], 2 * before + now]
                used = g < hard[t]
                before, now = (
                    torch.where(used, now, before),
                    torch.where(used, after, now),
                )
            answers.append(now)
        seen = torch.nn.functional.one_hot(chosen, K)
        seen = seen * (torch.arange(self.gates) < hard.unsqueeze(-1)).unsqueeze(-1)
        bits[1:, :, 0] = 0
        return Questions(
            inputs=torch.cat([bits, seen.flatten(2)], 2).float(),
            targets=torch.stack(answers).float().unsqueeze(-1),
            mask=torch.ones(T, B),
            hard=hard,
        )


def _check_length(length: int, most: int, name: str) -> None:
    if not 1 <= length <= most:
        raise ValueError(f"length must be between 1 and {name} = {most}, got {length}")
