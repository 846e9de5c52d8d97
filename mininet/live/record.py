"""What torch computes for a figure, written down for the test of the built book.

Where the environment names a folder in `MININET_FIGURES`, each figure that is made
leaves a file there: its description, its program, and torch's outputs for many settings
of its controls. The notebooks' own test run fills the folder; a browser then computes
the same.
"""

from __future__ import annotations

import base64
import json
import os
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mininet.live.description import Description

FOLDER = "MININET_FIGURES"


def combinations(spec: Mapping[str, Any], count: int = 12) -> list[dict[str, Any]]:
    """Every control over its whole range alone, then random values for all of them."""
    draw = random.Random(0)
    controls = spec["controls"]
    alone = [{c["name"]: value} for c in controls for value in _whole_range(c)]
    together = [{c["name"]: _anything(c, draw) for c in controls} for _ in range(count)]
    return alone + together


def _whole_range(control: Mapping[str, Any]) -> list[Any]:
    if control["kind"] == "slider":
        low, high = control["min"], control["max"]
        return [low + (high - low) * i / 20 for i in range(21)]
    if control["kind"] == "choice":
        return list(control["options"])
    if control["kind"] == "vector":
        n = len(control["value"])
        return [[control["min"]] * n, [control["max"]] * n, [0.0] * n]
    if control["kind"] == "whole":
        bits = control["bits"]
        powers = [2**i for i in range(0, bits, max(1, bits // 16))]
        return [str(x) for x in (0, *powers, 2**bits - 1)]
    return [_typed(control, [s]) for s in control["alphabet"]] + [
        _typed(control, [control["alphabet"][0]] * control["most"])
    ]


def _anything(control: Mapping[str, Any], draw: random.Random) -> Any:
    if control["kind"] == "choice":
        return draw.choice(control["options"])
    if control["kind"] == "vector":
        return [draw.uniform(control["min"], control["max"]) for _ in control["value"]]
    if control["kind"] == "sequence":
        length = draw.randint(1, control["most"])
        return _typed(control, draw.choices(control["alphabet"], k=length))
    if control["kind"] == "whole":
        return str(draw.getrandbits(control["bits"]))
    return draw.uniform(control["min"], control["max"])


def _typed(control: Mapping[str, Any], symbols: list[str]) -> str:
    single = all(len(symbol) == 1 for symbol in control["alphabet"])
    return ("" if single else " ").join(symbols)


def record(description: Description, name: str) -> None:
    """Leave a figure's file, where the environment asks for it."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return
    cases = []
    for values in combinations(description.spec):
        steps = description.compute(values)
        plain = [{k: _texts(v) for k, v in outputs.items()} for outputs in steps]
        cases.append({"values": values, "steps": plain})
    content = {
        "spec": description.spec,
        "first": description.first,
        "graph": description.program.graph,
        "weights": base64.b64encode(description.program.weights).decode(),
        "cases": cases,
    }
    Path(folder).mkdir(parents=True, exist_ok=True)
    Path(folder, f"{name}.json").write_text(json.dumps(content), encoding="utf8")


def _texts(value: Any) -> list[str]:
    """Numbers as text, for JSON has no infinity."""
    return [repr(x) for x in value.flatten().tolist()]
