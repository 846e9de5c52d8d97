"""Priority sort: the targets are what Python's sorted() makes of the inputs."""

import pytest
import torch

from mininet.tasks.sorting import PrioritySort


def draw(batch_size, length, seed=0, **given):
    task = PrioritySort(**given)
    return task.batch(batch_size, length, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(
    ("length", "asked"), [(1, 1), (2, 2), (3, 2), (5, 4), (10, 8), (20, 16)]
)
@pytest.mark.parametrize("width", [1, 8])
def test_the_most_urgent_vectors_are_asked_for_the_highest_first(width, length, asked):
    inputs, targets, mask = draw(30, length, width=width)
    assert inputs.shape == (length + 1 + asked, 30, width + 2)
    assert (mask[: length + 1] == 0).all() and (mask[length + 1 :] == 1).all()
    for b in range(30):
        rows = [(row[width], row[:width]) for row in inputs[:length, b].tolist()]
        in_order = sorted(rows, key=lambda row: row[0], reverse=True)
        wanted = [[(n + 1) / 2 for n in vector] for _, vector in in_order[:asked]]
        assert targets[-asked:, b].tolist() == wanted


def test_vectors_come_first_then_the_mark_then_nothing():
    inputs, targets, _ = draw(40, 5)
    vectors, mark, answer = inputs[:5], inputs[5], inputs[6:]
    assert (vectors[..., :8].abs() == 1).all() and (vectors[..., 9] == 0).all()
    assert torch.equal(mark, torch.eye(10)[9].expand(40, 10))
    assert (answer == 0).all() and (targets[:6] == 0).all()


def test_priorities_are_spread_evenly_from_minus_one_to_one():
    priorities = draw(2000, 20).inputs[:20, :, 8]
    assert -1 <= priorities.min() < -0.999 and 0.999 < priorities.max() < 1
    assert priorities.mean().item() == pytest.approx(0, abs=0.01)
    assert priorities.var().item() == pytest.approx(1 / 3, abs=0.005)
    halves = torch.stack([priorities[:10].flatten(), priorities[10:].flatten()])
    assert torch.corrcoef(halves)[0, 1].abs() < 0.02


def test_the_paper_asks_for_sixteen_of_twenty():
    assert PrioritySort().asked(20) == 16


@pytest.mark.parametrize(("share", "asked"), [(0.01, 1), (0.5, 5), (1.0, 10), (1, 10)])
def test_the_share_says_how_many_and_at_least_one_is_asked_for(share, asked):
    assert PrioritySort(share=share).asked(10) == asked
    assert (draw(3, 10, share=share).mask.sum(0) == asked).all()


@pytest.mark.parametrize("share", [0, -0.5, 1.01, float("nan")])
def test_a_share_that_makes_no_sense_is_refused(share):
    with pytest.raises(ValueError, match=f"above 0 and at most 1, got {share}"):
        PrioritySort(share=share)


@pytest.mark.parametrize("width", [0, -1, 2.5, True])
def test_a_width_that_is_no_positive_whole_number_is_refused(width):
    with pytest.raises(ValueError, match=f"width must be.*got {width}"):
        PrioritySort(width)
