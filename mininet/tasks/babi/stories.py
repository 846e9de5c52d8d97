"""What a question about a story is, the words it is made of, and a story being told."""

from __future__ import annotations

import re
from typing import NamedTuple

WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
RECENT = 5  # so many last sentences bAbI asks about; measured on its files


class Question(NamedTuple):
    """A question, the story told before it, and its answer."""

    story: tuple[str, ...]  # its sentences, the oldest first
    text: str  # the question
    answer: str  # one word; where there are several, with commas: "football,milk"
    supports: tuple[int, ...]  # places in the story of what answers it, from 0
    task: int = 0  # which of the twenty, from 1; 0 if of none


def words(sentence: str) -> tuple[str, ...]:
    """The words of a sentence, without capitals and marks.

    >>> words("Where is Mary?")
    ('where', 'is', 'mary')
    """
    return tuple(WORD.findall(sentence.lower()))


class Story:
    """A story while it is told: what has been said, and what has been asked."""

    def __init__(self, task: int) -> None:
        self.task = task
        self.sentences: list[str] = []
        self.questions: list[Question] = []

    def say(self, sentence: str) -> int:
        """Tell one more sentence; its place in the story, from 0, is returned."""
        self.sentences.append(sentence)
        return len(self.sentences) - 1

    def ask(self, text: str, answer: str, *supports: int) -> None:
        """Ask about what has been said so far."""
        told = tuple(self.sentences)
        self.questions.append(Question(told, text, answer.lower(), supports, self.task))
