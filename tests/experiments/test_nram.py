"""The studies of the neural random-access machine: seeds side by side, honest tests."""

from dataclasses import replace

import pytest
import torch

from mininet.experiments import nram as study
from mininet.experiments import nram_shown as shown
from mininet.experiments import nram_stopping
from mininet.experiments.nram_stopping import Stopping
from mininet.experiments.nram_swapping import Moving
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


@pytest.mark.parametrize(("bias", "n", "is_right"), [(20.0, 1, True), (20.0, 2, False)])
def test_without_a_teacher_it_pays_for_the_memory_at_which_it_stops(bias, n, is_right):
    one, task = sure_machine(counting()), Increment()
    with torch.no_grad():
        one.end.weight.zero_()
        one.end.bias.fill_(bias)  # it stops after its first step
    asked = task.batch(6, n, n, 9, generator(0, "test"))
    noise = torch.zeros(n + Stopping.more, 6, one.decisions, 15)
    cost, _ = Stopping(one)(asked, noise, 1.0)
    assert (cost.item() < 0.01) == is_right


def test_the_last_step_is_the_last_in_any_case():
    one, task = sure_machine(counting()), Increment()
    with torch.no_grad():
        one.end.weight.zero_()
        one.end.bias.fill_(-20.0)  # it would never stop
    asked = task.batch(6, 3, 3, 9, generator(0, "test"))
    three, four = (torch.zeros(T, 6, one.decisions, 15) for T in (3, 4))
    assert Stopping(one)(asked, three, 1.0)[0].item() < 0.01
    assert Stopping(one)(asked, four, 1.0)[0].item() > 0.5  # one cell too many


def test_a_teacher_wants_it_to_stop_two_steps_late_and_her_share_falls():
    one, task = sure_machine(counting()), Increment()
    asked = task.batch(6, 2, 2, 9, generator(0, "test"))
    noise = torch.zeros(2 + Stopping.more, 6, one.decisions, 15)
    costs = []
    for done in (0.0, 0.45, 0.9, 1.0):
        one.zero_grad()
        cost, _ = Stopping(one)(asked, noise, done)
        cost.backward()
        costs.append(cost.item())
    assert costs[1] == pytest.approx((costs[0] + costs[2]) / 2, rel=1e-4)
    assert costs[2] == costs[3]


def test_only_a_program_that_finishes_is_right():
    wires = wired(WRITE=["r1", "READ"], r1="r1")  # memory[0] = memory[0]
    still = Program({(1,): wires}, {(1,): True}, 1)
    unchanged = type("", (Increment,), {"answered": lambda _, memory, n: memory})()
    assert nram_stopping.right(still, unchanged, 3, 5, 4, 0) == 1
    never = still._replace(finishes={(1,): False})
    assert nram_stopping.right(never, unchanged, 3, 5, 4, 0) == 0


def test_half_a_swap_is_the_first_of_its_two_writes():
    asked = Moving().batch(100, 2, 6, 12, generator(0, "test"))
    for memory, target in zip(
        asked.memory.tolist(), asked.target.tolist(), strict=True
    ):
        assert Moving().answer(memory) == target
        changed = [k for k in range(12) if memory[k] != target[k]]
        assert changed in ([], [memory[0]]) and target[memory[0]] == memory[memory[1]]
    assert asked.steps.tolist() == [4] * 100
