"""How what is told is scored: symbols place by place, and where attention was."""

from typing import NamedTuple

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from mininet.tasks.telling import Telling, ended, share


class Asked(NamedTuple):
    targets: Tensor
    mask: Tensor
    where: Tensor


class Three(Telling):
    input_size, output_size, end = 1, 3, 2


def batch():
    """Symbols 0 1 and the end; of two words, the second one letter long."""
    targets = torch.tensor([[0, 1], [1, 2], [2, 2]])
    where = torch.zeros(3, 2, 4)
    where[0, 0, :2] = where[1, 0, 2:] = where[0, 1, 1] = 1
    return Asked(targets, torch.tensor([[1.0, 1], [1, 1], [1, 0]]), where)


def scored(symbols, peaks):
    scores = F.one_hot(torch.tensor(symbols), 3).float()
    return Three().score(scores, F.one_hot(torch.tensor(peaks), 4).float(), batch())


RIGHT = [[0, 1], [1, 2], [2, 2]]
LOOKS = [[0, 1], [2, 0], [0, 0]]


def test_all_right_and_looked_at_where_it_is():
    assert scored(RIGHT, LOOKS) == dict(right=1, whole=1, there=1, onward=1)


def test_what_comes_after_the_end_sign_does_not_count():
    told = scored([[0, 1], [1, 2], [2, 0]], LOOKS)
    assert told["whole"] == 1


def test_an_end_sign_too_early_makes_the_rest_wrong():
    told = scored([[2, 1], [1, 2], [2, 2]], LOOKS)
    assert told["right"] == pytest.approx(1 / 3) and told["whole"] == 0.5
    assert told["there"] == pytest.approx(1 / 3)  # it looked, and said nothing


def test_going_back_among_the_letters_counts_and_after_them_does_not():
    assert scored(RIGHT, [[3, 1], [2, 0], [0, 0]])["onward"] == 0.5
    assert scored(RIGHT, [[2, 1], [2, 0], [0, 0]])["onward"] == 1


def test_a_coarser_attention_is_right_where_some_of_its_places_are():
    scores = F.one_hot(torch.tensor(RIGHT), 3).float()
    halves = F.one_hot(torch.tensor([[0, 0], [1, 0], [0, 0]]), 2).float()
    assert Three().score(scores, halves, batch())["there"] == 1


def test_symbols_are_ended_at_the_first_sign():
    symbols = torch.tensor([[0, 2], [2, 1], [1, 0]])
    assert ended(symbols, 2).tolist() == [[0, 2], [2, 2], [2, 2]]


def test_the_loss_is_of_the_symbols_that_count():
    scores = torch.zeros(3, 2, 3, requires_grad=True)
    loss = Three().loss(scores, batch())
    assert loss.item() == pytest.approx(torch.tensor(3.0).log().item())
    loss.backward()
    assert (scores.grad[2, 1] == 0).all() and (scores.grad[2, 0] != 0).any()


def test_of_nothing_all_is_right():
    assert share(torch.tensor([True]), torch.tensor([False])) == 1
