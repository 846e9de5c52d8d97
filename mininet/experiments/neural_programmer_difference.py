"""The Neural Programmer with differences: 31 kinds of question, and what was tried."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from mininet.experiments.neural_programmer import (
    CLAIM,
    TRAINING,
    Learned,
    Machine,
    ProgrammerStudy,
    Tricks,
    learn,
)
from mininet.studies import Trial
from mininet.tasks.tables import ALL, Tables


@dataclass(frozen=True, kw_only=True)
class DifferenceStudy(ProgrammerStudy):
    """Train on all kinds, some of the systems first on the kinds without a difference.

    Attributes:
        task: all kinds.
        simple: what some learn first.
        begin: the systems that do.
    """

    task: Tables = field(default_factory=lambda: Tables(kinds=ALL))
    simple: Tables = field(default_factory=Tables)
    begin: tuple[str, ...] = ()

    def learned(self, first: int, system: str, progress: bool = False) -> Learned:
        """The seeds from the first on, side by side, in one training or in two."""
        if system not in self.begin:
            return super().learned(first, system, progress)
        trial, seeds = self.trials[system], range(first, first + self.together)
        machine: Any = trial.machine
        begun = learn(
            self.simple, seeds, trial.training, machine=machine, progress=progress
        )
        then = learn(
            self.task,
            seeds,
            trial.training,
            self.tricks[system],
            machine,
            start=begun.models,
            progress=progress,
        )
        return then._replace(seconds=begun.seconds + then.seconds)


TRICKS = {
    "all": Tricks(),
    "after 21 kinds": Tricks(noise=1.0, dropout=0.3),
    "five steps": Tricks(),
}
NAMES = {
    "all": "Neural Programmer with differences",
    "after 21 kinds": "after 21 kinds, operations left out",
    "five steps": "five steps in place of four",
}
CLAIMED = replace(CLAIM, task="31 kinds of question, with differences, 100 rows")
STUDIES = (
    DifferenceStudy(
        name="neural-programmer-difference",
        title="The Neural Programmer on one column: 31 kinds of question",
        trials={
            name: Trial(
                Machine(steps=5 if name == "five steps" else 4),  # type: ignore[arg-type]
                TRAINING,
                replace(
                    CLAIMED,
                    system=NAMES[name],
                    says=CLAIM.says if name == "all" else "not in the paper",
                ),
            )
            for name in TRICKS
        },
        tricks=TRICKS,
        begin=("after 21 kinds",),
    ),
)
