"""Runs in a notebook's kernel at its start: notes which files the notebook uses.

After every cell the list is written as JSON to the file that MININET_RECORD names. It
holds the modules of `mininet` that are loaded, and every other file below MININET_ROOT
that was opened for reading, but not those that the notebook wrote itself.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from IPython import get_ipython

IGNORED = {".git", ".venv", "_build", "__pycache__", ".ipynb_checkpoints", "tools"}
# How figures are drawn: a test compares the stored pictures with fresh ones, so that a
# new kind of view asks for no execution of chapters that do not use it.
DRAWING = Path("mininet/live/static")


def start() -> None:
    """Begin to record; the kernel calls this once, before the first cell."""
    root = Path(os.environ["MININET_ROOT"]).resolve()
    record = Path(os.environ["MININET_RECORD"])
    opened: set[str] = set()
    written: set[str] = set()

    def on_open(event: str, details: tuple[Any, ...]) -> None:
        if event != "open" or not isinstance(details[0], str | bytes | os.PathLike):
            return
        path, mode, flags = details
        path = os.path.abspath(os.fsdecode(path))
        if mode is None:
            writes = bool(flags & (os.O_WRONLY | os.O_RDWR))
        else:
            writes = any(letter in mode for letter in "wax+")
        (written if writes else opened).add(path)

    def used() -> list[str]:
        modules = {
            str(module.__file__)
            for name, module in list(sys.modules.items())
            if name.split(".")[0] == "mininet" and getattr(module, "__file__", None)
        }
        files = set()
        for name in (opened - written) | modules:
            path = Path(name)
            if path.is_relative_to(root) and path.is_file():
                relative = path.relative_to(root)
                module = relative.suffix == ".py" and name not in modules
                if module or relative.is_relative_to(DRAWING):
                    continue
                if not IGNORED.intersection(relative.parts):
                    files.add(relative.as_posix())
        return sorted(files)

    def after_cell(_: object) -> None:
        record.write_text(json.dumps(used()), encoding="utf-8")

    sys.addaudithook(on_open)
    get_ipython().events.register("post_run_cell", after_cell)
