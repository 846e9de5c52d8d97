"""The adding problem by the first biases of the gates: from which it is learned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from torch import nn

from mininet.experiments.adding import GOAL, LSTM_CLAIM, TRAINING
from mininet.learning import Goal, Scoring, Supervised, train
from mininet.models.lstm import LSTM
from mininet.studies import Claim, Machine, Run, Study, Trial
from mininet.tasks.adding import Adding

KEEPS = 10  # a forget bias from which on the gate is open for good


@dataclass(frozen=True, kw_only=True)
class BiasStudy(Study):
    """Steps until the adding problem is solved, for each pair of first biases."""

    def trained(
        self, seed: int, system: str, progress: bool = False
    ) -> tuple[nn.Module, Run]:
        """The step of the first held-out error under the goal, or None."""
        trial = self.trials[system]
        model: nn.Module = trial.machine.build(Adding, seed)
        task = Supervised(Adding())
        history = train(model, task, trial.training, seed=seed, progress=progress)
        solved_at = history.steps if history.reached else None
        return model, {"solved_at": solved_at, "seconds": history.seconds}

    def gathered(self, measured: Mapping[str, Run]) -> Run:
        """The steps and the seconds of each pair."""
        return {
            "solved_at": {name: run["solved_at"] for name, run in measured.items()},
            "bias_seconds": {name: run["seconds"] for name, run in measured.items()},
        }

    def rows(self, runs: Sequence[Run]) -> list[dict[str, Any]]:
        """A row for each bias of the input gate; one for the cell that only keeps."""
        rows = []
        for claim in dict.fromkeys(trial.claim for trial in self.trials.values()):
            of = [name for name, t in self.trials.items() if t.claim == claim]
            solved = [steps_of(runs, name) for name in of]
            if claim.citation == "gers2000":  # better than with a bias of 0
                reached = max(map(len, solved[1:])) > len(solved[0])
            else:
                reached = len(solved[0]) == len(runs)
            rows.append(self._row(claim, of, runs, reached))
        return rows

    def _row(
        self, claim: Claim, of: Sequence[str], runs: Sequence[Run], reached: bool
    ) -> dict[str, Any]:
        told = []
        for name in of:
            steps = steps_of(runs, name)
            when = f" (median step {median(steps):.0f})" if steps else ""
            bias = name.removeprefix("forget ").partition(",")[0]
            told.append(f"{bias}: {len(steps)} of {len(runs)}{when}")
        most = self.trials[of[0]].training.steps
        return claim.row(
            ours=f"seeds solved in {most} steps, {'; '.join(told)}",
            reached=reached,
            seeds=len(runs),
            seconds=median(run["bias_seconds"][name] for run in runs for name in of),
        )


def steps_of(runs: Sequence[Run], pair: str) -> list[int]:
    """The steps at which the seeds that solved it did so."""
    steps = [run["solved_at"][pair] for run in runs]
    return [step for step in steps if step is not None]


def _trial(forget: int, into: int) -> Trial:
    claim = replace(
        LSTM_CLAIM,
        system=f"LSTM, input bias {into}",
        task="adding, length 100, by forget bias",
        says="forget gates start with a positive bias, so that cells keep",
        citation="gers2000",
    )
    if forget >= KEEPS:
        claim = replace(
            claim,
            system=claim.system + ", cannot forget",
            says="solved with cells that have no forget gate",
            citation="hochreiter1997",
        )
    biases = {"forget_bias": float(forget), "input_bias": float(into)}
    scoring = Scoring(times=40, goal=Goal("mse", below=GOAL))
    return Trial(
        Machine(LSTM, hidden_size=32, **biases),
        replace(TRAINING, scoring=scoring),
        claim,
    )


PAIRS = [  # at 20 a cell cannot forget
    *((forget, 0) for forget in (0, 1, 3, 5)),
    *((forget, -3) for forget in (0, 1, 3, 5, 20)),
]
FORGET_BIAS = BiasStudy(
    name="forget-bias",
    title="Steps to solve the adding problem, by the first biases of the gates",
    trials={f"forget {f}, input {i}": _trial(f, i) for f, i in PAIRS},
)
STUDIES = (FORGET_BIAS,)
