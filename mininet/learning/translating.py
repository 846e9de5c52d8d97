"""Learning to translate: taught with the right words, tested on its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional as F

from mininet.learning.objectives import Loss, Objective
from mininet.tasks.translation import Pairs, Translation


@dataclass(frozen=True)
class Translating(Objective[Any, Pairs]):
    """Each word is to be likely after the right ones before it (teacher forcing).

    For the score the model speaks freely, each word after those that it said itself.

    Attributes:
        task: the pair of languages.
    """

    task: Translation

    def batch(self, size: int, length: int, generator: torch.Generator) -> Pairs:
        """New sentences of a length, and their translations."""
        return self.task.batch(size, length, generator)

    def loss(self, model: Any, batch: Pairs, generator: torch.Generator) -> Loss:
        """The mean surprise at a right word, in nats."""
        logits = model(batch.source, batch.target)
        return Loss(
            F.cross_entropy(
                logits.flatten(0, 1), batch.target.flatten(), ignore_index=0
            )
        )

    def score(self, model: Any, batch: Pairs) -> dict[str, float]:
        """How it translates on its own, and where it looks for the right words."""
        said, _ = model.translate(batch.source, batch.target.shape[1] + 2)
        _, weights = model.trace(batch.source, batch.target)
        return self.task.score(said, batch, weights)
