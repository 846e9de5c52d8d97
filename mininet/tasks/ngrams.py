"""Dynamic N-grams: guess the next bit of a source never seen before (Graves et al.)."""

from __future__ import annotations

import torch
from torch import Tensor

from mininet.recurrent import check_sizes
from mininet.tasks import Batch
from mininet.tasks.bits import Bits, bits


class NGrams(Bits):
    """Bits in which the chance of a 1 depends on the last few; a new source each time.

    Section 4.4 of the paper: for each of the 32 contexts of 5 bits the chance of a 1 is
    drawn from Beta(1/2, 1/2), anew for each sequence. The first 5 bits are coins. What
    is read at step t is bit t, shown as -1 or 1; what is asked is bit t + 1. `length`
    counts the bits of the sequence.

    Args:
        context: bits that the next one depends on; 5 for 6-grams.
    """

    input_size = 1
    output_size = 1

    def __init__(self, context: int = 5) -> None:
        check_sizes(context=context)
        self.context = context

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Batch:
        """Draw sequences of `length` bits: inputs and targets (length - 1, B, 1).

        Raises:
            ValueError: if the length leaves no bit to guess.
        """
        check_sizes(batch_size=batch_size, length=length)
        if length <= self.context:
            raise ValueError(
                f"length must be above the context, {self.context}, got {length}"
            )
        B, contexts = batch_size, 2**self.context
        # Beta(1/2, 1/2) is sin^2 of a uniform angle: the arcsine distribution.
        angles = torch.rand(B, contexts, generator=generator) * torch.pi / 2
        chances = angles.sin().square()
        drawn = torch.rand(length, B, generator=generator)
        known = torch.zeros(B, dtype=torch.long)  # the last bits, as a number
        sequence = []
        for t in range(length):
            chance = chances.gather(1, known.unsqueeze(1)).squeeze(1)
            bit = drawn[t] < (chance if t >= self.context else 0.5)
            known = (2 * known + bit) % contexts
            sequence.append(bit)
        ones = torch.stack(sequence).float().unsqueeze(-1)  # (length, B, 1)
        mask = torch.ones(length - 1, B)
        mask[: self.context - 1] = 0  # guesses at coins are not asked for
        return Batch(2 * ones[:-1] - 1, ones[1:], mask)

    def optimum(self, batch: Batch) -> Tensor:
        """The best that can be guessed from the past: logits, (length - 1, B, 1).

        The chance of a 1 is (ones + 1/2) / (all + 1) over the past occurrences of the
        context: the mean of the Beta posterior, the paper's equation 10.
        """
        seen = (batch.inputs[..., 0] > 0).long()  # (T, B)
        T, B = seen.shape
        counts = torch.zeros(B, 2**self.context, 2)  # of zeros and of ones
        known = torch.zeros(B, dtype=torch.long)
        at = torch.arange(B)
        logits = torch.zeros(T, B, 1)
        for t in range(T):
            if t >= self.context:
                counts[at, known, seen[t]] += 1
            known = (2 * known + seen[t]) % 2**self.context
            zeros, ones = counts[at, known].unbind(1)
            logits[t, :, 0] = torch.log((ones + 0.5) / (zeros + 0.5))
        return logits

    def score(self, outputs: Tensor, batch: Batch) -> dict[str, float]:
        """As for all bits, with how far the surprise lies above the optimum's."""
        best = float(bits(self.optimum(batch), batch).mean())
        score = super().score(outputs, batch)
        return score | {"optimum": best, "above_optimum": score["bits"] - best}
