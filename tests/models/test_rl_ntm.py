"""The RL-NTM: heads move by whole cells, and gates route what they see."""

import pytest
import torch

from mininet.models.rl_ntm import RLNTM, drawn, likeliest, told
from mininet.tasks.tapes import Copy, ForwardReverse, Reverse

BACK, STAY, ON = 0, 1, 2
READS, WRITES = 0, 1


def machine(direct=True, memory=False, back=True, gates=None):
    """A machine with random weights; its gates, if told, open or closed."""
    torch.manual_seed(0)
    model = RLNTM(11, 10, 8, direct=direct, memory=memory, back=back)
    if gates is not None:
        with torch.no_grad():
            model.controller.write.weight[-len(gates) :] = 0
            model.controller.write.bias[-len(gates) :] = torch.tensor(gates) * 100 - 50
    return model


def ran(model, moves, task=Copy, lengths=(4,)):
    """A run with moves that are told, one row a tick for all sequences."""
    batch = task().tapes(torch.tensor(lengths), torch.Generator().manual_seed(0))
    rows = torch.tensor(moves)[:, None].expand(-1, len(lengths), -1)
    return batch, model.run(batch, len(moves), told(rows))


def test_a_head_goes_as_told_and_stops_at_the_ends_of_the_tape():
    moves = [BACK, ON, ON, STAY, ON, ON, ON, ON, BACK]
    _, ticks = ran(machine(), [(move, READS) for move in moves])
    assert [int(tick.before.at) for tick in ticks] == [0, 0, 1, 2, 2, 3, 4, 4, 4]


def test_the_output_head_counts_what_it_writes():
    _, ticks = ran(machine(), [(STAY, w) for w in (1, 0, 1, 1, 0)])
    assert [int(tick.before.written) for tick in ticks] == [0, 1, 1, 2, 3]


def test_an_open_gate_writes_what_is_under_the_head():
    batch, ticks = ran(machine(gates=[1.0]), [(ON, WRITES)] * 4)
    said = [int(tick.decision.symbols.argmax()) for tick in ticks]
    assert said == batch.targets[0].tolist()
    assert all(tick.decision.symbols.max() > -1e-3 for tick in ticks)


def test_a_closed_gate_says_all_symbols_alike():
    _, ticks = ran(machine(gates=[0.0]), [(ON, WRITES)] * 4)
    for tick in ticks:
        assert torch.allclose(tick.decision.symbols.exp(), torch.full((1, 10), 0.1))


def test_with_open_gates_the_memory_gives_back_what_the_input_head_saw():
    model = machine(memory=True, back=False, gates=[0.0, 1.0, 1.0])
    there = [(ON, READS, ON)] * 3 + [(ON, READS, STAY)]
    batch, ticks = ran(
        model, [*there, (STAY, READS, BACK), *[(STAY, WRITES, BACK)] * 3]
    )
    kept = ticks[-1].before.memory[0, :4]
    assert torch.allclose(kept, batch.inputs[0, :4, :10], atol=1e-6)
    said = [int(tick.decision.symbols.argmax()) for tick in ticks[-3:]]
    assert said == batch.targets[0].tolist()[2::-1]
    assert [int(tick.before.cell) for tick in ticks] == [0, 1, 2, 3, 3, 2, 1, 0]


def test_a_head_that_cannot_go_back_never_does():
    model = machine(memory=True, back=False)
    batch = ForwardReverse().tapes(torch.tensor([5] * 50), torch.Generator())
    luck = torch.rand(12, 50, 3, generator=torch.Generator().manual_seed(0)) * 1e-6
    for tick in model.run(batch, 12, drawn(luck)):
        assert (tick.moves[:, 0] != BACK).all()
        assert torch.allclose(tick.decision.moves[0].exp().sum(1), torch.ones(50))


