"""A sort without a comparison: its priorities, its strength, and what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from mininet import live
from mininet.live.inputs import Input
from mininet.live.views import View

SLOTS: dict[str, Any] = {"axis": "slot", "names": range(6)}


def dials(priorities: Sequence[float]) -> dict[str, Input]:
    """Six priorities and the strength; the memory and the time, to begin with."""
    return {
        "priorities": live.vector(
            priorities,
            min=-1,
            max=1,
            label="priorities",
            names=[str(k) for k in range(6)],
            role="target",
        ),
        "strength": live.slider(
            1, 60, value=40, log=True, label="strength β", role="content"
        ),
        "memory": live.constant(torch.zeros(6, 2)),
        "time": live.constant(0.0),
    }


def views() -> list[View | Sequence[View]]:
    """The memory, the attention now and over time, what is read and what is wanted."""
    return [
        [
            live.heatmap("memory", label="memory after", across="number", **SLOTS),
            live.bars("weights", label="attention", role="content", **SLOTS),
        ],
        live.heatmap(
            "weights", label="attention over time", role="content", time=True, **SLOTS
        ),
        live.lines(
            ["said", "wanted"],
            roles=["read", "target"],
            labels=["read", "wanted"],
            across="step",
            min=-1,
            max=1,
            time=True,
            height=120,
        ),
        live.text("At this step it reads {said:2}; wanted is {wanted:2}."),
    ]
