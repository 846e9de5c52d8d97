"""Answers as numbers: how they differ, in words, and how steep they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Number
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

MOST_SHOWN = 12  # numbers; of a longer array only the shape is shown


def difference(answer: Any, expected: Any, tolerance: float) -> str:
    """In words, how an answer differs from the expected one; empty if it does not."""
    if isinstance(expected, tuple):
        return _difference_in_parts(answer, expected, tolerance)
    mine, right = numbers(answer), numbers(expected)
    if right is None:
        same = type(answer) is type(expected) and answer == expected
        return "" if same else f"expected {show(expected)}, got {show(answer)}"
    if mine is None:
        return f"expected {_kind(right)}, got {show(answer)}"
    if right.ndim == 0 and mine.size == 1:
        mine = mine.reshape(())  # one number, whatever it is wrapped in
    if mine.shape != right.shape:
        return f"expected {_kind(right)}, got {_kind(mine)}"
    differ = ~np.isclose(mine, right, rtol=tolerance, atol=tolerance, equal_nan=True)
    if not differ.any():
        return ""
    return _unequal(mine, right, differ)


def _difference_in_parts(
    answer: Any, expected: tuple[Any, ...], tolerance: float
) -> str:
    """Several results, given as a tuple, a list, or one array with a row for each."""
    parts = _parts(answer)
    if len(parts) != len(expected):
        return f"expected {len(expected)} results, got {show(answer)}"
    for k, (mine, right) in enumerate(zip(parts, expected, strict=True), start=1):
        problem = difference(mine, right, tolerance)
        if problem:
            return f"result {k}: {problem}"
    return ""


def _parts(answer: Any) -> list[Any]:
    if isinstance(answer, list | tuple):
        return list(answer)
    array = numbers(answer)
    return [answer] if array is None or array.ndim == 0 else list(array)


def _unequal(mine: NDArray[Any], right: NDArray[Any], differ: NDArray[Any]) -> str:
    """Both arrays if they are small, else where they differ first and by how much."""
    nan = "; nan is not a number, as from 0 / 0" if np.isnan(mine).any() else ""
    if right.size <= MOST_SHOWN:
        for digits in (4, 7, 10):
            texts = show(right, digits), show(mine, digits)
            if texts[0] != texts[1]:
                break
        return f"expected {texts[0]}, got {texts[1]}{nan}"
    first = tuple(int(k) for k in np.argwhere(differ)[0])
    off = mine[first] - right[first]
    by = "" if np.isnan(off) else f", off by {show(off)}"
    return (
        f"at {list(first)} expected {show(right[first])}, got {show(mine[first])}{by}; "
        f"{differ.sum()} of {differ.size} numbers differ{nan}"
    )


def too_steep(
    function: Callable[[dict[str, Any]], Any],
    arguments: dict[str, Any],
    limits: Mapping[str, float],
) -> str:
    """In words, which slope of a function's answer is over its limit or NaN.

    Empty if none is, or if the answer has no slope, as with NumPy.

    Args:
        function: from its arguments by name to its answer.
        arguments: by name, tensors where a slope is asked for; they are used up.
        limits: an argument -> the largest slope.
    """
    for name, limit in limits.items():
        leaf = arguments[name].requires_grad_()
        try:
            answer = function(arguments | {name: leaf.clone()})  # may be written into
        except Exception:
            return ""  # it works on plain numbers: NumPy refuses such a tensor
        if not isinstance(answer, torch.Tensor) or not answer.requires_grad:
            return ""
        for entry in answer.flatten():
            (slope,) = torch.autograd.grad(
                entry, leaf, retain_graph=True, allow_unused=True
            )
            steep = 0.0 if slope is None else slope.abs().max().item()  # NaN if one is
            if not steep <= limit:
                return (
                    f"the answer itself is right, but its slope in `{name}` is "
                    f"{show(steep)}; it must stay below {show(limit)}"
                )
    return ""


def show(value: Any, digits: int = 4) -> str:
    """A value as short text: numbers to four digits, long arrays by their shape."""
    if isinstance(value, tuple):
        return "(" + ", ".join(show(part, digits) for part in value) + ")"
    array = numbers(value)
    if array is None:
        text = repr(value)
        return text if len(text) <= 80 else text[:77] + "..."
    if array.size > MOST_SHOWN:
        return f"an array of shape {array.shape}"
    return _nested(array.tolist(), digits)


def _nested(value: Any, digits: int) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_nested(part, digits) for part in value) + "]"
    whole = value == value and abs(value) < 1e6 and value == int(value)
    return str(int(value)) if whole else f"{value:.{digits}g}"


def _kind(array: NDArray[Any]) -> str:
    """What kind of value an array is, when it cannot be compared."""
    return "one number" if array.ndim == 0 else f"shape {array.shape}"


def numbers(value: Any) -> NDArray[np.float64] | None:
    """Numbers, in a tensor, an array, or lists, as an array; None for anything else."""
    if isinstance(value, torch.Tensor):
        return None if value.is_complex() else value.detach().cpu().double().numpy()
    if isinstance(value, list | tuple):
        parts = [part for part in map(numbers, value) if part is not None]
        alike = len({part.shape for part in parts}) <= 1
        if len(parts) < len(value) or not alike:
            return None
        return np.stack(parts) if parts else np.empty(0)
    array = np.asarray(value)
    if array.dtype.kind == "O" and all(isinstance(x, Number) for x in array.flat):
        array = np.vectorize(float, otypes=[float])(array)  # fractions, say
    return array.astype(float) if array.dtype.kind in "biuf" else None
