"""What every check must do, shown on the solution, right answers, and wrong ones.

The checks are found by looking into `mininet.exercises`, the answers to them in the
folder `answers` beside this file. A new check has no chance without both.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from itertools import product
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mininet import exercises
from mininet.exercises import rnn
from mininet.exercises.checking import Case, Exercise
from mininet.exercises.checking.comparing import difference, numbers

Function = Callable[..., Any]
FEWEST = {"WRONG": 10, "RIGHT": 4}  # answers to each check

# Every module of the package but the machinery is the checks of a chapter.
CHAPTERS = [
    importlib.import_module(f"mininet.exercises.{module.name}")
    for module in pkgutil.iter_modules(exercises.__path__)
    if module.name != "checking"
]


def checks(chapter: ModuleType) -> list[Exercise]:
    """The exercises of a chapter."""
    return [value for value in vars(chapter).values() if isinstance(value, Exercise)]


def answers_to(chapter: ModuleType) -> Any:
    """The module in `answers` that is named as the chapter's checks are, or none."""
    name = chapter.__name__.rpartition(".")[2]
    try:
        return importlib.import_module(f"answers.{name}")
    except ModuleNotFoundError:
        return SimpleNamespace(WRONG={}, RIGHT={})


def table(exercise: Exercise, answers: Any, kind: str) -> Mapping[str, Function]:
    """The wrong or the right answers to a check."""
    return dict(getattr(answers, kind, {}).get(exercise.name, {}))


def lacking(exercise: Exercise, answers: Any) -> Iterator[str]:
    """Which answers a check still needs, each as a sentence."""
    for kind, fewest in FEWEST.items():
        found = len(table(exercise, answers, kind))
        if found < fewest:
            yield (
                f"{exercise.name} has {found} {kind.lower()} answers, not {fewest}: "
                f"put them into {kind} in tests/exercises/answers"
            )


EXERCISES = [exercise for chapter in CHAPTERS for exercise in checks(chapter)]
ANSWERS = {
    kind: [
        pytest.param(exercise, function, id=f"{exercise.name}-{how}")
        for chapter in CHAPTERS
        for exercise in checks(chapter)
        for how, function in table(exercise, answers_to(chapter), kind).items()
    ]
    for kind in FEWEST
}
MISTAKES = [
    pytest.param(exercise, hint, id=f"{exercise.name}-{hint[:30]}")
    for exercise in EXERCISES
    for hint in exercise.mistakes
]
ARGUMENTS = [
    pytest.param(exercise, name, id=f"{exercise.name}-{name}")
    for exercise in EXERCISES
    for name in exercise.cases[0].arguments
]
each = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
quiet = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # overflow is the point


def test_no_chapter_is_overlooked() -> None:
    found = {chapter.__name__.rpartition(".")[2] for chapter in CHAPTERS}
    assert {"rnn", "lstm", "ntm_memory", "ntm_addressing"} <= found


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda module: module.__name__)
def test_there_are_at_least_two_code_exercises_in_each_chapter(
    chapter: ModuleType,
) -> None:
    assert len(checks(chapter)) >= 2


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda module: module.__name__)
def test_each_check_has_wrong_and_right_answers_to_be_tried(
    chapter: ModuleType,
) -> None:
    answers = answers_to(chapter)
    for exercise in checks(chapter):
        assert list(lacking(exercise, answers)) == []


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda module: module.__name__)
def test_no_answer_belongs_to_a_check_that_is_gone(chapter: ModuleType) -> None:
    known = {exercise.name for exercise in checks(chapter)}
    assert {*answers_to(chapter).WRONG, *answers_to(chapter).RIGHT} <= known


def test_a_check_without_answers_is_told_so() -> None:
    new = Exercise("double", lambda x: 2 * x, (Case("one", {"x": 1.0}),))
    nobody = answers_to(ModuleType("mininet.exercises.a_chapter_to_come"))
    wrong, right = lacking(new, nobody)
    assert wrong.startswith("double has 0 wrong answers, not 10")
    assert right.startswith("double has 0 right answers, not 4")


@each
def test_the_solution_is_accepted(exercise: Exercise) -> None:
    verdict = exercise(exercise.solution)
    assert verdict.right
    assert repr(verdict).startswith("✓ Right.")
    assert exercise.praise in verdict.says


@pytest.mark.parametrize(("exercise", "function"), ANSWERS["RIGHT"])
def test_a_right_answer_written_otherwise_is_accepted(
    exercise: Exercise, function: Function
) -> None:
    verdict = exercise(function)
    assert verdict.right, verdict.says


@quiet
@pytest.mark.parametrize(("exercise", "function"), ANSWERS["WRONG"])
def test_a_wrong_answer_does_not_pass(exercise: Exercise, function: Function) -> None:
    verdict = exercise(function)
    assert not verdict.right
    assert verdict.says.startswith("✗ Not yet: ")


def in_lists(value: Any) -> Any:
    """The same numbers in Python's own lists."""
    if isinstance(value, tuple):
        return [in_lists(part) for part in value]
    found = numbers(value)
    return value if found is None else found.tolist()


def in_float64(value: Any) -> Any:
    """The same numbers in NumPy arrays."""
    if isinstance(value, tuple):
        return tuple(in_float64(part) for part in value)
    return numbers(value)


