"""Answers to the exercises on neural stacks, queues and deques."""

from __future__ import annotations

import numpy as np
import torch


def above(strengths):
    return strengths.cumsum(0) - strengths


def below(strengths):
    return strengths.sum() - strengths.cumsum(0)


def peeked(values, strengths, depth):
    bottom = strengths.cumsum(0)
    top = bottom - strengths
    ends = torch.minimum(bottom, torch.as_tensor(depth) + 1)
    starts = torch.maximum(top, torch.as_tensor(depth))
    return (ends - starts).clamp(min=0) @ values


def peek_by_popping(values, strengths, depth):
    left = torch.relu(strengths - torch.relu(depth - above(strengths)))
    return torch.minimum(left, torch.relu(1 - above(left))) @ values


def peek_in_a_loop(v, s, depth):
    found, top = [0.0] * len(v[0]), 0.0
    for row, strength in zip(v.tolist(), s.tolist(), strict=True):
        share = max(0.0, min(top + strength, depth + 1) - max(top, depth))
        found = [old + share * new for old, new in zip(found, row, strict=True)]
        top += strength
    return found


def peek_as_a_difference(values, strengths, depth):
    def down_to(end):
        room = torch.relu(torch.as_tensor(end) - above(strengths))
        return torch.minimum(strengths, room)

    return (down_to(depth + 1) - down_to(depth)) @ values


def peek_with_numpy(values, strengths, depth):
    values, strengths = (np.asarray(x, dtype=float) for x in (values, strengths))
    bottom = np.cumsum(strengths)
    share = np.minimum(bottom, depth + 1) - np.maximum(bottom - strengths, depth)
    return np.maximum(share, 0) @ values


def window(values, strengths, low, high):
    """What lies between two depths."""
    bottom = strengths.cumsum(0)
    low, high = torch.as_tensor(low), torch.as_tensor(high)
    share = torch.minimum(bottom, high) - torch.maximum(bottom - strengths, low)
    return share.clamp(min=0) @ values


def peek_and_stretch(values, strengths, depth):
    """Always 1 in all, also where less is left."""
    bottom = strengths.cumsum(0)
    share = (bottom.clamp(max=depth + 1) - above(strengths).clamp(min=depth)).relu()
    return share @ values / share.sum().clamp(min=1e-6)


def step(values, strengths, v, d, u, pops=below, reads=below):
    left = torch.relu(strengths - torch.relu(u - pops(strengths)))
    values = torch.cat([v[None], values])
    strengths = torch.cat([d[None], left])
    seen = torch.minimum(strengths, torch.relu(1 - reads(strengths)))
    return values, strengths, seen @ values


def step_by_flipping(values, strengths, v, d, u):
    old_first = strengths.flip(0)
    old_first = torch.relu(old_first - torch.relu(u - above(old_first)))
    old_first = torch.cat([old_first, d[None]])
    rows = torch.cat([values.flip(0), v[None]])
    seen = torch.minimum(old_first, torch.relu(1 - above(old_first)))
    return rows.flip(0), old_first.flip(0), seen @ rows


def step_in_loops(values, strengths, v, d, u):
    rows, amounts = values.tolist(), strengths.tolist()
    hunger = float(u)
    for k in reversed(range(len(amounts))):
        eaten = min(hunger, amounts[k])
        amounts[k] -= eaten
        hunger -= eaten
    rows, amounts = [v.tolist(), *rows], [float(d), *amounts]
    room, read = 1.0, [0.0] * len(rows[0])
    for row, amount in zip(reversed(rows), reversed(amounts), strict=True):
        share = min(room, amount)
        room -= share
        read = [old + share * new for old, new in zip(read, row, strict=True)]
    return rows, amounts, read


def step_with_numpy(V, s, new, push, pop):
    V, s, new = (np.asarray(x, dtype=float) for x in (V, s, new))
    behind = s.sum() - np.cumsum(s)
    s = np.maximum(0, s - np.maximum(0, float(pop) - behind))
    V, s = np.vstack([new, V]), np.append(float(push), s)
    behind = s.sum() - np.cumsum(s)
    return V, s, np.minimum(s, np.maximum(0, 1 - behind)) @ V


def step_with_other_names(rows, amounts, new, put, take):
    return step(rows, amounts, new, put, take)


def pushing_first(values, strengths, v, d, u):
    values, strengths = torch.cat([v[None], values]), torch.cat([d[None], strengths])
    strengths = torch.relu(strengths - torch.relu(u - below(strengths)))
    return values, strengths, readings(values, strengths)


def reading_first(values, strengths, v, d, u):
    left = torch.relu(strengths - torch.relu(u - below(strengths)))
    read = readings(values, left)
    return torch.cat([v[None], values]), torch.cat([d[None], left]), read


def reading_at_the_very_first(values, strengths, v, d, u):
    new_values, new_strengths, _ = step(values, strengths, v, d, u)
    return new_values, new_strengths, readings(values, strengths)


def readings(values, strengths):
    return torch.minimum(strengths, torch.relu(1 - below(strengths))) @ values


def pushing_below(values, strengths, v, d, u):
    left = torch.relu(strengths - torch.relu(u - below(strengths)))
    values, strengths = torch.cat([values, v[None]]), torch.cat([left, d[None]])
    return values, strengths, readings(values, strengths)


def popping_from(take):
    """A step whose pop is another function of strengths and amount."""

    def other(values, strengths, v, d, u):
        return step(values, take(strengths, u), v, d, 0 * u)

    return other


