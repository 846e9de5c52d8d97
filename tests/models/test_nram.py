"""The neural random-access machine: on sure numbers it is integer arithmetic."""

from itertools import product
from random import Random

import pytest
import torch

from mininet.models.nram import (
    ARGUMENTS,
    CONSTANTS,
    MODULES,
    NEVER,
    NRAM,
    ON_INTEGERS,
    Moment,
    NRAMState,
    Program,
    applied,
    execute,
    hard,
    one_hot,
    read,
    soft,
    table_of,
    write,
)


def machine(seed, registers=4, hidden=16):
    torch.manual_seed(seed)
    return NRAM(registers, hidden)


def doubtful(*shape, seed=0):
    scores = torch.randn(*shape, generator=torch.Generator().manual_seed(seed))
    return torch.softmax(2 * scores, -1)


PYTHONS = {
    "INC": lambda a: a + 1,
    "DEC": lambda a: a - 1,
    "ADD": lambda a, b: a + b,
    "SUB": lambda a, b: a - b,
    "LESS": lambda a, b: 1 if a < b else 0,
    "LEQ": lambda a, b: 1 if a <= b else 0,
    "EQ": lambda a, b: 1 if a == b else 0,
    "MIN": lambda a, b: sorted([a, b])[0],
    "MAX": lambda a, b: sorted([a, b])[1],
}


@pytest.mark.parametrize("name", ON_INTEGERS)
@pytest.mark.parametrize("M", [1, 2, 3, 7, 12])
def test_a_module_on_sure_numbers_does_what_python_does_mod_m(name, M):
    table = torch.from_numpy(table_of(name, M))
    for numbers in product(range(M), repeat=ARGUMENTS[name]):
        said = applied(table, *(one_hot(torch.tensor([k]), M) for k in numbers))
        assert (
            said.tolist()
            == one_hot(torch.tensor([PYTHONS[name](*numbers) % M]), M).tolist()
        )


@pytest.mark.parametrize("name", ON_INTEGERS)
def test_a_module_says_a_distribution_that_is_the_share_of_the_pairs(name):
    M, given = 5, [doubtful(3, 5, seed=k) for k in range(ARGUMENTS[name])]
    said = applied(torch.from_numpy(table_of(name, M)), *given)
    counted = torch.zeros(3, M)
    for numbers in product(range(M), repeat=len(given)):
        share = torch.ones(3)
        for part, k in zip(given, numbers, strict=True):
            share = share * part[:, k]
        counted[:, PYTHONS[name](*numbers) % M] += share
    assert torch.allclose(said, counted, atol=1e-6)
    assert torch.allclose(said.sum(1), torch.ones(3))


def test_reading_and_writing_at_a_sure_address_are_those_of_a_list():
    cells = torch.tensor([[3, 1, 4, 1, 5, 0], [0, 5, 2, 2, 1, 3]])
    memory = one_hot(cells, 6)
    for a, v in product(range(6), repeat=2):
        pointer = one_hot(torch.tensor([a, a]), 6)
        assert torch.equal(read(memory, pointer).argmax(1), cells[:, a])
        after = write(memory, pointer, one_hot(torch.tensor([v, v]), 6))
        expected = cells.clone()
        expected[:, a] = v
        assert torch.equal(after, one_hot(expected, 6))


def test_a_doubtful_pointer_reads_and_writes_in_shares():
    memory, pointer = (
        one_hot(torch.tensor([[2, 0, 1]]), 3),
        torch.tensor([[0.5, 0.0, 0.5]]),
    )
    assert read(memory, pointer).tolist() == [[0, 0.5, 0.5]]
    after = write(memory, pointer, torch.tensor([[1.0, 0, 0]]))
    assert after.tolist() == [[[0.5, 0, 0.5], [1, 0, 0], [0.5, 0.5, 0]]]


@pytest.mark.parametrize("M", [1, 2, 5, 16])
@pytest.mark.parametrize("seed", range(5))
def test_a_program_on_integers_is_the_machine_with_hard_decisions(M, seed):
    one, draw = machine(seed), Random(seed)
    for _ in range(5):
        cells = [draw.randrange(M) for _ in range(M)]
        states = one.trace(one.start(torch.tensor([cells])), 6)
        for state, moment in zip(states, one.program().run(cells, 6), strict=True):
            assert state.registers[0].argmax(1).tolist() == moment.registers
            assert state.memory[0].argmax(1).tolist() == moment.memory


def by_the_paper(wiring, registers, memory, R):
    """One step, told as the paper tells it, with nothing of the package."""
    M, numbers, after = len(memory), list(registers), list(memory)
    for name in MODULES:
        given = [numbers[wiring.pop(0)] for _ in range(ARGUMENTS[name])]
        if name == "READ":
            numbers.append(memory[given[0]])
        elif name == "WRITE":
            after[given[0]] = given[1]
            numbers.append(0)
        elif name in CONSTANTS:
            numbers.append(CONSTANTS[name] % M)
        else:
            numbers.append(PYTHONS[name](*given) % M)
    return [numbers[wiring.pop(0)] for _ in range(R)], after


