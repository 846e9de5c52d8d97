"""What all tasks on bits share: the loss, the score, the mask, the generator."""

import math

import pytest
import torch

from mininet.tasks import Batch
from mininet.tasks.bits import Bits, bits, surprise
from mininet.tasks.copying import Copy, RepeatCopy
from mininet.tasks.ngrams import NGrams
from mininet.tasks.recall import AssociativeRecall
from mininet.tasks.sorting import PrioritySort

# A task, a length, and how many bits of each sequence are asked for.
TASKS = [
    (Copy(), 5, 5 * 8),
    (RepeatCopy(repeats=(2, 2)), 3, (3 * 2 + 1) * 9),
    (AssociativeRecall(), 4, 3 * 6),
    (NGrams(), 30, 25),
    (PrioritySort(), 10, 8 * 8),
]
each = pytest.mark.parametrize(
    ("task", "length", "asked"), TASKS, ids=[type(t).__name__ for t, _, _ in TASKS]
)


def draw(task, length, batch_size=6, seed=0):
    return task.batch(batch_size, length, torch.Generator().manual_seed(seed))


def sure(targets):
    """Logits of 20 for a 1 and of -20 for a 0."""
    return 40 * targets - 20


def slow_bits(outputs, batch):
    """The surprise of each sequence, bit by bit, in plain Python."""
    steps, sequences, width = batch.targets.shape
    costs = [0.0] * sequences
    for t in range(steps):
        for b in range(sequences):
            for o in range(width if batch.mask[t, b] == 1 else 0):
                chance = 1 / (1 + math.exp(-outputs[t, b, o].item()))
                told = chance if batch.targets[t, b, o] == 1 else 1 - chance
                costs[b] -= math.log2(told)
    return costs


@each
def test_a_perfect_answer_costs_nothing_and_is_right(task, length, asked):
    batch = draw(task, length)
    score = task.score(sure(batch.targets), batch)
    assert score["bits"] == pytest.approx(0, abs=1e-5)
    assert task.loss(sure(batch.targets), batch).item() == pytest.approx(0, abs=1e-7)
    assert score["right"] == score["bits_right"] == 1 and score["wrong_bits"] == 0


@each
def test_always_unsure_costs_a_bit_for_every_bit_asked(task, length, asked):
    batch = draw(task, length)
    unsure = torch.zeros_like(batch.targets)
    assert task.score(unsure, batch)["bits"] == pytest.approx(asked, rel=1e-6)
    assert task.loss(unsure, batch).item() == pytest.approx(math.log(2), rel=1e-6)


@each
def test_one_flipped_bit_is_counted(task, length, asked):
    batch = draw(task, length, batch_size=4)
    outputs = sure(batch.targets)
    outputs[-1, 2, 0] *= -1
    score = task.score(outputs, batch)
    assert score["wrong_bits"] == 1 / 4 and score["right"] == 3 / 4
    assert score["bits_right"] == pytest.approx(1 - 1 / (4 * asked))
    assert score["bits"] == pytest.approx(20 / math.log(2) / 4, rel=1e-5)


@each
def test_all_bits_flipped_are_all_wrong(task, length, asked):
    batch = draw(task, length)
    score = task.score(-sure(batch.targets), batch)
    assert score["wrong_bits"] == asked and score["right"] == score["bits_right"] == 0


@each
def test_what_is_said_where_nothing_is_asked_does_not_matter(task, length, asked):
    batch = draw(task, length)
    silent = batch.mask == 0
    assert silent.any() and set(batch.mask.unique().tolist()) == {0.0, 1.0}
    outputs = torch.randn(batch.targets.shape)
    babble = outputs.clone()
    babble[silent] = 7.0
    assert task.score(babble, batch) == task.score(outputs, batch)
    assert torch.equal(task.loss(babble, batch), task.loss(outputs, batch))
    outputs.requires_grad_()
    (slope,) = torch.autograd.grad(task.loss(outputs, batch), outputs)
    assert (slope[silent] == 0).all() and (slope[~silent] != 0).all()


