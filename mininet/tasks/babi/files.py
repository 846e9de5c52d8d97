"""The files in which bAbI comes, read and written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mininet.tasks.babi.stories import Question

TASKS = range(1, 21)
SPLITS = ("train", "test")


def load(folder: str | Path, task: int, split: str) -> list[Question]:
    """The questions of a task, from a folder of the official archive.

    Args:
        folder: such as `tasks_1-20_v1-2/en`, in which `qa1_…_train.txt` lies.
        task: from 1 to 20.
        split: "train" or "test".

    Raises:
        ValueError: if there is no such task or split, or a line cannot be read.
        FileNotFoundError: if the folder, or the task's file in it, is not there.
    """
    if task not in TASKS:
        raise ValueError(f"task must be from 1 to 20, got {task}")
    if split not in SPLITS:
        raise ValueError(f"split must be train or test, got {split!r}")
    folder = Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder}")
    found = sorted(folder.glob(f"qa{task}_*_{split}.txt"))
    if not found:
        raise FileNotFoundError(
            f"{folder} holds no qa{task}_…_{split}.txt; give the folder of the archive "
            "in which the tasks' files lie, such as tasks_1-20_v1-2/en"
        )
    text = found[0].read_text(encoding="utf-8")
    return parse(text.splitlines(), task, name=found[0].name)


def parse(lines: Iterable[str], task: int = 0, name: str = "story") -> list[Question]:
    """Questions from lines `ID sentence` and `ID question<tab>answer<tab>IDs`.

    A story goes on over its questions; a line with ID 1 begins the next one.

    Raises:
        ValueError: if a line is of another form; it says which.
    """
    questions: list[Question] = []
    story: list[str] = []
    place: dict[int, int] = {}  # of each sentence, by its ID
    expected = 1
    for number, line in enumerate(lines, 1):
        where = f"{name}, line {number}"
        head, _, rest = line.strip().partition(" ")
        if not head.isdecimal() or not rest.strip():
            raise ValueError(f"{where}: expected a number and a sentence, got {line!r}")
        if int(head) == 1:
            story, place, expected = [], {}, 1
        if int(head) != expected:
            raise ValueError(f"{where}: expected number {expected} or 1, got {head}")
        expected += 1
        if "\t" not in rest:
            place[int(head)] = len(story)
            story.append(rest.strip())
            continue
        parts = [part.strip() for part in rest.split("\t")]
        if len(parts) != 3 or not parts[0] or not parts[1]:
            raise ValueError(
                f"{where}: expected a question, an answer and numbers, apart by tabs, "
                f"got {line!r}"
            )
        ids = parts[2].split()
        unknown = [i for i in ids if not i.isdecimal() or int(i) not in place]
        if unknown:
            raise ValueError(f"{where}: no sentence before it has number {unknown[0]}")
        supports = tuple(place[int(i)] for i in ids)
        questions.append(
            Question(tuple(story), parts[0], parts[1].lower(), supports, task)
        )
    return questions
