"""Answers to the exercises on the neural random-access machine."""

from __future__ import annotations

import numpy as np
import torch

from mininet.models import nram


def add(p, q):
    return sum(p[:, k : k + 1] * q.roll(k, 1) for k in range(p.shape[1]))


def add_in_loops(first, second):
    found = torch.zeros_like(first)
    M = first.shape[1]
    for b in range(len(first)):
        for i in range(M):
            for j in range(M):
                found[b, (i + j) % M] += first[b, i] * second[b, j]
    return found


def add_by_fourier(p, q):
    both = torch.fft.rfft(p.double()) * torch.fft.rfft(q.double())
    return torch.fft.irfft(both, n=p.shape[1])


def add_with_numpy(p, q):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    M = p.shape[1]
    a = np.arange(M)
    return np.einsum("bi,bki->bk", p, q[:, (a[:, None] - a) % M])


def full(p, q):
    """Sums from 0 to 2 M - 1, not yet counted mod M."""
    M = p.shape[1]
    found = torch.zeros(len(p), 2 * M)
    for k in range(M):
        found[:, k : k + M] += p[:, k : k + 1] * q
    return found


def add_and_fold(p, q):
    sums = full(p, q)
    return sums[:, : p.shape[1]] + sums[:, p.shape[1] :]


def sure(p):
    return torch.eye(p.shape[1])[p.argmax(1)]


def mean_of(p):
    return (p * torch.arange(p.shape[1])).sum(1)


def at_the_mean(p, q):
    """A sure number: the means, added and rounded."""
    M = p.shape[1]
    total = (mean_of(p) + mean_of(q)).round().long() % M
    return torch.eye(M)[total]


def chance(p, q):
    below = p.cumsum(1) - p
    return (below * q).sum(1)


def told(t, M):
    rest = torch.zeros(len(t), M - 2)
    return torch.cat([(1 - t)[:, None], t[:, None], rest], 1)


def less(p, q):
    return told(chance(p, q), p.shape[1])


def less_in_loops(p, q):
    answer = []
    for mine, yours in zip(p.tolist(), q.tolist(), strict=True):
        t = sum(x * y for a, x in enumerate(mine) for b, y in enumerate(yours) if a < b)
        answer.append([1 - t, t] + [0.0] * (len(mine) - 2))
    return answer


def less_with_numpy(first, second):
    first, second = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    M = first.shape[1]
    t = np.einsum("ba,bc,ac->b", first, second, np.triu(np.ones((M, M)), 1))
    answer = np.zeros_like(first)
    answer[:, 0], answer[:, 1] = 1 - t, t
    return answer


def less_from_above(p, q):
    above = q.flip(1).cumsum(1).flip(1) - q  # how likely b is more than each number
    t = (p * above).sum(1)
    answer = torch.zeros_like(p)
    answer[:, 1] = t
    answer[:, 0] = 1 - t
    return answer


def write(memory, pointer, value):
    return memory + pointer[:, :, None] * (value[:, None] - memory)


def write_in_place(memory, pointer, value):
    for b in range(len(memory)):
        for cell in range(memory.shape[1]):
            memory[b, cell] *= 1 - pointer[b, cell]
            memory[b, cell] += pointer[b, cell] * value[b]
    return memory


def write_with_numpy(m, p, v):
    m, p, v = (np.asarray(x, dtype=float) for x in (m, p, v))
    return m * (1 - p)[:, :, None] + p[:, :, None] * v[:, None]


def write_as_in_the_paper(memory, pointer, value):
    ones = torch.ones_like(pointer)
    keep = torch.einsum("bi,bj->bij", ones - pointer, ones)
    return keep * memory + torch.einsum("bi,bj->bij", pointer, value)


def write_to_a_list(memory, pointer, value):
    return [
        [torch.lerp(cell, v, float(share)) for cell, share in zip(m, p, strict=True)]
        for m, p, v in zip(memory, pointer, value, strict=True)
    ]


