"""An input says all that figures ask: its range, any value, and what does not fit."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import pytest
import torch

from mininet import live
from mininet.live.record import settings
from tests.live.stored import headless

INPUTS = {
    "slider": live.slider(-2, 3, value=1, label="s"),
    "log": live.slider(0.001, 10, value=1, label="s", log=True),
    "choice": live.choice({"a": [1, 0], "b": [0, 3]}, label="c"),
    "letters": live.sequence("abc", value="ab", max_length=4, label="q"),
    "words": live.sequence(["to", "be"], value="to be", max_length=3, label="q"),
    "vector": live.vector([0.5, 1.5], min=0.5, max=2, label="v"),
    "whole": live.whole(5, bits=70, label="n"),
    "actions": live.actions(
        {
            "amount": live.slider(-1, 1, value=1, label="amount"),
            "letter": live.choice("ab", label="letter"),
        },
        value=[{"letter": "b"}, {}],
        max_steps=3,
        label="acts",
    ),
    "story": live.story(
        ["to", "be", "or"], value="To be?", sentences=2, words=3, label="s"
    ),
    "numbered": live.story(
        {"to": 1, "be": 2}, value=["be", "to be"], sentences=2, words=2, label="s"
    ),
    "matrix": live.matrix([[0.1, 2], [3, -4]], min=-5, max=5, label="m"),
}


def draw(name: str, count: int = 40) -> list[Any]:
    generator = Random(0)
    return [INPUTS[name].random(generator) for _ in range(count)]


@pytest.mark.parametrize("name", INPUTS)
def test_every_value_in_reach_is_accepted_and_means_the_same_in_the_page(
    name: str,
) -> None:
    each = INPUTS[name]
    figure = live.figure(
        lambda x: x * 2,
        inputs={"x": each},
        views=[live.text("{output}")],
        alt="Numbers.",
    )
    values = [each.sent(), *each.whole_range(), *draw(name)]
    made = figure.description
    found = headless().outputs(made.spec, made.program, [{"x": x} for x in values])
    for value, [step] in zip(values, found, strict=True):
        assert each.sent(value) == each.sent(each.sent(value))
        torch.testing.assert_close(
            torch.from_numpy(step["output"]), each.tensor(value) * 2
        )


def test_an_action_is_its_settings_one_after_another() -> None:
    acts = INPUTS["actions"]
    first = torch.tensor([[1.0, 0, 1], [1, 1, 0], [0, 0, 0]])
    assert torch.equal(acts.tensor(), first)
    assert torch.equal(acts.at(None, 1), first[1])
    assert acts.steps(None) == 2
    assert acts.said() == "amount 1, letter b; amount 1, letter a"


def test_where_nothing_is_done_yet_a_step_of_zeros_is_taken() -> None:
    acts = INPUTS["actions"]
    assert acts.steps([]) == 1
    assert torch.equal(acts.at([], 0), torch.zeros(3))
    assert acts.said([]) == "nothing yet"


def test_a_storys_words_stand_in_sentences_and_zeros_mask_the_rest() -> None:
    story = INPUTS["story"]
    found = story.tensor("be TO.\n\n or, or")
    assert found.shape == (2, 3, 3)
    assert torch.equal(found.argmax(-1), torch.tensor([[1, 0, 0], [2, 2, 0]]))
    assert torch.equal(found.sum(-1), torch.tensor([[1.0, 1, 0], [1, 1, 0]]))
    assert torch.equal(
        INPUTS["numbered"].tensor(), torch.tensor([[2.0, 0.0], [1.0, 2.0]])
    )


def test_words_given_as_numbers_are_looked_up_in_a_table() -> None:
    rows = torch.arange(8.0).reshape(4, 2)
    figure = live.figure(
        lambda story: rows[story.long()].sum(1),
        inputs={"story": INPUTS["numbered"]},
        views=[live.table("output", label="sums")],
        alt="Sums.",
    )
    made = figure.description
    [[found]] = headless().outputs(made.spec, made.program, [{"story": "to be"}])
    assert found["output"].tolist() == [[6, 8], [0, 2]]
    assert torch.equal(
        made.compute({"story": "to be"})[0]["output"][0], rows[1:3].sum(0)
    )


@pytest.mark.parametrize("blank", [None, "c"])
def test_a_sequence_runs_on_after_its_last_symbol(blank: str | None) -> None:
    """The function gets the blank's code, in Python and in the page."""
    typed = live.sequence(
        "abc", value="ab", max_length=4, label="q", more=3, blank=blank
    )
    figure = live.figure(
        lambda x, seen: {"seen": 0.5 * seen + x},
        inputs={"x": typed, "seen": live.constant(torch.zeros(3))},
        state={"seen": "seen"},
        views=[live.tape("x", role="read", label="reads"), live.text("{x}")],
        alt="Symbols.",
    )
    made = figure.description
    code = torch.zeros(3) if blank is None else torch.eye(3)[2]
    for value in ("ab", "c", "abca"):
        steps = made.compute({"x": value})
        assert len(steps) == len(value) + 3
        assert torch.equal(typed.at(value, len(value)), code)
        [found] = headless().outputs(made.spec, made.program, [{"x": value}])
        for here, wanted in zip(found, steps, strict=True):
            torch.testing.assert_close(torch.from_numpy(here["seen"]), wanted["seen"])
    picture = made.picture({"x": "ab"})
    assert picture is not None
    assert picture.count(">c</text>") == (0 if blank is None else 3)
    assert picture.endswith(">ab</text></svg>")  # what was typed, and no more


def test_a_sequence_without_more_steps_is_stored_as_before() -> None:
    assert not {"more", "blank"} & set(INPUTS["letters"].describe())


