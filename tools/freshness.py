"""Do a notebook's stored outputs come from the code as it is now?

When a notebook is executed, its metadata keeps a hash of its code cells and one of
each file it used. Hashes of Python are taken from the syntax tree without docstrings,
so that a comment, a docstring or a line break asks for no new execution.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from mininet import source
from mininet.source import digest

KEY = "mininet"  # in the notebook's metadata


@cache
def hash_python(code: str) -> str:
    """As of `mininet.source`; remembered, for all chapters use the same modules."""
    return source.hash_python(code)


def hash_file(path: Path) -> str:
    """As of `mininet.source`."""
    if path.suffix == ".py":
        return hash_python(path.read_text(encoding="utf-8"))
    return source.hash_file(path)


def hash_cells(notebook: dict[str, Any]) -> str:
    """The hash of all code cells, in order."""
    cells = [hash_python(cell["source"]) for cell in code_cells(notebook)]
    return digest("\n".join(cells).encode())


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """The cells that a run executes: code, and not blank."""
    return [
        cell
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and cell["source"].strip()
    ]


def stamp(notebook: dict[str, Any], root: Path, files: list[str]) -> dict[str, Any]:
    """What to keep in the metadata after an execution that used these files."""
    return {
        "cells": hash_cells(notebook),
        "files": {name: hash_file(root / name) for name in sorted(files)},
    }


def reason_stale(notebook: dict[str, Any], root: Path) -> str | None:
    """Why the stored outputs are not from the current code; None if they are."""
    stored = notebook["metadata"].get(KEY, {})
    if "cells" not in stored or "files" not in stored:
        return "it has not been executed by make notebooks"
    if stored["cells"] != hash_cells(notebook):
        return "its code cells have changed since the outputs were stored"
    for name, expected in stored["files"].items():
        if not (root / name).is_file():
            return f"{name} is gone since the outputs were stored"
        if hash_file(root / name) != expected:
            return f"{name} has changed since the outputs were stored"
    counts = [cell["execution_count"] for cell in code_cells(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        return "its cells were run out of order, or not all of them"
    return None
