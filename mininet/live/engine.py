"""The page's own modules in an embedded JavaScript engine (V8, from `mini-racer`).

What a figure computes and draws is written once, in `static`. Here the same code gives
the picture that a notebook stores, and the numbers that tests hold against torch's.
Where the engine cannot be had, in a browser's Python or on an odd platform, a figure
lives all the same, and only its stored picture is missing: `engine()` is then None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mininet.live import bundle
from mininet.live.trace import Program
from mininet.palette import ROLES

Numbers = dict[str, NDArray[np.float32]]  # outputs by name

# A role as a CSS colour that falls back to the light value.
COLOURS = {
    **{name: f"var(--role-{name}, {role.light})" for name, role in ROLES.items()},
    "page": "var(--pst-color-background, #ffffff)",
    "none": "none",
}


class Engine:
    """One context in which the modules are loaded."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self._context.eval(bundle.joined(bundle.HEADLESS))

    def picture(
        self,
        spec: Mapping[str, Any],
        program: Program,
        values: Mapping[str, Any],
        width: int = 680,
    ) -> str:
        """A figure's first picture as an SVG element, at the controls' values."""
        self._give(program.weights)
        given = (spec, program.graph, values, width, COLOURS)
        return str(self._call("picture", *given))

    def outputs(
        self,
        spec: Mapping[str, Any],
        program: Program,
        settings: Sequence[Mapping[str, Any]],
    ) -> list[list[Numbers]]:
        """A figure's outputs at each setting of its controls, and at every step."""
        self._give(program.weights)
        listed = self._call("outputs", spec, program.graph, settings)
        numbers = self._numbers()
        return [[_taken(step, numbers) for step in steps] for steps in listed]

    def run(
        self, program: Program, inputs: Mapping[str, NDArray[np.float32]]
    ) -> Numbers:
        """A program's outputs at inputs of any numbers."""
        flat = [np.ascontiguousarray(x, "<f4") for x in inputs.values()]
        self._give(program.weights + b"".join(x.tobytes() for x in flat))
        shapes = [[name, list(x.shape)] for name, x in inputs.items()]
        listed = self._call("run", program.graph, len(program.weights) // 4, shapes)
        return _taken(listed, self._numbers())

    def _give(self, data: bytes) -> None:
        room: Any = self._context.eval(f"headless.room({len(data)})")
        if data:
            room[:] = data

    def _call(self, name: str, *given: Any) -> Any:
        return self._context.call(f"headless.{name}", *given)

    def _numbers(self) -> list[NDArray[np.float32]]:
        found: Any = self._context.eval("headless.bytes()")
        return [np.frombuffer(bytes(found), "<f4").copy()]


def _taken(
    listed: Sequence[tuple[str, list[int]]], numbers: list[NDArray[np.float32]]
) -> Numbers:
    """The next numbers, by name and in shape; `numbers` keeps what is left."""
    found: Numbers = {}
    for name, shape in listed:
        size = int(np.prod(shape))
        found[name] = numbers[0][:size].reshape(shape)
        numbers[0] = numbers[0][size:]
    return found


def _context() -> Any:
    try:
        from py_mini_racer import MiniRacer

        # Made in a thread of its own, it does not take the notebook's event loop.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(MiniRacer).result()
    except Exception:  # every platform lacks it in its own way
        return None


@cache
def engine() -> Engine | None:
    """The engine, or None where it cannot be had."""
    context = _context()
    return None if context is None else Engine(context)
