"""Logic gates against plain Python."""

import pytest
import torch

from mininet.tasks.logic import GATES, TABLE, Logic

# Written otherwise than in the module, by the words of their names.
PLAIN = {
    "nor": lambda later, earlier: not (later or earlier),
    "only earlier": lambda later, earlier: earlier and not later,
    "only later": lambda later, earlier: later and not earlier,
    "and": lambda later, earlier: later and earlier,
    "xor": lambda later, earlier: later != earlier,
    "same": lambda later, earlier: later == earlier,
    "nand": lambda later, earlier: not (later and earlier),
    "later implies": lambda later, earlier: earlier or not later,
    "earlier implies": lambda later, earlier: later or not earlier,
    "or": lambda later, earlier: later or earlier,
}


def drawn(task, length, size=300, seed=0):
    return task.batch(size, length, torch.Generator().manual_seed(seed))


def read(row):
    """The two bits of an input, None if not given, and the names of its gates."""
    bits = [None if v == 0 else v == 1 for v in row[:2]]
    names, gates = list(GATES), []
    for k in range(2, len(row), 10):
        place = row[k : k + 10]
        if any(place):
            assert sorted(place) == [0] * 9 + [1] and len(gates) == (k - 2) // 10
            gates.append(names[place.index(1)])
    return *bits, gates


def test_each_gate_does_what_its_name_says():
    assert list(PLAIN) == list(GATES)
    for (name, plain), row in zip(PLAIN.items(), TABLE.tolist(), strict=True):
        want = [bool(plain(bool(n // 2), bool(n % 2))) for n in range(4)]
        assert [bool(v) for v in row] == want == [bool(v) for v in GATES[name]]


def test_they_are_the_ten_gates_that_need_both_bits():
    both = set()
    for n in range(16):
        a, b, c, d = (n >> k & 1 for k in range(4))  # at 00, 01, 10, 11
        if (a, c) != (b, d) and (a, b) != (c, d):
            both.add((a, b, c, d))
    assert {tuple(row) for row in TABLE.tolist()} == both and len(GATES) == 10


def test_answers_are_those_of_gates_applied_one_by_one():
    task = Logic(places=4, steps=3)
    batch = drawn(task, 4)
    assert batch.inputs.shape == (3, 300, task.input_size) and batch.mask.all()
    seen, used = set(), set()
    for b in range(300):
        answer = None
        for t in range(3):
            later, earlier, gates = read(batch.inputs[t, b].tolist())
            assert (earlier is None) == (t > 0)
            earlier = answer if t else earlier
            for name in gates:
                earlier, later = later, bool(PLAIN[name](later, earlier))
            answer = later
            assert batch.targets[t, b].item() == answer
            seen.add(len(gates))
            used.update(gates)
    assert seen == {1, 2, 3, 4} and used == set(GATES)
    assert 0.4 < batch.targets.mean() < 0.6


def test_the_bit_of_the_step_before_matters():
    batch = drawn(Logic(places=1, steps=2), 1, size=4000)
    first, second = batch.targets[:, :, 0]
    same = {}
    for inputs, before, after in zip(
        batch.inputs[1].tolist(), first.tolist(), second.tolist(), strict=True
    ):
        same.setdefault(tuple(inputs), {}).setdefault(before, set()).add(after)
    for answers in same.values():
        assert all(len(after) == 1 for after in answers.values())  # with it, one
    differ = [len(set.union(*answers.values())) == 2 for answers in same.values()]
    assert sum(differ) == 8 + 4  # for xor and same always, for the others half


def test_sequences_can_be_drawn_with_given_numbers_of_gates():
    task = Logic(places=5, steps=2)
    many = torch.tensor([[1, 5, 3], [2, 1, 5]])
    batch = task.of(many, torch.Generator().manual_seed(0))
    assert torch.equal(task.many(batch), many)
    with pytest.raises(ValueError, match="between 1 and places = 5"):
        task.of(torch.tensor([[6]]), torch.Generator())
    with pytest.raises(ValueError, match="between 1 and places = 5"):
        task.of(torch.tensor([[0]]), torch.Generator())


@pytest.mark.parametrize("length", [0, 6, -1])
def test_a_length_that_does_not_fit_is_refused(length):
    with pytest.raises(ValueError, match="length must be between 1 and places = 5"):
        drawn(Logic(5), length)


@pytest.mark.parametrize("size", [0, 2.5, True])
def test_a_size_that_makes_no_sense_is_refused(size):
    with pytest.raises(ValueError, match="places must be a whole number"):
        Logic(size)
    with pytest.raises(ValueError, match="steps must be a whole number"):
        Logic(5, size)


def test_one_seed_draws_the_same_sequences():
    task = Logic(5)
    one, other = drawn(task, 5, seed=3), drawn(task, 5, seed=3)
    assert all(torch.equal(a, b) for a, b in zip(one, other, strict=True))
    assert not torch.equal(one.inputs, drawn(task, 5, seed=4).inputs)
