"""A small DMN+ that a page can carry: it answers what a reader asks of a story."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from mininet.experiments.dynamic_memory import CHAPTER, Asking
from mininet.experiments.dynamic_memory_small import PLUS_SMALL, GoalStudy, training
from mininet.experiments.questions import Told
from mininet.studies import Claim, Run

TASKS = (1, 2, 6, 8, 12, 15)
WATCHED = Asking(
    PLUS_SMALL,
    training(3000, batch=50),
    Claim(
        "DMN+, gates told the supporting facts",
        "tasks 1, 2, 6, 8, 12 and 15 of our own world at once",
        "no claim for this size",
        "xiong2016",
        CHAPTER,
    ),
    source=Told(5000),
    tasks=TASKS,
    guidance=1.0,
)


@dataclass(frozen=True, kw_only=True)
class WatchedStudy(GoalStudy):
    """A machine whose checkpoint tells the words that it knows."""

    def trained(
        self, seed: int, system: str, progress: bool = False
    ) -> tuple[nn.Module, Run]:
        """The system, and with its errors its words: their numbers count from 1."""
        model, words, measured = self.trials[system].learned(seed, progress)
        return model, {**measured, "words": list(words.words)}


STUDIES = (
    WatchedStudy(
        name="dynamic-memory-watched",
        title="A small DMN+, to be watched while it answers",
        keeps="DMN+",
        trials={"DMN+": WATCHED},
        goal=0.05,
    ),
)
