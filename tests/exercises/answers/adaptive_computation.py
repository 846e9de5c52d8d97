"""Answers to the exercises of chapter 12."""

from __future__ import annotations

from itertools import accumulate, product

import numpy as np
import torch

from mininet.models.adaptive_computation import halt


def fill_with_the_package(chances, epsilon):
    given = torch.tensor([chances], dtype=torch.float64)
    weights, times, _ = halt(given, epsilon)
    return weights[0, : int(times)]


def fill_by_sums(chances, epsilon):
    sums = list(accumulate(chances))
    last = next((n for n, s in enumerate(sums) if s >= 1 - epsilon), len(sums) - 1)
    return np.diff([0.0, *sums[:last], 1.0])


def fill_by_taking_away(h, eps):
    left, shares = 1.0, []
    while h:
        chance, *h = h
        if chance >= left - eps or not h:
            return [*shares, left]
        shares.append(chance)
        left -= chance
    return shares


def fill_by_recursion(chances, epsilon, left=1.0):
    first, *rest = chances
    if not rest or left - first <= epsilon:
        return [left]
    return [first, *fill_by_recursion(rest, epsilon, left - first)]


def times(chances, epsilon):
    return len(fill_by_recursion(chances, epsilon))


def slopes_with_autograd(chances, epsilon):
    given = torch.tensor([chances], dtype=torch.float64, requires_grad=True)
    _, N, R = halt(given, epsilon)
    (slope,) = torch.autograd.grad((N + R).sum(), given)
    return slope[0]


def slopes_by_differences(chances, epsilon):
    def remainder(h):
        shares = fill_by_recursion(h, epsilon)
        return len(shares) + shares[-1]

    nudged = []
    for n in range(len(chances)):
        less = list(chances)
        less[n] -= 2**-20
        if times(less, epsilon) != times(chances, epsilon):
            less[n] += 2**-19  # the other side of the jump
            nudged.append((remainder(less) - remainder(chances)) * 2**20)
        else:
            nudged.append((remainder(chances) - remainder(less)) * 2**20)
    return nudged


def slopes_with_numpy(chances, epsilon):
    slope = np.zeros(len(chances))
    slope[: times(chances, epsilon) - 1] = -1
    return slope


def slopes_by_running(chances, epsilon):
    before = np.cumsum(chances)
    runs_on = before < 1 - epsilon
    runs_on[-1] = False
    return [-1.0 if on else 0.0 for on in runs_on]


def expected_with_numpy(chances, losses):
    goes_on = np.cumprod([1.0, *(1 - np.array(chances[:-1]))])
    stops = goes_on * np.array([*chances[:-1], 1.0])
    return stops @ np.array(losses)


def expected_backwards(chances, losses):
    total = losses[-1]
    for chance, loss in zip(chances[-2::-1], losses[-2::-1], strict=True):
        total = chance * loss + (1 - chance) * total
    return total


def expected_over_all_ways(chances, losses):
    total = 0.0
    for ways in product([True, False], repeat=len(chances) - 1):
        weight, when = 1.0, len(chances) - 1
        for n, stops in enumerate(ways):
            weight *= chances[n] if stops else 1 - chances[n]
        if True in ways:
            when = ways.index(True)
        total += weight * losses[when]
    return total


def expected_with_torch(lam, loss):
    lam = torch.tensor(lam, dtype=torch.float64)
    lam[-1] = 1
    ahead = torch.cat([torch.ones(1).double(), (1 - lam).cumprod(0)[:-1]])
    return (lam * ahead * torch.tensor(loss)).sum()


def filled_to(limit):
    return lambda chances, epsilon: fill_by_recursion(chances, 1 - limit)


def padded(shares, chances):
    return [*shares, *[0.0] * (len(chances) - len(shares))]


