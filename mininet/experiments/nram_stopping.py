"""The neural random-access machine that says itself when it has finished."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from mininet.experiments.nram import (
    CLAIM,
    FLOOR,
    MACHINE,
    TASKS,
    TRAINING,
    ArrayStudy,
    Practice,
)
from mininet.learning import generator
from mininet.models.nram import Program, execute, soft
from mininet.studies import Trial
from mininet.tasks.pointers import Asked, Pointers

LATE = 2  # the teacher's step after those that the task takes
LOUD = 4.0  # a word of hers, beside a cell of the memory
TAUGHT = 0.9  # the share of the training in which it is told when to finish


class Stopping(Practice):
    """What it costs when the machine chooses its last step (Kurach et al. 2015, eq. 3).

    At first most of the cost is that of a teacher, who names the step to finish after:
    two after those that the task takes. Her share falls in a line to 0.
    """

    more = LATE + 1

    def forward(
        self, asked: Asked, noise: Tensor, done: float
    ) -> tuple[Tensor, Tensor]:
        """The surprise at the last step's memory, on average over which step is last.

        The last of the T steps is the last in any case.
        """
        state = self.machine.start(asked.memory)
        B, last = len(asked.memory), asked.steps + LATE
        going, entropy = torch.ones(B), torch.zeros(())
        cost = taught = torch.zeros(B)
        for t, noisy in enumerate(noise, start=1):
            chance = self.machine.finish(state.registers).clamp(1e-4, 1 - 1e-4)
            choices = soft(self.machine.decide(state.registers) + noisy)
            state, _ = execute(choices, state)
            right = state.memory.gather(2, asked.target.unsqueeze(2))
            surprise = -right.clamp_min(FLOOR).log().mean((1, 2))
            now = going if t == len(noise) else going * chance
            going = going - now
            cost = cost + now * surprise
            is_last = (last == t).float()
            told = is_last * chance.log() + (last > t).float() * (1 - chance).log()
            taught = taught + is_last * surprise - LOUD * told / asked.memory.shape[1]
            entropy = entropy - (choices * choices.clamp_min(1e-9).log()).sum(-1).mean()
        share = max(0.0, 1 - done / TAUGHT)
        mixed = (1 - share) * cost + share * taught
        return mixed.mean(), entropy / len(noise)


def right(
    program: Program, task: Pointers, n: int, spare: int, memories: int, seed: int
) -> float:
    """The share of memories that a program leaves as they should be, by itself.

    It must finish, after at most twice as many steps as the task takes and ten more.
    """
    source = generator(seed, "test")
    asked = task.batch(memories, n, n, task.cells(n) + spare, source)
    good = 0
    for memory, target, steps in zip(*(x.tolist() for x in asked), strict=True):
        moments = program.run_to_its_end(memory, 2 * steps + 10)
        good += moments is not None and moments[-1].memory == target
    return good / memories


@dataclass(frozen=True, kw_only=True)
class StoppingStudy(ArrayStudy):
    """Train one machine a seed and task, and let its program decide when to stop."""

    @property
    def practice(self) -> type[Practice]:
        """What the machines are trained for."""
        return Stopping

    def tested(self, program: Program, system: str, n: int, seed: int) -> float:
        """The share of memories that a program leaves as they should be."""
        return right(program, self.tasks[system], n, self.spare, self.memories, seed)


STUDIES = (
    StoppingStudy(
        name="nram-stopping",
        title="The neural random-access machine that stops by itself",
        keeps="increment",
        trials={
            "increment": Trial(
                MACHINE,
                replace(TRAINING, steps=300),
                replace(CLAIM, task="increment: an array of 50, stopping by itself"),
            )
        },
        tasks={"increment": TASKS["increment"]},
    ),
)
