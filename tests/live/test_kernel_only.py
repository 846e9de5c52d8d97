"""Plain ipywidgets leave a picture and a sentence where there is no kernel."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pytest

from mininet import live


def draw(scale: float) -> None:
    plt.plot([0, scale])


def test_without_a_kernel_the_stored_picture_and_how_to_run_it_are_shown() -> None:
    shown = live.interact(draw, alt="A rising line.", scale=(0.0, 2.0))
    html = shown._repr_mimebundle_()["text/html"]
    assert 'alt="A rising line."' in html and "data:image/svg+xml" in html
    assert "run the cell" in html and "<input" not in html


def test_with_a_kernel_it_is_the_widget_itself() -> None:
    shown = live.interact(draw, alt="A rising line.", scale=(0.0, 2.0))
    assert "application/vnd.jupyter.widget-view+json" in shown._repr_mimebundle_()
    assert shown.widget.kwargs_widgets[0].value == 1.0


def test_the_picture_is_the_same_in_every_run() -> None:
    first, second = (
        live.interact(draw, alt="A line.", scale=(0.0, 2.0))._picture for _ in range(2)
    )
    assert first == second


def test_what_cannot_be_shown_is_refused() -> None:
    with pytest.raises(ValueError, match="alt must say"):
        live.interact(draw, alt="", scale=(0.0, 2.0))
    with pytest.raises(ValueError, match="drew nothing"):
        live.interact(lambda scale: None, alt="Nothing.", scale=(0.0, 2.0))
