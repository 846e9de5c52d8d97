"""What a figure's function is given: what the reader moves, and what stands still.

Each input knows three things: its example as a tensor (`tensor`), how it is described
to the page (`describe`), and its first value. Bad settings are refused here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import torch
from torch import Tensor

from mininet.palette import role as check_role

TYPED = re.compile("[0-9]+|0[bB][01]+")  # a whole number, decimal or binary
MOST_BITS = 1024


def number(x: float) -> float:
    """The nearest float32, written as shortly as it can be."""
    return float(f"{torch.tensor(x, dtype=torch.float32).item():.9g}")


def numbers(values: Any) -> list[float]:
    """A tensor's or list's values, flat, as float32."""
    return [number(x) for x in torch.as_tensor(values).flatten().tolist()]


class Input:
    """What a figure's function is given for one of its arguments."""

    def tensor(self, value: Any = None) -> Tensor:
        """The first value, or the given one, as the function gets it."""
        raise NotImplementedError

    def describe(self) -> dict[str, Any]:
        """For the page."""
        raise NotImplementedError


@dataclass(frozen=True)
class Slider(Input):
    """A number between two ends; the function gets a tensor without axes."""

    min: float
    max: float
    value: float
    step: float
    label: str
    role: str
    log: bool

    def tensor(self, value: Any = None) -> Tensor:
        """The value as the function gets it."""
        return torch.tensor(float(self.value if value is None else value))

    def describe(self) -> dict[str, Any]:
        """For the page."""
        return {"kind": "slider", **self.__dict__}


@dataclass(frozen=True)
class Choice(Input):
    """One of a few named values; the function gets that value as a tensor."""

    options: dict[str, Tensor]
    value: str
    label: str
    role: str

    def tensor(self, value: Any = None) -> Tensor:
        """The chosen value as the function gets it."""
        return self.options[self.value if value is None else value]

    def describe(self) -> dict[str, Any]:
        """For the page."""
        return {
            "kind": "choice",
            "options": list(self.options),
            "data": [numbers(value) for value in self.options.values()],
            "shape": list(self.tensor().shape),
            "value": self.value,
            "label": self.label,
            "role": self.role,
        }


@dataclass(frozen=True)
class Sequence_(Input):
    """Symbols that the reader types; each stands for a vector."""

    codes: dict[str, Tensor]
    value: list[str]
    most: int
    label: str
    role: str

    def symbols(self, value: Any = None) -> list[str]:
        """A typed text, or a list, as symbols."""
        value = self.value if value is None else value
        if isinstance(value, str):
            single = all(len(symbol) == 1 for symbol in self.codes)
            value = list(value) if single else value.split()
        for symbol in value:
            if symbol not in self.codes:
                raise ValueError(f"{symbol!r} is not one of: {' '.join(self.codes)}")
        if not 1 <= len(value) <= self.most:
            raise ValueError(f"expected 1 to {self.most} symbols, got {len(value)}")
        return list(value)

    def text(self, value: Any = None) -> str:
        """The symbols as the reader would type them."""
        single = all(len(symbol) == 1 for symbol in self.codes)
        return ("" if single else " ").join(self.symbols(value))

    def at(self, value: Any, step: int) -> Tensor:
        """The vector of one symbol."""
        return self.codes[self.symbols(value)[step]]

    def tensor(self, value: Any = None) -> Tensor:
        """All symbols, (most, ...), zeros after the last."""
        rows = [self.codes[symbol] for symbol in self.symbols(value)]
        rows += [torch.zeros_like(rows[0])] * (self.most - len(rows))
        return torch.stack(rows)

    def describe(self) -> dict[str, Any]:
        """For the page."""
        return {
            "kind": "sequence",
            "alphabet": list(self.codes),
            "data": [numbers(code) for code in self.codes.values()],
            "shape": list(next(iter(self.codes.values())).shape),
            "value": self.value,
            "most": self.most,
            "label": self.label,
            "role": self.role,
        }


