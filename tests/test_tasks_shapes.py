"""Coloured shapes on a grid: what is painted, and what is to be said of it."""

import pytest
import torch

from mininet.tasks.shapes import (
    CELLS,
    COLOURS,
    COMMA,
    STOP,
    WORDS,
    Shapes,
    paint,
    stamps,
)


def drawn(size=200, length=4, seed=0, **settings):
    source = torch.Generator().manual_seed(seed)
    return Shapes(**settings).batch(size, length, source)


def test_the_four_shapes_differ_and_leave_the_border_of_a_cell_free():
    forms = stamps()
    assert len({tuple(form.flatten().tolist()) for form in forms}) == 4
    for form in forms:
        assert form.sum() > 8
        assert form[0].sum() == form[-1].sum() == form[:, 0].sum() == 0


def test_a_thing_is_painted_in_its_cell_and_nowhere_else():
    one = torch.eye(4)[:1].unsqueeze(1)
    cell = torch.eye(CELLS)[7].view(1, 1, -1)  # second row, third column
    picture = paint(one, one, cell)[0]
    inside = picture[:, 8:16, 16:24]
    assert torch.isclose(inside.sum(), picture.sum()) and inside.sum() > 0
    red = torch.tensor(COLOURS["red"])
    assert torch.allclose(inside[:, 3, 3], red)
    assert torch.equal(inside[0] > 0, stamps()[0] > 0)


def test_a_thing_without_a_colour_is_not_there():
    none = torch.zeros(1, 1, 4)
    cell = torch.eye(CELLS)[7].view(1, 1, -1)
    assert paint(none, torch.eye(4)[:1].unsqueeze(1), cell).sum() == 0


def test_it_is_described_in_reading_order_and_each_word_is_about_its_cell():
    colours, shapes = torch.tensor([[1], [3], [0]]), torch.tensor([[2], [0], [0]])
    cells = torch.tensor([[4], [20], [CELLS]])
    batch = Shapes(noise=0).described(colours, shapes, cells, torch.Generator())
    said = [WORDS[k] for k in batch.targets[:, 0]]
    assert said == "blue triangle , white circle . . . .".split()
    assert batch.mask[:, 0].tolist() == [1] * 6 + [0] * 3
    about = batch.where[:, 0]
    assert about.argmax(1)[[0, 1, 3, 4]].tolist() == [4, 4, 20, 20]
    assert about.sum(1).tolist() == [1, 1, 0, 1, 1, 0, 0, 0, 0]


def test_pictures_have_every_number_of_things_no_two_in_a_cell():
    batch = drawn()
    many = batch.where[::3].sum((0, 2))
    assert set(many.tolist()) == {1, 2, 3, 4}
    assert batch.where[::3].sum(0).max() == 1
    peaks = batch.where[::3].argmax(2) + CELLS * (batch.where[::3].sum(2) == 0)
    assert (peaks[1:] >= peaks[:-1]).all()


def test_every_word_is_said_and_commas_stand_between_things():
    words = drawn().targets
    assert set(words.flatten().tolist()) == set(range(len(WORDS)))
    assert set(words[2::3].flatten().tolist()) == {COMMA, STOP}


def test_the_same_generator_paints_the_same_pictures():
    assert all(map(torch.equal, drawn(4), drawn(4)))


@pytest.mark.parametrize(
    ("settings", "length", "says"),
    [
        ({"noise": -1}, 4, "noise must be at least 0"),
        ({"fewest": 5}, 4, "length must be between 5 and 25, got 4"),
        ({}, 26, "length must be between 1 and 25, got 26"),
    ],
)
def test_what_makes_no_sense_is_refused(settings, length, says):
    with pytest.raises(ValueError, match=says):
        drawn(2, length, **settings)
