"""Checks for chapter 3: read and write for a whole batch, and copy a row."""

from __future__ import annotations

import torch

from mininet.exercises.checking import Case, Exercise

_source = torch.Generator().manual_seed(0)


def _random(*shape):  # type: ignore[no-untyped-def]
    return torch.rand(shape, generator=_source)


def _attention(*shape):  # type: ignore[no-untyped-def]
    return torch.softmax(3 * _random(*shape), dim=-1)


_small = torch.tensor([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]])
_one_hot = torch.tensor([[0.0, 1.0], [1.0, 0.0]])
_soft = torch.tensor([[0.25, 0.75], [0.5, 0.5]])


def _read(memory, weights):  # type: ignore[no-untyped-def]
    return (weights.unsqueeze(2) * memory).sum(1)


read = Exercise(
    name="read",
    solution=_read,
    cases=(
        Case(
            "all attention on one row brings back that row, another for each sequence",
            {"memory": _small, "weights": _one_hot},
        ),
        Case(
            "split attention brings back a mixture",
            {"memory": _small, "weights": _soft},
        ),
        Case(
            "a batch of 3 memories with 5 rows of 4 numbers",
            {"memory": _random(3, 5, 4), "weights": _attention(3, 5)},
        ),
        Case(
            "a batch of one stays a batch",
            {"memory": _random(1, 3, 2), "weights": _attention(1, 3)},
        ),
        Case(
            "as many memories as rows and numbers",
            {"memory": _random(3, 3, 3), "weights": _attention(3, 3)},
        ),
    ),
    mistakes={
        "you put the weights through softmax once more; they sum to 1 already": (
            lambda memory, weights: _read(memory, torch.softmax(weights, dim=1))
        ),
        "you weighted the numbers of a row; weight the rows": (
            lambda memory, weights: (memory * weights[:, None, : memory.shape[2]]).sum(
                2
            )
        ),
        "you took the mean over the rows; the weights make it a mean, so sum": (
            lambda memory, weights: (weights.unsqueeze(2) * memory).mean(1)
        ),
        "you read only the row with the most attention; every row counts": (
            lambda memory, weights: memory[torch.arange(len(memory)), weights.argmax(1)]
        ),
        "@ paired every attention with every memory; give each memory its own": (
            lambda memory, weights: weights @ memory
        ),
        "you read every memory with the first sequence's attention": (
            lambda memory, weights: _read(memory, weights[:1].expand_as(weights))
        ),
    },
    praise="One product does it for the whole batch at once.",
)


def _write(memory, weights, erase, add):  # type: ignore[no-untyped-def]
    at = weights.unsqueeze(2)
    return memory * (1 - at * erase.unsqueeze(1)) + at * add.unsqueeze(1)


_ones, _zeros = torch.ones(2, 2), torch.zeros(2, 2)
_news = torch.tensor([[-1.0, 1.0], [2.0, -2.0]])

