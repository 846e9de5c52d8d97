"""The RL-NTM on five tasks of tapes: which seeds learn to move the heads.

Settings were chosen on seeds from 100; results are reported on seeds from 0. The seeds
are trained side by side, each from first weights, tapes and luck of its own, and with a
curriculum of its own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mininet.learning import Now, Optimiser, Scoring, Training, evaluate, generator
from mininet.learning.reinforce import Reinforce
from mininet.learning.side_by_side import Given, once, stacked, train_side_by_side
from mininet.models.rl_ntm import RLNTM
from mininet.studies import Claim, Run, Study, Trial
from mininet.tasks.tapes import (
    Copy,
    DuplicatedInput,
    ForwardReverse,
    RepeatCopy,
    Reverse,
    Tapes,
)

LONG = 50  # symbols in a test
GOAL = 0.95  # share of sequences written without a mistake


class Machine:
    """An RL-NTM and its choices, for a task."""

    def __init__(self, hidden_size: int = 32, *, direct: bool = True) -> None:
        self.hidden_size, self.direct = hidden_size, direct

    def build(self, task: Copy, seed: int) -> RLNTM:
        """The first weights of this seed; with a memory where the task takes one."""
        torch.manual_seed(seed)
        return RLNTM(
            task.input_size,
            task.output_size,
            self.hidden_size,
            direct=self.direct,
            memory=not task.back,
            back=task.back,
        )

    def as_json(self) -> dict[str, Any]:
        """Its choices."""
        return {
            "kind": "RLNTM",
            "hidden_size": self.hidden_size,
            "direct": self.direct,
        }


class Practice(nn.Module):
    """A machine, and what it costs on tapes with some luck."""

    def __init__(self, model: RLNTM) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, tapes: Tapes, luck: Tensor, objective: Reinforce
    ) -> tuple[Tensor, Tensor]:
        """The cost, and the share of the rewards that was got."""
        return objective.cost(self.model, tapes, luck)


class Learned(NamedTuple):
    """What came of a training side by side."""

    models: list[RLNTM]
    errors: Tensor  # (steps, seeds)
    lengths: Tensor  # of the curriculum, (steps, seeds)
    seconds: float  # of processor time, for all of them


def learn(
    objective: Reinforce,
    seeds: Sequence[int],
    training: Training,
    machine: Machine = Machine(),  # noqa: B008 (it is never changed)
    progress: bool = True,
) -> Learned:
    """Train one machine a seed, all side by side.

    Args:
        objective: the task, and how it is learned.
        seeds: of first weights, tapes and luck.
        training: steps and rate.
        machine: its choices.
        progress: draw a progress bar.
    """
    lessons = [replace(objective.curriculum) for _ in seeds]
    for one in lessons:
        one.start()
    practice = [Practice(machine.build(objective.task, seed)) for seed in seeds]
    sources = [generator(seed, "training") for seed in seeds]
    chances = [generator(seed, "loss") for seed in seeds]
    errors, lengths = [], []

    def given(step: int) -> Given:
        learned = objective.at(Now(step, training.steps, training.optimiser.rate))
        drawn = [
            objective.lesson(one, training.batch_size, source)
            for one, source in zip(lessons, sources, strict=True)
        ]
        luck = [
            learned.luck(practice[0].model, tapes, chance)
            for tapes, chance in zip(drawn, chances, strict=True)
        ]
        most = max(map(len, luck))
        held = [F.pad(one, (0, 0, 0, 0, 0, most - len(one))) for one in luck]
        return Given((stacked(drawn), stacked(held)), (learned,))

    def costs(step: int, total: Tensor, got: Tensor) -> Tensor:
        errors.append(1 - got.detach())
        lengths.append(torch.tensor([one.level for one in lessons]))
        for one, error in zip(lessons, errors[-1].tolist(), strict=True):
            one.hear(error)
        return total

    seconds = train_side_by_side(
        practice, training, given, costs, slack=1e-6, progress=progress
    )
    return Learned(
        [trained.model for trained in practice],
        torch.stack(errors),
        torch.stack(lengths),
        seconds,
    )


@dataclass(frozen=True, kw_only=True)
class TapeStudy(Study):
    """Train on short tapes, and test on long ones, with the likeliest moves.

    Attributes:
        task: what is to be written.
        how: for each system, how it learns.
        test_sequences: in a test, at each length.
        together: seeds that are trained side by side: from 0 on, so many each time.
    """

    task: Copy
    how: dict[str, Reinforce]
    test_sequences: int = 200
    together: int = 10

    def trained(
        self, seed: int, system: str, progress: bool = False
    ) -> tuple[nn.Module, Run]:
        """A machine, and how many sequences it writes without a mistake."""
        first = seed - seed % self.together
        key = json.dumps([self.settings, system, first])
        learned = once(key, lambda: self.learned(first, system, progress))
        model, k = learned.models[seed - first], seed - first
        tested = {
            length: evaluate(
                model,
                self.how[system],
                length=length,
                sequences=self.test_sequences,
                seed=seed,
            )
            for length in (self.how[system].curriculum.longest, LONG)
        }
        short, long = tested.values()
        return model, {
            "whole": long["whole"],
            "symbols": long["symbols"],
            "short": short["whole"],
            "short_symbols": short["symbols"],
            "errors": parts(learned.errors[:, k]),
            "lengths": parts(learned.lengths[:, k].float()),
            "seconds": learned.seconds / self.together,
        }

    def learned(self, first: int, system: str, progress: bool = False) -> Learned:
        """The seeds from the first on, trained side by side."""
        trial = self.trials[system]
        machine: Any = trial.machine
        return learn(
            self.how[system],
            range(first, first + self.together),
            trial.training,
            machine,
            progress=progress,
        )

    def rows(self, runs: Sequence[Run]) -> list[dict[str, Any]]:
        """One row a system."""
        return [
            trial.claim.row(
                ours=f"{sum(run[name]['whole'] >= GOAL for run in runs)} of "
                f"{len(runs)} seeds write {GOAL:.0%} of sequences of {LONG} without "
                "a mistake",
                reached=any(run[name]["whole"] >= GOAL for run in runs),
                seeds=len(runs),
                seconds=median(run[name]["seconds"] for run in runs),
            )
            for name, trial in self.trials.items()
        ]


def parts(values: Tensor) -> list[float]:
    """The mean of each twentieth."""
    return [float(part.mean()) for part in values.chunk(20)]


CITED, CHAPTER = "zaremba2015", "notebooks/16-rl-ntm"
SYSTEMS = {"direct": "direct access", "lstm": "LSTM controller"}


def study(
    task: Copy,
    words: str,
    steps: int,
    solved: tuple[str, ...],
    curiosity: float = 0.1,
    keeps: str = "",
) -> TapeStudy:
    """A task for both controllers.

    Args:
        task: what is to be written.
        words: its name.
        steps: of training.
        solved: which of the systems solve it in the paper.
        curiosity: weight of the entropy of the moves at first.
        keeps: the system whose weights the chapter loads.
    """
    training = Training(
        steps=steps,
        lengths=10,
        batch_size=64,
        optimiser=Optimiser(1e-2, clip_norm=1.0),
        scoring=Scoring(times=4, size=100, lengths=(10,)),
    )
    trials = {}
    for name, called in SYSTEMS.items():
        machine: Any = Machine(direct=name == "direct")
        says = "solved" if name in solved else "not solved"
        claim = Claim(f"RL-NTM, {called}", words, says, CITED, CHAPTER)
        trials[name] = Trial(machine, training, claim)
    return TapeStudy(
        name=f"rl-ntm-{words.replace(' ', '-')}",
        title=f"The RL-NTM: {words}",
        keeps=keeps,
        task=task,
        how={name: Reinforce(task, curiosity=curiosity) for name in SYSTEMS},
        trials=trials,
    )


COPY = study(Copy(), "copy", 300, ("direct", "lstm"))
DUPLICATED = study(DuplicatedInput(), "duplicated input", 300, ("direct", "lstm"))
REVERSE = study(Reverse(), "reverse", 1000, ("direct",), keeps="direct")
FORWARD = study(
    ForwardReverse(),
    "forward reverse",
    2500,
    ("direct",),
    curiosity=0.2,
    keeps="direct",
)
REPEAT = study(RepeatCopy(), "repeat copy", 1500, ("direct",))
WITHOUT = "without a baseline"
PLAIN = replace(
    REVERSE,
    name="rl-ntm-reverse-plain",
    title="The RL-NTM: reverse, learned without a baseline",
    keeps="",
    how={WITHOUT: Reinforce(Reverse(), baseline=False)},
    trials={
        WITHOUT: replace(
            REVERSE.trials["direct"],
            claim=Claim(
                f"RL-NTM, {WITHOUT}", "reverse", "not compared", CITED, CHAPTER
            ),
        )
    },
)
STUDIES = (COPY, DUPLICATED, REVERSE, FORWARD, REPEAT, PLAIN)
