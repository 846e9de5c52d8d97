"""Gates one after the other, with and without time to think: an LSTM this time.

Settings were chosen on seed 100; results are reported on seeds from 0.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import nn

from mininet.experiments.adaptive_computation import (
    NEVER,
    ThinkingStudy,
    agreement,
    asked,
    growing,
)
from mininet.learning import Optimiser, Scoring, Training
from mininet.learning.schedules import generator
from mininet.models.adaptive_computation import AdaptiveComputation
from mininet.models.lstm import LSTM
from mininet.studies import Claim, Machine, Run, Trial
from mininet.tasks.logic import Logic


class PonderingLSTM(AdaptiveComputation):
    """The LSTM with time to think.

    Args:
        input_size: D.
        output_size: O.
        hidden_size: H.
        limit: how often it may run at a step.
        halting_bias: added to the score of its halting unit.
    """

    def __init__(
        self,
        input_size: int,
        output_size: int,
        hidden_size: int = 64,
        limit: int = 10,
        halting_bias: float = -0.5,
    ) -> None:
        cell = LSTM(input_size + 1, hidden_size, output_size + 1)
        super().__init__(cell, limit=limit, halting_bias=halting_bias)
        self.hidden_size = hidden_size


@dataclass(frozen=True, kw_only=True)
class LogicStudy(ThinkingStudy):
    """Train on steps of up to so many gates, test on new ones.

    Attributes:
        places: the most gates a step has.
        steps: of a sequence.
        test_sequences: so many in all, and so many with each number of gates.
    """

    places: int = 3
    steps: int = 2
    test_sequences: tuple[int, int] = (10_000, 1000)
    fails = 0.1

    def trained(
        self, seed: int, system: str, progress: bool = False
    ) -> tuple[nn.Module, Run]:
        """A network, its share of wrong answers, and how often it ran."""
        task = Logic(self.places, self.steps)
        model, history = self.taught(task, seed, system, progress)
        several, of_each = self.test_sequences
        source = generator(seed, "test")
        drawn = task.batch(several, self.places, source)
        found, many = asked(model, drawn), task.many(drawn)
        gates = range(1, self.places + 1)
        same = [
            asked(model, task.of(torch.full((self.steps, of_each), n), source))
            for n in gates
        ]
        by_gates = torch.stack([one["ponder"].mean(1) for one in same])
        return model, {
            "wrong": float(found["wrong"].mean()),
            "sequences_wrong": float(found["wrong"].amax(0).mean()),
            "times": float(found["times"].mean()),
            "wrong_by_gates": [float(one["wrong"].mean()) for one in same],
            "ponder_by_gates": by_gates.tolist(),  # at each step
            "agreement": agreement(torch.tensor(gates), by_gates.mean(1)),
            "agreement_of_each": agreement(many.flatten(), found["ponder"].flatten()),
            **history.kept("bits_right"),
        }


PRICE = 0.02
TRAINING = Training(
    steps=1500,
    lengths=growing(3, share=0.3),
    batch_size=128,
    optimiser=Optimiser(3e-3, warmup=0.1, clip_norm=1.0),
    scoring=Scoring(times=10, size=500, lengths=(3,)),
)
CLAIM = Claim(
    "LSTM with adaptive computation time",
    "1 to 3 logic gates a step, two steps (in the paper 10, and ten)",
    "hardly anything wrong",
    "graves2016",
    "notebooks/12-adaptive-computation",
)
WITHOUT = replace(CLAIM, system="LSTM without time to think", says="about 20 % wrong")
THINKING = Machine(PonderingLSTM)
STUDIES = (
    LogicStudy(
        name="adaptive-computation-logic",
        title="Logic gates: an LSTM with time to think, and without",
        trials={
            "adaptive": Trial(THINKING, TRAINING, CLAIM),
            "once": Trial(THINKING.but(limit=1, halting_bias=NEVER), TRAINING, WITHOUT),
        },
        prices={"adaptive": PRICE, "once": 0.0},
    ),
)
