"""The figure as a widget: alive in a notebook, stored with it for the book.

A notebook stores a figure's description, its traced function (once, however many
figures use it) and its first picture, but not the page's modules: the book ships those,
and a kernel sends them when a figure is shown. So a change to a module needs no
notebook to be run again, unless it changes a picture that is stored.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from html import escape
from typing import Any
from weakref import WeakValueDictionary

import anywidget
import traitlets
from ipywidgets import Layout, widget_serialization
from torch import Tensor

from mininet import palette
from mininet.live import bundle
from mininet.live.description import Description
from mininet.live.record import record
from mininet.live.trace import Program

# Asks the kernel for the modules; without a kernel, the words for the picture stay.
STUB = """
let modules;
const load = (model) => (modules ??= new Promise((done) => {
  model.on("msg:custom", (message) => {
    if (message.modules === undefined) return;
    done(import(URL.createObjectURL(
      new Blob([message.modules], { type: "text/javascript" }))));
  });
  model.send({ kind: "modules" });
}));
export default {
  async render({ model, el }) {
    el.textContent = `${model.get("spec").alt} (Run the cell to see it alive.)`;
    return (await load(model)).render({ model, el });
  },
};
"""

_programs: WeakValueDictionary[str, ProgramWidget] = WeakValueDictionary()
_made: Counter[str] = Counter()


class ProgramWidget(anywidget.AnyWidget):
    """A traced function, shared by the figures that use it."""

    _esm = "export default {};"
    graph = traitlets.Dict().tag(sync=True)
    weights = traitlets.Bytes().tag(sync=True)


class Figure(anywidget.AnyWidget):
    """A live figure. `values` are the controls' values, here and in the page."""

    _esm = STUB
    spec = traitlets.Dict().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    program = traitlets.Instance(ProgramWidget).tag(sync=True, **widget_serialization)

    def __init__(self, description: Description, **kwargs: Any) -> None:
        self.description = description
        super().__init__(**kwargs)
        self.on_msg(self._answer)

    @property
    def outputs(self) -> dict[str, Tensor]:
        """The function's outputs at the present values; the last step's, with state."""
        return self.description.compute(self.values)[-1]

    @traitlets.validate("values")
    def _known(self, proposal: Any) -> dict[str, Any]:
        return self.description.sent(proposal["value"])

    def _answer(self, _: Any, content: Any, __: Any) -> None:
        if content.get("kind") == "modules":
            self.send({"modules": bundle.for_kernel(palette.css())})

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        result = super()._repr_mimebundle_(**kwargs)
        data, metadata = result if isinstance(result, tuple) else (result, {})
        data = {
            **(data or {}),
            "text/plain": self.spec["alt"],
            "text/html": self.html(),
        }
        return data, metadata

    def html(self) -> str:
        """The first picture and the controls' values, as HTML: where scripts run, the
        figure takes its place. What the picture shows, where there is none."""
        alt, picture = self.spec["alt"], self.description.picture(self.values)
        return (
            f'<div class="live-figure" data-live-model="{self.model_id}">'
            f"{bundle.as_image(picture, alt) if picture else f'<p>{escape(alt)}</p>'}"
            f'<p style="font-size: 14px">{escape(self.description.said(self.values))}'
            "</p></div>"
        )


def _identity(kind: str, *content: Any) -> str:
    """A widget's id: the same in every run of a notebook, on every processor.

    It is made of the content's structure and words, not of its decimals, whose last
    digits differ from one processor to the next; then of the order of making.
    """
    text = json.dumps(_without_decimals(content), sort_keys=True)
    name = f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:24]}"
    _made[name] += 1
    return f"{name}-{_made[name]}"


def _without_decimals(thing: Any) -> Any:
    if isinstance(thing, Mapping):
        return {key: _without_decimals(each) for key, each in thing.items()}
    if isinstance(thing, list | tuple):
        return [_without_decimals(each) for each in thing]
    return None if isinstance(thing, float) else thing


def _layout(identity: str) -> Layout:
    return Layout(model_id=f"{identity}-layout")


def _program(program: Program) -> ProgramWidget:
    found = _programs.get(program.key)
    if found is None:
        identity = _identity("program", program.graph)
        found = ProgramWidget(
            graph=program.graph,
            weights=program.weights,
            model_id=identity,
            layout=_layout(identity),
        )
        _programs[program.key] = found
    return found


def make_widget(description: Description) -> Figure:
    """The widget of a figure."""
    identity = _identity("figure", description.spec, description.program.graph)
    record(description, identity)
    return Figure(
        description,
        spec=description.spec,
        values=description.first,
        program=_program(description.program),
        model_id=identity,
        layout=_layout(identity),
    )
