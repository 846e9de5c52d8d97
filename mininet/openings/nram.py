"""The machine that reverses an array: what the reader types, and what is seen."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from mininet import live
from mininet.experiments.nram_shown import Part
from mininet.live.inputs import Input
from mininet.live.views import View
from mininet.models.nram import NRAM, NRAMState, execute, hard

M = 13  # integers, and so many cells
LONGEST = 5  # numbers of the array
SHADE = 0.4  # so that the number in the cell can be read
FED_BACK = {name: name for name in ("memory", "registers", "step", "runs")}


def laid(array: Tensor) -> Tensor:
    """The memory of the task, (1, M): the pointer, and the array up to its first 0.

    Args:
        array: typed numbers, (LONGEST, 1).
    """
    array = array.T
    is_there = ((array == 0).float().cumsum(1) == 0).float()
    pointer = is_there.sum(1, keepdim=True) + 1
    rest = torch.zeros(1, M - LONGEST - 1)
    return torch.cat([pointer, array * is_there, rest], 1)


def steps_of(cells: Tensor) -> Tensor:
    """How many steps a memory takes, a number: as its pointer says; 0 with no array.

    Args:
        cells: the memory of the task, (1, M).
    """
    return cells[0, 0] * (cells[0, 1] > 0).float()


def step_of(
    machine: NRAM, state: NRAMState, is_on: Tensor
) -> tuple[NRAMState, dict[str, Tensor]]:
    """A step of hard decisions, and what is shown of it.

    Args:
        machine: it.
        state: before the step, of one machine.
        is_on: 1, or 0 where it stands still.

    Returns:
        The state after it; and memory and registers before and after as numbers, the
        cell that is read and the one that is written, (M,).
    """
    wiring = hard(machine.decide(state.registers))
    done, sources = execute(wiring, state)
    after = NRAMState(
        is_on * done.registers + (1 - is_on) * state.registers,
        is_on * done.memory + (1 - is_on) * state.memory,
    )
    R, to_write = machine.registers, machine.decisions - machine.registers - 2
    numbers = torch.arange(float(M))
    return after, {
        "addresses": numbers,
        "before": state.memory[0] @ numbers,
        "after": after.memory[0] @ numbers,
        "looks": SHADE * is_on * (wiring[0, 0, :R] @ sources[0, :R]),
        "writes": SHADE * is_on * (wiring[0, to_write] @ sources[0]),
        "kept": torch.cat([state.registers, after.registers]) @ numbers,
    }


def dials(registers: int, lines: int) -> dict[str, Input]:
    """The array, and the machine's state to begin with."""
    zero = torch.eye(M)[0]
    return {
        "array": live.matrix(
            [[7], [2], [9], [4], [5]],
            min=0,
            max=M - 1,
            names=[f"A[{k}]" for k in range(LONGEST)],
            columns=["number"],
            label="array A",
        ),
        "memory": live.constant(zero.expand(1, M, -1)),
        "registers": live.constant(zero.expand(1, registers, -1)),
        "step": live.constant(0.0),
        "runs": live.constant(torch.zeros(lines, 1)),
    }


def views(parts: Sequence[Part], registers: int) -> list[View]:
    """Memory before and after the step, the registers, and the lines that ran."""
    lines = [line for part in parts for line in part.lines]
    return [
        live.tape("addresses", role="muted", label="address of the cell"),
        live.tape(
            "before",
            role="read",
            label="memory before: shaded, what is read",
            attention="looks",
        ),
        live.tape(
            "after",
            role="write",
            label="memory after: shaded, what is written",
            attention="writes",
        ),
        live.table(
            "runs",
            selected="active",
            label="the program: tinted, the lines of this step",
            role="controller",
            names=lines,
            columns=["times run"],
        ),
        live.table(
            "kept",
            label="registers",
            role="controller",
            names=["before", "after"],
            columns=[f"r{k + 1}" for k in range(registers)],
        ),
        live.text("Steps done: {step:0} of {steps:0}."),
    ]
