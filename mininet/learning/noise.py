"""Noise on a machine's own decisions that grows louder as it is trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from mininet.learning.objectives import Around, Loss, Now


@dataclass(frozen=True)
class RisingNoise(Around):
    """Another objective, for a model that adds noise of its `noise` while it trains.

    Attributes:
        objective: the other objective.
        quiet: the noise at the start.
        loud: the noise in the end.
        share: of the steps, in which it rises in a line.
        level: the noise of this step; the loop's doing.
    """

    quiet: float = 0.0
    loud: float = 0.0
    share: float = 0.6
    level: float = 0.0

    def at(self, now: Now) -> RisingNoise:
        """The noise of this step."""
        risen = min(1.0, now.step / (self.share * now.steps))
        level = self.quiet + (self.loud - self.quiet) * risen
        return replace(self, objective=self.objective.at(now), level=level)

    def step_loss(
        self, model: Any, batches: Sequence[Any], generator: torch.Generator
    ) -> Loss:
        """The loss of the step, of a model that is as noisy as that."""
        model.noise = self.level
        return self.objective.step_loss(model, batches, generator)
