"""Put chosen mistakes into a copy of the code, one at a time: do the tests notice?

    python -m tools.mutants [WORD ...]     all, or those whose text has one of the words

`tests/mutants.toml` lists them: what to replace by what, and the test files that should
fail then, or single tests (`test_a.py::test_b`) where a file takes long. A place is
known by its text, wherever it stands, so that code may move; a text that is not found,
or found twice, makes the entry outdated. It takes minutes and is no part of `make
test`. The exit code is 1 if less than 95 % are noticed or an entry is outdated, and 2
if tests fail without any mistake.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple, TypeVar

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent
PLACES = ("mininet", "book/_ext", "tools")  # where mistakes are made
KINDS = (".py", ".mjs", ".css")
ASIDE = (".git", ".venv", "_build", "__pycache__", ".*_cache", "*.egg-info", ".figures")
ENOUGH = 0.95
SECONDS = 600  # a mistake that makes the tests run on is noticed too
# Waits for lists of tests; runs each in a process that has the libraries already
# (which take longer to load than most tests to fail), and answers with its exit code.
RUNNER = """
import json, os, signal, sys
import matplotlib.pyplot, numpy, pytest, torch._dynamo
seconds = int(sys.argv[1])
for line in sys.stdin:
    child = os.fork()
    if not child:
        signal.alarm(seconds)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nothing, stream)
        how = ["-x", "-q", "-p", "no:cacheprovider"]
        os._exit(pytest.main([*how, *json.loads(line)]))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Mutant(NamedTuple):
    """One mistake: `old` becomes `new`, and one of these tests should fail."""

    old: str
    new: str
    tests: tuple[str, ...]


class Copy(NamedTuple):
    """A copy of the tree, and a process that runs tests in it."""

    root: Path
    runner: subprocess.Popen[str]


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
    """What pytest is asked; None if a file is not there once, or a test is not."""
    asked = []
    for name in mutant.tests:
        file, *test = name.split("::")
        found = [root / "tests" / file]
        if not found[0].is_file():
            found = sorted((root / "tests").rglob(file))
        text = found[0].read_text(encoding="utf8") if len(found) == 1 else ""
        if not text or not all(f"def {one}(" in text for one in test):
            return None
        asked.append("::".join([str(found[0].relative_to(root)), *test]))
    return asked


def outdated(root: Path, mutant: Mutant) -> bool:
    """Is the text gone, or a test?"""
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


@contextmanager
def copied(root: Path, there: Path) -> Iterator[Copy]:
    """A copy of the tree in a new folder, until the end of `with`."""
    shutil.copytree(root, there, ignore=shutil.ignore_patterns(*ASIDE))
    settings = os.environ | {"PYTHONPATH": str(there), "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-B", "-c", RUNNER, str(SECONDS)],
        cwd=there,
        env=settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as runner:
        yield Copy(there, runner)


def fails(copy: Copy, tests: Sequence[str]) -> bool:
    """Does one of the tests fail here?"""
    asked, answers = copy.runner.stdin, copy.runner.stdout
    assert asked is not None and answers is not None
    print(json.dumps(tests), file=asked, flush=True)
    answer = answers.readline()
    if not answer:
        raise RuntimeError(f"what ran the tests has ended: {copy.runner.wait()}")
    return int(answer) != 0


def noticed(copy: Copy, mutant: Mutant) -> bool:
    """Do the tests named for a mistake fail where it is made?"""
    tests = tests_of(copy.root, mutant)
    assert tests is not None
    with mistaken(copy.root, mutant):
        found = fails(copy, tests)
    print("." if found else f"\nsurvives: {told(mutant)}", end="", flush=True)
    return found


def those(
    holds: Callable[[Copy, T], bool], things: Sequence[T], copies: Sequence[Copy]
) -> list[T]:
    """The things for which it holds, tried as many at a time as there are copies."""
    free: SimpleQueue[Copy] = SimpleQueue()
    for copy in copies:
        free.put(copy)

    def tried(thing: T) -> bool:
        copy = free.get()
        try:
            return holds(copy, thing)
        finally:
            free.put(copy)

    with ThreadPoolExecutor(len(copies)) as pool:
        found = list(pool.map(tried, things))
    return [thing for thing, yes in zip(things, found, strict=True) if yes]


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
    named = sorted({name for mutant in there for name in tests_of(ROOT, mutant) or ()})
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        copies = [
            stack.enter_context(copied(ROOT, Path(folder, str(number))))
            for number in range(min(os.cpu_count() or 1, 4))
        ]
        broken = those(lambda copy, name: fails(copy, [name]), named, copies)
        if broken:
            print(f"Without any mistake these fail: {', '.join(broken)}")
            return 2
        seen = those(noticed, there, copies)
    score = len(seen) / max(len(there), 1)
    print(f"\n{len(seen)} of {len(there)} noticed ({score:.0%})")
    return 1 if gone or score < ENOUGH else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
