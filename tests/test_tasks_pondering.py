"""Parity and logic against plain Python."""

import pytest
import torch

from mininet.tasks.pondering import GATES, Logic, Parity


def drawn(task, length, size=300, seed=0):
    return task.batch(size, length, torch.Generator().manual_seed(seed))


def test_parity_is_whether_the_number_of_ones_is_odd():
    batch = drawn(Parity(12), 12)
    for x, y, n in zip(
        batch.inputs[0].tolist(), batch.targets[0], batch.hard[0], strict=True
    ):
        assert all(v in (-1, 1) for v in x[:n]) and not any(x[n:])
        assert y.item() == x.count(1) % 2
    assert set(batch.hard.flatten().tolist()) == set(range(1, 13))
    assert 0.4 < batch.targets.mean() < 0.6


def test_gates_follow_each_other_and_hand_their_answer_on():
    task = Logic(gates=4, questions=3)
    batch = drawn(task, 4)
    names = list(GATES)
    for b in range(300):
        said = None
        for t in range(3):
            x = batch.inputs[t, b].int().tolist()
            p, q = x[0] if said is None else said, x[1]
            assert said is None or x[0] == 0  # not given again
            gates = torch.tensor(x[2:]).reshape(4, len(names))
            assert gates.sum(1).tolist() == [1] * (n := int(batch.hard[t, b])) + [0] * (
                4 - n
            )
            for row in gates[:n]:
                p, q = q, GATES[names[int(row.argmax())]][2 * p + q]
            assert batch.targets[t, b].item() == q
            said = q


def test_each_gate_is_what_its_name_says():
    says = {
        "nor": lambda p, q: not (p or q),
        "q and not p": lambda p, q: q and not p,
        "p and not q": lambda p, q: p and not q,
        "xor": lambda p, q: p != q,
        "nand": lambda p, q: not (p and q),
        "and": lambda p, q: p and q,
        "xnor": lambda p, q: p == q,
        "p implies q": lambda p, q: q or not p,
        "q implies p": lambda p, q: p or not q,
        "or": lambda p, q: p or q,
    }
    for name, table in GATES.items():
        assert table == tuple(int(says[name](p, q)) for p in (0, 1) for q in (0, 1))
    assert len(set(GATES.values())) == 10


@pytest.mark.parametrize("task", [Parity(5), Logic(5)])
@pytest.mark.parametrize("length", [0, 6])
def test_a_length_that_does_not_fit_is_refused(task, length):
    with pytest.raises(ValueError, match="length must be between 1 and"):
        drawn(task, length)


@pytest.mark.parametrize("task", [Parity(5), Logic(5, 2)])
def test_one_seed_draws_the_same_questions(task):
    one, other = drawn(task, 5, seed=3), drawn(task, 5, seed=3)
    assert all(torch.equal(a, b) for a, b in zip(one, other, strict=True))
    assert task.input_size == one.inputs.shape[2]
    assert not torch.equal(one.inputs, drawn(task, 5, seed=4).inputs)
