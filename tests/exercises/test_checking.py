"""What a check says: in words, where, and only what is true of the answer."""

from __future__ import annotations

import functools
import math
from fractions import Fraction

import numpy as np
import pytest
import torch

from mininet.exercises import ntm_addressing, ntm_machine, ntm_memory, rnn
from mininet.exercises.checking import Case, Exercise
from mininet.exercises.checking.comparing import difference, numbers, show, too_steep
from mininet.exercises.checking.functions import is_stub, outside, refusal

double = Exercise("double", lambda x: 2 * x, (Case("two threes", {"x": 3.0}),))
total = Exercise(
    "total",
    lambda numbers, start: sum(numbers) + start,
    (
        Case("no start", {"numbers": [1.0, 2.0], "start": 0}),
        Case("a start", {"numbers": [1.0, 5.0, 2.0], "start": 3}),
    ),
)
ones = torch.ones(3)  # as a chapter has them: of the chapter's size
size = 3


def test_a_failing_check_shows_input_expectation_and_answer() -> None:
    says = double(lambda x: x + 1).says
    assert says == "✗ Not yet: two threes.\n  With x = 3:\n  expected 6, got 4."


def test_something_that_is_no_function_gets_a_sentence() -> None:
    assert "Hand over the function" in rnn.clip(3).says  # type: ignore[arg-type]
    assert "without calling it" in rnn.clip(None).says  # type: ignore[arg-type]


def test_arguments_may_have_any_name_and_a_default() -> None:
    assert total(lambda a, b: sum(a) + b).right
    assert total(lambda start, numbers: sum(numbers) + start).right  # by their names
    assert total(lambda *, numbers, start: sum(numbers) + start).right
    assert total(lambda numbers, start=0, more=0: sum(numbers) + start + more).right
    assert total(functools.partial(lambda c, a, b: sum(a) + b + c, 0)).right
    assert double(lambda *x: 2 * x[0]).right
    assert double(lambda **x: 2 * x["x"]).right


def test_a_wrapper_that_hands_everything_on_may_hide_other_names() -> None:
    def hands_on(*args, **named):  # type: ignore[no-untyped-def]
        return (lambda a, b: sum(a) + b)(*args, **named)

    assert total(hands_on).right
    assert total(torch.no_grad()(lambda a, b: sum(a) + b)).right


def test_a_wrong_number_of_arguments_gets_a_sentence() -> None:
    says = total(lambda numbers: sum(numbers)).says
    assert "hands over numbers, start, and your function takes (numbers)" in says
    assert "takes (*, a, b)" in total(lambda *, a, b: sum(a) + b).says
    assert refusal(max, ["a", "b"]) == ""  # of a built-in function nobody knows


@pytest.mark.parametrize("body", ["...", "pass", "'What it does.'", "return None"])
def test_a_body_that_does_nothing_is_a_stub(body: str) -> None:
    scope: dict = {}
    exec(f"def f(x):\n    {body}\n", scope)
    assert is_stub(scope["f"])


@pytest.mark.parametrize(
    "body", ["return x", "return 0", "x + 1", "y = 2 * x", "print()"]
)
def test_a_body_that_does_something_is_none(body: str) -> None:
    scope: dict = {}
    exec(f"def f(x):\n    'What it does.'\n    {body}\n", scope)
    assert not is_stub(scope["f"])
    assert not is_stub(max)


def test_half_written_with_the_dots_still_there_is_a_forgotten_return() -> None:
    def half(x):  # type: ignore[no-untyped-def]
        twice = 2 * x
        del twice
        ...

    assert double(half).says.endswith("it returned nothing; did you forget `return`?")


def test_a_right_edit_in_place_is_told_to_return_it() -> None:
    def edits(memory, i, j):  # type: ignore[no-untyped-def]
        memory[j] = memory[i]

    says = ntm_memory.move(edits).says
    assert "what `memory` holds now is right, so return it" in says


def test_a_wrong_edit_in_place_is_not_called_right() -> None:
    def edits(memory, i, j):  # type: ignore[no-untyped-def]
        memory[j] = 0

    says = ntm_memory.move(edits).says
    assert "it changed `memory` in place, and returned nothing" in says
    assert "right" not in says


def test_lists_are_copied_so_a_pop_spoils_nothing() -> None:
    def pops(norms, times):  # type: ignore[no-untyped-def]
        out = [norms.pop(0)]
        usual = out[0]
        while norms:
            out.append(min(norms.pop(0), times * usual))
            usual = 0.95 * usual + 0.05 * out[-1]
        return out

    assert ntm_machine.let_through(pops).right
    assert ntm_machine.let_through(pops).right


def test_nested_lists_and_dicts_are_copied_too() -> None:
    inner = Exercise(
        "inner",
        lambda x: sum(x["a"][0]),
        (Case("once", {"x": {"a": [[1, 2]]}}), Case("again", {"x": {"a": [[3]]}})),
    )
    for _ in range(2):
        assert inner(lambda x: x["a"][0].pop() + sum(x["a"][0])).right


