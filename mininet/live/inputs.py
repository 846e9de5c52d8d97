"""What a figure's function is given: what the reader moves, and what stands still.

All that figures, tests and the page ask of an input is said by its class, so that a new
kind is one class here and one entry in `static/inputs.mjs`. Bad settings are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from random import Random
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
    """What a figure's function is given for one of its arguments.

    A value is what the reader sets, as it travels between page and Python; None stands
    for the first one. A value that does not fit is refused with a sentence.
    """

    label: str
    moved = True  # whether the reader moves it
    typed = False  # whether it is a sequence of symbols: lists of names may be one

    def sent(self, value: Any = None) -> Any:
        """The value as it travels to the page."""
        raise NotImplementedError

    def tensor(self, value: Any = None) -> Tensor:
        """The value as the function gets it."""
        raise NotImplementedError

    def at(self, value: Any, step: int) -> Tensor:
        """The same, at one step of a figure with state."""
        return self.tensor(value)

    def said(self, value: Any = None) -> str:
        """The value in words, for who sees no controls."""
        return str(self.sent(value))

    def whole_range(self) -> list[Any]:
        """Values over the whole range, both ends among them."""
        raise NotImplementedError

    def random(self, draw: Random) -> Any:
        """Any value that the reader could set."""
        raise NotImplementedError

    def check_tape(self, name: str) -> None:
        """Refuse to be shown as a tape, where its symbols are not its numbers."""

    def describe(self) -> dict[str, Any]:
        """For the page."""
        return {"kind": type(self).__name__.lower(), **self.__dict__}


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

    def sent(self, value: Any = None) -> float:
        """The number."""
        value = self.value if value is None else value
        return _between(self.label, self.min, value, self.max)

    def tensor(self, value: Any = None) -> Tensor:
        """The number as the function gets it."""
        return torch.tensor(self.sent(value))

    def said(self, value: Any = None) -> str:
        """The number with six digits at most."""
        return f"{self.sent(value):.6g}"

    def whole_range(self) -> list[float]:
        """21 places, as far from each other as the slider's own."""
        return [self._place(i / 20) for i in range(21)]

    def random(self, draw: Random) -> float:
        """A place along the slider."""
        return self._place(draw.random())

    def _place(self, part: float) -> float:
        if part in (0, 1):
            return (self.min, self.max)[int(part)]
        if self.log:
            return float(self.min * (self.max / self.min) ** part)
        return self.min + (self.max - self.min) * part


@dataclass(frozen=True)
class Choice(Input):
    """One of a few named values; the function gets that value as a tensor."""

    options: dict[str, Tensor]
    value: str
    label: str
    role: str

    def sent(self, value: Any = None) -> str:
        """The chosen name."""
        name = str(self.value if value is None else value)
        if name not in self.options:
            known = ", ".join(self.options)
            raise ValueError(f"{self.label}: {name!r} is not one of: {known}")
        return name

    def tensor(self, value: Any = None) -> Tensor:
        """The chosen value as the function gets it."""
        return self.options[self.sent(value)]

    def whole_range(self) -> list[str]:
        """All names."""
        return list(self.options)

    def random(self, draw: Random) -> str:
        """One of the names."""
        return draw.choice(list(self.options))

    def describe(self) -> dict[str, Any]:
        """For the page."""
        return {
            **super().describe(),
            "options": list(self.options),
            "data": [numbers(value) for value in self.options.values()],
            "shape": list(self.tensor().shape),
        }


