"""The neural random-access machine on arrays: how many seeds find a right program.

Settings were chosen on seeds from 100; results are reported on seeds from 0. Several
seeds are trained side by side, each from first weights, memories and noise of its own.
What counts is the discretised program, run on integers in memories it was never
trained on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from mininet.learning import Lengths, Optimiser, Training, generator
from mininet.learning.side_by_side import Given, once, stacked, train_side_by_side
from mininet.models.nram import NRAM, Program, execute, soft
from mininet.studies import Claim, Machine, Run, Study, Trial
from mininet.tasks.pointers import Access, Asked, Copy, Increment, Pointers, Reverse

FLOOR = 1e-6  # the least chance whose logarithm is taken


@dataclass(frozen=True)
class Tricks:
    """What helps the search for a program.

    Attributes:
        noise: standard deviation of the noise on the scores at first; it falls to 0.
        entropy: how much undecided decisions are worth at first.
        fading: by what factor that falls in each step.
        spare: the most cells that nothing stands in, beyond those that are needed.
    """

    noise: float = 2.0
    entropy: float = 1.0
    fading: float = 0.99
    spare: int = 3


class Practice(nn.Module):
    """A machine, and what it costs on tasks that it has worked on softly."""

    more = 0  # steps beyond those that are given

    def __init__(self, machine: NRAM) -> None:
        super().__init__()
        self.machine = machine

    def forward(
        self, asked: Asked, noise: Tensor, done: float
    ) -> tuple[Tensor, Tensor]:
        """How wrong the memory is after the given steps, and how undecided it was.

        Args:
            asked: B memories; no one has more than T steps.
            noise: on the scores, (T, B, decisions, sources).
            done: the share of the training that is over.

        Returns:
            The mean surprise at the right number of a cell, in nats; and the mean
            entropy of a decision, in nats.
        """
        state = self.machine.start(asked.memory)
        end, entropy = torch.zeros_like(state.memory), torch.zeros(())
        for t, noisy in enumerate(noise, start=1):
            choices = soft(self.machine.decide(state.registers) + noisy)
            state, _ = execute(choices, state)
            end = end + (asked.steps == t).float()[:, None, None] * state.memory
            logs = choices.clamp_min(1e-9).log()
            entropy = entropy - (choices * logs).sum(-1).mean()
        right = end.gather(2, asked.target.unsqueeze(2))
        return -right.clamp_min(FLOOR).log().mean(), entropy / len(noise)


class Learned(NamedTuple):
    """What came of a training side by side."""

    machines: list[NRAM]
    losses: Tensor  # (steps, seeds)
    seconds: float  # of processor time, for all of them


def learn(
    task: Pointers,
    seeds: Sequence[int],
    training: Training,
    tricks: Tricks = Tricks(),
    machine: Machine = Machine(NRAM),  # noqa: B008 (it is never changed)
    kind: type[Practice] = Practice,
    progress: bool = True,
) -> Learned:
    """Train one machine a seed, all side by side.

    Args:
        task: what is laid into the memories.
        seeds: of first weights, memories and noise.
        training: steps, lengths of the arrays, memories in a step, and rate.
        tricks: what helps.
        machine: its sizes.
        kind: what the machines are trained for.
        progress: draw a progress bar.
    """
    machines = [built(machine, seed) for seed in seeds]
    practice = [kind(one) for one in machines]
    sources = [generator(seed, "training") for seed in seeds]
    losses = []

    def given(step: int) -> Given:
        done = (step - 1) / training.steps
        asked, noise = _drawn(task, training, tricks, practice[0], sources, step)
        return Given((asked, tricks.noise * (1 - done) * noise), (done,))

    def costs(step: int, surprise: Tensor, entropy: Tensor) -> Tensor:
        losses.append(surprise.detach())
        return surprise - tricks.entropy * tricks.fading ** (step - 1) * entropy

    seconds = train_side_by_side(
        practice, training, given, costs, betas=(0.9, 0.99), progress=progress
    )
    return Learned(machines, torch.stack(losses), seconds)


def built(machine: Machine, seed: int) -> NRAM:
    """A machine with the first weights of this seed."""
    torch.manual_seed(seed)
    kind: Any = machine.kind
    one: NRAM = kind(**machine.sizes)
    return one


def _drawn(
    task: Pointers,
    training: Training,
    tricks: Tricks,
    practice: Practice,
    sources: Sequence[torch.Generator],
    step: int,
) -> tuple[Asked, Tensor]:
    """Tasks and noise for a step, with the seeds in front."""
    lengths: Any = training.lengths
    spare = torch.randint(tricks.spare + 1, (), generator=generator(step, "spare"))
    cells, B = task.cells(lengths.longest) + int(spare), training.batch_size
    T = int(task.steps(torch.tensor(lengths.longest))) + practice.more
    each, noises = [], []
    for source in sources:
        each.append(task.batch(B, lengths.shortest, lengths.longest, cells, source))
        drawn = torch.randn(T, B, *practice.machine.mask.shape, generator=source)
        noises.append(drawn)
    return stacked(each), stacked(noises)


def right(
    program: Program,
    task: Pointers,
    n: int,
    spare: int = 13,
    memories: int = 20,
    seed: int = 0,
) -> float:
    """The share of memories that a program leaves as they should be, every cell.

    Args:
        program: of hard decisions; it runs on integers.
        task: what is laid into the memories.
        n: the length of the arrays.
        spare: cells beyond those that are needed.
        memories: how many.
        seed: of the memories.
    """
    source = generator(seed, "test")
    asked = task.batch(memories, n, n, task.cells(n) + spare, source)
    done = [
        program.run(memory, steps)[-1].memory == target
        for memory, target, steps in zip(
            *(part.tolist() for part in asked), strict=True
        )
    ]
    return done.count(True) / memories


@dataclass(frozen=True, kw_only=True)
class ArrayStudy(Study):
    """Train one machine a seed and task, and run its program on longer arrays.

    Attributes:
        tasks: by the names of the trials.
        tricks: what helps, by the same names, where it is not the usual.
        lengths: of the arrays in the test; the first is the one that is told of.
        memories: in the test, of each length.
        spare: cells in the test beyond those that are needed.
        together: seeds that are trained side by side: from 0 on, so many each time.
    """

    tasks: Mapping[str, Pointers]
    tricks: Mapping[str, Tricks] = field(default_factory=dict)
    lengths: tuple[int, ...] = (50, 1, 2, 6, 12, 100)
    memories: int = 50
    spare: int = 13
    together: int = 32

    @property
    def practice(self) -> type[Practice]:
        """What the machines are trained for."""
        return Practice

    def trained(
        self, seed: int, system: str, progress: bool = False
    ) -> tuple[nn.Module, Run]:
        """A machine, and its program's share of memories with every cell right."""
        first = seed - seed % self.together
        key = json.dumps([self.settings, self.name, system, first])
        learned = once(key, lambda: self.learned(first, system, progress))
        machine = learned.machines[seed - first]
        shares = [self.tested(machine.program(), system, n, seed) for n in self.lengths]
        return machine, {
            "right": shares[0],
            "lengths": shares,
            "loss": float(learned.losses[-20:, seed - first].mean()),
            "seconds": learned.seconds / self.together,
        }

    def learned(self, first: int, system: str, progress: bool = False) -> Learned:
        """The seeds from the first on, trained side by side."""
        trial = self.trials[system]
        return learn(
            self.tasks[system],
            range(first, first + self.together),
            trial.training,
            self.tricks.get(system, Tricks()),
            trial.machine,
            self.practice,
            progress=progress,
        )

    def tested(self, program: Program, system: str, n: int, seed: int) -> float:
        """The share of memories that a program leaves as they should be."""
        return right(program, self.tasks[system], n, self.spare, self.memories, seed)

    def rows(self, runs: Sequence[Run]) -> list[dict[str, Any]]:
        """One row a task."""
        return [
            trial.claim.row(
                ours=f"{sum(run[name]['right'] == 1 for run in runs)} of "
                f"{len(runs)} seeds right in every cell at length {self.lengths[0]}",
                reached=any(run[name]["right"] == 1 for run in runs),
                seeds=len(runs),
                seconds=median(run[name]["seconds"] for run in runs),
            )
            for name, trial in self.trials.items()
        ]


