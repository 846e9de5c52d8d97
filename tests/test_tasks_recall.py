"""Associative recall: the answer is found again from the inputs alone."""

import pytest
import torch

from mininet.tasks.recall import AssociativeRecall


def draw(batch_size, length, seed=0, **sizes):
    task = AssociativeRecall(**sizes)
    return task.batch(batch_size, length, torch.Generator().manual_seed(seed))


def understood(inputs, b, width, item):
    """The items of one sequence and the question, by walking over its steps."""
    steps = inputs[:, b].tolist()
    items, question, t = [], None, 0
    while t < len(steps):
        *_, starts, asks = steps[t]
        block = [step[:width] for step in steps[t + 1 : t + 1 + item]]
        if starts == 1:
            items.append(block)
            t += item + 1
        elif asks == 1 and question is None:
            question = block
            assert steps[t + 1 + item] == [0] * (width + 1) + [1]  # the question's end
            t += item + 2
        else:  # the answer is due, and nothing is shown
            assert steps[t] == [0] * (width + 2)
            t += 1
    return items, question


@pytest.mark.parametrize("length", [2, 3, 6, 20])
@pytest.mark.parametrize(
    "sizes", [{}, {"width": 9, "item": 2}, {"width": 20, "item": 1}]
)
def test_the_answer_is_the_item_after_the_one_asked(sizes, length):
    width, item = sizes.get("width", 6), sizes.get("item", 3)
    inputs, targets, mask = draw(40, length, **sizes)
    for b in range(40):
        items, question = understood(inputs, b, width, item)
        assert len(items) == length
        # Items may be alike by chance; then the answer follows one of them.
        may_follow = [items[k + 1] for k in range(length - 1) if items[k] == question]
        assert (2 * targets[-item:, b] - 1).tolist() in may_follow
    assert (mask[-item:] == 1).all() and mask.sum() == 40 * item


def test_the_steps_are_the_list_the_question_and_the_answer():
    inputs, targets, _ = draw(7, 5)
    # Five items and the question with a mark in front, a mark behind, the answer.
    assert len(inputs) == 5 * 4 + 4 + 1 + 3 == (5 + 2) * (3 + 1)
    assert (targets[:-3] == 0).all()
    starts, asks = inputs[:, 0, 6].nonzero(), inputs[:, 0, 7].nonzero()
    assert starts.flatten().tolist() == [0, 4, 8, 12, 16]
    assert asks.flatten().tolist() == [20, 24]


def test_every_item_but_the_last_is_asked_for_equally_often():
    width, item, length = 6, 3, 5
    inputs = draw(2000, length).inputs
    asked = [0] * length
    for b in range(2000):
        items, question = understood(inputs, b, width, item)
        asked[items.index(question)] += 1
    assert asked[-1] == 0
    assert all(430 < count < 570 for count in asked[:-1])


def test_sequences_of_a_batch_ask_for_different_places():
    inputs = draw(30, 6).inputs
    places = set()
    for b in range(30):
        items, question = understood(inputs, b, 6, 3)
        places.add(items.index(question))
    assert places == {0, 1, 2, 3, 4}


def test_bits_are_shown_as_minus_one_and_one_and_are_fair():
    inputs = draw(1000, 4).inputs
    vectors = torch.cat([inputs[t + 1 : t + 4, :, :6] for t in (0, 4, 8, 12)])
    assert (vectors.abs() == 1).all()
    assert vectors.mean().item() == pytest.approx(0, abs=0.01)


def test_a_single_item_has_no_next_one_and_is_refused():
    with pytest.raises(ValueError, match="at least 2 items, got length 1"):
        draw(3, 1)


@pytest.mark.parametrize("name", ["width", "item"])
@pytest.mark.parametrize("size", [0, -2, 1.5, True])
def test_a_size_that_is_no_positive_whole_number_is_refused(name, size):
    with pytest.raises(ValueError, match=f"{name} must be.*got {size}"):
        AssociativeRecall(**{name: size})
