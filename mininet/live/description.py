"""What a figure is, apart from the widget that shows it: program, look, and numbers."""

from __future__ import annotations

import hashlib
import inspect
import io
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from random import Random
from typing import Any

import cloudpickle
import torch
from torch import Tensor

from mininet.live.engine import engine
from mininet.live.inputs import Constant, Input, Matrix, numbers
from mininet.live.trace import Program, named_outputs, trace
from mininet.live.views import BESIDE, View, check, names_in

MOST_CONTROLS = 4
AGAIN = 2  # other settings at which the traced program is held against the function


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
        self.stepped = state is not None
        self._typed = self._find_sequence()
        self._fixed = {
            name: each
            for name, each in self.inputs.items()
            if isinstance(each, Constant) and name not in self.state
        }
        self._shown = self._names_shown()
        examples = self._given({}, 0)
        self.program: Program = self._traced(examples)
        self.first = self.sent({})
        self._check_names(examples)
        self.spec: dict[str, Any] = {
            "controls": [
                {**each.describe(), "name": name}
                for name, each in self.inputs.items()
                if each.moved
            ],
            "constants": {
                name: {"shape": list(each.shape), "data": numbers(each)}
                for name, each in examples.items()
                if name in self.state
            },
            "views": self.rows,
            "state": self.state if self.stepped else None,
            "steps": steps,
            "first": first_step,
            "goal": goal and {"label": goal.label, "least": goal.at_least},
            "alt": " ".join(alt.split()),
            "caption": caption,
        }

    def _traced(self, examples: Mapping[str, Tensor]) -> Program:
        """The program; from memory, where a cell is run again with the same content."""
        constants = {name: each.value for name, each in self._fixed.items()}
        parts = (self._function, self.goal, constants, dict(examples))
        key = _content(self._function, (*parts, sorted(self._shown)))
        if key is not None and key in TRACED:
            return TRACED[key]
        draw = Random(0)
        again = [self._given(self.random(draw), 0) for _ in range(AGAIN)]
        program = trace(self._call, examples, again=again)
        if key is not None:
            TRACED[key] = program
        return program

    def random(self, draw: Random) -> dict[str, Any]:
        """Values that the reader could set, for all controls."""
        return {n: each.random(draw) for n, each in self.inputs.items() if each.moved}

    def sent(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """All controls' values as they travel to the page, first ones where left out.

        Raises:
            ValueError: if there is no such control, or it cannot have such a value.
        """
        controls = {n: each for n, each in self.inputs.items() if each.moved}
        if unknown := sorted(set(values) - set(controls)):
            raise ValueError(
                f"no control called {', '.join(unknown)}; there are: "
                f"{', '.join(controls)}"
            )
        return {n: each.sent(values.get(n)) for n, each in controls.items()}

    def said(self, values: Mapping[str, Any]) -> str:
        """The controls' labels and values, for who sees no controls."""
        return " · ".join(
            f"{each.label}: {each.said(values.get(name))}"
            for name, each in self.inputs.items()
            if each.moved
        )

    def _given(self, values: Mapping[str, Any], step: int) -> dict[str, Tensor]:
        """What the traced function is given at a step."""
        return {
            name: each.at(values.get(name), step)
            if name == self._typed
            else each.tensor(values.get(name))
            for name, each in self.inputs.items()
            if name not in self._fixed
        }

    def compute(
        self, values: Mapping[str, Any] | None = None
    ) -> list[dict[str, Tensor]]:
        """The outputs at every step (one, without state), computed by torch.

        Args:
            values: the controls' values; the first ones where left out.
        """
        chosen = self.sent(values or {})
        fed: dict[str, Tensor] = {}
        found: list[dict[str, Tensor]] = []
        with torch.no_grad():
            for step in range(self.count(chosen)):
                given = {**self._given(chosen, step), **fed}
                outputs = self._call(**given)
                fed = {name: outputs[out].clone() for name, out in self.state.items()}
                found.append(outputs)
        return found

    def count(self, values: Mapping[str, Any]) -> int:
        """How many steps there are."""
        if self._typed:
            return self.inputs[self._typed].steps(values[self._typed])
        return (self.steps if self.stepped else None) or 1

    def picture(
        self, values: Mapping[str, Any] | None = None, width: int = 680
    ) -> str | None:
        """The picture as SVG, at the given values; None where no engine draws it."""
        draws = engine()
        if draws is None:
            return None
        return draws.picture(self.spec, self.program, self.sent(values or {}), width)

    def _find_sequence(self) -> str | None:
        """The sequence that a figure with state walks along."""
        if not self.stepped:
            return None
        found = [name for name, each in self.inputs.items() if each.walked]
        if len(found) > 1:
            raise ValueError(f"one sequence sets the steps, got {', '.join(found)}")
        if not found and not (self.steps and self.steps > 0):
            raise ValueError("a figure with state needs a sequence input, or steps=")
        return found[0] if found else None

    def _call(self, **given: Tensor) -> dict[str, Tensor]:
        """The function with its constants; shown constants and the goal are outputs."""
        constants = {name: each.tensor() for name, each in self._fixed.items()}
        given = {**given, **constants}
        outputs = named_outputs(self._function(**given))
        for name in self._shown & set(constants):
            outputs.setdefault(name, constants[name])
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
            found.update(view[k] for k in BESIDE if k in view)
            found.update(names_in(view.get("text", "")))
        found.update(self._used().values())
        return found

    def _used(self) -> dict[str, str]:
        """The outputs that say which cells of a table are used, by the table's name."""
        tables = {
            n: each for n, each in self.inputs.items() if isinstance(each, Matrix)
        }
        return {name: each.used for name, each in tables.items() if each.used}

    def _check_names(self, examples: Mapping[str, Tensor]) -> None:
        """Refuse a view or a state that names nothing."""
        outputs = {name for name, _, _ in self.program.graph["outputs"]}
        known = outputs | set(examples)
        for name in sorted(self._shown - known):
            raise ValueError(
                f"a view shows {name!r}, which is no output or input; there are: "
                f"{', '.join(sorted(known))}"
            )
        typed = [name for name, each in self.inputs.items() if each.typed]
        for view in (view for row in self.rows for view in row):
            if view["kind"] == "tape" and view["of"] in self.inputs:
                self.inputs[view["of"]].check_tape(view["of"])
            for part in ("names", "columns", "source", "target"):
                if isinstance(view.get(part), str) and view[part] not in typed:
                    raise ValueError(
                        f"{view['kind']}: {part} must be a list, or the name of a "
                        f"sequence input, got {view[part]!r}"
                    )
        sizes = {name: shape for name, shape, _ in self.program.graph["outputs"]}
        shapes = {**{name: list(x.shape) for name, x in examples.items()}, **sizes}
        for view in (view for row in self.rows for view in row):
            check(view, shapes)
        for name, out in self._used().items():
            if prod(shapes[out]) != prod(shapes[name]):
                raise ValueError(
                    f"used: {out!r} must have a number for each cell of {name!r}, "
                    f"got shape {tuple(shapes[out])}"
                )
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
                f"whole, actions, story, matrix or constant, got {type(each)}"
            )
    controls = sum(each.fields for each in inputs.values() if each.moved)
    if controls > most:
        raise ValueError(
            f"{controls} controls are more than a reader can follow: make some "
            f"constant, or say most_controls={controls}"
        )
    if not alt.strip():
        raise ValueError("alt must say what the figure shows, for who cannot see it")
