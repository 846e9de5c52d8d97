"""What settings accept, what they refuse, and what is kept of them."""

import json
import math
from collections import Counter
from dataclasses import FrozenInstanceError, replace

import pytest
import torch

from mininet.learning import (
    Goal,
    Lengths,
    Optimiser,
    Scoring,
    Several,
    Stages,
    Training,
)
from mininet.learning.optimisers import ClippedAdamax
from mininet.learning.settings import as_json
from mininet.tasks.copying import RepeatCopy


@pytest.mark.parametrize("kind", [Training, Lengths, Optimiser, Scoring, Goal, Several])
def test_a_misspelt_setting_is_an_error_when_it_is_written(kind):
    with pytest.raises(TypeError, match="unexpected keyword argument 'lerning_rate'"):
        kind(lerning_rate=1)


def test_settings_cannot_be_changed_behind_anyones_back():
    with pytest.raises(FrozenInstanceError):
        Training(3, 4).steps = 5


@pytest.mark.parametrize(
    ("kind", "given", "complaint"),
    [
        (Training, {"steps": 0, "lengths": 1}, "steps must be .* got 0"),
        (Training, {"steps": 1.5, "lengths": 1}, "steps must be .* got 1.5"),
        (Training, {"steps": 1, "lengths": 0}, "lengths must be .* got 0"),
        (Training, {"steps": 1, "lengths": (3, 4)}, "lengths must be .* got"),
        (
            Training,
            {"steps": 1, "lengths": 1, "batch_size": 0},
            "batch_size must be .* got 0",
        ),
        (Lengths, {"shortest": 0, "longest": 3}, "shortest must be .* got 0"),
        (Lengths, {"shortest": 9, "longest": 8}, "shortest must be at most 8, got 9"),
        (
            Lengths,
            {"shortest": 1, "longest": 2, "rising": 1.1},
            "rising must be between 0 and 1, got 1.1",
        ),
        (Several, {"lengths": ()}, "lengths needs at least one length, got none"),
        (Several, {"lengths": (3, 0)}, r"lengths\[1\] must be .* got 0"),
        (Several, {"lengths": (3,), "drawn": 0}, "drawn must be .* got 0"),
        (Stages, {"until": ((0.5, 1), (0.4, 2)), "then": 3}, "one after the other"),
        (Stages, {"until": ((1.0, 1),), "then": 3}, "one after the other"),
        (Optimiser, {"rate": 0}, "rate must be above 0, got 0"),
        (Optimiser, {"rate": math.nan}, "rate must be above 0, got nan"),
        (Optimiser, {"clip_norm": 0}, "clip_norm must be above 0, or None, got 0"),
        (Optimiser, {"clip_norm": math.inf}, "clip_norm must be .* got inf"),
        (Optimiser, {"clip_to_mean": -1}, "clip_to_mean must be .* got -1"),
        (Optimiser, {"warmup": 1}, "warmup must be at least 0 and below 1, got 1"),
        (Scoring, {"times": 0}, "times must be .* got 0"),
        (Scoring, {"size": -1}, "size must be .* got -1"),
        (Scoring, {"lengths": (0,)}, r"lengths\[0\] must be .* got 0"),
        (Goal, {"measure": "mse"}, "needs something to be below or above"),
        (Goal, {"measure": "mse", "below": 1, "in_a_row": 0}, "in_a_row must be"),
    ],
)
def test_what_makes_no_sense_is_refused(kind, given, complaint):
    with pytest.raises(ValueError, match=complaint):
        kind(**given)


def test_rising_lengths_rise_from_the_shortest_to_the_longest():
    lengths = Lengths(3, 20, rising=0.5)
    drawn = [lengths.at(step, 1000, 0)[0] for step in range(1, 1001)]
    assert all(type(n) is int and 3 <= n <= 20 for n in drawn)
    assert max(drawn[:20]) <= 4  # hardly risen: 3 + ceil(17 * 0.04**2)
    # The highest so far follows the square of the step.
    tops = [max(drawn[:step]) for step in (125, 250, 375)]
    assert tops == pytest.approx([3 + 17 / 16, 3 + 17 / 4, 3 + 17 * 9 / 16], abs=1)
    late = drawn[500:]
    assert set(late) == set(range(3, 21))  # all of them, and evenly
    assert sum(late) / 500 == pytest.approx(11.5, abs=0.7)


