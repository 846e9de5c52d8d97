"""What a step of training asks of a model.

This is where systems differ: the loss may add a cost of the model's own, draw from
chance, or read the model in another way than its score does. The loop knows none of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, NamedTuple, TypeVar

import torch
from torch import Tensor, nn

from mininet.learning.settings import Stages
from mininet.tasks import Task

Model = TypeVar("Model", bound=nn.Module)
Batch = TypeVar("Batch", bound=tuple[Any, ...])  # a NamedTuple


class Loss(NamedTuple):
    """What a batch costs."""

    total: Tensor  # made small
    told: Mapping[str, float] = {}  # shown beside it; "loss": shown in its place


class Now(NamedTuple):
    """Where a training stands."""

    step: int  # from 1 to steps
    steps: int
    rate: float  # of learning


class Objective(Generic[Model, Batch]):
    """What a model is trained and scored by.

    Subclasses define `batch`, `loss` and `score`; the rest has its usual meaning here.
    """

    def batch(self, size: int, length: int, generator: torch.Generator) -> Batch:
        """Draw new sequences: to score on, and to learn from if `at` says no other."""
        raise NotImplementedError

    def loss(self, model: Model, batch: Batch, generator: torch.Generator) -> Loss:
        """What is to be made small.

        Args:
            model: in training mode.
            batch: from `batch`.
            generator: of what the loss itself draws, such as actions.
        """
        raise NotImplementedError

    def score(self, model: Model, batch: Batch) -> dict[str, float]:
        """What to report, by name; the model does not train, nor keep gradients."""
        raise NotImplementedError

    def at(self, now: Now) -> Objective[Model, Batch]:
        """What this step learns from; scored is always on the objective itself."""
        return self

    def step_loss(
        self, model: Model, batches: Sequence[Batch], generator: torch.Generator
    ) -> Loss:
        """The loss of a step with a batch of each of its lengths: the mean."""
        losses = [self.loss(model, batch, generator) for batch in batches]
        told = {
            name: sum(loss.told[name] for loss in losses) / len(losses)
            for name in losses[0].told
        }
        return Loss(torch.stack([loss.total for loss in losses]).mean(), told)


@dataclass(frozen=True)
class Supervised(Objective[nn.Module, Any]):
    """A task with known answers: the model reads the inputs, the task says the rest.

    Attributes:
        task: makes the batches, the loss and the score.
        practice: another task to learn from, such as one with more of the hard cases;
            `task` is what is scored then.
    """

    task: Task
    practice: Task | None = None

    def batch(self, size: int, length: int, generator: torch.Generator) -> Any:
        """New sequences of the task."""
        return self.task.batch(size, length, generator)

    def loss(self, model: nn.Module, batch: Any, generator: torch.Generator) -> Loss:
        """The task's loss of what the model says to the inputs."""
        return Loss(self.task.loss(model(batch.inputs), batch))

    def score(self, model: nn.Module, batch: Any) -> dict[str, float]:
        """The task's score of what the model says to the inputs."""
        return self.task.score(model(batch.inputs), batch)

    def at(self, now: Now) -> Supervised:
        """The task to practise on, if there is one."""
        return self if self.practice is None else Supervised(self.practice)


@dataclass(frozen=True)
class Around(Objective[Any, Any]):
    """Another objective, something of which a subclass changes."""

    objective: Objective[Any, Any]

    def batch(self, size: int, length: int, generator: torch.Generator) -> Any:
        """A batch of the objective."""
        return self.objective.batch(size, length, generator)

    def loss(self, model: Any, batch: Any, generator: torch.Generator) -> Loss:
        """The loss of the objective."""
        return self.objective.loss(model, batch, generator)

    def score(self, model: Any, batch: Any) -> dict[str, float]:
        """The score of the objective."""
        return self.objective.score(model, batch)

    def at(self, now: Now) -> Objective[Any, Any]:
        """The same around what the objective is at this step."""
        return replace(self, objective=self.objective.at(now))

    def step_loss(
        self, model: Any, batches: Sequence[Any], generator: torch.Generator
    ) -> Loss:
        """The loss of a step of the objective."""
        return self.objective.step_loss(model, batches, generator)


@dataclass(frozen=True)
class Staged(Around):
    """Learn from easier objectives at first, and be scored on the whole one.

    Attributes:
        objective: the whole, which is scored.
        stages: what is learned from, as the training goes on.
    """

    stages: Stages[Objective[Any, Any]] = field(kw_only=True)

    def at(self, now: Now) -> Objective[Any, Any]:
        """What the stage of this step learns from."""
        return self.stages.now(now.step, now.steps).at(now)
