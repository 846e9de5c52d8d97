"""Parity of up to 64 bits, with and without time to think.

Settings were chosen on seed 100; results are reported on seeds from 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import mean, median
from typing import Any

import torch
from torch import nn

from mininet.learning import (
    Lengths,
    Optimiser,
    Scoring,
    Several,
    Stages,
    Training,
    train,
)
from mininet.learning.pondering import Pondering
from mininet.learning.schedules import generator
from mininet.models.adaptive_computation import AdaptiveComputation
from mininet.models.rnn import RNN
from mininet.studies import Claim, Machine, Run, Study, Trial
from mininet.tasks import Batch
from mininet.tasks.parity import Parity

GOAL = 0.05  # share of questions that may be answered wrong
FAILS = 0.2  # and the least that the network without time to think has wrong
NEVER = -50.0  # a halting bias with which a cell runs up to the limit


class PonderingRNN(AdaptiveComputation):
    """The plain network with time to think.

    Args:
        input_size: D.
        output_size: O.
        hidden_size: H.
        limit: how often it may run on a question.
        halting_bias: added to the score of its halting unit.
    """

    def __init__(
        self,
        input_size: int,
        output_size: int,
        hidden_size: int = 128,
        limit: int = 12,
        halting_bias: float = -2.0,
    ) -> None:
        cell = RNN(input_size + 1, hidden_size, output_size + 1)
        super().__init__(cell, limit=limit, halting_bias=halting_bias)
        self.hidden_size = hidden_size


def growing(
    places: int, share: float = 0.6, power: float = 1.5
) -> Stages[Lengths | Several]:
    """Questions that get longer: fast at first, more slowly later.

    Args:
        places: the longest.
        share: of the steps, after which there is every length.
        power: how much faster they grow at first.
    """
    ends = [share * (1 - (1 - n / places) ** (1 / power)) for n in range(1, places)]
    stages: list[tuple[float, Lengths | Several]] = [
        (end, Several((n + 1,))) for n, end in enumerate(ends, start=1)
    ]
    return Stages(tuple(stages), Several((places,)))


@dataclass(frozen=True, kw_only=True)
class ParityStudy(Study):
    """Train on questions of up to so many bits, test on new ones.

    Attributes:
        places: the most bits a question has.
        prices: of a time, tau, by the names of the trials.
        test_questions: so many in all, and so many of each number of bits.
    """

    places: int = 64
    prices: dict[str, float]
    test_questions: tuple[int, int] = (20_000, 200)

    def trained(
        self, seed: int, system: str, progress: bool = False
    ) -> tuple[nn.Module, Run]:
        """A network, its share of wrong answers, and how often it ran."""
        trial, task = self.trials[system], Parity(self.places)
        objective = Pondering(task, price=self.prices[system])
        model = trial.machine.build(task, seed)
        history = train(model, objective, trial.training, seed=seed, progress=progress)
        several, of_each = self.test_questions
        source, bits = generator(seed, "test"), torch.arange(1, self.places + 1)
        questions = task.batch(several, self.places, source)
        drawn, long = asked(model, questions), questions.inputs[0].abs().sum(1)
        each = asked(model, task.of(bits.repeat_interleave(of_each), source))
        by_bits = each["ponder"].view(-1, of_each).mean(1)
        return model, {
            "wrong": float(drawn["wrong"].mean()),
            "times": float(drawn["times"].mean()),
            "ponder_by_bits": by_bits.tolist(),
            "agreement": agreement(bits, by_bits),
            "agreement_of_each": agreement(long, drawn["ponder"]),
            **history.kept("right"),
        }

    def rows(self, runs: Sequence[Run]) -> list[dict[str, Any]]:
        """One row a network."""
        return [
            trial.claim.row(
                ours=f"{mean(run[name]['wrong'] for run in runs):.1%} wrong "
                f"({min(run[name]['wrong'] for run in runs):.1%} to "
                f"{max(run[name]['wrong'] for run in runs):.1%}), running "
                f"{mean(run[name]['times'] for run in runs):.1f} times",
                reached=self.reached(name, [run[name]["wrong"] for run in runs]),
                seeds=len(runs),
                seconds=median(run[name]["seconds"] for run in runs),
            )
            for name, trial in self.trials.items()
        ]

    def reached(self, name: str, wrong: Sequence[float]) -> bool:
        """Whether it learned it, or in the case of one time did not."""
        if self.trials[name].machine.sizes.get("limit") == 1:
            return min(wrong) > FAILS
        return max(wrong) < GOAL


@torch.no_grad()
def asked(model: nn.Module, questions: Batch) -> dict[str, torch.Tensor]:
    """For each question: is the answer wrong, how often it ran, N, and N + R."""
    model.eval()
    said, state = model.unroll(questions.inputs)  # type: ignore[operator]
    wrong = (said[0, :, 0] > 0) != (questions.targets[0, :, 0] > 0.5)
    return {
        "wrong": wrong.double(),
        "times": state.times.double(),
        "ponder": (state.times + state.remainder).double(),
    }


def agreement(one: torch.Tensor, other: torch.Tensor) -> float:
    """Pearson's correlation, from -1 to 1; 0 if one of them never changes."""
    one, other = one.double(), other.double()
    if one.std() < 1e-12 or other.std() < 1e-12:
        return 0.0
    return float(torch.corrcoef(torch.stack([one, other]))[0, 1])


PRICE = 1e-2
TRAINING = Training(
    steps=12_000,
    lengths=growing(64),
    batch_size=128,
    optimiser=Optimiser(3e-3, warmup=0.1, clip_norm=1.0),
    scoring=Scoring(times=10, size=2000, lengths=(64,)),
)
CLAIM = Claim(
    "RNN with adaptive computation time",
    "parity of 1 to 64 bits, all seen at once",
    "below 5 % wrong, with a low enough price of time",
    "graves2016",
    "notebooks/12-adaptive-computation",
)
WITHOUT = replace(
    CLAIM,
    system="RNN without time to think",
    says="about 40 % wrong",
)
FIXED = replace(
    CLAIM,
    system="RNN that runs five times on every question",
    says="not in the paper",
)
THINKING = Machine(PonderingRNN)
STUDIES = (
    ParityStudy(
        name="adaptive-computation",
        title="Parity: a network that decides how long to think, and two that do not",
        keeps="adaptive",
        trials={
            "adaptive": Trial(THINKING, TRAINING, CLAIM),
            "once": Trial(THINKING.but(limit=1, halting_bias=NEVER), TRAINING, WITHOUT),
            "fixed": Trial(THINKING.but(limit=5, halting_bias=NEVER), TRAINING, FIXED),
        },
        prices={"adaptive": PRICE, "once": 0.0, "fixed": 0.0},
    ),
    ParityStudy(
        name="adaptive-computation-prices",
        title="Parity: what the price of time does",
        trials={
            str(price): Trial(
                THINKING, TRAINING, replace(CLAIM, system=f"The same, tau = {price}")
            )
            for price in (1e-3, 3e-3, 3e-2, 1e-1)
        },
        prices={str(price): price for price in (1e-3, 3e-3, 3e-2, 1e-1)},
    ),
)
