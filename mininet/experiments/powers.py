"""What each machine can learn: six questions, trained on short ones, asked long ones.

All machines get the same questions and the same number of steps on them. A machine of a
later chapter joins by a study of its own, made with `powers`; the table finds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median
from typing import Any

from torch import nn

from mininet.experiments.ntm import COPY_NTM, following
from mininet.learning import Lengths, Scoring, Supervised, Training, evaluate, train
from mininet.learning.noise import RisingNoise
from mininet.learning.objectives import Objective
from mininet.models.lstm import LSTM
from mininet.models.neural_stack import NeuralDeque, NeuralQueue, NeuralStack
from mininet.models.ntm import NTM
from mininet.models.rnn import RNN
from mininet.models.stack_rnn import StackRNN
from mininet.studies import Claim, Machine, Run, Study, Trial
from mininet.tasks.answers import (
    Answers,
    Closed,
    Copied,
    Counted,
    Parity,
    Reversed,
)

TASKS: Mapping[str, Answers] = {
    "copy": Copied(),
    "reverse": Reversed(),
    "aⁿbⁿ": Counted(2),
    "aⁿbⁿcⁿ": Counted(3),
    "close brackets": Closed(),
    "parity": Parity(),
}
LONGEST = 16  # symbols in a question that is learned from
ASKED = (17, 24, 32, 48, 64)  # symbols in the questions of the test
GOAL = 0.99  # share of answers right
TRAINING = Training(
    steps=600,
    lengths=Lengths(1, LONGEST, rising=0.5),
    batch_size=16,
    optimiser=following(1e-2, clip_to_mean=1.5),
    scoring=Scoring(times=10, size=100, lengths=(LONGEST,)),
)
LOCATIONS = 160  # of a Turing machine's memory when it is tested: more than steps


@dataclass(frozen=True, kw_only=True)
class PowersStudy(Study):
    """One machine on all questions; each question is a training of its own.

    Attributes:
        chapter: where the machine is built, without its ending.
        noise: on the machine's own decisions, at the start and in the end.
        sequences: asked at each length.
        tests: the lengths.
    """

    chapter: str
    noise: tuple[float, float] | None = None
    sequences: int = 100
    tests: tuple[int, ...] = ASKED

    def objective(self, task: Answers) -> Objective[Any, Any]:
        """The questions, and noise if the machine has some."""
        asked = Supervised(task)
        return asked if self.noise is None else RisingNoise(asked, *self.noise)

    def trained(
        self, seed: int, system: str, progress: bool = False
    ) -> tuple[nn.Module, Run]:
        """A machine that learned to answer one kind of question; its shares right."""
        trial, task = self.trials[system], TASKS[system]
        model, objective = trial.machine.build(task, seed), self.objective(task)
        history = train(model, objective, trial.training, seed=seed, progress=progress)
        if isinstance(model, NTM):
            model.locations = LOCATIONS
        scores = [
            evaluate(model, objective, length=n, sequences=self.sequences, seed=seed)
            for n in (LONGEST, *self.tests)
        ]
        short, *long = scores
        return model, {
            "short": short["right"],
            "right": fmean(score["right"] for score in long),
            "symbols_right": fmean(score["symbols_right"] for score in long),
            "by_length": [score["right"] for score in long],
            "seconds": history.seconds - history.scoring_seconds,
        }

    def rows(self, runs: Sequence[Run]) -> list[dict[str, Any]]:
        """One row: on how many seeds each question was learned."""
        (claim,) = {trial.claim for trial in self.trials.values()}
        met = {
            name: sum(run[name]["right"] >= GOAL for run in runs)
            for name in self.trials
        }
        told = "; ".join(f"{name} {count}" for name, count in met.items())
        return [
            claim.row(
                ours=f"seeds of {len(runs)} with {GOAL:.0%} of answers right: {told}",
                reached=True,  # it is a table of what is, not of what should be
                seeds=len(runs),
                seconds=median(
                    sum(run[name]["seconds"] for name in self.trials) for run in runs
                ),
            )
        ]


def powers(
    name: str,
    chapter: str,
    claim: Claim,
    machine: Machine,
    noise: tuple[float, float] | None = None,
    training: Training = TRAINING,
) -> PowersStudy:
    """The study of a machine.

    Args:
        name: of the machine, for the results file `powers-NAME.json`.
        chapter: where it is built, without its ending.
        claim: who it is, and what a paper says it can do.
        machine: its kind and its sizes.
        noise: on its own decisions while it trains, at the start and in the end.
        training: to be changed only where the machine cannot be trained so.
    """
    return PowersStudy(
        name=f"powers-{name}",
        title=f"Six kinds of question: {claim.system}",
        trials={task: Trial(machine, training, claim) for task in TASKS},
        chapter=chapter,
        noise=noise,
    )


def claimed(system: str, says: str, citation: str) -> Claim:
    """The claim of a machine; the page of the table is where it is told."""
    asked = f"answers to questions of {min(ASKED)} to {max(ASKED)} symbols, trained on "
    return Claim(system, f"{asked}at most {LONGEST}", says, citation, "book/powers")


STUDIES = (
    powers(
        "rnn",
        "notebooks/01-rnn",
        claimed(
            "RNN",
            "best of 30 runs: parity 100 %, reversal 62 % of bits",
            "deletang2023",
        ),
        Machine(RNN, hidden_size=64),
    ),
    powers(
        "lstm",
        "notebooks/02-lstm",
        claimed(
            "LSTM",
            "best of 30 runs: parity 100 %, reversal 61 % of bits",
            "deletang2023",
        ),
        Machine(LSTM, hidden_size=64),
    ),
    powers(
        "ntm",
        "notebooks/05-ntm-machine",
        claimed(
            "NTM, feed-forward controller",
            "trained to 20, copies lists of 50, and 120 with few errors",
            "graves2014",
        ),
        Machine(NTM, **COPY_NTM.sizes),
        noise=(0.5, 1.2),
    ),
    powers(
        "stack-rnn",
        "notebooks/08-stack-rnn",
        claimed(
            "Stack-RNN",
            "best of 30 runs, a recurrent controller: parity, reversal 100 %",
            "deletang2023",
        ),
        Machine(StackRNN, hidden_size=40, stacks=10),
        noise=(1.0, 1.0),
    ),
    *(
        powers(
            f"neural-{kind}",
            "notebooks/09-neural-stack",
            claimed(
                f"neural {kind}, LSTM controller",
                says,
                "grefenstette2015",
            ),
            Machine(machine),
            noise=(2.0, 2.0),
            # On short questions alone, the controller does without the store.
            training=replace(TRAINING, lengths=Lengths(4, LONGEST)),
        )
        for kind, machine, says in (
            ("stack", NeuralStack, "reverses 100 % of long sequences, copies 0 %"),
            ("queue", NeuralQueue, "copies 100 % of long sequences, reverses 0 %"),
            ("deque", NeuralDeque, "copies and reverses 100 % of long sequences"),
        )
    ),
)
