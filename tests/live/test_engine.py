"""The page's own code draws what a notebook stores; without it a figure lives too."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator

import pytest

from mininet.live import engine as module
from tests.live import examples


@pytest.fixture
def absent(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    module.engine.cache_clear()
    monkeypatch.setitem(sys.modules, "py_mini_racer", None)
    yield
    module.engine.cache_clear()


def test_a_stored_picture_is_an_image_with_its_text() -> None:
    html = examples.gates().html()
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in html
    assert 'role="img" aria-label="An LSTM&#x27;s gates' in html.replace("'", "&#x27;")
    assert "var(--role-write, #" in html


def test_without_the_engine_only_the_stored_picture_is_missing(absent: None) -> None:
    figure = examples.attention()
    assert figure.description.picture() is None
    html = figure.html()
    assert "<svg" not in html
    assert "<p>Arrows of attention between five symbols.</p>" in html
    assert "temperature: 1" in html and f'"{figure.model_id}"' in html
    assert figure.outputs["weights"].shape == (5, 5)


def test_a_picture_is_drawn_while_a_notebooks_loop_runs() -> None:
    async def cell() -> str:
        return examples.digits().html()

    module.engine.cache_clear()
    first = asyncio.run(cell())
    assert "<svg" in first and "<svg" in asyncio.run(cell())


def test_text_in_a_picture_is_text() -> None:
    figure = examples.digits()
    figure.description.spec["alt"] = '<b> & "quotes"'
    picture = figure.description.picture()
    assert picture is not None
    assert 'aria-label="&lt;b&gt; &amp; &quot;quotes&quot;"' in picture
