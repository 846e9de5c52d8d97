"""The files in which bAbI comes, read and written (Weston et al. 2015)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from mininet.tasks.babi.stories import Question, words

NAMES = {
    1: "single-supporting-fact",
    2: "two-supporting-facts",
    3: "three-supporting-facts",
    4: "two-arg-relations",
    5: "three-arg-relations",
    6: "yes-no-questions",
    7: "counting",
    8: "lists-sets",
    9: "simple-negation",
    10: "indefinite-knowledge",
    11: "basic-coreference",
    12: "conjunction",
    13: "compound-coreference",
    14: "time-reasoning",
    15: "basic-deduction",
    16: "basic-induction",
    17: "positional-reasoning",
    18: "size-reasoning",
    19: "path-finding",
    20: "agents-motivations",
}
SPLITS = ("train", "test")
ASKING = {"does", "how", "is", "what", "where", "who", "why"}


def official(variable: str = "BABI") -> Path:
    """The folder of the official files, which an environment variable names.

    Args:
        variable: such as BABI, or BABI_10K for ten times as many questions.

    Raises:
        FileNotFoundError: if it is not set, or no task's file lies in that folder; it
            says what to do.
    """
    named = os.environ.get(variable, "")
    if not named:
        raise FileNotFoundError(
            f"{variable} is not set: unpack bAbI's archive tasks_1-20_v1-2.tar.gz and "
            f"set {variable} to its folder en or en-10k"
        )
    folder = Path(named).expanduser()
    if not any(folder.glob("qa*_*_*.txt")):
        raise FileNotFoundError(f"{variable}: {lacking(folder, 'qa1_…_train.txt')}")
    return folder


def load(folder: str | Path, task: int, split: str) -> list[Question]:
    """The questions of a task, from a folder of the official archive or of `save`.

    Args:
        folder: such as `tasks_1-20_v1-2/en`, in which `qa1_…_train.txt` lies.
        task: from 1 to 20.
        split: "train" or "test".

    Raises:
        ValueError: if there is no such task or split, or the file cannot be read.
        FileNotFoundError: if the folder, or the task's file in it, is not there.
    """
    expected = name(task, split)
    folder = Path(folder)
    found = sorted(folder.glob(f"qa{task}_*_{split}.txt"))
    if not found:
        raise FileNotFoundError(lacking(folder, expected))
    if len(found) > 1:
        both = " and ".join(file.name for file in found)
        raise ValueError(f"{folder} holds {both}, and one of them is wanted")
    file = found[0].name
    try:
        text = found[0].read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{file} is no text (UTF-8): {error}") from None
    questions = parse(text.splitlines(), task, name=file)
    if not questions:
        raise ValueError(f"{file} holds no question")
    if not any(ASKING.intersection(words(each.text)[:1]) for each in questions):
        raise ValueError(
            f"{file}: no question is in English, the first is {questions[0].text!r}; "
            f"give the archive's folder en or en-10k, got {folder}"
        )
    return questions


def save(
    folder: str | Path, task: int, split: str, questions: Sequence[Question]
) -> Path:
    """Write a task's questions as the official archive does; `load` reads them.

    Args:
        folder: it is made if it is not there; a file there of that task is replaced.
        task: from 1 to 20.
        split: "train" or "test".
        questions: at least one; those of one story one after another, as they are told.

    Raises:
        ValueError: if there is no such task or split, or no question.
    """
    file = Path(folder) / name(task, split)
    written = lines(questions)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{line}\n" for line in written), encoding="utf-8")
    return file


def name(task: int, split: str) -> str:
    """The name of a task's file.

    Raises:
        ValueError: if there is no such task or split.
    """
    if task not in NAMES:
        raise ValueError(f"task must be from 1 to 20, got {task}")
    if split not in SPLITS:
        raise ValueError(f"split must be train or test, got {split!r}")
    return f"qa{task}_{NAMES[task]}_{split}.txt"


def lacking(folder: Path, expected: str) -> str:
    """Say why a file is not to be had from a folder, and what may help."""
    if folder.is_file():
        return (
            f"{folder} is a file; unpack the archive and give its folder en or en-10k"
        )
    if not folder.is_dir():
        return f"there is no folder {folder}"
    inside = sorted(each.parent for each in folder.glob("*/**/qa*_*_*.txt"))
    english = [each for each in inside if each.name.startswith("en")]
    if inside:
        return (
            f"{folder} holds no {expected}, but {(english or inside)[0]} may: give that"
        )
    return (
        f"{folder} holds no {expected}; give the folder of bAbI's archive in which the "
        "tasks' files lie, such as tasks_1-20_v1-2/en"
    )


def parse(lines: Iterable[str], task: int = 0, name: str = "story") -> list[Question]:
    """Questions from lines `ID sentence` and `ID question<tab>answer<tab>IDs`.

    A story goes on over its questions; a line with ID 1 begins the next one.

    Args:
        lines: without their ends, or with them.
        task: which of the twenty, for the questions to say; 0 if of none.
        name: what they are read from, for messages.

    Raises:
        ValueError: if a line is of another form; it says which.
    """
    questions: list[Question] = []
    story: list[str] = []
    place: dict[int, int] = {}  # of each sentence, by its ID
    expected = 1
    for number, line in enumerate(lines, 1):
        where = f"{name}, line {number}"
        head, _, rest = line.strip(" \r\n").partition(" ")
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


def lines(questions: Iterable[Question]) -> list[str]:
    """The lines of a file, without their ends; `parse` reads them.

    Where a question's story begins with the story of the question before, it goes on;
    otherwise a new one begins, with number 1.

    Raises:
        ValueError: if a sentence, a question or an answer is empty, does not fit into a
            line, or a support is no place in the story.
    """
    written: list[str] = []
    told: tuple[str, ...] = ()
    ids: list[int] = []  # of the sentences told
    number = 0
    for each in questions:
        check(each)
        if not number or each.story[: len(told)] != told:
            told, ids, number = (), [], 0
        for sentence in each.story[len(told) :]:
            number += 1
            ids.append(number)
            written.append(f"{number} {sentence}")
        told = each.story
        number += 1
        supports = " ".join(str(ids[place]) for place in each.supports)
        written.append(f"{number} {each.text}\t{each.answer}\t{supports}")
    return written


def check(question: Question) -> None:
    """Refuse what the lines of a file cannot hold, with a ValueError."""
    for text in (*question.story, question.text, question.answer):
        if not text.strip() or text != " ".join(text.split()):
            raise ValueError(f"a line cannot hold the text {text!r}")
    if question.answer != question.answer.lower():
        raise ValueError(f"answers are in small letters, got {question.answer!r}")
    for place in question.supports:
        if not 0 <= place < len(question.story):
            raise ValueError(
                f"supports must be places in a story of {len(question.story)} "
                f"sentences, got {place}"
            )
