"""Every gate of `make test` can fail: each is run over a copy with something broken.

The commands are the Makefile's own, so a gate that is taken out of it fails here too.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
    writes,
)

from tools import chapters, freshness, outputs
from tools.notebooks import ROOT

# What the gates read beside the sources they judge.
SETTINGS = (
    "Makefile",
    "pyproject.toml",
    "tools",
    "notebooks/ruff.toml",
    "mininet/live/bundle.py",
    "mininet/palette.py",
    "mininet/same.py",
    "mininet/source.py",
)
# Of a new chapter; it stands on models that a small repository has not.
ASIDE = shutil.ignore_patterns("__pycache__", "template")

MODULE = '''"""A module."""


def double(x: int) -> int:
    """Twice x."""
    return 2 * x
'''
TEST = """from mininet.doubling import double


def test_two():
    assert double(2) == 4
"""
PAGE = "(here)=\n# A page\n\nSee [this section](#here).\n"


def printed(text: str) -> list[Any]:
    """A cell's output: text on stdout."""
    return [new_output("stream", name="stdout", text=text)]


def plain(notebook: Any) -> dict[str, Any]:
    """A notebook as plain dictionaries."""
    return dict(json.loads(writes(notebook, split_lines=False)))


def notebook(source: str = 'print("four")', stored: str = "four\n") -> str:
    """A notebook of one checked cell, stored as if it had been executed."""
    cell = new_code_cell(source, id="only", execution_count=1, outputs=printed(stored))
    cell.metadata["tags"] = ["nbval-check-output"]
    made = new_notebook(cells=[cell])
    # Without the language, ruff takes a notebook for no Python and passes over it.
    made.metadata["language_info"] = dict(outputs.LANGUAGE)
    made.metadata["kernelspec"] = dict(outputs.KERNEL)
    made.metadata["mininet"] = freshness.stamp(plain(made), ROOT, [])
    return str(writes(made, split_lines=False)) + "\n"


def put(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture(scope="module")
def typed(shared: Path) -> Path:
    """What mypy remembers of numpy and of Python itself, between the repositories."""
    folder = shared / "typed"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def repository(tmp_path: Path, typed: Path) -> Path:
    """A small repository that passes every gate."""
    (tmp_path / ".mypy_cache").symlink_to(typed)
    for name in SETTINGS:
        source, copy = ROOT / name, tmp_path / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=ASIDE)
        else:
            shutil.copy(source, copy)
    # The tools stand there as they are: `make types` itself reads them for faults.
    swap("pyproject.toml", '"mininet", "tools",', '"mininet",')(tmp_path)
    put(tmp_path, "mininet/__init__.py", '"""The package."""\n')
    put(tmp_path, "mininet/live/__init__.py", '"""Figures."""\n')
    put(tmp_path, "mininet/doubling.py", MODULE)
    put(tmp_path, "book/_ext/book_ext/__init__.py", '"""Nothing."""\n')
    put(tmp_path, "tests/test_doubling.py", TEST)
    put(tmp_path, "notebooks/01-small.ipynb", notebook())
    return tmp_path


