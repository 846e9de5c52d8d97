"""A pytest plugin: what a checked cell prints is compared as a reader compares it.

    pytest -p tools.nbval_numbers --nbval-lax notebooks/01-rnn.ipynb

Cells tagged nbval-check-output promise what they print. Another processor adds in
another order, so nbval's comparison of texts is taken apart:

- What goes to stderr is not compared: a progress bar says `00:44` here, `00:47` there.
- A measured number, one with a decimal point, an exponent or a percent sign, may differ
  by a thousandth, or by one unit of the last digit printed: 0.124 is 0.125, 71% is 72%.
- A whole number is exact, for a count is what the page claims: "5 of 5 seeds" is not
  "4 of 5", nor are 37 steps 38. Where a count hangs on a last digit the cell should
  print something sturdier.
- Words are exact; how many spaces and line breaks stand between them is not, for a
  number of another width moves them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from nbval.plugin import IPyNbCell

RELATIVE = 1e-3
# Not part of a word, of a version (2.13.0) or of a time of day (00:44).
NUMBER = re.compile(
    r"(?<![\w.:])[-+−]?(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)(?:e[-+−]?\d+)?%?"
    r"(?!\w|:\d|\.\d)",
    re.IGNORECASE,
)


def measured(number: str) -> bool:
    """Is a printed number rounded, and not a count?"""
    return bool(re.search(r"[.e%]", number, re.IGNORECASE))


def value(number: str) -> tuple[float, float]:
    """A printed number, and one unit of its last digit."""
    plain = Decimal(number.replace("−", "-").replace(",", "").rstrip("%"))
    exponent = plain.as_tuple().exponent
    assert isinstance(exponent, int)
    return float(plain), 10.0**exponent


def near(one: str, other: str) -> bool:
    """Do two printed numbers say the same?"""
    if one == other:
        return True
    if not measured(one) and not measured(other):
        return value(one)[0] == value(other)[0]
    (a, unit_a), (b, unit_b) = value(one), value(other)
    # A hair more than one unit: floats do not hold decimal fractions exactly.
    unit = 1.000001 * max(unit_a, unit_b)
    return math.isclose(a, b, rel_tol=RELATIVE, abs_tol=unit)


def same_printed(one: str, other: str) -> bool:
    """Do two texts say the same, up to the last digits of their measured numbers?"""
    words = [" ".join(NUMBER.sub(kind, text).split()) for text in (one, other)]
    return words[0] == words[1] and all(
        map(near, NUMBER.findall(one), NUMBER.findall(other))
    )


def kind(number: re.Match[str]) -> str:
    """What stands for a number when the words are compared: a percent sign counts."""
    return "#%" if number[0].endswith("%") else "#"


class Printed(str):
    """A text that equals those that say the same."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        """Compare as `same_printed`."""
        return isinstance(other, str) and same_printed(self, other)

    def __ne__(self, other: object) -> bool:
        """Compare as `same_printed`."""
        return not self == other


def without_stderr(outputs: Sequence[Any]) -> list[Any]:
    """The outputs but for what was written to stderr."""
    return [output for output in outputs if output.get("name") != "stderr"]


def pytest_configure(config: pytest.Config) -> None:
    """Give nbval's cells the comparison above."""
    compare, sanitize = IPyNbCell.compare_outputs, IPyNbCell.sanitize

    def compare_outputs(cell: Any, test: Any, ref: Any, skip: Any = None) -> Any:
        return compare(cell, without_stderr(test), without_stderr(ref), skip)

    def printed(cell: Any, text: Any) -> Any:
        clean = sanitize(cell, text)
        return Printed(clean) if isinstance(clean, str) else clean

    IPyNbCell.compare_outputs, IPyNbCell.sanitize = compare_outputs, printed