@pytest.mark.parametrize("seed", range(20))
def test_any_wiring_does_what_lists_and_integers_do(seed):
    draw, R, M = Random(seed), 3, 9
    wiring = [
        draw.randrange(R + n)
        for n, name in enumerate(MODULES)
        for _ in range(ARGUMENTS[name])
    ] + [draw.randrange(R + 14) for _ in range(R)]
    registers = [draw.randrange(M) for _ in range(R)]
    memory = [draw.randrange(M) for _ in range(M)]
    told = by_the_paper(list(wiring), registers, memory, R)
    seen = tuple(int(r == 0) for r in registers)
    after = Program({seen: wiring}, {seen: True}, R).step(Moment(registers, memory))
    assert (after.registers, after.memory, after.seen) == (*told, seen)
    choices = torch.eye(R + 14)[wiring][None]
    state = NRAMState(
        *(one_hot(torch.tensor([part]), M) for part in (registers, memory))
    )
    soft_after, sources = execute(choices, state)
    assert soft_after.registers[0].argmax(1).tolist() == told[0]
    assert soft_after.memory[0].argmax(1).tolist() == told[1]
    assert sources.shape == (1, R + 14, M)


def test_the_read_sees_the_memory_before_the_write_of_the_same_step():
    R, wiring = 1, [0] * 19 + [1]  # r1 = READ(r1), and WRITE(r1, r1)
    program = Program({(1,): wiring, (0,): wiring}, {}, R)
    assert program.step(Moment([2], [5, 5, 4, 5, 5, 5])).registers == [4]


def test_soft_steps_keep_every_distribution_summing_to_one():
    one, M = machine(0), 7
    state = NRAMState(doubtful(3, 4, M), doubtful(3, M, M, seed=1))
    for after in one.trace(state, 5, soft)[1:]:
        for part in after:
            assert torch.allclose(part.sum(-1), torch.ones(part.shape[:-1]), atol=1e-5)
            assert (part >= -1e-6).all()


def test_the_controller_sees_of_each_register_the_chance_of_zero_alone():
    one = machine(0)
    registers = doubtful(2, 4, 6)
    other = torch.cat([registers[..., :1], registers[..., 1:].flip(-1)], -1)
    assert torch.equal(one.decide(registers), one.decide(other))
    assert torch.equal(one.finish(registers), one.finish(other))
    changed = one_hot(torch.zeros(2, 4), 6)
    assert not torch.allclose(one.decide(registers), one.decide(changed))


def test_nobody_listens_to_a_module_that_comes_later():
    one = machine(0)
    weights = soft(one.decide(doubtful(1, 4, 6)))[0]
    row = 0
    for n, name in enumerate(MODULES):
        for _ in range(ARGUMENTS[name]):
            assert (weights[row, 4 + n :] == 0).all() and weights[row].sum() > 0.999
            row += 1
    assert (weights[row:] > 0).all() and len(weights) == row + 4 == one.decisions == 23
    assert one.mask.min() == NEVER


def test_the_same_machine_runs_in_memories_of_any_size():
    one = machine(3)
    for M in (1, 2, 50):
        (_, after) = one.trace(one.start(torch.zeros(2, M).long()), 1)
        assert after.memory.shape == (2, M, M) and after.registers.shape == (2, 4, M)


def test_it_finishes_after_the_first_step_that_says_so():
    wiring = [0] * 19 + [8]  # r1 = INC(r1), which is source 1 + 4 ... of one register
    wiring[-1] = 1 + MODULES.index("ONE")
    program = Program({(1,): wiring, (0,): wiring}, {(1,): False, (0,): True}, 1)
    moments = program.run_to_its_end([3, 3, 3, 3], 5)
    assert len(moments) == 3 and moments[-1].seen == (0,)
    assert program.run_to_its_end([3, 3, 3, 3], 1) is None
    never = program._replace(finishes={(1,): False, (0,): False})
    assert never.run_to_its_end([3, 3, 3, 3], 50) is None


def test_a_machine_finishes_by_its_own_chance():
    one = machine(0)
    patterns = list(product((0, 1), repeat=4))
    with torch.no_grad():
        one.end.bias.fill_(0.3)
        one.end.weight.normal_()
        looks = torch.tensor(patterns).float().unsqueeze(2)
        chances = one.finish(looks)
    finishes = one.program().finishes
    assert [finishes[z] for z in patterns] == (chances > 0.5).tolist()
    assert len(set(finishes.values())) == 2


def test_hard_is_the_likeliest_and_a_tie_goes_to_the_first():
    assert hard(torch.tensor([[1.0, 3.0, 2.0], [2.0, 2.0, 0.0]])).tolist() == [
        [0, 1, 0],
        [1, 0, 0],
    ]


@pytest.mark.parametrize("size", [0, 2.0])
def test_a_size_that_is_no_positive_whole_number_is_refused(size):
    with pytest.raises(ValueError, match="hidden_size must be a whole number"):
        NRAM(4, size)