def make(target: str, root: Path, *more: str) -> tuple[int, str]:
    """Run one of the Makefile's gates in a repository, with this environment.

    In one process: there is little to do, and the cores have other tests.
    """
    settings = ("FULL=", "BOOK=", f"PY={sys.executable}")
    command = ["make", target, *settings, *more]
    around = {
        k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "MAKE"))
    }
    done = subprocess.run(
        command,
        cwd=root,
        env=around
        | {"PYTHONPATH": str(root), "NO_COLOR": "1", "TERM": "dumb"}
        | {"PYTEST_XDIST_AUTO_NUM_WORKERS": "0"},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def swap(name: str, old: str, new: str) -> Callable[[Path], None]:
    """A way to break a repository: other text in one file."""

    def spoil(root: Path) -> None:
        text = (root / name).read_text()
        assert old in text
        (root / name).write_text(text.replace(old, new, 1))

    return spoil


def replace_notebook(source: str, stored: str) -> Callable[[Path], None]:
    """A way to break a repository: another notebook."""
    return lambda root: put(root, "notebooks/01-small.ipynb", notebook(source, stored))


BREAKS = {
    "an unused import": (
        "lint",
        swap(
            "mininet/doubling.py", '"""A module."""\n', '"""A module."""\n\nimport os\n'
        ),
        "F401",
    ),
    "a line not formatted": (
        "lint",
        swap("mininet/doubling.py", "2 * x", "2*x"),
        "would be reformatted",
    ),
    "an undefined name in a notebook": (
        "lint",
        replace_notebook("print(four)", "four\n"),
        "F821",
    ),
    "a wide line in a notebook": (
        "lint",
        replace_notebook('print("four")  # ' + "word " * 13 + "end", "four\n"),
        "E501",
    ),
    "a wrong type": (
        "types",
        swap("mininet/doubling.py", "return 2 * x", 'return "two"'),
        "return-value",
    ),
    "a wrong type in a notebook": (
        "types",
        replace_notebook(
            "from mininet.doubling import double\n\ndouble('a')", "four\n"
        ),
        "arg-type",
    ),
    "a wrong value": (
        "unit",
        swap("mininet/doubling.py", "2 * x", "3 * x"),
        "assert 6 == 4",
    ),
    "stored outputs of other code": (
        "run-notebooks",
        swap("notebooks/01-small.ipynb", 'print(\\"four\\")', 'print(\\"4\\")'),
        "its code cells have changed",
    ),
    "a cell that raises": (
        "run-notebooks",
        replace_notebook("assert 2 + 2 == 5", "four\n"),
        "1 failed",
    ),
    "a printed claim that no longer holds": (
        "run-notebooks",
        replace_notebook("print(2 + 3)", "4\n"),
        "1 failed",
    ),
}


@pytest.mark.parametrize("gate", ["lint", "types", "unit", "run-notebooks"])
def test_what_is_sound_passes(repository: Path, gate: str):
    code, said = make(gate, repository)
    assert code == 0, said


@pytest.mark.parametrize("fault", BREAKS)
def test_what_is_broken_is_caught(repository: Path, fault: str):
    gate, spoil, word = BREAKS[fault]
    spoil(repository)
    code, said = make(gate, repository)
    assert code != 0
    assert word in said


def test_make_test_runs_every_gate():
    makefile = (ROOT / "Makefile").read_text()
    wanted = "test: lint types unit run-notebooks book browser"
    assert any(line.startswith(wanted) for line in makefile.splitlines())


@pytest.fixture(scope="module")
def small_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of one page, with this book's settings and extensions."""
    root = tmp_path_factory.mktemp("book")
    for name in ("book", "tools", "mininet"):
        ignored = shutil.ignore_patterns("__pycache__", "*.md")
        shutil.copytree(ROOT / name, root / name, ignore=ignored)
    for name in ("Makefile", "_config.yml"):
        shutil.copy(ROOT / name, root / name)
    put(root, "_toc.yml", "format: jb-book\nroot: book/page\n")
    return root


@pytest.mark.slow
def test_a_broken_reference_fails_the_book_until_it_is_mended(small_book: Path):
    put(small_book, "book/page.md", PAGE.replace("#here", "#there"))
    code, said = make("book", small_book)
    assert code != 0
    assert "there" in said and "not built" in said
    # A second try, which has nothing new to read, must not pass over the warning.
    code, said = make("read", small_book, "SERVE=no")
    assert code != 0
    put(small_book, "book/page.md", PAGE)
    code, said = make("read", small_book, "SERVE=no")
    assert code == 0, said


# What is asked of a chapter: one that has it all, and what each fault is called.


def chapter() -> dict[str, Any]:
    """A chapter in which nothing is amiss."""
    twice = "<svg><metadata><svg/></metadata></svg>"
    picture = new_output("display_data", data={"image/svg+xml": twice})
    shown = {
        "image": {"alt": "A line that falls from left to right."},
        "figure": {"caption": "Watch the line, it falls to zero.", "name": "fig-line"},
    }
    html = '<div data-live-model="a"><img alt="Three bars, the last is the longest.">'
    play = new_code_cell("play()", id="play")
    play.outputs = [new_output("display_data", data={"text/html": html})]
    play.metadata["tags"] = ["hide-input"]
    played = {"caption": "Move the slider, and watch the bars.", "name": "fig-play"}
    play.metadata["mystnb"] = {"figure": played}
    cells = [
        new_markdown_cell("word " * 70),
        play,
        new_code_cell(
            "plot()", id="figure", outputs=[picture], metadata={"mystnb": shown}
        ),
        new_code_cell(
            "from mininet.models import rnn\n\nassert RNN() == rnn.RNN()",
            id="same",
            metadata={"tags": ["equals-mininet"]},
        ),
    ]
    for number in range(4):
        stub = new_code_cell("check.one(f)", id=f"stub-{number}")
        stub.metadata["tags"] = ["exercise"]
        answer = new_code_cell("assert check.one(g).right", id=f"answer-{number}")
        answer.metadata["tags"] = ["solution", "hide-cell"]
        cells += [stub, answer]
    made = plain(new_notebook(cells=cells))
    for number, cell in enumerate(freshness.code_cells(made), start=1):
        cell["execution_count"] = number
    return made


def cell(notebook: dict[str, Any], name: str) -> dict[str, Any]:
    return next(c for c in notebook["cells"] if c["id"] == name)


def amiss(notebook: dict[str, Any]) -> str:
    return "\n".join(line for ask in chapters.ASKED for line in ask(notebook))


def test_a_sound_chapter_passes():
    assert amiss(chapter()) == ""
    assert chapters.models_compared(chapter()) == {"RNN"}


FAULTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "cell answer-3 is a fold before the first live figure": lambda n: n["cells"].insert(
        1, n["cells"].pop()
    ),
    "shows no live figure": lambda n: cell(n, "play").update(outputs=[]),
    "figure without alt text": lambda n: cell(n, "figure")["metadata"]["mystnb"].pop(
        "image"
    ),
    "figure without a narrow version": lambda n: cell(n, "figure")["outputs"][0][
        "data"
    ].update({"image/svg+xml": "<svg/>"}),
    "figure without a caption": lambda n: cell(n, "figure")["metadata"]["mystnb"][
        "figure"
    ].update(caption=""),
    "needs its own name": lambda n: cell(n, "figure")["metadata"]["mystnb"][
        "figure"
    ].pop("name"),
    "run out of order": lambda n: cell(n, "same").update(execution_count=7),
    "stores the error": lambda n: cell(n, "same")["outputs"].append(
        new_output("error", ename="ValueError", evalue="", traceback=[])
    ),
    "stores a path": lambda n: cell(n, "same")["outputs"].append(
        new_output("stream", name="stdout", text="in /home/someone/book")
    ),
    "there are 3 exercises": lambda n: [n["cells"].pop(), n["cells"].pop()],
    "exercise stub-3 has no solution": lambda n: n["cells"].pop(),
    "answer-3 is not hidden": lambda n: n["cells"][-1]["metadata"]["tags"].pop(),
    "exercise stub-3 is not checked": lambda n: n["cells"][-1].update(source="g = 1"),
    "half of the code cells": lambda n: [
        c.update(source=c["source"] + "\nx = 1" * 9) for c in freshness.code_cells(n)
    ],
    "one code cell in 20": lambda n: cell(n, "figure").update(source="x = 1\n" * 80),
    "a folded cell has 41 lines": lambda n: cell(n, "answer-3").update(
        source="x = 1\n" * 41
    ),
    "words to a line of code": lambda n: n["cells"][0].update(source="word"),
    "of the code cells assert": lambda n: [
        c.update(source="check.one(f)") for c in freshness.code_cells(n)
    ],
}


