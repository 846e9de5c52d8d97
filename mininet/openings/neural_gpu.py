"""The row of cells that adds: a linear fit to its carries, inputs and views."""

from __future__ import annotations

import torch
from torch import Tensor

from mininet import live
from mininet.learning import generator
from mininet.live.inputs import Input
from mininet.live.views import View
from mininet.models.neural_gpu import DiagonalNeuralGPU
from mininet.tasks import arithmetic
from mininet.tasks.arithmetic import Addition

MAPS = 24
WAYS = ["left"] * 8 + ["right"] * 8 + ["stays"] * 8
FED_BACK = {name: name for name in ("state", "time", "seen")}


def carry_probe(adder: DiagonalNeuralGPU, digits: int) -> tuple[Tensor, float]:
    """Read the carries off a trained machine's last states, with a linear fit.

    Args:
        adder: it adds numbers of this many digits.
        digits: of each number.

    Returns:
        A weight for each map and one for a constant 1, (M + 1,); and the share of the
        carries of 500 sums that the fit finds, of those it was made on.
    """
    numbers = arithmetic.random_carries(500, digits, generator(0, "probe"))
    with torch.no_grad():
        ends = adder.trace(Addition().ask(*numbers).inputs)[1][-1]  # (B, M, n)
    flat = ends.transpose(1, 2).flatten(0, 1)
    known = torch.cat([flat, torch.ones(len(flat), 1)], 1)
    carried = arithmetic.carries_of(*numbers).flatten().float()
    fit = torch.linalg.lstsq(known, carried[:, None], driver="gelsd")
    probe = fit.solution[:, 0]
    found = (known @ probe > 0.5) == (carried > 0.5)
    return probe, found.float().mean().item()


def dials(probe: Tensor, digits: int) -> dict[str, Input]:
    """Two numbers, what to watch, and the machine's state to begin with.

    What is watched is a weight for each map, for a constant 1, and for the chance that
    the cell gives to a 1, (M + 2,).
    """
    one = torch.eye(MAPS + 2)
    looks = {
        "says a 1": one[MAPS + 1],
        "the carry": torch.cat([probe, torch.zeros(1)]),
    }
    looks |= {f"map {k}, {WAYS[k]}": one[k] for k in range(0, MAPS, 2)}
    positions = digits + 1
    return {
        "a": live.whole(1365, bits=digits, label="first number a"),
        "b": live.whole(683, bits=digits, label="second number b"),
        "watched": live.choice(looks, label="watch"),
        "state": live.constant(torch.zeros(1, MAPS, positions)),
        "time": live.constant(0.0),
        "seen": live.constant(torch.zeros(positions, positions)),
    }


def views(positions: int) -> list[View]:
    """The numbers and the sum; below, all cells, one line a step."""
    return [
        live.heatmap(
            "sums",
            label="both numbers, and the sum",
            role="read",
            across="column",
            names=["a", "b", "it says", "correct"],
        ),
        live.heatmap(
            "seen",
            label="all cells, one line a step",
            axis="step",
            across="column",
            names=[f"step {k}" for k in range(1, positions + 1)],
            height=300,
        ),
        live.text("The numbers are {a} and {b}, and their sum is {total:0}."),
        live.text(
            f"After {{time:0}} steps it says {{right:0}} of the {positions} digits "
            "right with more than half of the chance."
        ),
    ]
