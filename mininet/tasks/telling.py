"""What is told of a sound or a picture, symbol by symbol, up to an end sign."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F


class Telling:
    """Tasks whose answer is a row of symbols that ends with a sign.

    Batches have `inputs`, `targets` (L, B), `mask` (L, B), and `where` (L, B, N): at
    which of N places each symbol is heard or seen, nowhere for some.
    """

    input_size: int
    output_size: int
    end: int  # the number of the end sign

    def batch(self, batch_size: int, length: int, generator: torch.Generator) -> Any:
        """Draw what is sensed, and what is to be told of it."""
        raise NotImplementedError

    def loss(self, scores: Tensor, batch: Any) -> Tensor:
        """The mean surprise at a symbol that counts, in nats, from (L, B, V)."""
        each = F.cross_entropy(scores.transpose(1, 2), batch.targets, reduction="none")
        mask: Tensor = batch.mask
        return (each * mask).sum() / mask.sum()

    def score(self, scores: Tensor, weights: Tensor, batch: Any) -> dict[str, float]:
        """How right what was told is, and what was attended to meanwhile.

        Symbols are compared place by place, from the first one on; all those after the
        first end sign do not count, and an end sign takes their place.

        Args:
            scores: of each symbol, told without help, (L, B, V).
            weights: attention, (L, B, M), where M divides N.
            batch: what was told of.

        Returns:
            `right`: the share of the symbols, but for end signs, that stand at their
            place; `whole`: of the answers without a mistake; `there`: of the symbols
            that are somewhere, those at which attention is highest at such a place;
            `onward`: of the answers, those during which its highest place never goes
            back, from the first symbol that counts to the last before the end sign.
        """
        told = ended(scores.argmax(2), self.end)
        counts = (batch.targets != self.end) & (batch.mask > 0)
        same = told == batch.targets
        peaks = weights.argmax(2)
        many = batch.where.shape[2] // weights.shape[2]
        places = batch.where.unflatten(2, (-1, many)).amax(3)
        somewhere = places.amax(2) > 0
        there = places.gather(2, peaks.unsqueeze(2)).squeeze(2) > 0
        goes_back = (peaks[1:] < peaks[:-1]) & counts[1:]
        return {
            "right": share(same, counts),
            "whole": float(same.all(0).double().mean()),
            "there": share(there & (told != self.end), somewhere),
            "onward": float((~goes_back.any(0)).double().mean()),
        }


def ended(symbols: Tensor, end: int) -> Tensor:
    """Symbols (L, B), with the end sign at all places after the first one."""
    over = (symbols == end).long().cumsum(0) > 0
    return torch.where(over, end, symbols)


def share(true: Tensor, of: Tensor) -> float:
    """Of those that count, the share that is true; 1 if none does."""
    return float((true & of).sum() / of.sum()) if of.any() else 1.0
