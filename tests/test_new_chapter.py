"""A chapter that the template makes passes the gates, and makes no other one stale."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import new_chapter
from tools.freshness import reason_stale
from tools.notebooks import ROOT, read, stored

NAME = "echo-state"  # a system that the map does not have
MODULE = NAME.replace("-", "_")
ASIDE = (".git", ".venv", "_build", "__pycache__", ".*_cache", "*.egg-info", ".figures")


def run(root: Path, *command: str) -> str:
    """What a module says in a copy of the tree; it must succeed."""
    settings = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=root,
        env=settings | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def copy_of_the_tree(folder: Path) -> Path:
    root = folder / "tree"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*ASIDE))
    return root


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree in which a chapter has been started."""
    root = copy_of_the_tree(tmp_path_factory.mktemp("new"))
    run(root, "tools.new_chapter", NAME)
    return root


def chapter(tree: Path) -> Path:
    return next(tree.glob(f"notebooks/*-{NAME}.ipynb"))


@pytest.mark.slow
def test_all_other_chapters_stay_as_current_as_they_were(tree: Path):
    for path in stored(ROOT):
        copy = tree / path.relative_to(ROOT)
        assert reason_stale(read(copy), tree) == reason_stale(read(path), ROOT)
    assert reason_stale(read(chapter(tree)), tree) is None


@pytest.mark.slow
def test_the_new_files_are_formatted_and_without_lint(tree: Path):
    new = [str(path) for path in tree.rglob(f"*{MODULE}.py")] + [str(chapter(tree))]
    assert len(new) == 1 + len(new_chapter.FILES)
    new.append(new_chapter.MAP)
    run(tree, "ruff", "check", *new)
    run(tree, "ruff", "format", "--check", *new)


@pytest.mark.slow
def test_the_gates_of_chapters_and_exercises_and_its_own_tests_pass(tree: Path):
    tests = ["test_notebooks.py", "exercises/test_exercises.py", "test_book_ext.py"]
    tests += ["test_contributing.py", f"models/test_{MODULE}.py"]
    tests += [f"experiments/test_{MODULE}.py", "exercises/test_in_chapters.py"]
    tests.append("experiments/test_studies.py")
    only = f"{MODULE} or {NAME} or contents or package or map or list or drawing"
    # Ten minutes of reading have yet to be written.
    only = f"({only}) and not stale and not amiss_in_time"
    only += " and (not test_studies or sent_to_another_process)"  # nothing is swept yet
    said = run(
        tree, "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:nbval", "-rA",
        "-k", only,
        *(f"tests/{test}" for test in tests),
    )  # fmt: skip
    assert "test_every_model_of_the_package_is_the_one_its_chapter_builds" in said
    for mine in (
        f"tests/models/test_{MODULE}.py::",
        f"tests/experiments/test_{MODULE}.py::",
        f"sent_to_another_process[{NAME}]",  # found by looking into the folder
        f"answers_to_be_tried[mininet.exercises.{MODULE}]",
        f"one_system_of_the_map[notebooks/{chapter(tree).stem}]",
        f"links_a_chapter_that_has_a_number[{NAME}]",
        "every_system_has_a_drawing",
        f"[{chapter(tree).stem}]",
    ):
        assert mine in said  # among what passed


@pytest.mark.slow
def test_the_notebook_runs_as_it_is_stored(tree: Path):
    said = run(
        tree, "pytest", "-q", "-p", "tools.nbval_numbers", "-p", "no:cacheprovider",
        "--nbval-lax", "--nbval-current-env", str(chapter(tree)),
    )  # fmt: skip
    assert "passed" in said


ON_ONE_LINE, ON_MORE = 'System("a", "A", 1, "B."),', 'System(\n    "a",\n),'


@pytest.mark.parametrize("last", [ON_ONE_LINE, ON_MORE], ids=["one line", "more"])
def test_a_new_system_stands_behind_the_last_one_however_that_is_written(
    last: str, tmp_path: Path
):
    (tmp_path / "tools" / "template").mkdir(parents=True)
    (tmp_path / "tools" / "template" / "system.svg").write_text("<svg/>")
    there = tmp_path / new_chapter.MAP
    there.parent.mkdir(parents=True)
    (tmp_path / "book" / "_static" / "systems").mkdir(parents=True)
    lane = 'Lane(\n        "b",\n        (\n            {}\n        ),\n    ),\n)\n'
    lane = lane.format(last.replace("\n", "\n            "))
    there.write_text(lane + "def later():\n    return System(1)\n")
    assert new_chapter.put_on_the_map("new-one", "New one", tmp_path) == [there]
    new = 'System("new-one", "New one", 2016, "What it adds."),'
    assert there.read_text().startswith(lane.split("\n        ),")[0] + f"\n{new}\n")
    assert (tmp_path / "book/_static/systems/new-one.svg").read_text() == "<svg/>"
    assert new_chapter.put_on_the_map("new-one", "New one", tmp_path) == []


def test_all_ways_to_write_the_name_are_changed():
    text = "leaky-memory leaky_memory LeakyMemory the leaky memory"
    told = "neural-stack neural_stack NeuralStack the neural stack"
    assert new_chapter.renamed(text, "neural-stack", "") == told
    page = "notebooks/08-neural-stack"
    told = new_chapter.renamed("notebooks/00-leaky-memory", "neural-stack", page)
    assert told == page


@pytest.mark.parametrize("name", ["Stack", "a_b", "08-stack", "a-", "rnn", "a" * 30])
def test_a_name_that_is_none_or_is_taken_is_refused(
    name: str, capsys: pytest.CaptureFixture[str]
):
    assert new_chapter.main([name]) == 2
    said = capsys.readouterr().err
    assert "a name is small letters" in said or "rnn is taken" in said
    assert said.count("\n") == 1
