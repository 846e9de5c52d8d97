"""Checks for the chapter on neural stacks: looking deeper, and the step of a queue."""

from __future__ import annotations

import torch

from mininet.exercises.checking import Case, Exercise

_source = torch.Generator().manual_seed(0)


def _random(*shape):  # type: ignore[no-untyped-def]
    return torch.rand(shape, generator=_source)


def _numbers(*values):  # type: ignore[no-untyped-def]
    return torch.tensor(values)


def _above(strengths):  # type: ignore[no-untyped-def]
    return strengths.cumsum(0) - strengths


def _below(strengths):  # type: ignore[no-untyped-def]
    return _above(strengths.flip(0)).flip(0)


def _peek(values, strengths, depth):  # type: ignore[no-untyped-def]
    top = _above(strengths)
    ends = (top + strengths).clamp(max=depth + 1)
    return torch.relu(ends - top.clamp(min=depth)) @ values


_three = torch.eye(3)
_ones = _numbers(1.0, 1.0, 1.0)
_parts = _numbers(0.4, 0.8, 0.7)

peek = Exercise(
    name="peek",
    solution=_peek,
    cases=(
        Case(
            "at depth 0 it is the read of the chapter",
            {"values": _three, "strengths": _parts, "depth": 0.0},
        ),
        Case(
            "with strengths of 1, depth 1 is the second thing",
            {"values": _three, "strengths": _ones, "depth": 1.0},
        ),
        Case(
            "half a thing deep, it is half of one and half of the next",
            {"values": _three, "strengths": _ones, "depth": 0.5},
        ),
        Case(
            "what is no longer there has no depth",
            {"values": _three, "strengths": _numbers(1.0, 0.0, 1.0), "depth": 1.0},
        ),
        Case(
            "parts of things",
            {"values": _three, "strengths": _parts, "depth": 0.25},
        ),
        Case(
            "a thing stronger than 1 may fill the whole look",
            {"values": _three, "strengths": _numbers(0.5, 2.5, 1.0), "depth": 1.0},
        ),
        Case(
            "near the bottom less than 1 is left",
            {"values": _three, "strengths": _parts, "depth": 1.5},
        ),
        Case(
            "below the bottom there is nothing",
            {"values": _three, "strengths": _parts, "depth": 4.0},
        ),
        Case(
            "six things of two numbers",
            {"values": _random(6, 2), "strengths": _random(6), "depth": 0.7},
        ),
    ),
    mistakes={
        "you read from the top, whatever the depth": (
            lambda values, strengths, depth: _peek(values, strengths, 0.0)
        ),
        "you counted things; count strength, of which each has its own amount": (
            lambda values, strengths, depth: _peek(
                values, torch.ones_like(strengths), depth
            )
        ),
        "you looked from the bottom; row 0 is the top": (
            lambda values, strengths, depth: _peek(
                values.flip(0), strengths.flip(0), depth
            )
        ),
        "you read all that lies below the depth; stop after 1": (
            lambda values, strengths, depth: (
                torch.relu(strengths - torch.relu(depth - _above(strengths))) @ values
            )
        ),
        "you left out the cut at zero; what lies outside counts nothing, not less": (
            lambda values, strengths, depth: (
                (
                    (_above(strengths) + strengths).clamp(max=depth + 1)
                    - _above(strengths).clamp(min=depth)
                )
                @ values
            )
        ),
        "you read down to a depth of 1; the look is 1 high, wherever it starts": (
            lambda values, strengths, depth: (
                torch.relu(
                    (_above(strengths) + strengths).clamp(max=1.0)
                    - _above(strengths).clamp(min=depth)
                )
                @ values
            )
        ),
    },
    praise="The read is a window 1 high; now you can slide it down.",
)


def _fed(strengths, u, behind):  # type: ignore[no-untyped-def]
    """What is left after a pop that eats whatever has little `behind` it."""
    return torch.relu(strengths - torch.relu(u - behind))


def _seen(strengths, behind):  # type: ignore[no-untyped-def]
    return torch.minimum(strengths, torch.relu(1 - behind))


def _step(values, strengths, v, d, u):  # type: ignore[no-untyped-def]
    return _any_step(values, strengths, v, d, u, _below, _below)


