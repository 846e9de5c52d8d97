"""One training loop for every model and task of the book.

Who seeds what: `train` draws its data from generators of its own, made from `seed`.
The model's first weights are the caller's: call `torch.manual_seed` before building it.
Then the same seeds give the same numbers, on one machine with one number of threads.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from mininet.recurrent import check_sizes
from mininet.tasks import Task

Length = int | Callable[[int], int | Sequence[int]]
Optimiser = Callable[..., torch.optim.Optimizer]  # (parameters, lr=...)
Goal = Callable[[dict[str, float]], bool]
Penalty = Callable[[Tensor, float], Tensor]  # of the loss and the learning rate


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
    scores: list[tuple[int, dict[str, float]]] = field(default_factory=list)
    seconds: float = 0.0  # of processor time
    scoring_seconds: float = 0.0  # the part of them that scorings took
    reached: bool = False  # whether the goal was met; False if there was none

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return len(self.losses)

    def told(self, measure: str) -> dict[str, Any]:
        """What to keep of a training: JSON values.

        Returns:
            Processor seconds without the scorings; one measure at each of them; and the
            mean loss of each twentieth of the steps.
        """
        span = max(1, self.steps // 20)
        return {
            "seconds": self.seconds - self.scoring_seconds,
            "scores": [score[measure] for _, score in self.scores],
            "losses": [
                sum(self.losses[k : k + span]) / len(self.losses[k : k + span])
                for k in range(0, self.steps, span)
            ],
        }


def train(
    model: nn.Module,
    task: Task,
    *,
    steps: int,
    length: Length,
    batch_size: int = 32,
    learning_rate: float = 1e-2,
    clip_norm: float = 1.0,
    clip_to_mean: float = math.inf,
    warmup: float = 0.1,
    seed: int = 0,
    score_every: int = 100,
    score_size: int = 256,
    score_lengths: Sequence[int] | None = None,
    held_out: Task | None = None,
    optimiser: Optimiser = torch.optim.Adam,
    before_step: Callable[[int], None] | None = None,
    penalty: Penalty | None = None,
    goal: Goal | None = None,
    patience: int = 1,
    progress: bool = True,
) -> History:
    """Train a model on a task, with Adam if not said otherwise, and say how it went.

    The learning rate follows one cycle (see `one_cycle`); gradients whose norm over
    all parameters exceeds `clip_norm` are scaled down to it (Pascanu et al. 2013). As a
    training goes on, gradients become smaller, and a fixed limit no longer acts on one
    that is far larger than its neighbours; `clip_to_mean` does.

    Args:
        model: maps inputs (T, B, D) to outputs (T, B, O); its weights are changed.
        task: makes the batches and the loss.
        steps: how many batches to learn from, unless the goal is reached before.
        length: of the sequences; or a function of the step (the first is 1), for a
            curriculum. Where it gives several lengths, the step learns from a batch of
            each, from the mean of their losses.
        batch_size: sequences a step and length.
        learning_rate: the highest of the cycle.
        clip_norm: the largest gradient norm let through; `math.inf` clips nothing.
        clip_to_mean: the same as a multiple of the running mean of the norms that were
            let through, over about the last 20 steps.
        warmup: the share of the steps in which the rate rises.
        seed: of the data. Training and scoring draw from streams of their own.
        score_every: steps between two scorings; the last step is always scored.
        score_size: sequences in a scoring, new ones each time.
        score_lengths: the lengths to score at, the mean over which is kept; those of
            the step if not given.
        held_out: the task to score on; `task` itself if not given.
        optimiser: called with the parameters and `lr`.
        before_step: called with each step (the first is 1) before it is taken, to
            change something about the model as the training goes on.
        penalty: called in each step with the loss and the learning rate; its value is
            minimised with the loss, and not told with it.
        goal: says of a score whether it is good enough to stop.
        patience: how many scorings in a row must meet the goal.
        progress: draw a progress bar on stderr.

    Returns:
        Losses, gradient norms, scores and processor seconds; weights stay in `model`.

    Raises:
        ValueError: if an argument makes no sense; nothing has been trained then.
        NonFiniteLossError: if the loss or the gradient is NaN or infinite. It is raised
            before the weights are touched, and names the step.
    """
    check_sizes(
        steps=steps,
        batch_size=batch_size,
        score_every=score_every,
        score_size=score_size,
        patience=patience,
    )
    length_at = _check_length(length)
    _check_rates(learning_rate, clip_norm, warmup)
    if score_lengths is not None:
        if not score_lengths:
            raise ValueError("score_lengths needs at least one length, got none")
        check_sizes(**{f"score_lengths[{k}]": n for k, n in enumerate(score_lengths)})
    if not clip_to_mean > 0:
        raise ValueError(f"clip_to_mean must be above 0, got {clip_to_mean}")
    parameters = [p for p in model.parameters() if p.requires_grad]
    if not parameters:
        raise ValueError("the model has no parameters to train")
    data, unseen = generator(seed, "training"), generator(seed, "scoring")
    updates = optimiser(parameters, lr=learning_rate)
    history, met, start = History(), 0, time.process_time()
    usual = math.inf  # the running mean of the gradient norms let through
    bar = _bar(steps, progress)
    try:
        for step in range(1, steps + 1):
            rate = learning_rate * one_cycle(step, steps, warmup)
            for group in updates.param_groups:
                group["lr"] = rate
            if before_step is not None:
                before_step(step)
            lengths = length_at(step)
            batches = [task.batch(batch_size, one, data) for one in lengths]
            losses = [task.loss(model(batch.inputs), batch) for batch in batches]
            loss = torch.stack(losses).mean()
            last = history.losses[-1] if history.losses else None
            _check_finite("the loss", loss.item(), step, last)
            updates.zero_grad()
            if penalty is None:
                loss.backward()
            else:
                (loss + penalty(loss, rate)).backward()
            limit = min(clip_norm, clip_to_mean * usual)
            norm = nn.utils.clip_grad_norm_(parameters, limit).item()
            _check_finite("the gradient's norm", norm, step, last)
            usual = _moved(usual, min(norm, limit))
            updates.step()
            history.losses.append(loss.item())
            history.gradient_norms.append(norm)
            if step % score_every == 0 or step == steps:
                before = time.process_time()
                scored, at = held_out or task, score_lengths or lengths
                score = _mean(
                    [_score(model, scored, score_size, n, unseen) for n in at]
                )
                history.scores.append((step, score))
                history.scoring_seconds += time.process_time() - before
                met = met + 1 if goal is not None and goal(score) else 0
                history.reached = met >= patience
            bar.set_postfix_str(f"loss {loss.item():.4f}", refresh=False)
            bar.update()
            if history.reached:
                break
    finally:
        bar.close()
    history.seconds = time.process_time() - start
    return history


def evaluate(
    model: nn.Module, task: Task, *, length: int, sequences: int = 2000, seed: int = 0
) -> dict[str, float]:
    """Score a model on sequences that no training or scoring of this seed has drawn.

    Raises:
        ValueError: if `sequences` is below 1 or the task refuses the length.
    """
    check_sizes(sequences=sequences)
    return _score(model, task, sequences, length, generator(seed, "test"))


def one_cycle(step: int, steps: int, warmup: float) -> float:
    """The learning rate at a step, as a share of its highest (after Smith 2018).

    It rises in a line over the first `warmup` of the steps and falls along a half
    cosine to zero, which it would meet one step after the last.

    Args:
        step: from 1 to `steps`.
        steps: of the whole training.
        warmup: share of the steps in which the rate rises, from 0 up to below 1.
    """
    rise = warmup * steps
    if step <= rise:
        return step / rise
    return 0.5 + 0.5 * math.cos(math.pi * (step - rise) / (steps + 1 - rise))


def rising_lengths(
    shortest: int, longest: int, *, steps: int, share: float = 0.6, seed: int = 0
) -> Callable[[int], int]:
    """A curriculum: lengths drawn evenly from `shortest` up to a top that rises.

    The top rises with the square of the step, so that most of the early steps are short
    and cheap, and reaches `longest` after `share` of the steps.

    Returns:
        A function of the step (the first is 1); the same step gives the same length.

    Raises:
        ValueError: if the lengths or the share make no sense.
    """
    check_sizes(shortest=shortest, longest=longest, steps=steps)
    if shortest > longest:
        raise ValueError(f"shortest must be at most {longest}, got {shortest}")
    if not 0 <= share <= 1:
        raise ValueError(f"share must be between 0 and 1, got {share}")

    def length(step: int) -> int:
        risen = 1.0 if share == 0 else min(1.0, step / (share * steps)) ** 2
        top = shortest + math.ceil(risen * (longest - shortest))
        source = generator(seed, f"length of step {step}")
        return int(torch.randint(shortest, top + 1, (), generator=source))

    return length


def generator(seed: int, purpose: str) -> torch.Generator:
    """A source of random numbers of its own for each pair of seed and purpose.

    Raises:
        ValueError: if the seed is not a whole number of at least 0.
    """
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        raise ValueError(f"seed must be a whole number of at least 0, got {seed!r}")
    mixed = np.random.SeedSequence([seed, *purpose.encode()])
    return torch.Generator().manual_seed(int(mixed.generate_state(1, np.uint64)[0]))


def _score(
    model: nn.Module, task: Task, size: int, length: int, source: torch.Generator
) -> dict[str, float]:
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            batch = task.batch(size, length, source)
            return task.score(model(batch.inputs), batch)
    finally:
        model.train(was_training)


def _moved(usual: float, norm: float) -> float:
    """The running mean after one more norm; the first above 0 starts it."""
    if math.isinf(usual):
        return norm if norm > 0 else usual
    return 0.95 * usual + 0.05 * norm


def _mean(scores: Sequence[dict[str, float]]) -> dict[str, float]:
    return {
        name: sum(score[name] for score in scores) / len(scores) for name in scores[0]
    }


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


def _check_length(length: Length) -> Callable[[int], Sequence[int]]:
    """A function of the step that gives its checked lengths."""
    if not callable(length):
        check_sizes(length=length)
        return lambda step: [length]

    def checked(step: int) -> Sequence[int]:
        now = length(step)
        several = now if isinstance(now, Sequence) else [now]
        if not several:
            raise ValueError(f"length({step}) needs at least one length, got none")
        for one in several:
            check_sizes(**{f"length({step})": one})
        return several

    return checked


def _check_rates(learning_rate: float, clip_norm: float, warmup: float) -> None:
    if not 0 < learning_rate < math.inf:
        raise ValueError(f"learning_rate must be above 0, got {learning_rate}")
    if not clip_norm > 0:
        raise ValueError(f"clip_norm must be above 0, got {clip_norm}")
    if not 0 <= warmup < 1:
        raise ValueError(f"warmup must be at least 0 and below 1, got {warmup}")
