"""Start a chapter: new files that pass every gate as they come, to be replaced.

    python -m tools.new_chapter NAME       such as neural-stack

makes the notebook, its model, its study, its exercises and their tests from
`tools/template`, executes the notebook, and lists it in `_toc.yml` and in the README. A
system that is not on the map of the book yet is put there, with a drawing to replace.
No other chapter becomes stale by it.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, writes

from tools import outputs
from tools.chapters import chapters, numbered
from tools.notebooks import ROOT, NotebookError, execute

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
YEAR = 2016  # to be replaced
LONGEST = 24  # letters of a name, so that lines of code stay under 78
# Which file becomes which; `leaky_memory` is the name that the template uses.
FILES = {
    "model.py": "mininet/models/leaky_memory.py",
    "study.py": "mininet/experiments/leaky_memory.py",
    "test_study.py": "tests/experiments/test_leaky_memory.py",
    "exercises.py": "mininet/exercises/leaky_memory.py",
    "answers.py": "tests/exercises/answers/leaky_memory.py",
    "test_model.py": "tests/models/test_leaky_memory.py",
}
# Where a system is put on the map: behind the last one of the last lane.
MAP = "book/_ext/book_ext/systems.py"
DRAWING = "book/_static/systems/leaky-memory.svg"
SYSTEM = r"^ {12}System\((?:.*\),|\n(?:.*\n)*? {12}\),)$"
CELL = re.compile(r"^--- (markdown|code) (\S+)(?: (\{.*\}))?\n", re.MULTILINE)


class Refused(Exception):
    """A name that cannot be taken; the message says why."""


def renamed(text: str, name: str, page: str) -> str:
    """The template's text with another name, however it is written, and its page."""
    words = name.split("-")
    for theirs, ours in (
        ("notebooks/00-leaky-memory", page),
        ("leaky-memory", name),
        ("leaky_memory", "_".join(words)),
        ("leaky memory", " ".join(words)),
        ("LeakyMemory", "".join(word.capitalize() for word in words)),
    ):
        text = text.replace(theirs, ours)
    return text


def notebook(text: str) -> str:
    """The notebook that a template describes, as stored before it is executed.

    A line `--- code ID {metadata}` or `--- markdown ID` begins a cell.
    """
    _, *parts = CELL.split(text)
    cells: list[Any] = []
    for kind, name, metadata, source in zip(*[iter(parts)] * 4, strict=True):
        new = new_code_cell if kind == "code" else new_markdown_cell
        cells.append(
            new(source.strip(), id=name, metadata=json.loads(metadata or "{}"))
        )
    made = new_notebook(cells=cells)
    made.metadata["kernelspec"] = dict(outputs.KERNEL)
    made.metadata["language_info"] = dict(outputs.LANGUAGE)
    return str(writes(made)) + "\n"


def after_last(text: str, pattern: str, line: str) -> str:
    """Text with a line put after the last paragraph that matches a pattern."""
    last = list(re.finditer(pattern, text, re.MULTILINE))[-1]
    return f"{text[: last.end()]}\n{line}{text[last.end() :]}"


def write(name: str, root: Path) -> list[Path]:
    """Write the files of a chapter and list it.

    Returns:
        The new files; the notebook, which is not executed yet, first.

    Raises:
        Refused: if the name is none, or taken.
    """
    if not NAME.fullmatch(name) or len(name) > LONGEST:
        raise Refused(
            f"a name is small letters with hyphens, such as neural-stack, at most "
            f"{LONGEST} of them; got {name}"
        )
    number = max(int(path.name[:2]) for path in chapters(root)) + 1
    page = f"notebooks/{number:02}-{name}"
    template = root / "tools" / "template"
    texts = {
        root / f"{page}.ipynb": notebook(
            renamed((template / "chapter.md").read_text("utf8"), name, page)
        )
    }
    for source, target in FILES.items():
        text = (template / source).read_text("utf8")
        texts[root / renamed(target, name, page)] = renamed(text, name, page)
    there = [path for path in texts if path.exists()]
    if there or any(path.name[3:] == f"{name}.ipynb" for path in chapters(root)):
        raise Refused(f"{name} is taken: {there[0] if there else 'it has a chapter'}")
    for path, text in texts.items():
        path.write_text(text, encoding="utf8")
    last = numbered(root)[-1].stem
    add(root / "_toc.yml", rf"^ *- file: notebooks/{last}$", f"      - file: {page}")
    title = name.replace("-", " ").capitalize()
    entry = f"{number}. [{title}]({page}.ipynb): what it adds, in one line."
    add(root / "README.md", r"^\d+\. \[.*\]\(notebooks/.*(?:\n +\S.*)*$", entry)
    return [*texts, *put_on_the_map(name, title, root)]


def put_on_the_map(name: str, title: str, root: Path) -> list[Path]:
    """Put a system on the map unless it is there; the files for the formatter."""
    if f'"{name}",' in (root / MAP).read_text("utf8"):
        return []
    drawing = root / renamed(DRAWING, name, "")
    shutil.copyfile(root / "tools" / "template" / "system.svg", drawing)
    add(root / MAP, SYSTEM, f'System("{name}", "{title}", {YEAR}, "What it adds."),')
    return [root / MAP]


def add(path: Path, pattern: str, line: str) -> None:
    """Put a line into a file, after the last of those like it."""
    text = after_last(path.read_text("utf8"), pattern, line)
    path.write_text(text, encoding="utf8")


def main(arguments: list[str] | None = None) -> int:
    """The command line; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.new_chapter")
    parser.add_argument("name", help="such as neural-stack")
    given = parser.parse_args(arguments)
    try:
        files = write(given.name, ROOT)
        ruff = [sys.executable, "-m", "ruff"]
        names = [str(path) for path in files]
        subprocess.run([*ruff, "check", "-q", "--fix", "--select", "I", *names])
        subprocess.run([*ruff, "format", "-q", *names])
        execute(files[0], ROOT)
    except (Refused, NotebookError) as error:
        print(error, file=sys.stderr)
        return 2
    for path in files:
        print(path.relative_to(ROOT))
    print(f"{MAP} puts it on the map, with {renamed(DRAWING, given.name, '')}.")
    print("It passes make test as it is. CONTRIBUTING.md says what a chapter needs.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
