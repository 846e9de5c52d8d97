"""Checks for chapter 16: the slope of a choice, rewards to go, a head that moves."""

from __future__ import annotations

import torch

from mininet.exercises.checking import Case, Exercise


def _one_hot(scores, action):  # type: ignore[no-untyped-def]
    return torch.eye(len(scores), dtype=scores.dtype)[action]


def _slope(scores, action, reward, baseline):  # type: ignore[no-untyped-def]
    chances = torch.softmax(scores, 0)
    return (_one_hot(scores, action) - chances) * (reward - baseline)


def _raised_alone(scores, action, reward, baseline):  # type: ignore[no-untyped-def]
    """The score of the action that was drawn rises, and no other one falls."""
    one_hot = _one_hot(scores, action)
    return one_hot * (one_hot - torch.softmax(scores, 0)) * (reward - baseline)


def _choice(scores, action, reward, baseline):  # type: ignore[no-untyped-def]
    """A case's arguments from plain numbers."""
    return {
        "scores": torch.tensor(scores),
        "action": action,
        "reward": reward,
        "baseline": baseline,
    }


slope = Exercise(
    name="slope",
    solution=_slope,
    cases=(
        Case(
            "two equal scores, and a reward of 1: one rises as the other falls",
            _choice([0.0, 0.0], 0, 1.0, 0.0),
        ),
        Case(
            "of three, the action drawn takes from both others",
            _choice([0.0, 0.0, 0.0], 1, 1.0, 0.0),
        ),
        Case(
            "what is likely already rises less",
            _choice([2.0, 0.0, -1.0], 0, 1.0, 0.0),
        ),
        Case(
            "a reward under the baseline: what was drawn falls",
            _choice([0.5, -0.5, 1.0], 2, 1.0, 3.0),
        ),
        Case(
            "a reward as expected: nothing changes",
            _choice([0.5, -0.5, 1.0], 0, 2.0, 2.0),
        ),
        Case(
            "a reward under 0, and four moves",
            _choice([0.0, 1.0, 0.5, -2.0], 3, -2.0, 0.5),
        ),
        Case(
            "scores in the thousands: only their differences count",
            _choice([1001.0, 1000.0, -1000.0], 1, 2.0, 0.5),
        ),
        Case(
            "and so with low ones",
            _choice([-1001.0, -1000.0], 0, 2.0, 0.5),
        ),
    ),
    mistakes={
        "the sign is turned: this is the slope of the reward, which should rise, not "
        "of a loss": (
            lambda scores, action, reward, baseline: (
                -_slope(scores, action, reward, baseline)
            )
        ),
        "the baseline is missing: it is taken from the reward": (
            lambda scores, action, reward, baseline: _slope(scores, action, reward, 0.0)
        ),
        "the baseline is taken from the reward, not added": (
            lambda scores, action, reward, baseline: _slope(
                scores, action, reward, -baseline
            )
        ),
        "the chances are missing: take them from the one-hot vector": (
            lambda scores, action, reward, baseline: (
                _one_hot(scores, action) * (reward - baseline)
            )
        ),
        "you changed the drawn action's score alone; the others change too, by minus "
        "their chance": _raised_alone,
        "it has been weighted by the action's chance; that comes of itself, for it is "
        "drawn with that chance": (
            lambda scores, action, reward, baseline: (
                torch.softmax(scores, 0)[action]
                * _slope(scores, action, reward, baseline)
            )
        ),
        "you took the scores away; take away the chances, their softmax": (
            lambda scores, action, reward, baseline: (
                (_one_hot(scores, action) - scores) * (reward - baseline)
            )
        ),
        "e to the thousand is too much for a number; take the largest score away "
        "first, or use torch.softmax": (
            lambda scores, action, reward, baseline: (
                (_one_hot(scores, action) - scores.exp() / scores.exp().sum())
                * (reward - baseline)
            )
        ),
    },
    praise="No slope of the reward was needed: only its size.",
)


def _to_go(rewards):  # type: ignore[no-untyped-def]
    return rewards.flip(0).cumsum(0).flip(0)


