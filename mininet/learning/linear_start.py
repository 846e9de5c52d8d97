"""Training that leaves out a softmax at first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from mininet.learning.objectives import Around, Loss, Now, Objective


@dataclass(frozen=True)
class LinearStart(Around):
    """Another objective, for a model whose `linear` leaves out its softmaxes.

    At first the model is linear but for the last softmax, which is easier to train
    (Sukhbaatar et al. 2015, section 4.2). The paper ends this when the loss on held-out
    questions rises no longer; here it is a share of the steps.

    Attributes:
        objective: the other objective.
        share: of the steps that are linear.
        linear: whether this step is; the loop's doing.
    """

    objective: Objective[Any, Any]
    share: float = 0.25
    linear: bool = False

    def at(self, now: Now) -> LinearStart:
        """Linear or not, at this step."""
        linear = now.step <= self.share * now.steps
        return replace(self, objective=self.objective.at(now), linear=linear)

    def step_loss(
        self, model: Any, batches: Sequence[Any], generator: torch.Generator
    ) -> Loss:
        """The loss of the step, of a model with or without its softmaxes."""
        model.linear = self.linear
        return self.objective.step_loss(model, batches, generator)