@each
def test_each_sequence_costs_what_plain_python_says(task, length, asked):
    batch = draw(task, length, batch_size=3, seed=2)
    torch.manual_seed(0)
    outputs = 3 * torch.randn(batch.targets.shape)
    costs = slow_bits(outputs, batch)
    assert bits(outputs, batch).tolist() == pytest.approx(costs, rel=1e-5)
    assert task.score(outputs, batch)["bits"] == pytest.approx(sum(costs) / 3, rel=1e-5)
    nats = sum(costs) * math.log(2)
    assert task.loss(outputs, batch).item() == pytest.approx(nats / 3 / asked, rel=1e-5)


@each
def test_every_sequence_is_asked_for_the_same_number_of_bits(task, length, asked):
    batch = draw(task, length)
    assert (batch.mask.sum(0) * batch.targets.shape[2] == asked).all()


@each
def test_the_same_generator_state_draws_the_same_batch(task, length, asked):
    a, b, c = (draw(task, length, seed=seed) for seed in (7, 7, 8))
    assert all(torch.equal(x, y) for x, y in zip(a, b, strict=True))
    assert not torch.equal(a.inputs, c.inputs)


@each
def test_torchs_own_generator_is_left_alone(task, length, asked):
    before = torch.get_rng_state()
    draw(task, length)
    assert torch.equal(torch.get_rng_state(), before)


@each
def test_inputs_and_targets_have_the_sizes_the_task_names(task, length, asked):
    inputs, targets, mask = draw(task, length)
    steps = len(inputs)
    assert inputs.shape == (steps, 6, task.input_size)
    assert targets.shape == (steps, 6, task.output_size) and mask.shape == (steps, 6)
    assert set(targets.unique().tolist()) == {0.0, 1.0}


@each
@pytest.mark.parametrize("wrong", [0, -3, 2.0, True])
def test_a_length_that_is_no_positive_whole_number_is_refused(
    task, length, asked, wrong
):
    with pytest.raises(ValueError, match=f"length must be.*got {wrong}"):
        draw(task, wrong)


@each
def test_an_empty_batch_is_refused(task, length, asked):
    with pytest.raises(ValueError, match=r"batch_size must be.*got 0"):
        draw(task, length, batch_size=0)


@each
def test_outputs_of_another_shape_are_refused_and_not_broadcast(task, length, asked):
    batch = draw(task, length)
    for measure in (task.loss, task.score):
        with pytest.raises(ValueError, match=r"\(time, batch, bits\), got \(1, 6, 1\)"):
            measure(torch.zeros(1, 6, 1), batch)


def test_a_bit_said_with_chance_three_quarters_costs_what_it_should():
    # Logit log(3): three to one for a 1. Told 1, then 0, then not asked.
    targets = torch.tensor([1.0, 0.0, 1.0]).view(3, 1, 1)
    batch = Batch(targets, targets, torch.tensor([[1.0], [1.0], [0.0]]))
    outputs = torch.full((3, 1, 1), math.log(3))
    told = surprise(outputs, batch).flatten().tolist()
    assert told == pytest.approx([math.log(4 / 3), math.log(4), 0])
    assert bits(outputs, batch).item() == pytest.approx(math.log2(4 / 3) + 2)
    assert Bits().loss(outputs, batch).item() == pytest.approx(sum(told) / 2)


def test_very_sure_and_wrong_is_dear_but_finite():
    targets = torch.ones(1, 2, 1)
    batch = Batch(targets, targets, torch.ones(1, 2))
    outputs = torch.tensor([-1e4, 1e4]).view(1, 2, 1)
    assert bits(outputs, batch).tolist() == pytest.approx([1e4 / math.log(2), 0])


def test_an_answer_that_is_no_number_gives_a_score_that_is_none():
    task = Copy()
    batch = draw(task, 3)
    assert math.isnan(task.score(batch.targets * math.nan, batch)["bits"])