to_go = Exercise(
    name="to_go",
    solution=_to_go,
    cases=(
        Case(
            "one step: its own reward",
            {"rewards": torch.tensor([[2.0]])},
        ),
        Case(
            "one sequence, with a reward at the end: each step has led to it",
            {"rewards": torch.tensor([[0.0], [0.0], [1.0]])},
        ),
        Case(
            "a reward at the start is no merit of the steps after it",
            {"rewards": torch.tensor([[1.0], [0.0], [0.0]])},
        ),
        Case(
            "two sequences side by side",
            {"rewards": torch.tensor([[1.0, 0.0], [1.0, 3.0], [0.0, 1.0]])},
        ),
        Case(
            "three sequences of two steps, with rewards under 0",
            {"rewards": torch.tensor([[1.0, -2.0, 0.5], [-1.0, 4.0, 0.25]])},
        ),
        Case(
            "five steps",
            {"rewards": torch.tensor([[1.0, 2.0, 4.0, 8.0, -16.0]]).T},
        ),
    ),
    mistakes={
        "you added up from the start; what matters to a step is still to come": (
            lambda rewards: rewards.cumsum(0)
        ),
        "a step's own reward belongs to it as well": (
            lambda rewards: _to_go(rewards) - rewards
        ),
        "this is the sum of all rewards for each step: those before it are no merit "
        "of its choice": (lambda rewards: rewards.sum(0).expand_as(rewards)),
        "you added up along the batch; time is the first axis": (
            lambda rewards: rewards.flip(1).cumsum(1).flip(1)
        ),
        "the steps stand in reversed order; turn them back": (
            lambda rewards: rewards.flip(0).cumsum(0)
        ),
        "sequences of a batch have rewards of their own; you added them up": (
            lambda rewards: _to_go(rewards).sum(1, keepdim=True).expand_as(rewards)
        ),
        "give one row for each step, not the first one alone": (
            lambda rewards: rewards.sum(0)
        ),
    },
    praise="A choice is judged by what came after it.",
)


def _move(positions, moves, length):  # type: ignore[no-untyped-def]
    return (positions + moves).clamp(0, length - 1)


def _bounced(positions, moves, length):  # type: ignore[no-untyped-def]
    there = (positions + moves).abs()
    return torch.where(there > length - 1, 2 * (length - 1) - there, there)


def _heads(positions, moves, length):  # type: ignore[no-untyped-def]
    """A case's arguments from plain numbers."""
    return {
        "positions": torch.tensor(positions),
        "moves": torch.tensor(moves),
        "length": length,
    }


move = Exercise(
    name="move",
    solution=_move,
    cases=(
        Case(
            "three heads in the middle: one to the left, stay, one to the right",
            _heads([2, 2, 2], [-1, 0, 1], 5),
        ),
        Case(
            "there is nothing to the left of place 0",
            _heads([0, 0, 0], [-1, 0, 1], 5),
        ),
        Case(
            "the last place is the length minus 1",
            _heads([4, 4, 4], [-1, 0, 1], 5),
        ),
        Case(
            "a shorter tape ends earlier",
            _heads([2, 1, 0], [1, 1, -1], 3),
        ),
        Case(
            "a tape of one place: no way to go",
            _heads([0, 0, 0, 0], [1, -1, 0, 1], 1),
        ),
        Case("a single head", _heads([7], [1], 9)),
    ),
    mistakes={
        "the head has left the tape; it stops at place 0 and at the last": (
            lambda positions, moves, length: positions + moves
        ),
        "this tape is a ring; ours has ends, where a head stops": (
            lambda positions, moves, length: (positions + moves) % length
        ),
        "the right end is open: the last place is length - 1": (
            lambda positions, moves, length: (positions + moves).clamp(0, length)
        ),
        "places are counted from 0, not from 1": (
            lambda positions, moves, length: (positions + moves).clamp(1, length)
        ),
        "a head that cannot go on stays; it is not thrown back": _bounced,
        "the left end is missing: nothing is left of place 0": (
            lambda positions, moves, length: (positions + moves).clamp(max=length - 1)
        ),
        "the heads go the other way; +1 is to the right": (
            lambda positions, moves, length: _move(positions, -moves, length)
        ),
        "the moves are -1, 0 and 1 already, not numbered from 0": (
            lambda positions, moves, length: _move(positions, moves - 1, length)
        ),
    },
    praise="Whole places have no slope: here backpropagation stops.",
)