def test_moves_are_drawn_by_their_chances():
    chances = torch.tensor([[0.2, 0.5, 0.3]]).expand(30_000, 3).log()
    luck = torch.rand(1, 30_000, 1, generator=torch.Generator().manual_seed(0))
    shares = torch.bincount(drawn(luck)(0, (chances,))[:, 0]) / 30_000
    assert torch.allclose(shares, torch.tensor([0.2, 0.5, 0.3]), atol=0.01)
    assert likeliest(0, (chances,)).unique().tolist() == [1]


@pytest.mark.parametrize("extreme", [0.0, 1.0 - 2**-24])
def test_the_ends_of_luck_give_moves_that_exist(extreme):
    chances = torch.tensor([[0.2, 0.5, 0.3], [1.0, 0.0, 0.0]]).log()
    moves = drawn(torch.full((1, 2, 1), extreme))(0, (chances,))
    assert moves[0] == (0 if extreme == 0 else 2) and moves[1] in (0, 1, 2)


def test_the_moves_before_are_fed_back():
    model = machine()
    _, ticks = ran(model, [(ON, WRITES), (BACK, READS), (STAY, READS)])
    past = [tick.before.past[0].tolist() for tick in ticks]
    assert past == [[0, 0, 0, 0, 0], [0, 0, 1, 0, 1], [1, 0, 0, 1, 0]]
    _, others = ran(model, [(ON, READS), (BACK, READS), (STAY, READS)])
    one, other = (run[1].decision.moves[0] for run in (ticks, others))
    assert not torch.equal(one, other)  # at the same cell, after other moves


@pytest.mark.parametrize("memory", [True, False])
@pytest.mark.parametrize("direct", [True, False])
def test_the_baseline_moves_nothing(direct, memory):
    model = machine(direct, memory)
    batch = Reverse().tapes(torch.tensor([3, 2]), torch.Generator())
    before = model.run(batch, 5)
    late = batch._replace(asked=batch.asked + 1, ticks=batch.ticks + 3)
    after = model.run(late, 5)
    for one, other in zip(before, after, strict=True):
        assert torch.equal(one.decision.moves[0], other.decision.moves[0])
        assert torch.equal(one.decision.symbols, other.decision.symbols)
        assert not torch.equal(one.decision.expected, other.decision.expected)
    sum(tick.decision.expected.sum() for tick in before).backward()
    assert model.controller.read.weight.grad is None


@pytest.mark.parametrize("direct", [True, False])
def test_a_sequence_is_handled_the_same_alone_and_among_others(direct):
    model = machine(direct, memory=True)
    moves = [(ON, READS, ON), (ON, WRITES, BACK), (BACK, WRITES, ON), (ON, READS, ON)]
    batch, ticks = ran(model, moves, Reverse, (3, 5, 4))
    for k in range(3):
        alone = type(batch)(*(part[k : k + 1] for part in batch))
        rows = torch.tensor(moves)[:, None]
        for one, other in zip(model.run(alone, 4, told(rows)), ticks, strict=True):
            for mine, theirs in zip(
                one.decision.moves, other.decision.moves, strict=True
            ):
                assert torch.allclose(mine[0], theirs[k], atol=1e-6)
            assert torch.allclose(
                one.decision.symbols[0], other.decision.symbols[k], atol=1e-6
            )


@pytest.mark.parametrize("size", [0, 2.0])
def test_a_size_that_is_no_positive_whole_number_is_refused(size):
    with pytest.raises(ValueError, match="hidden_size must be a whole number"):
        RLNTM(11, 10, size)


def test_what_is_kept_of_the_state_is_told_for_each_number_and_tick():
    model, batch = machine(), ran(machine(), [(ON, READS)])[0]
    shares = torch.rand(3, 1, 16)
    ticks = model.run(batch, 3, kept=shares)
    _, after = model.decide(batch.inputs, ticks[1].before, torch.zeros(1, 2))
    now = torch.cat(ticks[2].before.controller, 1)
    assert torch.allclose(now, torch.cat(after.controller, 1) * shares[1])
    whole = model.run(batch, 3, kept=torch.ones(3, 1, 16))
    for one, other in zip(whole, model.run(batch, 3), strict=True):
        assert torch.equal(one.decision.expected, other.decision.expected)
