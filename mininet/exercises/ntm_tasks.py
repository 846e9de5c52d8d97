"""Checks for the chapter on the machine's other tasks: answer, guess and bits."""

from __future__ import annotations

import math

import torch
from torch.nn import functional as F

from mininet.exercises.checking import Case, Exercise


def _answer(items, question):  # type: ignore[no-untyped-def]
    asked = (items == question).flatten(1).all(1)
    return items[int(asked.nonzero()[0]) + 1]


def _item(*vectors):  # type: ignore[no-untyped-def]
    return torch.tensor([[float(bit) for bit in vector] for vector in vectors])


THREE = torch.stack(
    [
        _item("010011", "110100", "001010"),
        _item("100110", "011001", "101101"),
        _item("001101", "000111", "110010"),
    ]
)
ASKED = _item("100100", "001011", "101100")
TRAPS = torch.stack(
    [
        _item("100100", "110011", "010001"),  # its first vector is the one asked for
        _item("000100", "000011", "001000"),  # lacks some of its ones
        _item("111110", "101111", "111110"),  # has all its ones, and more
        _item("100100", "001011", "101101"),  # one bit is another
        _item("001011", "100100", "101100"),  # the same vectors in another order
        _item("010001", "011100", "101100"),  # its last vector is the one asked for
        ASKED,
        _item("011010", "110001", "000110"),
        _item("000000", "000000", "000000"),
    ]
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
            {"items": THREE, "question": THREE[0]},
        ),
        Case(
            "asked for the second, it is the third",
            {"items": THREE, "question": THREE[1]},
        ),
        Case(
            "an item counts as found if all of its vectors agree, bit by bit",
            {"items": TRAPS, "question": ASKED},
        ),
        Case(
            "an item without any ones can be asked for, too",
            {"items": TRAPS.roll(3, dims=0), "question": torch.zeros(3, 6)},
        ),
        Case("a list of two", {"items": THREE[1:], "question": THREE[1]}),
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


def _without_the_last(past, context):  # type: ignore[no-untyped-def]
    zeros, ones = _counts(past, context)
    bits = [int(bit) for bit in past]
    if len(bits) > context and bits[-1 - context : -1] == bits[len(bits) - context :]:
        zeros, ones = (zeros, ones - 1) if bits[-1] else (zeros - 1, ones)
    return (ones + 0.5) / (zeros + ones + 1)


def _all_alike(past, context):  # type: ignore[no-untyped-def]
    return (float(sum(past)) + 0.5) / (len(past) + 1)


def _laplace(past, context):  # type: ignore[no-untyped-def]
    zeros, ones = _counts(past, context)
    return (ones + 1) / (zeros + ones + 2)


def _over_all(past, context):  # type: ignore[no-untyped-def]
    zeros, ones = _counts(past, context)
    return (ones + 0.5) / (zeros + ones) if zeros + ones else math.inf


LONG = "1011010110100101101100101101011001011011010"
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
        Case(
            "what came last counts as well: behind 1 came a 1",
            {"past": torch.tensor([0.0, 1, 1]), "context": 1},
        ),
        Case(
            "and so does what came first: behind 00 came a 1",
            {"past": torch.tensor([0.0, 0, 1, 1, 0, 0]), "context": 2},
        ),
        Case(
            "contexts may overlap: behind 111 came 1, 1 and 1",
            {"past": torch.ones(6), "context": 3},
        ),
        Case(
            "a context of five, in a longer past",
            {
                "past": torch.tensor([int(bit) for bit in LONG], dtype=torch.float32),
                "context": 5,
            },
        ),
    ),
    mistakes={
        "you leave out what came last": _without_the_last,
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


def _by_hand(logits, targets, mask):  # type: ignore[no-untyped-def]
    chances = torch.sigmoid(logits)
    right = torch.where(targets > 0.5, chances, 1 - chances)
    return -(right.log2().sum(2) * mask).sum(0).mean()


def _from_chances(logits, targets, mask):  # type: ignore[no-untyped-def]
    each = F.binary_cross_entropy(torch.sigmoid(logits), targets, reduction="none")
    return (each.sum(2) * mask).sum(0).mean() / math.log(2)


# Three steps, two sequences, one bit each.
SURE = {
    "logits": torch.zeros(3, 2, 1),
    "targets": torch.tensor([[[1.0], [0.0]], [[0.0], [1.0]], [[1.0], [1.0]]]),
    "mask": torch.ones(3, 2),
}
LAST = torch.tensor([[0.0, 0.0], [0.0, 0.0], [1.0, 1.0]])
SAID = torch.tensor([[[2.0], [-2.0]], [[2.0], [-1.0]], [[0.5], [0.0]]])
# Four steps, two sequences, three bits each.
_source = torch.Generator().manual_seed(0)
SEVERAL = {
    "logits": torch.randn(4, 2, 3, generator=_source),
    "targets": torch.randint(0, 2, (4, 2, 3), generator=_source).float(),
    "mask": torch.tensor([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 0.0]]),
}

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
        Case(
            "several bits at each step all count, and each sequence has its own mask",
            SEVERAL,
        ),
        Case(
            "to be sure and right costs nothing, however large the logits",
            SEVERAL | {"logits": 200 * (2 * SEVERAL["targets"] - 1)},
        ),
        Case(
            "to be sure and wrong costs much, and no infinity",
            SEVERAL | {"logits": 200 * (1 - 2 * SEVERAL["targets"])},
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
        "you took the mean over the bits of a step; they are summed": (
            lambda logits, targets, mask: (
                _bits(logits, targets, mask) / logits.shape[-1]
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
        "a large logit's chance is exactly 0, whose logarithm is infinite; take both "
        "in one step, as logsigmoid does": _by_hand,
        "a large logit's chance is exactly 0, and torch cuts its logarithm at -100; "
        "use the function that takes logits": _from_chances,
        "the sign of the logits is turned": (
            lambda logits, targets, mask: _bits(-logits, targets, mask)
        ),
    },
    praise="This is the unit of every number in the chapter.",
)
