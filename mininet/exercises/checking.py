"""How a check answers: right, not written yet, or what fails and what may be the cause.

A check knows the solution and the mistakes people make. It runs the reader's function
and the solution on small cases; where they part, it says on which case, shows both
answers, and if a known mistake gives the reader's answer, it names that mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

Function = Callable[..., Any]


@dataclass(frozen=True)
class Verdict:
    """A check's answer; a notebook shows it as its sentence."""

    right: bool
    says: str

    def __repr__(self) -> str:
        return self.says


@dataclass(frozen=True)
class Case:
    """One small input: what it shows, and the arguments as a reader would name them."""

    shows: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Exercise:
    """A *code it* exercise: call it with the reader's function.

    Args:
        name: what the function is called.
        solution: the right function.
        cases: small inputs, the simplest first.
        mistakes: a hint -> the wrong function it is meant for.
        praise: what a right answer has shown.
        tolerance: largest difference, relative to the expected values.
    """

    name: str
    solution: Function
    cases: Sequence[Case]
    mistakes: Mapping[str, Function] = field(default_factory=dict)
    praise: str = ""
    tolerance: float = 1e-5

    def __call__(self, attempt: Function) -> Verdict:
        """Try the reader's function on every case, and answer in words."""
        if not callable(attempt):
            return Verdict(False, f"✗ Hand over the function itself: {self.name}.")
        for case in self.cases:
            verdict = self._try(attempt, case)
            if verdict is not None:
                return verdict
        return Verdict(True, f"✓ Right. {self.praise}".rstrip())

    def _try(self, attempt: Function, case: Case) -> Verdict | None:
        """None if the case is right, else what is wrong with it."""
        try:
            answer = attempt(**_copies(case.arguments))
        except NotImplementedError:
            return Verdict(False, f"○ {self.name} is not written yet.")
        except Exception as error:
            problem = f"it stopped with {type(error).__name__}: {error}"
            return self._wrong(case, problem)
        if answer is None or answer is Ellipsis:
            return Verdict(False, f"○ {self.name} is not written yet.")
        expected = self.solution(**_copies(case.arguments))
        problem = difference(answer, expected, self.tolerance)
        if not problem:
            return None
        return self._wrong(case, problem, self._hint(case, answer, expected))

    def _hint(self, case: Case, answer: Any, expected: Any) -> str:
        for hint, mistake in self.mistakes.items():
            wrong = mistake(**_copies(case.arguments))
            if difference(wrong, expected, self.tolerance) and not difference(
                answer, wrong, self.tolerance
            ):
                return hint
        return ""

    def _wrong(self, case: Case, problem: str, hint: str = "") -> Verdict:
        given = ", ".join(f"{k} = {show(v)}" for k, v in case.arguments.items())
        says = f"✗ Not yet: {case.shows}.\n  With {given}:\n  {problem}."
        return Verdict(False, says + (f"\n  Perhaps {hint}." if hint else ""))


def difference(answer: Any, expected: Any, tolerance: float) -> str:
    """In words, how an answer differs from the expected one; empty if it does not."""
    if isinstance(expected, tuple | list):
        if not isinstance(answer, tuple | list) or len(answer) != len(expected):
            return f"expected {len(expected)} results, got {show(answer)}"
        for k, (mine, right) in enumerate(zip(answer, expected, strict=True)):
            problem = difference(mine, right, tolerance)
            if problem:
                return f"result {k + 1}: {problem}"
        return ""
    mine, right = _array(answer), _array(expected)
    if mine is None or right is None:
        same = mine is right and answer == expected
        return "" if same else f"expected {show(expected)}, got {show(answer)}"
    if mine.shape != right.shape:
        return f"expected shape {right.shape}, got {mine.shape}"
    if np.allclose(mine, right, rtol=tolerance, atol=tolerance, equal_nan=True):
        return ""
    return f"expected {show(expected)}, got {show(answer)}"


def show(value: Any) -> str:
    """A value as short text: numbers to four digits, long arrays by their shape."""
    if isinstance(value, tuple | list):
        return "(" + ", ".join(show(part) for part in value) + ")"
    array = _array(value)
    if array is None:
        return repr(value)
    if array.size > 12:
        return f"an array of shape {array.shape}"
    return np.array2string(array, precision=4, separator=", ").replace("\n", "")


def _array(value: Any) -> np.ndarray | None:
    """Numbers as an array; None for anything else."""
    if isinstance(value, torch.Tensor):
        value = value.detach().numpy()
    try:
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return None


def _copies(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Fresh arguments, so that a function which changes them harms nobody."""
    return {
        key: value.copy()
        if isinstance(value, np.ndarray)
        else value.clone()
        if isinstance(value, torch.Tensor)
        else value
        for key, value in arguments.items()
    }
