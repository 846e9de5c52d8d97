"""Answers to the exercises of chapter 16."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F


def nudge_in_a_loop(scores, action, reward, baseline):
    top = max(float(score) for score in scores)
    powers = [math.exp(float(score) - top) for score in scores]
    return [
        ((k == action) - power / sum(powers)) * (reward - baseline)
        for k, power in enumerate(powers)
    ]


def nudge_by_autograd(scores, action, reward, baseline):
    scores = scores.clone().requires_grad_()
    surprise = torch.log_softmax(scores, 0)[action] * (reward - baseline)
    surprise.backward()
    return scores.grad


def nudge_in_numpy_with_other_names(z, a, r, b):
    z = np.asarray(z, dtype=float)
    p = np.exp(z - np.logaddexp.reduce(z))
    return (np.eye(len(z))[a] - p) * (r - b)


def nudge_changed_in_place(scores, action, reward, baseline):
    change = -torch.softmax(scores, -1)
    change[action] += 1
    change *= reward - baseline
    return change


def nudge_from_a_distribution(scores, action, reward, baseline):
    chances = torch.distributions.Categorical(logits=scores).probs
    drawn = F.one_hot(torch.tensor(action), len(scores))
    return reward * (drawn - chances) - baseline * (drawn - chances)


def pushes_in_a_loop(rewards, expected, ticks):
    steps, size = rewards.shape
    found = [[0.0] * size for _ in range(steps)]
    for b in range(size):
        for t in range(int(ticks[b])):
            coming = sum(float(rewards[k, b]) for k in range(t, int(ticks[b])))
            found[t][b] = coming - float(expected[t, b])
    return found


def pushes_from_the_end(rewards, expected, ticks):
    total, found = torch.zeros(rewards.shape[1]), []
    for t in reversed(range(len(rewards))):
        there = t < ticks
        total = torch.where(there, total + rewards[t], 0.0)
        found.insert(0, torch.where(there, total - expected[t], 0.0))
    return torch.stack(found)


def pushes_in_numpy(r, b, n):
    r, b, n = map(np.asarray, (r, b, n))
    there = np.arange(len(r))[:, None] < n
    coming = np.cumsum(np.where(there, r, 0)[::-1], axis=0)[::-1]
    return np.where(there, coming - b, 0)


def pushes_by_a_triangle(rewards, expected, ticks):
    there = torch.arange(len(rewards)).unsqueeze(1).lt(ticks).float()
    ahead = torch.ones(len(rewards), len(rewards)).triu()
    return there * (ahead @ (there * rewards) - expected)


def pushes_changed_in_place(rewards, expected, ticks):
    for b, n in enumerate(ticks.tolist()):
        rewards[n:, b] = expected[n:, b] = 0
    return rewards.sum(0) - rewards.cumsum(0) + rewards - expected


def written_where_there_is_room(tape, by, writes):
    at, said = 0, []
    for move, write in zip(by, writes, strict=True):
        said += [tape[at]] * write
        if 0 <= at + move < len(tape):
            at += move
    return said


def written_in_numpy(cells, moves, writing):
    places = [0]
    for move in moves[:-1]:
        places.append(int(np.clip(places[-1] + move, 0, len(cells) - 1)))
    return np.array(cells)[places][np.array(writing) == 1]


def written_in_torch(tape, by, writes):
    at, said = torch.tensor(0), []
    for move, write in zip(by, writes, strict=True):
        if write == 1:
            said.append(torch.tensor(tape)[at])
        at = (at + move).clamp(0, len(tape) - 1)
    return torch.stack(said)


def written_by_recursion(tape, by, writes, at=0):
    if not by:
        return []
    said = [tape[at]] if writes[0] else []
    at = sorted((0, at + by[0], len(tape) - 1))[1]
    return said + written_by_recursion(tape, by[1:], writes[1:], at)


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


def going(rewards, ticks):
    return (torch.arange(len(rewards))[:, None] < ticks).float()


def summed(sum_up):
    def push(rewards, expected, ticks):
        there = going(rewards, ticks)
        return (sum_up(rewards * there) - expected) * there

    return push


def ahead(rewards):
    return rewards.flip(0).cumsum(0).flip(0)


def discounted(rewards):
    steps = range(len(rewards))
    return torch.stack(
        [sum(0.9 ** (k - t) * rewards[k] for k in steps[t:]) for t in steps]
    )


def mean_of_the_batch(rewards, expected, ticks):
    """The mean over the runs as a baseline."""
    there = going(rewards, ticks)
    coming = ahead(rewards * there)
    return (coming - coming.mean(1, keepdim=True)) * there


def all_as_long_as_the_first(rewards, expected, ticks):
    right = summed(ahead)
    return right(rewards, expected, ticks[:1].expand_as(ticks))


def walked(go, first=0):
    def write_down(tape, by, writes):
        at, said = first % len(tape), []
        for move, write in zip(by, writes, strict=True):
            if write:
                said.append(tape[at])
            at = go(at, move, len(tape))
        return said

    return write_down


def stay(at, move, cells):
    return min(max(at + move, 0), cells - 1)


def thrown_back(at, move, cells):
    at = abs(at + move)
    return max(2 * (cells - 1) - at, 0) if at > cells - 1 else at


def moved_first(tape, by, writes):
    at, said = 0, []
    for move, write in zip(by, writes, strict=True):
        at = stay(at, move, len(tape))
        if write:
            said.append(tape[at])
    return said


def stops_at_the_end(tape, by, writes):
    """What comes after a step off the tape is lost."""
    at, said = 0, []
    for move, write in zip(by, writes, strict=True):
        if not 0 <= at < len(tape):
            break
        if write:
            said.append(tape[at])
        at += move
    return said


def without_repeats(tape, by, writes):
    said = walked(stay)(tape, by, writes)
    return [one for k, one in enumerate(said) if k == 0 or said[k - 1] != one]


WRONG = {
    "nudge": {
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
    "pushes": {
        "so far": summed(lambda r: r.cumsum(0)),
        "without its own": summed(lambda r: ahead(r) - r),
        "its own alone": summed(lambda r: r),
        "all for each": summed(lambda r: r.sum(0)),
        "along the runs": summed(lambda r: r.flip(1).cumsum(1).flip(1)),
        "not turned back": summed(lambda r: r.flip(0).cumsum(0)),
        "the next alone": summed(lambda r: r + torch.cat([r[1:], 0 * r[:1]])),
        "discounted": summed(discounted),
        "without losses": summed(lambda r: ahead(r.clamp(min=0))),
        "the mean of what is left": summed(
            lambda r: ahead(r) / torch.arange(len(r), 0, -1)[:, None]
        ),
        "the runs added up": summed(lambda r: ahead(r).sum(1, keepdim=True)),
        "no baseline": lambda r, b, n: ahead(r * going(r, n)) * going(r, n),
        "baseline added": lambda r, b, n: (ahead(r * going(r, n)) + b) * going(r, n),
        "baseline turned round": lambda r, b, n: (
            (b - ahead(r * going(r, n))) * going(r, n)
        ),
        "baseline off each": lambda r, b, n: ahead((r - b) * going(r, n)),
        "baselines summed up": lambda r, b, n: (
            (ahead(r * going(r, n)) - ahead(b)) * going(r, n)
        ),
        "the baseline of the start": lambda r, b, n: (
            (ahead(r * going(r, n)) - b[:1]) * going(r, n)
        ),
        "the mean of the runs": mean_of_the_batch,
        "no end": lambda r, b, n: ahead(r) - b,
        "cut afterwards": lambda r, b, n: (ahead(r) - b) * going(r, n),
        "cut before": lambda r, b, n: ahead(r * going(r, n)) - b,
        "one tick more": lambda r, b, n: summed(ahead)(r, b, n + 1),
        "one tick less": lambda r, b, n: summed(ahead)(r, b, n - 1),
        "all as long as the first": all_as_long_as_the_first,
        "transposed": lambda r, b, n: summed(ahead)(r, b, n).T,
        "nothing below zero": lambda r, b, n: summed(ahead)(r, b, n).clamp(min=0),
    },
    "written": {
        "moved first": moved_first,
        "always": lambda tape, by, writes: walked(stay)(tape, by, [1] * len(by)),
        "turned round": lambda tape, by, writes: walked(stay)(
            tape, by, [1 - w for w in writes]
        ),
        "a list's last": walked(lambda at, move, cells: min(at + move, cells - 1)),
        "a ring": walked(lambda at, move, cells: (at + move) % cells),
        "no ends": walked(lambda at, move, cells: at + move),
        "no right end": walked(lambda at, move, cells: max(at + move, 0)),
        "one cell short": walked(lambda at, move, cells: stay(at, move, cells - 1)),
        "thrown back": walked(thrown_back),
        "the other way": walked(lambda at, move, cells: stay(at, -move, cells)),
        "from the end": walked(stay, first=-1),
        "never back": walked(lambda at, move, cells: stay(at, max(move, 0), cells)),
        "always on": walked(lambda at, move, cells: stay(at, 1, cells)),
        "never": walked(lambda at, move, cells: at),
        "moves where it writes": lambda tape, by, writes: walked(stay)(
            tape, [m * w for m, w in zip(by, writes, strict=True)], writes
        ),
        "stops": stops_at_the_end,
        "no symbol twice": without_repeats,
        "all that it sees, or nothing": lambda tape, by, writes: [
            symbol * write
            for symbol, write in zip(
                walked(stay)(tape, by, [1] * len(by)), writes, strict=True
            )
        ],
        "sorted": lambda tape, by, writes: sorted(walked(stay)(tape, by, writes)),
        "places": lambda tape, by, writes: walked(stay)(
            list(range(len(tape))), by, writes
        ),
    },
}
RIGHT = {
    "nudge": {
        "in a loop": nudge_in_a_loop,
        "by autograd": nudge_by_autograd,
        "in NumPy, other names": nudge_in_numpy_with_other_names,
        "in place": nudge_changed_in_place,
        "from a distribution": nudge_from_a_distribution,
    },
    "pushes": {
        "in a loop": pushes_in_a_loop,
        "from the end": pushes_from_the_end,
        "in NumPy, other names": pushes_in_numpy,
        "by a triangle": pushes_by_a_triangle,
        "in place": pushes_changed_in_place,
    },
    "written": {
        "where there is room": written_where_there_is_room,
        "in NumPy, other names": written_in_numpy,
        "in torch": written_in_torch,
        "by recursion": written_by_recursion,
    },
}