@dataclass(frozen=True)
class Vector(Input):
    """A few numbers that the reader draws as bars; the function gets (n,)."""

    value: list[float]
    min: float
    max: float
    names: list[str]
    label: str
    role: str

    def tensor(self, value: Any = None) -> Tensor:
        """The values as the function gets them."""
        return torch.tensor(self.value if value is None else list(value)).float()

    def describe(self) -> dict[str, Any]:
        """For the page."""
        return {"kind": "vector", **self.__dict__}


@dataclass(frozen=True)
class Whole(Input):
    """A whole number that the reader types; the function gets its bits, (bits,)."""

    value: str
    bits: int
    label: str
    role: str

    def number(self, value: Any = None) -> int:
        """A typed text, or a number, as a number from 0 to 2**bits - 1."""
        text = str(self.value if value is None else value).strip()
        if not TYPED.fullmatch(text):
            raise ValueError(
                f"{text[:12]!r} is not a whole number from 0, like 11 or in binary "
                "0b1011"
            )
        most = 2**self.bits - 1
        digits = text.lstrip("0bB") or "0"
        # Counted first: Python reads no more than some thousand digits.
        fits = len(digits) <= self.bits
        found = int(digits, 2 if "b" in text.lower() else 10) if fits else most + 1
        if found > most:
            raise ValueError(f"at most {most} fits, which is {self.bits} bits")
        return found

    def text(self, value: Any = None) -> str:
        """The number in decimal digits."""
        return str(self.number(value))

    def tensor(self, value: Any = None) -> Tensor:
        """The bits as the function gets them: 0 or 1, the ones' bit first."""
        number = self.number(value)
        return torch.tensor([float(number >> i & 1) for i in range(self.bits)])

    def describe(self) -> dict[str, Any]:
        """For the page."""
        return {"kind": "whole", **self.__dict__}


@dataclass(frozen=True)
class Constant(Input):
    """A tensor that the reader does not change."""

    value: Tensor

    def tensor(self, value: Any = None) -> Tensor:
        """The tensor as the function gets it."""
        return self.value


def _between(label: str, low: float, value: float, high: float) -> None:
    if not (isfinite(low) and isfinite(high) and low < high):
        raise ValueError(f"{label}: min must be below max, got {low} and {high}")
    if not low <= value <= high:
        raise ValueError(f"{label}: value must be in [{low}, {high}], got {value}")


def slider(
    min: float,
    max: float,
    *,
    value: float,
    label: str,
    step: float | None = None,
    role: str = "controller",
    log: bool = False,
) -> Slider:
    """A slider.

    Args:
        min, max: its ends; above 0 when `log`.
        value: where it stands at first.
        label: what it is, for people; with its letter where the text uses one.
        step: the smallest move; a hundredth of the way by default.
        role: whose colour it has.
        log: whether equal moves multiply instead of add.
    """
    check_role(role)
    _between(label, min, value, max)
    if log and min <= 0:
        raise ValueError(f"{label}: a log slider must start above 0, got {min}")
    if step is not None and not 0 < step <= max - min:
        raise ValueError(f"{label}: step must be in (0, {max - min}], got {step}")
    step = float(f"{(max - min) / 100:.6g}") if step is None else step
    return Slider(float(min), float(max), float(value), step, label, role, log)


def choice(
    options: Mapping[str, Any] | Sequence[str],
    *,
    label: str,
    value: str | None = None,
    role: str = "controller",
) -> Choice:
    """A choice between named values.

    Args:
        options: name to number, list or tensor, all of one shape. For names alone the
            function gets a one-hot vector.
        label: what is chosen.
        value: the first choice; the first name by default.
        role: whose colour it has.
    """
    check_role(role)
    if not isinstance(options, Mapping):
        names = list(options)
        options = dict(zip(names, torch.eye(len(names)), strict=True))
    tensors = {str(k): torch.as_tensor(v).float() for k, v in options.items()}
    if len(tensors) < 2 or len({t.shape for t in tensors.values()}) != 1:
        raise ValueError(f"{label}: expected two or more options of one shape")
    value = next(iter(tensors)) if value is None else value
    if value not in tensors:
        raise ValueError(f"{label}: {value!r} is not one of: {', '.join(tensors)}")
    return Choice(tensors, value, label, role)


