"""Store results and notebooks as another processor would have, to test against.

    python -m tools.elsewhere FOLDER [--by 1e-6]

In a copy of the repository (never in the repository itself) every decimal number that
a computation left behind is moved by about a millionth, up or down: in `results/`, in
trained weights, in the drawings and figures that notebooks store. `make test` in that
copy must pass as it does here. What is printed, and what was measured over seeds, has
few digits: it is rounded as it always is, and so hardly ever changes.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save

from mininet.live.bundle import PLAIN
from mininet.same import COORDINATES
from mininet.source import hash_file
from tools import freshness
from tools.notebooks import ROOT, read, stored, write
from tools.outputs import widget_state

DECIMAL = re.compile(r"\d+\.\d{3,}")  # in a drawing: one that a computation left


IMAGE = re.compile(r'%3Csvg[^"]*')  # a drawing inside an image's address


class Mover:
    """Moves one number after the other by a share of its size, up or down by turns."""

    def __init__(self, by: float) -> None:
        self.by = by

    def number(self, x: float) -> float:
        """The number, moved."""
        self.by = -self.by
        return x * (1 + self.by)

    def value(self, thing: Any) -> Any:
        """A JSON value with all its decimals moved, and the weights in it."""
        if isinstance(thing, dict):
            if thing.get("encoding") == "base64":
                return thing | {"data": self.floats(thing["data"])}
            return {key: self.value(held) for key, held in thing.items()}
        if isinstance(thing, list):
            return [self.value(held) for held in thing]
        return self.number(thing) if isinstance(thing, float) else thing

    def floats(self, data: str) -> str:
        """float32 numbers as a notebook stores them, moved."""
        numbers = np.frombuffer(base64.b64decode(data), dtype="<f4")
        return base64.b64encode(self.array(numbers).tobytes()).decode()

    def array(self, numbers: Any) -> Any:
        """An array, every second number moved up, the others down."""
        signs = np.where(np.arange(numbers.size) % 2, 1.0, -1.0)
        moved = numbers * (1 + self.by * signs.reshape(numbers.shape))
        return moved.astype(numbers.dtype)

    def drawing(self, text: str) -> str:
        """A drawing's coordinates, moved; its words stay."""

        def coordinate(found: re.Match[str]) -> str:
            moved = DECIMAL.sub(lambda m: f"{self.number(float(m[0])):.6f}", found[2])
            return f'{found[1]}="{moved}"'

        return COORDINATES.sub(coordinate, text)


def to_four_digits(text: str) -> float:
    """A number as sweeps store it."""
    return float(f"{float(text):.4g}")


def move_results(folder: Path, move: Mover) -> None:
    """What was measured, to the digits that sweeps store, and the weights beside it."""
    for path in sorted(folder.glob("*.json")):
        result = json.loads(path.read_text(encoding="utf-8"))
        moved = json.dumps(move.value(result["runs"]))
        result["runs"] = json.loads(moved, parse_float=to_four_digits)
        path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    for path in sorted(folder.glob("*.safetensors")):
        with safe_open(path, framework="numpy") as file:
            about = file.metadata()
            weights = {k: move.array(file.get_tensor(k)) for k in file.keys()}  # noqa: SIM118
        path.write_bytes(save(weights, about))


def move_notebook(path: Path, move: Mover) -> None:
    """The drawings of a notebook, and what its figures compute with.

    It is as current as it was: it was executed with the results moved before.
    """
    notebook = read(path)
    files = notebook["metadata"].get(freshness.KEY, {}).get("files", {})
    for name in files:
        if name.startswith("results/"):
            files[name] = hash_file(path.parents[1] / name)
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            for kind, text in data.items():
                if isinstance(text, str):
                    data[kind] = IMAGE.sub(
                        lambda m: quote(move.drawing(unquote(m[0])), safe=PLAIN),
                        move.drawing(text) if "<svg" in text else text,
                    )
    state = widget_state(notebook)
    state.update(move.value(state))
    write(notebook, path)


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.elsewhere")
    parser.add_argument("folder", type=Path, help="a copy of the repository")
    parser.add_argument("--by", type=float, default=1e-6, help="the share (1e-6)")
    given = parser.parse_args(arguments)
    root = given.folder.resolve()
    if root == ROOT or not (root / "notebooks").is_dir():
        print(f"{given.folder} is not a copy of the repository", file=sys.stderr)
        return 2
    move: Mover = Mover(given.by)
    steps: list[tuple[Path, Callable[[Path, Mover], None]]] = [
        (root / "results", move_results),
        *((path, move_notebook) for path in stored(root)),
    ]
    for path, step in steps:
        step(path, move)
        print(f"moved {path.relative_to(root)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
