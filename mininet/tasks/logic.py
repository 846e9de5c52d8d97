"""One gate after the other, all given at once (Graves 2016, sec. 3.2).

Each step of a sequence brings a bit and a list of gates. As in the parity task it is
not how long the sequence is that makes a step hard, but how many gates it has. And
what comes out of a step goes into the next one, so that the state has to carry it.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from mininet.recurrent import check_sizes
from mininet.tasks import Batch
from mininet.tasks.bits import Bits

# The ten gates that depend on both of their bits, by what they say to (later, earlier)
# = 00, 01, 10, 11. Of the other six, two never change, and four look at one bit alone.
GATES = {
    "nor": (1, 0, 0, 0),
    "only earlier": (0, 1, 0, 0),
    "only later": (0, 0, 1, 0),
    "and": (0, 0, 0, 1),
    "xor": (0, 1, 1, 0),
    "same": (1, 0, 0, 1),
    "nand": (1, 1, 1, 0),
    "later implies": (1, 1, 0, 1),
    "earlier implies": (1, 0, 1, 1),
    "or": (0, 1, 1, 1),
}
TABLE = torch.tensor(list(GATES.values()))  # (10, 4)


class Logic(Bits):
    """Say at each step what comes out of its last gate; outputs are logits, (T, B, 1).

    Every step begins with two bits, b[1] and b[0], and gate k makes the next one:

        b[k + 1] = gate k of (b[k], b[k - 1]),   k = 1, 2, ... up to its number of gates

    At the first step both bits are given. Later b[1] alone is given, and b[0] is what
    came out of the step before. An input is the two bits, 1 or -1, or 0 if not given,
    and a place for each gate: ten numbers, a 1 at the gate's own, or zeros if there is
    no gate. (The paper writes the bits as 1 and 0.)

    Args:
        places: the most gates a step can have.
        steps: T, of a sequence.
    """

    output_size = 1

    def __init__(self, places: int = 10, steps: int = 3) -> None:
        check_sizes(places=places, steps=steps)
        self.places = places
        self.steps = steps
        self.input_size = 2 + places * len(GATES)

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        """Sequences with 1 to `length` gates at each step, each number as likely.

        Raises:
            ValueError: if `length` is not between 1 and `places`.
        """
        if not 1 <= length <= self.places:
            raise ValueError(
                f"length must be between 1 and places = {self.places}, got {length}"
            )
        shape = (self.steps, batch_size)
        return self.of(
            torch.randint(1, length + 1, shape, generator=generator), generator
        )

    def of(self, many: Tensor, generator: torch.Generator) -> Batch:
        """Sequences with so many gates at each step, (T, B) of whole numbers.

        Raises:
            ValueError: if a number is not between 1 and `places`.
        """
        if many.min() < 1 or many.max() > self.places:
            raise ValueError(
                f"a step needs between 1 and places = {self.places} gates, got "
                f"{int(many.min())} to {int(many.max())}"
            )
        T, B = many.shape
        given = torch.randint(2, (T, B, 2), generator=generator)
        gates = torch.randint(len(GATES), (T, B, self.places), generator=generator)
        there = torch.arange(self.places) < many.unsqueeze(2)  # (T, B, places)
        answers = run(given, gates, many)
        bits = 2 * given - 1
        bits[1:, :, 1] = 0  # what came out of the step before is for the state to know
        chosen = F.one_hot(gates, len(GATES)) * there.unsqueeze(3)
        inputs = torch.cat([bits, chosen.flatten(2)], 2).float()
        return Batch(inputs, answers.float().unsqueeze(2), torch.ones(T, B))

    def many(self, batch: Batch) -> Tensor:
        """How many gates there are at each step, (T, B)."""
        return batch.inputs[:, :, 2:].sum(2).long()


def run(given: Tensor, gates: Tensor, many: Tensor) -> Tensor:
    """What comes out of each step.

    Args:
        given: b[1] and b[0], 0 or 1, (T, B, 2); b[0] counts at the first step alone.
        gates: rows of `TABLE`, (T, B, places).
        many: of them count, (T, B).

    Returns:
        Bits, (T, B).
    """
    answers, answer = [], given[0, :, 1]
    for bits, row, count in zip(given, gates, many, strict=True):
        earlier, later = answer, bits[:, 0]
        for k in range(gates.shape[2]):
            made = TABLE[row[:, k], 2 * later + earlier]
            goes_on = k < count
            earlier = torch.where(goes_on, later, earlier)
            later = torch.where(goes_on, made, later)
        answer = later
        answers.append(answer)
    return torch.stack(answers)
