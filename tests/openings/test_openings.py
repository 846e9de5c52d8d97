"""What stands around the first figures of the chapters."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import pytest
import torch

from mininet import openings
from mininet.models.lstm import LSTMState
from mininet.models.neural_gpu import DiagonalNeuralGPU
from mininet.models.nram import NRAM, NRAMState, one_hot
from mininet.models.ntm import NTM
from mininet.models.rl_ntm import RLNTM, drawn
from mininet.openings import (
    lstm,
    neural_gpu,
    neural_gpu_products,
    nram,
    ntm_addressing,
    ntm_machine,
    ntm_memory,
    ntm_tasks,
    rl_ntm,
)
from mininet.tasks.tapes import Tapes
from tools.chapters import chapters
from tools.notebooks import ROOT, read

NAMES = [found.name for found in pkgutil.iter_modules(openings.__path__)]


@pytest.mark.parametrize("name", NAMES)
def test_an_opening_belongs_to_one_chapter(name: str) -> None:
    line = f"from mininet.openings import {name} as opening"
    texts = [
        "\n".join(cell["source"] for cell in read(path)["cells"])
        for path in chapters(ROOT)
    ]
    assert sum(line in text.splitlines() for text in texts) == 1
    assert importlib.import_module(f"mininet.openings.{name}").__doc__


def held(
    numbers: list[float], marks: list[float], forget: float = 12, shut: float = -20
) -> float:
    """Five times what the hand-made cell keeps at the end."""
    cell, state = lstm.adder(), LSTMState(torch.zeros(1, 1), torch.zeros(1, 1))
    for number, mark in zip(numbers, marks, strict=True):
        seen = torch.tensor([[number, mark, forget, shut]])
        _, state = cell.step(seen, state)
    return 5 * state.cell.item()


def test_the_cell_set_by_hand_adds_up_what_is_marked() -> None:
    assert held([0.1, 0.9, 0.4], [1, 0, 1]) == pytest.approx(0.5, abs=0.01)
    assert held([0.1, 0.9, 0.4], [0, 0, 0]) == pytest.approx(0, abs=1e-6)
    assert held([], []) == 0


def test_it_forgets_where_the_bias_is_low_and_takes_all_where_it_is_high() -> None:
    assert held([1.0, 0.0, 0.0], [1, 0, 0], forget=0) == pytest.approx(0.25, abs=0.01)
    assert held([0.1, 0.4], [0, 0], shut=20) == pytest.approx(0.5, abs=0.01)


def test_the_carries_of_a_machine_that_holds_none_are_found_in_about_half() -> None:
    torch.manual_seed(0)
    probe, found = neural_gpu.carry_probe(DiagonalNeuralGPU(4, 3, maps=24).eval(), 6)
    assert probe.shape == (25,)
    assert 0.4 < found < 0.95


def test_what_is_watched_is_one_map_or_the_chance_of_a_one() -> None:
    probe = torch.arange(25.0)
    watched: Any = neural_gpu.dials(probe, 12)["watched"]
    assert torch.equal(watched.options["the carry"], torch.cat([probe, torch.zeros(1)]))
    assert watched.options["says a 1"].nonzero().tolist() == [[25]]
    assert watched.options["map 2, left"].nonzero().tolist() == [[2]]
    watched = neural_gpu_products.dials(12, 30)["watched"]
    assert watched.options["says a 1"].nonzero().tolist() == [[48]]
    assert watched.options["map 18, left"].nonzero().tolist() == [[18]]


def test_a_letter_is_eight_bits_and_no_two_are_alike() -> None:
    symbols = ntm_machine.symbols()
    letters = [tuple(symbols[a]) for a in ntm_machine.LETTERS]
    assert len(set(letters)) == 16
    assert {bit for letter in letters for bit in letter[:8]} == {-1, 1}
    assert {letter[8] for letter in letters} == {0}
    assert symbols["."] == [0.0] * 8 + [1.0]
    assert symbols["_"] == [0.0] * 9


def test_a_machine_starts_as_it_does_elsewhere() -> None:
    start = NTM(9, 8, locations=5).initial_state(1)
    dials: Any = ntm_machine.dials(start)
    assert torch.equal(dials["memory"].value, start.memory)
    assert torch.equal(dials["writing"].value, start.write_weights)
    assert set(ntm_machine.FED_BACK) <= set(dials)


@pytest.mark.parametrize(
    ("views", "shown"),
    [
        (ntm_memory.views(), {"memory", "weights", "read"}),
        (
            [ntm_addressing.views()],
            {"memory", "before", "content", "gated", "shifted", "weights"},
        ),
        (ntm_machine.views(48), {"symbol", "bits", "writes", "looks"}),
        (ntm_tasks.views(), {"memory", "weights", "said", "wanted"}),
    ],
)
def test_the_views_show_these_and_no_others(views: Any, shown: set[str]) -> None:
    flat = [
        one for view in views for one in (view if isinstance(view, list) else [view])
    ]
    named = [one["of"] for one in flat if "of" in one]
    names = {name for of in named for name in ([of] if isinstance(of, str) else of)}
    assert names == shown


@pytest.mark.parametrize("memory", [True, False])
@pytest.mark.parametrize("wild", [False, True])
def test_the_heads_of_the_figure_go_as_those_of_the_machine(memory, wild) -> None:
    torch.manual_seed(3)
    model = RLNTM(11, 10, 8, memory=memory, back=not memory).eval()
    controls = rl_ntm.inputs(model, "c a b")
    given = {name: control.tensor() for name, control in controls.items()}
    given["drawn"], given["luck"] = torch.tensor(float(wild)), torch.tensor(2.0)
    tick, shown = rl_ntm.ticker(model), []
    for _ in range(rl_ntm.TICKS):
        shown.append(tick(**given))
        given |= {name: shown[-1][name] for name in rl_ntm.STATE}
    tape = torch.eye(11)[[2, 0, 1] + [10] * 6][None]
    three = torch.full((1,), 3)
    tapes = Tapes(tape, torch.zeros(1, 9, dtype=torch.int64), three, three)
    luck = rl_ntm.DICE[1, :, None, : len(model.heads)]
    choose = (drawn(luck),) if wild else ()
    for seen, one in zip(shown, model.run(tapes, rl_ntm.TICKS, *choose), strict=True):
        if one.before.written < 3:
            assert seen["head"].argmax() == one.before.at
            assert (seen["writes"].sum() > 0) == one.moves[0, 1]
            assert torch.allclose(
                seen["input move"].log().clamp_min(-50),
                one.decision.moves[0][0].clamp_min(-50),
                atol=1e-4,
            )
            if memory:
                assert seen["memory_head"].argmax() == one.before.cell
        else:
            assert not seen["head"].any() and not seen["writes"].any()


@pytest.mark.parametrize("array", [[7, 2, 9, 4, 5], [3, 0, 8, 1, 1], [0] * 5, [12] * 5])
def test_an_array_is_laid_up_to_its_first_zero(array: list[int]) -> None:
    n = [*array, 0].index(0)
    (memory,) = nram.laid(torch.tensor(array).float().unsqueeze(1)).tolist()
    assert memory == [n + 1, *array[:n], *[0] * (nram.M - 1 - n)]
    assert nram.steps_of(torch.tensor([memory])) == (n + 1 if n else 0)


@pytest.mark.parametrize("seed", range(5))
def test_a_step_shows_which_cell_is_read_and_which_is_written(seed: int) -> None:
    torch.manual_seed(seed)
    machine, cells = NRAM(4, 8), [5, 3, 4, 0, 0, 1, 0, 2, 7, 9, 12, 0, 6]
    state = machine.start(torch.tensor([cells]))
    first, second = machine.program().run(cells, 2)[1:]
    state, _ = nram.step_of(machine, state, torch.tensor(1.0))
    after, told = nram.step_of(machine, state, torch.tensor(1.0))
    assert told["before"].tolist() == first.memory
    assert told["after"].tolist() == second.memory
    assert told["kept"].tolist() == [first.registers, second.registers]
    assert torch.equal(after.memory[0].argmax(1), told["after"].long())
    changed = [k for k in range(nram.M) if first.memory[k] != second.memory[k]]
    assert changed in ([], [int(told["writes"].argmax())])
    for mark in (told["looks"], told["writes"]):
        assert mark.max() == nram.SHADE == mark.sum()


def test_a_machine_that_has_finished_stands_still() -> None:
    torch.manual_seed(0)
    machine = NRAM(4, 8)
    registers = one_hot(torch.tensor([[1, 2, 0, 4]]), nram.M)
    memory = one_hot(torch.arange(nram.M).unsqueeze(0), nram.M)
    state = NRAMState(registers, memory)
    after, told = nram.step_of(machine, state, torch.tensor(0.0))
    assert torch.equal(after.registers, registers)
    assert torch.equal(after.memory, memory)
    assert told["looks"].sum() == told["writes"].sum() == 0