def test_a_long_cell_that_is_folded_does_not_count_among_those_seen():
    long = chapter()
    before = chapters.figures(long)
    cell(long, "answer-3").update(source="check.one(g)\nx = 1\n" * 15)
    after = chapters.figures(long)
    assert after.long_lines == before.long_lines
    assert after.folded_lines == 30


@pytest.mark.parametrize("sentence", FAULTS)
def test_a_chapter_with_a_fault_is_told_which(sentence: str):
    broken = chapter()
    FAULTS[sentence](broken)
    assert sentence in amiss(broken)


def with_prose(*texts: str) -> dict[str, Any]:
    return {"cells": [new_markdown_cell(text) for text in texts]}


@pytest.mark.parametrize("words", [1990, 4010])
def test_a_chapter_that_takes_too_short_or_too_long_is_told_so(words: int):
    (sentence,) = chapters.amiss_in_time(with_prose("word " * words))
    assert f"{words / 200:.1f} minutes" in sentence
    assert not [*chapters.amiss_in_time(with_prose("word " * 3000))]


def test_what_is_not_read_takes_no_time():
    drawing = "![A stack of three](stack.svg)"
    text = f"{drawing} One [link](../there.md), {{cite}}`olah2016`. $$x y z$$"
    assert chapters.words_of_prose(with_prose(text)) == 2


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("## In short\n\nOne. Two {cite}`a2015`.\nThree? Four! Five. Six.", 6),
        ("## In short\n\nOne. Two.\nThree? Four.\n\n## Exercises\n\nMore.", 4),
        ("## In length\n\nOne. Two. Three. Four. Five.", 0),
    ],
)
def test_a_chapter_with_other_than_five_sentences_in_short_is_told_so(
    said: str, found: int
):
    (sentence,) = chapters.amiss_in_short(with_prose(said))
    assert f"has {found} sentences" in sentence
    five = "## In short\n\nOne. Two.\nThree? Four: yes; no! Five."
    assert not [*chapters.amiss_in_short(with_prose("Before.", five))]


@pytest.mark.parametrize("lacks", ["assert ", "rnn.RNN()", "equals-mininet"])
def test_a_comparison_that_is_none_does_not_count(lacks: str):
    broken = json.loads(json.dumps(chapter()).replace(lacks, "x"))
    assert chapters.models_compared(broken) == set()
