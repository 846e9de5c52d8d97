"""Every check accepts the solution, rejects the stub, and names the usual mistakes."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

import numpy as np
import pytest

from mininet import exercises
from mininet.exercises import rnn
from mininet.exercises.checking import Case, Exercise, difference, show

# Every module of the package but the machinery is the checks of a chapter.
CHAPTERS = [
    importlib.import_module(f"mininet.exercises.{module.name}")
    for module in pkgutil.iter_modules(exercises.__path__)
    if module.name != "checking"
]
EXERCISES = [
    value
    for chapter in CHAPTERS
    for value in vars(chapter).values()
    if isinstance(value, Exercise)
]
MISTAKES = [(e, hint) for e in EXERCISES for hint in e.mistakes]
each = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)


def test_no_chapter_is_overlooked() -> None:
    found = {chapter.__name__.rpartition(".")[2] for chapter in CHAPTERS}
    assert {"rnn", "lstm", "ntm_memory", "ntm_addressing"} <= found


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda module: module.__name__)
def test_there_are_at_least_two_code_exercises_in_each_chapter(
    chapter: ModuleType,
) -> None:
    own = [value for value in vars(chapter).values() if isinstance(value, Exercise)]
    assert len(own) >= 2


@each
def test_the_solution_is_accepted(exercise: Exercise) -> None:
    verdict = exercise(exercise.solution)
    assert verdict.right
    assert repr(verdict).startswith("✓ Right.")
    assert exercise.praise in verdict.says


@each
def test_the_empty_stub_is_called_not_written_yet(exercise: Exercise) -> None:
    verdict = exercise(lambda **arguments: ...)
    assert not verdict.right
    assert verdict.says == f"○ {exercise.name} is not written yet."


@each
def test_a_stub_that_raises_is_called_not_written_yet(exercise: Exercise) -> None:
    def stub(**arguments: object) -> None:
        raise NotImplementedError

    assert "not written yet" in exercise(stub).says


@each
def test_at_least_two_typical_mistakes_are_known(exercise: Exercise) -> None:
    assert len(exercise.mistakes) >= 2


@pytest.mark.parametrize(
    ("exercise", "hint"), MISTAKES, ids=[f"{e.name}-{h[:30]}" for e, h in MISTAKES]
)
def test_each_mistake_is_rejected_and_named(exercise: Exercise, hint: str) -> None:
    verdict = exercise(exercise.mistakes[hint])
    assert not verdict.right
    assert f"Perhaps {hint}." in verdict.says


@each
def test_an_exception_is_told_with_the_input(exercise: Exercise) -> None:
    def broken(**arguments: object) -> None:
        raise KeyError("oops")

    says = exercise(broken).says
    assert "it stopped with KeyError" in says
    assert exercise.cases[0].shows in says


@each
def test_nonsense_is_rejected_without_a_crash(exercise: Exercise) -> None:
    for answer in (0.5, np.full(7, np.nan), "words", (1, 2, 3), [], np.inf):
        assert not exercise(lambda answer=answer, **arguments: answer).right


def test_something_that_is_no_function_gets_a_sentence() -> None:
    assert "Hand over the function" in rnn.clip(3).says  # type: ignore[arg-type]


def test_a_function_that_changes_its_arguments_does_not_spoil_the_check() -> None:
    def spoils(gradient: np.ndarray, limit: float) -> np.ndarray:
        gradient *= min(1, limit / max(np.linalg.norm(gradient), 1e-12))
        return gradient

    assert rnn.clip(spoils).right
    assert rnn.clip(spoils).right


def test_a_failing_check_shows_input_expectation_and_answer() -> None:
    double = Exercise("double", lambda x: 2 * x, (Case("two threes", {"x": 3.0}),))
    says = double(lambda x: x + 1).says
    assert says == "✗ Not yet: two threes.\n  With x = 3.:\n  expected 6., got 4.."


def test_a_difference_is_put_into_words() -> None:
    assert difference(np.ones(2), np.ones(2), 1e-6) == ""
    assert difference(np.ones(3), np.ones(2), 1e-6) == "expected shape (2,), got (3,)"
    assert difference((1.0, 2.0), (1.0, 3.0), 1e-6) == "result 2: expected 3., got 2."
    assert difference(1.0, (1.0, 3.0), 1e-6) == "expected 2 results, got 1."
    assert difference(np.nan, 1.0, 1e-6) == "expected 1., got nan"


def test_long_values_are_shown_by_their_shape() -> None:
    assert show(np.zeros((5, 5))) == "an array of shape (5, 5)"
    assert show("text") == "'text'"
