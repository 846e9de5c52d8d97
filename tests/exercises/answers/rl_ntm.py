"""Answers to the exercises of chapter 16."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F


def slope_in_a_loop(scores, action, reward, baseline):
    top = max(float(score) for score in scores)
    powers = [math.exp(float(score) - top) for score in scores]
    return [
        ((k == action) - power / sum(powers)) * (reward - baseline)
        for k, power in enumerate(powers)
    ]


def slope_by_autograd(scores, action, reward, baseline):
    scores = scores.clone().requires_grad_()
    surprise = torch.log_softmax(scores, 0)[action] * (reward - baseline)
    surprise.backward()
    return scores.grad


def slope_in_numpy_with_other_names(z, a, r, b):
    z = np.asarray(z, dtype=float)
    p = np.exp(z - np.logaddexp.reduce(z))
    return (np.eye(len(z))[a] - p) * (r - b)


def slope_changed_in_place(scores, action, reward, baseline):
    change = -torch.softmax(scores, -1)
    change[action] += 1
    change *= reward - baseline
    return change


def slope_from_a_distribution(scores, action, reward, baseline):
    chances = torch.distributions.Categorical(logits=scores).probs
    drawn = F.one_hot(torch.tensor(action), len(scores))
    return reward * (drawn - chances) - baseline * (drawn - chances)


def to_go_in_a_loop(rewards):
    steps, size = rewards.shape
    return [
        [float(sum(rewards[k, b] for k in range(t, steps))) for b in range(size)]
        for t in range(steps)
    ]


def to_go_from_the_end(rewards):
    total, found = torch.zeros(rewards.shape[1]), []
    for reward in reversed(rewards):
        total = total + reward
        found.insert(0, total)
    return torch.stack(found)


def to_go_in_numpy(r):
    return np.cumsum(np.asarray(r)[::-1], axis=0)[::-1]


def to_go_by_a_triangle(rewards):
    return torch.ones(len(rewards), len(rewards)).triu() @ rewards


def to_go_as_what_is_left(rewards):
    return rewards.sum(0) - rewards.cumsum(0) + rewards


def move_in_a_loop(positions, moves, length):
    return [
        min(max(int(p) + int(m), 0), length - 1)
        for p, m in zip(positions, moves, strict=True)
    ]


def move_in_numpy(at, by, n):
    return np.clip(np.asarray(at) + np.asarray(by), 0, n - 1)


def move_where_there_is_room(positions, moves, length):
    there = positions + moves
    return torch.where((there >= 0) & (there < length), there, positions)


def move_in_floats(positions, moves, length):
    there = positions.double() + moves
    there[there < 0] = 0
    there[there > length - 1] = length - 1
    return there


def softmax(scores):
    return torch.softmax(scores, 0)


def one(scores, action):
    return torch.eye(len(scores))[action]


def sharpened(scores, action, reward, baseline):
    return (one(scores, action) - softmax(2 * scores)) * (reward - baseline)


def clipped_scores(scores, action, reward, baseline):
    return (one(scores, action) - softmax(scores.clamp(-50, 50))) * (reward - baseline)


def naive(scores, action, reward, baseline):
    powers = scores.double().exp()
    return (one(scores, action) - powers / powers.sum()) * (reward - baseline)


def with_an_epsilon(scores, action, reward, baseline):
    powers = scores.clamp(max=80).exp()
    chances = powers / (powers.sum() + 1e-8)
    return (one(scores, action) - chances) * (reward - baseline)


def sequence_by_sequence_from_the_start(rewards):
    return torch.stack([column.cumsum(0) for column in rewards.T], 1)


def bounced(positions, moves, length):
    there = (positions + moves).abs()
    return torch.where(there > length - 1, 2 * (length - 1) - there, there)


def all_or_none(positions, moves, length):
    """No head moves where one of them cannot."""
    there = positions + moves
    inside = (there >= 0) & (there < length)
    return there if inside.all() else positions


WRONG = {
    "slope": {
        "the loss": lambda z, a, r, b: (softmax(z) - one(z, a)) * (r - b),
        "no baseline": lambda z, a, r, b: (one(z, a) - softmax(z)) * r,
        "baseline added": lambda z, a, r, b: (one(z, a) - softmax(z)) * (r + b),
        "no chances": lambda z, a, r, b: one(z, a) * (r - b),
        "chances without the choice": lambda z, a, r, b: softmax(z) * (r - b),
        "the drawn one alone": lambda z, a, r, b: (
            one(z, a) * (1 - softmax(z)) * (r - b)
        ),
        "weighted by its chance": lambda z, a, r, b: (
            softmax(z)[a] * (one(z, a) - softmax(z)) * (r - b)
        ),
        "divided by its chance": lambda z, a, r, b: (
            (one(z, a) - softmax(z)) * (r - b) / softmax(z)[a]
        ),
        "the slope of its chance's logarithm alone": lambda z, a, r, b: (
            one(z, a) - softmax(z)
        ),
        "the likeliest action": lambda z, a, r, b: (
            (one(z, z.argmax()) - softmax(z)) * (r - b)
        ),
        "by the sign of the advantage": lambda z, a, r, b: (
            (one(z, a) - softmax(z)) * math.copysign(1, r - b)
        ),
        "rewards alone count, losses do not": lambda z, a, r, b: (
            (one(z, a) - softmax(z)) * max(r - b, 0)
        ),
        "equal chances": lambda z, a, r, b: (one(z, a) - 1 / len(z)) * (r - b),
        "sigmoids": lambda z, a, r, b: (one(z, a) - torch.sigmoid(z)) * (r - b),
        "the scores themselves": lambda z, a, r, b: (one(z, a) - z) * (r - b),
        "one number": lambda z, a, r, b: (1 - softmax(z)[a]) * (r - b),
        "squared": lambda z, a, r, b: (one(z, a) - softmax(z)) * (r - b) ** 2,
        "baseline from the slope": lambda z, a, r, b: (one(z, a) - softmax(z)) * r - b,
        "the baseline for the others alone": lambda z, a, r, b: (
            one(z, a) * r - softmax(z) * (r - b)
        ),
        "twice as sharp": sharpened,
        "clipped scores": clipped_scores,
        "overflows": naive,
        "clipped above, and divided by nearly nothing": with_an_epsilon,
    },
    "to_go": {
        "so far": lambda r: r.cumsum(0),
        "so far, one by one": sequence_by_sequence_from_the_start,
        "without its own": lambda r: r.flip(0).cumsum(0).flip(0) - r,
        "its own alone": lambda r: r,
        "all for each": lambda r: r.sum(0).expand_as(r),
        "all once": lambda r: r.sum(0),
        "along the batch": lambda r: r.flip(1).cumsum(1).flip(1),
        "not turned back": lambda r: r.flip(0).cumsum(0),
        "turned without need": lambda r: r.cumsum(0).flip(0),
        "the batch added up": lambda r: (
            r.flip(0).cumsum(0).flip(0).sum(1, keepdim=True).expand_as(r)
        ),
        "the mean of what is left": lambda r: (
            r.flip(0).cumsum(0).flip(0) / torch.arange(len(r), 0, -1)[:, None]
        ),
        "its own and the next": lambda r: r + torch.cat([r[1:], 0 * r[:1]]),
        "discounted": lambda r: torch.stack(
            [
                sum(0.9 ** (k - t) * r[k] for k in range(t, len(r)))
                for t in range(len(r))
            ]
        ),
        "the last reward": lambda r: r[-1:].expand_as(r),
        "without losses": lambda r: r.clamp(min=0).flip(0).cumsum(0).flip(0),
        "transposed": lambda r: r.flip(0).cumsum(0).flip(0).T,
        "products": lambda r: r.flip(0).cumprod(0).flip(0),
    },
    "move": {
        "no ends": lambda p, m, n: p + m,
        "a ring": lambda p, m, n: (p + m) % n,
        "one place too many": lambda p, m, n: (p + m).clamp(0, n),
        "one place too few": lambda p, m, n: (p + m).clamp(0, max(n - 2, 0)),
        "counted from one": lambda p, m, n: (p + m).clamp(1, n),
        "no right end": lambda p, m, n: (p + m).clamp(min=0),
        "no left end": lambda p, m, n: (p + m).clamp(max=n - 1),
        "thrown back": bounced,
        "the other way": lambda p, m, n: (p - m).clamp(0, n - 1),
        "numbered moves": lambda p, m, n: (p + m - 1).clamp(0, n - 1),
        "no move": lambda p, m, n: p,
        "the moves alone": lambda p, m, n: m.clamp(0, n - 1),
        "never to the left": lambda p, m, n: (p + m.clamp(min=0)).clamp(0, n - 1),
        "never to the right": lambda p, m, n: (p + m.clamp(max=0)).clamp(0, n - 1),
        "all or none": all_or_none,
        "ends before the move": lambda p, m, n: p.clamp(0, n - 1) + m,
        "a one-hot head": lambda p, m, n: F.one_hot((p + m).clamp(0, n - 1), n),
        "the end of a tape of five": lambda p, m, n: (p + m).clamp(0, 4),
    },
}
RIGHT = {
    "slope": {
        "in a loop": slope_in_a_loop,
        "by autograd": slope_by_autograd,
        "in NumPy, other names": slope_in_numpy_with_other_names,
        "in place": slope_changed_in_place,
        "from a distribution": slope_from_a_distribution,
    },
    "to_go": {
        "in a loop": to_go_in_a_loop,
        "from the end": to_go_from_the_end,
        "in NumPy": to_go_in_numpy,
        "by a triangle": to_go_by_a_triangle,
        "as what is left": to_go_as_what_is_left,
    },
    "move": {
        "in a loop": move_in_a_loop,
        "in NumPy, other names": move_in_numpy,
        "where there is room": move_where_there_is_room,
        "in floats": move_in_floats,
    },
}
