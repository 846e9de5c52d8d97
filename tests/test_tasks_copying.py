"""Copy and repeat copy: what is shown, what is asked, how the number is scaled."""

from itertools import pairwise

import pytest
import torch

from mininet.tasks.copying import Copy, RepeatCopy, random_bits


def draw(task, batch_size, length, seed=0):
    return task.batch(batch_size, length, torch.Generator().manual_seed(seed))


def shown(inputs, b, length, width):
    """The vectors of one sequence, read from the inputs as lists of bits."""
    rows = inputs[:length, b, :width].tolist()
    return [[{-1.0: 0, 1.0: 1}[number] for number in row] for row in rows]


def said(targets, mask, b):
    """What is asked of one sequence, step by step, as lists of bits."""
    return targets[mask[:, b] == 1, b].tolist()


@pytest.mark.parametrize("length", [1, 2, 7, 20])
@pytest.mark.parametrize("width", [1, 3, 8])
def test_copy_asks_for_the_vectors_it_has_shown(width, length):
    inputs, targets, mask = draw(Copy(width), 20, length)
    assert inputs.shape == (2 * length + 1, 20, width + 1)
    for b in range(20):
        assert said(targets, mask, b) == shown(inputs, b, length, width)


def test_copy_shows_vectors_then_the_mark_then_nothing():
    inputs, _, mask = draw(Copy(), 50, 4)
    vectors, mark, answer = inputs[:4], inputs[4], inputs[5:]
    assert (vectors[..., :8].abs() == 1).all() and (vectors[..., 8] == 0).all()
    assert torch.equal(mark, torch.eye(9)[8].expand(50, 9))
    assert (answer == 0).all()
    assert mask[:, 0].tolist() == [0] * 5 + [1] * 4 and (mask == mask[:, :1]).all()


def test_the_bits_are_fair_coins_and_each_is_thrown_anew():
    coins = random_bits(50, 400, 8, generator=torch.Generator().manual_seed(0))
    assert set(coins.unique().tolist()) == {0.0, 1.0}
    assert coins.mean().item() == pytest.approx(0.5, abs=0.005)
    for axis in range(3):  # neighbours agree half of the time, along every axis
        agree = (coins == coins.roll(1, dims=axis)).float().mean().item()
        assert agree == pytest.approx(0.5, abs=0.005)


def repeats_of(inputs, length, task):
    """The number of repeats, read from its channel by trying them all."""
    number = inputs[length, 0, task.width + 1].item()
    low, high = task.repeats
    (found,) = [
        times
        for times in range(low, high + 1)
        if task.scaled(times) == pytest.approx(number, abs=1e-6)
    ]
    return found


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("length", [1, 4])
def test_repeat_copy_asks_for_the_vectors_as_often_as_the_number_says(length, seed):
    task = RepeatCopy(width=3, repeats=(1, 6))
    inputs, targets, mask = draw(task, 5, length, seed)
    times = repeats_of(inputs, length, task)
    for b in range(5):
        again = [[*row, 0] for row in shown(inputs, b, length, 3)] * times
        assert said(targets, mask, b) == [*again, [0, 0, 0, 1]]  # and the end mark
    assert len(inputs) == length + 1 + length * times + 1


def test_repeat_copy_shows_vectors_then_mark_and_number_then_nothing():
    task = RepeatCopy()
    inputs, _, mask = draw(task, 30, 4)
    times = repeats_of(inputs, 4, task)
    vectors, mark, answer = inputs[:4], inputs[4], inputs[5:]
    assert (vectors[..., :8].abs() == 1).all() and (vectors[..., 8:] == 0).all()
    assert (mark[:, :8] == 0).all() and (mark[:, 8] == 1).all()
    assert torch.allclose(mark[:, 9], torch.tensor(task.scaled(times)))
    assert (answer == 0).all()
    assert mask[:, 0].tolist() == [0] * 5 + [1] * (4 * times + 1)
    assert (mask == mask[:, :1]).all()


def test_the_end_mark_stands_at_the_last_step_only():
    targets = draw(RepeatCopy(), 10, 3).targets
    assert (targets[:-1, :, 8] == 0).all() and (targets[-1, :, 8] == 1).all()
    assert (targets[-1, :, :8] == 0).all()


def test_the_scaled_number_has_mean_zero_and_variance_one_from_one_to_ten():
    for task in (RepeatCopy(), RepeatCopy(repeats=(3, 20))):  # whatever it draws
        numbers = [task.scaled(times) for times in range(1, 11)]
        assert sum(numbers) / 10 == pytest.approx(0, abs=1e-12)
        assert sum(n * n for n in numbers) / 10 == pytest.approx(1)
    apart = [b - a for a, b in pairwise(numbers)]
    assert apart == pytest.approx([apart[0]] * 9) and apart[0] > 0


def test_every_number_of_repeats_in_the_range_is_drawn_and_no_other():
    task = RepeatCopy(width=1, repeats=(2, 5))
    source = torch.Generator().manual_seed(0)
    drawn = [repeats_of(task.batch(1, 1, source).inputs, 1, task) for _ in range(400)]
    assert set(drawn) == {2, 3, 4, 5}
    assert all(80 < drawn.count(times) < 120 for times in (2, 3, 4, 5))


@pytest.mark.parametrize("width", [0, -1, 2.5, True])
@pytest.mark.parametrize("build", [Copy, RepeatCopy])
def test_a_width_that_is_no_positive_whole_number_is_refused(build, width):
    with pytest.raises(ValueError, match=f"width must be.*got {width}"):
        build(width)


def test_repeats_the_wrong_way_round_or_below_one_are_refused():
    with pytest.raises(ValueError, match=r"\(smallest, largest\), got \(5, 2\)"):
        RepeatCopy(repeats=(5, 2))
    with pytest.raises(ValueError, match=r"at least 1, got 0"):
        RepeatCopy(repeats=(0, 2))