def sequence(
    alphabet: str | Sequence[str] | Mapping[str, Any],
    *,
    value: str | Sequence[str],
    max_length: int,
    label: str,
    role: str = "controller",
) -> Sequence_:
    """A sequence that the reader types.

    Args:
        alphabet: the symbols that may be typed, each a one-hot vector (A,) for the
            function; or a mapping from symbol to number, list or tensor. Symbols
            longer than one letter are typed with spaces between them.
        value: the first sequence.
        max_length: the most symbols that fit.
        label: what the sequence is.
        role: whose colour it has.

    In a figure with state the function gets one symbol's vector a step; without, it
    gets all of them, (max_length, ...), zeros after the last.
    """
    check_role(role)
    if not isinstance(alphabet, Mapping):
        symbols = list(alphabet)
        alphabet = dict(zip(symbols, torch.eye(len(symbols)), strict=True))
    codes = {str(k): torch.as_tensor(v).float() for k, v in alphabet.items()}
    if not codes or len({code.shape for code in codes.values()}) != 1:
        raise ValueError(
            f"{label}: expected one or more symbols with codes of one shape"
        )
    if max_length < 1:
        raise ValueError(f"{label}: max_length must be at least 1, got {max_length}")
    made = Sequence_(codes, [], max_length, label, role)
    return Sequence_(codes, made.symbols(value), max_length, label, role)


def whole(
    value: int | str,
    *,
    bits: int,
    label: str,
    role: str = "controller",
) -> Whole:
    """A whole number that the reader types, in decimal or, like `0b1011`, in binary.

    Args:
        value: the first number, from 0.
        bits: how many binary digits the largest one has, 1 to 1024.
        label: what the number is.
        role: whose colour it has.

    The function gets the bits, (bits,), each 0 or 1, the ones' bit first. The control's
    value, in `figure.values` and where a `text` shows it, is its decimal digits.
    """
    check_role(role)
    if not 1 <= bits <= MOST_BITS:
        raise ValueError(f"{label}: bits must be in [1, {MOST_BITS}], got {bits}")
    made = Whole("", bits, label, role)
    try:
        return Whole(made.text(value), bits, label, role)
    except ValueError as error:
        raise ValueError(f"{label}: {error}") from error


def vector(
    value: Sequence[float] | Tensor,
    *,
    label: str,
    min: float = 0.0,
    max: float = 1.0,
    names: Sequence[str] | None = None,
    role: str = "controller",
) -> Vector:
    """Bars that the reader draws with the pointer or moves by keyboard.

    Args:
        value: the first heights, one number a bar.
        label: what the vector is.
        min, max: the lowest and highest a bar can go.
        names: what each bar is called; its number by default.
        role: whose colour it has.
    """
    check_role(role)
    values = numbers(value)
    if not values:
        raise ValueError(f"{label}: a vector needs at least one bar")
    for each in values:
        _between(label, min, each, max)
    called = [str(n) for n in (range(len(values)) if names is None else names)]
    if len(called) != len(values):
        raise ValueError(f"{label}: {len(values)} bars but {len(called)} names")
    return Vector(values, float(min), float(max), called, label, role)


def constant(value: Any) -> Constant:
    """A tensor that stands still: a memory, the first state, a table of weights."""
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        raise ValueError(
            f"constant: {type(value).__name__} holds several tensors; give each an "
            f"input of its own, like live.constant(state.{value._fields[0]})"
        )
    return Constant(torch.as_tensor(value).detach().float())
