"""Put chosen mistakes into a copy of the code, one at a time: do the tests notice?

    python -m tools.mutants [WORD ...]     all, or those whose text has one of the words

`tests/mutants.toml` lists them: what to replace by what, and the test files that should
fail then. A place is known by its text, wherever it stands, so that code may move; a
text that is not found, or found twice, makes the entry outdated. It takes minutes and
is no part of `make test`. The exit code is 1 if less than 95 % are noticed or an entry
is outdated.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PLACES = ("mininet", "book/_ext", "tools")  # where mistakes are made
KINDS = (".py", ".mjs", ".css")
ASIDE = (".git", ".venv", "_build", "__pycache__", ".*_cache", "*.egg-info", ".figures")
ENOUGH = 0.95
SECONDS = 600  # a mistake that makes the tests run on is noticed too


class Mutant(NamedTuple):
    """One mistake: `old` becomes `new`, and a test of these files should fail."""

    old: str
    new: str
    tests: tuple[str, ...]


def chosen(root: Path) -> list[Mutant]:
    """The mistakes that `tests/mutants.toml` lists."""
    text = (root / "tests" / "mutants.toml").read_text(encoding="utf8")
    return [
        Mutant(entry["old"], entry["new"], tuple(entry["tests"]))
        for entry in tomllib.loads(text)["mutant"]
    ]


def place(root: Path, text: str) -> Path | None:
    """The one file that has the text, once; None if there is no such file."""
    found = [
        path
        for name in PLACES
        for path in sorted((root / name).rglob("*"))
        if path.suffix in KINDS
        for _ in range(path.read_text(encoding="utf8").count(text))
    ]
    return found[0] if len(found) == 1 else None


def tests_of(root: Path, mutant: Mutant) -> list[str] | None:
    """The paths of a mistake's test files; None if one is not there."""
    paths = [sorted((root / "tests").rglob(name)) for name in mutant.tests]
    if not all(len(found) == 1 for found in paths):
        return None
    return [str(found[0].relative_to(root)) for found in paths]


def outdated(root: Path, mutant: Mutant) -> bool:
    """Is the text gone, or a test file?"""
    return place(root, mutant.old) is None or tests_of(root, mutant) is None


@contextmanager
def mistaken(root: Path, mutant: Mutant) -> Iterator[None]:
    """The mistake stands in the code, until the end of `with`."""
    path = place(root, mutant.old)
    assert path is not None
    sound = path.read_text(encoding="utf8")
    path.write_text(sound.replace(mutant.old, mutant.new), encoding="utf8")
    try:
        yield
    finally:
        path.write_text(sound, encoding="utf8")


def fails(root: Path, tests: list[str]) -> bool:
    """Does one of the tests fail here?"""
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q"]
    command += ["-p", "no:cacheprovider", *tests]
    settings = os.environ | {"PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command, cwd=root, env=settings, capture_output=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def noticed(root: Path, mutant: Mutant) -> bool:
    """Do the tests named for a mistake fail in a copy that has it?"""
    tests = tests_of(root, mutant)
    assert tests is not None
    with mistaken(root, mutant):
        return fails(root, tests)


def run(root: Path, mutants: list[Mutant], copies: int) -> list[Mutant]:
    """Try all mistakes, some at a time, each process in a copy of its own.

    Returns:
        Those that no test noticed.
    """
    with tempfile.TemporaryDirectory() as folder:
        free: SimpleQueue[Path] = SimpleQueue()
        for number in range(copies):
            copy = Path(folder, str(number))
            shutil.copytree(root, copy, ignore=shutil.ignore_patterns(*ASIDE))
            free.put(copy)

        def attempt(mutant: Mutant) -> bool:
            copy = free.get()
            try:
                found = noticed(copy, mutant)
            finally:
                free.put(copy)
            print("." if found else f"\nsurvives: {told(mutant)}", end="", flush=True)
            return found

        with ThreadPoolExecutor(copies) as pool:
            found = list(pool.map(attempt, mutants))
    print()
    return [mutant for mutant, seen in zip(mutants, found, strict=True) if not seen]


def told(mutant: Mutant) -> str:
    """A mistake in a few lines."""
    old, new = (text.strip() for text in (mutant.old, mutant.new))
    return f"{old}\n       became: {new}\n   in spite of: {', '.join(mutant.tests)}\n"


def main(words: list[str]) -> int:
    """Print the score and what survives; the exit code."""
    mutants = [
        m for m in chosen(ROOT) if not words or any(w in "".join(m[:2]) for w in words)
    ]
    gone = [mutant for mutant in mutants if outdated(ROOT, mutant)]
    for mutant in gone:
        print(f"outdated, its text or test is not there once: {told(mutant)}")
    there = [mutant for mutant in mutants if mutant not in gone]
    tests = {name: None for mutant in there for name in tests_of(ROOT, mutant) or ()}
    if fails(ROOT, list(tests)):
        print("The tests fail as it is, so nothing can be told: run make unit.")
        return 2
    survivors = run(ROOT, there, copies=min(os.cpu_count() or 1, 4))
    score = 1 - len(survivors) / max(len(there), 1)
    print(f"{len(there) - len(survivors)} of {len(there)} noticed ({score:.0%})")
    return 1 if gone or score < ENOUGH else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
