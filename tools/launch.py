"""The branch that Colab and Binder open: notebooks that know where their book lies.

    BOOK_REPOSITORY=https://host/owner/name python -m tools.launch [--to REMOTE]
    python -m tools.launch --cells

A notebook that is opened on Colab comes alone; its first cell must fetch the rest. From
where, is known only once the book is published. So the branch `launch` holds the last
commit's tree with that address in each first cell, and with texts in plain Markdown, as
those places show them. It is made anew of every commit that is published; nobody works
on it. `--cells` puts the first cell into each notebook that lacks it.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat

from tools import lab, new_chapter, outputs, plain
from tools.notebooks import ROOT, NotebookError, read, stored, write

BRANCH = "launch"
CELL = "fetch-the-book"  # the first cell's id
NOWHERE = 'REPOSITORY, BRANCH = "", ""'
ADDRESS = re.compile(r"[\w.:/@+~-]+")  # what may stand behind `git clone`
PICTURES = (".svg", ".png")
REQUIREMENTS = ".binder/requirements.txt"

Notebook = dict[str, Any]


def first_cell(root: Path) -> dict[str, Any]:
    """The cell that fetches the book, as the template of chapters has it."""
    text = (root / "tools" / "template" / "chapter.md").read_text(encoding="utf-8")
    made = nbformat.reads(new_chapter.notebook(text), as_version=4)
    cell = dict(next(cell for cell in made.cells if cell.id == CELL))
    outputs.fold(cell)
    return cell


def complete(notebook: Notebook, cell: dict[str, Any]) -> bool:
    """Put the first cell before all other code, if it lacks; did it?"""
    cells = notebook["cells"]
    if any(each["id"] == CELL for each in cells):
        return False
    first = next(k for k, each in enumerate(cells) if each["cell_type"] == "code")
    cells.insert(first, cell)
    return True


def address(repository: str) -> str:
    """The address that a cell is to fetch from.

    Raises:
        ValueError: if there is none, or it cannot stand in a command.
    """
    if ADDRESS.fullmatch(repository) is None or repository.startswith("-"):
        raise ValueError(
            f"BOOK_REPOSITORY must be the repository's address, got {repository!r}"
        )
    return repository.rstrip("/").removesuffix(".git")


def leads(target: str, folder: Path, root: Path, repository: str) -> str:
    """Where a link leads in a notebook that was opened alone.

    To another notebook as before. Pictures and pages are at the repository's own
    address: Colab has no folder beside the notebook.
    """
    place = Path(os.path.normpath(folder / target))
    if not target or ":" in target or not place.is_file() or place in stored(root):
        return target
    kind = "raw" if place.suffix in PICTURES else "blob"
    return f"{repository}/{kind}/{BRANCH}/{place.relative_to(root).as_posix()}"


def launched(path: Path, root: Path, names: plain.Names, repository: str) -> Notebook:
    """A notebook as it is opened elsewhere."""
    notebook = lab.plainly(
        path, names, lambda target: leads(target, path.parent, root, repository)
    )
    (cell,) = [cell for cell in notebook["cells"] if cell["id"] == CELL]
    written = f'REPOSITORY, BRANCH = "{repository}", "{BRANCH}"'
    if NOWHERE not in cell["source"]:
        raise NotebookError(f"{path.name}: its cell {CELL} has no line {NOWHERE}")
    cell["source"] = cell["source"].replace(NOWHERE, written)
    return notebook


def files(root: Path, repository: str, index: str = "") -> dict[str, str]:
    """What the branch has otherwise than the commit: paths and their texts.

    Args:
        index: where else packages come from, such as PyTorch's smaller build.
    """
    names = plain.names(root)
    changed = {
        path.relative_to(root).as_posix(): nbformat.writes(
            nbformat.from_dict(launched(path, root, names, repository))
        )
        + "\n"
        for path in stored(root)
    }
    if index:
        asked = (root / REQUIREMENTS).read_text(encoding="utf-8")
        changed[REQUIREMENTS] = f"--extra-index-url {index}\n{asked}"
    return changed


def commit(root: Path, changed: dict[str, str]) -> str:
    """A commit on top of the last one, with these files otherwise; its name.

    Neither the files nor git's index change. Author and date are the last commit's, so
    that the same book makes the same commit.
    """

    def git(*arguments: str, text: str | None = None, **settings: str) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=root,
            input=text,
            env=os.environ | settings,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        return done.stdout.strip()

    shown = git("show", "-s", "--format=%an%n%ae%n%aI", "HEAD").splitlines()
    who = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in zip(("NAME", "EMAIL", "DATE"), shown, strict=True)
    }
    with tempfile.TemporaryDirectory() as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
        git("read-tree", "HEAD", **index)
        for path, text in changed.items():
            blob = git("hash-object", "-w", "--stdin", text=text)
            git("update-index", "--cacheinfo", f"100644,{blob},{path}", **index)
        tree = git("write-tree", **index)
    return git("commit-tree", tree, "-p", "HEAD", "-m", "To be opened elsewhere", **who)


def main(arguments: list[str] | None = None) -> int:
    """The command line; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.launch")
    parser.add_argument("--to", help="the remote that the branch is pushed to")
    parser.add_argument("--cells", action="store_true", help="complete the notebooks")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    root = given.root.resolve()
    try:
        if given.cells:
            for path in stored(root):
                notebook = read(path)
                if complete(notebook, first_cell(root)):
                    write(notebook, path)
                    print(path.relative_to(root))
            return 0
        repository = address(os.environ.get("BOOK_REPOSITORY", "").strip())
        index = os.environ.get("PIP_EXTRA_INDEX_URL", "").strip()
        made = commit(root, files(root, repository, index))
        if given.to:
            target = f"{made}:refs/heads/{BRANCH}"
            push = ["git", "push", "--quiet", "--force", given.to, target]
            subprocess.run(push, cwd=root, check=True)
        print(made)
    except (NotebookError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    except subprocess.CalledProcessError as error:
        print(error.stderr or error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
