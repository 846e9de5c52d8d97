"""How chapter 17 shows a machine: its program as a few lines that a person can read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from mininet.models.nram import ARGUMENTS, CONSTANTS, MODULES, ON_INTEGERS, Program

Seen = tuple[int, ...]  # which registers are 0, by 1
INFIX = {"ADD": "+", "SUB": "-", "LESS": "<", "LEQ": "<=", "EQ": "=="}


class Part(NamedTuple):
    """What a program does wherever one of some patterns of zeros is seen."""

    seen: list[Seen]
    lines: list[str]  # the write, then the registers that matter


def visited(program: Program, asked: Any) -> list[Seen]:
    """The patterns of zeros that a program meets, in the order in which it does.

    Args:
        program: it.
        asked: tasks, as `Pointers.batch` draws them.
    """
    met: dict[Seen, None] = {}
    for memory, steps in zip(asked.memory.tolist(), asked.steps.tolist(), strict=True):
        met |= dict.fromkeys(moment.seen for moment in program.run(memory, steps)[1:])
    return list(met)


def parts(program: Program, seen: Iterable[Seen]) -> list[Part]:
    """A program as lines of Python; wirings that do the same are one part.

    Left out is what changes nothing: modules that nobody listens to, and registers
    whose number reaches no write. (Whether such a register is 0 may still decide which
    part comes next.) All lines of a step happen at once, from what there was before it.
    """
    wirings = {one: Wiring(program, one) for one in seen}
    needed: set[int] = set()
    while True:
        more = {r for each in wirings.values() for r in each.reads(needed)}
        if more <= needed:
            break
        needed |= more
    found: dict[tuple[str, ...], list[Seen]] = {}
    for one, wiring in wirings.items():
        found.setdefault(tuple(wiring.lines(needed)), []).append(one)
    return [Part(patterns, list(lines)) for lines, patterns in found.items()]


class Wiring:
    """One wiring of a program: who listens to whom, where some registers are 0."""

    def __init__(self, program: Program, seen: Seen) -> None:
        left = iter(program.wirings[seen])
        self.of = {n: [next(left) for _ in range(ARGUMENTS[n])] for n in MODULES}
        self.next = list(left)
        self.seen, self.registers = seen, program.registers

    def reads(self, needed: Iterable[int]) -> set[int]:
        """The registers whose numbers the write and these registers are made of."""
        made = [*self.of["WRITE"], *(self.next[r] for r in needed)]
        terms = " ".join(str(self.said(one)) for one in made)
        return {int(r) - 1 for r in re.findall(r"\br(\d+)", terms)}

    def lines(self, needed: Iterable[int]) -> list[str]:
        """The write, and these registers where they change."""
        pointer, value = (str(self.said(one)) for one in self.of["WRITE"])
        told = [f"memory[{pointer}] = {value}"]
        for r in sorted(needed):
            new = str(self.said(self.next[r]))
            if new != (f"r{r + 1}" if not self.seen[r] else "0"):
                told.append(f"r{r + 1} = {new}")
        return told

    def said(self, source: int) -> int | str:
        """A register's or module's number, where it is known, or how it is made."""
        if source < self.registers:
            return 0 if self.seen[source] else f"r{source + 1}"
        name = MODULES[source - self.registers]
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name == "WRITE":
            return 0
        return _made(name, *(self.said(one) for one in self.of[name]))


def _made(name: str, *given: int | str) -> int | str:
    """A module's result, shorter where that is the same for all numbers."""
    if name == "READ":
        return f"memory[{given[0]}]"
    known = [one for one in given if isinstance(one, int)]
    if len(known) == len(given) and min(result := [ON_INTEGERS[name](*known)]) >= 0:
        return result[0]
    if name in ("INC", "DEC"):
        return _made({"INC": "ADD", "DEC": "SUB"}[name], given[0], 1)
    a, b = given
    if name in ("ADD", "SUB") and b == 0:
        return a
    if name == "ADD" and a == 0:
        return b
    if name in ("MIN", "MAX") and a == b:
        return a
    if name in ("MIN", "MAX") and 0 in given:
        return 0 if name == "MIN" else a if b == 0 else b
    if name in INFIX:
        return f"{_inner(a)} {INFIX[name]} {_inner(b)}"
    return f"{name.lower()}({a}, {b})"


def _inner(one: int | str) -> str:
    """In brackets, where it is a sum or a comparison itself."""
    text, depth = str(one), 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if letter == " " and not depth:
            return f"({text})"
    return text


class Number(int):
    """An integer that counts mod M."""

    M: int

    @classmethod
    def mod(cls, M: int) -> type[Number]:
        """Numbers below M."""
        return type("Number", (cls,), {"M": M})

    def __new__(cls, value: int) -> Number:
        """The number, mod M."""
        return super().__new__(cls, value % cls.M)

    def __add__(self, other: int) -> Number:
        """The sum, mod M."""
        return type(self)(int(self) + int(other))

    def __sub__(self, other: int) -> Number:
        """The difference, mod M."""
        return type(self)(int(self) - int(other))


def after(
    part: Part, registers: list[int], memory: list[int]
) -> tuple[list[int], list[int]]:
    """Registers and memory after a part's lines, which are run as Python, mod M.

    A register that no line names stays as it is.
    """
    number = Number.mod(len(memory))
    held, cells = [list(map(number, part)) for part in (registers, memory)]
    known: dict[str, Any] = {f"r{k + 1}": one for k, one in enumerate(held)}
    known |= {"memory": list(cells), "N": number, "min": min, "max": max}
    for line in part.lines:
        name, term = line.split(" = ", 1)
        made = number(_value(term, known))
        if name[0] == "r":
            held[int(name[1:]) - 1] = made
        else:
            cells[_value(name[len("memory[") : -1], known)] = made
    return list(map(int, held)), list(map(int, cells))


def follow(
    parts: Sequence[Part], registers: int, memory: list[int], steps: int
) -> list[list[int]]:
    """The memory before the first step and after each one, by the lines alone.

    In each step the part is done that is for the zeros among the registers, and if
    there is none, the last one: a register that no line names is not followed.

    Args:
        parts: of a program.
        registers: R.
        memory: to begin with.
        steps: how many.
    """
    held, kept = [0] * registers, [list(memory)]
    for _ in range(steps):
        seen = tuple(int(one == 0) for one in held)
        part = next((one for one in parts if seen in one.seen), parts[-1])
        held, cells = after(part, held, kept[-1])
        kept.append(cells)
    return kept


def _value(term: str, known: dict[str, Any]) -> Any:
    """What a term of a program is: its numerals count mod M as well."""
    return eval(re.sub(r"\b\d+\b", r"N(\g<0>)", term), {"__builtins__": {}}, known)