def test_the_top_is_reached_after_the_share_of_the_steps():
    for share, steps in ((0.3, 10), (0.6, 35), (1.0, 7)):
        reached = math.ceil(share * steps)
        lengths = Lengths(1, 2, rising=share)
        assert {lengths.at(reached, steps, seed)[0] for seed in range(30)} == {1, 2}
    at_once = {Lengths(1, 9).at(1, 100, seed)[0] for seed in range(99)}
    assert at_once == set(range(1, 10))


def test_a_length_depends_on_step_and_seed_and_on_nothing_else():
    for lengths in (Lengths(1, 50, 0.5), Several(tuple(range(50)[1:]), drawn=3)):
        forwards = [lengths.at(step, 100, 4) for step in range(1, 101)]
        before = torch.manual_seed(9).get_state()
        backwards = [lengths.at(step, 100, 4) for step in range(100, 0, -1)]
        assert forwards == backwards[::-1]
        assert forwards != [lengths.at(step, 100, 5) for step in range(1, 101)]
        assert torch.equal(torch.get_rng_state(), before)


def test_some_lengths_are_drawn_anew_for_each_step_and_each_as_often():
    some = Several((2, 3, 5, 8, 13), drawn=2)
    steps = [some.at(k, 500, 5) for k in range(1, 501)]
    assert all(one == sorted(set(one)) and len(one) == 2 for one in steps)
    counts = Counter(length for one in steps for length in one)
    assert sorted(counts) == [2, 3, 5, 8, 13]
    assert all(count == pytest.approx(200, abs=50) for count in counts.values())
    assert Several((5, 2, 3), drawn=9).at(1, 9, 0) == [2, 3, 5]
    assert Several((2, 3, 5)).at(1, 9, 0) == [2, 3, 5]
    shifted = replace(some, seed_shift=-3)
    assert [shifted.at(k, 500, 8) for k in range(1, 501)] == steps


def test_stages_follow_each_other_and_end_with_what_is_left():
    stages = Stages(((0.25, "first"), (0.5, "second")), then="whole")
    now = [stages.now(step, 100) for step in (1, 25, 26, 50, 51, 100)]
    assert now == ["first", "first", "second", "second", "whole", "whole"]
    training = Training(100, Stages(((0.5, Several((2, 3))),), then=Lengths(7, 7)))
    assert training.lengths_at(50, 0) == [2, 3] and training.lengths_at(51, 0) == [7]


@pytest.mark.parametrize(
    ("times", "steps", "due"),
    [(2, 10, [5, 10]), (3, 7, [2, 4, 6, 7]), (1, 4, [4]), (9, 3, [1, 2, 3])],
)
def test_scorings_are_evenly_spread_and_the_last_step_is_always_scored(
    times, steps, due
):
    scoring = Scoring(times=times)
    assert [step for step in range(1, steps + 1) if scoring.due(step, steps)] == due


def test_a_goal_is_met_on_the_right_side_and_asks_for_a_measure_that_there_is():
    assert Goal("mse", below=0.1).met({"mse": 0.09})
    assert not Goal("mse", below=0.1).met({"mse": 0.1})
    assert Goal("right", above=0.9).met({"right": 0.91})
    assert not Goal("right", above=0.9).met({"right": 0.9})
    with pytest.raises(ValueError, match="must be one of mse, right, got 'msse'"):
        Goal("msse", below=1).met({"mse": 1.0, "right": 1.0})


def test_settings_are_kept_as_json_by_their_names():
    training = Training(
        9,
        Stages(((0.5, Lengths(1, 3)),), then=Several((4, 5), drawn=1)),
        optimiser=Optimiser(clip_norm=None, kind=ClippedAdamax),
        scoring=Scoring(goal=Goal("mse", below=0.5)),
    )
    kept = as_json(training)
    assert json.loads(json.dumps(kept, allow_nan=False)) == kept
    assert kept["lengths"]["until"] == [
        [0.5, {"shortest": 1, "longest": 3, "rising": 0.0}]
    ]
    assert kept["optimiser"]["kind"] == "ClippedAdamax"
    assert kept["scoring"]["goal"]["below"] == 0.5
    assert as_json(RepeatCopy(repeats=(2, 3))) == {
        "name": "RepeatCopy",
        "width": 8,
        "repeats": [2, 3],
    }
