"""The studies of the neural random-access machine: seeds side by side, honest tests."""

from dataclasses import replace

import pytest
import torch

from mininet.experiments import nram as study
from mininet.experiments import nram_shown as shown
from mininet.experiments.nram_stopping import Stopping
from mininet.learning import Lengths, Training, generator
from mininet.models.nram import ARGUMENTS, MODULES, NRAM, Moment, Program
from mininet.studies import Machine
from mininet.tasks.pointers import Asked, Copy, Increment, Swap

torch.set_num_threads(1)
SHORT = Training(steps=3, lengths=Lengths(1, 3), batch_size=2)
SMALL = Machine(NRAM, hidden_size=8)


def trained(seeds, kind=study.Practice, **tricks):
    return study.learn(
        Copy(), seeds, SHORT, study.Tricks(**tricks), SMALL, kind, progress=False
    ).machines


def wired(**wires):
    """A wiring of one register's machine: names of the sources of some modules."""
    sources = ["r1", *MODULES]
    wiring = []
    for name in MODULES:
        given = wires.get(name, ["r1"] * ARGUMENTS[name])
        wiring += [sources.index(one) for one in given]
    return [*wiring, sources.index(wires.get("r1", "r1"))]


def counting():
    """A program that increments: memory[r1] = memory[r1] + 1; r1 = r1 + 1."""
    wires = wired(
        INC=["READ"], WRITE=["r1", "INC"], ONE=[], ADD=["r1", "ONE"], r1="ADD"
    )
    return Program({(1,): wires, (0,): wires}, {(1,): False, (0,): False}, 1)


@pytest.mark.parametrize("kind", [study.Practice, Stopping])
def test_a_seed_learns_the_same_alone_and_beside_others(kind):
    alone, beside = trained([4], kind)[0], trained([3, 4], kind)[1]
    for one, other in zip(alone.parameters(), beside.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("tricks", [{"noise": 0.0}, {"entropy": 0.0}, {"spare": 40}])
def test_each_trick_changes_what_is_learned(tricks):
    one, other = trained([0])[0], trained([0], **tricks)[0]
    assert not torch.allclose(one.wire.weight, other.wire.weight)


def test_a_seeds_gradient_is_cut_by_its_own_norm():
    held = [
        torch.nn.Parameter(torch.zeros(2, 3)),
        torch.nn.Parameter(torch.zeros(2, 1)),
    ]
    held[0].grad = torch.tensor([[3.0, 0, 0], [0.3, 0, 0]])
    held[1].grad = torch.tensor([[4.0], [0.4]])
    study._clip([*held, torch.nn.Parameter(torch.zeros(2))], 1.0)
    expected = torch.tensor([[0.6, 0, 0], [0.3, 0, 0]])
    assert torch.allclose(held[0].grad, expected)
    assert torch.allclose(held[1].grad, torch.tensor([[0.8], [0.4]]))


def sure_machine(program):
    """A machine that is nearly sure of one register's program, whatever it sees."""
    torch.manual_seed(0)
    one = NRAM(1, 4)
    with torch.no_grad():
        one.wire.weight.zero_()
        wiring = torch.tensor(program.wirings[(1,)])
        rows = torch.nn.functional.one_hot(wiring, 15).flatten()
        one.wire.bias.copy_(60.0 * rows)
    return one


def test_a_right_program_costs_nothing_after_the_given_steps_and_a_wrong_one_does():
    one, task = sure_machine(counting()), Increment()
    asked = task.batch(8, 1, 4, 9, generator(0, "test"))
    noise = torch.zeros(4, 8, one.decisions, 15)
    cost, entropy = study.Practice(one)(asked, noise, 0.0)
    assert max(cost.item(), entropy.item()) < 1e-4
    late, _ = study.Practice(one)(asked._replace(target=asked.memory), noise, 0.0)
    expected = (
        asked.steps.sum() / asked.memory.numel() * -torch.tensor(study.FLOOR).log()
    )
    assert torch.isclose(late, expected, rtol=1e-3)  # as many cells are wrong as steps


def test_a_program_is_right_only_if_every_cell_is():
    task = Increment()
    assert study.right(counting(), task, 10) == 1
    overruns = type("", (Increment,), {"steps": lambda _, n: n + 1})()
    assert study.right(counting(), overruns, 10) == 0  # the cell behind the array


def test_a_seed_is_trained_and_told_in_a_row():
    whole = study.STUDIES[0]
    trials = {n: replace(t, training=SHORT) for n, t in whole.trials.items()}
    short = replace(whole, trials=trials, memories=2, lengths=(3, 1), together=2)
    runs = []
    for seed in (0, 1):
        measured = {n: short.trained(seed, n)[1] for n in short.systems}
        runs.append(short.gathered(measured))
    assert [row["seeds"] for row in short.rows(runs)] == [2] * 4
    assert all(
        "of 2 seeds right in every cell at length 3" in r["ours"]
        for r in short.rows(runs)
    )
    assert len(runs[0]["copy"]["lengths"]) == 2


def test_a_program_is_told_in_lines():
    asked = Increment().batch(5, 2, 4, 9, generator(0, "test"))
    first, later = shown.parts(counting(), shown.visited(counting(), asked))
    assert first.lines == ["memory[0] = memory[0] + 1", "r1 = 1"]
    assert later.lines == ["memory[r1] = memory[r1] + 1", "r1 = r1 + 1"]


def test_modules_that_nobody_listens_to_are_not_told():
    wires = wired(ONE=[], WRITE=["ONE", "TWO"], SUB=["r1", "ONE"], r1="r1")
    program = Program({(1,): wires, (0,): wires}, {}, 1)
    (part,) = shown.parts(program, [(1,), (0,)])
    assert part == shown.Part([(1,), (0,)], ["memory[1] = 2"])


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("ADD", ("r1", 0), "r1"),
        ("ADD", (0, "r1"), "r1"),
        ("SUB", ("r1", 0), "r1"),
        ("SUB", (0, "r1"), "0 - r1"),
        ("SUB", (1, 2), "1 - 2"),
        ("SUB", (2, 1), 1),
        ("MIN", ("r1", 0), 0),
        ("MAX", (0, "r2"), "r2"),
        ("MAX", ("r1", "r1"), "r1"),
        ("MAX", ("r1", "r2"), "max(r1, r2)"),
        ("LEQ", ("r1", "r2 + 1"), "r1 <= (r2 + 1)"),
        ("READ", ("r1 + 1",), "memory[r1 + 1]"),
        ("INC", ("memory[r1 + 1]",), "memory[r1 + 1] + 1"),
        ("DEC", ("r1 - 1",), "(r1 - 1) - 1"),
    ],
)
def test_what_a_module_makes_is_told_as_shortly_as_is_true(name, given, told):
    assert shown._made(name, *given) == told


