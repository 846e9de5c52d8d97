"""The adding problem: what it draws, what it asks, how it scores."""

import math

import pytest
import torch

from mininet.tasks.adding import Adding

task = Adding()


def draw(batch_size, length, seed=0):
    return task.batch(batch_size, length, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("length", [2, 3, 10, 101])
def test_each_half_has_one_mark_and_the_target_is_the_marked_sum(length):
    inputs, targets, _ = draw(500, length)
    values, marks = inputs.unbind(-1)
    assert inputs.shape == (length, 500, 2) and targets.shape == (length, 500, 1)
    assert set(marks.unique().tolist()) <= {0.0, 1.0}
    assert (marks[: length // 2].sum(0) == 1).all()
    assert (marks[length // 2 :].sum(0) == 1).all()
    for k in range(500):
        a, b = values[:, k][marks[:, k] == 1].tolist()
        assert targets[-1, k].item() == pytest.approx(a + b, abs=1e-6)


def test_only_the_last_step_counts():
    mask = draw(3, 5).mask
    assert torch.equal(mask, torch.tensor([0.0, 0, 0, 0, 1]).unsqueeze(1).expand(5, 3))


def test_values_and_places_are_spread_evenly():
    inputs = draw(20_000, 10).inputs
    values, marks = inputs.unbind(-1)
    assert values.min() >= 0 and values.max() < 1
    assert values.mean().item() == pytest.approx(0.5, abs=0.005)
    assert values.var().item() == pytest.approx(1 / 12, abs=0.002)
    assert torch.allclose(marks.mean(1), torch.tensor(0.2), atol=0.02)


def test_the_same_generator_state_draws_the_same_batch():
    a, b, c = draw(4, 20, seed=7), draw(4, 20, seed=7), draw(4, 20, seed=8)
    assert all(torch.equal(x, y) for x, y in zip(a, b, strict=True))
    assert not torch.equal(a.inputs, c.inputs)


def test_always_saying_one_costs_the_baseline():
    batch = draw(50_000, 4)
    loss = task.loss(torch.ones_like(batch.targets), batch).item()
    assert task.baseline == pytest.approx(1 / 6)
    assert loss == pytest.approx(task.baseline, abs=0.003)


def test_a_right_answer_costs_nothing_and_scores_one():
    batch = draw(50, 6)
    outputs = torch.zeros_like(batch.targets)
    outputs[-1] = batch.targets[-1]  # what is said earlier does not matter
    assert task.loss(outputs, batch).item() == 0
    assert task.score(outputs, batch) == {"mse": 0.0, "right": 1.0}


def test_right_means_closer_than_the_tolerance():
    batch = draw(4, 6)
    off = torch.tensor([0.0, 0.079, -0.079, 0.081]).unsqueeze(-1)
    score = task.score(batch.targets + off, batch)
    assert score["right"] == 0.75
    assert score["mse"] == pytest.approx((2 * 0.079**2 + 0.081**2) / 4, rel=1e-4)


def test_a_wrong_answer_gives_a_score_that_is_not_finite():
    batch = draw(2, 6)
    score = task.score(batch.targets * math.nan, batch)
    assert math.isnan(score["mse"]) and score["right"] == 0


@pytest.mark.parametrize("length", [0, -5, 1.0, True])
def test_a_length_that_is_no_positive_whole_number_is_refused(length):
    with pytest.raises(ValueError, match=f"length must be.*got {length}"):
        draw(2, length)


def test_a_length_without_two_halves_is_refused():
    with pytest.raises(ValueError, match=r"one step in each half.*at least 2, got 1"):
        draw(2, 1)


def test_an_empty_batch_is_refused():
    with pytest.raises(ValueError, match=r"batch_size must be.*got 0"):
        draw(0, 10)


def test_outputs_of_another_shape_are_refused_and_not_broadcast():
    batch = draw(3, 6)
    for measure in (task.loss, task.score):
        with pytest.raises(ValueError, match=r"shape \(6, 3, 1\).*got \(6, 3\)"):
            measure(torch.zeros(6, 3), batch)
