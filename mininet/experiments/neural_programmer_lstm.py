"""An LSTM on the Neural Programmer's questions: it reads all, and says the answer.

It reads the words of a question, then its numbers, then the table cell by cell, and
learns from the same tables. A list is answered cell by cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import torch
from torch import Tensor, nn

from mininet.experiments.neural_programmer import GOAL
from mininet.learning import (
    Lengths,
    Loss,
    Objective,
    Optimiser,
    Scoring,
    Training,
    evaluate,
    train,
)
from mininet.models.lstm import LSTM
from mininet.studies import Claim, Machine, OneSystem, Run, Trial
from mininet.tasks.tables import Asked, Tables

NEAR = 0.5  # how far a number may be off to count: a count is right once rounded


class Reading:
    """The questions as a sequence: words, two numbers, then the cells of column A.

    Args:
        task: makes tables of one column.
    """

    output_size = 2  # the answer, and the logit of "this cell is listed"

    def __init__(self, task: Tables) -> None:
        self.task = task
        self.input_size = len(task.words) + 3  # and a number, a cell, its place

    def inputs(self, asked: Asked) -> Tensor:
        """What is read, (L + 2 + R, B, D)."""
        B, R, _ = asked.table.shape
        V, D = len(self.task.words), self.input_size
        words = asked.question.words.repeat_interleave(
            B // len(asked.question.words), 0
        )
        read = asked.table.new_zeros(B, words.shape[1] + 2 + R, D)
        there = (words >= 0).unsqueeze(2)
        read[:, : words.shape[1], :V] = (
            nn.functional.one_hot(words.clamp_min(0), V) * there
        ).to(read.dtype)
        read[:, words.shape[1] : -R, V] = asked.numbers
        read[:, -R:, V + 1] = asked.table[..., 0]
        read[:, -R:, V + 2] = 1.0
        return read.transpose(0, 1)


@dataclass(frozen=True)
class Answers(Objective[nn.Module, Asked]):
    """The same losses as the Neural Programmer's, the same tables.

    Attributes:
        task: makes them.
    """

    task: Tables = field(default_factory=Tables)

    def batch(self, size: int, length: int, generator: torch.Generator) -> Asked:
        """So many tables of each kind of question."""
        return self.task.batch(size, length, generator)

    def _said(self, model: nn.Module, asked: Asked) -> tuple[Tensor, Tensor]:
        """Its number (B,), and its logits of the cells (B, R)."""
        ys = model(Reading(self.task).inputs(asked))
        return ys[-1, :, 0], ys[-asked.table.shape[1] :, :, 1].T

    def loss(self, model: nn.Module, batch: Asked, generator: torch.Generator) -> Loss:
        """Huber's of numbers over their spread, cross-entropy of lists."""
        number, cells = self._said(model, batch)
        Q = len(batch.question.words)
        spread = batch.scalar.view(Q, -1).std(1, keepdim=True).clamp_min(0.5)
        off = ((number - batch.scalar).view(Q, -1) / spread).abs()
        huber = torch.where(off < 1, 0.5 * off**2, off - 0.5).flatten()
        entropy = nn.functional.binary_cross_entropy_with_logits(
            cells, batch.lookup[..., 0], reduction="none"
        ).mean(1)
        return Loss(torch.where(batch.listed, entropy, huber).mean())

    def score(self, model: nn.Module, batch: Asked) -> dict[str, float]:
        """The share of numbers nearly right, and of lists without a mistake."""
        number, cells = self._said(model, batch)
        near = (number - batch.scalar).abs() < NEAR
        whole = ((cells > 0) == (batch.lookup[..., 0] > 0.5)).all(1)
        right = torch.where(batch.listed, whole, near).float()
        return {
            "right": float(right.mean()),
            "numbers": float(near[~batch.listed].float().mean()),
            "lists": float(whole[batch.listed].float().mean()),
        }


@dataclass(frozen=True, kw_only=True)
class ReadingStudy(OneSystem):
    """Train it, and ask about short tables and long ones.

    Attributes:
        task: the questions.
        rows: of the tables asked about.
        tables: of each kind of question.
    """

    task: Tables = field(default_factory=Tables)
    rows_asked: tuple[int, ...] = (12, 100)
    tables: int = 50

    def trained(
        self, seed: int, system: str, progress: bool = False
    ) -> tuple[nn.Module, Run]:
        """A network, and its share of answers that are near enough."""
        trial, objective = self.trials[system], Answers(self.task)
        model = trial.machine.build(Reading(self.task), seed)
        history = train(model, objective, trial.training, seed=seed, progress=progress)
        found = {
            str(rows): evaluate(
                model, objective, length=rows, sequences=self.tables, seed=seed
            )
            for rows in self.rows_asked
        }
        return model, {**found, "seconds": history.seconds - history.scoring_seconds}

    def rows(self, runs: Sequence[Run]) -> list[dict[str, Any]]:
        """One row."""
        (trial,) = self.trials.values()
        short, long = (
            [run[str(rows)]["right"] for run in runs] for rows in self.rows_asked
        )
        return [
            trial.claim.row(
                ours=f"{min(long):.0%} to {max(long):.0%} of tables of "
                f"{self.rows_asked[1]} rows, {min(short):.0%} to {max(short):.0%} of "
                f"{self.rows_asked[0]}, a number counting if it is off by less than "
                "a half",
                reached=max(long) < GOAL / 2,
                seeds=len(runs),
                seconds=median(run["seconds"] for run in runs),
            )
        ]


LSTM_TRAINING = Training(
    steps=2000,
    lengths=Lengths(4, 12),
    batch_size=4,
    optimiser=Optimiser(5e-3, warmup=0.1, clip_norm=1.0),
    scoring=Scoring(times=1, size=10, lengths=(12,)),
)
STUDIES = (
    ReadingStudy(
        name="neural-programmer-lstm",
        title="An LSTM on the Neural Programmer's questions",
        trials={
            "lstm": Trial(
                Machine(LSTM, hidden_size=64),
                LSTM_TRAINING,
                Claim(
                    "LSTM that reads question and table",
                    "21 kinds of question about a table of one column, 100 rows",
                    "not in the paper",
                    "neelakantan2015",
                    "notebooks/15-neural-programmer",
                ),
            )
        },
    ),
)
