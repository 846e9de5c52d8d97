"""Learning answers, and from the supporting facts where to look for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch

from mininet.learning.objectives import Loss, Now, Supervised


@dataclass(frozen=True)
class GuidedGates(Supervised):
    """Questions for a model with gates, which are told what to find in each pass.

    The model says its answers, and what its gates come from, in `scored(batch)`, and
    what they lack in `gate_cost(scores, batch)` (Kumar et al. 2015, sec. 2.5).

    Attributes:
        task: makes the batches, the loss of the answers and the score.
        practice: other questions to learn from; `task` is what is scored then.
        weight: of what the gates lack, beside the loss of the answers.
    """

    weight: float = 1.0

    def loss(self, model: Any, batch: Any, generator: torch.Generator) -> Loss:
        """The loss of the answers and of the gates."""
        logits, scores = model.scored(batch)
        answers = self.task.loss(logits, batch)
        gates = model.gate_cost(scores, batch)
        told = {"loss": answers.item(), "gates": gates.item()}
        return Loss(answers + self.weight * gates, told)

    def at(self, now: Now) -> Supervised:
        """The questions to practise on, if there are any, with the same guidance."""
        if self.practice is None:
            return self
        return replace(self, task=self.practice, practice=None)
