"""Execute the book's notebooks in place, or check that their outputs are current.

    python -m tools.notebooks [--force] [NOTEBOOK ...]
    python -m tools.notebooks --check [NOTEBOOK ...]

Without names it takes all in `notebooks/` and `book/`. A notebook whose outputs are
current is left alone, unless forced. One that raises is left as it was.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import re
import sys
import tempfile
import time
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import (
    CellExecutionError,
    CellTimeoutError,
    DeadKernelError,
)

from tools import freshness, outputs

ROOT = Path(__file__).resolve().parent.parent
CELL_SECONDS = 900
# A figure would go to a window, an assertion would not be asked.
NOT_FOR_KERNELS = ("MPLBACKEND", "PYTHONOPTIMIZE", "PYTHONHOME", "PYTHONSTARTUP")
START_RECORDING = "import tools.record_files as _r; _r.start(); del _r"


class NotebookError(Exception):
    """A notebook that cannot be read, or whose cell raises; the message says where."""


def read(path: Path) -> dict[str, Any]:
    """A notebook as plain dictionaries, sources joined to one text each.

    Raises:
        NotebookError: if it is none, or of another format than that of all since 2015.
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        if notebook["nbformat"] != 4:
            raise ValueError(f"it has format {notebook['nbformat']}, not 4")
        return joined(notebook)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise NotebookError(f"{path} is not a notebook: {error}") from None


def joined(notebook: dict[str, Any]) -> dict[str, Any]:
    """The same notebook, with a text for each list of lines; nbformat is slow at it."""

    def join(held: dict[str, Any], *names: str) -> None:
        for name in names:
            if isinstance(held.get(name), list):
                held[name] = "".join(held[name])

    for cell in notebook["cells"]:
        join(cell, "source")
        for output in cell.get("outputs", ()):
            join(output, "text")
            data = output.get("data", {})
            join(data, *(kind for kind in data if not kind.endswith("json")))
    return notebook


def write(notebook: dict[str, Any], path: Path) -> None:
    """Write a notebook: sorted keys, one space of indent, all or nothing.

    Raises:
        NotebookError: if it cannot be written.
    """
    node = nbformat.from_dict(notebook)
    nbformat.validate(node)
    text = nbformat.writes(node).rstrip("\n") + "\n"
    if path.read_text(encoding="utf-8") == text:
        return
    beside = path.with_suffix(".tmp")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise NotebookError(f"{path} cannot be written: {error}") from None


def kernel_settings(root: Path, record: Path, home: Path) -> dict[str, str]:
    """The environment of a kernel that runs the same everywhere."""
    kept = {k: v for k, v in os.environ.items() if k not in NOT_FOR_KERNELS}
    paths = [str(root), str(ROOT), os.environ.get("PYTHONPATH", "")]
    return kept | {
        "IPYTHONDIR": str(home),  # nobody's start-up files
        "JUPYTER_PREFER_ENV_PATH": "1",
        "MATPLOTLIBRC": os.devnull,  # nor anybody's own look of figures
        "MININET_RECORD": str(record),
        "MININET_ROOT": str(root),
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
    }


def stored(root: Path) -> list[Path]:
    """The book's notebooks: its chapters, then the pages that run code."""
    return [*sorted(root.glob("notebooks/*.ipynb")), *sorted(root.glob("book/*.ipynb"))]


def run(notebook: dict[str, Any], folder: Path, root: Path) -> tuple[Any, list[str]]:
    """Execute all cells in a fresh kernel.

    Returns:
        The notebook with its new outputs, and the repository's files it used.

    Raises:
        NotebookError: if a cell raises or takes too long, or the kernel dies.
    """
    node = nbformat.from_dict(copy.deepcopy(notebook))
    with tempfile.TemporaryDirectory() as temporary:
        record = Path(temporary, "files.json")
        client = NotebookClient(
            node,
            timeout=CELL_SECONDS,
            kernel_name="python3",
            record_timing=False,
            shutdown_kernel="immediate",  # an interrupted one would tell of it
            extra_arguments=[
                f"--IPKernelApp.exec_lines={START_RECORDING}",
                "--IPKernelApp.log_level=ERROR",
            ],
            resources={"metadata": {"path": str(folder)}},
        )
        try:
            client.execute(env=kernel_settings(root, record, Path(temporary, "home")))
        except Exception as error:
            # nbclient takes Ctrl-C for itself and ends the kernel. This is how to know,
            # for what it raises afterwards is chance.
            if hasattr(client, "_async_cleanup_kernel_future"):
                raise KeyboardInterrupt from None
            raise in_words(node, error) from None
        told = record.read_text(encoding="utf-8") if record.is_file() else "[]"
        files = json.loads(told)
    return json.loads(nbformat.writes(node, split_lines=False)), files


