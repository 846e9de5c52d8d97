"""How a training is done: frozen values, checked when written, kept with results."""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Generic, TypeVar

import torch

from mininet.learning.schedules import rising_length, some_of
from mininet.recurrent import check_sizes

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Lengths:
    """One length a step, drawn evenly from a range whose top may rise.

    Attributes:
        shortest: of the sequences.
        longest: of the sequences.
        rising: the share of the steps in which the top rises, with their square.
    """

    shortest: int
    longest: int
    rising: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        check_sizes(shortest=self.shortest, longest=self.longest)
        if self.shortest > self.longest:
            raise ValueError(
                f"shortest must be at most {self.longest}, got {self.shortest}"
            )
        if not 0 <= self.rising <= 1:
            raise ValueError(f"rising must be between 0 and 1, got {self.rising}")

    def at(self, step: int, steps: int, seed: int) -> Sequence[int]:
        """The length of this step, alone in a list."""
        return [
            rising_length(
                self.shortest,
                self.longest,
                step=step,
                steps=steps,
                share=self.rising,
                seed=seed,
            )
        ]


@dataclass(frozen=True)
class Several:
    """A batch of each of these lengths in every step, or of some of them.

    Attributes:
        lengths: which there are.
        drawn: how many of them a step learns from, drawn anew; all if not given.
        seed_shift: added to the training's seed where they are drawn.
    """

    lengths: tuple[int, ...]
    drawn: int | None = None
    seed_shift: int = 0

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        object.__setattr__(self, "lengths", tuple(self.lengths))
        _check_lengths(self.lengths, "lengths")
        if self.drawn is not None:
            check_sizes(drawn=self.drawn)

    def at(self, step: int, steps: int, seed: int) -> Sequence[int]:
        """The lengths of this step, from short to long."""
        drawn = len(self.lengths) if self.drawn is None else self.drawn
        return some_of(self.lengths, drawn, step=step, seed=seed + self.seed_shift)


@dataclass(frozen=True)
class Stages(Generic[Kind]):
    """Something that changes as a training goes on: lengths, or an objective.

    Attributes:
        until: the share of the steps at which each of the first stages ends, and it.
        then: what is left for the rest.
    """

    until: tuple[tuple[float, Kind], ...]
    then: Kind

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        object.__setattr__(self, "until", tuple(map(tuple, self.until)))
        ends = [0.0, *(end for end, _ in self.until), 1.0]
        if any(a >= b for a, b in zip(ends, ends[1:], strict=False)):
            raise ValueError(f"stages must end one after the other, got {ends[1:-1]}")

    def now(self, step: int, steps: int) -> Kind:
        """What holds at this step: the first stage that is not yet over."""
        share = step / steps
        return next((kind for end, kind in self.until if share <= end), self.then)


@dataclass(frozen=True)
class Optimiser:
    """How weights follow the gradient.

    The rate follows one cycle (see `one_cycle`). Gradients whose norm exceeds
    `clip_norm` are scaled down to it (Pascanu et al. 2013). As a training goes on,
    gradients become smaller, and a fixed limit no longer acts on one that is far
    larger than its neighbours; `clip_to_mean` does.

    Attributes:
        rate: the highest of the cycle.
        warmup: the share of the steps in which the rate rises.
        clip_norm: the largest norm let through; None clips nothing.
        clip_to_mean: the same as a multiple of the running mean of the norms that were
            let through, over about the last 20 steps; None clips nothing.
        kind: called with the parameters and `lr`.
    """

    rate: float = 1e-2
    warmup: float = 0.1
    clip_norm: float | None = 1.0
    clip_to_mean: float | None = None
    kind: type[torch.optim.Optimizer] = torch.optim.Adam

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        if not 0 < self.rate < math.inf:
            raise ValueError(f"rate must be above 0, got {self.rate}")
        if not 0 <= self.warmup < 1:
            raise ValueError(
                f"warmup must be at least 0 and below 1, got {self.warmup}"
            )
        for name in ("clip_norm", "clip_to_mean"):
            limit = getattr(self, name)
            if limit is not None and not 0 < limit < math.inf:
                raise ValueError(f"{name} must be above 0, or None, got {limit}")


