"""Do a notebook's stored outputs come from the code as it is now?

When a notebook is executed, its metadata keeps a hash of its code cells and one of
each file it used. Hashes of Python are taken from the syntax tree without docstrings,
so that a comment, a docstring or a line break asks for no new execution.
"""

from __future__ import annotations

import ast
import hashlib
import re
from pathlib import Path
from typing import Any

KEY = "mininet"  # in the notebook's metadata
MAGIC = re.compile(r"^(\s*)([%!].*)$", re.MULTILINE)
# Fields that differ between versions of Python, or say nothing about what runs.
SILENT = {"ctx", "kind", "type_comment", "type_ignores", "type_params"}
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def digest(content: bytes) -> str:
    """The first 16 hexadecimal digits of SHA-256."""
    return hashlib.sha256(content).hexdigest()[:16]


def canonical(node: Any) -> str:
    """A syntax tree as text: the same for all versions of Python, no docstrings."""
    if isinstance(node, list):
        return "[" + ",".join(map(canonical, node)) + "]"
    if not isinstance(node, ast.AST):
        return repr(node)
    parts = []
    for name, value in ast.iter_fields(node):
        if name == "body" and isinstance(node, DOCUMENTED):
            value = value[1:] if ast.get_docstring(node, clean=False) else value
        if isinstance(node, ast.JoinedStr):  # Python 3.12 adds empty parts
            value = [part for part in value if getattr(part, "value", None) != ""]
        if name not in SILENT and value is not None and value != []:
            parts.append(f"{name}={canonical(value)}")
    return f"{type(node).__name__}({','.join(parts)})"


def hash_python(source: str) -> str:
    """The hash of what Python code does; of its text, where it is not Python."""
    plain = MAGIC.sub(lambda line: f"{line[1]}__magic__({line[2]!r})", source)
    try:
        return digest(canonical(ast.parse(plain)).encode())
    except SyntaxError:
        return digest(source.encode())


def hash_file(path: Path) -> str:
    """The hash of a file: of what it does if it is Python, else of its bytes."""
    if path.suffix == ".py":
        return hash_python(path.read_text(encoding="utf-8"))
    return digest(path.read_bytes())


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