@each
@pytest.mark.parametrize("turned", [in_lists, in_float64])
def test_lists_and_arrays_with_the_right_numbers_are_accepted(
    exercise: Exercise, turned: Function
) -> None:
    assert exercise(lambda *given: turned(called(exercise, given))).right


def called(exercise: Exercise, values: tuple[Any, ...]) -> Any:
    """The solution's answer to values in the order of the stub."""
    named = zip(exercise.cases[0].arguments, values, strict=True)
    return exercise.solution(**dict(named))


@each
def test_an_answer_that_uses_its_arguments_up_spoils_no_later_one(
    exercise: Exercise,
) -> None:
    def wasteful(*given: Any) -> Any:
        answer = called(exercise, deepcopy(given))
        for value in given:
            if isinstance(value, list):
                value.clear()
            elif hasattr(value, "shape"):
                value[...] = 77
        return answer

    assert exercise(wasteful).right
    assert exercise(wasteful).right


@quiet
@pytest.mark.parametrize(("exercise", "name"), ARGUMENTS)
def test_an_answer_that_does_not_look_at_one_argument_is_rejected(
    exercise: Exercise, name: str
) -> None:
    always = exercise.cases[0].arguments[name]

    def blind(**given: Any) -> Any:
        return exercise.solution(**given | {name: deepcopy(always)})

    if len(exercise.cases[0].arguments) > 1:
        assert not exercise(blind).right


@each
def test_a_number_that_is_off_or_missing_is_noticed(exercise: Exercise) -> None:
    def last_changed(change: Function) -> Function:
        def changed(*given: Any) -> Any:
            answer = called(exercise, given)
            parts = list(answer) if isinstance(answer, tuple) else [answer]
            last = np.array(numbers(parts[-1]))
            last[(-1,) * last.ndim] = change(last[(-1,) * last.ndim])
            return (*parts[:-1], last) if isinstance(answer, tuple) else last

        return changed

    assert exercise(last_changed(lambda x: x)).right
    assert not exercise(last_changed(lambda x: x + 0.02 * (1 + abs(x)))).right
    assert not exercise(last_changed(lambda x: np.nan)).right


@each
def test_the_empty_stub_is_called_not_written_yet(exercise: Exercise) -> None:
    def stub(*arguments: object) -> None:
        """What it should do."""
        ...

    for empty in (stub, lambda **arguments: ...):
        verdict = exercise(empty)
        assert not verdict.right
        assert verdict.says == f"○ {exercise.name} is not written yet."


@each
def test_a_stub_that_raises_is_called_not_written_yet(exercise: Exercise) -> None:
    def stub(**arguments: object) -> None:
        raise NotImplementedError

    assert "not written yet" in exercise(stub).says


@each
def test_a_forgotten_return_is_told_from_an_empty_stub(exercise: Exercise) -> None:
    def forgets(*given: Any) -> None:
        called(exercise, deepcopy(given))

    assert "did you forget `return`?" in exercise(forgets).says


@each
def test_at_least_two_typical_mistakes_are_known(exercise: Exercise) -> None:
    assert len(exercise.mistakes) >= 2


@quiet
@pytest.mark.parametrize(("exercise", "hint"), MISTAKES)
def test_each_mistake_is_rejected_and_named(exercise: Exercise, hint: str) -> None:
    verdict = exercise(exercise.mistakes[hint])
    assert not verdict.right
    assert f"Perhaps {hint}." in verdict.says


@quiet
@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda module: module.__name__)
def test_a_hint_is_given_only_to_who_made_that_mistake_in_every_case(
    chapter: ModuleType,
) -> None:
    for exercise in checks(chapter):
        for function in table(exercise, answers_to(chapter), "WRONG").values():
            says = exercise(function).says
            hints = [hint for hint in exercise.mistakes if f"Perhaps {hint}." in says]
            for hint, case in product(hints, exercise.cases):
                theirs = exercise.mistakes[hint](**deepcopy(case.arguments))
                mine = function(*deepcopy(list(case.arguments.values())))
                assert not difference(mine, theirs, exercise.tolerance)


@each
def test_an_exception_is_told_with_the_input_and_its_line(exercise: Exercise) -> None:
    def broken(**arguments: object) -> None:
        raise KeyError("oops")

    says = exercise(broken).says
    line = broken.__code__.co_firstlineno + 1
    assert (
        f"""it stopped in line {line}, `raise KeyError("oops")`, with KeyError"""
        in says
    )
    assert exercise.cases[0].shows in says


@each
def test_nonsense_is_rejected_without_a_crash(exercise: Exercise) -> None:
    for answer in (
        0.5,
        np.full(7, np.nan),
        "words",
        (1, 2, 3),
        [],
        np.inf,
        {},
        [[1], 2],
    ):
        assert not exercise(lambda answer=answer, **arguments: answer).right


def test_a_right_answer_with_a_fixed_size_is_refused_with_the_case_it_fails() -> None:
    says = rnn.clip(lambda g, limit: [3.0, 4.0]).says
    assert "a short gradient stays as it is" in says
    assert "expected [0.3, 0.4], got [3, 4]" in says
