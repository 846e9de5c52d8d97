"""Small MemN2N learn a task each in seconds: what the chapter trains in the page.

As many questions as a task needs are told by our own world. Settings were chosen with
seeds from 100 on; results are of seeds from 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from mininet.experiments.memory_network import MEMORY, PAPERS, Reading, claim
from mininet.experiments.memory_network_many import ManyStudy
from mininet.experiments.questions import Told
from mininet.learning import Objective, Optimiser, Scoring, Supervised, Training
from mininet.learning.linear_start import LinearStart
from mininet.models.memory_network import MemN2N
from mininet.studies import Machine, Run
from mininet.tasks.babi.asking import Asked

NEAR = 0.01  # how far from the paper's error still counts as its level


@dataclass(frozen=True)
class Small(Reading):
    """A small machine for one task.

    Attributes:
        linear: the share of the steps in which it is linear.
    """

    linear: float = 0.0

    def objective(self, asked: Asked) -> Objective[Any, Any]:
        """With a linear start, if there is one."""
        return LinearStart(Supervised(asked), share=self.linear)


@dataclass(frozen=True, kw_only=True)
class SmallStudy(ManyStudy):
    """Small machines, and how many of them learn their task."""

    def rows(self, runs: Sequence[Run]) -> list[dict[str, Any]]:
        """A row for each task: how many seeds reach the paper's error."""
        rows = []
        for name, trial in self.trials.items():
            errors = [next(iter(run[name]["errors"].values())) for run in runs]
            good = sum(error <= trial.goal + NEAR for error in errors)
            rows.append(
                trial.claim.row(
                    ours=f"{good} of {len(runs)} seeds at most {NEAR:.0%} above it; "
                    f"median {median(errors):.1%}, worst {max(errors):.1%}",
                    reached=good == len(runs),
                    seeds=len(runs),
                    seconds=median(run[name]["seconds"] for run in runs),
                )
            )
        return rows


def small(task: int, hops: int, questions: int, linear: float, how: Training) -> Small:
    """A small machine for a task of our own world."""
    error = PAPERS["MemN2N"][task - 1]
    plural = "hop" if hops == 1 else "hops"
    told = claim(f"bAbI task {task} alone, from our generator", f"{error} % error")
    return Small(
        Machine(MemN2N, size=20, hops=hops, memory=MEMORY),
        how,
        replace(told, system=f"MemN2N, {hops} {plural}, size 20"),
        Told(count=questions),
        tasks=(task,),
        goal=error / 100,
        linear=linear,
    )


SHORT = Training(
    steps=800,
    lengths=1,
    batch_size=32,
    optimiser=Optimiser(2e-2),
    scoring=Scoring(times=8, size=500),
)
SMALL = SmallStudy(
    name="memory-network-small",
    title="Small MemN2N learn tasks 1, 2 and 15 in seconds",
    trials={
        "1": small(1, 1, 1000, 0.0, SHORT),
        "2": small(2, 2, 5000, 0.2, replace(SHORT, steps=2500)),
        "15": small(
            15, 3, 2000, 0.0, replace(SHORT, steps=3000, optimiser=Optimiser(1e-2))
        ),
    },
)
STUDIES = (SMALL,)
