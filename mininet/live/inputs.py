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
SENTENCE = re.compile(r"[\n.?!]")  # what ends one
BETWEEN = re.compile(r'[\s,;:"“”()]+')  # what stands between two words


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
    walked = False  # whether a figure with state takes its steps along it
    fields = 1  # how many things there are to set

    def steps(self, value: Any) -> int:
        """How many steps a figure takes along it; 0 if it does not set them."""
        return 0

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
    walked = True

    codes: dict[str, Tensor]
    value: list[str]
    most: int
    label: str
    role: str
    more: int = 0
    blank: str | None = None

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

    def steps(self, value: Any) -> int:
        """One for each symbol, and those after the last."""
        return len(self.symbols(value)) + self.more

    def at(self, value: Any, step: int) -> Tensor:
        """The vector of one symbol; after the last, of the blank."""
        symbols: list[str | None] = [*self.symbols(value)]
        symbol = symbols[step] if step < len(symbols) else self.blank
        nothing = torch.zeros_like(next(iter(self.codes.values())))
        return nothing if symbol is None else self.codes[symbol]

    def tensor(self, value: Any = None) -> Tensor:
        """All symbols, (most, ...), zeros after the last."""
        if self.more:
            raise ValueError(f"{self.label}: more steps need a figure with state")
        return _padded([self.codes[s] for s in self.symbols(value)], self.most)

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
            **({"more": self.more, "blank": self.blank} if self.more else {}),
        }


@dataclass(frozen=True)
class Actions(Input):
    """Steps that the reader makes one at a time, each with settings of its own."""

    typed = True
    walked = True

    parts: dict[str, Input]
    value: list[dict[str, Any]]
    most: int
    button: str
    label: str
    role: str

    @property
    def fields(self) -> int:  # type: ignore[override]
        """Its sliders and choices; the buttons come with them."""
        return len(self.parts)

    def sent(self, value: Any = None) -> list[dict[str, Any]]:
        """The settings of each step; a part's first one where it is left out."""
        given = self.value if value is None else value
        if not isinstance(given, Sequence) or not all(
            isinstance(each, Mapping) for each in given
        ):
            raise ValueError(f"{self.label}: expected a list of steps, got {given!r}")
        if len(given) > self.most:
            raise ValueError(
                f"{self.label}: at most {self.most} steps fit, got {len(given)}"
            )
        for name in sorted({name for each in given for name in each}):
            if name not in self.parts:
                known = ", ".join(self.parts)
                raise ValueError(f"{self.label}: {name!r} is not one of: {known}")
        return [
            {name: part.sent(each.get(name)) for name, part in self.parts.items()}
            for each in given
        ]

    def _code(self, setting: Mapping[str, Any]) -> Tensor:
        return torch.cat(
            [part.tensor(setting[n]).flatten() for n, part in self.parts.items()]
        )

    def steps(self, value: Any) -> int:
        """One for each action; before the first, one in which nothing is done."""
        return max(1, len(self.sent(value)))

    def at(self, value: Any, step: int) -> Tensor:
        """The numbers of one action."""
        return self.tensor(value)[step]

    def tensor(self, value: Any = None) -> Tensor:
        """All actions, (most, n), zeros after the last."""
        size = sum(part.tensor().numel() for part in self.parts.values())
        rows = [self._code(each) for each in self.sent(value)]
        return _padded(rows or [torch.zeros(size)], self.most)

    def said(self, value: Any = None) -> str:
        """Each action in words."""
        told = [
            ", ".join(f"{p.label} {p.said(each[n])}" for n, p in self.parts.items())
            for each in self.sent(value)
        ]
        return "; ".join(told) or "nothing yet"

    def whole_range(self) -> list[list[dict[str, Any]]]:
        """Nothing done, each part alone over its range, and as many as fit."""
        alone = [
            [{name: value}]
            for name, part in self.parts.items()
            for value in part.whole_range()
        ]
        return [self.sent(each) for each in ([], *alone, [{}] * self.most)]

    def random(self, draw: Random) -> list[dict[str, Any]]:
        """Any number of actions."""
        return [
            {name: part.random(draw) for name, part in self.parts.items()}
            for _ in range(draw.randint(0, self.most))
        ]

    def describe(self) -> dict[str, Any]:
        """For the page."""
        parts = [{**p.describe(), "name": name} for name, p in self.parts.items()]
        return {**super().describe(), "parts": parts}


