"""Answers to the exercises on memory networks."""

from __future__ import annotations

import numpy as np
import torch


def order(J, d):
    j = torch.arange(1, J + 1).view(J, 1) / J
    k = torch.arange(1, d + 1).view(1, d) / d
    return 1 - j - k * (1 - 2 * j)


def order_in_loops(words, size):
    return [
        [(1 - j / words) - (k / size) * (1 - 2 * j / words) for k in range(1, size + 1)]
        for j in range(1, words + 1)
    ]


def order_with_numpy(J, d):
    j, k = np.arange(1, J + 1)[:, None] / J, np.arange(1, d + 1)[None] / d
    return (1 - j) * (1 - k) + j * k


def order_as_a_product(J, d):
    j = (torch.arange(J, dtype=torch.float64) + 1) / J
    k = (torch.arange(d, dtype=torch.float64) + 1) / d
    return torch.outer(1 - j, 1 - k) + torch.outer(j, k)


def order_from(start, J, d, less=0):
    j = (torch.arange(J) + start).view(J, 1) / max(J - less, 1)
    k = (torch.arange(d) + start).view(1, d) / max(d - less, 1)
    return 1 - j - k * (1 - 2 * j)


def places_only(J, d):
    j = torch.arange(1, J + 1).view(J, 1) / J
    return j.expand(J, d)


def look(u, m, told):
    scores = (m @ u).masked_fill(~told, float("-inf"))
    return torch.nan_to_num(torch.softmax(scores, 0))


def hops(u, matched, read, told, see=look, add=torch.add):
    ps = []
    for m, c in zip(matched, read, strict=True):
        p = see(u, m, told)
        ps.append(p)
        u = add(u, p @ c)
    return torch.stack(ps), u


def hops_in_plain_python(u, matched, read, told):
    u, told = u.tolist(), told.tolist()
    looked = []
    for m, c in zip(matched.tolist(), read.tolist(), strict=True):
        scores = [sum(a * b for a, b in zip(row, u, strict=True)) for row in m]
        there = [s for s, t in zip(scores, told, strict=True) if t]
        most = max(there, default=0.0)
        powers = [
            float(np.exp(s - most)) if t else 0.0
            for s, t in zip(scores, told, strict=True)
        ]
        p = [x / (sum(powers) or 1.0) for x in powers]
        found = [sum(p[i] * c[i][k] for i in range(len(p))) for k in range(len(u))]
        u = [a + b for a, b in zip(u, found, strict=True)]
        looked.append(p)
    return looked, u


def hops_with_numpy(asked, A, C, there):
    u, there = np.asarray(asked, float), np.asarray(there)
    looked = []
    for m, c in zip(np.asarray(A, float), np.asarray(C, float), strict=True):
        p = np.zeros(len(m))
        if there.any():
            s = m[there] @ u
            e = np.exp(s - s.max())
            p[there] = e / e.sum()
        looked.append(p)
        u = u + p @ c
    return np.stack(looked), u


def hops_written_out(u, matched, read, told):
    first = look(u, matched[0], told)
    u = u + first @ read[0]
    second = look(u, matched[1], told)
    return torch.stack([first, second]), u + second @ read[1]


def across_the_wrong_axis(u, m, told):
    return (torch.softmax(m, 0) @ u) * told


def forgetting_the_first(u, matched, read, told):
    looked, _ = hops(u, matched, read, told)
    return looked, u + looked[1] @ read[1]


def forgetting_the_second(u, matched, read, told):
    looked, _ = hops(u, matched, read, told)
    return looked, u + looked[0] @ read[0]


def the_answer_without_the_question(u, matched, read, told):
    looked, last = hops(u, matched, read, told)
    return looked, last - u


def without_a_new_question(u, matched, read, told):
    looked = torch.stack([look(u, m, told) for m in matched])
    return looked, u + looked[0] @ read[0] + looked[1] @ read[1]


def only_the_last_look(u, matched, read, told):
    looked, last = hops(u, matched, read, told)
    return looked[1:].expand(2, -1), last


