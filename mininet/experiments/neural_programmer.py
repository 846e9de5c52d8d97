"""The Neural Programmer on one column: which seeds learn 21 kinds of question.

Settings were chosen on seeds from 100; results are reported on seeds from 0. Several
seeds are trained side by side, each from first weights, tables and noise of its own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from mininet.learning import Lengths, Optimiser, Training, generator
from mininet.learning.side_by_side import Given, once, stacked, train_side_by_side
from mininet.models.neural_programmer import (
    OPERATIONS,
    NeuralProgrammer,
    Output,
    execute,
    hard,
    smooth_or,
    soft,
)
from mininet.studies import Claim, Run, Study, Trial
from mininet.tasks.tables import Asked, Kind, Question, Tables

GOAL = 0.99  # share of tables that are answered exactly
NEAR = 1e-3  # a number is right if it is off by that share of one more than itself
OUT = 1e4  # what is taken from the score of an operation that is left out


@dataclass(frozen=True)
class Tricks:
    """What helps the search for a program.

    Attributes:
        noise: standard deviation of the noise on the scores at first; it falls to 0.
        first_scores: how large the operations' scores are at first.
        long_kinds: weight of the kinds that need four operations.
        gradient_noise: eta; the variance is eta / (1 + step)^0.55 (Neelakantan et al.
            2015).
        from_the_end: whether the question is read from its last word to its first.
        dropout: share of the operations left out, in questions for a difference, at
            first; it falls to 0 in 70 % of the steps.
        everywhere: whether they are left out in all questions.
        smooth: whether `or` has a slope for both of its sides in training.
        variety: what a program gains by doing different things at its steps: this times
            the entropy of its mean choice; it falls to 0 in half of the steps.
    """

    noise: float = 2.0
    first_scores: float = 1.0
    long_kinds: float = 3.0
    gradient_noise: float = 0.0
    from_the_end: bool = True
    dropout: float = 0.0
    everywhere: bool = False
    smooth: bool = False
    variety: float = 0.0


class FromTheFront(NeuralProgrammer):
    """It reads the question from its first word to its last, as in the paper."""

    def read(self, vectors: Tensor, is_word: Tensor) -> tuple[Tensor, Tensor]:
        """The question, word by word."""
        z, states = torch.zeros_like(vectors[:, 0]), []
        for place in range(vectors.shape[1]):
            after = torch.tanh(self.question(torch.cat([z, vectors[:, place]], 1)))
            z = torch.where(is_word[:, place, None], after, z)
            states.append(z)
        return z, torch.stack(states, 1)


class Machine:
    """A Neural Programmer and its sizes, for a task and some tricks."""

    def __init__(self, hidden_size: int = 48, steps: int = 4) -> None:
        self.hidden_size, self.steps = hidden_size, steps
        self.sizes = {"hidden_size": hidden_size, "steps": steps}

    def build(self, task: Tables, tricks: Tricks, seed: int) -> NeuralProgrammer:
        """A model with the first weights of this seed."""
        torch.manual_seed(seed)
        kind = NeuralProgrammer if tricks.from_the_end else FromTheFront
        return kind(
            len(task.words),
            task.column_words,
            first_scores=tricks.first_scores,
            **self.sizes,
        )

    def as_json(self) -> dict[str, Any]:
        """Its sizes."""
        return {"kind": "NeuralProgrammer", **self.sizes}


class Practice(nn.Module):
    """A model, and what it costs on questions it has answered softly.

    Args:
        model: writes the programs.
        weights: of the questions, (Q,), summing to 1.
        smooth: whether `or` has a slope for both of its sides.
    """

    weights: Tensor

    def __init__(
        self, model: NeuralProgrammer, weights: Tensor, smooth: bool = False
    ) -> None:
        super().__init__()
        self.model, self.either = model, smooth_or if smooth else torch.maximum
        self.register_buffer("weights", weights, persistent=False)

    def forward(
        self, asked: Asked, noise: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, Tensor]:
        """What it costs, and how various the programs are without the noise.

        Args:
            asked: Q questions about B = Q N tables.
            noise: on the scores of operations (B, T, 9) and columns (B, T, C).

        Returns:
            Huber's loss of numbers and the cross-entropy of lists; and the entropy of
            what is chosen on average over a program's steps, the mean over questions.
        """
        Q = len(self.weights)
        scores = self.model.write(Question(*asked.question), soft)
        chosen = soft(scores.operations).mean(1)  # (Q, 9)
        various = -(chosen * (chosen + 1e-8).log()).sum(-1).mean()
        scores = scores.times(len(asked.table) // Q)
        noisy = scores._replace(
            operations=scores.operations + noise[0], columns=scores.columns + noise[1]
        )
        program = noisy.selected(soft)
        said = execute(program, asked.table, asked.numbers, self.either)
        spread = asked.scalar.view(Q, -1).std(1, keepdim=True).clamp_min(0.5)
        off = ((said.scalars[:, -1] - asked.scalar).view(Q, -1) / spread).abs()
        huber = torch.where(off < 1, 0.5 * off**2, off - 0.5)
        p, C = said.lookups[:, -1].clamp(1e-4, 1 - 1e-4), asked.table.shape[2]
        bits = asked.lookup * p.log() + (1 - asked.lookup) * (1 - p).log()
        entropy = -(C**0.5) * bits.mean((1, 2)).view(Q, -1)
        cost = torch.where(asked.listed.view(Q, -1), entropy, huber)
        return (cost.mean(1) * self.weights).sum(), various


def weights(kinds: Sequence[Kind], tricks: Tricks, copies: int) -> Tensor:
    """Of each question in the loss, (Q,): those of four operations count more."""
    long = [bool({"and", "or", "minus"} & set(kind)) for kind in kinds]
    each = torch.tensor([tricks.long_kinds if one else 1.0 for one in long])
    return each.repeat(copies) / (copies * each.sum())


class Learned(NamedTuple):
    """What came of a training side by side."""

    models: list[NeuralProgrammer]
    losses: Tensor  # (steps, seeds)
    seconds: float  # of processor time, for all of them


def learn(
    task: Tables,
    seeds: Sequence[int],
    training: Training,
    tricks: Tricks = Tricks(),
    machine: Machine = Machine(),  # noqa: B008 (it is never changed)
    copies: int = 1,
    start: Sequence[NeuralProgrammer] | None = None,
    progress: bool = True,
) -> Learned:
    """Train one model a seed, all side by side.

    Args:
        task: the tables and questions.
        seeds: of first weights, tables and noise.
        training: steps, rows, tables a question, and rate.
        tricks: what helps.
        machine: the model's sizes.
        copies: questions of each kind in a step.
        start: models to go on from, in place of new ones.
        progress: draw a progress bar.
    """
    models = list(start or (machine.build(task, tricks, seed) for seed in seeds))
    part = weights(task.kinds, tricks, copies)
    sources = [generator(seed, "training") for seed in seeds]
    losses = []

    def given(step: int) -> Given:
        (rows,) = training.lengths_at(step, 0)
        done = (step - 1) / training.steps
        return Given(
            _drawn(task, training, tricks, sources, rows, done, copies, models[0].steps)
        )

    def costs(step: int, each: Tensor, various: Tensor) -> Tensor:
        losses.append(each.detach())
        gain = tricks.variety * max(0.0, 1 - (step - 1) / training.steps / 0.5)
        return each - gain * various if tricks.variety else each

    def changed(step: int, grads: Sequence[Tensor]) -> None:
        deviation = (tricks.gradient_noise / (1 + step) ** 0.55) ** 0.5
        for grad in grads if deviation else ():
            drawn = [torch.randn(grad[0].shape, generator=one) for one in sources]
            grad += deviation * torch.stack(drawn)

    seconds = train_side_by_side(
        [Practice(model, part, tricks.smooth) for model in models],
        training,
        given,
        costs,
        changed=changed,
        betas=(0.9, 0.99),
        progress=progress,
    )
    return Learned(models, torch.stack(losses), seconds)


def _drawn(
    task: Tables,
    training: Training,
    tricks: Tricks,
    sources: Sequence[torch.Generator],
    rows: int,
    done: float,
    copies: int,
    steps: int,
) -> tuple[Asked, tuple[Tensor, Tensor]]:
    """Questions and noise for a step, with the seeds in front."""
    each, noises = [], []
    where = [tricks.everywhere or "minus" in kind for kind in task.kinds]
    these = torch.tensor(where).repeat(copies).repeat_interleave(training.batch_size)
    level = tricks.noise * (1 - done)
    dropped = tricks.dropout * max(0.0, 1 - done / 0.7)
    for source in sources:
        each.append(task.batch(training.batch_size, rows, source, copies))
        B, C = len(each[-1].table), len(task.columns)
        on = torch.randn(B, steps, len(OPERATIONS) + C, generator=source) * level
        if dropped:
            out = torch.rand(B, steps, len(OPERATIONS), generator=source) < dropped
            on[..., : len(OPERATIONS)] -= OUT * (out & these[:, None, None])
        noises.append(on)
    operations, columns = stacked(noises).split((len(OPERATIONS), C), -1)
    return stacked(each), (operations, columns)


@torch.no_grad()
def right(said: Output, asked: Asked) -> Tensor:
    """Whether an answer is exactly right, (B,): a number, or all cells of a list."""
    off = (said.scalars[:, -1] - asked.scalar).abs()
    number = off < NEAR * (1 + asked.scalar.abs())
    cells = (said.lookups[:, -1] - asked.lookup).abs().amax((1, 2))
    return torch.where(asked.listed, cells < 0.5, number)


@torch.no_grad()
def by_kind(
    model: NeuralProgrammer,
    task: Tables,
    rows: int = 100,
    tables: int = 20,
    seed: int = 0,
    copies: int = 1,
) -> Tensor:
    """The share of tables answered exactly by hard choices, kind by kind."""
    asked = task.batch(tables, rows, generator(seed, "test"), copies)
    program = model.write(asked.question, hard).selected(hard).times(tables)
    each = right(execute(program, asked.table, asked.numbers), asked)
    return each.view(copies, len(task.kinds), tables).float().mean((0, 2))


@dataclass(frozen=True, kw_only=True)
class ProgrammerStudy(Study):
    """Train one model a seed, and ask it about long tables.

    Attributes:
        task: the questions.
        tricks: by the names of the trials.
        copies: questions of each kind in a step.
        test: rows of a table, tables a question, questions of each kind.
        together: seeds that are trained side by side: from 0 on, so many each time.
    """

    task: Tables = field(default_factory=Tables)
    tricks: dict[str, Tricks]
    copies: int = 1
    test: tuple[int, int, int] = (100, 50, 1)
    together: int = 12

    def trained(
        self, seed: int, system: str, progress: bool = False
    ) -> tuple[nn.Module, Run]:
        """A model, and its share of tables answered exactly."""
        first = seed - seed % self.together
        key = json.dumps([self.settings, system, first])
        learned = once(key, lambda: self.learned(first, system, progress))
        model, (rows, tables, copies) = learned.models[seed - first], self.test
        each = by_kind(model, self.task, rows, tables, seed, copies)
        return model, {
            "right": float(each.mean()),
            "kinds": each.tolist(),
            "loss": float(learned.losses[-20:, seed - first].mean()),
            "seconds": learned.seconds / self.together,
        }

    def learned(self, first: int, system: str, progress: bool = False) -> Learned:
        """The seeds from the first on, trained side by side."""
        trial = self.trials[system]
        machine: Any = trial.machine
        return learn(
            self.task,
            range(first, first + self.together),
            trial.training,
            self.tricks[system],
            machine,
            self.copies,
            progress=progress,
        )

    def rows(self, runs: Sequence[Run]) -> list[dict[str, Any]]:
        """One row a set of tricks."""
        return [
            trial.claim.row(
                ours=f"{sum(run[name]['right'] >= GOAL for run in runs)} of "
                f"{len(runs)} seeds right on {GOAL:.0%} of tables of "
                f"{self.test[0]} rows",
                reached=any(run[name]["right"] >= GOAL for run in runs),
                seeds=len(runs),
                seconds=median(run[name]["seconds"] for run in runs),
            )
            for name, trial in self.trials.items()
        ]


TRAINING = Training(
    steps=400,
    lengths=Lengths(4, 12),
    batch_size=12,
    optimiser=Optimiser(1e-2, warmup=0.1, clip_norm=1.0),
)
CLAIM = Claim(
    "Neural Programmer",
    "21 kinds of question about a table of one column, 100 rows",
    "with all kinds, 9 of 216 runs with gradient noise, 1 of 216 without",
    "neelakantan2015",
    "notebooks/15-neural-programmer",
)


ALONE = replace(CLAIM, says="not in the paper")
TRICKS = {
    "all": Tricks(),
    "without noise": Tricks(noise=0.0),
    "large first scores": Tricks(first_scores=4.0),
    "equal weights": Tricks(long_kinds=1.0),
    "from the front": Tricks(from_the_end=False),
    "with gradient noise": Tricks(gradient_noise=0.01),
    "none": Tricks(0.0, 4.0, 1.0, 0.0, from_the_end=False),
    "none but gradient noise": Tricks(0.0, 4.0, 1.0, 0.01, from_the_end=False),
}
NAMES = {
    "all": "Neural Programmer, all four tricks",
    "without noise": "without noise on the scores",
    "large first scores": "with first scores four times as large",
    "equal weights": "with all kinds weighted alike",
    "from the front": "reading from the front",
    "with gradient noise": "all four, and noise on the gradient",
    "none": "with none of the four",
    "none but gradient noise": "with none of the four, and noise on the gradient",
}
MACHINE: Any = Machine()
STUDIES = (
    ProgrammerStudy(
        name="neural-programmer",
        title="The Neural Programmer on one column: 21 kinds of question",
        keeps="all",
        trials={
            name: Trial(
                MACHINE,
                TRAINING,
                replace(CLAIM if name == "all" else ALONE, system=NAMES[name]),
            )
            for name in TRICKS
        },
        tricks=TRICKS,
    ),
)
