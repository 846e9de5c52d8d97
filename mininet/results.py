"""Read what the sweeps over seeds measured: the files in `results/`."""

from __future__ import annotations

import json
import tempfile
from difflib import get_close_matches
from pathlib import Path
from textwrap import wrap
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "results"
WIDTH = 72  # letters a line of what is shown


def load(name: str, folder: str | Path = FOLDER) -> dict[str, Any]:
    """All that stands in one result's file: runs, settings, versions, rows.

    Raises:
        ValueError: if there is no such file, or it is not whole; it says which command
            makes it.
    """
    folder = Path(folder)
    path = folder / f"{name}.json"
    again = f"To make it: python -m mininet sweep {name} --seeds 10"
    if not path.is_file():
        there = sorted(p.stem for p in folder.glob("*.json"))
        near = get_close_matches(name, there, n=1)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise ValueError(
            f"no result called {name!r}; there are: {', '.join(there) or 'none'}. "
            f"{hint}{again}"
        )
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path.name} is not whole: {error}. {again}") from None
    if not isinstance(result, dict):
        raise ValueError(f"{path.name} is no result of a sweep. {again}")
    return result


def check_writable(folder: Path, size: int) -> None:
    """Make a folder for results, before anything is computed that belongs there.

    Raises:
        ValueError: if a file of so many bytes cannot be written to it.
    """
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"results need a folder, but {folder} is a file")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(bytes(size))
    except OSError as error:
        raise ValueError(f"cannot write to {folder}: {error.strerror}") from None


def show(*names: str) -> None:
    """Print the rows of each result: which system, and how it did over seeds.

    Lines are broken where a page would cut them, and go on indented.
    """
    for name in names:
        for row in load(name)["rows"]:
            told = f"{row['task']}, {row['system']}: {row['ours']}"
            lines = wrap(told, WIDTH, subsequent_indent="  ", break_on_hyphens=False)
            print("\n".join(lines))
