"""Learning which facts answer a question, and the answer, by how they rank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from mininet.learning.objectives import Loss, Objective
from mininet.tasks.babi.asking import Asked
from mininet.tasks.babi.encoding import Batch


@dataclass(frozen=True)
class Ranking(Objective[Any, Batch]):
    """The right fact of each hop, and the answer, are to win by a margin.

    The margin ranking loss (Weston et al. 2014, eq. 6-8), over all that could be taken
    in place of drawn ones. While it learns, the model is given the right facts of the
    hops before.

    Attributes:
        task: the questions.
        margin: by how much.
    """

    task: Asked
    margin: float = 0.1

    def batch(self, size: int, length: int, generator: torch.Generator) -> Batch:
        """Some of the questions."""
        drawn: Batch = self.task.batch(size, length, generator)
        return drawn

    def loss(self, model: Any, batch: Batch, generator: torch.Generator) -> Loss:
        """What the wrong facts and words lack to the margin."""
        right = facts(batch.supports, model.hops)
        found, logits = model.search(batch, lambda hop, _: right[:, hop])
        hops = [
            behind(scores, right[:, hop], self.margin).mean()
            for hop, scores in enumerate(found)
        ]
        answer = behind(logits, batch.answers, self.margin).mean()
        return Loss(torch.stack([*hops, answer]).sum())

    def score(self, model: Any, batch: Batch) -> dict[str, float]:
        """How the model answers with the facts that it takes by itself."""
        return self.task.score(model(batch), batch)


def facts(supports: Tensor, hops: int) -> Tensor:
    """The place of the fact that each hop should take, (B, K).

    Args:
        supports: 1 for the first sentence that answers, 2 for the second, …, (B, N).
        hops: K.

    Returns:
        Places; N, the one after the last, where there is no such fact.
    """
    rank = torch.arange(hops).view(1, -1, 1) + 1
    is_it = (supports.unsqueeze(1) == rank).int()  # (B, K, N)
    return is_it.argmax(-1).masked_fill(is_it.sum(-1) == 0, supports.shape[1])


def behind(scores: Tensor, right: Tensor, margin: float) -> Tensor:
    """What each wrong one lacks to lie behind the right one by a margin, summed: (B,).

    Args:
        scores: (B, C).
        right: which one is right, (B,).
        margin: by how much it should win.
    """
    best = scores.gather(1, right.unsqueeze(1))
    lacks = F.relu(margin - best + scores)
    return lacks.sum(1) - margin  # the right one itself lacks just the margin
