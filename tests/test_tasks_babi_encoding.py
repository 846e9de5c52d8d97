"""Stories as numbers: nothing is lost, nothing is read that was not told."""

import random

import pytest
import torch

from mininet.tasks.babi.encoding import Vocabulary, encode, kept, some
from mininet.tasks.babi.stories import Question, words
from mininet.tasks.babi.telling import tell

MILK = Question(
    ("Mary took the milk.", "John sat.", "Mary went to the hall."),
    "Where is the milk?",
    "hall",
    (0, 2),
    2,
)
EARLY = Question((), "Where is Mary?", "nowhere", (), 1)


def told(batch, vocabulary, b):
    """A question of a batch back in words: its story, itself, answer and supports."""

    def text(row):
        return tuple(vocabulary.words[w - 1] for w in batch.sentences[row] if w > 0)

    places = [int(row) for row in batch.stories[b] if row > 0]
    ranks = batch.supports[b]
    order = sorted((int(r), i) for i, r in enumerate(ranks) if r > 0)
    return (
        tuple(text(row) for row in places),
        text(batch.questions[b]),
        vocabulary.words[batch.answers[b] - 1],
        tuple(i for _, i in order),
        int(batch.tasks[b]),
    )


def meant(question, memory=None):
    forgotten = len(question.story) - len(kept(question.story, memory))
    return (
        tuple(words(text) for text in kept(question.story, memory)),
        words(question.text),
        question.answer,
        tuple(
            dict.fromkeys(p - forgotten for p in question.supports if p >= forgotten)
        ),
        question.task,
    )


@pytest.mark.parametrize("memory", [None, 50, 3, 1])
def test_what_is_encoded_can_be_read_back(memory):
    questions = [q for task in (1, 2, 7, 8, 15, 19) for q in tell(task, 20, seed=1)]
    questions = [*questions, MILK, EARLY]
    vocabulary = Vocabulary.of(questions)
    batch = encode(questions, vocabulary, memory=memory)
    for b, question in enumerate(questions):
        assert told(batch, vocabulary, b) == meant(question, memory)


def test_some_questions_are_the_same_questions_among_fewer_sentences():
    questions = [*tell(2, 40, seed=1), EARLY, *tell(4, 10, seed=1)]
    vocabulary = Vocabulary.of(questions)
    batch = encode(questions, vocabulary)
    chance = random.Random(0)
    for size in (1, 3, 20):
        chosen = [chance.randrange(len(questions)) for _ in range(size)]
        few = some(batch, torch.tensor(chosen))
        for b, which in enumerate(chosen):
            assert told(few, vocabulary, b) == meant(questions[which])
        assert len(few.sentences) <= len(batch.sentences)
        assert len(few.sentences.unique(dim=0)) == len(few.sentences)


def test_a_sentence_stands_once_however_often_it_is_told():
    questions = [MILK, MILK._replace(text="Where is Mary?")]
    batch = encode(questions, Vocabulary.of(questions))
    assert len(batch.sentences) == 1 + 3 + 2
    assert torch.equal(batch.stories[0], batch.stories[1])


def test_the_first_row_is_no_sentence():
    batch = encode([EARLY], Vocabulary.of([EARLY]))
    assert not batch.sentences[0].any()
    assert not batch.stories.any()
    assert some(batch, torch.tensor([0])).stories.shape == (1, 1)


def test_a_batch_is_its_own_inputs():
    batch = encode([MILK], Vocabulary.of([MILK]))
    assert batch.inputs is batch


def test_a_forgotten_support_leaves_the_others_their_ranks():
    batch = encode([MILK], Vocabulary.of([MILK]), memory=2)
    assert batch.supports.tolist() == [[0, 2]]


def test_unknown_words_and_answers_are_named():
    vocabulary = Vocabulary.of([MILK])
    with pytest.raises(ValueError, match="unknown words: fox, dog"):
        vocabulary.numbers("The fox took the dog and the fox")
    with pytest.raises(ValueError, match="unknown words: fox"):
        encode([MILK._replace(text="Where is the fox?")], vocabulary)
    with pytest.raises(ValueError, match="unknown answers: cellar"):
        encode([MILK._replace(answer="cellar")], vocabulary)
    with pytest.raises(ValueError, match="at least one question"):
        encode([], vocabulary)


def test_an_answer_of_several_words_is_a_word():
    both = MILK._replace(answer="football,milk")
    assert "football,milk" in Vocabulary.of([both]).words


def test_numbers_follow_the_alphabet_from_1():
    vocabulary = Vocabulary(["milk", "hall", "milk"])
    assert vocabulary.words == ("hall", "milk")
    assert vocabulary.number == {"hall": 1, "milk": 2}
    assert len(vocabulary) == 3
