"""MemN2N learns all twenty tasks of bAbI at once.

What is learned from our own world is asked in the words of the official files as well,
and the other way round. Settings were chosen on held-out questions of the official
training files, with seeds from 100 on; results are on test questions, with seeds from
0. No training sees a test question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median
from typing import Any

import torch
from torch import nn

from mininet.experiments.questions import (
    PASSED,
    TASKS,
    Official,
    Source,
    Told,
    of_tasks,
)
from mininet.learning import (
    Objective,
    Optimiser,
    Scoring,
    Supervised,
    Training,
    train,
)
from mininet.learning.linear_start import LinearStart
from mininet.learning.steady import ClippedSGD, SteadyAdam
from mininet.models.memory_network import EmptyPlaces, MemN2N
from mininet.studies import Claim, Machine, Run, Study, Trial
from mininet.tasks.babi.asking import Asked, errors_by_task
from mininet.tasks.babi.encoding import Vocabulary, encode
from mininet.tasks.babi.stories import Question, words

CHAPTER = "notebooks/10-memory-network"
MEMORY = 50  # sentences
# Errors of tasks 1 to 20 in percent, as the papers report them: MemN2N with position
# encoding, linear start and random noise, trained on all tasks at once (the best of ten
# runs by training error), on 1,000 and on 10,000 questions a task (Sukhbaatar et al.
# 2015, tables 1 and 3); the others, of Weston et al. 2015, on each task alone.
PAPERS: Mapping[str, tuple[float, ...]] = {
    "MemN2N": (
        *(0, 11.4, 21.9, 13.4, 14.4, 2.8, 18.3, 9.3, 1.9, 6.5),
        *(0.3, 0.1, 0.2, 6.9, 0, 2.7, 40.4, 9.4, 88, 0),
    ),
    "MemN2N 10k": (
        *(0, 1, 6.8, 0, 6.1, 0.1, 6.6, 2.7, 0, 0.5),
        *(0, 0.1, 0, 0, 0.2, 0.2, 41.8, 8, 75.7, 0),
    ),
    "MemNN": (0, 0, 0, 0, 2, 0, 15, 9, 0, 2, 0, 0, 0, 1, 0, 0, 35, 5, 64, 0),
    "LSTM": (
        *(50, 80, 80, 39, 30, 52, 51, 55, 36, 56),
        *(38, 26, 6, 73, 79, 77, 49, 48, 92, 9),
    ),
}


def paper_mean(system: str, tasks: Sequence[int]) -> float:
    """A paper's mean error over some tasks, as a share."""
    return fmean(PAPERS[system][task - 1] for task in tasks) / 100


@dataclass(frozen=True)
class Reading(Trial):
    """A machine that learns to answer questions.

    Attributes:
        source: of the questions that it learns from and is tested on.
        elsewhere: of other tests, put to it where they are there; None for none.
        tasks: those it learns, all at once.
        start: how it is trained at first, without the softmax of its attention; None
            leaves the linear start out.
        goal: the mean error over its tasks that is to be met.
    """

    source: Source
    elsewhere: Source | None = None
    tasks: tuple[int, ...] = TASKS
    start: Training | None = None
    goal: float = 0.0

    def objective(self, asked: Asked) -> Objective[Any, Any]:
        """What it learns by."""
        return Supervised(asked)

    def trained(self, seed: int, progress: bool = False) -> tuple[nn.Module, Run]:
        """The machine after its training, and its errors on the test questions."""
        learned = of_tasks(self.source, "train", seed, self.tasks)
        tests = of_tasks(self.source, "test", seed, self.tasks)
        vocabulary = Vocabulary.of(learned, tests)
        batch = encode(learned, vocabulary, memory=MEMORY)
        torch.manual_seed(seed)
        model: Any = self.machine.kind(len(vocabulary), **self.machine.sizes)
        objective = self.objective(Asked(batch))
        begun = None
        if self.start is not None:
            first = LinearStart(objective, share=1.0)
            begun = train(model, first, self.start, seed=seed, progress=progress)
            model.linear = False
        history = train(model, objective, self.training, seed=seed, progress=progress)
        run = history.kept("error") | {"steps": history.steps}
        if begun is not None:
            run["start"] = begun.kept("error")
            run["seconds"] += run["start"]["seconds"]
        run |= {
            "errors": told_by_task(model, tests, vocabulary),
            "training_error": fmean(errors_by_task(model, batch).values()),
            "words": list(vocabulary.words),
        }
        if self.elsewhere is not None and self.elsewhere.there:
            others = of_tasks(self.elsewhere, "test", seed, self.tasks)
            run["elsewhere"] = told_by_task(model, others, vocabulary)
        return model, run


def told_by_task(
    model: nn.Module, questions: Sequence[Question], vocabulary: Vocabulary
) -> dict[str, float]:
    """A model's error on each task; what it has no words for, it gets wrong."""
    known = [one for one in questions if sayable(one, vocabulary)]
    errors = errors_by_task(model, encode(known, vocabulary, memory=MEMORY))
    told = {}
    for task in sorted({one.task for one in questions}):
        whole = sum(one.task == task for one in questions)
        asked = sum(one.task == task for one in known)
        wrong = whole - asked + errors.get(task, 0.0) * asked
        told[str(task)] = round(wrong / whole, 6)
    return told


