"""Parity of up to 64 bits, with and without time to think.

Settings were chosen on seed 100; results are reported on seeds from 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import mean, median
from typing import Any, ClassVar

import torch
from torch import nn

from mininet.learning import (
    History,
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
from mininet.tasks.bits import Bits
from mininet.tasks.parity import Parity

GOAL = 0.05  # share of questions that may be answered wrong
NEVER = -50.0  # a halting bias with which a cell runs up to the limit


class PonderingRNN(AdaptiveComputation):
    """The plain network with time to think.

    Args:
        input_size: D.
        output_size: O.
        hidden_size: H.
        limit: how often it may run on a question.
        halting_bias: added to the score of its halting unit.
        halting_noise: standard deviation of the noise on that score while training.
    """

    def __init__(
        self,
        input_size: int,
        output_size: int,
        hidden_size: int = 128,
        limit: int = 12,
        halting_bias: float = -2.0,
        halting_noise: float = 0.0,
    ) -> None:
        cell = RNN(input_size + 1, hidden_size, output_size + 1)
        super().__init__(
            cell,
            limit=limit,
            halting_bias=halting_bias,
            halting_noise=halting_noise,
        )
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
class ThinkingStudy(Study):
    """Train networks with time to think and without, and ask them new questions.

    Attributes:
        places: the most parts a question has.
        prices: of a time, tau, by the names of the trials.
    """

    places: int
    prices: dict[str, float]
    fails: ClassVar[float]  # the least share wrong without time to think

    def taught(
        self, task: Bits, seed: int, system: str, progress: bool
    ) -> tuple[nn.Module, History]:
        """A network, trained, and how that went."""
        trial = self.trials[system]
        model = trial.machine.build(task, seed)
        objective = Pondering(task, price=self.prices[system])
        return model, train(
            model, objective, trial.training, seed=seed, progress=progress
        )

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
            return min(wrong) > self.fails
        return max(wrong) < GOAL


@dataclass(frozen=True, kw_only=True)
class ParityStudy(ThinkingStudy):
    """Train on questions of up to so many bits, test on new ones.

    Attributes:
        places: the most bits a question has.
        test_questions: so many in all, and so many of each number of bits.
    """

    places: int = 64
    test_questions: tuple[int, int] = (20_000, 200)
    fails = 0.2

    def trained(
        self, seed: int, system: str, progress: bool = False
    ) -> tuple[nn.Module, Run]:
        """A network, its share of wrong answers, and how often it ran."""
        task = Parity(self.places)
        model, history = self.taught(task, seed, system, progress)
        several, of_each = self.test_questions
        source, bits = generator(seed, "test"), torch.arange(1, self.places + 1)
        questions = task.batch(several, self.places, source)
        drawn, long = asked(model, questions), questions.inputs[0].abs().sum(1)
        by_bits = torch.stack(
            [
                asked(model, task.of(many.expand(of_each), source))["ponder"].mean()
                for many in bits
            ]
        )
        return model, {
            "wrong": float(drawn["wrong"].mean()),
            "times": float(drawn["times"].mean()),
            "at_once": float((drawn["times"] == 1).double().mean()),
            "ponder_by_bits": by_bits.tolist(),
            "agreement": agreement(bits, by_bits),
            "agreement_of_each": agreement(long, drawn["ponder"][0]),
            **history.kept("right"),
        }


@torch.no_grad()
def asked(model: nn.Module, questions: Batch) -> dict[str, torch.Tensor]:
    """For each step, (T, B): is the answer wrong, how often it ran, N, and N + R."""
    model.eval()
    said, states = model.trace(questions.inputs)  # type: ignore[operator]
    return {
        "wrong": ((said > 0) != (questions.targets > 0.5))[..., 0].double(),
        "times": states.times.double(),
        "ponder": (states.times + states.remainder).double(),
    }


def agreement(one: torch.Tensor, other: torch.Tensor) -> float:
    """Pearson's correlation, from -1 to 1; 0 if one of them never changes."""
    one, other = one.double(), other.double()
    if one.std() < 1e-12 or other.std() < 1e-12:
        return 0.0
    return float(torch.corrcoef(torch.stack([one, other]))[0, 1])


PRICE = 1e-2
OTHER_PRICES = (1e-3, 3e-3, 3e-2, 1e-1)
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
ALONE = replace(CLAIM, says="not in the paper")
FIXED = replace(ALONE, system="RNN that runs five times on every question")
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
            for price in OTHER_PRICES
        },
        prices={str(price): price for price in OTHER_PRICES},
    ),
)