def test_an_error_names_the_line_in_the_readers_own_code() -> None:
    def helper(x):  # type: ignore[no-untyped-def]
        return np.zeros(2) @ np.zeros(3) + x

    def attempt(x):  # type: ignore[no-untyped-def]
        return helper(x)

    says = double(attempt).says
    line = helper.__code__.co_firstlineno + 1
    assert (
        f"in line {line}, `return np.zeros(2) @ np.zeros(3) + x`, with ValueError"
        in says
    )


def test_an_error_inside_a_library_names_the_readers_line() -> None:
    def attempt(x):  # type: ignore[no-untyped-def]
        return torch.nn.functional.one_hot(torch.tensor(x))

    line = attempt.__code__.co_firstlineno + 1
    assert f"in line {line}, `return torch.nn.functional" in double(attempt).says


def test_a_long_message_is_cut_and_ends_with_one_dot() -> None:
    def attempt(x):  # type: ignore[no-untyped-def]
        raise ValueError("Too large.\nAnd more of it.")

    def wordy(x):  # type: ignore[no-untyped-def]
        raise ValueError(999 * "long ")

    assert double(attempt).says.endswith("with ValueError: Too large.")
    assert len(double(wordy).says) < 500


def test_an_error_without_a_line_is_told_all_the_same() -> None:
    assert "it stopped with" in double(math.factorial).says


def test_what_a_function_uses_from_outside_is_told_when_it_fails() -> None:
    says = rnn.clip(lambda g, limit: ones.numpy() * limit).says
    assert "it uses `ones` ([1, 1, 1]). Does that fit this input?" in says
    assert rnn.clip(lambda g, limit: [size] * size).says.count("`size` (3)") == 1


def test_names_of_attributes_and_modules_are_not_from_outside() -> None:
    def attempt(x):  # type: ignore[no-untyped-def]
        return x.ones + np.size(x)

    assert outside(attempt) == {}


def test_a_helper_and_an_inner_function_are_looked_into() -> None:
    def attempt(x):  # type: ignore[no-untyped-def]
        return [uses_size(row) for row in x]

    assert outside(attempt) == {"size": 3}
    assert set(outside(lambda x: [ones for _ in x])) == {"ones"}


def test_a_name_that_gets_its_value_later_is_no_riddle() -> None:
    def attempt(x):  # type: ignore[no-untyped-def]
        return x + later

    assert outside(attempt) == {}
    later = 3
    assert outside(attempt) == {"later": 3}


def uses_size(x):  # type: ignore[no-untyped-def]
    """A helper as a reader writes one beside the stub."""
    return x * size


def test_a_hint_needs_the_same_answer_in_every_case() -> None:
    easy = Exercise(
        "easy",
        lambda x: x + 1,
        (Case("zero", {"x": 0.0}), Case("two", {"x": 2.0})),
        mistakes={"you forgot the one": lambda x: x},
    )
    assert "Perhaps you forgot the one." in easy(lambda x: x).says
    assert "Perhaps" not in easy(lambda x: -x).says  # the same at zero, not at two


def test_a_hint_is_looked_for_without_printing_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def chatty(numbers, start):  # type: ignore[no-untyped-def]
        print("called")
        return 0.0

    total(chatty)
    assert capsys.readouterr().out == "called\n"


def test_find_with_an_empty_row_far_away_is_not_told_of_the_product() -> None:
    def far(memory, key, strength):  # type: ignore[no-untyped-def]
        lengths = memory.norm(dim=1) * key.norm()
        alike = torch.where(lengths > 0, memory @ key / lengths, -1e9)
        return torch.softmax(strength * alike, dim=0)

    says = ntm_addressing.find(far).says
    assert "like nothing" in says and "product" not in says


def no_number_to_zero(weights, sharpness):  # type: ignore[no-untyped-def]
    """A sharpening whose powers underflow, and that hides it."""
    powers = weights**sharpness
    return (powers / powers.sum()).nan_to_num()


def a_little_more(weights, sharpness):  # type: ignore[no-untyped-def]
    """A sharpening whose powers underflow, with a guard."""
    powers = weights**sharpness
    return powers / (powers.sum() + 1e-12)


@pytest.mark.parametrize("attempt", [no_number_to_zero, a_little_more])
def test_a_guarded_sharpening_is_not_told_to_divide(attempt) -> None:  # type: ignore[no-untyped-def]
    verdict = ntm_addressing.sharpen(attempt)
    assert not verdict.right
    assert "divide by their sum" not in verdict.says


def test_a_loop_is_not_praised_for_having_none() -> None:
    def loops(memory, weights):  # type: ignore[no-untyped-def]
        return torch.stack([w @ m for w, m in zip(weights, memory, strict=True)])

    verdict = ntm_memory.read(loops)
    assert verdict.right and "no loop" not in verdict.says


