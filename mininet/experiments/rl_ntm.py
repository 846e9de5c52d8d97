"""The rl ntm on a bit to hold: how many seeds learn it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from torch import nn

from mininet.learning import Supervised, Training, evaluate, train
from mininet.models.rl_ntm import RlNtm
from mininet.studies import Claim, Machine, Run, Study, Trial
from mininet.tasks.latch import Latch

LENGTH = 10
GOAL = 0.99  # share of bits named right


@dataclass(frozen=True, kw_only=True)
class RlNtmStudy(Study):
    """Train it on many seeds, and test it on fresh sequences."""

    test_sequences: int = 1000

    def trained(
        self, seed: int, system: str, progress: bool = False
    ) -> tuple[nn.Module, Run]:
        """A network, and how often it is right."""
        trial, objective = self.trials[system], Supervised(Latch())
        model = trial.machine.build(Latch, seed)
        history = train(model, objective, trial.training, seed=seed, progress=progress)
        score = evaluate(
            model, objective, length=LENGTH, sequences=self.test_sequences, seed=seed
        )
        return model, {**score, "seconds": history.seconds}

    def rows(self, runs: Sequence[Run]) -> list[dict[str, Any]]:
        """One row a network."""
        return [
            trial.claim.row(
                ours=f"{sum(run[name]['right'] >= GOAL for run in runs)} of "
                f"{len(runs)} seeds right on {GOAL:.0%} of sequences",
                reached=all(run[name]["right"] >= GOAL for run in runs),
                seeds=len(runs),
                seconds=median(run[name]["seconds"] for run in runs),
            )
            for name, trial in self.trials.items()
        ]


LEAKY_MEMORY = RlNtmStudy(
    name="rl-ntm",
    title="The rl ntm on a bit to hold",
    trials={
        "ours": Trial(
            Machine(RlNtm, hidden_size=4),
            Training(steps=200, lengths=LENGTH),
            Claim(
                "rl ntm",
                f"a bit held for {LENGTH} steps",
                "what the paper says of it",
                "elman1990",
                "notebooks/16-rl-ntm",
            ),
        )
    },
)
STUDIES = (LEAKY_MEMORY,)
