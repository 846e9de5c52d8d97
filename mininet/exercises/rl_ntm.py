"""Checks for chapter 16: the slope of a choice, how moves are pushed, plain tapes."""

from __future__ import annotations

import torch

from mininet.exercises.checking import Case, Exercise


def _one_hot(scores, action):  # type: ignore[no-untyped-def]
    return torch.eye(len(scores), dtype=scores.dtype)[action]


def _nudge(scores, action, reward, baseline):  # type: ignore[no-untyped-def]
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


nudge = Exercise(
    name="nudge",
    solution=_nudge,
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
                -_nudge(scores, action, reward, baseline)
            )
        ),
        "the baseline is missing: it is taken from the reward": (
            lambda scores, action, reward, baseline: _nudge(scores, action, reward, 0.0)
        ),
        "the baseline is taken from the reward, not added": (
            lambda scores, action, reward, baseline: _nudge(
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
                * _nudge(scores, action, reward, baseline)
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


def _going(rewards, ticks):  # type: ignore[no-untyped-def]
    return (torch.arange(len(rewards))[:, None] < ticks).to(rewards.dtype)


def _to_go(rewards):  # type: ignore[no-untyped-def]
    return rewards.flip(0).cumsum(0).flip(0)


def _pushes(rewards, expected, ticks):  # type: ignore[no-untyped-def]
    going = _going(rewards, ticks)
    return (_to_go(rewards * going) - expected) * going


def _otherwise(sum_up):  # type: ignore[no-untyped-def]
    """The same, with another sum of the rewards."""

    def push(rewards, expected, ticks):  # type: ignore[no-untyped-def]
        going = _going(rewards, ticks)
        return (sum_up(rewards * going) - expected) * going

    return push


def _each_less(rewards, expected, ticks):  # type: ignore[no-untyped-def]
    """The baseline is taken off each reward, and so many times off their sum."""
    return _to_go((rewards - expected) * _going(rewards, ticks))


def _cut_afterwards(rewards, expected, ticks):  # type: ignore[no-untyped-def]
    return (_to_go(rewards) - expected) * _going(rewards, ticks)


def _cut_before_alone(rewards, expected, ticks):  # type: ignore[no-untyped-def]
    return _to_go(rewards * _going(rewards, ticks)) - expected


def _runs(rewards, expected, ticks):  # type: ignore[no-untyped-def]
    """A case's arguments from plain numbers, a list for each run."""
    return {
        "rewards": torch.tensor(rewards).T,
        "expected": torch.tensor(expected).T,
        "ticks": torch.tensor(ticks),
    }


pushes = Exercise(
    name="pushes",
    solution=_pushes,
    cases=(
        Case(
            "one run of one tick: its reward, less what was expected",
            _runs([[2.0]], [[0.5]], [1]),
        ),
        Case(
            "a reward at the end: every tick before has led to it",
            _runs([[0.0, 0.0, 1.0]], [[0.0, 0.0, 0.0]], [3]),
        ),
        Case(
            "a reward at the start: the ticks after it have no part in it",
            _runs([[1.0, 0.0, 0.0]], [[0.0, 0.0, 0.0]], [3]),
        ),
        Case(
            "what is expected is the whole of what is still to come",
            _runs([[1.0, 0.0, 2.0]], [[3.0, 1.0, 0.5]], [3]),
        ),
        Case(
            "two runs side by side",
            _runs(
                [[1.0, 1.0, 0.0], [0.0, 3.0, 1.0]],
                [[1.5, 0.5, 0.25], [2.0, 2.0, 2.0]],
                [3, 3],
            ),
        ),
        Case(
            "a run that is over has no push, whatever is expected there",
            _runs(
                [[1.0, 2.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]],
                [[1.0, 1.0, 1.0, 1.0], [0.5, 0.5, 0.5, 0.5]],
                [2, 4],
            ),
        ),
        Case(
            "and what stands behind its end is no reward",
            _runs(
                [[1.0, -2.0, 5.0, 7.0], [4.0, 5.0, 6.0, 7.0], [1.0, 0.0, -1.0, 9.0]],
                [[0.5, 1.0, 1.0, 1.0], [1.0, 2.0, 3.0, 4.0], [0.0, 0.5, 0.0, 0.5]],
                [2, 1, 3],
            ),
        ),
    ),
    mistakes={
        "you added up the rewards so far; those still to come are asked for": (
            _otherwise(lambda rewards: rewards.cumsum(0))
        ),
        "a tick's own reward belongs to it as well": (
            _otherwise(lambda rewards: _to_go(rewards) - rewards)
        ),
        "each tick gets the rewards of the whole run; those before it are noise": (
            _otherwise(lambda rewards: rewards.sum(0))
        ),
        "you took each tick's own reward alone; those after it are its doing too": (
            _otherwise(lambda rewards: rewards)
        ),
        "the baseline is missing": (
            lambda rewards, expected, ticks: _pushes(rewards, 0 * expected, ticks)
        ),
        "the baseline is taken off, not added": (
            lambda rewards, expected, ticks: _pushes(rewards, -expected, ticks)
        ),
        "what is expected is a sum already; take it off the sum of the rewards, once": (
            _each_less
        ),
        "rewards behind the end of a run have been counted": _cut_afterwards,
        "behind the end of a run a move is pushed, though it does not count": (
            _cut_before_alone
        ),
        "runs may end before the last tick: look at ticks": (
            lambda rewards, expected, ticks: _to_go(rewards) - expected
        ),
        "a run of n ticks has the ticks 0 to n - 1, and you count one more": (
            lambda rewards, expected, ticks: _pushes(rewards, expected, ticks + 1)
        ),
        "you added up along the runs; time is the first axis": (
            _otherwise(lambda rewards: rewards.flip(1).cumsum(1).flip(1))
        ),
    },
    praise="With this, and the slopes of log p, all of Reinforce is there.",
)


def _written(tape, by, writes):  # type: ignore[no-untyped-def]
    at, said = 0, []
    for move, write in zip(by, writes, strict=True):
        if write:
            said.append(tape[at])
        at = min(max(at + move, 0), len(tape) - 1)
    return said


def _written_after(tape, by, writes):  # type: ignore[no-untyped-def]
    """It moves before it looks."""
    at, said = 0, []
    for move, write in zip(by, writes, strict=True):
        at = min(max(at + move, 0), len(tape) - 1)
        if write:
            said.append(tape[at])
    return said


def _walked(tape, by, writes, go):  # type: ignore[no-untyped-def]
    """What is written with another way to move: position, move, cells -> position."""
    at, said = 0, []
    for move, write in zip(by, writes, strict=True):
        if write:
            said.append(tape[at])
        at = go(at, move, len(tape))
    return said


def _bounced(at, move, cells):  # type: ignore[no-untyped-def]
    at = abs(at + move)
    return max(2 * (cells - 1) - at, 0) if at > cells - 1 else at


written = Exercise(
    name="written",
    solution=_written,
    cases=(
        Case(
            "on by one, and a symbol at each tick: a copy",
            {"tape": [7, 8, 9, 0], "by": [1, 1, 1], "writes": [1, 1, 1]},
        ),
        Case(
            "every other one",
            {"tape": [7, 8, 9, 6], "by": [1, 1, 1, 1], "writes": [0, 1, 0, 1]},
        ),
        Case(
            "to the blank and back: in reverse",
            {
                "tape": [7, 8, 9, 0],
                "by": [1, 1, 1, -1, -1, -1, -1],
                "writes": [0, 0, 0, 0, 1, 1, 1],
            },
        ),
        Case(
            "who stays sees the same symbol again",
            {"tape": [3, 4, 5], "by": [0, 1, 0, 0], "writes": [1, 1, 1, 1]},
        ),
        Case(
            "there is nothing before the first cell: the head stays",
            {
                "tape": [3, 4, 5],
                "by": [-1, -1, 1, 1, 0],
                "writes": [1, 1, 1, 1, 1],
            },
        ),
        Case(
            "and nothing behind the last one",
            {
                "tape": [3, 4, 5],
                "by": [1, 1, 1, 1, -1, 0],
                "writes": [0, 0, 1, 1, 1, 1],
            },
        ),
        Case(
            "a tape of one cell",
            {"tape": [6], "by": [1, -1, 0, 1], "writes": [1, 0, 1, 1]},
        ),
    ),
    mistakes={
        "the head looks before it moves": _written_after,
        "you write at every tick; the output head may stay": (
            lambda tape, by, writes: _written(tape, by, [1] * len(by))
        ),
        "you turned the output head's moves round: 1 writes": (
            lambda tape, by, writes: _written(tape, by, [1 - w for w in writes])
        ),
        "a list's place -1 is its last one; the head stays in the first cell": (
            lambda tape, by, writes: _walked(
                tape, by, writes, lambda at, move, cells: min(at + move, cells - 1)
            )
        ),
        "this tape is a ring; ours has ends, where a head stays": (
            lambda tape, by, writes: _walked(
                tape, by, writes, lambda at, move, cells: (at + move) % cells
            )
        ),
        "a head that cannot go on stays; it is not thrown back": (
            lambda tape, by, writes: _walked(tape, by, writes, _bounced)
        ),
        "the input head goes the other way: 1 is on, -1 is back": (
            lambda tape, by, writes: _written(tape, [-m for m in by], writes)
        ),
        "the input head moves at each tick, whether or not a symbol is written": (
            lambda tape, by, writes: _written(
                tape, [m * w for m, w in zip(by, writes, strict=True)], writes
            )
        ),
    },
    praise="The whole machine, but for who decides.",
)
