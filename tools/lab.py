"""Open the book in JupyterLab, in copies that are the reader's own.

    python -m tools.lab [ARGUMENTS FOR JUPYTERLAB ...]

The copies lie in `my-notebooks/`, which git and the tests ignore. A copy whose cells
the reader has changed is never written again: when the book has a newer version, it is
laid beside it. Figures are alive as soon as a copy is open: its outputs are the book's,
so JupyterLab is told to trust them. Settings and signatures stay in the environment.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from nbformat import ValidationError, from_dict, sign, writes
from nbformat import read as read_node

from mininet import palette
from mininet.live import bundle
from tools import plain
from tools.chapters import figure, tags
from tools.freshness import KEY
from tools.notebooks import ROOT, NotebookError, read, stored
from tools.outputs import WIDGETS

Notebook = dict[str, Any]
Cell = dict[str, Any]

FOLDER = "my-notebooks"
# No other host is asked for news or a newer JupyterLab; the book's pages open as pages.
DEFAULTS = {
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
    "@jupyterlab/docmanager-extension:plugin": {
        "defaultViewers": {"markdown": "Markdown Preview"},
    },
}


def digest(notebook: Notebook) -> str:
    """A hash of what a reader writes: the cells' kinds and texts, not their outputs."""
    written = [[cell["cell_type"], cell["source"]] for cell in notebook["cells"]]
    return hashlib.sha256(json.dumps(written).encode()).hexdigest()[:16]


def with_captions(cells: list[Cell], names: plain.Names) -> Iterator[Cell]:
    """The cells, and after each figure a cell that says what to look for."""
    for cell in cells:
        yield cell
        said = figure(cell)
        if "caption" in said and "hide-cell" not in tags(cell):
            name = names.figures.get(said.get("name", ""), "")
            yield {
                "cell_type": "markdown",
                "id": f"{cell['id'][:50]}-caption",
                "metadata": {},
                "source": plain.caption(name, said["caption"]),
            }


def enliven(notebook: Notebook, modules: str) -> None:
    """Give the stored figures the page's modules: they live before a cell is run."""
    state = notebook["metadata"].get("widgets", {}).get(WIDGETS, {}).get("state", {})
    for widget in state.values():
        if "spec" in widget["state"]:
            widget["state"]["_esm"] = modules


def leads(path: str, folder: Path, root: Path) -> str:
    """Where a link of a notebook in `folder` leads when it stands in a copy."""
    place = Path(os.path.normpath(folder / path))
    if not path or ":" in path or not place.exists():
        return path
    if place in stored(root):
        return place.name
    return PurePosixPath("..", place.relative_to(root).as_posix()).as_posix()


def plainly(path: Path, names: plain.Names, leads: Callable[[str], str]) -> Notebook:
    """A notebook in plain Markdown, with captions, its links leading where they say."""
    notebook = copy.deepcopy(read(path))
    notebook["cells"] = list(with_captions(notebook["cells"], names))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            text = plain.markdown(cell["source"], names)
            cell["source"] = plain.relinked(text, leads)
    return notebook


def made(path: Path, root: Path, names: plain.Names, modules: str) -> Notebook:
    """The copy of a notebook: plain Markdown, captions, figures that live."""
    notebook = plainly(path, names, lambda target: leads(target, path.parent, root))
    enliven(notebook, modules)
    notebook["metadata"][KEY] = {
        "copy of": path.relative_to(root).as_posix(),
        "as made": digest(notebook),
    }
    return notebook


def opened(path: Path) -> Notebook | None:
    """A copy as it is now; None if it cannot be read."""
    try:
        return read(path)
    except NotebookError:
        return None


def as_made(notebook: Notebook | None) -> str:
    """The digest that the copy had when it was made; empty if it is not a copy."""
    metadata = notebook["metadata"] if notebook else {}
    return str(metadata.get(KEY, {}).get("as made", ""))


def untouched(notebook: Notebook | None) -> bool:
    """Is the copy's text still what it was when it was made?"""
    return notebook is not None and digest(notebook) == as_made(notebook)


def series(folder: Path, stem: str) -> Iterator[Path]:
    """Names for a chapter's copies: the first, then those laid beside it."""
    yield folder / f"{stem}.ipynb"
    yield folder / f"{stem}-newer.ipynb"
    number = 2
    while True:
        yield folder / f"{stem}-newer-{number}.ipynb"
        number += 1


def place(new: Notebook, folder: Path, stem: str) -> str:
    """Write a copy where nothing of the reader's is lost; what to tell them, if any.

    A copy that is as it was made is replaced. One that the reader has changed stays,
    and if the book has changed since, the new one is laid beside it.
    """
    for path in series(folder, stem):
        there = opened(path) if path.exists() else None
        if path.exists() and not untouched(there):
            if as_made(there) == as_made(new):
                return ""
            continue
        write(new, path)
        if path.stem == stem:
            return ""
        return f"{stem}: the book has a newer version than yours, {path.name} beside it"
    raise AssertionError("the names do not end")


def write(notebook: Notebook, path: Path) -> None:
    """Write a copy, all or nothing; one that is the same already is left alone."""
    text = writes(from_dict(notebook)) + "\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        beside = path.with_suffix(".tmp")
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)


def copies(root: Path, folder: Path) -> list[str]:
    """Make the copies of all notebooks; what to tell the reader."""
    folder.mkdir(exist_ok=True)
    names = plain.names(root)
    modules = bundle.for_kernel(palette.css())
    told = [
        place(made(path, root, names, modules), folder, path.stem)
        for path in stored(root)
    ]
    return [sentence for sentence in told if sentence]


def trust(folder: Path, data: Path) -> None:
    """Sign all readable notebooks of a folder, with the key that lies in `data`."""
    data.mkdir(parents=True, exist_ok=True)
    with sign.NotebookNotary(data_dir=str(data)) as notary:
        for path in sorted(folder.glob("*.ipynb")):
            try:
                notary.sign(read_node(path, as_version=4))
            except (ValueError, ValidationError):
                continue  # JupyterLab will say what is wrong with it


def places(environment: Path) -> dict[str, str]:
    """JupyterLab's places, all inside the environment."""
    home = environment / "jupyter"
    return {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_PREFER_ENV_PATH": "1",
    }


def settle(config: Path) -> None:
    """Write what holds in JupyterLab until the reader sets it otherwise."""
    file = config / "labconfig" / "default_setting_overrides.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(DEFAULTS), encoding="utf-8")


def command(root: Path, first: Path, arguments: list[str]) -> list[str]:
    """JupyterLab's arguments: the book's folder, opened at a notebook."""
    as_root = ["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    return [f"--ServerApp.root_dir={root}", *as_root, *arguments, str(first)]


def main(arguments: list[str]) -> None:
    """Make the copies, say what is new, and start JupyterLab."""
    folder = ROOT / FOLDER
    for sentence in copies(ROOT, folder):
        print(sentence)
    os.environ.update(places(Path(sys.prefix)))
    settle(Path(os.environ["JUPYTER_CONFIG_DIR"]))
    trust(folder, Path(os.environ["JUPYTER_DATA_DIR"]))
    from jupyterlab.labapp import LabApp  # reads its places when imported

    first = folder / stored(ROOT)[0].name
    LabApp.launch_instance(command(ROOT, first, arguments))


if __name__ == "__main__":
    main(sys.argv[1:])
