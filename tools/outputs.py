"""What a notebook printed, made the same on every machine and every run.

The functions take away what only this run knows: where the repository lies, the number
of the process, the random names of widgets. So a new execution leaves a small
difference in the file.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
import sysconfig
from pathlib import Path
from typing import Any

Output = dict[str, Any]
Notebook = dict[str, Any]

TEMPORARY_CELL = re.compile(r"\S*[/\\]ipykernel_\d+[/\\]\d+\.py")
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")
COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
WIDGETS = "application/vnd.jupyter.widget-state+json"
LANGUAGE = {"file_extension": ".py", "name": "python", "pygments_lexer": "ipython3"}
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def without_places(text: str, root: Path) -> str:
    """Text without the absolute paths of this machine, and without addresses."""
    text = TEMPORARY_CELL.sub("cell", text)
    for name in ("purelib", "stdlib"):
        text = text.replace(sysconfig.get_path(name) + "/", "")
    return ADDRESS.sub("at 0x…", text.replace(f"{root}/", ""))


def last_line_shown(text: str) -> str:
    """What a terminal would still show: a carriage return starts the line anew."""
    lines = COLOUR.sub("", text.replace("\r\n", "\n")).split("\n")
    shown = [[part for part in line.split("\r") if part.strip()] for line in lines]
    return "\n".join(parts[-1].rstrip() if parts else "" for parts in shown)


def merge_streams(outputs: list[Output]) -> list[Output]:
    """One stream of each name between two other outputs: progress, then print.

    How the kernel cuts and mixes the two is chance, so errors' stream comes first.
    """
    merged: list[Output] = []
    run: dict[str, str] = {}

    def flush() -> None:
        for name in ("stderr", "stdout"):
            if run.get(name, "").strip():
                text = run[name]
                merged.append({"name": name, "output_type": "stream", "text": text})
        run.clear()

    for output in outputs:
        if output["output_type"] == "stream":
            run[output["name"]] = run.get(output["name"], "") + output["text"]
        else:
            flush()
            merged.append(output)
    flush()
    return merged


def clean(outputs: list[Output], root: Path) -> list[Output]:
    """A cell's outputs, cleaned."""
    cleaned = merge_streams(outputs)
    for output in cleaned:
        if output["output_type"] == "stream":
            text = without_places(output["text"], root)
            output["text"] = last_line_shown(text)
        for kind, content in output.get("data", {}).items():
            if kind.startswith("text/") and isinstance(content, str):
                output["data"][kind] = without_places(content, root)
    return cleaned


def put_alt(cell: dict[str, Any]) -> None:
    """Let a picture's plain text say what it shows: some viewers show only that."""
    alt = cell["metadata"].get("mystnb", {}).get("image", {}).get("alt")
    for output in cell["outputs"]:
        data = output.get("data", {})
        if alt and "image/svg+xml" in data:
            data["text/plain"] = " ".join(alt.split())


def telling(outputs: list[Output]) -> list[Output]:
    """The outputs that must not change from run to run: all but the progress."""
    kept = [dict(output) for output in outputs if output.get("name") != "stderr"]
    for output in kept:
        output.pop("execution_count", None)
    return kept


def keep_old(notebook: Notebook, old: Notebook) -> None:
    """Where a cell's code is the same and its results are, keep those it had.

    Results are the same if they differ in the last digits of their numbers alone, as
    they do from one processor to the next. So an execution elsewhere changes no file.
    """
    from mininet.same import same  # needs NumPy, which reading a notebook does not

    before = {cell["id"]: cell for cell in old["cells"] if cell["cell_type"] == "code"}
    for cell in notebook["cells"]:
        was = before.get(cell["id"])
        if (
            cell["cell_type"] != "code"
            or was is None
            or cell["source"] != was["source"]
        ):
            continue
        now, then = cell["outputs"], was["outputs"]
        if len(now) == len(then) and same(telling(now), telling(then)):
            cell["outputs"] = copy.deepcopy(then)
            for output in cell["outputs"]:
                if "execution_count" in output:
                    output["execution_count"] = cell["execution_count"]
    state, past = widget_state(notebook), widget_state(old)
    for name in state.keys() & past.keys():
        if same(state[name], past[name]):
            state[name] = copy.deepcopy(past[name])


def widget_state(notebook: Notebook) -> dict[str, Any]:
    """The stored state of a notebook's widgets, by their names; empty without any."""
    stored = notebook["metadata"].get("widgets", {}).get(WIDGETS, {})
    state: dict[str, Any] = stored.get("state", {})
    return state


def name_widgets(notebook: Notebook, name: str) -> Notebook:
    """Give widgets names that are the same in every run, in place of random ones."""
    state = widget_state(notebook)
    if not state:
        notebook["metadata"].pop("widgets", None)
        return notebook
    text = json.dumps(notebook)
    order = sorted(state, key=text.find)  # as they appear on the page
    for number, random_name in enumerate(order):
        fixed = hashlib.sha256(f"{name} widget {number}".encode()).hexdigest()[:32]
        text = text.replace(random_name, fixed)
    renamed: Notebook = json.loads(text)
    return renamed


def fold(cell: dict[str, Any]) -> None:
    """Fold in JupyterLab what the tags fold in the book: code, or code and answer."""
    tags = cell["metadata"].get("tags", [])
    folds = {
        "source_hidden": bool({"hide-cell", "hide-input", "remove-cell"} & {*tags}),
        "outputs_hidden": "hide-cell" in tags,
    }
    cell["metadata"].pop("jupyter", None)
    if any(folds.values()):
        cell["metadata"]["jupyter"] = {key: True for key in folds if folds[key]}


def tidy(notebook: Notebook) -> None:
    """Metadata without the versions of one machine; every cell with an id, folded."""
    metadata = notebook["metadata"]
    metadata["kernelspec"] = dict(KERNEL)
    metadata["language_info"] = dict(LANGUAGE)
    notebook["nbformat"], notebook["nbformat_minor"] = 4, 5
    taken = {cell["id"] for cell in notebook["cells"] if cell.get("id")}
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"].pop("execution", None)
        cell["metadata"].pop("collapsed", None)
        fold(cell)
        if not cell.get("id"):
            source = f"{number} {cell['source']}"
            cell["id"] = hashlib.sha256(source.encode()).hexdigest()[:8]
            assert cell["id"] not in taken, "two cells with one id"
            taken.add(cell["id"])
