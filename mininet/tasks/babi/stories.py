"""What a question about a story is, and the words it is made of."""

from __future__ import annotations

import re
from typing import NamedTuple

WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")


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
