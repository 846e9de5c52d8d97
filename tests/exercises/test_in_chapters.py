"""The exercises in their chapters: each brings what it needs, or says what to run."""

from __future__ import annotations

import ast
import builtins
import inspect
import re
import symtable
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from mininet.exercises.checking import Exercise
from tools.chapters import chapters, syntax, tags
from tools.freshness import MAGIC
from tools.notebooks import ROOT, read

Cell = dict[str, Any]


class Placed(NamedTuple):
    """A code cell, the names it needs from others, those it makes, its section."""

    cell: Cell
    needs: set[str]
    makes: set[str]
    section: str  # its heading; empty before the first one


def names(cell: Cell) -> tuple[set[str], set[str]]:
    """The names a cell needs from outside, and those it leaves behind."""
    table = symtable.symtable(MAGIC.sub(r"\1pass", cell["source"]), "cell", "exec")
    makes = {s.get_name() for s in table.get_symbols() if s.is_assigned()}
    makes |= {s.get_name() for s in table.get_symbols() if s.is_imported()}
    return set(wanted(table)) - makes - set(dir(builtins)), makes


def wanted(table: symtable.SymbolTable) -> Iterator[str]:
    """The names read at the top of a cell, or as globals inside its functions."""
    top = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (top or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from wanted(child)


def placed(notebook: dict[str, Any]) -> list[Placed]:
    """The code cells of a chapter in order."""
    section, found = "", []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            headings = re.findall(r"^##+ (.+)$", cell["source"], re.MULTILINE)
            section = headings[-1] if headings else section
        elif cell["cell_type"] == "code":
            found.append(Placed(cell, *names(cell), section))
    return found


def needed(cells: list[Placed], at: int) -> set[int]:
    """The chapter's cells that must have run before the one at a place."""
    found: set[int] = set()
    for name in cells[at].needs:
        makers = [
            k
            for k in range(at)
            if name in cells[k].makes
            and not {"exercise", "solution"} & {*tags(cells[k].cell)}
        ]
        if makers and makers[-1] not in found:
            found |= {makers[-1], *needed(cells, makers[-1])}
    return found


def advice(cells: list[Placed], at: int) -> str:
    """What is amiss with what a find-out cell says of the cells to run before it."""
    before = needed(cells, at)
    said = " ".join(re.findall(r"^# (.+)$", cells[at].cell["source"], re.MULTILINE))
    place = cells[max(before)].section or "first cell" if before else ""
    if not before or ("After a restart: first run" in said and place in said):
        return ""
    return f"cell {cells[at].cell['id']} does not say to run {place!r} first"


CHAPTERS = {path.stem: placed(read(path)) for path in chapters(ROOT)}
STUBS = [
    pytest.param(name, at, id=f"{name}-{cells[at].cell['id']}")
    for name, cells in CHAPTERS.items()
    for at in range(len(cells))
    if "exercise" in tags(cells[at].cell) and "check." in cells[at].cell["source"]
]
FIND_OUT = [
    pytest.param(name, at, id=f"{name}-{cells[at].cell['id']}")
    for name, cells in CHAPTERS.items()
    for at in range(len(cells))
    if "exercise" in tags(cells[at].cell)
    and "check." not in cells[at].cell["source"]
    and "figure" not in cells[at].cell["metadata"].get("mystnb", {})
]


@pytest.mark.parametrize(("name", "at"), STUBS)
def test_a_code_exercise_and_its_solution_run_in_a_kernel_that_has_just_started(
    name: str, at: int
) -> None:
    fresh: dict[str, Any] = {}
    for place in (at, at + 1):
        exec(CHAPTERS[name][place].cell["source"], fresh)
    assert "solution" in tags(CHAPTERS[name][at + 1].cell)


@pytest.mark.parametrize(("name", "at"), STUBS)
def test_a_stub_has_the_arguments_of_its_check_in_their_order(
    name: str, at: int
) -> None:
    cell = CHAPTERS[name][at].cell
    fresh: dict[str, Any] = {}
    exec(cell["source"], fresh)
    calls = [
        node
        for node in ast.walk(syntax(cell))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("check.")
    ]
    assert len(calls) == 1
    exercise = eval(ast.unparse(calls[0].func), fresh)
    assert isinstance(exercise, Exercise)
    stub = eval(ast.unparse(calls[0].args[0]), fresh)
    takes = list(inspect.signature(stub).parameters)
    assert all(list(case.arguments) == takes for case in exercise.cases)


@pytest.mark.parametrize(("name", "at"), FIND_OUT)
def test_a_find_out_cell_says_which_cells_to_run_first(name: str, at: int) -> None:
    assert advice(CHAPTERS[name], at) == ""


def test_each_chapter_has_a_find_out_cell() -> None:
    assert {name for name, _ in (case.values for case in FIND_OUT)} == set(CHAPTERS)


def cell(source: str, kind: str = "code") -> Cell:
    """A cell as a notebook stores it."""
    return {"cell_type": kind, "id": source[:4], "metadata": {}, "source": source}


def test_a_cell_that_does_not_say_what_it_needs_is_told_so() -> None:
    cells = [
        cell("import torch"),
        cell("## Before", "markdown"),
        cell("x = torch.ones(1)"),
    ]
    bare = placed({"cells": [*cells, cell("print(x)")]})
    assert needed(bare, 2) == {0, 1}
    assert advice(bare, 2) == "cell prin does not say to run 'Before' first"
    told = '# After a restart: first run the cells through\n# "Before".\nprint(x)'
    assert advice(placed({"cells": [*cells, cell(told)]}), 2) == ""
    alone = placed({"cells": [*cells, cell("y = 1\nprint(y)")]})
    assert advice(alone, 2) == ""
