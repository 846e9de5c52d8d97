"""Binary sums in a line: what is shown, what is asked, and what counts."""

import pytest
import torch

from mininet.tasks.line_sums import READ, SAID, LineSums

TASK = LineSums()


def draw(batch_size=5, length=6, seed=0):
    return TASK.batch(batch_size, length, torch.Generator().manual_seed(seed))


def shown(batch, b):
    """What sequence b is shown, as text."""
    return "".join(READ[k] for k in batch.inputs[:, b].argmax(-1).tolist())


def asked(batch, b):
    """What counts, as text."""
    return "".join(SAID[k] for k in batch.targets[batch.mask[:, b] == 1, b].tolist())


def test_by_hand():
    batch = TASK.ask([(0b101, 0b1), (0b11, 0b11), (0b1, 0b111)])
    assert shown(batch, 0) == "101+1=     " and asked(batch, 0) == "011."
    assert shown(batch, 1) == "11+11=     " and asked(batch, 1) == "011."
    assert shown(batch, 2) == "1+111=     " and asked(batch, 2) == "0001."
    assert batch.mask[:, 0].tolist() == [0] * 6 + [1, 1, 1, 1, 0]


@pytest.mark.parametrize("length", [2, 3, 9, 60])
def test_the_answer_is_the_sum_lowest_digit_first_and_ends_in_a_point(length):
    batch = draw(30, length)
    assert batch.inputs.shape == (2 * length + 3, 30, TASK.input_size)
    assert (batch.inputs.sum(-1) == 1).all()
    for b in range(30):
        a, _, rest = shown(batch, b).partition("+")
        other, _, blanks = rest.partition("=")
        assert len(a) + len(other) == length and blanks == " " * (length + 1)
        assert a[0] == other[0] == "1"
        answer = asked(batch, b)
        assert answer[-1] == "."
        assert int(answer[-2::-1], 2) == int(a, 2) + int(other, 2)
        assert batch.mask[length + 2, b] == 1  # the first blank asks the first digit


def test_the_first_number_has_each_length_alike_and_digits_are_fair():
    batch = draw(4000, 5)
    lengths = torch.tensor([shown(batch, b).index("+") for b in range(4000)])
    counts = torch.bincount(lengths, minlength=5)[1:] / 4000
    assert (counts - 1 / 4).abs().max() < 0.03
    second = [shown(batch, b)[1] for b in range(4000) if lengths[b] > 1]
    assert abs(second.count("1") / len(second) - 0.5) < 0.03


def test_a_wrong_end_is_a_mistake_and_what_comes_after_it_is_not():
    batch = TASK.ask([(0b101, 0b1)])
    right = torch.nn.functional.one_hot(batch.targets, TASK.output_size).float()
    right[-1] = torch.tensor([0.0, 1.0, 0.0])  # after the end
    assert TASK.score(right, batch)["coarse"] == 1
    right[9] = torch.tensor([1.0, 0.0, 0.0])  # a digit in place of the end
    score = TASK.score(right, batch)
    assert score["coarse"] == 0 and score["fine"] == pytest.approx(3 / 4)


def test_the_same_generator_draws_the_same_sums():
    one, other = draw(seed=3), draw(seed=3)
    assert torch.equal(one.inputs, other.inputs)
    assert torch.equal(one.targets, other.targets)
    assert not torch.equal(one.inputs, draw(seed=4).inputs)


def test_what_makes_no_sum_is_refused():
    with pytest.raises(ValueError, match="at least 2 digits, got length 1"):
        draw(length=1)
    with pytest.raises(ValueError, match="batch_size must be a whole number"):
        draw(batch_size=0)
    with pytest.raises(ValueError, match="as many digits"):
        TASK.ask([(1, 1), (2, 1)])
