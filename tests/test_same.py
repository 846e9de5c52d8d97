"""Stored things are compared as numbers: last digits do not count, all else does."""

from __future__ import annotations

import base64
import math
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest

from mininet.same import same, same_text

FIGURE: dict[str, Any] = {
    "constants": {"memory": {"shape": [2, 2], "data": [0.25, -1.5, 3e-4, 7.0]}},
    "controls": [{"kind": "slider", "min": 0.0, "max": 1, "label": "place"}],
    "log": True,
    "steps": 12,
    "caption": None,
}


def moved(thing: Any, by: float) -> Any:
    """A copy with every decimal number moved by a share of its size."""
    if isinstance(thing, dict):
        return {key: moved(value, by) for key, value in thing.items()}
    if isinstance(thing, list):
        return [moved(value, by) for value in thing]
    return thing * (1 + by) if isinstance(thing, float) else thing


def test_constants_that_moved_by_a_millionth_are_the_same_and_by_a_hundredth_not():
    assert same(FIGURE, moved(FIGURE, 1e-6))
    assert not same(FIGURE, moved(FIGURE, 1e-2))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1.0}, {"b": 1.0}),
        ({"a": 1.0}, {"a": 1.0, "b": None}),
        ([1.0, 2.0], [1.0]),
        ([1.0, 2.0], [2.0, 1.0]),
        (True, 1),
        (False, 0.0),
        (12, 13),
        ("read", "write"),
        (None, 0.0),
        (math.nan, 1.0),
        (math.inf, -math.inf),
        (1e-3, 2e-3),
    ],
)
def test_another_structure_or_another_value_is_seen(one: Any, other: Any):
    assert not same(one, other)
    assert not same({"in": [one]}, {"in": [other]})


@pytest.mark.parametrize("thing", [math.nan, math.inf, -math.inf, 0.0, 1e-30])
def test_numbers_at_the_edges_equal_themselves(thing: float):
    assert same([thing], [thing])


def test_nothing_and_almost_nothing_are_the_same():
    assert same(0.0, 3e-8) and same("off by 0.0", "off by 1e-9")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("loss 0.123456, 37 steps", "loss 0.123457, 37 steps", True),
        ("loss 0.123, 37 steps", "loss 0.125, 37 steps", False),
        ("loss 0.123, 37 steps", "loss 0.123, 38 steps", False),
        ("tensor([-1.00001e-03, 2.])", "tensor([-1.00000e-03, 2.])", True),
        ("−0.50000", "−0.50001", True),
        ("0.50000", "−0.50000", False),
        ("figure-3f2.5a", "figure-3f2.6a", False),
        ("version 2.13.0", "version 2.13.1", False),
        ("0.5 of 1.5 read", "0.5 of 1.5 written", False),
    ],
)
def test_numbers_in_words_are_numbers(one: str, other: str, alike: bool):
    assert same_text(one, other) is alike


def test_a_drawing_may_differ_by_less_than_can_be_seen():
    drawn = '<svg viewBox="0 0 9 9"><path d="M36.85884 7L3 4.5" id="a1"/><rect x="2"/>'
    again = '<svg viewBox="0 0 9 9"><path d="M36.85883 7L3 4.5" id="a1"/><rect x="2"/>'
    assert same_text(drawn, again)
    assert same_text(drawn, drawn.replace('x="2"', 'x="2.01"'))
    assert not same_text(drawn, drawn.replace("36.85884", "37.85884"))
    assert not same_text(drawn, drawn.replace('x="2"', 'x="3"'))
    shaded = drawn.replace('x="2"', 'x="2" fill-opacity="0.5"')
    assert same_text(shaded, shaded.replace('0.5"', '0.516"'))
    assert not same_text(shaded, shaded.replace('0.5"', '0.6"'))
    assert not same_text(drawn, drawn.replace("L3", "C3"))
    assert not same_text(drawn, drawn.replace("a1", "a2"))


def test_a_drawing_in_an_address_is_a_drawing():
    drawn = quote('<svg viewBox="0 0 9 9"><path d="M36.85884 7"/></svg>', safe=" ")
    assert same_text(f'<img src="{drawn}">', f'<img src="{drawn}">'.replace("84", "83"))
    assert not same_text(drawn, drawn.replace("36.", "37."))


def stored(*numbers: float) -> dict[str, Any]:
    data = base64.b64encode(np.array(numbers, dtype="<f4").tobytes()).decode()
    return {"encoding": "base64", "path": ["weights"], "data": data}


def test_weights_in_bytes_are_numbers():
    assert same(stored(0.5, -2.0), stored(0.5000001, -2.0))
    assert not same(stored(0.5, -2.0), stored(0.5, -2.1))
    assert not same(stored(0.5), stored(0.5, 0.5))
    assert not same(stored(0.5), stored(0.5) | {"path": ["other"]})
    assert not same(stored(0.5), stored(0.5) | {"data": "no base64!"})