@pytest.mark.parametrize("seed", range(30))
def test_the_text_of_any_wiring_does_what_it_does(seed):
    """Every wiring of a random machine, from the registers where it holds."""
    torch.manual_seed(seed)
    program, M = NRAM(3, 8).program(), 11
    draw = torch.Generator().manual_seed(seed)
    for seen, wiring in program.wirings.items():
        (part,) = shown.parts(program, [seen])
        registers = [
            0 if z else int(torch.randint(1, M, (), generator=draw)) for z in seen
        ]
        memory = torch.randint(0, M, (M,), generator=draw).tolist()
        after = program.step(Moment(registers, memory))
        told = shown.after(part, registers, memory)
        assert told[1] == after.memory and wiring
        for r in range(3):
            if any(line.startswith(f"r{r + 1} =") for line in part.lines):
                assert told[0][r] == after.registers[r]


def test_a_program_by_hand_swaps():
    parts = [
        shown.Part([(1, 1, 1, 1)], ["memory[0] = memory[0]", "r1 = memory[0]"]),
        shown.Part([(0, 1, 1, 1)], ["memory[1] = memory[1]", "r2 = memory[1]"]),
        shown.Part([(0, 0, 1, 1)], ["memory[r1] = memory[r1]", "r3 = memory[r1]"]),
        shown.Part([(0, 0, 0, 1)], ["memory[r1] = memory[r2]", "r4 = 1"]),
        shown.Part([(0, 0, 0, 0)], ["memory[r2] = r3"]),
    ]
    asked: Asked = Swap().batch(50, 2, 6, 12, generator(0, "test"))
    for memory, target in zip(
        asked.memory.tolist(), asked.target.tolist(), strict=True
    ):
        assert shown.follow(parts, 4, memory, 5)[-1] == target
