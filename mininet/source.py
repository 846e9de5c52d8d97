"""What Python code does, as a hash: comments, docstrings and line breaks aside."""

from __future__ import annotations

import ast
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parent
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


def reached_from(*modules: str, home: Path = PACKAGE) -> list[Path]:
    """All files of the package that these modules of it use, directly or not.

    Found in the source, without importing anything: modules that an import statement
    names, wherever it stands, the packages they lie in, and files beside a module that
    it names in a string.

    Args:
        modules: dotted names, such as `mininet.experiments.adding`; those that are not
            of the package are passed over.
        home: the folder of the package.
    """
    found: dict[Path, None] = {}
    waiting = list(modules)
    while waiting:
        for path in _files_of(waiting.pop(), home):
            if path not in found:
                found[path] = None
                names, strings = _named_in(path.read_text(encoding="utf-8"))
                waiting += names
                for one in strings & {near.name for near in path.parent.iterdir()}:
                    if (path.parent / one).is_file():
                        found[path.parent / one] = None
    return sorted(found)


def _files_of(module: str, home: Path) -> list[Path]:
    """The module's file and those of the packages around it; none if not of ours.

    The last part may as well be the name of something inside the module.
    """
    first, *parts = module.split(".")
    if first != home.name:
        return []
    folder, files = home, [home / "__init__.py"]
    for part in parts:
        folder = folder / part
        files += [folder.with_suffix(".py"), folder / "__init__.py"]
    return [path for path in files if path.is_file()]


@cache
def _named_in(source: str) -> tuple[list[str], set[str]]:
    """Modules that a source imports, by their full names, and its strings."""
    names, strings = [], set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            strings.add(node.value)
    return names, strings
