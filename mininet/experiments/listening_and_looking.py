"""Attention over sounds and over pictures: what is told, and where was looked.

Settings were chosen on seeds from 100; results are reported on seeds from 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from torch import nn

from mininet.learning import Optimiser, Scoring, Training, evaluate, train
from mininet.learning.telling import Teaching
from mininet.models.listening_and_looking import Listening, Looking
from mininet.studies import Claim, Machine, Run, Study, Trial
from mininet.tasks.shapes import Shapes
from mininet.tasks.speech import Speech
from mininet.tasks.telling import Telling

LETTERS, THINGS = 6, 4  # the longest words, the most things in a picture


@dataclass(frozen=True, kw_only=True)
class SenseStudy(Study):
    """Train on many seeds, and have each network tell what it senses, without help.

    Attributes:
        task: what is sensed.
        length: of what it is tested on, at most.
        told: what the symbols are called.
        goals: the least of each measure.
        tests: on how many words or pictures.
    """

    task: Telling
    length: int
    told: str
    goals: dict[str, float]
    tests: int = 1000

    def trained(
        self, seed: int, system: str, progress: bool = False
    ) -> tuple[nn.Module, Run]:
        """A network, how much of what it tells is right, and where it looks."""
        trial, objective = self.trials[system], Teaching(self.task)
        model = trial.machine.build(self.task, seed)
        history = train(model, objective, trial.training, seed=seed, progress=progress)
        score = evaluate(
            model, objective, length=self.length, sequences=self.tests, seed=seed
        )
        return model, {**score, **history.kept("right")}

    def rows(self, runs: Sequence[Run]) -> list[dict[str, Any]]:
        """One row a network."""
        return [
            trial.claim.row(
                ours=self.in_words([run[name] for run in runs]),
                reached=all(map(self.reached, (run[name] for run in runs))),
                seeds=len(runs),
                seconds=median(run[name]["seconds"] for run in runs),
            )
            for name, trial in self.trials.items()
        ]

    def reached(self, run: Run) -> bool:
        """Whether each measure is as high as it should be."""
        return all(run[measure] >= least for measure, least in self.goals.items())

    def in_words(self, runs: Sequence[Run]) -> str:
        """The lowest and the highest of each measure."""
        right, looked = (
            f"{min(run[measure] for run in runs):.1%} to "
            f"{max(run[measure] for run in runs):.1%}"
            for measure in self.goals
        )
        return f"{right} of {self.told} right, {looked} looked at as they should"


LISTEN = Training(
    steps=2000,
    lengths=LETTERS,
    batch_size=32,
    optimiser=Optimiser(1e-2, clip_norm=1.0),
    scoring=Scoring(times=5, size=200, lengths=(LETTERS,)),
)
LOOK = replace(
    LISTEN,
    steps=600,
    lengths=THINGS,
    optimiser=Optimiser(5e-3, clip_norm=1.0),
    scoring=Scoring(times=5, size=200, lengths=(THINGS,)),
)
HEARD = Claim(
    "Pyramid, attention, speller",
    f"spell words of 2 to {LETTERS} letters from noisy frames",
    "on real speech, 14.1 % of the words wrong without a language model",
    "chan2015",
    "notebooks/14-listening-and-looking",
)
SEEN = Claim(
    "Convolution, soft attention, writer",
    f"describe pictures of 1 to {THINGS} coloured shapes",
    "captions of photographs; attention falls on what the word names",
    "xu2015",
    "notebooks/14-listening-and-looking",
)
EAR, EYE = Machine(Listening), Machine(Looking)
LISTENING = SenseStudy(
    name="listening",
    title="Listening: spelling what is heard",
    keeps="pyramid",
    task=Speech(),
    length=LETTERS,
    told="letters",
    goals={"right": 0.99, "onward": 0.98},
    trials={"pyramid": Trial(EAR, LISTEN, HEARD)},
)
LOOKING = SenseStudy(
    name="looking",
    title="Looking: saying what is in a picture",
    keeps="attention",
    task=Shapes(),
    length=THINGS,
    told="words",
    goals={"right": 0.99, "there": 0.9},
    trials={"attention": Trial(EYE, LOOK, SEEN)},
)
# For a page, which has little room: these are sent along with it.
SMALL_EAR = EAR.but(hidden_size=10, writer_size=20, query_size=12)
SMALL_EYE = EYE.but(channels=16, features=12, writer_size=24, query_size=16)
STUDIES = (
    LISTENING,
    replace(
        LISTENING,
        name="listening-watched",
        title="Listening: a small network, for a figure of the page",
        keeps="pyramid",
        trials={"pyramid": Trial(SMALL_EAR, replace(LISTEN, steps=3000), HEARD)},
    ),
    replace(
        LOOKING,
        name="looking-watched",
        title="Looking: a small network, for a figure of the page",
        keeps="attention",
        trials={"attention": Trial(SMALL_EYE, replace(LOOK, steps=1000), SEEN)},
    ),
    replace(
        LISTENING,
        name="listening-others",
        title="Listening without joining steps, and without attention",
        keeps="",
        trials={
            "flat": Trial(
                EAR.but(joins=1),
                LISTEN,
                replace(
                    HEARD,
                    system="The same without joining steps",
                    says="learned slowly, and ended worse",
                ),
            ),
            "mean": Trial(
                EAR.but(attends=False),
                LISTEN,
                replace(
                    HEARD,
                    system="The same without attention",
                    says="learned its training data by heart",
                ),
            ),
        },
    ),
    LOOKING,
    replace(
        LOOKING,
        name="looking-others",
        title="Looking without attention, and remembering what was seen",
        keeps="",
        trials={
            "mean": Trial(
                EYE.but(attends=False),
                LOOK,
                replace(SEEN, system="The same without attention", says="not compared"),
            ),
            "remembers": Trial(
                EYE.but(remembers=True),
                LOOK,
                replace(
                    SEEN,
                    system="The same, which remembers what it saw",
                    says="remembers what it saw",
                ),
            ),
        },
    ),
)
