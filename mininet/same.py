"""Are two stored things the same but for the last digits of their numbers?

Another processor adds in another order, and its sums differ in the sixth digit or so.
What is stored here and computed there is therefore compared as numbers: the structure
and all words must be equal, whole numbers exactly, decimals to a tolerance.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import numpy as np

RELATIVE = 1e-4  # of the larger of two numbers
ABSOLUTE = 1e-6  # under which two numbers count as equal, both being nothing
# A decimal as programs and people write it; not part of a word, such as a hash.
DECIMAL = re.compile(
    r"(?<![\w.])[-+−]?(?:\d+\.\d*|\.\d+)(?:[eE][-+−]?\d+)?(?![\w.])"
    r"|(?<![\w.])[-+−]?\d+[eE][-+−]?\d+(?![\w.])"
)
# In a drawing's path, letters stand between the numbers, and a whole number may be one
# that another processor writes with decimals.
DRAWN = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?")
PIXELS = 0.02  # that a drawing's coordinates may differ; or its 64 shades
COORDINATES = re.compile(
    r'(?<=[\s"])(d|points|x|y|x1|x2|y1|y2|cx|cy|width|height|transform|'
    r'(?:fill|stroke)-opacity)="([^"]*)"'
)


def same(
    one: Any,
    other: Any,
    relative: float = RELATIVE,
    absolute: float = ABSOLUTE,
) -> bool:
    """Whether two JSON values are the same but for the last digits.

    Args:
        one, other: what JSON can hold. Numbers in texts are compared as numbers too,
            and the coordinates of drawings to a fiftieth of a pixel.
        relative: the largest difference of two numbers, by the larger one's size.
        absolute: a difference that is nothing, whatever the size.

    A dictionary with `"encoding": "base64"` holds float32 numbers, as a notebook stores
    the weights of a figure; these are compared as numbers.
    """
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        if one.get("encoding") == other.get("encoding") == "base64":
            rest = [{k: v for k, v in d.items() if k != "data"} for d in (one, other)]
            return rest[0] == rest[1] and _same_floats(
                one.get("data"), other.get("data"), relative, absolute
            )
        return one.keys() == other.keys() and all(
            same(one[key], other[key], relative, absolute) for key in one
        )
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(
            same(a, b, relative, absolute) for a, b in zip(one, other, strict=True)
        )
    if isinstance(one, str) and isinstance(other, str):
        return same_text(one, other, relative, absolute)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return _near(one, other, relative, absolute)
    return bool(one == other)


def same_text(
    one: str, other: str, relative: float = RELATIVE, absolute: float = ABSOLUTE
) -> bool:
    """Whether two texts are the same but for the last digits of decimals in them."""
    if one == other:
        return True
    if "%3Csvg" in one and "%3Csvg" in other:  # a drawing inside an image's address
        one, other = unquote(one), unquote(other)
    if "<svg" in one and "<svg" in other:
        mine, theirs = (
            [found for _, found in COORDINATES.findall(text)] for text in (one, other)
        )
        if len(mine) != len(theirs) or not all(map(_same_drawn, mine, theirs)):
            return False
        one, other = (COORDINATES.sub(r"\1", text) for text in (one, other))
    return _same_numbers(DECIMAL, one, other, relative, absolute)


def _same_drawn(one: str, other: str) -> bool:
    return _same_numbers(DRAWN, one, other, RELATIVE, PIXELS)


def _same_numbers(
    kind: re.Pattern[str], one: str, other: str, relative: float, absolute: float
) -> bool:
    if kind.sub("#", one) != kind.sub("#", other):
        return False
    return all(
        _near(
            float(a.replace("−", "-")), float(b.replace("−", "-")), relative, absolute
        )
        for a, b in zip(kind.findall(one), kind.findall(other), strict=True)
    )


def _near(one: float, other: float, relative: float, absolute: float) -> bool:
    if math.isnan(one) and math.isnan(other):
        return True
    return math.isclose(one, other, rel_tol=relative, abs_tol=absolute)


def _same_floats(one: Any, other: Any, relative: float, absolute: float) -> bool:
    if one == other:
        return True
    try:
        mine, theirs = (
            np.frombuffer(base64.b64decode(data, validate=True), dtype="<f4")
            for data in (one, other)
        )
    except (TypeError, ValueError, binascii.Error):
        return False
    return mine.shape == theirs.shape and np.allclose(
        mine, theirs, rtol=relative, atol=absolute, equal_nan=True
    )
