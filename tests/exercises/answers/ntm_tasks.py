"""Answers to the exercises of chapter 6."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import torch
from torch.nn import functional as F


def place(items, question):
    return int((items == question).flatten(1).all(1).nonzero()[0])


def answer_in_a_loop(items, question):
    for k in range(len(items) - 1):
        if torch.equal(items[k], question):
            return items[k + 1]
    raise ValueError("nobody asked for this")


def answer_for_three_by_six(items, question):
    flat = items.reshape(len(items), 18)
    return flat[(flat - question.view(18)).abs().sum(1).argmin() + 1].view(3, 6)


def answer_by_signs(items, question):
    alike = torch.einsum("lvb,vb->l", 2 * items - 1, 2 * question - 1)
    return items[alike.argmax() + 1]


def nearest(items, question, bits):
    """The item after the one that agrees best in some of the bits."""
    same = (items == question) & bits
    return items[(int(same.flatten(1).sum(1).argmax()) + 1) % len(items)]


def by_score(items, scores):
    return items[(int(scores.argmax()) + 1) % len(items)]


def counts(past, context, first=0, last=0):
    """How often a 0 and a 1 came behind the present context."""
    bits = [int(bit) for bit in past]
    now = bits[len(bits) - context :]
    came = [
        bits[t]
        for t in range(context + first, len(bits) - last)
        if bits[t - context : t] == now
    ]
    return came.count(0), came.count(1)


def chance(zeros, ones):
    return (ones + 0.5) / (zeros + ones + 1)


def guess_by_text(past, context):
    text = "".join(str(int(bit)) for bit in past)
    now, seen = text[-context:], [0, 0]
    for t in range(len(text) - context):
        if text.startswith(now, t):
            seen[int(text[t + context])] += 1
    return Fraction(2 * seen[1] + 1, 2 * sum(seen) + 2)


def guess_by_windows(past, context):
    windows = np.lib.stride_tricks.sliding_window_view(past.numpy(), context + 1)
    came = windows[(windows[:, :-1] == windows[-1, 1:]).all(1), -1]
    return (came.sum() + 0.5) / (came.size + 1)


def guess_with_a_table(bits, k):
    table = {}
    bits = [int(bit) for bit in bits]
    for t in range(k, len(bits)):
        table.setdefault(tuple(bits[t - k : t]), []).append(bits[t])
    came = table.get(tuple(bits[-k:]), [])
    return (sum(came) + 1 / 2) / (len(came) + 1)


def without_overlap(past, context):
    bits, seen, t = [int(bit) for bit in past], [0, 0], context
    now = bits[len(bits) - context :]
    while t < len(bits):
        if bits[t - context : t] == now:
            seen[bits[t]] += 1
            t += context
        t += 1
    return chance(*seen)


def with_the_ends_joined(past, context):
    bits = [int(bit) for bit in past]
    now, seen = bits[len(bits) - context :], [0, 0]
    for t in range(len(bits)):
        if [bits[t - k] for k in range(context, 0, -1)] == now:
            seen[bits[t]] += 1
    return chance(*seen)


def in_any_order(past, context):
    bits = [int(bit) for bit in past]
    now, seen = sorted(bits[len(bits) - context :]), [0, 0]
    for t in range(context, len(bits)):
        if sorted(bits[t - context : t]) == now:
            seen[bits[t]] += 1
    return chance(*seen)


def surprise(logits, targets):
    return F.binary_cross_entropy_with_logits(logits, targets, reduction="none")


def cost(logits, targets, mask):
    each = surprise(logits, targets) * mask.unsqueeze(-1)
    return each.sum((0, 2)).mean() / math.log(2)


def cost_in_loops(logits, targets, mask):
    T, B, O = logits.shape  # noqa: E741
    total = 0.0
    for t in range(T):
        for b in range(B):
            for o in range(O):
                if mask[t, b]:
                    wrong = float(logits[t, b, o] * (1 - 2 * targets[t, b, o]))
                    total += max(wrong, 0) + math.log1p(math.exp(-abs(wrong)))
    return total / B / math.log(2)


def cost_in_numpy(scores, bits, asked):
    scores, bits, asked = (np.asarray(x, dtype=float) for x in (scores, bits, asked))
    nats = np.logaddexp(0, np.where(bits > 0.5, -scores, scores))
    return (nats.sum(2) * asked).sum() / asked.shape[1] / np.log(2)


def cost_of_what_is_asked(logits, targets, mask):
    at = mask.bool()
    nats = F.binary_cross_entropy_with_logits(logits[at], targets[at], reduction="sum")
    return nats / mask.shape[1] / math.log(2)


def cost_from_chances(logits, targets, mask):
    chances = torch.sigmoid(logits)
    right = torch.where(targets > 0.5, chances, 1 - chances)
    return -(right.log2().sum(2) * mask).sum(0).mean()


WRONG = {
    "answer": {
        "the item asked for": lambda items, question: items[place(items, question)],
        "the item before": lambda items, question: items[place(items, question) - 1],
        "two further": lambda items, question: items[
            min(place(items, question) + 2, len(items) - 1)
        ],
        "the next one's place": lambda items, question: place(items, question) + 1,
        "always the second": lambda items, question: items[1],
        "always the last": lambda items, question: items[-1],
        "one equal vector": lambda items, question: by_score(
            items, (items == question).all(2).any(1).int()
        ),
        "the first vector": lambda items, question: by_score(
            items, (items == question).all(2)[:, 0].int()
        ),
        "the last vector": lambda items, question: by_score(
            items, (items == question).all(2)[:, -1].int()
        ),
        "vectors in any order": lambda items, question: by_score(
            items,
            torch.tensor(
                [sorted(a) == sorted(question.tolist()) for a in items.tolist()]
            ).int(),
        ),
        "a sum of products": lambda items, question: by_score(
            items, (items * question).sum((1, 2))
        ),
        "the likeliest by its angle, with NaN": lambda items, question: by_score(
            items,
            torch.cosine_similarity(
                items.flatten(1), question.flatten()[None]
            ).nan_to_num(),
        ),
        "only the ones count": lambda items, question: by_score(
            items, ((items >= question).flatten(1).all(1)).int()
        ),
        "only the zeros count": lambda items, question: by_score(
            items, ((items <= question).flatten(1).all(1)).int()
        ),
        "the number of ones": lambda items, question: by_score(
            items, -(items.sum((1, 2)) - question.sum()).abs()
        ),
        "all but one bit": lambda items, question: by_score(
            items, ((items != question).sum((1, 2)) <= 1).int()
        ),
        "the last that agrees best in two vectors": lambda items, question: nearest(
            items, question, torch.tensor([[1], [1], [0]]).bool()
        ),
        "the first two bits": lambda items, question: nearest(
            items, question, torch.arange(6) < 2
        ),
        "one vector of the answer": lambda items, question: items[
            place(items, question) + 1
        ][0],
        "a batch of one": lambda items, question: items[
            place(items, question) + 1 : place(items, question) + 2
        ],
        "one long vector": lambda items, question: items[
            place(items, question) + 1
        ].flatten(),
        "turned": lambda items, question: items[place(items, question) + 1].T,
    },
    "guess": {
        "the last is left out": lambda past, context: chance(
            *counts(past, context, last=1)
        ),
        "the first is left out": lambda past, context: chance(
            *counts(past, context, first=1)
        ),
        "plain frequency": lambda past, context: (
            counts(past, context)[1] / max(sum(counts(past, context)), 1e-9)
        ),
        "plain frequency, a coin if new": lambda past, context: (
            counts(past, context)[1] / sum(counts(past, context))
            if sum(counts(past, context))
            else 0.5
        ),
        "all bits": lambda past, context: (float(sum(past)) + 0.5) / (len(past) + 1),
        "zeros and ones changed": lambda past, context: (
            1 - chance(*counts(past, context))
        ),
        "one added to each": lambda past, context: (
            (counts(past, context)[1] + 1) / (sum(counts(past, context)) + 2)
        ),
        "half added to the ones alone": lambda past, context: (
            (counts(past, context)[1] + 0.5) / max(sum(counts(past, context)), 0.5)
        ),
        "half added to the sum": lambda past, context: (
            (counts(past, context)[1] + 0.5) / (sum(counts(past, context)) + 0.5)
        ),
        "a context of one less": lambda past, context: chance(
            *counts(past, max(context - 1, 1))
        ),
        "a context of one more": lambda past, context: chance(
            *counts(past, context + 1)
        ),
        "always a context of two": lambda past, context: chance(*counts(past, 2)),
        "always a context of five": lambda past, context: chance(*counts(past, 5)),
        "contexts do not overlap": without_overlap,
        "the ends joined": with_the_ends_joined,
        "bits of the context in any order": in_any_order,
        "the likelier bit": lambda past, context: float(
            chance(*counts(past, context)) > 0.5
        ),
        "odds": lambda past, context: (
            (counts(past, context)[1] + 0.5) / (counts(past, context)[0] + 0.5)
        ),
        "the counts": counts,
        "the context turned": lambda past, context: chance(
            *counts(
                torch.cat([past[: len(past) - context], past[-context:].flip(0)]),
                context,
            )
        ),
        "the context itself counts": lambda past, context: (
            (counts(past, context)[1] + 0.5) / (sum(counts(past, context)) + 2)
        ),
        "nan if new": lambda past, context: (
            chance(*counts(past, context)) if sum(counts(past, context)) else math.nan
        ),
        "zero if new": lambda past, context: (
            chance(*counts(past, context)) if sum(counts(past, context)) else 0.0
        ),
    },
    "bits": {
        "nats": lambda logits, targets, mask: cost(logits, targets, mask) * math.log(2),
        "decimal digits": lambda logits, targets, mask: (
            cost(logits, targets, mask) * math.log(2) / math.log(10)
        ),
        "multiplied by log 2": lambda logits, targets, mask: (
            cost(logits, targets, mask) * math.log(2) ** 2
        ),
        "mean of everything": lambda logits, targets, mask: (
            (surprise(logits, targets) * mask.unsqueeze(-1)).mean() / math.log(2)
        ),
        "mean over the outputs": lambda logits, targets, mask: (
            cost(logits, targets, mask) / logits.shape[2]
        ),
        "mean over the steps": lambda logits, targets, mask: (
            cost(logits, targets, mask) / logits.shape[0]
        ),
        "mean over the steps asked": lambda logits, targets, mask: (
            cost(logits, targets, mask) / mask.sum(0).mean()
        ),
        "sum over the batch": lambda logits, targets, mask: (
            cost(logits, targets, mask) * logits.shape[1]
        ),
        "one for each sequence": lambda logits, targets, mask: (
            (surprise(logits, targets) * mask.unsqueeze(-1)).sum((0, 2)) / math.log(2)
        ),
        "the first sequence": lambda logits, targets, mask: cost(
            logits[:, :1], targets[:, :1], mask[:, :1]
        ),
        "the first sequence's mask": lambda logits, targets, mask: cost(
            logits, targets, mask[:, :1].expand_as(mask)
        ),
        "no mask": lambda logits, targets, mask: cost(
            logits, targets, torch.ones_like(mask)
        ),
        "mask turned": lambda logits, targets, mask: cost(logits, targets, 1 - mask),
        "mask on the logits": lambda logits, targets, mask: cost(
            logits * mask.unsqueeze(-1), targets, torch.ones_like(mask)
        ),
        "the last step alone": lambda logits, targets, mask: cost(
            logits[-1:], targets[-1:], mask[-1:]
        ),
        "sign of the logits": lambda logits, targets, mask: cost(
            -logits, targets, mask
        ),
        "logits taken for chances": lambda logits, targets, mask: cost(
            torch.logit(logits.clamp(0.01, 0.99)), targets, mask
        ),
        "sigmoid twice": lambda logits, targets, mask: cost(
            torch.sigmoid(logits), targets, mask
        ),
        "the first output alone": lambda logits, targets, mask: cost(
            logits[..., :1], targets[..., :1], mask
        ),
        "ones alone": lambda logits, targets, mask: (
            (surprise(logits, targets) * targets * mask.unsqueeze(-1))
            .sum((0, 2))
            .mean()
            / math.log(2)
        ),
        "a softmax over the outputs": lambda logits, targets, mask: (
            -(torch.log_softmax(logits, 2) * targets * mask.unsqueeze(-1))
            .sum((0, 2))
            .mean()
            / math.log(2)
        ),
        "infinite for large logits": cost_from_chances,
        "large logits cut": lambda logits, targets, mask: cost(
            logits.clamp(-20, 20), targets, mask
        ),
        "wrong bits counted": lambda logits, targets, mask: (
            (((logits > 0) != (targets > 0.5)) * mask.unsqueeze(-1))
            .sum((0, 2))
            .float()
            .mean()
        ),
        "squared error": lambda logits, targets, mask: (
            ((torch.sigmoid(logits) - targets).square() * mask.unsqueeze(-1))
            .sum((0, 2))
            .mean()
        ),
    },
}

RIGHT = {
    "answer": {
        "in a loop": answer_in_a_loop,
        "for 3 vectors of 6": answer_for_three_by_six,
        "by the signs": answer_by_signs,
        "lists": lambda items, question: items.tolist()[
            items.tolist().index(question.tolist()) + 1
        ],
        "in NumPy": lambda rows, asked: rows.numpy()[
            int(np.flatnonzero((rows == asked).numpy().all((1, 2)))[0]) + 1
        ],
        "whole numbers": lambda items, question: items[
            place(items, question) + 1
        ].long(),
    },
    "guess": {
        "from counts": lambda past, context: chance(*counts(past, context)),
        "as text, a fraction": guess_by_text,
        "windows in NumPy": guess_by_windows,
        "a table": guess_with_a_table,
        "a tensor": lambda past, context: torch.tensor(
            [chance(*counts(past, context))], dtype=torch.float64
        ),
    },
    "bits": {
        "in loops": cost_in_loops,
        "in NumPy": cost_in_numpy,
        "only what is asked": cost_of_what_is_asked,
        "by softplus": lambda x, y, m: (
            (F.softplus((1 - 2 * y) * x).sum(2) * m).sum() / m.shape[1] / math.log(2)
        ),
        "a number": lambda logits, targets, mask: cost(logits, targets, mask).item(),
        "in float64": lambda logits, targets, mask: cost(
            logits.double(), targets.double(), mask.double()
        ),
    },
}
