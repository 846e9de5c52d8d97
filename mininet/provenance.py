"""Where a measurement comes from: the code, the versions, the machine."""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

import mininet
from mininet.source import digest, hash_file, reached_from

DIGITS = 4  # significant ones, of every number measured
# Code that no measurement depends on, though studies may reach it.
ASIDE = ("sweeps.py", "provenance.py", "results.py", "checkpoints.py")


def versions() -> dict[str, str]:
    """What the numbers were computed with."""
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": version("numpy"),
        "mininet": mininet.__version__,
    }


def cpu_name() -> str:
    """The processor's name, as far as the system tells."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass  # not Linux
    return platform.processor() or platform.machine() or "unknown"


@cache
def code_mark(*modules: str) -> str:
    """Changes when code that these modules use does something else.

    Read once in a process: what is loaded stays, when a file is edited meanwhile.

    Args:
        modules: of the package, by their dotted names.
    """
    home = Path(mininet.__file__).parent
    files = {
        path.relative_to(home).as_posix(): hash_file(path)
        for path in reached_from(*modules, home=home)
    }
    kept = {name: mark for name, mark in files.items() if name not in ASIDE}
    return digest(json.dumps(kept).encode())


def rounded(value: Any) -> Any:
    """A JSON value with all its numbers to four significant digits.

    Raises:
        ValueError: if a number is not finite.
    """
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"a measurement must be finite, got {value}")
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, Mapping):
        return {key: rounded(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(held) for held in value]
    return value
