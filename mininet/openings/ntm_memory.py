"""A memory of eight rows, a head's shares of it, and where the head is put."""

from __future__ import annotations

from mininet import live
from mininet.live.inputs import Input
from mininet.live.views import View

ROWS = range(8)


def dials() -> dict[str, Input]:
    """The place of the head, and how widely its attention is spread."""
    return {
        "place": live.slider(0, 7, value=2.4, step=0.05, label="place"),
        "width": live.slider(0.2, 4, value=0.4, step=0.05, label="width"),
    }


def panel(of: str, label: str) -> View:
    """A memory, row by row."""
    return live.heatmap(of, label=label, axis="slot", across="number", names=ROWS)


def shares(role: str) -> View:
    """A head's attention, beside the rows that it falls on."""
    return live.bars("weights", role=role, label="attention", axis="slot", names=ROWS)


def views() -> list[View | list[View]]:
    """The memory, the attention of the read head, and what it reads."""
    shown = live.heatmap(
        "read", label="what is read", across="number", names=["r"], height=56
    )
    return [[panel("memory", "memory"), shares("read")], shown]