@dataclass(frozen=True)
class Story(Input):
    """Sentences that the reader types in the words of a vocabulary."""

    typed = True

    codes: dict[str, Tensor]
    value: str
    sentences: int
    words: int
    label: str
    role: str

    def lines(self, value: Any = None) -> list[list[str]]:
        """A typed text, or a list of sentences, as words."""
        value = self.value if value is None else value
        text = value if isinstance(value, str) else "\n".join(value)
        found = [words for line in SENTENCE.split(text) if (words := _words(line))]
        for word in (word for words in found for word in words):
            if word not in self.codes:
                known = " ".join(self.codes)
                raise ValueError(f"{self.label}: {word!r} is not one of: {known}")
        if not 1 <= len(found) <= self.sentences:
            raise ValueError(
                f"{self.label}: expected 1 to {self.sentences} sentences, "
                f"got {len(found)}"
            )
        if (longest := max(map(len, found))) > self.words:
            raise ValueError(
                f"{self.label}: at most {self.words} words fit in a sentence, "
                f"got {longest}"
            )
        return found

    def sent(self, value: Any = None) -> str:
        """The sentences, one a line, without marks."""
        return "\n".join(" ".join(words) for words in self.lines(value))

    def said(self, value: Any = None) -> str:
        """The sentences in one line."""
        return self.sent(value).replace("\n", ". ") + "."

    def tensor(self, value: Any = None) -> Tensor:
        """All words, (sentences, words, ...), zeros where there is none."""
        rows = [
            _padded([self.codes[word] for word in words], self.words)
            for words in self.lines(value)
        ]
        return _padded(rows, self.sentences)

    def whole_range(self) -> list[str]:
        """Each word alone, and the longest story."""
        line = " ".join([next(iter(self.codes))] * self.words)
        return [*self.codes, "\n".join([line] * self.sentences)]

    def random(self, draw: Random) -> str:
        """Any number of sentences of any length."""
        lines = range(draw.randint(1, self.sentences))
        counts = [draw.randint(1, self.words) for _ in lines]
        return "\n".join(" ".join(draw.choices(list(self.codes), k=k)) for k in counts)

    def check_tape(self, name: str) -> None:
        """A tape's cells hold no sentences."""
        raise ValueError(f"tape: {name!r} is a story; show it with live.hops")

    def describe(self) -> dict[str, Any]:
        """For the page."""
        return {
            "kind": "story",
            "alphabet": list(self.codes),
            "data": [numbers(code) for code in self.codes.values()],
            "shape": list(next(iter(self.codes.values())).shape),
            "value": self.value,
            "sentences": self.sentences,
            "words": self.words,
            "label": self.label,
            "role": self.role,
        }