def test_a_sliders_range_has_both_ends_and_equal_steps() -> None:
    places = INPUTS["slider"].whole_range()
    assert (places[0], places[-1]) == (-2, 3)
    assert places[11] - places[10] == pytest.approx(5 / 20)
    places = INPUTS["log"].whole_range()
    assert (places[0], places[-1]) == (0.001, 10)
    assert places[11] / places[10] == pytest.approx(10 ** (4 / 20))


def test_a_range_reaches_both_ends_of_what_can_be_set() -> None:
    ranges = {name: each.whole_range() for name, each in INPUTS.items()}
    assert ranges["choice"] == ["a", "b"]
    assert ranges["letters"] == ["a", "b", "c", "aaaa"]
    assert ranges["vector"] == [[0.5] * 2, [2] * 2, [0.5] * 2]
    assert ranges["matrix"] == [[[x] * 2] * 2 for x in (-5, 5, 0)]
    assert {"0", "1", str(2**70 - 1)} <= set(ranges["whole"])
    assert {len(acts) for acts in ranges["actions"]} == {0, 1, 3}
    amounts = {act["amount"] for acts in ranges["actions"] for act in acts}
    assert (min(amounts), max(amounts)) == (-1, 1)


def test_a_figure_is_recorded_over_the_whole_range_of_each_control() -> None:
    moved = {name: INPUTS[name] for name in ("slider", "choice", "vector")}
    figure = live.figure(
        lambda slider, choice, vector: slider * choice + vector,
        inputs=moved,
        views=[live.text("{output}")],
        alt="Two numbers.",
    )
    found = settings(figure.description, count=5)
    alone = [{name: x} for name, each in moved.items() for x in each.whole_range()]
    assert found[:-5] == alone
    assert all(values.keys() == moved.keys() for values in found[-5:])


def test_random_values_reach_over_the_whole_range() -> None:
    assert min(draw("slider")) < -1 and max(draw("slider")) > 2
    assert min(draw("log")) < 0.01 and max(draw("log")) > 1
    assert set(draw("choice")) == {"a", "b"}
    assert {len(text) for text in draw("letters")} == {1, 2, 3, 4}
    assert len(set(draw("whole"))) == 40
    assert {len(acts) for acts in draw("actions")} == {0, 1, 2, 3}
    assert {act["letter"] for acts in draw("actions") for act in acts} == {"a", "b"}
    assert {text.count("\n") for text in draw("story")} == {0, 1}
    assert min(draw("matrix"))[0][0] < -4


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("slider", 4, r"s: value must be in \[-2.0, 3.0\], got 4"),
        ("slider", math.nan, "got nan"),
        ("slider", "much", "got 'much'"),
        ("slider", [1], r"got \[1\]"),
        ("choice", "z", "c: 'z' is not one of: a, b"),
        ("letters", "abx", "q: 'x' is not one of: a b c"),
        ("letters", "", "q: expected 1 to 4 symbols, got 0"),
        ("words", "to be or", "'or' is not one of"),
        ("vector", [1.0], "v: expected 2 numbers, got 1"),
        ("vector", [1.0, 3.0], r"v: value must be in \[0.5, 2.0\], got 3.0"),
        ("whole", 2**70, "n: at most"),
        ("whole", -1, "n: '-1' is not a whole number"),
        ("actions", [{}] * 4, "acts: at most 3 steps fit, got 4"),
        ("actions", [{"much": 1}], "acts: 'much' is not one of: amount, letter"),
        ("actions", [{"amount": 2}], r"amount: value must be in \[-1.0, 1.0\]"),
        ("actions", "ab", "acts: expected a list of steps, got 'ab'"),
        ("actions", 3, "acts: expected a list of steps, got 3"),
        ("story", "to be here", "s: 'here' is not one of: to be or"),
        ("story", " \n.", "s: expected 1 to 2 sentences, got 0"),
        ("story", "to. be. or", "s: expected 1 to 2 sentences, got 3"),
        ("story", "to be or to", "s: at most 3 words fit in a sentence, got 4"),
        ("matrix", [[1, 2]], "m: expected 2 rows of 2 numbers"),
        ("matrix", [[1, 2], [3, 6]], r"m: value must be in \[-5.0, 5.0\], got 6"),
        ("matrix", [[1, 2], [3, math.nan]], "got nan"),
        ("matrix", 3, "m: expected 2 rows of 2 numbers"),
    ],
)
def test_a_value_that_does_not_fit_gets_a_sentence(
    name: str, value: Any, says: str
) -> None:
    figure = live.figure(
        lambda x: x * 2,
        inputs={"x": INPUTS[name]},
        views=[live.text("{output}")],
        alt="Numbers.",
    )
    before = dict(figure.values)
    with pytest.raises(ValueError, match=says):
        figure.values = {"x": value}
    assert figure.values == before


def test_a_constant_is_the_functions_own_copy() -> None:
    mine = torch.ones(3)

    def fill(x: Any, memory: Any) -> Any:
        memory.mul_(x)  # in place
        return memory

    figure = live.figure(
        fill,
        inputs={
            "x": live.slider(0, 2, value=2, label="x"),
            "memory": live.constant(mine),
        },
        views=[live.text("{output}")],
        alt="Three numbers.",
    )
    assert torch.equal(mine, torch.ones(3))
    assert torch.equal(figure.outputs["output"], torch.full((3,), 2.0))
    assert torch.equal(figure.outputs["output"], torch.full((3,), 2.0))
    mine.zero_()
    assert torch.equal(figure.outputs["output"], torch.full((3,), 2.0))
