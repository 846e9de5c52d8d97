"""Answers to the exercises of chapter 3."""

from __future__ import annotations

import numpy as np
import torch

from mininet.models import ntm


def read_batch(memory, weights):
    return (weights.unsqueeze(2) * memory).sum(1)


def read_in_loops(memories, attention):
    found = torch.zeros(memories.shape[0], memories.shape[2])
    for b in range(len(memories)):
        for n in range(memories.shape[1]):
            found[b] += attention[b, n] * memories[b, n]
    return found


def write_batch(memory, weights, erase, add):
    at = weights.unsqueeze(2)
    return memory * (1 - at * erase.unsqueeze(1)) + at * add.unsqueeze(1)


def write_in_loops(memory, weights, erase, add):
    for b in range(memory.shape[0]):
        for n in range(memory.shape[1]):
            memory[b, n] *= 1 - weights[b, n] * erase[b]
            memory[b, n] += weights[b, n] * add[b]
    return memory


def write_with_numpy(m, w, e, a):
    m, w, e, a = (np.asarray(x, dtype=float) for x in (m, w, e, a))
    return m * (1 - w[:, :, None] * e[:, None]) + w[:, :, None] * a[:, None]


def move_with_heads(memory, i, j):
    at = torch.eye(len(memory))
    row = at[i] @ memory
    return memory * (1 - at[j].unsqueeze(1)) + at[j].unsqueeze(1) * row


def move_with_the_package(memory, source, goal):
    at = torch.eye(len(memory))[None]
    row = ntm.read(memory[None], at[:, source])
    whole = torch.ones_like(row)
    return ntm.write(memory[None], at[:, goal], whole, row)[0]


def moved(memory, i, j):
    memory = memory.clone()
    memory[j] = memory[i]
    return memory


def move_in_place(memory, i, j):
    memory[j] = memory[i]
    return memory


def changed(memory, **rows):
    """A memory with some rows replaced, by index as text."""
    memory = memory.clone()
    for row, value in rows.items():
        memory[int(row[1:])] = value
    return memory