def reading_by(see):
    """A step whose read is another function of values and strengths."""

    def other(values, strengths, v, d, u):
        values, strengths, _ = step(values, strengths, v, d, u)
        return values, strengths, see(values, strengths)

    return other


WRONG = {
    "peek": {
        "the depth does not count": lambda values, strengths, depth: peeked(
            values, strengths, 0.0
        ),
        "things are counted": lambda values, strengths, depth: peeked(
            values, torch.ones(len(strengths)), depth
        ),
        "one of what is there, whatever its strength": (
            lambda values, strengths, depth: peeked(
                values, (strengths > 0).float(), depth
            )
        ),
        "a whole depth only": lambda values, strengths, depth: peeked(
            values, strengths, round(depth)
        ),
        "the row at that index": lambda values, strengths, depth: values[
            min(int(depth), len(values) - 1)
        ],
        "from the bottom": lambda values, strengths, depth: peeked(
            values.flip(0), strengths.flip(0), depth
        ),
        "all below the depth": lambda values, strengths, depth: window(
            values, strengths, depth, 1e6
        ),
        "all above the end": lambda values, strengths, depth: window(
            values, strengths, 0, depth + 1
        ),
        "down to 1": lambda values, strengths, depth: window(
            values, strengths, depth, max(1.0, depth)
        ),
        "a window of half": lambda values, strengths, depth: window(
            values, strengths, depth, depth + 0.5
        ),
        "a window of two": lambda values, strengths, depth: window(
            values, strengths, depth, depth + 2
        ),
        "one step too deep": lambda values, strengths, depth: peeked(
            values, strengths, depth + 1
        ),
        "always 1 in all": peek_and_stretch,
        "no cut at zero": lambda values, strengths, depth: (
            (
                strengths.cumsum(0).clamp(max=depth + 1)
                - above(strengths).clamp(min=depth)
            )
            @ values
        ),
        "the shares alone": lambda values, strengths, depth: (
            strengths.cumsum(0).clamp(max=depth + 1) - above(strengths).clamp(min=depth)
        ).relu(),
        "no thing counts more than once": lambda values, strengths, depth: peeked(
            values, strengths.clamp(max=1), depth
        ),
        "the bottom is always there": lambda values, strengths, depth: peeked(
            values, torch.cat([strengths[:-1], torch.full((1,), 99.0)]), depth
        ),
    },
    "queue_step": {
        "pops the top and reads the bottom": lambda values, strengths, v, d, u: step(
            values, strengths, v, d, u, above, below
        ),
        "pops the bottom and reads the top": lambda values, strengths, v, d, u: step(
            values, strengths, v, d, u, below, above
        ),
        "a stack": lambda values, strengths, v, d, u: step(
            values, strengths, v, d, u, above, above
        ),
        "pushes first": pushing_first,
        "reads before the push": reading_first,
        "reads before anything": reading_at_the_very_first,
        "pushes at the bottom": pushing_below,
        "push and pop exchanged": lambda values, strengths, v, d, u: step(
            values, strengths, v, u, d
        ),
        "the value scaled by its strength": lambda values, strengths, v, d, u: step(
            values, strengths, d * v, d, u
        ),
        "always a whole push": lambda values, strengths, v, d, u: step(
            values, strengths, v, torch.ones(()), u
        ),
        "a pop from each thing": popping_from(lambda s, u: torch.relu(s - u)),
        "a pop from the last alone": popping_from(
            lambda s, u: torch.cat([s[:-1], torch.relu(s[-1:] - u)])
        ),
        "a pop that goes below nothing": popping_from(
            lambda s, u: s - torch.relu(u - below(s))
        ),
        "a pop that shrinks all": popping_from(lambda s, u: s * (1 - u)),
        "no pop": popping_from(lambda s, u: s),
        "whole pops alone": popping_from(
            lambda s, u: torch.relu(s - torch.relu(torch.round(u) - below(s)))
        ),
        "a thing counts itself as in front": popping_from(
            lambda s, u: torch.relu(s - torch.relu(u - below(s) - s))
        ),
        "reads all": reading_by(lambda values, s: s @ values),
        "reads the last row": reading_by(lambda values, s: values[-1]),
        "reads the last row by its strength": reading_by(
            lambda values, s: s[-1] * values[-1]
        ),
        "reads always 1 in all": reading_by(
            lambda values, s: (
                readings(values, s) / torch.minimum(s, torch.relu(1 - below(s))).sum()
            )
        ),
        "reads a thing no more than its first whole": reading_by(
            lambda values, s: s.clamp(max=1) @ values
        ),
        "the read alone": lambda values, strengths, v, d, u: step(
            values, strengths, v, d, u
        )[2],
        "the old values": lambda values, strengths, v, d, u: (
            values,
            *step(values, strengths, v, d, u)[1:],
        ),
    },
}
RIGHT = {
    "peek": {
        "as a window": peeked,
        "by popping first": peek_by_popping,
        "in a loop, other names": peek_in_a_loop,
        "as a difference of two reads": peek_as_a_difference,
        "with NumPy": peek_with_numpy,
        "in double precision": lambda values, strengths, depth: peeked(
            values.double(), strengths.double(), depth
        ),
    },
    "queue_step": {
        "by what lies below": step,
        "by flipping": step_by_flipping,
        "in loops": step_in_loops,
        "with NumPy, other names": step_with_numpy,
        "other names": step_with_other_names,
        "a list of results": lambda values, strengths, v, d, u: list(
            step(values, strengths, v, d, u)
        ),
        "in double precision": lambda values, strengths, v, d, u: step(
            *(x.double() for x in (values, strengths, v, d, u))
        ),
    },
}
