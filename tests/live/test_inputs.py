"""An input says all that figures ask: its range, any value, and what does not fit."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import pytest
import torch

from mininet import live
from tests.live.stored import headless

INPUTS = {
    "slider": live.slider(-2, 3, value=1, label="s"),
    "log": live.slider(0.001, 10, value=1, label="s", log=True),
    "choice": live.choice({"a": [1, 0], "b": [0, 3]}, label="c"),
    "letters": live.sequence("abc", value="ab", max_length=4, label="q"),
    "words": live.sequence(["to", "be"], value="to be", max_length=3, label="q"),
    "vector": live.vector([0.5, 1.5], min=0.5, max=2, label="v"),
    "whole": live.whole(5, bits=70, label="n"),
}


def draw(name: str, count: int = 40) -> list[Any]:
    generator = Random(0)
    return [INPUTS[name].random(generator) for _ in range(count)]


@pytest.mark.parametrize("name", INPUTS)
def test_every_value_in_reach_is_accepted_and_means_the_same_in_the_page(
    name: str,
) -> None:
    each = INPUTS[name]
    figure = live.figure(
        lambda x: x * 2,
        inputs={"x": each},
        views=[live.text("{output}")],
        alt="Numbers.",
    )
    values = [each.sent(), *each.whole_range(), *draw(name)]
    made = figure.description
    found = headless().outputs(made.spec, made.program, [{"x": x} for x in values])
    for value, [step] in zip(values, found, strict=True):
        assert each.sent(value) == each.sent(each.sent(value))
        torch.testing.assert_close(
            torch.from_numpy(step["output"]), each.tensor(value) * 2
        )


def test_a_sliders_range_has_both_ends_and_equal_steps() -> None:
    places = INPUTS["slider"].whole_range()
    assert (places[0], places[-1]) == (-2, 3)
    assert places[11] - places[10] == pytest.approx(5 / 20)
    places = INPUTS["log"].whole_range()
    assert (places[0], places[-1]) == (0.001, 10)
    assert places[11] / places[10] == pytest.approx(10 ** (4 / 20))


def test_random_values_reach_over_the_whole_range() -> None:
    assert min(draw("slider")) < -1 and max(draw("slider")) > 2
    assert min(draw("log")) < 0.01 and max(draw("log")) > 1
    assert set(draw("choice")) == {"a", "b"}
    assert {len(text) for text in draw("letters")} == {1, 2, 3, 4}
    assert len(set(draw("whole"))) == 40


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("slider", 4, r"s: value must be in \[-2.0, 3.0\], got 4"),
        ("slider", math.nan, "got nan"),
        ("slider", "much", "got 'much'"),
        ("slider", [1], r"got \[1\]"),
        ("choice", "z", "c: 'z' is not one of: a, b"),
        ("letters", "abx", "q: 'x' is not one of: a b c"),
        ("letters", "", "q: expected 1 to 4 symbols, got 0"),
        ("words", "to be or", "'or' is not one of"),
        ("vector", [1.0], "v: expected 2 numbers, got 1"),
        ("vector", [1.0, 3.0], r"v: value must be in \[0.5, 2.0\], got 3.0"),
        ("whole", 2**70, "n: at most"),
        ("whole", -1, "n: '-1' is not a whole number"),
    ],
)
def test_a_value_that_does_not_fit_gets_a_sentence(
    name: str, value: Any, says: str
) -> None:
    figure = live.figure(
        lambda x: x * 2,
        inputs={"x": INPUTS[name]},
        views=[live.text("{output}")],
        alt="Numbers.",
    )
    before = dict(figure.values)
    with pytest.raises(ValueError, match=says):
        figure.values = {"x": value}
    assert figure.values == before


def test_a_constant_is_the_functions_own_copy() -> None:
    mine = torch.ones(3)

    def fill(x: Any, memory: Any) -> Any:
        memory.mul_(x)  # in place
        return memory

    figure = live.figure(
        fill,
        inputs={
            "x": live.slider(0, 2, value=2, label="x"),
            "memory": live.constant(mine),
        },
        views=[live.text("{output}")],
        alt="Three numbers.",
    )
    assert torch.equal(mine, torch.ones(3))
    assert torch.equal(figure.outputs["output"], torch.full((3,), 2.0))
    assert torch.equal(figure.outputs["output"], torch.full((3,), 2.0))
    mine.zero_()
    assert torch.equal(figure.outputs["output"], torch.full((3,), 2.0))