@dataclass(frozen=True)
class Sequence_(Input):
    """Symbols that the reader types; each stands for a vector."""

    typed = True

    codes: dict[str, Tensor]
    value: list[str]
    most: int
    label: str
    role: str

    @property
    def gap(self) -> str:
        """What is typed between two symbols."""
        return "" if all(len(symbol) == 1 for symbol in self.codes) else " "

    def symbols(self, value: Any = None) -> list[str]:
        """A typed text, or a list, as symbols."""
        value = self.value if value is None else value
        if isinstance(value, str):
            value = value.split() if self.gap else value
        symbols = list(value)
        for symbol in symbols:
            if symbol not in self.codes:
                known = " ".join(self.codes)
                raise ValueError(f"{self.label}: {symbol!r} is not one of: {known}")
        if not 1 <= len(symbols) <= self.most:
            raise ValueError(
                f"{self.label}: expected 1 to {self.most} symbols, got {len(symbols)}"
            )
        return symbols

    def sent(self, value: Any = None) -> str:
        """The symbols as the reader would type them."""
        return self.gap.join(self.symbols(value))

    def at(self, value: Any, step: int) -> Tensor:
        """The vector of one symbol."""
        return self.codes[self.symbols(value)[step]]

    def tensor(self, value: Any = None) -> Tensor:
        """All symbols, (most, ...), zeros after the last."""
        rows = [self.codes[symbol] for symbol in self.symbols(value)]
        rows += [torch.zeros_like(rows[0])] * (self.most - len(rows))
        return torch.stack(rows)

    def whole_range(self) -> list[str]:
        """Each symbol alone, and the longest sequence."""
        first = next(iter(self.codes))
        return [*self.codes, self.gap.join([first] * self.most)]

    def random(self, draw: Random) -> str:
        """A sequence of any length."""
        length = draw.randint(1, self.most)
        return self.gap.join(draw.choices(list(self.codes), k=length))

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

    def sent(self, value: Any = None) -> list[float]:
        """The numbers."""
        given = self.value if value is None else list(value)
        if len(given) != len(self.names):
            raise ValueError(
                f"{self.label}: expected {len(self.names)} numbers, got {len(given)}"
            )
        return [_between(self.label, self.min, each, self.max) for each in given]

    def tensor(self, value: Any = None) -> Tensor:
        """The numbers as the function gets them."""
        return torch.tensor(self.sent(value))

    def said(self, value: Any = None) -> str:
        """The numbers, in short."""
        return ", ".join(f"{x:.3g}" for x in self.sent(value))

    def whole_range(self) -> list[list[float]]:
        """All bars at the bottom, at the top, and as near to zero as they go."""
        near = min(max(0.0, self.min), self.max)
        return [[x] * len(self.names) for x in (self.min, self.max, near)]

    def random(self, draw: Random) -> list[float]:
        """Each bar anywhere."""
        return [draw.uniform(self.min, self.max) for _ in self.names]


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
                f"{self.label}: {text[:12]!r} is not a whole number from 0, like 11 or "
                "in binary 0b1011"
            )
        most = 2**self.bits - 1
        digits = text.lstrip("0bB") or "0"
        # Counted first: Python reads no more than some thousand digits.
        fits = len(digits) <= self.bits
        found = int(digits, 2 if "b" in text.lower() else 10) if fits else most + 1
        if found > most:
            raise ValueError(
                f"{self.label}: at most {most} fits, which is {self.bits} bits"
            )
        return found

    def sent(self, value: Any = None) -> str:
        """The number in decimal digits."""
        return str(self.number(value))

    def tensor(self, value: Any = None) -> Tensor:
        """The bits as the function gets them: 0 or 1, the ones' bit first."""
        number = self.number(value)
        return torch.tensor([float(number >> i & 1) for i in range(self.bits)])

    def whole_range(self) -> list[str]:
        """Nothing, powers of two, and all bits."""
        powers = [2**i for i in range(0, self.bits, max(1, self.bits // 16))]
        return [str(x) for x in (0, *powers, 2**self.bits - 1)]

    def random(self, draw: Random) -> str:
        """A number of any bits."""
        return str(draw.getrandbits(self.bits))

    def check_tape(self, name: str) -> None:
        """A tape would show the number in one cell."""
        raise ValueError(
            f"tape: {name!r} is one whole number; return its bits from the function "
            "under another name, and show those"
        )


@dataclass(frozen=True)
class Constant(Input):
    """A tensor that the reader does not change; the function gets a copy of it."""

    value: Tensor
    moved = False

    def tensor(self, value: Any = None) -> Tensor:
        """The tensor as the function gets it."""
        return self.value.clone()


def _between(label: str, low: float, value: Any, high: float) -> float:
    """A number between two ends."""
    try:
        found = nan if isinstance(value, str) else float(value)
    except (TypeError, ValueError):
        found = nan
    if not low <= found <= high:
        raise ValueError(f"{label}: value must be in [{low}, {high}], got {value!r}")
    return found


def _check_ends(label: str, low: float, high: float) -> None:
    if not (isfinite(low) and isfinite(high) and low < high):
        raise ValueError(f"{label}: min must be below max, got {low} and {high}")


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
    _check_ends(label, min, max)
    first = _between(label, min, value, max)
    if log and min <= 0:
        raise ValueError(f"{label}: a log slider must start above 0, got {min}")
    if step is not None and not 0 < step <= max - min:
        raise ValueError(f"{label}: step must be in (0, {max - min}], got {step}")
    step = float(f"{(max - min) / 100:.6g}") if step is None else step
    return Slider(float(min), float(max), first, step, label, role, log)


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
    made = Choice(tensors, next(iter(tensors)), label, role)
    return Choice(tensors, made.sent(value), label, role)


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
    return Whole(made.sent(value), bits, label, role)


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
    _check_ends(label, min, max)
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
    return Constant(torch.as_tensor(value).detach().clone().float())
