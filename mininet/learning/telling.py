"""Learning to tell what is sensed: taught word by word, tried without help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from mininet.learning.objectives import Loss, Objective
from mininet.tasks.telling import Telling


@dataclass(frozen=True)
class Teaching(Objective[Any, Any]):
    """Teacher forcing for the loss, and a free run for the score.

    In training each symbol is written after the true ones; to be scored, a model writes
    after its own.

    Attributes:
        task: makes the batches, the loss and the score.
    """

    task: Telling

    def batch(self, size: int, length: int, generator: torch.Generator) -> Any:
        """What the task draws."""
        return self.task.batch(size, length, generator)

    def loss(self, model: Any, batch: Any, generator: torch.Generator) -> Loss:
        """The task's loss of what is written after the true symbols."""
        told = model.taught(batch.inputs, batch.targets)
        return Loss(self.task.loss(told.scores, batch))

    def score(self, model: Any, batch: Any) -> dict[str, float]:
        """The task's score of what is written without help."""
        told = model.alone(batch.inputs, len(batch.targets))
        return self.task.score(told.scores, told.weights, batch)
