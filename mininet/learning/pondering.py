"""Learning to answer and not to think for too long (Graves 2016)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from mininet.learning.objectives import Loss, Supervised


@dataclass(frozen=True)
class Pondering(Supervised):
    """A task, and a price on the time that a model takes for it.

    The price is paid for N + R, how often the cell ran at a step and what was left for
    the last time, in the mean over steps and sequences. N has no slope; R has.

    Attributes:
        task: makes the batches, the loss of the answers and the score.
        practice: another task to learn from; `task` is what is scored then.
        price: the paper's time penalty, tau.
    """

    price: float = 1e-3

    def loss(self, model: Any, batch: Any, generator: torch.Generator) -> Loss:
        """The loss of the answers, and the price of the time."""
        said, states = model.trace(batch.inputs)
        answers = self.task.loss(said, batch)
        cost = (states.times + states.remainder).mean()
        told = {"loss": answers.item(), "times": states.times.mean().item()}
        return Loss(answers + self.price * cost, told)

    def score(self, model: Any, batch: Any) -> dict[str, float]:
        """The task's score, and how often the cell ran at a step, on average."""
        said, states = model.trace(batch.inputs)
        return self.task.score(said, batch) | {"times": float(states.times.mean())}