def in_words(notebook: Any, error: Exception) -> Exception:
    """What went wrong in a run as a NotebookError; anything unforeseen as it is."""
    if isinstance(error, CellExecutionError):
        return NotebookError(describe(notebook, error))
    if isinstance(error, CellTimeoutError):
        return NotebookError(f"a cell ran over {CELL_SECONDS} seconds")
    if isinstance(error, DeadKernelError):
        return NotebookError("the kernel died, which happens when memory runs out")
    return error


def describe(notebook: Any, error: CellExecutionError) -> str:
    """Which cell raised what, with its source and the end of the traceback."""
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", []):
            if output.output_type == "error" and output.ename == error.ename:
                source = re.sub("^", "    | ", cell.source, flags=re.MULTILINE)
                trace = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(output.traceback))
                return f"cell {number} ({cell.id}) raises\n{source}\n{trace[-2000:]}"
    return f"{error.ename}: {error.evalue}"


def torch_version() -> str | None:
    """The installed torch, without the name of its build."""
    try:
        return version("torch").split("+")[0]
    except PackageNotFoundError:
        return None


def execute(path: Path, root: Path) -> None:
    """Execute one notebook and store its outputs, clean, in the same file."""
    old = read(path)
    outputs.tidy(old)
    new, files = run(old, path.parent, root)
    for cell in new["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = outputs.clean(cell["outputs"], root)
            outputs.put_alt(cell)
    new = outputs.name_widgets(new, path.stem)
    outputs.keep_old(new, old)
    outputs.tidy(new)
    stamp = freshness.stamp(new, root, files)
    new["metadata"][freshness.KEY] = stamp | {"torch": torch_version()}
    write(new, path)


def check(paths: list[Path], root: Path) -> int:
    """Print which notebooks are stale and why; the exit code."""
    stale = 0
    for path in paths:
        reason = freshness.reason_stale(read(path), root)
        if reason:
            stale += 1
            print(f"{path.relative_to(root)}: {reason}; run make notebooks")
    if not stale:
        print(f"the outputs of {len(paths)} notebooks are current")
    return 1 if stale else 0


def refresh(paths: list[Path], root: Path, force: bool) -> int:
    """Execute what is stale, or all; stop at the first that raises. The exit code."""
    for path in paths:
        name = path.relative_to(root)
        reason = "forced" if force else freshness.reason_stale(read(path), root)
        if reason is None:
            print(f"{name}: current")
            continue
        print(f"{name}: {reason} ...", flush=True)
        began = time.perf_counter()
        try:
            execute(path, root)
        except NotebookError as error:
            print(f"{name}: left as it was, {error}", file=sys.stderr)
            return 1
        print(f"{name}: executed in {time.perf_counter() - began:.0f} s", flush=True)
    return 0


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.notebooks")
    parser.add_argument("--check", action="store_true", help="only say what is stale")
    parser.add_argument("--force", action="store_true", help="execute current ones too")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    parser.add_argument("notebooks", nargs="*", type=Path)
    given = parser.parse_args(arguments)
    root = given.root.resolve()
    paths = [path.resolve() for path in given.notebooks]
    paths = paths or stored(root)
    try:
        for path in paths:
            if not path.is_relative_to(root):
                raise NotebookError(f"{path} is not in the repository")
        if given.check:
            return check(paths, root)
        return refresh(paths, root, given.force)
    except NotebookError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\ninterrupted; the notebook that ran is as it was", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
