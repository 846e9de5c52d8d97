"""What torch computes for a figure, written down for the test of the built book.

Where the environment names a folder in `MININET_FIGURES`, each figure that is made
leaves a file there: its description, its program, its first picture, and torch's
outputs for many settings of its controls. The notebooks' own test run fills the folder;
the page's modules then compute the same.
"""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from mininet.live.description import Description

FOLDER = "MININET_FIGURES"


def settings(description: Description, count: int = 12) -> list[dict[str, Any]]:
    """Every control over its whole range alone, then random values for all of them."""
    draw = Random(0)
    alone = [
        {name: value}
        for name, each in description.inputs.items()
        if each.moved
        for value in each.whole_range()
    ]
    return alone + [description.random(draw) for _ in range(count)]


def record(description: Description, name: str) -> None:
    """Leave a figure's file, where the environment asks for it."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return
    cases = [
        {
            "values": values,
            "steps": [
                {k: packed(v.numpy()) for k, v in outputs.items()}
                for outputs in description.compute(values)
            ],
        }
        for values in settings(description)
    ]
    content = {
        "spec": description.spec,
        "graph": description.program.graph,
        "weights": base64.b64encode(description.program.weights).decode(),
        "picture": description.picture(),
        "cases": cases,
    }
    Path(folder).mkdir(parents=True, exist_ok=True)
    path = Path(folder, f"{name}-{os.getpid()}.json")  # other notebooks have that name
    path.write_text(json.dumps(content), encoding="utf8")


def packed(values: Any) -> str:
    """Numbers as float32 in text: JSON has no infinity."""
    return base64.b64encode(np.asarray(values, "<f4").tobytes()).decode()


def unpacked(text: str) -> Any:
    """The numbers again, flat."""
    return np.frombuffer(base64.b64decode(text), "<f4")
