"""MemNN, taught which sentences answer, on each task of bAbI alone.

It learns from our own world and is tested there, and on the official questions where
they are. Settings were chosen with seeds from 100 on; results are of seeds from 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median
from typing import Any

from mininet.experiments.memory_network import (
    CHAPTER,
    MEMORY,
    PAPERS,
    Reading,
    in_words,
    paper_mean,
)
from mininet.experiments.memory_network_many import ManyStudy
from mininet.experiments.questions import TASKS, Official, Told
from mininet.learning import Objective, Optimiser, Scoring, Training
from mininet.learning.ranking import Ranking
from mininet.models.memory_network import MemNN, NonlinearMemNN
from mininet.studies import Claim, Machine, Run
from mininet.tasks.babi.asking import Asked

# The most sentences that answer a question of each task.
FACTS = (1, 2, 3, 1, 1, 1, 8, 8, 1, 1, 2, 1, 2, 2, 2, 3, 2, 2, 2, 1)


@dataclass(frozen=True)
class Taught(Reading):
    """A machine that learns which sentences answer."""

    def objective(self, asked: Asked) -> Objective[Any, Any]:
        """By how facts and words rank."""
        return Ranking(asked)


@dataclass(frozen=True, kw_only=True)
class EachTaskStudy(ManyStudy):
    """One machine a task, and the mean of their errors."""

    def rows(self, runs: Sequence[Run]) -> list[dict[str, Any]]:
        """One row for all tasks."""
        together = []
        for run in runs:
            whole: Run = {"errors": {}, "elsewhere": {}}
            for system in self.systems:
                whole["errors"] |= run[system]["errors"]
                whole["elsewhere"] |= run[system].get("elsewhere", {})
            together.append({name: held for name, held in whole.items() if held})
        means = [fmean(run["errors"].values()) for run in together]
        trial = next(iter(self.trials.values()))
        return [
            trial.claim.row(
                ours=in_words(together, means),
                reached=fmean(means) <= paper_mean("MemNN", TASKS),
                seeds=len(runs),
                seconds=median(
                    sum(run[system]["seconds"] for system in self.systems)
                    for run in runs
                ),
            )
        ]


TAUGHT = Training(
    steps=1000,
    lengths=1,
    batch_size=32,
    optimiser=Optimiser(1e-2),
    scoring=Scoring(times=4, size=200),
)
CLAIM = Claim(
    "MemNN, taught the facts",
    "bAbI, 1,000 questions a task, each task alone",
    f"{fmean(PAPERS['MemNN']):.1f} % mean error with its best features",
    "weston2015babi",
    CHAPTER,
)


def each_task(kind: type[MemNN], claim: Claim) -> dict[str, Taught]:
    """A machine for each task."""
    return {
        str(task): Taught(
            Machine(kind, size=50, hops=hops, memory=MEMORY),
            TAUGHT,
            claim,
            Told(),
            elsewhere=Official(),
            tasks=(task,),
        )
        for task, hops in zip(TASKS, FACTS, strict=True)
    }


FACTS_STUDY = EachTaskStudy(
    name="memory-network-facts",
    title="MemNN taught which sentences answer, task by task",
    trials=each_task(MemNN, CLAIM),
)
NONLINEAR = EachTaskStudy(
    name="memory-network-facts-nonlinear",
    title="MemNN with a ReLU before the answer, taught which sentences answer",
    trials=each_task(
        NonlinearMemNN, replace(CLAIM, system="MemNN with a ReLU, taught the facts")
    ),
)
STUDIES = (FACTS_STUDY, NONLINEAR)
