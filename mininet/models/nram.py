"""The neural random-access machine: modules on integers, and who is wired to whom.

Kurach, Andrychowicz and Sutskever (2015). A register holds a distribution over the
integers 0 to M - 1, and so does each cell of the memory; an integer can be the address
of a cell. At each step a small network sees of each register the chance that it holds
zero, no more. It decides which of the registers and of the modules before it each
module takes as arguments, and what each register holds next. In training a decision is
a softmax; in use it is the likeliest, and the machine is a program.

The machine reads nothing from outside while it runs, so it has no inputs (T, B, D): it
does not follow `Recurrent`, whose step takes one. Its steps are `step(state)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from mininet.recurrent import check_sizes

MODULES = tuple("READ ZERO ONE TWO INC ADD SUB DEC LESS LEQ EQ MIN MAX WRITE".split())
CONSTANTS = {"ZERO": 0, "ONE": 1, "TWO": 2}
ON_INTEGERS: dict[str, Callable[..., int]] = {
    "INC": lambda a: a + 1,
    "DEC": lambda a: a - 1,
    "ADD": lambda a, b: a + b,
    "SUB": lambda a, b: a - b,
    "LESS": lambda a, b: int(a < b),
    "LEQ": lambda a, b: int(a <= b),
    "EQ": lambda a, b: int(a == b),
    "MIN": min,
    "MAX": max,
}
ARGUMENTS = {
    name: 0 if name in CONSTANTS else 1 if name in ("READ", "INC", "DEC") else 2
    for name in MODULES
}
Table = np.ndarray[Any, np.dtype[np.float32]]
Select = Callable[[Tensor], Tensor]  # scores (..., n) to weights that sum to 1
NEVER = -1e9  # the score of a source that comes later


class NRAMState(NamedTuple):
    """What the machine carries: distributions over 0 to M - 1, in the last axis."""

    registers: Tensor  # (B, R, M)
    memory: Tensor  # of each cell, (B, M, M)


def soft(scores: Tensor) -> Tensor:
    """A decision with a slope: the softmax."""
    return torch.softmax(scores, -1)


def hard(scores: Tensor) -> Tensor:
    """A decision: all for the largest."""
    places = torch.arange(scores.shape[-1], device=scores.device)
    return (places == scores.argmax(-1, keepdim=True)).to(scores.dtype)


def one_hot(numbers: Tensor, M: int) -> Tensor:
    """Integers from 0 to M - 1 as sure distributions: (...) to (..., M)."""
    return (numbers.unsqueeze(-1) == torch.arange(M)).float()


@cache
def table_of(name: str, M: int) -> Table:
    """A module's table: 1 where the arguments give the number of the last axis.

    Args:
        name: a module of one or two numbers.
        M: how many integers there are; results count mod M.

    Returns:
        (M, M) of one number, (M, M, M) of two.
    """
    results = np.zeros((M,) * ARGUMENTS[name], dtype=int)
    for numbers in np.ndindex(results.shape):
        results[numbers] = ON_INTEGERS[name](*numbers) % M
    table: Table = (results[..., None] == np.arange(M)).astype(np.float32)
    return table


def applied(table: Tensor, *arguments: Tensor) -> Tensor:
    """A function of integers on distributions of them (Kurach et al. 2015, eq. 1).

        P(c) = sum of P(a) P(b) over all a, b whose result is c

    Args:
        table: (M, M), or (M, M, M) for two arguments.
        arguments: one or two, (B, M).
    """
    if len(arguments) == 1:
        return arguments[0] @ table
    a, b = arguments
    pairs = (a.unsqueeze(-1) * b.unsqueeze(-2)).flatten(-2)  # (B, M * M)
    return pairs @ table.flatten(0, 1)


def read(memory: Tensor, pointer: Tensor) -> Tensor:
    """What stands where a pointer points: cells (B, M, M), pointer (B, M)."""
    return (pointer.unsqueeze(-2) @ memory).squeeze(-2)


def write(memory: Tensor, pointer: Tensor, value: Tensor) -> Tensor:
    """The memory after a value is put where a pointer points."""
    share = pointer.unsqueeze(-1)  # how much each cell is meant, (B, M, 1)
    return (1 - share) * memory + share * value.unsqueeze(-2)


def execute(choices: Tensor, state: NRAMState) -> tuple[NRAMState, Tensor]:
    """One step of the circuit (Kurach et al. 2015, section 3).

    Args:
        choices: for each decision, weights of the sources, (B, decisions, R + 14):
            first those of the modules' arguments, then those of the registers.
        state: before it.

    Returns:
        The state after it; and all sources, the old registers and what the modules
        said, (B, R + 14, M).
    """
    registers, memory = state
    M = memory.shape[-1]
    numbers = torch.eye(M)
    sources, used = registers, 0
    for name in MODULES:
        wanted = choices[..., used : used + ARGUMENTS[name], : sources.shape[-2]]
        used += ARGUMENTS[name]
        arguments = (wanted @ sources).unbind(-2)
        if name in CONSTANTS:
            said = numbers[CONSTANTS[name] % M].expand_as(registers[..., 0, :])
        elif name == "READ":
            said = read(state.memory, *arguments)
        elif name == "WRITE":
            memory = write(memory, *arguments)
            said = numbers[0].expand_as(registers[..., 0, :])
        else:
            said = applied(torch.from_numpy(table_of(name, M)), *arguments)
        sources = torch.cat([sources, said.unsqueeze(-2)], -2)
    return NRAMState(choices[..., used:, :] @ sources, memory), sources


class Moment(NamedTuple):
    """Registers and memory as integers, and which wiring made them."""

    registers: list[int]
    memory: list[int]
    seen: tuple[int, ...] = ()  # which registers were 0 before


class Program(NamedTuple):
    """A machine whose decisions are made: it runs on Python's integers.

    Attributes:
        wirings: the source of each decision, for each pattern of zeros: 1 where a
            register is 0.
        finishes: whether it finishes after that step.
        registers: R.
    """

    wirings: dict[tuple[int, ...], list[int]]
    finishes: dict[tuple[int, ...], bool]
    registers: int

    def step(self, moment: Moment) -> Moment:
        """The circuit once, on integers."""
        registers, memory, M = moment.registers, list(moment.memory), len(moment.memory)
        seen = tuple(int(r == 0) for r in registers)
        sources, wiring = list(registers), iter(self.wirings[seen])
        for name in MODULES:
            given = [sources[next(wiring)] for _ in range(ARGUMENTS[name])]
            if name == "READ":
                said = moment.memory[given[0]]
            elif name == "WRITE":
                memory[given[0]], said = given[1], 0
            elif name in CONSTANTS:
                said = CONSTANTS[name]
            else:
                said = ON_INTEGERS[name](*given)
            sources.append(said % M)
        return Moment([sources[k] for k in wiring], memory, seen)

    def run(self, memory: list[int], steps: int) -> list[Moment]:
        """What there is before the first step and after each of so many."""
        moments = [Moment([0] * self.registers, memory)]
        for _ in range(steps):
            moments.append(self.step(moments[-1]))
        return moments

    def run_to_its_end(self, memory: list[int], most: int) -> list[Moment] | None:
        """The same until it finishes; None if it does not within so many steps."""
        moments = [Moment([0] * self.registers, memory)]
        while len(moments) <= most:
            moments.append(self.step(moments[-1]))
            if self.finishes[moments[-1].seen]:
                return moments
        return None


class NRAM(nn.Module):
    """A controller that wires 14 modules and R registers anew at each step.

        z = P(register = 0), one number for each register
        scores = W_2 relu(W_1 z + b_1) + b_2
        chance to finish after this step = sigmoid(w relu(W_1 z + b_1) + b)

    A decision is between the R registers and those modules that come before: a module
    may use what earlier ones say in the same step, a register what any of them says.

    Args:
        registers: R.
        hidden_size: units of the controller.
    """

    mask: Tensor

    def __init__(self, registers: int = 4, hidden_size: int = 32) -> None:
        super().__init__()
        check_sizes(registers=registers, hidden_size=hidden_size)
        self.registers, self.hidden_size = registers, hidden_size
        sources = registers + len(MODULES)
        known = [
            registers + n
            for n, name in enumerate(MODULES)
            for _ in range(ARGUMENTS[name])
        ] + [sources] * registers
        self.decisions = len(known)
        later = torch.arange(sources) >= torch.tensor(known).unsqueeze(1)
        self.register_buffer("mask", NEVER * later, persistent=False)
        self.look = nn.Linear(registers, hidden_size)  # W_1, b_1
        self.wire = nn.Linear(hidden_size, self.decisions * sources)  # W_2, b_2
        self.end = nn.Linear(hidden_size, 1)  # w, b
        nn.init.normal_(self.look.weight)
        nn.init.normal_(self.look.bias, std=0.5)
        nn.init.normal_(self.wire.weight, std=hidden_size**-0.5)
        nn.init.normal_(self.wire.bias)
        nn.init.normal_(self.end.weight, std=0.1)
        nn.init.constant_(self.end.bias, -2.0)

    def start(self, memory: Tensor) -> NRAMState:
        """Every register at 0; the memory as integers (B, M)."""
        M = memory.shape[-1]
        zeros = memory.new_zeros(*memory.shape[:-1], self.registers)
        return NRAMState(one_hot(zeros, M), one_hot(memory, M))

    def decide(self, registers: Tensor) -> Tensor:
        """The scores of all decisions, from registers (B, R, M)."""
        seen = torch.relu(self.look(registers[..., 0]))
        scores: Tensor = self.wire(seen).unflatten(-1, (self.decisions, -1))
        return scores + self.mask

    def finish(self, registers: Tensor) -> Tensor:
        """The chance that this step is the last, (B,)."""
        seen = torch.relu(self.look(registers[..., 0]))
        return torch.sigmoid(self.end(seen)).squeeze(-1)

    def step(self, state: NRAMState, select: Select = hard) -> NRAMState:
        """Look, decide, and run the circuit."""
        return execute(select(self.decide(state.registers)), state)[0]

    def program(self) -> Program:
        """What it does when each decision is for the likeliest."""
        patterns = list(product((0, 1), repeat=self.registers))
        looks = torch.tensor(patterns).unsqueeze(2).float()  # P(register = 0): 0 or 1
        with torch.no_grad():
            wirings = self.decide(looks).argmax(-1).tolist()
            finishes = (self.finish(looks) > 0.5).tolist()
        return Program(
            dict(zip(patterns, wirings, strict=True)),
            dict(zip(patterns, finishes, strict=True)),
            self.registers,
        )

    def trace(
        self, state: NRAMState, steps: int, select: Select = hard
    ) -> Sequence[NRAMState]:
        """The states before the first step and after each one."""
        states = [state]
        for _ in range(steps):
            states.append(self.step(states[-1], select))
        return states