WRONG = {
    "fill": {
        "the last one's own chance": lambda chances, epsilon: chances[
            : times(chances, epsilon)
        ],
        "a time too early": lambda chances, epsilon: fill_by_recursion(
            chances[: max(1, times(chances, epsilon) - 1)], epsilon
        ),
        "all alike": lambda chances, epsilon: (
            [1 / times(chances, epsilon)] * times(chances, epsilon)
        ),
        "scaled": lambda chances, epsilon: [
            h / sum(chances[: times(chances, epsilon)])
            for h in chances[: times(chances, epsilon)]
        ],
        "all chances scaled": lambda chances, epsilon: [
            h / sum(chances) for h in chances
        ],
        "without epsilon": filled_to(1.0),
        "always the usual epsilon": filled_to(0.99),
        "full at nine tenths": filled_to(0.9),
        "with zeros behind": lambda chances, epsilon: padded(
            fill_by_recursion(chances, epsilon), chances
        ),
        "one run more": lambda chances, epsilon: (
            fill_by_recursion(chances, epsilon)[:-1]
            + [fill_by_recursion(chances, epsilon)[-1] / 2] * 2
        ),
        "what is left is lost when they run out": lambda chances, epsilon: (
            list(chances)
            if sum(chances) < 1 - epsilon
            else fill_by_recursion(chances, epsilon)
        ),
        "epsilon taken from the last": lambda chances, epsilon: (
            [
                *fill_by_recursion(chances, epsilon)[:-1],
                fill_by_recursion(chances, epsilon)[-1] - epsilon,
            ]
        ),
        "a running product, as in PonderNet": lambda chances, epsilon: list(
            np.array(chances) * np.cumprod([1.0, *(1 - np.array(chances[:-1]))])
        ),
        "the sums": lambda chances, epsilon: list(
            accumulate(fill_by_recursion(chances, epsilon))
        ),
        "as they were": lambda chances, epsilon: chances,
    },
    "slopes": {
        "the other way": lambda chances, epsilon: [
            -s for s in slopes_by_running(chances, epsilon)
        ],
        "the last one too": lambda chances, epsilon: padded(
            [-1.0] * times(chances, epsilon), chances
        ),
        "all but the last one": lambda chances, epsilon: [
            0.0 if n + 1 == times(chances, epsilon) else -1.0
            for n in range(len(chances))
        ],
        "none": lambda chances, epsilon: [0.0] * len(chances),
        "too short": lambda chances, epsilon: slopes_by_running(chances, epsilon)[
            : times(chances, epsilon)
        ],
        "the first alone": lambda chances, epsilon: [
            -1.0 if n == 0 and times(chances, epsilon) > 1 else 0.0
            for n in range(len(chances))
        ],
        "every one": lambda chances, epsilon: [-1.0] * len(chances),
        "as much as the chance": lambda chances, epsilon: padded(
            [-h for h in chances[: times(chances, epsilon) - 1]], chances
        ),
        "without epsilon": lambda chances, epsilon: slopes_by_running(chances, 0.0),
        "the usual epsilon": lambda chances, epsilon: slopes_by_running(chances, 0.01),
        "as if more were to come": lambda chances, epsilon: [
            -1.0 if s < 1 - epsilon else 0.0 for s in accumulate(chances)
        ],
        "shared by the runs": lambda chances, epsilon: padded(
            [-1 / times(chances, epsilon)] * (times(chances, epsilon) - 1), chances
        ),
    },
    "expected": {
        "the rest is lost": lambda chances, losses: expected_with_numpy(
            [*chances, 0.0], [*losses, 0.0]
        ),
        "filled up to one": lambda chances, losses: sum(
            s * loss
            for s, loss in zip(fill_by_recursion(chances, 0.01), losses, strict=False)
        ),
        "as if it always came that far": lambda chances, losses: sum(
            h * loss for h, loss in zip(chances, losses, strict=True)
        ),
        "the mean": lambda chances, losses: sum(losses) / len(losses),
        "the likeliest": lambda chances, losses: losses[int(np.argmax(chances))],
        "the first": lambda chances, losses: losses[0],
        "the last": lambda chances, losses: losses[-1],
        "going on with the chance to stop": lambda chances, losses: expected_backwards(
            [1 - h for h in chances], losses
        ),
        "only the one before counts": lambda chances, losses: sum(
            h * (1 - before) * loss
            for h, before, loss in zip(
                [*chances[:-1], 1.0], [0.0, *chances[:-1]], losses, strict=True
            )
        ),
        "the sum of the losses": lambda chances, losses: sum(losses),
        "how often it runs": lambda chances, losses: expected_backwards(
            chances, list(range(1, len(losses) + 1))
        ),
        "the least": lambda chances, losses: min(losses),
        "never the last": lambda chances, losses: (
            expected_backwards(chances[:-1], losses[:-1]) if losses[1:] else losses[0]
        ),
    },
}

RIGHT = {
    "fill": {
        "with the package": fill_with_the_package,
        "by sums": fill_by_sums,
        "by taking away": fill_by_taking_away,
        "by recursion": fill_by_recursion,
    },
    "slopes": {
        "with autograd": slopes_with_autograd,
        "by differences": slopes_by_differences,
        "with NumPy": slopes_with_numpy,
        "by running": slopes_by_running,
    },
    "expected": {
        "with NumPy": expected_with_numpy,
        "backwards": expected_backwards,
        "over all ways": expected_over_all_ways,
        "with torch": expected_with_torch,
    },
}
