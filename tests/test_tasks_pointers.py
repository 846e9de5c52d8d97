"""Arrays and pointers: a batch of tensors and plain Python give the same answers."""

import pytest
import torch

from mininet.tasks.pointers import Access, Copy, Increment, Reverse, Swap

TASKS = [Access(), Increment(), Copy(), Reverse(), Swap()]


def source(seed=0):
    return torch.Generator().manual_seed(seed)


def ids(task):
    return type(task).__name__


@pytest.mark.parametrize("task", TASKS, ids=ids)
@pytest.mark.parametrize("spare", [0, 1, 9])
def test_the_batch_and_plain_python_give_the_same_answers(task, spare):
    asked = task.batch(200, 2, 7, task.cells(7) + spare, source(spare))
    M = asked.memory.shape[1]
    for memory, target in zip(
        asked.memory.tolist(), asked.target.tolist(), strict=True
    ):
        assert task.answer(memory) == target and len(target) == M
        assert min(memory + target) >= 0 and max(memory + target) < M


@pytest.mark.parametrize("task", TASKS, ids=ids)
def test_an_array_has_the_length_asked_for_and_no_zero(task):
    first = {Access: 1, Increment: 0, Copy: 1, Reverse: 1, Swap: 2}[type(task)]
    memory = task.batch(100, 5, 5, 30, source()).memory
    assert (memory[:, first : first + 5] > 0).all()
    assert (memory[:, first + 5 :] == 0).all()
    lengths = (task.batch(200, 2, 6, 30, source()).memory[:, first:] > 0).sum(1)
    assert sorted(set(lengths.tolist())) == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("task", "memory", "target", "steps"),
    [
        (Access(), [2, 9, 8, 7, 0], [7, 9, 8, 7, 0], 2),
        (Increment(), [3, 1, 5, 0, 0], [4, 2, 6, 0, 0], 3),
        (Copy(), [3, 6, 4, 0, 0, 0], [3, 6, 4, 6, 4, 0], 3),
        (Reverse(), [4, 6, 4, 5, 0, 0, 0], [4, 6, 4, 5, 5, 4, 6], 4),
        (Swap(), [2, 4, 9, 8, 7, 0], [2, 4, 7, 8, 9, 0], 5),
    ],
    ids=["access", "increment", "copy", "reverse", "swap"],
)
def test_the_tasks_are_those_of_the_paper(task, memory, target, steps):
    assert task.answer(memory) == target
    n = torch.tensor([3 if not isinstance(task, Copy) else memory[0] - 1])
    assert task.steps(n).tolist() == [steps]


def test_the_pointers_of_a_swap_are_different_and_point_into_the_array():
    memory = Swap().batch(300, 2, 4, 12, source()).memory
    n = (memory[:, 2:] > 0).sum(1)
    for pointer in memory[:, :2].T:
        assert (pointer >= 2).all() and (pointer < 2 + n).all()
    assert (memory[:, 0] != memory[:, 1]).all()


def test_increment_leaves_room_for_one_more():
    asked = Increment().batch(500, 1, 6, 7, source())
    assert asked.memory.max() == 5 and asked.target.max() == 6


@pytest.mark.parametrize("task", TASKS, ids=ids)
def test_an_array_that_does_not_fit_is_refused(task):
    with pytest.raises(ValueError, match="an array of 6 takes"):
        task.batch(1, 2, 6, task.cells(6) - 1, source())
    with pytest.raises(ValueError, match="shortest must be a whole number"):
        task.batch(1, 0, 6, 40, source())