write = Exercise(
    name="write",
    solution=_write,
    cases=(
        Case(
            "with nothing to add, a full erase clears the row that has all attention",
            {"memory": _small, "weights": _one_hot, "erase": _ones, "add": _zeros},
        ),
        Case(
            "with nothing to erase, each row gets its share of what is added",
            {"memory": _small, "weights": _soft, "erase": _zeros, "add": _news},
        ),
        Case(
            "a full erase and all attention: the new row replaces the old",
            {"memory": _small, "weights": _one_hot, "erase": _ones, "add": _news},
        ),
        Case(
            "half the attention moves a row half of the way to the new one",
            {"memory": _small, "weights": _soft, "erase": _ones, "add": _news},
        ),
        Case(
            "a batch of 3 memories with 5 rows of 4 numbers",
            {
                "memory": _random(3, 5, 4),
                "weights": _attention(3, 5),
                "erase": _random(3, 4),
                "add": _random(3, 4),
            },
        ),
        Case(
            "a batch of one stays a batch",
            {
                "memory": _random(1, 3, 2),
                "weights": _attention(1, 3),
                "erase": _random(1, 2),
                "add": _random(1, 2),
            },
        ),
        Case(
            "as many memories as rows and numbers",
            {
                "memory": _random(3, 3, 3),
                "weights": _attention(3, 3),
                "erase": _random(3, 3),
                "add": _random(3, 3),
            },
        ),
    ),
    mistakes={
        "you added before erasing, and erased some of what you added": (
            lambda memory, weights, erase, add: _write(
                _write(memory, weights, 0 * erase, add), weights, erase, 0 * add
            )
        ),
        "nothing is erased; take w e of each number away first": (
            lambda memory, weights, erase, add: _write(memory, weights, 0 * erase, add)
        ),
        "nothing is added; after erasing, w times the new row comes on top": (
            lambda memory, weights, erase, add: _write(memory, weights, erase, 0 * add)
        ),
        "you erased in full; how much of each number goes, the erase vector says": (
            lambda memory, weights, erase, add: _write(
                memory, weights, torch.ones_like(erase), add
            )
        ),
        "you took the share off; take away that share of what is there": (
            lambda memory, weights, erase, add: (
                memory + weights.unsqueeze(2) * (add - erase).unsqueeze(1)
            )
        ),
        "you erased in every row alike; erase where the attention is": (
            lambda memory, weights, erase, add: _write(
                memory * (1 - erase.unsqueeze(1)), weights, 0 * erase, add
            )
        ),
        "you added to every row alike; add where the attention is": (
            lambda memory, weights, erase, add: (
                _write(memory, weights, erase, 0 * add) + add.unsqueeze(1)
            )
        ),
        "you divided by 1 + w; with all attention the old row must be gone": (
            lambda memory, weights, erase, add: (
                (memory + weights.unsqueeze(2) * add.unsqueeze(1))
                / (1 + weights.unsqueeze(2))
            )
        ),
        "you put the weights through softmax once more; they sum to 1 already": (
            lambda memory, weights, erase, add: _write(
                memory, torch.softmax(weights, dim=1), erase, add
            )
        ),
        "you kept what erase says to take away: the factor is 1 - w e, not w e": (
            lambda memory, weights, erase, add: (
                memory * weights.unsqueeze(2) * erase.unsqueeze(1)
                + weights.unsqueeze(2) * add.unsqueeze(1)
            )
        ),
    },
    praise="This is the whole of a write head; the rest is where it looks.",
)


def _move(memory, i, j):  # type: ignore[no-untyped-def]
    memory[j] = memory[i]
    return memory


_table = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])


def _add_only(memory, i, j):  # type: ignore[no-untyped-def]
    memory[j] += memory[i]
    return memory


def _take_away(memory, i, j):  # type: ignore[no-untyped-def]
    memory[j] = memory[i]
    memory[i] = 0
    return memory


def _exchange(memory, i, j):  # type: ignore[no-untyped-def]
    memory[[i, j]] = memory[[j, i]]
    return memory


move = Exercise(
    name="move",
    solution=_move,
    cases=(
        Case("row 0 is copied to row 2", {"memory": _table, "i": 0, "j": 2}),
        Case("and upwards as well", {"memory": _table, "i": 2, "j": 1}),
        Case("a row copied to itself stays", {"memory": _table, "i": 1, "j": 1}),
        Case(
            "another size of memory",
            {"memory": _random(5, 4), "i": 4, "j": 0},
        ),
    ),
    mistakes={
        "you added to what row j held; erase it first, with e = 1": _add_only,
        "i and j have changed places: read at i, write at j": (
            lambda memory, i, j: _move(memory, j, i)
        ),
        "row i should keep its numbers: a read takes nothing away": _take_away,
        "the two rows have changed places; row i should keep its numbers": _exchange,
        "you gave back the row itself; give back the new memory": (
            lambda memory, i, j: memory[i]
        ),
    },
    praise="To a machine this is one read and one write, at different rows.",
)
