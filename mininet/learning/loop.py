"""One training loop for every model and objective of the book.

Who seeds what: `train` draws its data from generators of its own, made from `seed`.
The model's first weights are the caller's: call `torch.manual_seed` before building it.
Then the same seeds give the same numbers, on one machine with one number of threads.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from tqdm import tqdm

from mininet.learning.objectives import Batch, Model, Now, Objective
from mininet.learning.schedules import generator, one_cycle
from mininet.learning.settings import Optimiser, Training
from mininet.recurrent import check_sizes

_INTERRUPTIBLE = ContextVar("whether an interrupted training returns", default=True)


class NonFiniteLossError(ArithmeticError):
    """The loss or its gradient became NaN or infinite. The weights are still finite.

    Attributes:
        step: the step at which it happened; the first is 1.
        last_loss: the last finite loss, None if there was none.
    """

    def __init__(self, what: str, value: float, step: int, last: float | None) -> None:
        before = (
            "no step before it" if last is None else f"the last loss was {last:.4g}"
        )
        super().__init__(f"{what} is {value} at step {step}; {before}")
        self.step = step
        self.last_loss = last


@dataclass
class History:
    """What happened in a training, step by step."""

    losses: list[float] = field(default_factory=list)
    gradient_norms: list[float] = field(default_factory=list)  # before clipping
    told: list[Mapping[str, float]] = field(default_factory=list)  # beside the losses
    scores: list[tuple[int, dict[str, float]]] = field(default_factory=list)
    seconds: float = 0.0  # of processor time
    scoring_seconds: float = 0.0  # the part of them that scorings took
    reached: bool = False  # whether the goal was met; False if there was none
    interrupted: bool = False  # whether someone stopped it

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return len(self.losses)

    def mean_losses(self) -> list[float]:
        """The mean loss of each twentieth of the steps."""
        span = max(1, self.steps // 20)
        return [
            sum(self.losses[k : k + span]) / len(self.losses[k : k + span])
            for k in range(0, self.steps, span)
        ]

    def kept(self, measure: str) -> dict[str, Any]:
        """What to keep of a training: JSON values.

        Returns:
            Processor seconds without the scorings; one measure at each of them; and the
            mean loss of each twentieth of the steps.
        """
        return {
            "seconds": self.seconds - self.scoring_seconds,
            "scores": [score[measure] for _, score in self.scores],
            "losses": self.mean_losses(),
        }


def train(
    model: Model,
    objective: Objective[Model, Batch],
    training: Training,
    *,
    seed: int = 0,
    progress: bool = True,
) -> History:
    """Train a model, and say how it went.

    Someone who interrupts it (Ctrl-C, or the button of a notebook) gets what there is:
    the history ends at the last whole step, and says that it was `interrupted`.

    Args:
        model: its weights are changed.
        objective: what it is trained and scored by.
        training: steps, lengths, rates, scorings.
        seed: of the data. Training and scoring draw from streams of their own.
        progress: draw a progress bar on stderr.

    Returns:
        Losses, gradient norms, scores and processor seconds; weights stay in `model`.

    Raises:
        ValueError: if the model or the seed makes no sense; nothing has been trained.
        NonFiniteLossError: if the loss or the gradient is NaN or infinite. It is raised
            before the weights are touched, and names the step.
    """
    parts = [
        _Part(weights, how, training.steps) for weights, how in _parts(model, training)
    ]
    data, unseen = generator(seed, "training"), generator(seed, "scoring")
    chance = generator(seed, "loss")
    history, met, start = History(), 0, time.process_time()
    goal, steps = training.scoring.goal, training.steps
    bar = _bar(steps, progress)
    try:
        for step in range(1, steps + 1):
            rates = [part.warm(step) for part in parts]
            lengths = training.lengths_at(step, seed)
            learned = objective.at(Now(step, steps, rates[0]))
            batches = [learned.batch(training.batch_size, one, data) for one in lengths]
            loss = learned.step_loss(model, batches, chance)
            shown = loss.told.get("loss", loss.total.item())
            last = history.losses[-1] if history.losses else None
            _check_finite("the loss", loss.total.item(), step, last)
            for part in parts:
                part.updates.zero_grad()
            loss.total.backward()
            norms = [part.clip() for part in parts]
            _check_finite("the gradient's norm", math.hypot(*norms), step, last)
            for part in parts:
                part.updates.step()
            history.losses.append(shown)
            history.gradient_norms.append(math.hypot(*norms))
            history.told.append(loss.told)
            if training.scoring.due(step, steps):
                before = time.process_time()
                at, size = training.scoring.lengths or lengths, training.scoring.size
                score = _mean([_score(model, objective, size, n, unseen) for n in at])
                history.scores.append((step, score))
                history.scoring_seconds += time.process_time() - before
                met = met + 1 if goal is not None and goal.met(score) else 0
                history.reached = goal is not None and met >= goal.in_a_row
            bar.set_postfix_str(_shown(shown, loss.told), refresh=False)
            bar.update()
            if history.reached:
                break
    except KeyboardInterrupt:
        if not _INTERRUPTIBLE.get():
            raise
        history.interrupted = True
    finally:
        bar.close()
    history.seconds = time.process_time() - start
    return history


@contextmanager
def whole_or_nothing() -> Iterator[None]:
    """In here an interrupted training raises KeyboardInterrupt, and returns nothing.

    For what keeps only trainings that are whole, such as a sweep.
    """
    token = _INTERRUPTIBLE.set(False)
    try:
        yield
    finally:
        _INTERRUPTIBLE.reset(token)


def evaluate(
    model: Model,
    objective: Objective[Model, Batch],
    *,
    length: int,
    sequences: int = 2000,
    seed: int = 0,
) -> dict[str, float]:
    """Score a model on sequences that no training or scoring of this seed has drawn.

    Raises:
        ValueError: if `sequences` is below 1 or the objective refuses the length.
    """
    check_sizes(sequences=sequences)
    return _score(model, objective, sequences, length, generator(seed, "test"))


class _Part:
    """Some weights and how they follow their gradient."""

    def __init__(self, weights: list[nn.Parameter], how: Optimiser, steps: int) -> None:
        self.weights, self.how, self.steps = weights, how, steps
        kind: Any = how.kind  # torch's base class asks for other arguments
        self.updates: torch.optim.Optimizer = kind(weights, lr=how.rate)
        self.usual = math.inf  # the running mean of the norms let through

    def warm(self, step: int) -> float:
        """Set the learning rate of this step, and say it."""
        rate = self.how.rate * one_cycle(step, self.steps, self.how.warmup)
        for group in self.updates.param_groups:
            group["lr"] = rate
        return rate

    def clip(self) -> float:
        """Scale the gradient down if it is too large; its norm before."""
        limit = self.how.clip_norm or math.inf
        if self.how.clip_to_mean:
            limit = min(limit, self.how.clip_to_mean * self.usual)
        norm = nn.utils.clip_grad_norm_(self.weights, limit).item()
        passed = min(norm, limit)
        if math.isinf(self.usual):
            self.usual = passed if passed > 0 else self.usual
        else:
            self.usual = 0.95 * self.usual + 0.05 * passed
        return norm


def _parts(
    model: nn.Module, training: Training
) -> list[tuple[list[nn.Parameter], Optimiser]]:
    """The weights to train: first those that share the main optimiser."""
    named = {n: p for n, p in model.named_parameters() if p.requires_grad}
    if not named:
        raise ValueError("the model has no parameters to train")
    split: dict[str, list[nn.Parameter]] = {name: [] for name in ("", *training.apart)}
    for name, weight in named.items():
        of = [part for part in training.apart if f"{name}.".startswith(f"{part}.")]
        split[max(of, key=len, default="")].append(weight)
    for part, weights in split.items():
        if part and not weights:
            raise ValueError(f"the model has no part called {part!r} to train apart")
    how = {"": training.optimiser, **training.apart}
    return [(weights, how[part]) for part, weights in split.items() if weights]


def _score(
    model: Model,
    objective: Objective[Model, Batch],
    size: int,
    length: int,
    source: torch.Generator,
) -> dict[str, float]:
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            return objective.score(model, objective.batch(size, length, source))
    finally:
        model.train(was_training)


def _mean(scores: Sequence[dict[str, float]]) -> dict[str, float]:
    return {
        name: sum(score[name] for score in scores) / len(scores) for name in scores[0]
    }


def _shown(loss: float, told: Mapping[str, float]) -> str:
    beside = {name: value for name, value in told.items() if name != "loss"}
    return ", ".join(f"{n} {v:.4f}" for n, v in {"loss": loss, **beside}.items())


def _bar(steps: int, progress: bool) -> Any:
    return tqdm(
        total=steps,
        disable=not progress,
        file=sys.stderr,
        ascii=False,
        ncols=78,
        mininterval=0.5,
        bar_format="{percentage:3.0f}%|{bar}| step {n_fmt}/{total_fmt}{postfix}, "
        "{elapsed} min",
    )


def _check_finite(what: str, value: float, step: int, last: float | None) -> None:
    if not math.isfinite(value):
        raise NonFiniteLossError(what, value, step, last)
