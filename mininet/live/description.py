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

import hashlib
import inspect
import io
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cloudpickle
import torch
from torch import Tensor

from mininet.live import picture
from mininet.live.inputs import (
    Choice,
    Constant,
    Input,
    Sequence_,
    Slider,
    Vector,
    Whole,
    numbers,
)
from mininet.live.trace import Program, named_outputs, trace
from mininet.live.views import View

MOST_CONTROLS = 4


@dataclass(frozen=True)
class Goal:
    """What the reader shall reach: see `goal`."""

    function: Callable[..., Tensor]
    label: str
    at_least: float


def goal(function: Callable[..., Tensor], *, label: str, at_least: float) -> Goal:
    """A goal of a figure: how close the reader is, and when it is reached.

    Args:
        function: how close, one number, from any of the figure's outputs and inputs;
            its arguments are named after them. Traced with the figure's function.
        label: what to do, as a sentence.
        at_least: the goal is reached from this number on.
    """
    if not at_least > 0:
        raise ValueError(f"at_least must be above 0, got {at_least}")
    return Goal(function, label, float(at_least))


# Programs by content, so that running a cell again does not trace again.
TRACED: dict[str, Program] = {}


class Description:
    """A figure without a widget: its program, its look, and its numbers in Python."""

    def __init__(
        self,
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
    ) -> None:
        """As `figure`."""
        self.inputs = dict(inputs)
        self.state = {given: out for out, given in (state or {}).items()}
        self.goal = goal
        self.rows = [[row] if isinstance(row, dict) else list(row) for row in views]
        self.steps = steps
        self._function = function
        _check_inputs(self.inputs, alt, most_controls)
        self._typed = self._find_sequence(state is not None)
        self._constants = {
            name: each.value
            for name, each in self.inputs.items()
            if isinstance(each, Constant) and name not in self.state
        }
        self._shown = self._names_shown()
        examples = {n: self._example(n) for n in inputs if n not in self._constants}
        self.program: Program = self._traced(examples)
        self.first = self.values()
        self._check_names(examples)
        self.spec: dict[str, Any] = {
            "controls": [
                {**each.describe(), "name": name}
                for name, each in self.inputs.items()
                if not isinstance(each, Constant)
            ],
            "constants": {
                name: {
                    "shape": list(self.inputs[name].tensor().shape),
                    "data": numbers(self.inputs[name].tensor()),
                }
                for name in self.state
            },
            "views": self.rows,
            "state": self.state if state is not None else None,
            "steps": steps,
            "first": first_step,
            "goal": goal and {"label": goal.label, "least": goal.at_least},
            "alt": " ".join(alt.split()),
            "caption": caption,
        }

    def _traced(self, examples: Mapping[str, Tensor]) -> Program:
        """The program; from memory, where a cell is run again with the same content."""
        parts = (self._function, self.goal, self._constants, dict(examples))
        key = _content(self._function, (*parts, sorted(self._shown)))
        if key is None:
            return trace(self._call, examples)
        if key not in TRACED:
            TRACED[key] = trace(self._call, examples)
        return TRACED[key]

    def values(self) -> dict[str, Any]:
        """The controls' first values, by name."""
        found: dict[str, Any] = {}
        for name, each in self.inputs.items():
            if isinstance(each, Sequence_ | Whole):
                found[name] = each.text()
            elif isinstance(each, Slider | Choice | Vector):
                found[name] = each.value
        return found

    def sent(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Values as they travel to the page: a whole number as its decimal digits."""
        found = dict(values)
        for name, each in self.inputs.items():
            if isinstance(each, Whole):
                found[name] = each.text(values.get(name))
        return found

    def compute(
        self, values: Mapping[str, Any] | None = None
    ) -> list[dict[str, Tensor]]:
        """The outputs at every step (one, without state), computed by torch.

        Args:
            values: the controls' values; the first ones where left out.
        """
        chosen = {**self.values(), **(values or {})}
        given = {n: each.tensor(chosen.get(n)) for n, each in self.inputs.items()}
        with torch.no_grad():
            if not self.state:
                return [self._call(**self._without_constants(given))]
            found: list[dict[str, Tensor]] = []
            for step in range(self.count(chosen)):
                if self._typed:
                    typed = self.inputs[self._typed]
                    assert isinstance(typed, Sequence_)
                    given[self._typed] = typed.at(chosen[self._typed], step)
                outputs = self._call(**self._without_constants(given))
                given.update({name: outputs[out] for name, out in self.state.items()})
                found.append(outputs)
            return found

    def count(self, values: Mapping[str, Any]) -> int:
        """How many steps there are."""
        if self._typed:
            typed = self.inputs[self._typed]
            assert isinstance(typed, Sequence_)
            return len(typed.symbols(values[self._typed]))
        return self.steps or 1

    def picture(
        self, values: Mapping[str, Any] | None = None, width: float = 680
    ) -> str:
        """The picture as SVG, at the given values."""
        chosen = {**self.values(), **(values or {})}
        outputs = self.compute(chosen)
        first = self.spec["first"]
        step = len(outputs) - 1 if first is None else min(first, len(outputs) - 1)
        given = {n: each.tensor(chosen.get(n)) for n, each in self.inputs.items()}
        symbols = {}
        for name, each in self.inputs.items():
            if isinstance(each, Sequence_):
                symbols[name] = each.symbols(chosen[name])
            elif isinstance(each, Whole):
                symbols[name] = [each.text(chosen[name])]
        history = {}
        if self.state:
            history = {name: [out[name] for out in outputs] for name in outputs[0]}
        env = picture.Env({**given, **outputs[step]}, history, symbols, step)
        return picture.svg(self.rows, env, self.spec["alt"], width)

    def _example(self, name: str) -> Tensor:
        each = self.inputs[name]
        if name == self._typed and isinstance(each, Sequence_):
            return each.at(None, 0)
        return each.tensor()

    def _find_sequence(self, stepped: bool) -> str | None:
        """The sequence that a figure with state walks along."""
        found = [n for n, each in self.inputs.items() if isinstance(each, Sequence_)]
        if not stepped:
            return None
        if len(found) > 1:
            raise ValueError(f"one sequence sets the steps, got {', '.join(found)}")
        if not found and not (self.steps and self.steps > 0):
            raise ValueError("a figure with state needs a sequence input, or steps=")
        return found[0] if found else None

    def _without_constants(self, given: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return {n: value for n, value in given.items() if n not in self._constants}

    def _call(self, **given: Tensor) -> dict[str, Tensor]:
        """The function with its constants; shown constants and the goal are outputs."""
        given = {**given, **self._constants}
        outputs = named_outputs(self._function(**given))
        for name in self._shown & set(self._constants):
            outputs.setdefault(name, self._constants[name])
        if self.goal:
            known = {**given, **outputs}
            wanted = inspect.signature(self.goal.function).parameters
            missing = [name for name in wanted if name not in known]
            if missing:
                raise ValueError(
                    f"the goal asks for {', '.join(missing)}; there are: "
                    f"{', '.join(known)}"
                )
            outputs["goal"] = self.goal.function(**{n: known[n] for n in wanted})
            if outputs["goal"].ndim:
                raise ValueError("the goal must be one number, without axes")
        return outputs

    def _names_shown(self) -> set[str]:
        found: set[str] = set()
        for view in (view for row in self.rows for view in row):
            of = view.get("of", [])
            found.update([of] if isinstance(of, str) else of)
            found.update(view[k] for k in ("x", "attention") if k in view)
            found.update(picture.names_in(view.get("text", "")))
        return found

    def _check_names(self, examples: Mapping[str, Tensor]) -> None:
        """Refuse a view or a state that names nothing."""
        outputs = {name for name, _, _ in self.program.graph["outputs"]}
        known = outputs | set(examples)
        for name in sorted(self._shown - known):
            raise ValueError(
                f"a view shows {name!r}, which is no output or input; there are: "
                f"{', '.join(sorted(known))}"
            )
        typed = [n for n, each in self.inputs.items() if isinstance(each, Sequence_)]
        for view in (view for row in self.rows for view in row):
            if view["kind"] == "tape" and isinstance(
                self.inputs.get(view["of"]), Whole
            ):
                raise ValueError(
                    f"tape: {view['of']!r} is one whole number; return its bits from "
                    "the function under another name, and show those"
                )
            for part in ("names", "columns", "source", "target"):
                if isinstance(view.get(part), str) and view[part] not in typed:
                    raise ValueError(
                        f"{view['kind']}: {part} must be a list, or the name of a "
                        f"sequence input, got {view[part]!r}"
                    )
        sizes = {name: shape for name, shape, _ in self.program.graph["outputs"]}
        for given, out in self.state.items():
            if out not in outputs:
                raise ValueError(f"state: there is no output called {out!r}")
            if not isinstance(self.inputs.get(given), Constant):
                raise ValueError(
                    f"state: {given!r} must be an input live.constant(...)"
                )
            if sizes[out] != list(examples[given].shape):
                raise ValueError(
                    f"state: {out!r} has shape {sizes[out]}, but input {given!r} has "
                    f"{list(examples[given].shape)}"
                )


def _content(function: Callable[..., Any], parts: Any) -> str | None:
    """A name for all that a notebook's function is made of; None if there is none.

    A function of the notebook is written out with the tensors and models it uses, so
    that changed weights are other content. One from a module is named, not written
    out: what it uses may have changed unseen, so it has no name here.
    """
    if getattr(function, "__module__", None) != "__main__":
        return None
    written = io.BytesIO()
    try:
        _Content(written).dump(parts)
    except (TypeError, AttributeError, pickle.PicklingError):
        return None  # it uses something that cannot be written out
    return hashlib.sha256(written.getvalue()).hexdigest()


class _Content(cloudpickle.Pickler):
    """Writes a tensor as its numbers: its usual form names places in memory."""

    def reducer_override(self, thing: Any) -> Any:
        if isinstance(thing, Tensor):
            numbers = thing.detach().contiguous().numpy().tobytes()
            return bytes, (numbers + f"{thing.dtype}{tuple(thing.shape)}".encode(),)
        return super().reducer_override(thing)


def _check_inputs(inputs: Mapping[str, Input], alt: str, most: int) -> None:
    for name, each in inputs.items():
        if not isinstance(each, Input):
            raise ValueError(
                f"input {name!r} must be a live.slider, choice, sequence, vector, "
                f"whole or constant, got {type(each)}"
            )
    controls = [n for n, each in inputs.items() if not isinstance(each, Constant)]
    if len(controls) > most:
        raise ValueError(
            f"{len(controls)} controls are more than a reader can follow: make some "
            f"constant, or say most_controls={len(controls)}"
        )
    if not alt.strip():
        raise ValueError("alt must say what the figure shows, for who cannot see it")


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
) -> Any:
    """Make a live figure; the last line of a notebook cell shows it.

    Args:
        function: a torch function of the inputs, by name. It returns a tensor (called
            "output"), or a dict or named tuple of tensors.
        inputs: `slider`, `choice`, `sequence`, `vector`, `whole` or `constant` by
            argument name.
        views: what is shown, from top to bottom; views in a list stand side by side.
        alt: what the first picture shows, for who cannot see it.
        caption: a line under the figure, where the page gives it none.
        state: output name to input name, fed back from each step to the next. The
            figure then takes one step for each symbol of its sequence input.
        steps: how many steps, when there is no sequence.
        first_step: the step shown first, from 0; the last one by default.
        goal: what the reader shall reach.
        most_controls: how many controls the figure may have.

    Raises:
        UnsupportedOperation: if the function cannot be computed in a page.
        ValueError: if a name, a shape or a setting does not fit.
    """
    from mininet.live.widget import make_widget

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