at_nearly_zero = Case("at nearly zero", {"x": torch.tensor([1e-4, 1.0])}, {"x": 100.0})


def test_a_slope_is_asked_for_only_where_there_is_one() -> None:
    root = Exercise("root", torch.sqrt, (at_nearly_zero,))
    assert root(lambda x: x.sqrt()).right  # 50, under the limit
    assert root(lambda x: np.sqrt(x.numpy())).right
    assert root(lambda x: [math.sqrt(number) for number in x]).right
    assert (
        "its slope in `x` is nan" in root(lambda x: x.sqrt() + 0 * (0 * x).sqrt()).says
    )


def test_a_wrong_value_is_told_before_its_slope() -> None:
    root = Exercise("root", torch.sqrt, (at_nearly_zero,))
    says = root(lambda x: 10 * x.sqrt()).says
    assert "expected" in says and "slope" not in says


def test_a_slope_over_the_limit_is_told_with_its_size() -> None:
    arguments = {"x": torch.tensor([1.0, 2.0])}
    says = too_steep(lambda given: 7 * given["x"], arguments, {"x": 5.0})
    assert says.endswith("its slope in `x` is 7; it must stay below 5")
    arguments = {"x": torch.tensor([1.0, 2.0])}
    assert too_steep(lambda given: 3 * given["x"], arguments, {"x": 5.0}) == ""


def test_an_answer_that_writes_into_its_argument_has_a_slope_too() -> None:
    arguments = {"x": torch.tensor([1.0, 2.0])}
    assert "is 7" in too_steep(lambda given: given["x"].mul_(7), arguments, {"x": 5.0})


def test_a_difference_is_put_into_words() -> None:
    assert difference(np.ones(2), np.ones(2), 1e-6) == ""
    assert difference(np.ones(3), np.ones(2), 1e-6) == (
        "expected shape (2,), got shape (3,)"
    )
    assert difference((1.0, 2.0), (1.0, 3.0), 1e-6) == "result 2: expected 3, got 2"
    assert difference(1.0, (1.0, 3.0), 1e-6) == "expected 2 results, got 1"
    assert difference(None, 1.0, 1e-6) == "expected one number, got None"
    assert difference("push", "push", 1e-6) == ""
    assert difference("pop", "push", 1e-6) == "expected 'push', got 'pop'"


def test_nan_is_explained() -> None:
    assert difference(np.nan, 1.0, 1e-6) == (
        "expected 1, got nan; nan is not a number, as from 0 / 0"
    )


def test_of_large_arrays_the_first_difference_is_told_and_how_many() -> None:
    right = np.arange(60.0).reshape(3, 5, 4)
    mine = right.copy()
    mine[1, 2] += 0.25
    assert difference(mine, right, 1e-6) == (
        "at [1, 2, 0] expected 28, got 28.25, off by 0.25; 4 of 60 numbers differ"
    )
    mine[0, 0, 1] = np.nan
    assert difference(mine, right, 1e-6).startswith(
        "at [0, 0, 1] expected 1, got nan; 5"
    )


def test_a_small_difference_is_shown_with_more_digits() -> None:
    assert difference(0.123449, 0.123451, 1e-9) == "expected 0.1235, got 0.1234"
    assert difference(0.12341, 0.12342, 1e-6) == "expected 0.12342, got 0.12341"


@pytest.mark.parametrize(
    "answer",
    [
        [1.0, 2.0],
        (1, 2),
        np.array([1, 2], dtype=np.float32),
        torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True),
        [torch.tensor(1.0, requires_grad=True), np.float64(2)],
        [Fraction(1), True + 1],
    ],
)
def test_numbers_are_numbers_whatever_holds_them(answer: object) -> None:
    assert difference(answer, torch.tensor([1.0, 2.0]), 1e-6) == ""
    assert difference(answer, (1.0, 2.0), 1e-6) == ""


def test_one_number_may_stand_in_a_list() -> None:
    assert difference([2.0], 2.0, 1e-6) == ""
    assert difference(torch.tensor([[2.0]]), 2.0, 1e-6) == ""
    assert difference([2.0, 2.0], 2.0, 1e-6) == "expected one number, got shape (2,)"


@pytest.mark.parametrize("value", ["1", ["1", "2"], [1, [2, 3]], {}, None, 1j, [None]])
def test_what_is_no_number_is_none(value: object) -> None:
    assert numbers(value) is None


def test_values_are_shown_short() -> None:
    assert show(4.0) == "4"
    assert show(0.123456) == "0.1235"
    assert show([1, 0]) == "[1, 0]"
    assert show((0, 1)) == "(0, 1)"
    assert show(np.array([[0.5, -0.0], [1e9, 1e-9]])) == "[[0.5, 0], [1e+09, 1e-09]]"
    assert show(np.zeros((5, 5))) == "an array of shape (5, 5)"
    assert show("text") == "'text'"
    assert show("x" * 99).endswith("...")
    assert show(np.inf) == "inf"
