"""The row of cells that multiplies: its numbers, what to watch, and what is shown."""

from __future__ import annotations

import torch

from mininet import live
from mininet.live.inputs import Input
from mininet.live.views import View

MAPS = 48
WAYS = ["right"] * 16 + ["left"] * 16 + ["stays"] * 16
FED_BACK = {name: name for name in ("state", "time", "seen")}


def dials(digits: int, steps: int) -> dict[str, Input]:
    """Two numbers, what to watch, and the machine's state to begin with.

    What is watched is a weight for each map, and for the chance that the cell gives to
    a 1, (M + 1,).
    """
    one = torch.eye(MAPS + 1)
    looks = {"says a 1": one[MAPS]}
    looks |= {f"map {k}, {WAYS[k]}": one[k] for k in range(0, MAPS, 6)}
    positions = 2 * digits + 1
    return {
        "a": live.whole(3001, bits=digits, label="first number a"),
        "b": live.whole(2717, bits=digits, label="second number b"),
        "watched": live.choice(looks, label="watch"),
        "state": live.constant(torch.zeros(1, MAPS, positions)),
        "time": live.constant(0.0),
        "seen": live.constant(torch.zeros(steps, positions)),
    }


def views(steps: int) -> list[View]:
    """The numbers and the product; below, all cells, one line a step."""
    return [
        live.heatmap(
            "line",
            label="both numbers, what it says, and the product",
            role="read",
            across="position",
            names=["a × b", "it says", "correct"],
        ),
        live.heatmap(
            "seen",
            label="all cells, one line a step",
            axis="step",
            across="position",
            names=[f"step {k}" for k in range(1, steps + 1)],
            height=450,
        ),
        live.text("{a} × {b} = {product:0}"),
        live.text(
            "After {time:0} steps it says {right:0} of the 24 digits right "
            "with more than half of the chance."
        ),
    ]
