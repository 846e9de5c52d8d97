"""A cell that is run again is not traced again, unless its content has changed."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from mininet import live
from mininet.live import description

CELL = """
def scaled(x):
    return (weights * x).sum()
"""


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    calls: list[Any] = []
    honest = description.trace

    def counted(*given: Any, **more: Any) -> Any:
        calls.append(given)
        return honest(*given, **more)

    monkeypatch.setattr(description, "trace", counted)
    monkeypatch.setattr(description, "TRACED", {})
    return calls


def run_cell(weights: torch.Tensor, cell: str = CELL, module: str = "__main__") -> Any:
    names: dict[str, Any] = {"__name__": module, "weights": weights}
    exec(compile(cell, "cell", "exec"), names)
    return live.figure(
        names["scaled"],
        inputs={"x": live.slider(0, 2, value=1, label="x")},
        views=[live.text("{output}")],
        alt="A number.",
    )


def test_the_same_cell_is_traced_once(traced: list[Any]) -> None:
    first, second = (run_cell(torch.arange(4.0)) for _ in range(2))
    assert len(traced) == 1
    assert first.outputs["output"] == second.outputs["output"] == 6


def test_other_weights_and_another_body_are_other_content(traced: list[Any]) -> None:
    run_cell(torch.arange(4.0))
    assert run_cell(torch.ones(4)).outputs["output"] == 4
    assert run_cell(torch.ones(4), CELL.replace("*", "+")).outputs["output"] == 8
    assert len(traced) == 3


def test_a_function_of_a_module_is_traced_each_time(traced: list[Any]) -> None:
    run_cell(torch.ones(4), module="mininet.models.rnn")
    run_cell(torch.ones(4), module="mininet.models.rnn")
    assert len(traced) == 2