def sayable(question: Question, vocabulary: Vocabulary) -> bool:
    """Whether all words of a question, its story and its answer are known."""
    texts = (*question.story, question.text)
    said = {question.answer}.union(*map(words, texts))
    return said <= vocabulary.number.keys()


@dataclass(frozen=True, kw_only=True)
class ReadingStudy(Study):
    """Machines that learn to answer questions, each by itself."""

    trials: Mapping[str, Reading]

    def trained(
        self, seed: int, system: str, progress: bool = False
    ) -> tuple[nn.Module, Run]:
        """A system after its training, and its errors on the test questions."""
        return self.trials[system].trained(seed, progress)

    def gathered(self, measured: Mapping[str, Run]) -> Run:
        """What was measured; the words are kept with the weights alone."""
        return {
            system: {name: value for name, value in run.items() if name != "words"}
            for system, run in measured.items()
        }

    def rows(self, runs: Sequence[Run]) -> list[dict[str, Any]]:
        """A row for each system: the mean over tasks, and over seeds."""
        rows = []
        for name, trial in self.trials.items():
            measured = [run[name] for run in runs]
            means = [fmean(run["errors"].values()) for run in measured]
            rows.append(
                trial.claim.row(
                    ours=in_words(measured, means),
                    reached=fmean(means) <= trial.goal,
                    seeds=len(runs),
                    seconds=median(run["seconds"] for run in measured),
                )
            )
        return rows


def in_words(measured: Sequence[Run], means: Sequence[float]) -> str:
    """The errors of some runs, in words."""
    tasks = len(measured[0]["errors"])
    passed = [sum(e < PASSED for e in run["errors"].values()) for run in measured]
    fewest, most = min(passed), max(passed)
    count = str(fewest) if fewest == most else f"{fewest} to {most}"
    told = (
        f"mean error {fmean(means):.1%} ({', '.join(f'{m:.1%}' for m in means)}); "
        f"{count} of {tasks} tasks below {PASSED:.0%}"
    )
    others = [
        fmean(run["elsewhere"].values()) for run in measured if "elsewhere" in run
    ]
    return f"{told}; {fmean(others):.1%} on the other tests" if others else told


START = Training(
    steps=7_500,
    lengths=1,
    optimiser=Optimiser(1e-3, clip_norm=1.25, kind=SteadyAdam),
    scoring=Scoring(times=4, size=500),
)
JOINT = Training(
    steps=28_125,
    lengths=1,
    optimiser=Optimiser(0.16, warmup=0.0, clip_norm=None, kind=ClippedSGD),
    scoring=Scoring(times=10, size=500),
)
MACHINE = Machine(EmptyPlaces, size=50, hops=3, memory=MEMORY)


def claim(task: str, says: str) -> Claim:
    """What the paper says of MemN2N."""
    return Claim("MemN2N, 3 hops", task, says, "sukhbaatar2015", CHAPTER)


OURS = ReadingStudy(
    name="memory-network",
    title="MemN2N on twenty tasks told by our own world",
    keeps="ours",
    trials={
        "ours": Reading(
            MACHINE,
            JOINT,
            claim(
                "bAbI, 1,000 questions a task, from our generator",
                "12.4 % mean error, the best of ten runs on the official questions",
            ),
            Told(),
            elsewhere=Official(),
            start=START,
            goal=paper_mean("MemN2N", TASKS),
        )
    },
)
OFFICIAL = ReadingStudy(
    name="memory-network-official",
    title="MemN2N on twenty official tasks",
    trials={
        "official": replace(
            OURS.trials["ours"],
            claim=claim(
                "bAbI, 1,000 official questions a task",
                "12.4 % mean error, the best of ten runs",
            ),
            source=Official(),
            elsewhere=Told(),
        )
    },
)
PLAIN = ReadingStudy(
    name="memory-network-plain",
    title="MemN2N on twenty official tasks, where empty places are not looked at",
    trials={
        "official": replace(
            OFFICIAL.trials["official"],
            machine=Machine(MemN2N, size=50, hops=3, memory=MEMORY),
            claim=claim(
                "bAbI, 1,000 official questions a task, attention among what was told",
                "12.4 % mean error, the best of ten runs",
            ),
        )
    },
)
WHOLE_10K = tuple(task for task in TASKS if task != 3)  # here it is not whole
LARGE = ReadingStudy(
    name="memory-network-10k",
    title="MemN2N on official tasks with 10,000 questions each",
    trials={
        "10k": replace(
            OURS.trials["ours"],
            training=replace(JOINT, steps=60_000),
            claim=claim(
                "bAbI, 10,000 official questions a task, without task 3",
                f"{paper_mean('MemN2N 10k', WHOLE_10K):.1%} mean error without task 3",
            ),
            source=Official("BABI_10K"),
            elsewhere=None,
            tasks=WHOLE_10K,
            goal=paper_mean("MemN2N 10k", WHOLE_10K),
        )
    },
)
STUDIES = (OURS, OFFICIAL, PLAIN, LARGE)
