"""Checks for the chapter on the machine's other tasks: answer, guess and bits."""

from __future__ import annotations

import math

import torch
from torch.nn import functional as F

from mininet.exercises.checking import Case, Exercise


def _answer(items, question):  # type: ignore[no-untyped-def]
    asked = (items == question).flatten(1).all(1)
    return items[int(asked.nonzero()[0]) + 1]


def _items(*rows):  # type: ignore[no-untyped-def]
    return torch.tensor(rows, dtype=torch.float32)


ONE_VECTOR = _items([[0, 1]], [[1, 1]], [[1, 0]])
TWO_VECTORS = _items(
    [[1, 0], [0, 0]],  # begins like the one that is asked
    [[1, 1], [1, 1]],  # has all its ones, and more
    [[0, 1], [0, 1]],
    [[0, 0], [1, 0]],
    [[1, 0], [1, 1]],  # the one that is asked
    [[0, 1], [1, 1]],
)


def _any_vector(items, question):  # type: ignore[no-untyped-def]
    asked = (items == question).all(2).any(1)
    return items[int(asked.nonzero()[0]) + 1]


def _by_product(items, question):  # type: ignore[no-untyped-def]
    alike = (items * question).flatten(1).sum(1)
    return items[(int(alike.argmax()) + 1) % len(items)]


answer = Exercise(
    name="answer",
    solution=_answer,
    cases=(
        Case(
            "asked for the first item, the answer is the second",
            {"items": ONE_VECTOR, "question": ONE_VECTOR[0]},
        ),
        Case(
            "asked for the second, it is the third",
            {"items": ONE_VECTOR, "question": ONE_VECTOR[1]},
        ),
        Case(
            "an item counts as found if all of its vectors agree",
            {"items": TWO_VECTORS, "question": TWO_VECTORS[4]},
        ),
    ),
    mistakes={
        "you say the item that was asked; the one after it is wanted": (
            lambda items, question: items[
                int((items == question).flatten(1).all(1).nonzero()[0])
            ]
        ),
        "you say the item before; the one after it is wanted": (
            lambda items, question: items[
                int((items == question).flatten(1).all(1).nonzero()[0]) - 1
            ]
        ),
        "one equal vector is enough for you; all vectors of the item must agree": (
            _any_vector
        ),
        "a sum of products favours items with many ones; compare bit by bit": (
            _by_product
        ),
    },
    praise="A search by content, and one step on. The machine found it, too.",
)


def _counts(past, context):  # type: ignore[no-untyped-def]
    past = [int(bit) for bit in past]
    now = past[len(past) - context :]
    after = [
        past[t]
        for t in range(context, len(past))
        if past[t - context : t] == now  # the same bits stood before it
    ]
    return after.count(0), after.count(1)


def _guess(past, context):  # type: ignore[no-untyped-def]
    zeros, ones = _counts(past, context)
    return (ones + 0.5) / (zeros + ones + 1)


def _frequency(past, context):  # type: ignore[no-untyped-def]
    zeros, ones = _counts(past, context)
    return ones / (zeros + ones) if zeros + ones else math.nan


def _all_alike(past, context):  # type: ignore[no-untyped-def]
    return (float(sum(past)) + 0.5) / (len(past) + 1)


def _laplace(past, context):  # type: ignore[no-untyped-def]
    zeros, ones = _counts(past, context)
    return (ones + 1) / (zeros + ones + 2)


def _over_all(past, context):  # type: ignore[no-untyped-def]
    zeros, ones = _counts(past, context)
    return (ones + 0.5) / (zeros + ones) if zeros + ones else math.inf


PAST = torch.tensor([0.0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 1])

guess = Exercise(
    name="guess",
    solution=_guess,
    cases=(
        Case(
            "after 01 came a 0, a 0 and a 1 so far",
            {"past": PAST, "context": 2},
        ),
        Case(
            "after 1 came a 0 both times",
            {"past": torch.tensor([1.0, 0, 0, 1, 0, 1]), "context": 1},
        ),
        Case(
            "a context that has never been seen is a coin",
            {"past": torch.tensor([0.0, 0, 0, 1]), "context": 2},
        ),
    ),
    mistakes={
        "you take the plain frequency; add one half to each count": _frequency,
        "you count all bits; only those behind the same context belong here": (
            _all_alike
        ),
        "zeros and ones have changed places": (
            lambda past, context: 1 - _guess(past, context)
        ),
        "you add 1 to each count, which suits evenly drawn chances; "
        "for Beta(1/2, 1/2) it is one half": _laplace,
        "the lower half is all counts plus 1, for two halves were added": _over_all,
    },
    praise="Thirty-two pairs of counts and this line are the whole optimum.",
)


def _surprise(logits, targets, mask):  # type: ignore[no-untyped-def]
    each = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return each * mask.unsqueeze(-1)


def _bits(logits, targets, mask):  # type: ignore[no-untyped-def]
    nats = _surprise(logits, targets, mask).sum(dim=(0, 2))
    return nats.mean() / math.log(2)


# Three steps, two sequences, one bit each.
SURE = {
    "logits": torch.zeros(3, 2, 1),
    "targets": torch.tensor([[[1.0], [0.0]], [[0.0], [1.0]], [[1.0], [1.0]]]),
    "mask": torch.ones(3, 2),
}
LAST = torch.tensor([[0.0, 0.0], [0.0, 0.0], [1.0, 1.0]])
SAID = torch.tensor([[[2.0], [-2.0]], [[2.0], [-1.0]], [[0.5], [0.0]]])

bits = Exercise(
    name="bits",
    solution=_bits,
    cases=(
        Case("to be unsure of three bits costs 3 bits", SURE),
        Case(
            "steps that are not asked for cost nothing",
            SURE | {"mask": LAST},
        ),
        Case(
            "a wrong guess costs more than a right one",
            SURE | {"logits": SAID},
        ),
    ),
    mistakes={
        "those are nats; a bit is log 2 of them": (
            lambda logits, targets, mask: _bits(logits, targets, mask) * math.log(2)
        ),
        "you took the mean over the steps; the cost of a sequence is their sum": (
            lambda logits, targets, mask: (
                _surprise(logits, targets, mask).mean() / math.log(2)
            )
        ),
        "you summed over the batch; take the mean over its sequences": (
            lambda logits, targets, mask: (
                _surprise(logits, targets, mask).sum() / math.log(2)
            )
        ),
        "the mask is not used: what is not asked for must not count": (
            lambda logits, targets, mask: _bits(logits, targets, torch.ones_like(mask))
        ),
        "the sign of the logits is turned": (
            lambda logits, targets, mask: _bits(-logits, targets, mask)
        ),
    },
    praise="This is the unit of every number in the chapter.",
)
