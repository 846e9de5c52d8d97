"""Stories as numbers: each sentence once, and a story as places among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from mininet.tasks.babi.stories import Question, words


class Batch(NamedTuple):
    """B questions, their stories of up to N sentences, of up to J words each.

    A sentence stands in `sentences` once, however many stories tell it, so that a model
    encodes it once. Word 0 is no word; row 0 of the sentences is empty, and in a story
    it stands for no sentence. Stories begin at place 0, the oldest sentence first.
    """

    sentences: Tensor  # their words, (U, J), from 1
    stories: Tensor  # rows of `sentences`, (B, N); 0 after a story's end
    questions: Tensor  # rows of `sentences`, (B,)
    answers: Tensor  # words, (B,)
    supports: Tensor  # 1 for the first sentence that answers it, 2, …; else 0, (B, N)
    tasks: Tensor  # which of the twenty, (B,)

    @property
    def inputs(self) -> Batch:
        """What a model reads: all of it."""
        return self


class Vocabulary:
    """Words and their numbers, from 1 in the order of the alphabet; 0 is no word.

    An answer of several words, `football,milk`, is a word of its own.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self.words = tuple(sorted(set(known)))
        self.number = {word: k for k, word in enumerate(self.words, 1)}

    @classmethod
    def of(cls, *sets: Sequence[Question]) -> Vocabulary:
        """All words of the questions, their stories and their answers."""
        texts = {
            text for one in sets for each in one for text in (*each.story, each.text)
        }
        answers = {each.answer for one in sets for each in one}
        return cls(answers.union(*map(words, texts)))

    def __len__(self) -> int:
        """How many numbers there are, with the 0 of no word."""
        return len(self.words) + 1

    def numbers(self, sentence: str) -> list[int]:
        """The numbers of a sentence's words.

        Raises:
            ValueError: if a word is not known; it names all that are not.
        """
        unknown = [word for word in words(sentence) if word not in self.number]
        if unknown:
            raise ValueError(f"unknown words: {', '.join(dict.fromkeys(unknown))}")
        return [self.number[word] for word in words(sentence)]


def encode(
    questions: Sequence[Question], vocabulary: Vocabulary, memory: int | None = None
) -> Batch:
    """Questions as numbers.

    Args:
        questions: at least one.
        vocabulary: of all their words.
        memory: how many of a story's last sentences are kept; all if not given. What
            was told before them is forgotten, and so are supports among it.

    Raises:
        ValueError: if there is no question, or a word or an answer is not known.
    """
    if not questions:
        raise ValueError("there must be at least one question, got none")
    unknown = {each.answer for each in questions} - set(vocabulary.words)
    if unknown:
        raise ValueError(f"unknown answers: {' '.join(sorted(unknown))}")
    row: dict[str, int] = {"": 0}
    for each in questions:
        for text in (*kept(each.story, memory), each.text):
            row.setdefault(text, len(row))
    numbers = [vocabulary.numbers(text) for text in row]
    sentences = torch.zeros(len(row), max(map(len, numbers)), dtype=torch.long)
    for place, codes in enumerate(numbers):
        sentences[place, : len(codes)] = torch.tensor(codes, dtype=torch.long)
    lengths = [len(kept(each.story, memory)) for each in questions]
    stories = torch.zeros(len(questions), max(1, *lengths), dtype=torch.long)
    supports = torch.zeros_like(stories)
    for b, each in enumerate(questions):
        told = kept(each.story, memory)
        stories[b, : len(told)] = torch.tensor([row[text] for text in told])
        forgotten = len(each.story) - len(told)
        for rank, place in enumerate(each.supports, 1):
            if place >= forgotten:
                supports[b, place - forgotten] = rank
    return Batch(
        sentences=sentences,
        stories=stories,
        questions=torch.tensor([row[each.text] for each in questions]),
        answers=torch.tensor([vocabulary.number[each.answer] for each in questions]),
        supports=supports,
        tasks=torch.tensor([each.task for each in questions]),
    )


def kept(story: Sequence[str], memory: int | None) -> Sequence[str]:
    """The last sentences of a story, as many as the memory holds."""
    return story if memory is None else story[max(0, len(story) - memory) :]


def some(batch: Batch, chosen: Tensor) -> Batch:
    """Some of the questions, without sentences that none of them needs.

    Args:
        batch: all.
        chosen: their places, (B,).
    """
    longest = int((batch.stories[chosen] > 0).sum(1).max().clamp_min(1))
    stories, asked = batch.stories[chosen, :longest], batch.questions[chosen]
    rows = torch.cat([torch.zeros(1, dtype=torch.long), stories.flatten(), asked])
    needed, place = torch.unique(rows, return_inverse=True)
    inside = place[1 : 1 + stories.numel()].view_as(stories)
    sentences = batch.sentences[needed]
    words_in = max(1, int((sentences > 0).sum(1).max()))
    return Batch(
        sentences=sentences[:, :words_in],
        stories=inside,
        questions=place[1 + stories.numel() :],
        answers=batch.answers[chosen],
        supports=batch.supports[chosen, :longest],
        tasks=batch.tasks[chosen],
    )