WRONG = {
    "read": {
        "softmax once more": lambda memory, weights: read_batch(
            memory, torch.softmax(weights, 1)
        ),
        "the mean over the rows": lambda memory, weights: (
            read_batch(memory, weights) / memory.shape[1]
        ),
        "the best row alone": lambda memory, weights: memory[
            torch.arange(len(memory)), weights.argmax(1)
        ],
        "the first sequence's attention": lambda memory, weights: read_batch(
            memory, weights[:1].expand_as(weights)
        ),
        "the first sequence's memory": lambda memory, weights: read_batch(
            memory[:1].expand_as(memory), weights
        ),
        "attention of another sequence": lambda memory, weights: read_batch(
            memory, weights.flip(0)
        ),
        "rows in the other order": lambda memory, weights: read_batch(
            memory, weights.flip(1)
        ),
        "every memory with every attention": lambda memory, weights: torch.einsum(
            "bn,cnm->bcm", weights, memory
        ),
        "the batch summed": lambda memory, weights: torch.einsum(
            "bn,bnm->m", weights, memory
        ),
        "not summed": lambda memory, weights: weights.unsqueeze(2) * memory,
        "a batch of one squeezed": lambda memory, weights: read_batch(
            memory, weights
        ).squeeze(0),
        "one row too many kept": lambda memory, weights: read_batch(
            memory, weights
        ).unsqueeze(1),
        "only the first memory": lambda memory, weights: read_batch(memory, weights)[
            :1
        ],
        "memories turned": lambda memory, weights: (
            read_batch(memory.transpose(1, 2), weights)
            if memory.shape[1] == memory.shape[2]
            else read_batch(memory, weights)
        ),
        "divided by the largest weight": lambda memory, weights: read_batch(
            memory, weights / weights.amax(1, keepdim=True)
        ),
        "weights squared": lambda memory, weights: read_batch(memory, weights**2),
        "two rows only": lambda memory, weights: read_batch(
            memory[:, :2], weights[:, :2]
        ),
        "one attention for the whole batch": lambda memory, weights: read_batch(
            memory, weights.mean(0, keepdim=True).expand_as(weights)
        ),
    },
    "write": {
        "added, then erased": lambda memory, weights, erase, add: (
            (memory + weights.unsqueeze(2) * add.unsqueeze(1))
            * (1 - weights.unsqueeze(2) * erase.unsqueeze(1))
        ),
        "erased in every row": lambda memory, weights, erase, add: (
            memory * (1 - erase.unsqueeze(1)) + weights.unsqueeze(2) * add.unsqueeze(1)
        ),
        "added to every row": lambda memory, weights, erase, add: (
            memory * (1 - weights.unsqueeze(2) * erase.unsqueeze(1)) + add.unsqueeze(1)
        ),
        "not erased": lambda memory, weights, erase, add: (
            memory + weights.unsqueeze(2) * add.unsqueeze(1)
        ),
        "nothing added": lambda memory, weights, erase, add: (
            memory * (1 - weights.unsqueeze(2) * erase.unsqueeze(1))
        ),
        "erased whole, whatever erase says": lambda memory, weights, erase, add: (
            write_batch(memory, weights, torch.ones_like(erase), add)
        ),
        "erase rounded": lambda memory, weights, erase, add: write_batch(
            memory, weights, erase.round(), add
        ),
        "attention rounded": lambda memory, weights, erase, add: write_batch(
            memory, weights.round(), erase, add
        ),
        "written where nobody looks": lambda memory, weights, erase, add: write_batch(
            memory, 1 - weights, erase, add
        ),
        "erase taken off, not multiplied": lambda memory, weights, erase, add: (
            memory
            - weights.unsqueeze(2) * erase.unsqueeze(1)
            + weights.unsqueeze(2) * add.unsqueeze(1)
        ),
        "what is added takes the erase": lambda memory, weights, erase, add: (
            write_batch(memory, weights, erase, add * erase)
        ),
        "mixed as by interpolation": lambda memory, weights, erase, add: (
            write_batch(memory, weights, torch.ones_like(erase), add * erase)
            + 0 * memory
        ),
        "the first sequence's attention": lambda memory, weights, erase, add: (
            write_batch(memory, weights[:1].expand_as(weights), erase, add)
        ),
        "the first sequence's erase": lambda memory, weights, erase, add: write_batch(
            memory, weights, erase[:1].expand_as(erase), add
        ),
        "the first sequence's add": lambda memory, weights, erase, add: write_batch(
            memory, weights, erase, add[:1].expand_as(add)
        ),
        "numbers and rows changed": lambda memory, weights, erase, add: (
            write_batch(memory.transpose(1, 2), weights, erase, add).transpose(1, 2)
            if memory.shape[1] == memory.shape[2]
            else write_batch(memory, weights, erase, add)
        ),
        "a batch of one squeezed": lambda memory, weights, erase, add: write_batch(
            memory, weights, erase, add
        ).squeeze(0),
        "the change alone": lambda memory, weights, erase, add: (
            write_batch(memory, weights, erase, add) - memory
        ),
        "only the best row": lambda memory, weights, erase, add: write_batch(
            memory, torch.eye(weights.shape[1])[weights.argmax(1)], erase, add
        ),
        "never below zero": lambda memory, weights, erase, add: write_batch(
            memory, weights, erase, add
        ).clamp_min(0),
    },
    "move": {
        "added to the old row": lambda memory, i, j: changed(
            memory, **{f"_{j}": memory[i] + memory[j]}
        ),
        "i and j changed": lambda memory, i, j: moved(memory, j, i),
        "row i cleared": lambda memory, i, j: changed(
            moved(memory, i, j), **{f"_{i}": 0.0}
        ),
        "rows exchanged": lambda memory, i, j: changed(
            moved(memory, i, j), **{f"_{i}": memory[j]}
        ),
        "the row itself": lambda memory, i, j: memory[i],
        "nothing done": lambda memory, i, j: memory,
        "half erased": lambda memory, i, j: changed(
            memory, **{f"_{j}": (memory[i] + memory[j]) / 2}
        ),
        "only upwards": lambda memory, i, j: moved(memory, max(i, j), min(i, j)),
        "only downwards": lambda memory, i, j: moved(memory, min(i, j), max(i, j)),
        "the first number only": lambda memory, i, j: torch.cat(
            [moved(memory, i, j)[:, :1], memory[:, 1:]], dim=1
        ),
        "copied to all rows": lambda memory, i, j: memory[i].expand_as(memory),
        "row 0 is always read": lambda memory, i, j: moved(memory, 0, j),
        "row 2 is always written": lambda memory, i, j: moved(memory, i, 2),
        "a row to itself is cleared": lambda memory, i, j: (
            moved(memory, i, j) if i != j else changed(memory, **{f"_{i}": 0.0})
        ),
        "three rows only": lambda memory, i, j: moved(memory[:3], i % 3, j),
        "a row is put in between": lambda memory, i, j: torch.cat(
            [memory[:j], memory[i : i + 1], memory[j:]]
        ),
        "a batch of one": lambda memory, i, j: moved(memory, i, j)[None],
    },
}

RIGHT = {
    "read": {
        "in loops": read_in_loops,
        "einsum": lambda memory, weights: torch.einsum("bn,bnm->bm", weights, memory),
        "bmm": lambda m, w: torch.bmm(w.unsqueeze(1), m).squeeze(1),
        "in NumPy": lambda m, w: np.einsum("bn,bnm->bm", np.asarray(w), np.asarray(m)),
        "the package's": ntm.read,
        "a list of tensors": lambda memory, weights: [
            w @ m for w, m in zip(weights, memory, strict=True)
        ],
        "in float64": lambda memory, weights: read_batch(
            memory.double(), weights.double()
        ),
        "turned": lambda memory, weights: (
            memory.transpose(1, 2) @ weights[:, :, None]
        ).squeeze(-1),
    },
    "write": {
        "in loops, in place": write_in_loops,
        "in NumPy": write_with_numpy,
        "the package's": ntm.write,
        "einsum": lambda M, w, e, a: (
            M - M * torch.einsum("bn,bm->bnm", w, e) + torch.einsum("bn,bm->bnm", w, a)
        ),
        "one for each sequence": lambda memory, weights, erase, add: [
            m * (1 - torch.outer(w, e)) + torch.outer(w, a)
            for m, w, e, a in zip(memory, weights, erase, add, strict=True)
        ],
    },
    "move": {
        "with heads": move_with_heads,
        "with the package's heads": move_with_the_package,
        "by index, in place": move_in_place,
        "an index for every row": lambda memory, i, j: memory[
            [i if n == j else n for n in range(len(memory))]
        ],
        "a list of lists": lambda table, a, b: [
            table[a].tolist() if n == b else row.tolist() for n, row in enumerate(table)
        ],
        "in NumPy": lambda memory, i, j: np.where(
            np.arange(len(memory))[:, None] == j, memory[i].numpy(), memory.numpy()
        ),
    },
}
