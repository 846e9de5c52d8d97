"""The copying machine: sixteen letters, each a vector of bits, and its two heads."""

from __future__ import annotations

import torch

from mininet import live
from mininet.live.inputs import Input
from mininet.live.views import View
from mininet.models.ntm import NTMState

LETTERS = "abcdefghijklmnop"
PARTS = {
    "memory": "memory",
    "writing": "write_weights",
    "reading": "read_weights",
    "reads": "reads",
}
FED_BACK = {name: name for name in (*PARTS, "answering")}


def symbols() -> dict[str, list[float]]:
    """What the machine sees for a letter, for a dot (now you) and for `_` (nothing).

    Eight bits, -1 or 1, and whether this is the dot.
    """
    bits = torch.Generator().manual_seed(3)
    vectors = torch.randint(2, (16, 8), generator=bits).float() * 2 - 1
    letters = {a: [*v.tolist(), 0.0] for a, v in zip(LETTERS, vectors, strict=True)}
    return letters | {".": [0.0] * 8 + [1.0], "_": [0.0] * 9}


def dials(start: NTMState) -> dict[str, Input]:
    """The sequence that the reader types, and the machine's state to begin with."""
    typed = live.sequence(symbols(), value="made.____", max_length=47, label="sequence")
    parts = {name: live.constant(getattr(start, of)) for name, of in PARTS.items()}
    return {"symbol": typed, **parts, "answering": live.constant(0.0)}


def views(rows: int) -> list[View]:
    """The sequence, its bits, and the row of each head, over time."""
    return [
        live.tape("symbol", role="controller", label="sees"),
        live.heatmap("bits", label="bits: seen, then said", time=True, height=62),
        live.lines(
            ["writes", "looks"],
            roles=["write", "read"],
            labels=["writes", "reads"],
            label="row of each head (the mean over its attention)",
            across="step",
            min=0,
            max=rows,
            time=True,
            height=210,
        ),
    ]
