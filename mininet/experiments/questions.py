"""Where a study's questions come from: our own world, or the official files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mininet.tasks.babi.files import NAMES, SPLITS, load, official
from mininet.tasks.babi.stories import Question
from mininet.tasks.babi.telling import tell

TASKS = tuple(NAMES)
TESTS = 1_000_000  # the seed of the tests that our world tells
PASSED = 0.05  # a task is passed below this error (Weston et al. 2015)


class Source(Protocol):
    """Where questions come from."""

    @property
    def there(self) -> bool:
        """Whether there are any, here."""
        ...

    def questions(self, task: int, split: str, seed: int) -> Sequence[Question]:
        """Those of a task, to learn from ("train") or to be tested on ("test").

        Raises:
            ValueError: if there is no such task or split.
        """
        ...


@dataclass(frozen=True)
class Told:
    """Told by our own world: others to learn from with each seed, the same tests.

    Attributes:
        count: how many questions of a task to learn from.
        tests: how many of a task are tests.
    """

    count: int = 1000
    tests: int = 1000

    @property
    def there(self) -> bool:
        """Always."""
        return True

    def questions(self, task: int, split: str, seed: int) -> Sequence[Question]:
        """As many of a task as there are to be."""
        if split not in SPLITS:
            raise ValueError(f"split must be train or test, got {split!r}")
        if split == "test":
            return tell(task, self.tests, seed=TESTS)
        return tell(task, self.count, seed=seed)


@dataclass(frozen=True)
class Official:
    """The official files: the same with each seed.

    Attributes:
        variable: of the environment, which names their folder.
    """

    variable: str = "BABI"

    @property
    def there(self) -> bool:
        """Whether the variable is set."""
        return self.variable in os.environ

    def questions(self, task: int, split: str, seed: int) -> Sequence[Question]:
        """All of a task's file.

        Raises:
            FileNotFoundError: if the variable is not set, or the file is not there.
        """
        return load(official(self.variable), task, split)


def of_tasks(
    source: Source, split: str, seed: int, tasks: Sequence[int] = TASKS
) -> list[Question]:
    """The questions of several tasks, one task after the other."""
    return [q for task in tasks for q in source.questions(task, split, seed)]
