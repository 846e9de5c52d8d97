"""Plain ipywidgets, for what needs a kernel: training again with other settings.

In a notebook `interact` is ipywidgets' own. A page without a kernel shows the picture
that was stored, and one line that says how to run it: never a dead slider.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from html import escape
from typing import Any

from ipywidgets import interactive


class Interactive:
    """An `ipywidgets.interactive` with a stored picture for pages without a kernel."""

    def __init__(self, widget: interactive, picture: str, alt: str) -> None:
        self.widget = widget
        self._picture = picture
        self._alt = alt

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        found = self.widget._repr_mimebundle_(**kwargs)
        data = dict(found[0] if isinstance(found, tuple) else found or {})
        words = "Open this page as a notebook and run the cell to change the settings."
        html = (
            f'<img alt="{escape(self._alt)}" style="background: #ffffff" '
            f'src="data:image/svg+xml;base64,{self._picture}"><p><em>{words}</em></p>'
        )
        return {**data, "text/plain": self._alt, "text/html": html}


def interact(function: Callable[..., Any], *, alt: str, **controls: Any) -> Interactive:
    """Sliders over a function that draws with matplotlib and needs a kernel.

    Args:
        function: draws on matplotlib's current figure, from its keyword arguments.
        alt: what the first picture shows, for who cannot see it.
        controls: as for `ipywidgets.interact`.

    Raises:
        ValueError: if `alt` is empty, or the function draws nothing.
    """
    import matplotlib.pyplot as plt

    if not alt.strip():
        raise ValueError("alt must say what the figure shows, for who cannot see it")
    widget = interactive(function, **controls)
    plt.close("all")
    function(**{child.description: child.value for child in widget.children[:-1]})
    if not plt.get_fignums():
        raise ValueError("the function must draw with matplotlib, and drew nothing")
    text = io.StringIO()
    with plt.rc_context({"svg.hashsalt": "book", "svg.fonttype": "none"}):
        plt.savefig(text, format="svg", metadata={"Date": None}, bbox_inches="tight")
    plt.close("all")
    picture = base64.b64encode(text.getvalue().encode()).decode()
    return Interactive(widget, picture, alt)
