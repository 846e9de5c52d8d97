"""Batches of questions whose stories are about as long as each other."""

from collections import Counter

import pytest
import torch

from mininet.tasks.babi.by_length import AskedByLength
from mininet.tasks.babi.encoding import Vocabulary, encode
from mininet.tasks.babi.stories import Question


def told(sentences):
    """A question after a story of so many sentences, each with a word of its own."""
    story = tuple("it is here" for _ in range(sentences))
    return Question(story, "Where is it?", "here", (), 1)


QUESTIONS = [told(n) for n in (9, 1, 5, 3, 7, 2, 8, 4, 6, 10)] * 8
BATCH = encode(QUESTIONS, Vocabulary.of(QUESTIONS))


def draw(task, size, seed):
    return task.batch(size, 1, torch.Generator().manual_seed(seed))


def test_stories_of_a_batch_are_about_as_long_as_each_other():
    task = AskedByLength(BATCH, near=2)
    spreads = []
    for seed in range(100):
        lengths = (draw(task, 8, seed).stories > 0).sum(1)
        spreads.append(int(lengths.max() - lengths.min()))
    assert sum(spread <= 2 for spread in spreads) >= 70  # others: the ring closes there


def test_each_question_is_drawn_as_often_as_any_other():
    task = AskedByLength(BATCH, near=2)
    counts = Counter()
    for seed in range(1000):
        counts.update((draw(task, 8, seed).stories > 0).sum(1).tolist())
    assert sorted(counts) == list(range(1, 11))
    assert all(abs(count - 800) < 150 for count in counts.values()), counts


def test_no_question_is_drawn_twice_unless_there_are_too_few():
    numbered = BATCH._replace(answers=torch.arange(len(QUESTIONS)))
    drawn = draw(AskedByLength(numbered, near=3), 20, seed=0)
    assert len(set(drawn.answers.tolist())) == 20
    few = encode(QUESTIONS[:3], Vocabulary.of(QUESTIONS))
    assert len(draw(AskedByLength(few), 8, seed=0).answers) == 8


def test_the_same_generator_draws_the_same_questions():
    task = AskedByLength(BATCH)
    for one, other in zip(draw(task, 8, 3), draw(task, 8, 3), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("size", [0, -1, 1.5])
def test_a_size_that_makes_no_sense_is_refused(size):
    with pytest.raises(ValueError, match="batch_size must be a whole number"):
        draw(AskedByLength(BATCH), size, seed=0)
    with pytest.raises(ValueError, match="near must be a whole number"):
        AskedByLength(BATCH, near=size)
