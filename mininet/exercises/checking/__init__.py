"""How a check answers: right, not written yet, or what fails and what may be the cause.

A check knows the solution and the mistakes people make. It runs the reader's function
and the solution on small cases; where they part, it says on which case, shows both
answers, and names a known mistake if that gives the reader's answer on every case.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from mininet.exercises.checking import functions
from mininet.exercises.checking.comparing import difference, show, too_steep

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
    """One small input.

    Args:
        shows: what the case is about, as part of a sentence.
        arguments: the input, by the names and in the order of the reader's stub.
        steepest: an argument -> the largest slope the answer may have in it. An answer
            that has no slope, computed with NumPy or with lists, is not asked for one.
    """

    shows: str
    arguments: Mapping[str, Any]
    steepest: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Exercise:
    """A *code it* exercise: call it with the reader's function.

    Args:
        name: what the function is called.
        solution: the right function.
        cases: small inputs, the simplest first.
        mistakes: a hint -> the wrong function it is meant for.
        praise: what a right answer has shown, however it is written.
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
            says = "✗ Hand over the function itself, without calling it."
            return Verdict(False, says)
        if functions.is_stub(attempt):
            return Verdict(False, f"○ {self.name} is not written yet.")
        refusal = functions.refusal(attempt, list(self.cases[0].arguments))
        if refusal:
            return Verdict(False, f"✗ Not yet: {refusal}.")
        for case in self.cases:
            try:
                problem = self._problem(attempt, case)
            except NotImplementedError:
                return Verdict(False, f"○ {self.name} is not written yet.")
            if problem:
                return self._wrong(attempt, case, problem)
        return Verdict(True, f"✓ Right. {self.praise}".rstrip())

    def _problem(self, attempt: Function, case: Case) -> str:
        """What is wrong with the reader's answer to a case; empty if nothing is."""
        given = _copies(case.arguments)
        try:
            answer = functions.call(attempt, given)
        except NotImplementedError:
            raise
        except Exception as error:
            return f"it stopped {functions.told(error)}"
        expected = self.solution(**_copies(case.arguments))
        if answer is None or answer is Ellipsis:
            return self._nothing(case, given, expected)
        return difference(answer, expected, self.tolerance) or _steep(attempt, case)

    def _nothing(self, case: Case, given: Mapping[str, Any], expected: Any) -> str:
        """What to say to a function that has been written and returns nothing."""
        for name, value in given.items():
            if not difference(value, case.arguments[name], 0.0):
                continue  # as it was
            if difference(value, expected, self.tolerance):
                return f"it changed `{name}` in place, and returned nothing"
            return (
                f"it changed `{name}` in place and returned nothing; what `{name}` "
                "holds now is right, so return it"
            )
        return "it returned nothing; did you forget `return`?"

    def _wrong(self, attempt: Function, case: Case, problem: str) -> Verdict:
        given = ", ".join(f"{k} = {show(v)}" for k, v in case.arguments.items())
        end = "" if problem.endswith("?") else "."
        lines = [f"✗ Not yet: {case.shows}.", f"With {given}:", f"{problem}{end}"]
        hint = self._hint(attempt)
        if hint:
            lines.append(f"Perhaps {hint}.")
        outside = functions.outside(attempt)
        if outside:
            told = ", ".join(f"`{name}` ({show(v)})" for name, v in outside.items())
            lines.append(
                f"Besides its arguments it uses {told}. Does that fit this input?"
            )
        return Verdict(False, "\n  ".join(lines))

    def _hint(self, attempt: Function) -> str:
        """The mistake that gives the reader's answer on every case, if there is one."""
        with _quiet():
            answers = [_outcome(attempt, case) for case in self.cases]
            for hint, mistake in self.mistakes.items():
                if all(
                    _same(answer, _outcome(mistake, case), self.tolerance)
                    for answer, case in zip(answers, self.cases, strict=True)
                ):
                    return hint
        return ""


def _outcome(function: Function, case: Case) -> tuple[Any, str]:
    """What a function returns or raises, and which of its slopes is too steep."""
    arguments = _copies(case.arguments)
    try:
        answer = functions.call(function, arguments)
    except Exception as error:
        return error, ""
    return answer, _steep(function, case)


def _steep(function: Function, case: Case) -> str:
    arguments = _copies(case.arguments)
    with _quiet():  # it has printed and warned when it was called for its value
        return too_steep(
            lambda given: functions.call(function, given), arguments, case.steepest
        )


def _same(one: tuple[Any, str], other: tuple[Any, str], tolerance: float) -> bool:
    """Do two functions do the same: return the same, or raise the same?"""
    (mine, my_slope), (theirs, their_slope) = one, other
    if isinstance(mine, Exception) or isinstance(theirs, Exception):
        return type(mine) is type(theirs)
    return my_slope == their_slope and not difference(mine, theirs, tolerance)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Nothing printed and no warning: the reader has seen them once."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _copies(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Fresh arguments, so that a function which changes them harms nobody."""
    return {name: deepcopy(value) for name, value in arguments.items()}