def one_hop_twice(u, matched, read, told):
    return hops(u, matched[[0, 0]], read[[0, 0]], told)


def backwards(u, matched, read, told):
    looked, last = hops(u, matched.flip(0), read.flip(0), told)
    return looked, last


def sharper(u, m, told):
    return look(2 * u, m, told)


def hard(u, m, told):
    p = torch.zeros(len(m))
    if told.any():
        p[(m @ u).masked_fill(~told, float("-inf")).argmax()] = 1.0
    return p


def unmasked(u, m, told):
    return torch.softmax(m @ u, 0)


def masked_afterwards(u, m, told):
    return torch.softmax(m @ u, 0) * told


def evenly_over_nothing(u, m, told):
    return torch.softmax((m @ u).masked_fill(~told, -1e9), 0)


def plain_scores(u, m, told):
    return (m @ u) * told


def by_powers(u, m, told):
    e = torch.exp(m @ u) * told
    return e / e.sum().clamp_min(1e-9)


def seen_as(see):
    return lambda u, matched, read, told: hops(u, matched, read, told, see)


WRONG = {
    "word_order": {
        "from 0": lambda J, d: order_from(0, J, d),
        "from 0 to 1": lambda J, d: order_from(0, J, d, less=1),
        "from 1, divided by one less": lambda J, d: order_from(1, J, d, less=1),
        "turned over": lambda J, d: order(J, d).T,
        "a bag of words": lambda J, d: torch.ones(J, d),
        "all zeros": lambda J, d: torch.zeros(J, d),
        "the first term alone": lambda J, d: order(J, d)[:, :1].expand(J, d),
        "only the word's place": places_only,
        "doubled": lambda J, d: 2 * order(J, d),
        "backwards": lambda J, d: order(J, d).flip(0),
        "numbers backwards": lambda J, d: order(J, d).flip(1),
        "with another sign": lambda J, d: -order(J, d),
        "four times as large around 1": lambda J, d: 1 + 4 * (order(J, d) - 0.5),
        "without the 2": lambda J, d: torch.outer(
            1 - torch.arange(1, J + 1) / J, 1 - torch.arange(1, d + 1) / d
        ),
        "one sentence for all lengths": lambda J, d: order(6, d)[:J],
    },
    "two_hops": {
        "the same question twice": without_a_new_question,
        "without what the first hop found": forgetting_the_first,
        "without what the second hop found": forgetting_the_second,
        "without the question": the_answer_without_the_question,
        "only the last look": only_the_last_look,
        "the first hop's embeddings twice": one_hop_twice,
        "the second hop first": backwards,
        "o in place of u": lambda u, matched, read, told: hops(
            u, matched, read, told, add=lambda u, o: o
        ),
        "reading what is matched": lambda u, matched, read, told: hops(
            u, matched, matched, told
        ),
        "matching what is read": lambda u, matched, read, told: hops(
            u, read, read, told
        ),
        "exchanged": lambda u, matched, read, told: hops(u, read, matched, told),
        "a hard max": seen_as(hard),
        "twice as sharp": seen_as(sharper),
        "without a mask": seen_as(unmasked),
        "masked after the softmax": seen_as(masked_afterwards),
        "evenly where nothing was told": seen_as(evenly_over_nothing),
        "without a softmax": seen_as(plain_scores),
        "powers that overflow": seen_as(by_powers),
        "a softmax over the wrong axis": seen_as(across_the_wrong_axis),
    },
}
RIGHT = {
    "word_order": {
        "as in the paper": order,
        "in loops, other names": order_in_loops,
        "with NumPy": order_with_numpy,
        "as a sum of products, in double precision": order_as_a_product,
        "a float of each": lambda J, d: order(J, d).double(),
    },
    "two_hops": {
        "in a loop": hops,
        "written out": hops_written_out,
        "in plain Python": hops_in_plain_python,
        "with NumPy, other names": hops_with_numpy,
        "a list of results": lambda u, matched, read, told: list(
            hops(u, matched, read, told)
        ),
        "in double precision": lambda u, matched, read, told: hops(
            u.double(), matched.double(), read.double(), told
        ),
    },
}
