"""Parity against plain Python."""

import pytest
import torch

from mininet.tasks.parity import Parity


def drawn(task, length, size=300, seed=0):
    return task.batch(size, length, torch.Generator().manual_seed(seed))


def test_the_answer_is_whether_the_number_of_ones_is_odd():
    batch = drawn(Parity(12), 12)
    seen = set()
    for x, y in zip(batch.inputs[0].tolist(), batch.targets[0], strict=True):
        n = sum(v != 0 for v in x)
        seen.add(n)
        assert all(v in (-1, 1) for v in x[:n]) and not any(x[n:])
        assert y.item() == x.count(1) % 2
    assert seen == set(range(1, 13))
    assert 0.4 < batch.targets.mean() < 0.6 and batch.mask.all()


def test_questions_can_be_drawn_with_given_numbers_of_bits():
    many = torch.tensor([1, 5, 3, 5])
    batch = Parity(5).of(many, torch.Generator().manual_seed(0))
    assert batch.inputs.abs().sum(2)[0].tolist() == many.tolist()


@pytest.mark.parametrize("length", [0, 6, -1])
def test_a_length_that_does_not_fit_is_refused(length):
    with pytest.raises(ValueError, match="length must be between 1 and places = 5"):
        drawn(Parity(5), length)


@pytest.mark.parametrize("places", [0, 2.5, True])
def test_a_number_of_places_that_makes_no_sense_is_refused(places):
    with pytest.raises(ValueError, match="places must be a whole number"):
        Parity(places)


def test_one_seed_draws_the_same_questions():
    task = Parity(5)
    one, other = drawn(task, 5, seed=3), drawn(task, 5, seed=3)
    assert all(torch.equal(a, b) for a, b in zip(one, other, strict=True))
    assert task.input_size == one.inputs.shape[2]
    assert not torch.equal(one.inputs, drawn(task, 5, seed=4).inputs)