@dataclass(frozen=True)
class Goal:
    """When a training may stop before its last step.

    Attributes:
        measure: which of the scores.
        below: what it must be under; None if it must be above something.
        above: what it must be over; None if it must be below something.
        in_a_row: how many scorings one after the other must meet it.
    """

    measure: str
    below: float | None = None
    above: float | None = None
    in_a_row: int = 1

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        check_sizes(in_a_row=self.in_a_row)
        if self.below is None and self.above is None:
            raise ValueError("a goal needs something to be below or above, got neither")

    def met(self, score: Mapping[str, float]) -> bool:
        """Whether a score is good enough.

        Raises:
            ValueError: if it has no such measure.
        """
        if self.measure not in score:
            raise ValueError(
                f"the goal's measure must be one of {', '.join(score)}, "
                f"got {self.measure!r}"
            )
        value = score[self.measure]
        low = self.above is None or value > self.above
        return low and (self.below is None or value < self.below)


@dataclass(frozen=True)
class Scoring:
    """How a training is watched.

    Attributes:
        times: how many scorings, evenly over the steps; the last is always scored.
        size: sequences in a scoring, new ones each time.
        lengths: those to score at, the mean over which is kept; those of the step if
            none is given.
        goal: where the training may stop; None goes on to the last step.
    """

    times: int = 10
    size: int = 256
    lengths: tuple[int, ...] = ()
    goal: Goal | None = None

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        check_sizes(times=self.times, size=self.size)
        object.__setattr__(self, "lengths", tuple(self.lengths))
        if self.lengths:
            _check_lengths(self.lengths, "lengths")

    def due(self, step: int, steps: int) -> bool:
        """Whether this step is scored."""
        return step == steps or step % max(1, round(steps / self.times)) == 0


@dataclass(frozen=True)
class Training:
    """A whole training.

    Attributes:
        steps: how many batches to learn from, unless the goal is reached before.
        lengths: of the sequences. Where a step has several, it learns from a batch of
            each, from the mean of their losses.
        batch_size: sequences a step and length.
        optimiser: of all weights but those that are named in `apart`.
        scoring: how it is watched.
        apart: optimisers of their own for parts of the model, by the name of the part
            (a baseline that learns faster, say); each part is clipped by itself.
    """

    steps: int
    lengths: int | Lengths | Several | Stages[Lengths | Several]
    batch_size: int = 32
    optimiser: Optimiser = Optimiser()
    scoring: Scoring = Scoring()
    apart: Mapping[str, Optimiser] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        check_sizes(steps=self.steps, batch_size=self.batch_size)
        if not isinstance(self.lengths, Lengths | Several | Stages):
            check_sizes(lengths=self.lengths)

    def lengths_at(self, step: int, seed: int) -> Sequence[int]:
        """What this step learns from; the first step is 1."""
        now = self.lengths
        if isinstance(now, Stages):
            now = now.now(step, self.steps)
        if isinstance(now, Lengths | Several):
            return now.at(step, self.steps, seed)
        return [now]


def as_json(value: Any) -> Any:
    """Settings as JSON values: fields and constructor's arguments by their names.

    A frozen dataclass becomes its fields; a class, such as an optimiser, its name; any
    other object, such as a task, its class's name and the arguments it was made with,
    which it must keep as attributes.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): as_json(held) for key, held in value.items()}
    if isinstance(value, list | tuple | range):
        return [as_json(held) for held in value]
    if isinstance(value, type):
        return value.__name__
    if hasattr(value, "as_json"):
        return value.as_json()
    if is_dataclass(value):
        return {one.name: as_json(getattr(value, one.name)) for one in fields(value)}
    given = inspect.signature(type(value)).parameters
    return {"name": type(value).__name__} | {
        name: as_json(getattr(value, name)) for name in given
    }


def _check_lengths(lengths: Sequence[int], name: str) -> None:
    if not lengths:
        raise ValueError(f"{name} needs at least one length, got none")
    check_sizes(**{f"{name}[{k}]": n for k, n in enumerate(lengths)})
