"""Answers to the exercises on dynamic memory networks."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch.nn import functional as F


def shares_in_a_loop(gates):
    kept, found = 1.0, []
    for gate in reversed(gates.tolist()):
        found.append(gate * kept)
        kept *= 1 - gate
    return found[::-1]


def shares_forwards(gates):
    found = torch.zeros(len(gates))
    for k, gate in enumerate(gates):
        found = found * (1 - gate)
        found[k] = gate
    return found


def shares_as_episodes(gates):
    """Run the pass over facts that are one-hot: the end is the shares."""
    h = torch.zeros(len(gates))
    for fact, gate in zip(torch.eye(len(gates)), gates, strict=True):
        h = gate * fact + (1 - gate) * h
    return h


def shares_with_numpy(opened):
    opened = np.asarray(opened, dtype=float)
    later = np.append(np.cumprod((1 - opened)[::-1])[::-1][1:], 1.0)
    return opened * later


def shares_by_products(gates):
    return torch.stack(
        [gate * torch.prod(1 - gates[k + 1 :]) for k, gate in enumerate(gates)]
    )


def later(gates):
    return torch.stack([torch.prod(1 - gates[k + 1 :]) for k in range(len(gates))])


def before(gates):
    return torch.stack([torch.prod(1 - gates[:k]) for k in range(len(gates))])


def by_division(gates):
    left = torch.cumprod(1 - gates, 0)
    return gates * left[-1] / left


def cost(scores, facts):
    passes = min(len(scores), len(facts))
    return F.cross_entropy(
        scores[:passes], torch.tensor(facts[:passes]), reduction="sum"
    )


def cost_in_a_loop(scores, facts):
    total = 0.0
    for row, fact in zip(scores.tolist(), facts, strict=False):
        top = max(row)
        total += top + math.log(sum(math.exp(x - top) for x in row)) - row[fact]
    return total


def cost_with_numpy(points, where):
    points = np.asarray(points, dtype=float)
    points = points - points.max(axis=1, keepdims=True)
    logs = points - np.log(np.exp(points).sum(axis=1, keepdims=True))
    return -sum(logs[k, n] for k, n in zip(range(len(points)), where, strict=False))


def cost_by_a_mask(scores, facts):
    wanted = torch.zeros_like(scores)
    for k, n in enumerate(facts):
        if k < len(scores):
            wanted[k, n] = 1.0
    return -(wanted * scores.log_softmax(-1)).sum()


def passed(scores, facts, surprise):
    """The sum of another surprise of a row and a fact."""
    pairs = zip(scores, facts, strict=False)
    return sum((surprise(row, n) for row, n in pairs), torch.zeros(()))


WRONG = {
    "shares": {
        "the gates": lambda gates: gates,
        "what is left of a whole fact": later,
        "by the gates before": lambda gates: gates * before(gates),
        "what all gates leave": lambda gates: gates * torch.prod(1 - gates),
        "its own gate takes as well": lambda gates: gates * (1 - gates) * later(gates),
        "always 1 in all": lambda gates: (
            gates * later(gates) / (gates * later(gates)).sum()
        ),
        "scaled, but never by zero": lambda gates: (
            gates * later(gates) / (gates * later(gates)).sum().clamp(min=1e-6)
        ),
        "the gates, scaled": lambda gates: gates / gates.sum().clamp(min=1e-6),
        "softmax": lambda gates: gates.softmax(0),
        "the next gate alone": lambda gates: (
            gates * torch.cat([1 - gates[1:], torch.ones(1)])
        ),
        "less by all later gates at once": lambda gates: (
            gates * torch.relu(1 - (gates.sum() - gates.cumsum(0)))
        ),
        "the last open gate": lambda gates: torch.eye(len(gates))[
            int(gates.nonzero().max()) if gates.any() else 0
        ],
        "later gates let through": lambda gates: torch.stack(
            [torch.prod(gates[k:]) for k in range(len(gates))]
        ),
        "by division": by_division,
        "their sum": lambda gates: (gates * later(gates)).sum(),
    },
    "gate_cost": {
        "the first fact in every pass": lambda scores, facts: cost(
            scores, [facts[0]] * len(scores)
        ),
        "the last fact in every pass": lambda scores, facts: cost(
            scores, [facts[-1]] * len(scores)
        ),
        "the order of the story": lambda scores, facts: cost(scores, sorted(facts)),
        "backwards": lambda scores, facts: cost(scores, facts[::-1]),
        "the last fact again": lambda scores, facts: cost(
            scores, facts + [facts[-1]] * len(scores)
        ),
        "the first pass alone": lambda scores, facts: cost(scores[:1], facts),
        "the last pass alone": lambda scores, facts: cost(scores[-1:], facts[-1:]),
        "no minus": lambda scores, facts: -cost(scores, facts),
        "the mean over passes": lambda scores, facts: (
            cost(scores, facts) / min(len(scores), len(facts))
        ),
        "by the number of passes": lambda scores, facts: (
            cost(scores, facts) / len(scores)
        ),
        "the share itself": lambda scores, facts: passed(
            scores, facts, lambda row, n: row.softmax(0)[n]
        ),
        "softmax over passes": lambda scores, facts: (
            -sum(
                scores.log_softmax(0)[k, n]
                for k, n in zip(range(len(scores)), facts, strict=False)
            )
        ),
        "softmax over everything": lambda scores, facts: (
            -sum(
                scores.flatten().log_softmax(0).view_as(scores)[k, n]
                for k, n in zip(range(len(scores)), facts, strict=False)
            )
        ),
        "one minus the share": lambda scores, facts: passed(
            scores, facts, lambda row, n: 1 - row.softmax(0)[n]
        ),
        "minus the share": lambda scores, facts: passed(
            scores, facts, lambda row, n: -row.softmax(0)[n]
        ),
        "minus the score": lambda scores, facts: passed(
            scores, facts, lambda row, n: -row[n]
        ),
        "gates of their own": lambda scores, facts: passed(
            scores, facts, lambda row, n: -F.logsigmoid(row[n])
        ),
        "the logarithm of a softmax": lambda scores, facts: passed(
            scores, facts, lambda row, n: -row.softmax(0)[n].log()
        ),
        "softmax twice": lambda scores, facts: cost(scores.softmax(1), facts),
        "all facts in every pass": lambda scores, facts: sum(
            cost(row[None], [n]) for row in scores for n in facts
        ),
        "in bits": lambda scores, facts: cost(scores, facts) / math.log(2),
        "a list": lambda scores, facts: [
            float(cost(row[None], [n])) for row, n in zip(scores, facts, strict=False)
        ],
    },
}
RIGHT = {
    "shares": {
        "in a loop, from the end": shares_in_a_loop,
        "forwards": shares_forwards,
        "as a pass over one-hot facts": shares_as_episodes,
        "with NumPy, another name": shares_with_numpy,
        "by products": shares_by_products,
        "in double precision": lambda gates: shares_by_products(gates.double()),
    },
    "gate_cost": {
        "by cross-entropy": cost,
        "in a loop": cost_in_a_loop,
        "with NumPy, other names": cost_with_numpy,
        "by a mask": cost_by_a_mask,
        "in double precision": lambda scores, facts: cost(scores.double(), facts),
    },
}
