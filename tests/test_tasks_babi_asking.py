"""Asking: what is drawn, and how answers are scored."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from mininet.learning import Optimiser, Scoring, Supervised, Training, train
from mininet.tasks.babi import asking
from mininet.tasks.babi.asking import Asked, answered, errors_by_task
from mininet.tasks.babi.encoding import Vocabulary, encode
from mininet.tasks.babi.telling import tell

QUESTIONS = [*tell(1, 30, seed=0), *tell(6, 30, seed=0)]
WORDS = Vocabulary.of(QUESTIONS)
BATCH = encode(QUESTIONS, WORDS)


class Knowing(nn.Module):
    """Says a word, or the answer."""

    def __init__(self, said=None):
        super().__init__()
        self.said, self.weight = said, nn.Parameter(torch.zeros(len(WORDS)))

    def forward(self, batch):
        answers = batch.answers
        if self.said is not None:
            answers = torch.full_like(answers, WORDS.number[self.said])
        return F.one_hot(answers, len(WORDS)).float() + self.weight


def source(seed=0):
    return torch.Generator().manual_seed(seed)


def test_the_same_generator_draws_the_same_questions():
    asked = Asked(BATCH)
    for one, other in zip(
        asked.batch(8, 1, source()), asked.batch(8, 1, source()), strict=True
    ):
        assert torch.equal(one, other)


def test_every_question_is_drawn_as_often():
    draws = Asked(BATCH).batch(6000, 1, source())
    share = (draws.tasks == 1).double().mean()
    assert share == pytest.approx(0.5, abs=0.03)


def test_no_question_is_no_batch():
    with pytest.raises(ValueError, match="batch_size"):
        Asked(BATCH).batch(0, 1, source())


def test_loss_and_error_are_lowest_where_all_is_known():
    asked, batch = Asked(BATCH), Asked(BATCH).batch(40, 1, source())
    right, wrong = Knowing()(batch), Knowing("mary")(batch)
    assert asked.score(right, batch) == {"error": 0.0}
    assert asked.score(wrong, batch) == {"error": 1.0}
    assert asked.loss(right, batch) < asked.loss(wrong, batch)
    assert asked.loss(50 * right, batch).item() == pytest.approx(0, abs=1e-6)


def test_each_task_has_its_own_error():
    assert errors_by_task(Knowing(), BATCH) == {1: 0.0, 6: 0.0}
    yes = [q.answer == "yes" for q in QUESTIONS if q.task == 6]
    errors = errors_by_task(Knowing("yes"), BATCH)
    assert errors == {1: 1.0, 6: pytest.approx(1 - sum(yes) / len(yes))}


def test_answers_come_in_the_order_of_the_questions_however_many_at_once(monkeypatch):
    monkeypatch.setattr(asking, "AT_ONCE", 7)
    model = Knowing().train()
    assert torch.equal(answered(model, BATCH), BATCH.answers)
    assert model.training


def test_a_model_learns_from_a_fixed_set_with_the_usual_objective():
    model = Knowing("yes")
    training = Training(
        steps=30, lengths=1, optimiser=Optimiser(0.1), scoring=Scoring(times=1, size=20)
    )
    history = train(model, Supervised(Asked(BATCH)), training, progress=False)
    assert history.losses[-1] < history.losses[0]
    assert set(history.scores[-1][1]) == {"error"}
