"""Neural GPUs learn to add: the diagonal version, and the original beside it.

Settings were chosen on seeds from 100 on; results are reported on seeds from 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import torch
from torch import nn

from mininet import checkpoints
from mininet.learning import (
    Lengths,
    Optimiser,
    Scoring,
    Supervised,
    Training,
    evaluate,
    train,
)
from mininet.models.neural_gpu import DiagonalNeuralGPU, NeuralGPU
from mininet.studies import Claim, Machine, OneSystem, Run, Study, Trial
from mininet.tasks import Task
from mininet.tasks.arithmetic import Addition, hard_sums

CHAPTER = "notebooks/07-neural-gpu"
MORE = "notebooks/07-neural-gpu-products"  # for the curious


@dataclass(frozen=True, kw_only=True)
class AdditionStudy(Study):
    """Train a system on sums and test it on longer and on harder ones.

    Attributes:
        carries: the share of sums with long carries in training.
        tests: how many sums are asked, by their length.
        hard_length: of the sums of the hard families.
        batch: sums asked at a time.
    """

    carries: float = 0.5
    tests: Mapping[str, int]
    hard_length: int
    batch: int = 50

    def trained(
        self, seed: int, system: str, progress: bool = False
    ) -> tuple[nn.Module, Run]:
        """A system, and its shares of whole sums right."""
        trial = self.trials[system]
        model = trial.machine.build(Addition, seed)
        objective = Supervised(Addition(), practice=Addition(carries=self.carries))
        history = train(model, objective, trial.training, seed=seed, progress=progress)
        return model, {**history.kept("right"), **self.tested(model, seed)}

    def tested(self, model: nn.Module, seed: int) -> Run:
        """Shares of whole sums right: at each length, and in each hard family."""
        model.eval()
        right = {
            length: in_parts(Addition(), model, int(length), sums, seed, self.batch)
            for length, sums in self.tests.items()
        }
        return {
            "right": {length: score["right"] for length, score in right.items()},
            "hard": hard(model, self.hard_length),
        }

    def rows(self, runs: Sequence[Run]) -> list[dict[str, Any]]:
        """A row for each system."""
        return [
            trial.claim.row(
                ours=self.ours([run[name] for run in runs]),
                reached=all(perfect(run[name]) for run in runs),
                seeds=len(runs),
                seconds=median(run[name]["seconds"] for run in runs),
            )
            for name, trial in self.trials.items()
        ]

    def ours(self, measured: Sequence[Run]) -> str:
        """How a system did over seeds, in words."""
        right = [run["right"] for run in measured]
        parts = [
            f"{sum(shares[n] == 1 for shares in right)} at {n}"
            for n in measured[0]["right"]
        ]
        carried = sum(min(run["hard"].values()) == 1 for run in measured)
        worst = min(min(run["hard"].values()) for run in measured)
        return (
            f"seeds of {len(measured)} with every sum right: {', '.join(parts)} "
            f"digits; {carried} with every hard case at {self.hard_length} (the worst "
            f"family of any: {worst:.0%})"
        )


@dataclass(frozen=True, kw_only=True)
class FarStudy(OneSystem):
    """Ask the trained machine sums far longer than any in its training.

    Attributes:
        machine: what the checkpoint is of.
        checkpoint: its name.
        claim: what is held against it.
        length: of the sums, in digits.
        sums: new ones for each seed.
        batch: sums asked at a time.
    """

    machine: Machine
    checkpoint: str
    claim: Claim
    length: int = 2000
    sums: int = 100
    batch: int = 50

    @property
    def systems(self) -> tuple[str, ...]:
        """The machine of the checkpoint, which is trained already."""
        return (self.checkpoint,)

    @property
    def reads(self) -> tuple[str, ...]:
        """The checkpoint."""
        return (self.checkpoint,)

    def trained(
        self, seed: int, system: str, progress: bool = False
    ) -> tuple[nn.Module, Run]:
        """The machine as it was trained before, and its shares right."""
        model = self.machine.build(Addition, 0)
        checkpoints.load(model, self.checkpoint)
        model.eval()
        score = in_parts(Addition(), model, self.length, self.sums, seed, self.batch)
        return model, {name: score[name] for name in ("right", "digits_right")}

    def rows(self, runs: Sequence[Run]) -> list[dict[str, Any]]:
        """One row: how many of all sums were right."""
        asked = self.sums * len(runs)
        right = round(sum(run["right"] * self.sums for run in runs))
        return [
            self.claim.row(
                ours=f"{right} of {asked} sums without an error",
                reached=right == asked,
                seeds=1,  # of the machine; those of the runs draw the sums
                seconds=sum(run["seconds"] for run in runs),
            )
        ]


def hard(model: nn.Module, length: int) -> dict[str, float]:
    """The share of sums right in each family of hard ones."""
    shares = {}
    with torch.no_grad():
        for family, numbers in hard_sums(length).items():
            batch = Addition().ask(*numbers)
            shares[family] = Addition().score(model(batch.inputs), batch)["right"]
    return shares


def perfect(measured: Run) -> bool:
    """Whether no sum was wrong: at no length, and in no hard family."""
    return all(
        share == 1 for part in ("right", "hard") for share in measured[part].values()
    )


def in_parts(
    task: Task, model: nn.Module, length: int, count: int, seed: int, most: int = 50
) -> dict[str, float]:
    """The scores over so many sequences, at most so many at once, each part drawn anew.

    The first part is drawn from the seed, the next from the seed + 1000, and so on.
    """
    parts = [min(most, count - done) for done in range(0, count, most)]
    scores = [
        evaluate(
            model,
            Supervised(task),
            length=length,
            sequences=part,
            seed=seed + 1000 * k,
        )
        for k, part in enumerate(parts)
    ]
    return {
        measure: sum(p * s[measure] for p, s in zip(parts, scores, strict=True)) / count
        for measure in scores[0]
    }


def at_lengths(
    task: Task, model: nn.Module, tests: Mapping[str, int], seed: int
) -> Run:
    """The shares of sequences and of digits right, so many sequences at each length."""
    measured: Run = {"right": {}, "digits_right": {}}
    for length, sequences in tests.items():
        score = in_parts(task, model, int(length), sequences, seed)
        for measure, by_length in measured.items():
            by_length[length] = score[measure]
    return measured


def steepen(model: DiagonalNeuralGPU, times: float) -> None:
    """Make the gates that keep so many times steeper, in place.

    The saturation cost holds a gate near its end, and what it lets slip at each step
    adds up on long rows. A steeper line reaches the end.
    """
    with torch.no_grad():
        for parameter in model.keep.parameters():
            parameter.mul_(times)


TRAINING = Training(
    steps=1500,
    lengths=Lengths(2, 20, rising=0.5),
    optimiser=Optimiser(1e-2, clip_norm=None, clip_to_mean=1.5),
    scoring=Scoring(times=10, size=100, lengths=(20,)),
)
DIAGONAL = AdditionStudy(
    name="neural-gpu-addition",
    title="Addition: the diagonal Neural GPU",
    keeps="diagonal",
    trials={
        "diagonal": Trial(
            Machine(DiagonalNeuralGPU, maps=24, dropout=0.3),
            TRAINING,
            Claim(
                "Neural GPU, diagonal",
                "binary addition in columns, trained on 2 to 20 digits",
                "(binary products) more than 99 % of digits to about length 2000",
                "freivalds2017",
                CHAPTER,
            ),
        )
    },
    tests={"20": 1000, "40": 200, "100": 200, "200": 200, "2000": 10},
    hard_length=200,
)
ORIGINAL = AdditionStudy(
    name="neural-gpu-original",
    title="Addition: the Neural GPU as first published",
    trials={
        "original": Trial(
            Machine(NeuralGPU, maps=24, width=4, dropout=0.1),
            replace(
                TRAINING, steps=500, optimiser=replace(TRAINING.optimiser, rate=5e-3)
            ),
            Claim(
                "Neural GPU, as first published, less its extras",
                "binary addition in columns, trained on 2 to 20 digits",
                "(in a line) no error at 2000 digits, in the best of 729 runs",
                "kaiser2015",
                CHAPTER,
            ),
        )
    },
    tests={"20": 1000, "40": 200, "100": 200},
    hard_length=20,
)
FAR = FarStudy(
    name="neural-gpu-far",
    title="Addition: the diagonal Neural GPU, a hundred times as long",
    machine=DIAGONAL.trials["diagonal"].machine,
    checkpoint=DIAGONAL.name,
    claim=Claim(
        "Neural GPU, diagonal, the checkpoint of the book",
        "binary addition in columns, 2000 digits, trained on 2 to 20",
        "(in a line) no error at 2000 digits, in the best of 729 runs",
        "kaiser2015",
        CHAPTER,
    ),
)
STUDIES = (DIAGONAL, ORIGINAL, FAR)
