"""Check the types of the package and of all notebooks, in one run of mypy.

    python -m tools.types

A notebook becomes a module of its code cells, beside the others in mypy's own cache
folder, so that torch is read once for all, by as many processes as there are cores.
What mypy says of a line there is said of the notebook's cell. `pyproject.toml` is
milder to these modules (`cells.*`).
"""

from __future__ import annotations

import os
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

from mypy import api

from mininet.source import MAGIC
from tools.freshness import code_cells
from tools.notebooks import ROOT, NotebookError, read, stored

FOLDER = Path(".mypy_cache", "notebooks", "cells")
SAID = re.compile(r"^(?P<file>[^:\n]+\.py):(?P<line>\d+):", re.MULTILINE)


def module(notebook: dict[str, Any]) -> tuple[str, list[str]]:
    """A notebook's code as one module.

    Returns:
        The module's text, and for each of its lines the place in the notebook.
    """
    lines, places = ["from __future__ import annotations"], ["the first line"]
    for cell in code_cells(notebook):
        source = MAGIC.sub(r"\1pass", cell["source"])
        for number, line in enumerate(source.splitlines(), start=1):
            if line.strip() != "from __future__ import annotations":
                lines.append(line)
                places.append(f"cell {cell['id']}, line {number}")
    return "\n".join(lines) + "\n", places


def name_of(notebook: Path) -> str:
    """The name of a notebook's module: `notebooks_01_rnn`."""
    return re.sub(r"\W", "_", f"{notebook.parent.name}_{notebook.stem}")


def write_modules(root: Path) -> dict[str, tuple[Path, list[str]]]:
    """Write a module for each notebook, where its text is not there already.

    Returns:
        By module file: the notebook, and the place of each line in it.
    """
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    texts, origins = {"__init__.py": ""}, {}
    for path in stored(root):
        text, places = module(read(path))
        texts[f"{name_of(path)}.py"] = text
        origins[f"{FOLDER.as_posix()}/{name_of(path)}.py"] = (
            path.relative_to(root),
            places,
        )
    for gone in {file.name for file in folder.glob("*.py")} - texts.keys():
        (folder / gone).unlink()
    for name, text in texts.items():
        file = folder / name
        if not file.is_file() or file.read_text(encoding="utf8") != text:
            file.write_text(text, encoding="utf8")
    return origins


def told(report: str, origins: dict[str, tuple[Path, list[str]]]) -> str:
    """Mypy's report, with places in notebooks for places in their modules."""

    def place(said: re.Match[str]) -> str:
        if said["file"] not in origins:
            return said[0]
        notebook, places = origins[said["file"]]
        return f"{notebook.as_posix()}: {places[int(said['line']) - 1]}:"

    return SAID.sub(place, report)


def mypy(arguments: list[str]) -> tuple[str, str, int]:
    """Run mypy with a process for each core, or alone where they do not get through.

    By the environment, which a mypy that knows only one process passes over. On a
    machine with much else to do, its processes give each other up after a while.
    """
    os.environ.setdefault("MYPY_NUM_WORKERS", str(min(os.cpu_count() or 1, 4)))
    try:
        return api.run(arguments)
    except OSError:
        os.environ["MYPY_NUM_WORKERS"] = "0"
        return api.run(arguments)


def check(root: Path) -> tuple[str, int]:
    """What mypy says of a repository, and its exit code."""
    origins = write_modules(root)
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf8"))
    files = settings["tool"]["mypy"]["files"]
    report, errors, code = mypy(
        [
            f"--config-file={root / 'pyproject.toml'}",
            f"--cache-dir={root / '.mypy_cache'}",
            *(str(root / file) for file in files),
            *(str(root / file) for file in origins),
        ]
    )
    return told(report.replace(f"{root}/", ""), origins) + errors, code


def main() -> int:
    """Print what is amiss; the exit code."""
    try:
        said, code = check(ROOT)
    except NotebookError as error:
        said, code = f"{error}\n", 2
    print(said, end="", file=sys.stderr if code else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main())
