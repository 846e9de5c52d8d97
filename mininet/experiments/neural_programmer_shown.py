"""How chapter 15 shows a program and its table: the same in all its figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mininet import live
from mininet.live.views import View
from mininet.models.neural_programmer import OPERATIONS

COLUMN = (0.5, -2.0, 1.25, 2.5, -0.75)
CELLS: dict[str, Any] = {"min": -3, "max": 3, "step": 0.25}


def views(steps: int = 4) -> Sequence[View | Sequence[View]]:
    """Of what `told` says, and the table as `cells`; the number where it is said."""
    by_step: dict[str, Any] = {"across": "step", "columns": range(1, steps + 1)}
    return [
        [
            live.heatmap(
                "operations",
                role="controller",
                label="operation",
                names=OPERATIONS,
                **by_step,
            ),
            live.heatmap(
                "rows",
                role="read",
                label="rows selected",
                names=range(1, len(COLUMN) + 1),
                **by_step,
            ),
        ],
        live.symbols(
            "answers",
            role="controller",
            label="it answers with",
            letters=["the number below", "the tinted cells below"],
            axis="answer",
        ),
        live.text("The number is {number:2}.", when="answers"),
        live.table(
            "cells",
            selected="listed",
            role="target",
            label="the column, its listed cells tinted",
            columns=["A"],
        ),
    ]


def table() -> Any:
    """A column of five cells that the reader edits."""
    return live.matrix([[x] for x in COLUMN], columns=["A"], label="table", **CELLS)


def numbers() -> Any:
    """The numbers of a question, x and y; the output `used` says which are used."""
    return live.matrix(
        [[-1.0, 1.5]],
        columns=["x", "y"],
        names=["number"],
        label="its numbers",
        used="used",
        **CELLS,
    )
