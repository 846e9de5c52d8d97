"""Checks for chapter 8: an empty stack by chance, whole actions, brackets."""

from __future__ import annotations

import math

import torch
from torch.nn import functional as F

from mininet.exercises.checking import Case, Exercise


def _nothing_left(push):  # type: ignore[no-untyped-def]
    filled = [0.0] * (len(push) + 1)  # the chance that each cell holds something
    for p in push:
        after_push, after_pop = [1.0, *filled[:-1]], [*filled[1:], 0.0]
        both = zip(after_push, after_pop, strict=True)
        filled = [p * up + (1 - p) * down for up, down in both]
    return 1 - filled[0]


def _heights(push, lowest):  # type: ignore[no-untyped-def]
    """The chance of each height, which never falls under the lowest."""
    chances = {0: 1.0}
    for p in push:
        after: dict[int, float] = {}
        for height, chance in chances.items():
            for new, share in ((height + 1, p), (max(lowest, height - 1), 1 - p)):
                after[new] = after.get(new, 0.0) + chance * share
        chances = after
    return chances


def _of_the_mean(push):  # type: ignore[no-untyped-def]
    height = 0.0
    for p in push:
        height = max(0.0, height + 2 * p - 1)
    return max(0.0, 1 - height)


nothing_left = Exercise(
    name="nothing_left",
    solution=_nothing_left,
    cases=(
        Case("after one sure push something is there", {"push": [1.0]}),
        Case("nothing is there before the first step", {"push": []}),
        Case("a sure push and a sure pop leave nothing", {"push": [1.0, 0.0]}),
        Case("a push that is half sure", {"push": [0.5]}),
        Case(
            "a pop of an empty stack leaves it empty, so the push after it counts",
            {"push": [0.0, 1.0]},
        ),
        Case("two that could go either way", {"push": [0.75, 0.5]}),
        Case("three", {"push": [0.75, 0.5, 0.25]}),
        Case("it pays to have pushed early", {"push": [0.9, 0.8, 0.3, 0.2, 0.4, 0.1]}),
    ),
    mistakes={
        "you let the height go below zero; an empty stack stays empty": (
            lambda push: _heights(push, -len(push)).get(0, 0.0)
        ),
        "that is the chance that something is left": (
            lambda push: 1 - _nothing_left(push)
        ),
        "you took the likelier action at each step; the other one counts too": (
            lambda push: _nothing_left([float(p > 0.5) for p in push])
        ),
        "you followed the mean height; two stacks of one mean can differ": _of_the_mean,
        "you looked at the last step alone; a pop may have met more than one thing": (
            lambda push: 1 - push[-1] if push else 1.0
        ),
        "you exchanged push and pop; each number is the chance of a push": (
            lambda push: _nothing_left([1 - p for p in push])
        ),
        "you asked that every step pops; what was pushed may be popped later": (
            lambda push: math.prod(1 - p for p in push)
        ),
        "you began at the end; the first number is the first step": (
            lambda push: _nothing_left(push[::-1])
        ),
    },
    praise="A stack of ones above zeros does the same: each cell holds a chance.",
)


def _rounded(actions):  # type: ignore[no-untyped-def]
    return F.one_hot(actions.argmax(-1), actions.shape[-1]).to(actions.dtype)


_two = torch.tensor([[0.9, 0.1], [0.2, 0.8]])
_three = torch.tensor([[0.4, 0.35, 0.25], [0.1, 0.2, 0.7]])
_square = torch.tensor([[0.2, 0.7, 0.1], [0.3, 0.4, 0.3], [0.6, 0.3, 0.1]])
_many = torch.softmax(torch.randn(10, 3, generator=torch.Generator().manual_seed(0)), 1)

rounded = Exercise(
    name="rounded",
    solution=_rounded,
    cases=(
        Case("the likelier of two becomes 1", {"actions": _two}),
        Case("of three, the likeliest may have less than a half", {"actions": _three}),
        Case("each stack decides for itself", {"actions": _square}),
        Case(
            "of two that are alike, the first",
            {"actions": torch.tensor([[0.5, 0.5], [0.25, 0.75]])},
        ),
        Case("one stack is a batch of one", {"actions": _three[:1]}),
        Case("ten stacks", {"actions": _many}),
    ),
    mistakes={
        "you rounded each number; of three, none may reach a half": (
            lambda actions: actions.round()
        ),
        "you compared the stacks with each other; compare a stack's own actions": (
            lambda actions: (actions == actions.amax(0, keepdim=True)).float()
        ),
        "you kept every action that is as likely as the best; keep the first": (
            lambda actions: (actions == actions.amax(-1, keepdim=True)).float()
        ),
        "you gave back the number of the action; a 1 in its place is asked for": (
            lambda actions: actions.argmax(-1)
        ),
        "you kept the best chance as it is; the action is done wholly, so write 1": (
            lambda actions: actions * _rounded(actions)
        ),
    },
    praise="With whole actions a soft stack is a Python list.",
)


def _closing(brackets):  # type: ignore[no-untyped-def]
    opened = []
    for bracket in brackets:
        if bracket > 0:
            opened.append(bracket)
        else:
            opened.pop()
    return opened[-1] if opened else 0


def _first_opened(brackets):  # type: ignore[no-untyped-def]
    opened = []
    for bracket in brackets:
        if bracket > 0:
            opened.append(bracket)
        else:
            opened.pop()
    return opened[0] if opened else 0


def _by_counting(brackets):  # type: ignore[no-untyped-def]
    counts = {kind: brackets.count(kind) - brackets.count(-kind) for kind in (1, 2)}
    return max(counts, key=lambda kind: counts[kind]) if any(counts.values()) else 0


closing = Exercise(
    name="closing",
    solution=_closing,
    cases=(
        Case("an open round one must be closed", {"brackets": [1]}),
        Case("the square one is open inside it", {"brackets": [1, 2]}),
        Case("once it is closed, the round one is next", {"brackets": [1, 2, -2]}),
        Case("all are closed", {"brackets": [2, -2]}),
        Case(
            "two square ones are open, and the round one lasts", {"brackets": [1, 2, 2]}
        ),
        Case("nothing was opened yet", {"brackets": []}),
        Case("more round ones are open, and still", {"brackets": [1, 1, 1, 2]}),
        Case("and the other way about", {"brackets": [2, 2, 2, 1, 2, -2]}),
        Case("it goes on after all were closed", {"brackets": [1, -1, 2, 1, -1]}),
        Case("deep inside", {"brackets": [1, 2, 2, 1, -1, 1, 2, -2, -1, -2]}),
    ),
    mistakes={
        "you counted each kind; the order in which they were opened decides": (
            _by_counting
        ),
        "you asked for the one that was opened first; it is closed last": _first_opened,
        "you gave the last bracket that was opened, though it may be closed by now": (
            lambda brackets: next((b for b in reversed(brackets) if b > 0), 0)
        ),
        "you gave how many are open": (
            lambda brackets: sum(1 if b > 0 else -1 for b in brackets)
        ),
    },
    praise="Two counters cannot do this: they do not know which was opened last.",
)
