"""Read what the sweeps over seeds measured: the files in `results/`."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import wrap
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "results"
WIDTH = 72  # letters a line of what is shown


def load(name: str, folder: Path = FOLDER) -> dict[str, Any]:
    """All that stands in one result's file: runs, settings, versions, rows.

    Raises:
        ValueError: if there is no such file; it says which command makes it.
    """
    path = folder / f"{name}.json"
    if not path.is_file():
        there = ", ".join(sorted(p.stem for p in folder.glob("*.json"))) or "none"
        raise ValueError(
            f"no result called {name!r}; there are: {there}. "
            f"To make it: python -m mininet sweep {name} --seeds 10"
        )
    result: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return result


def show(*names: str) -> None:
    """Print the rows of each result: which system, and how it did over seeds.

    Lines are broken where a page would cut them, and go on indented.
    """
    for name in names:
        for row in load(name)["rows"]:
            told = f"{row['task']}, {row['system']}: {row['ours']}"
            lines = wrap(told, WIDTH, subsequent_indent="  ", break_on_hyphens=False)
            print("\n".join(lines))
