"""Copying: say again what was shown, once or several times (Graves et al. 2014)."""

from __future__ import annotations

import math

import torch

from mininet.recurrent import check_sizes
from mininet.tasks import Batch
from mininet.tasks.bits import Bits


def random_bits(*shape: int, generator: torch.Generator) -> torch.Tensor:
    """Fair coins, 0 or 1, as floats."""
    return torch.randint(2, shape, generator=generator).float()


class Copy(Bits):
    """Read a sequence of random vectors, then a mark, then say the sequence.

    Section 4.1 of the paper: vectors of 8 bits, one more channel for the mark, and
    nothing to see while answering. Bits are shown as -1 and 1, so that zeros mean that
    nothing is shown. `length` counts the vectors.

    Args:
        width: bits in a vector.
    """

    def __init__(self, width: int = 8) -> None:
        check_sizes(width=width)
        self.width = width
        self.input_size = width + 1
        self.output_size = width

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        """Draw sequences of `length` vectors: inputs (2 L + 1, B, width + 1)."""
        check_sizes(batch_size=batch_size, length=length)
        shown = random_bits(length, batch_size, self.width, generator=generator)
        inputs = torch.zeros(2 * length + 1, batch_size, self.input_size)
        targets = torch.zeros(2 * length + 1, batch_size, self.width)
        mask = torch.zeros(2 * length + 1, batch_size)
        inputs[:length, :, : self.width] = 2 * shown - 1
        inputs[length, :, self.width] = 1  # the mark
        targets[length + 1 :] = shown
        mask[length + 1 :] = 1
        return Batch(inputs, targets, mask)


class RepeatCopy(Bits):
    """Read a sequence and a number, say the sequence that often, then an end mark.

    Section 4.2 of the paper: the number of repeats comes on a channel of its own,
    scaled to mean 0 and variance 1 over the training range; the answer has one more
    channel for the end mark, which is asked for at every step of the answer.
    `length` counts the vectors; all sequences of a batch have the same repeats.

    Args:
        width: bits in a vector.
        repeats: the smallest and the largest number of repeats.
    """

    scale = 10  # numbers are scaled as if drawn from 1 to 10, as in the paper

    def __init__(self, width: int = 8, repeats: tuple[int, int] = (1, 10)) -> None:
        low, high = repeats
        check_sizes(width=width, low=low, high=high)
        if low > high:
            raise ValueError(f"repeats must be (smallest, largest), got {repeats}")
        self.width = width
        self.repeats = repeats
        self.input_size = width + 2
        self.output_size = width + 1

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        """Draw sequences: inputs (L + 1 + L R + 1, B, width + 2) for R repeats."""
        check_sizes(batch_size=batch_size, length=length)
        low, high = self.repeats
        times = int(torch.randint(low, high + 1, (), generator=generator))
        shown = random_bits(length, batch_size, self.width, generator=generator)
        steps = length + 1 + length * times + 1
        inputs = torch.zeros(steps, batch_size, self.input_size)
        inputs[:length, :, : self.width] = 2 * shown - 1
        inputs[length, :, self.width] = 1  # the mark, and beside it the number
        inputs[length, :, self.width + 1] = self.scaled(times)
        targets = torch.zeros(steps, batch_size, self.output_size)
        targets[length + 1 : -1, :, : self.width] = shown.repeat(times, 1, 1)
        targets[-1, :, self.width] = 1  # the end
        mask = torch.zeros(steps, batch_size)
        mask[length + 1 :] = 1
        return Batch(inputs, targets, mask)

    def scaled(self, times: int) -> float:
        """A number of repeats as the model sees it: mean 0, variance 1 over 1 to 10."""
        mean, variance = (self.scale + 1) / 2, (self.scale**2 - 1) / 12
        return (times - mean) / math.sqrt(variance)