def _any_step(values, strengths, v, d, u, popped, seen):  # type: ignore[no-untyped-def]
    """Pop at one end, push at the top, read at one end; the ends are functions."""
    left = _fed(strengths, u, popped(strengths))
    values = torch.cat([v[None], values])
    strengths = torch.cat([torch.as_tensor(d).reshape(1), left])
    return values, strengths, _seen(strengths, seen(strengths)) @ values


def _push_first(values, strengths, v, d, u):  # type: ignore[no-untyped-def]
    values = torch.cat([v[None], values])
    strengths = torch.cat([torch.as_tensor(d).reshape(1), strengths])
    strengths = _fed(strengths, u, _below(strengths))
    return values, strengths, _seen(strengths, _below(strengths)) @ values


def _read_first(values, strengths, v, d, u):  # type: ignore[no-untyped-def]
    left = _fed(strengths, u, _below(strengths))
    read = _seen(left, _below(left)) @ values
    new = torch.cat([torch.as_tensor(d).reshape(1), left])
    return torch.cat([v[None], values]), new, read


def _push_at_the_bottom(values, strengths, v, d, u):  # type: ignore[no-untyped-def]
    left = _fed(strengths, u, _below(strengths))
    values = torch.cat([values, v[None]])
    strengths = torch.cat([left, torch.as_tensor(d).reshape(1)])
    return values, strengths, _seen(strengths, _below(strengths)) @ values


def _all_read(values, strengths, v, d, u):  # type: ignore[no-untyped-def]
    values, strengths, _ = _step(values, strengths, v, d, u)
    return values, strengths, strengths @ values


def _strength_twice(values, strengths, v, d, u):  # type: ignore[no-untyped-def]
    return _step(values, strengths, d * v, d, u)


_two = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
_new = _numbers(0.0, 0.0, 1.0)

queue_step = Exercise(
    name="queue_step",
    solution=_step,
    cases=(
        Case(
            "with nothing popped the oldest is read, in the last row",
            {"values": _two, "strengths": _numbers(1.0, 1.0), "v": _new}
            | {"d": torch.tensor(1.0), "u": torch.tensor(0.0)},
        ),
        Case(
            "a whole pop lets the oldest go, and the next is read",
            {"values": _two, "strengths": _numbers(1.0, 1.0), "v": _new}
            | {"d": torch.tensor(1.0), "u": torch.tensor(1.0)},
        ),
        Case(
            "half a pop leaves half of the oldest",
            {"values": _two, "strengths": _numbers(1.0, 1.0), "v": _new}
            | {"d": torch.tensor(0.6), "u": torch.tensor(0.5)},
        ),
        Case(
            "a pop goes on into the next thing where the oldest is not enough",
            {"values": _two, "strengths": _numbers(0.9, 0.3), "v": _new}
            | {"d": torch.tensor(0.5), "u": torch.tensor(0.8)},
        ),
        Case(
            "the pop comes before the push, so what is new stays whole",
            {"values": _two, "strengths": _numbers(0.2, 0.1), "v": _new}
            | {"d": torch.tensor(0.7), "u": torch.tensor(1.0)},
        ),
        Case(
            "five things of two numbers",
            {"values": _random(5, 2), "strengths": _random(5), "v": _random(2)}
            | {"d": torch.tensor(0.4), "u": torch.tensor(0.9)},
        ),
        Case(
            "a thing stronger than 1, read no more than once",
            {"values": _two, "strengths": _numbers(1.0, 1.8), "v": _new}
            | {"d": torch.tensor(0.4), "u": torch.tensor(0.3)},
        ),
    ),
    mistakes={
        "you popped the top and read the bottom; a queue does both at the bottom": (
            lambda values, strengths, v, d, u: _any_step(
                values, strengths, v, d, u, _above, _below
            )
        ),
        "you popped the bottom and read the top; a queue does both at the bottom": (
            lambda values, strengths, v, d, u: _any_step(
                values, strengths, v, d, u, _below, _above
            )
        ),
        "this is a stack: a queue pops and reads at the other end": (
            lambda values, strengths, v, d, u: _any_step(
                values, strengths, v, d, u, _above, _above
            )
        ),
        "you pushed before you popped, and the pop may eat what is new": _push_first,
        "you read before you pushed; what is new may be part of the read": _read_first,
        "you pushed at the bottom; what is new enters as row 0": _push_at_the_bottom,
        "you read all there is; the read takes at most 1": _all_read,
        "you pushed d times v; keep v whole, for d is its strength": _strength_twice,
    },
    praise="Two ends, and one function for both: only what lies in front has changed.",
)
