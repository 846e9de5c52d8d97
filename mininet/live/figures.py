"""A live figure: a torch function, what the reader moves, and what is shown.

    live.figure(
        focus,
        inputs=dict(
            scores=live.vector([0.2, 0.9, 0.4], label="scores", role="content"),
            strength=live.slider(0, 20, value=5, label="strength β", role="content"),
        ),
        views=[live.bars("weights", role="read", label="attention", axis="slot")],
        alt="Bars of attention over three slots; the second is the longest.",
    )

The function is traced when the figure is made, and computed in the page from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mininet.live.description import MOST_CONTROLS, Description, Goal
from mininet.live.inputs import Input
from mininet.live.views import View
from mininet.live.widget import Figure, make_widget


def figure(
    function: Callable[..., Any],
    inputs: Mapping[str, Input],
    views: Sequence[View | Sequence[View]],
    *,
    alt: str,
    caption: str | None = None,
    state: Mapping[str, str] | None = None,
    steps: int | None = None,
    first_step: int | None = None,
    goal: Goal | None = None,
    most_controls: int = MOST_CONTROLS,
) -> Figure:
    """Make a live figure; the last line of a notebook cell shows it.

    Args:
        function: a torch function of the inputs, by name. It returns a tensor (called
            "output"), or a dict or named tuple of tensors.
        inputs: `slider`, `choice`, `sequence`, `vector`, `whole`, `actions`, `story`,
            `matrix` or `constant` by argument name.
        views: what is shown, from top to bottom; views in a list stand side by side.
        alt: what the first picture shows, for who cannot see it.
        caption: a line under the figure, where the page gives it none.
        state: output name to input name, fed back from each step to the next. The
            figure then takes one step for each symbol of its sequence, or each action.
        steps: how many steps, when there is no sequence.
        first_step: the step shown first, from 0; the last one by default.
        goal: what the reader shall reach.
        most_controls: how many controls the figure may have.

    Raises:
        UnsupportedOperation: if the function cannot be computed in a page.
        ValueError: if a name, a shape or a setting does not fit.
    """
    return make_widget(
        Description(
            function,
            inputs,
            views,
            alt=alt,
            caption=caption,
            state=state,
            steps=steps,
            first_step=first_step,
            goal=goal,
            most_controls=most_controls,
        )
    )
