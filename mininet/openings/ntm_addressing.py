"""A head's address, stage by stage: its dials and what each stage gives."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from mininet import live
from mininet.live.views import View

ROWS: dict[str, Any] = {"axis": "row", "names": range(8)}


def dials(memory: Tensor, before: Tensor, key: Tensor) -> dict[str, Any]:
    """The memory, where the head was, and the five dials.

    Args:
        memory: (8, M), constant.
        before: the attention of the step before, (8,), constant.
        key: what the head looks for at first, (M,).
    """
    return {
        "memory": live.constant(memory),
        "before": live.constant(before),
        "key": live.vector(key, min=-1, max=1, label="key k", role="content"),
        "strength": live.slider(
            0, 20, value=5, step=0.1, label="strength β", role="content"
        ),
        "gate": live.slider(0, 1, value=0.7, label="gate g"),
        "move": live.slider(
            -1, 1, value=0.6, step=0.02, label="shift s", role="location"
        ),
        "sharpness": live.slider(
            1, 10, value=1.5, step=0.1, label="sharpness γ", role="read"
        ),
    }


def views() -> list[View]:
    """The memory, and the attention before and after each of the four stages."""
    return [
        live.heatmap("memory", label="memory", across="number", **ROWS),
        live.bars("before", role="location", label="before", **ROWS),
        live.bars("content", role="content", label="1 content", **ROWS),
        live.bars("gated", role="controller", label="2 mixed", **ROWS),
        live.bars("shifted", role="location", label="3 shifted", **ROWS),
        live.bars("weights", role="read", label="4 sharpened", **ROWS),
    ]
