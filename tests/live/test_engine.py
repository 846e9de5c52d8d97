"""The page's own code draws what a notebook stores; without it a figure lives too."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from py_mini_racer import MiniRacer

from mininet import live
from mininet.live import bundle
from mininet.live import engine as module
from mininet.live.widget import Figure
from mininet.same import same
from tests.live import examples
from tests.live.page import page as html_of
from tests.live.stored import Stored, assert_steps, figures_of, headless, plain


@pytest.fixture
def absent(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    module.engine.cache_clear()
    monkeypatch.setitem(sys.modules, "py_mini_racer", None)
    yield
    module.engine.cache_clear()


def test_a_stored_picture_is_an_image_with_its_text() -> None:
    html = examples.gates().html()
    assert "<svg" not in html  # which viewers that trust no notebook would take out
    assert '<img alt="An LSTM&#x27;s gates' in html
    picture = examples.gates().description.picture()
    assert picture is not None and picture in bundle.drawn(html)
    assert picture.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert 'role="img" aria-label="An LSTM' in picture
    assert "var(--role-write, #" in picture


def test_without_the_engine_only_the_stored_picture_is_missing(absent: None) -> None:
    figure = examples.attention()
    assert figure.description.picture() is None
    html = figure.html()
    assert "<img" not in html
    assert "<p>Arrows of attention between five symbols.</p>" in html
    assert "temperature: 1" in html and f'"{figure.model_id}"' in html
    assert figure.outputs["weights"].shape == (5, 5)


def test_a_picture_is_drawn_while_a_notebooks_loop_runs() -> None:
    async def cell() -> str:
        return examples.digits().html()

    module.engine.cache_clear()
    first = asyncio.run(cell())
    assert bundle.IMAGE.search(first) and bundle.IMAGE.search(asyncio.run(cell()))


def test_text_in_a_picture_is_text() -> None:
    figure = examples.digits()
    figure.description.spec["alt"] = '<b> & "quotes"'
    picture = figure.description.picture()
    assert picture is not None
    assert 'aria-label="&lt;b&gt; &amp; &quot;quotes&quot;"' in picture


def test_every_module_travels_to_the_page_or_to_the_engine() -> None:
    there = {path.stem for path in bundle.STATIC.glob("*.mjs")}
    assert there == {*bundle.PAGE, *bundle.HEADLESS}


def test_weights_may_start_anywhere_in_a_message() -> None:
    context = MiniRacer()
    context.eval(bundle.joined(bundle.PAGE))
    given = "new Uint8Array(new Float32Array([9, 1, 2, 3, 9]).buffer)"
    for view in (
        f"new DataView({given}.buffer, 4, 12)",
        f"{given}.subarray(4, 16)",
    ):
        assert context.eval(f"host.floats({view}).join()") == "1,2,3"
    assert context.eval("host.floats(new Float32Array([1, 2]).buffer).join()") == "1,2"


def test_a_page_and_its_python_hold_the_same_figures() -> None:
    """What a page stores, computed in the engine, is what torch computes."""
    made = [make() for make in examples.ALL.values()]
    for figure, stored in zip(made, figures_of(html_of(made)), strict=True):
        found = headless().outputs(stored.spec, stored.program, [stored.values])
        assert_steps(found[0], figure.description.compute(), stored.spec["alt"])


def moved(by: float) -> Figure:
    """A figure whose numbers another processor has computed."""
    memory = torch.tensor([[0.25, -1.5], [3.1, 0.7]]) * (1 + by)
    return live.figure(
        lambda x, state: {"state": torch.tanh(state @ memory + x)},
        inputs={
            "x": live.slider(0, 1, value=0.3 * (1 + by), label="x"),
            "state": live.constant(memory[0]),
        },
        state={"state": "state"},
        steps=3,
        views=[live.bars("state", role="read", label="state", max=1.1 * (1 + by))],
        alt="Two numbers.",
    )


def as_stored(figure: Figure) -> dict[str, Any]:
    return plain(figures_of(html_of([figure]))[0])


def test_a_figure_is_the_same_where_only_last_digits_differ() -> None:
    one = moved(0)
    assert same(as_stored(one), as_stored(moved(1e-6)))
    assert one.description.picture() == moved(1e-6).description.picture()
    assert not same(as_stored(one), as_stored(moved(1e-2)))
    weights = plain(Stored(one.spec, moved(1e-2).description.program, {}))
    assert not same(plain(Stored(one.spec, one.description.program, {})), weights)


def test_a_figures_name_does_not_depend_on_its_decimals() -> None:
    kinds = {
        identity.rpartition("-")[0]
        for by in (0, 1e-6, 1e-2)
        for figure in [moved(by)]
        for identity in [figure.model_id]
    }
    assert len(kinds) == 1
    assert moved(0).model_id != moved(0).model_id
    assert examples.gates().model_id.rpartition("-")[0] not in kinds