WRONG = {
    "add": {
        "chances added": lambda p, q: p + q,
        "their mean": lambda p, q: (p + q) / 2,
        "place by place": lambda p, q: p * q,
        "place by place, made to sum to 1": lambda p, q: (
            (p * q + 1e-9) / (p * q + 1e-9).sum(1, keepdim=True)
        ),
        "too large a sum is lost": lambda p, q: full(p, q)[:, : p.shape[1]],
        "too large a sum stays at the end": lambda p, q: torch.cat(
            [
                full(p, q)[:, : p.shape[1] - 1],
                full(p, q)[:, p.shape[1] - 1 :].sum(1, keepdim=True),
            ],
            1,
        ),
        "too large a sum starts at 1": lambda p, q: (
            full(p, q)[:, : p.shape[1]] + full(p, q)[:, p.shape[1] :].roll(1, 1)
        ),
        "the lost ones made up for": lambda p, q: (
            (full(p, q)[:, : p.shape[1]] + 1e-9)
            / (full(p, q)[:, : p.shape[1]] + 1e-9).sum(1, keepdim=True)
        ),
        "all sums, 2 M of them": full,
        "a difference": lambda p, q: add(p, q.flip(1).roll(1, 1)),
        "the other difference": lambda p, q: add(p.flip(1).roll(1, 1), q),
        "one too many": lambda p, q: add(p, q).roll(1, 1),
        "one too few": lambda p, q: add(p, q).roll(-1, 1),
        "the likeliest of each": lambda p, q: add(sure(p), sure(q)),
        "the likeliest of p": lambda p, q: add(sure(p), q),
        "the likeliest sum": lambda p, q: sure(add(p, q)),
        "the means added": at_the_mean,
        "p twice": lambda p, q: add(p, p),
        "the first p": lambda p, q: add(p[:1].expand_as(p), q),
        "the first q": lambda p, q: add(p, q[:1].expand_as(q)),
        "the batch turned round": lambda p, q: add(p, q.flip(0)),
        "mod 5, whatever M": lambda p, q: torch.stack(
            [full(p, q)[:, k::5].sum(1) for k in range(p.shape[1])], 1
        ),
        "a batch of one squeezed": lambda p, q: add(p, q).squeeze(0),
        "a softmax once more": lambda p, q: torch.softmax(add(p, q), 1),
        "twice a where both are the same": lambda p, q: (
            p[:, (torch.arange(p.shape[1]) * 2) % p.shape[1]]
            if torch.equal(p, q)
            else add(p, q)
        ),
    },
    "less": {
        "or equal": lambda p, q: told(chance(p, q) + (p * q).sum(1), p.shape[1]),
        "more": lambda p, q: told(chance(q, p), p.shape[1]),
        "more or equal": lambda p, q: told(1 - chance(p, q), p.shape[1]),
        "the chance alone": chance,
        "the chance in a column": lambda p, q: chance(p, q)[:, None],
        "two numbers": lambda p, q: less(p, q)[:, :2],
        "nothing where it is false": lambda p, q: torch.cat(
            [0 * p[:, :1], less(p, q)[:, 1:]], 1
        ),
        "nothing where it is true": lambda p, q: torch.cat(
            [less(p, q)[:, :1], 0 * p[:, 1:]], 1
        ),
        "half of the equal ones": lambda p, q: told(
            chance(p, q) + (p * q).sum(1) / 2, p.shape[1]
        ),
        "rounded": lambda p, q: told(chance(p, q).round(), p.shape[1]),
        "the likeliest of each": lambda p, q: less(sure(p), sure(q)),
        "the likeliest of q": lambda p, q: less(p, sure(q)),
        "the likeliest of p": lambda p, q: less(sure(p), q),
        "the means": lambda p, q: told((mean_of(p) < mean_of(q)).float(), p.shape[1]),
        "chance with chance": lambda p, q: (p < q).float(),
        "the chances below, not weighted": lambda p, q: told(
            (p.cumsum(1) - p).mean(1), p.shape[1]
        ),
        "one less exactly": lambda p, q: told(
            (p[:, :-1] * q[:, 1:]).sum(1), p.shape[1]
        ),
        "false at 1 and true at 2": lambda p, q: less(p, q).roll(1, 1),
        "the truth at the end": lambda p, q: told(chance(p, q), p.shape[1]).flip(1),
        "the first p": lambda p, q: less(p[:1].expand_as(p), q),
        "the first q": lambda p, q: less(p, q[:1].expand_as(q)),
        "the batch turned round": lambda p, q: less(p.flip(0), q.flip(0)),
        "a batch of one squeezed": lambda p, q: less(p, q).squeeze(0),
        "0 is never less": lambda p, q: told(
            chance(p, q) - p[:, 0] * (1 - q[:, 0]), p.shape[1]
        ),
    },
    "write": {
        "added": lambda memory, pointer, value: (
            memory + pointer[:, :, None] * value[:, None]
        ),
        "added, made to sum to 1": lambda memory, pointer, value: (
            (memory + pointer[:, :, None] * value[:, None]) / (1 + pointer[:, :, None])
        ),
        "all others cleared": lambda memory, pointer, value: (
            pointer[:, :, None] * value[:, None] + 0 * memory
        ),
        "erased and not written": lambda memory, pointer, value: (
            memory * (1 - pointer[:, :, None])
        ),
        "erased everywhere by the largest": lambda memory, pointer, value: (
            memory * (1 - pointer.amax(1)[:, None, None])
            + pointer[:, :, None] * value[:, None]
        ),
        "pointer and value exchanged": lambda memory, pointer, value: write(
            memory, value, pointer
        ),
        "into a column": lambda memory, pointer, value: write(
            memory.transpose(1, 2), pointer, value
        ).transpose(1, 2),
        "memory turned": lambda memory, pointer, value: write(
            memory.transpose(1, 2), pointer, value
        ),
        "the likeliest cell": lambda memory, pointer, value: write(
            memory, sure(pointer), value
        ),
        "the likeliest value": lambda memory, pointer, value: write(
            memory, pointer, sure(value)
        ),
        "everywhere else": lambda memory, pointer, value: write(
            memory, 1 - pointer, value
        ),
        "everywhere": lambda memory, pointer, value: write(
            memory, torch.ones_like(pointer), value
        ),
        "in halves": lambda memory, pointer, value: torch.where(
            pointer[:, :, None] > 0, (memory + value[:, None]) / 2, memory
        ),
        "the first pointer": lambda memory, pointer, value: write(
            memory, pointer[:1].expand_as(pointer), value
        ),
        "the first value": lambda memory, pointer, value: write(
            memory, pointer, value[:1].expand_as(value)
        ),
        "the first memory": lambda memory, pointer, value: write(
            memory[:1].expand_as(memory), pointer, value
        ),
        "the first memory alone": lambda memory, pointer, value: write(
            memory, pointer, value
        )[:1],
        "one cell further on": lambda memory, pointer, value: write(
            memory, pointer.roll(1, 1), value
        ),
        "a pointer squared": lambda memory, pointer, value: write(
            memory, pointer**2, value
        ),
        "one more": lambda memory, pointer, value: write(
            memory, pointer, value.roll(1, 1)
        ),
        "numbers in place of distributions": lambda memory, pointer, value: (
            write(memory, pointer, value) @ torch.arange(memory.shape[1]).float()
        ),
        "a softmax once more": lambda memory, pointer, value: torch.softmax(
            write(memory, pointer, value), 2
        ),
    },
}
RIGHT = {
    "add": {
        "turned by each number": add,
        "in loops": add_in_loops,
        "by Fourier's transform": add_by_fourier,
        "in NumPy": add_with_numpy,
        "all sums, then folded": add_and_fold,
        "by the package's table": lambda p, q: nram.applied(
            torch.as_tensor(nram.table_of("ADD", p.shape[1])), p, q
        ),
    },
    "less": {
        "by what lies below": less,
        "in loops, as lists": less_in_loops,
        "in NumPy": less_with_numpy,
        "by what lies above": less_from_above,
        "by the package's table": lambda p, q: nram.applied(
            torch.as_tensor(nram.table_of("LESS", p.shape[1])), p, q
        ),
    },
    "write": {
        "a step towards the value": write,
        "in loops, in place": write_in_place,
        "in NumPy": write_with_numpy,
        "as in the paper": write_as_in_the_paper,
        "a list of lists": write_to_a_list,
        "the package's": nram.write,
    },
}