@dataclass(frozen=True)
class Matrix(Input):
    """A table of numbers that the reader edits; the function gets (rows, columns)."""

    value: list[list[float]]
    min: float
    max: float
    step: float
    names: list[str]
    columns: list[str]
    label: str
    role: str
    used: str | None = None

    def sent(self, value: Any = None) -> list[list[float]]:
        """The numbers, row by row."""
        given = self.value if value is None else value
        shape = (len(self.names), len(self.columns))
        if _shape(given) != shape:
            raise ValueError(
                f"{self.label}: expected {len(self.names)} rows of "
                f"{len(self.columns)} numbers"
            )
        return [
            [_between(self.label, self.min, each, self.max) for each in row]
            for row in given
        ]

    def tensor(self, value: Any = None) -> Tensor:
        """The numbers as the function gets them."""
        return torch.tensor(self.sent(value))

    def said(self, value: Any = None) -> str:
        """The rows, in short."""
        rows = zip(self.names, self.sent(value), strict=True)
        return "; ".join(
            f"{name}: {', '.join(f'{x:.6g}' for x in row)}" for name, row in rows
        )

    def whole_range(self) -> list[list[list[float]]]:
        """All numbers at each end, and as near to zero as they go."""
        near = min(max(0.0, self.min), self.max)
        return [
            [[x] * len(self.columns) for _ in self.names]
            for x in (self.min, self.max, near)
        ]

    def random(self, draw: Random) -> list[list[float]]:
        """Each number anywhere."""
        return [
            [draw.uniform(self.min, self.max) for _ in self.columns] for _ in self.names
        ]


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


def _padded(rows: list[Tensor], most: int) -> Tensor:
    """Some rows, (most, ...), zeros after the last."""
    return torch.stack([*rows, *[torch.zeros_like(rows[0])] * (most - len(rows))])


def _shape(table: Any) -> tuple[int, int] | None:
    """Rows and columns; None if it is no table."""
    if not isinstance(table, Sequence) or not table:
        return None
    sizes = {len(row) if isinstance(row, Sequence) else -1 for row in table}
    return (len(table), sizes.pop()) if len(sizes) == 1 else None


def _words(line: str) -> list[str]:
    """The words of a sentence, in small letters."""
    return [word for word in BETWEEN.split(line.lower()) if word]