TASKS: dict[str, Pointers] = {
    "access": Access(),
    "increment": Increment(),
    "copy": Copy(),
    "reverse": Reverse(),
}
TRAINING = Training(
    steps=200,
    lengths=Lengths(1, 6),
    batch_size=5,
    optimiser=Optimiser(2e-2, warmup=0.1, clip_norm=1.0),
)
MACHINE = Machine(NRAM, registers=4, hidden_size=32)
CLAIM = Claim(
    "Neural random-access machine",
    "an array of 50 in memory, with the number of steps given",
    "discretised, perfect to length 50",
    "kurach2015",
    "notebooks/17-nram",
)
PLAIN = replace(CLAIM, says="not in the paper")
TRICKS = {
    "without noise": Tricks(noise=0.0),
    "without the bonus": Tricks(entropy=0.0),
    "arrays of six alone": Tricks(),
}
STUDIES = (
    ArrayStudy(
        name="nram",
        title="The neural random-access machine on four tasks, its steps given",
        keeps="reverse",
        trials={
            name: Trial(
                MACHINE,
                replace(TRAINING, steps=100) if name == "access" else TRAINING,
                replace(CLAIM, task=f"{name}: {CLAIM.task}"),
            )
            for name in TASKS
        },
        tasks=TASKS,
    ),
    ArrayStudy(
        name="nram-tricks",
        title="The neural random-access machine on increment: what helps",
        trials={
            name: Trial(
                MACHINE,
                replace(TRAINING, lengths=Lengths(6, 6))
                if "alone" in name
                else TRAINING,
                replace(
                    PLAIN,
                    system=f"Neural random-access machine, {name}",
                    task=f"increment: {CLAIM.task}",
                ),
            )
            for name in TRICKS
        },
        tasks=dict.fromkeys(TRICKS, Increment()),
        tricks=TRICKS,
    ),
)
