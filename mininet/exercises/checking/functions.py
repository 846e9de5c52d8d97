"""The reader's function: is it written, how it is called, where it stopped."""

from __future__ import annotations

import contextlib
import dis
import inspect
import linecache
from collections.abc import Callable, Iterator, Mapping
from numbers import Integral
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import numpy as np
import torch

Function = Callable[..., Any]

MOST_TOLD = 200  # letters of an error's message
HERE = str(Path(__file__).parent)  # the checks' own code
# The instructions of a body that does nothing.
IDLE = {"RESUME", "NOP", "CACHE", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}


def is_stub(function: Function) -> bool:
    """Does its body do nothing: `...`, `pass`, a docstring?"""
    code = getattr(function, "__code__", None)
    if code is None:
        return False
    instructions = list(dis.get_instructions(code))
    constants = {i.argval for i in instructions if "CONST" in i.opname}
    return {i.opname for i in instructions} <= IDLE and constants <= {None, Ellipsis}


def call(function: Function, arguments: Mapping[str, Any]) -> Any:
    """Call it by the arguments' names if it has them, else in their order."""
    named = set(arguments) <= set(_parameters(function))
    in_order = _fits(function, *arguments.values())
    if (named or not in_order) and _fits(function, **arguments):
        return function(**arguments)
    return function(*arguments.values())


def refusal(function: Function, names: list[str]) -> str:
    """Why a function cannot be called with such arguments; empty if it can."""
    if _fits(function, **dict.fromkeys(names)) or _fits(function, *names):
        return ""
    takes = str(inspect.signature(function))
    return f"the check hands over {', '.join(names)}, and your function takes {takes}"


def _parameters(function: Function) -> list[str]:
    """What it calls its arguments; nobody knows of some built-in functions."""
    try:
        return list(inspect.signature(function).parameters)
    except ValueError:
        return []


def _fits(function: Function, *args: Any, **named: Any) -> bool:
    """Can it be called so? One of which nobody knows: in their order, perhaps."""
    try:
        inspect.signature(function).bind(*args, **named)
    except ValueError:
        return not named
    except TypeError:
        return False
    return True


def told(error: Exception) -> str:
    """Where in the reader's own code an error arose, and which it is."""
    what = (str(error).strip().splitlines() or [""])[0][:MOST_TOLD].rstrip(".")
    said = f"{type(error).__name__}: {what}" if what else type(error).__name__
    own = list(_own_lines(error))
    if not own:
        return f"with {said}"
    file, line = own[-1]
    source = linecache.getline(file, line).strip()
    return f"in line {line}{f', `{source}`,' if source else ''} with {said}"


def _own_lines(error: Exception) -> Iterator[tuple[str, int]]:
    """The lines an error passed in the file of the reader's function."""
    trace = error.__traceback__
    while trace and trace.tb_frame.f_code.co_filename.startswith(HERE):
        trace = trace.tb_next
    file = trace.tb_frame.f_code.co_filename if trace else ""
    while trace:
        if trace.tb_frame.f_code.co_filename == file:
            yield file, trace.tb_lineno
        trace = trace.tb_next


def outside(function: Function) -> dict[str, Any]:
    """The arrays and whole numbers a function uses that are not its arguments.

    A stub stands in a notebook full of `memory`, `ones` and `N`; what a function takes
    from there has the sizes of the chapter, not those of the case at hand.
    """
    found: dict[str, Any] = {}
    _collect(function, found, set())
    return found


def _collect(function: Function, found: dict[str, Any], seen: set[CodeType]) -> None:
    code = getattr(function, "__code__", None)
    if code is None or code in seen:
        return
    seen.add(code)
    values = dict(function.__globals__)
    for name, held in zip(code.co_freevars, function.__closure__ or (), strict=True):
        with contextlib.suppress(ValueError):  # not assigned yet
            values[name] = held.cell_contents
    for name in _names_read(code):
        value = values.get(name)
        if isinstance(value, torch.Tensor | np.ndarray | Integral):
            if not isinstance(value, bool):
                found[name] = value
        elif (
            isinstance(value, FunctionType) and value.__module__ == function.__module__
        ):
            _collect(value, found, seen)  # a helper the reader wrote beside it


def _names_read(code: CodeType) -> Iterator[str]:
    """The names from outside that a body, or one nested in it, reads."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in {"LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF"}:
            yield str(instruction.argval)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_read(constant)