def _codes(alphabet: Any, label: str) -> dict[str, Tensor]:
    """What each symbol stands for: one-hot vectors, if it is not said."""
    if not isinstance(alphabet, Mapping):
        symbols = list(alphabet)
        alphabet = dict(zip(symbols, torch.eye(len(symbols)), strict=True))
    codes = {str(k): torch.as_tensor(v).float() for k, v in alphabet.items()}
    if not codes or len({code.shape for code in codes.values()}) != 1:
        raise ValueError(
            f"{label}: expected one or more symbols with codes of one shape"
        )
    return codes


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
    more: int = 0,
    blank: str | None = None,
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
        more: for how many steps a figure runs on after the last symbol, with state.
        blank: the symbol whose vector the function gets in those steps; zeros without.

    In a figure with state the function gets one symbol's vector a step; without, it
    gets all of them, (max_length, ...), zeros after the last.
    """
    check_role(role)
    codes = _codes(alphabet, label)
    if max_length < 1:
        raise ValueError(f"{label}: max_length must be at least 1, got {max_length}")
    if more < 0 or (blank is not None and not more):
        raise ValueError(f"{label}: more must be at least 1 with a blank, got {more}")
    made = Sequence_(codes, [], max_length, label, role)
    if blank is not None:
        made.symbols([blank])
    symbols = made.symbols(value)
    return Sequence_(codes, symbols, max_length, label, role, more, blank)


def actions(
    parts: Mapping[str, Input],
    *,
    max_steps: int,
    label: str,
    button: str = "do it now",
    value: Sequence[Mapping[str, Any]] = (),
    role: str = "controller",
) -> Actions:
    """Steps that the reader makes one at a time, with a button, undo and clear.

        live.actions(
            {
                "push": live.slider(0, 1, value=1, label="push", role="write"),
                "pop": live.slider(0, 1, value=0, label="pop", role="read"),
                "symbol": live.choice("abc", label="symbol"),
            },
            value=[{"symbol": "a"}, {"symbol": "b", "push": 0.5}],
            max_steps=10,
            label="stack",
            button="push and pop now",
        )

    Args:
        parts: what can be set for one step, by name: sliders and choices.
        max_steps: the most steps that fit.
        label: what the steps are.
        button: what stands on the button that makes one step.
        value: the first steps, settings by name; a part's first one where left out.
        role: whose colour it has.

    In a figure with state, which takes one step for each, the function gets the parts'
    numbers one after another, (n,): here push, pop, and the symbol's one-hot vector.
    Without state it gets all steps, (max_steps, n), zeros after the last. Where nothing
    is done yet, it gets one step of zeros.
    """
    check_role(role)
    if not parts or not all(isinstance(p, Slider | Choice) for p in parts.values()):
        raise ValueError(f"{label}: the parts of a step are live.slider or live.choice")
    if max_steps < 1:
        raise ValueError(f"{label}: max_steps must be at least 1, got {max_steps}")
    made = Actions(dict(parts), [], max_steps, button, label, role)
    return Actions(dict(parts), made.sent(value), max_steps, button, label, role)


def story(
    vocabulary: Sequence[str] | Mapping[str, Any],
    *,
    value: str | Sequence[str],
    sentences: int,
    words: int,
    label: str,
    role: str = "controller",
) -> Story:
    """Sentences that the reader types, one a line, in known words.

        live.story(
            ["mary", "john", "went", "took", "to", "the", "garden", "milk"],
            value=["Mary took the milk", "John went to the garden"],
            sentences=4,
            words=6,
            label="story",
        )

    Args:
        vocabulary: the words that may be typed, each a one-hot vector (V,) for the
            function; or a mapping from word to number, list or tensor. Capitals and
            marks do not matter.
        value: the first story: its sentences, or a text with one a line.
        sentences, words: the most that fit, and the most words in one.
        label: what the story is.
        role: whose colour it has.

    The function gets all words, (sentences, words, ...), zeros where there is none: so
    `story.sum(-1)` is a mask of one-hot words. Of many words, give numbers from 1: they
    travel as one number a word, and `table[story.long()]` looks them up.
    """
    check_role(role)
    codes = {k.lower(): v for k, v in _codes(vocabulary, label).items()}
    for word in codes:
        if _words(word) != [word] or SENTENCE.search(word):
            raise ValueError(f"{label}: {word!r} is not one word without marks")
    if sentences < 1 or words < 1:
        raise ValueError(f"{label}: sentences and words must be at least 1")
    made = Story(codes, "", sentences, words, label, role)
    return Story(codes, made.sent(value), sentences, words, label, role)


def matrix(
    value: Any,
    *,
    label: str,
    min: float = -100.0,
    max: float = 100.0,
    step: float = 1.0,
    names: Sequence[Any] | None = None,
    columns: Sequence[Any] | None = None,
    role: str = "controller",
    used: str | None = None,
) -> Matrix:
    """A table of numbers that the reader edits, cell by cell.

        live.matrix([[3, 12], [5, 4]], label="sales", columns=["pieces", "price"])

    Args:
        value: the first numbers, (rows, columns), kept to six digits.
        label: what the table is.
        min, max: the least and the most that a cell takes.
        step: how far an arrow key moves a cell.
        names, columns: what each row and column is called; its number by default.
        role: whose colour it has.
        used: an output with a number for each cell: where it is 0 the cell is not used
            now, and cannot be typed into.
    """
    check_role(role)
    _check_ends(label, min, max)
    given = torch.as_tensor(value)
    if given.ndim != 2 or not given.numel():
        raise ValueError(f"{label}: a table has rows and columns")
    rows, width = given.shape
    called = [str(n) for n in (range(1, rows + 1) if names is None else names)]
    heads = [str(n) for n in (range(1, width + 1) if columns is None else columns)]
    if (len(called), len(heads)) != (rows, width):
        raise ValueError(
            f"{label}: {rows} by {width} numbers, "
            f"but {len(called)} by {len(heads)} names"
        )
    short = [[float(f"{x:.6g}") for x in row] for row in given.tolist()]
    ends = float(min), float(max)
    made = Matrix(short, *ends, step, called, heads, label, role, used)
    made.sent()
    return made


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
