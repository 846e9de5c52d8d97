"""Questions and answers: what is shown, what is asked, what counts as right."""

import pytest
import torch
from torch.nn import functional as F

from mininet.tasks.answers import (
    Closed,
    Copied,
    Counted,
    Parity,
    Reversed,
    Strings,
)

ALL = [Copied(), Reversed(), Counted(2), Counted(3), Closed(), Parity()]
each = pytest.mark.parametrize("task", ALL, ids=lambda task: type(task).__name__)


def draw(task, batch_size, length, seed=0):
    return task.batch(batch_size, length, torch.Generator().manual_seed(seed))


def told(task, batch, b, length):
    """A question and its answer, as lists of numbers, without the end mark."""
    question = batch.inputs[:length, b].argmax(-1).tolist()
    answer = batch.targets[batch.mask[:, b] == 1, b].tolist()
    if isinstance(task, Strings):
        assert answer.pop() == task.symbols
    return question, answer


def right_answer(task, question):
    """The answer, found in another way."""
    n = len(question)
    if isinstance(task, Copied):
        return question
    if isinstance(task, Reversed):
        return question[::-1]
    if isinstance(task, Counted):
        return [k for k in range(1, task.symbols) for _ in range(n)]
    if isinstance(task, Parity):
        return [question.count(1) % 2]
    text, before = "".join("([)]"[k] for k in question), ""
    while text != before:  # take out what is closed
        before, text = text, text.replace("()", "").replace("[]", "")
    assert not set(text) & set(")]")  # nothing closes what was not open
    return [2 + "([".index(one) for one in reversed(text)]


@each
@pytest.mark.parametrize("length", [1, 2, 5, 16])
def test_every_answer_is_the_one_to_its_question(task, length):
    batch = draw(task, 30, length)
    for b in range(30):
        question, answer = told(task, batch, b, length)
        assert answer == right_answer(task, question)


@each
def test_the_question_comes_first_then_the_mark_then_blanks_or_what_was_said(task):
    batch = draw(task, 8, 5)
    mark = F.one_hot(torch.tensor(task.symbols), task.input_size).float()
    assert torch.equal(batch.inputs[5], mark.expand(8, -1))
    assert (batch.inputs[:5].sum(-1) == 1).all()
    assert (batch.inputs[:5, :, task.symbols] == 0).all()
    assert (batch.inputs[6:].sum(-1) == 1).all() and (batch.inputs[6, :, -1] == 1).all()
    for t, shown in enumerate(batch.inputs[7:], start=7):
        said = (
            batch.targets[t - 1]
            if isinstance(task, Strings)
            else torch.tensor(task.symbols + 1)
        )
        here = batch.mask[t] == 1
        assert (shown.argmax(-1) == said)[here].all()
    assert (batch.mask[:6] == 0).all() and (batch.mask[6] == 1).all()


@each
def test_the_right_outputs_cost_nothing_and_one_wrong_symbol_spoils_its_answer(task):
    batch = draw(task, 10, 6)
    outputs = 50.0 * F.one_hot(batch.targets, task.output_size)
    assert task.loss(outputs, batch).item() == pytest.approx(0, abs=1e-6)
    assert task.score(outputs, batch) == {"right": 1.0, "symbols_right": 1.0}
    outputs[7, 3] = outputs[7, 3].roll(1)
    score, asked = task.score(outputs, batch), batch.mask.sum().item()
    assert score["right"] == pytest.approx(0.9)
    assert score["symbols_right"] == pytest.approx(1 - 1 / asked)
    assert task.loss(outputs, batch).item() == pytest.approx(50 / asked)


@each
def test_what_is_said_outside_of_the_answer_is_nobodys_business(task):
    batch = draw(task, 10, 6)
    outputs = 50.0 * F.one_hot(batch.targets, task.output_size)
    outputs[batch.mask == 0] = torch.randn(task.output_size)
    assert task.score(outputs, batch)["right"] == 1.0
    assert task.loss(outputs, batch).item() == pytest.approx(0, abs=1e-6)


def test_brackets_are_left_open_and_answers_differ_in_length():
    batch = draw(Closed(), 200, 20)
    lengths = batch.mask.sum(0) - 1  # without the end mark
    assert lengths.min() == 0 or lengths.min() < 3
    assert 5 < lengths.max() <= 20 and lengths.float().mean() > 3


@each
def test_the_same_generator_draws_the_same_and_another_one_not(task):
    one, again, other = draw(task, 9, 12), draw(task, 9, 12), draw(task, 9, 12, seed=1)
    assert torch.equal(one.inputs, again.inputs)
    assert torch.equal(one.targets, again.targets)
    same = torch.equal(one.inputs[:12], other.inputs[:12])
    assert same == isinstance(task, Counted)  # there nothing is drawn


@each
def test_a_length_below_one_is_refused(task):
    with pytest.raises(ValueError, match="length must be a whole number"):
        draw(task, 2, 0)
