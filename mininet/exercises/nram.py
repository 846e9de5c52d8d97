"""Checks for chapter 17: a sum, a comparison and a write, on distributions."""

from __future__ import annotations

import torch

from mininet.exercises.checking import Case, Exercise

_source = torch.Generator().manual_seed(0)


def _spread(*shape):  # type: ignore[no-untyped-def]
    """Random distributions along the last axis."""
    return torch.softmax(2 * torch.randn(shape, generator=_source), -1)


def _sure(*numbers, M):  # type: ignore[no-untyped-def]
    """Numbers as sure distributions, (B, M)."""
    return torch.eye(M)[list(numbers)]


def _likeliest(p):  # type: ignore[no-untyped-def]
    """All for the largest: a sure distribution of the same shape."""
    return torch.eye(p.shape[-1], dtype=p.dtype)[p.argmax(-1)]


def _of_the_first(p):  # type: ignore[no-untyped-def]
    """The first row, for the whole batch."""
    return p[:1].expand_as(p)


def _pairs(p, q):  # type: ignore[no-untyped-def]
    """How likely each pair of numbers is, (B, M, M)."""
    return p.unsqueeze(2) * q.unsqueeze(1)


def _sum(p, q, where):  # type: ignore[no-untyped-def]
    """All pairs, each added up at the number that `where(a, b, M)` says."""
    M = p.shape[1]
    a, b = torch.arange(M).unsqueeze(1), torch.arange(M)
    table = torch.nn.functional.one_hot(where(a, b, M).clamp(0, M), M + 1)[..., :M]
    return torch.einsum("ba,bc,acm->bm", p, q, table.to(p.dtype))


def _add(p, q):  # type: ignore[no-untyped-def]
    return _sum(p, q, lambda a, b, M: (a + b) % M)


_two_each = {"p": _sure(1, 2, M=5), "q": _sure(2, 2, M=5)}

add = Exercise(
    name="add",
    solution=_add,
    cases=(
        Case("sure numbers: 1 + 2 = 3 and 2 + 2 = 4", _two_each),
        Case(
            "3 + 4 = 7, which is 2 mod 5",
            {"p": _sure(3, M=5), "q": _sure(4, M=5)},
        ),
        Case(
            "half 0 and half 1, plus half 0 and half 2",
            {
                "p": torch.tensor([[0.5, 0.5, 0.0, 0.0]]),
                "q": torch.tensor([[0.5, 0.0, 0.5, 0.0]]),
            },
        ),
        Case(
            "a number and itself: 0 or 1, plus 0 or 1, each drawn for itself",
            {
                "p": torch.tensor([[0.25, 0.75, 0.0]]),
                "q": torch.tensor([[0.25, 0.75, 0.0]]),
            },
        ),
        Case(
            "the likeliest sum is not the sum of the likeliest",
            {
                "p": torch.tensor([[0.4, 0.3, 0.3, 0.0]]),
                "q": torch.tensor([[0.4, 0.3, 0.3, 0.0]]),
            },
        ),
        Case("a batch of 3 over six numbers", {"p": _spread(3, 6), "q": _spread(3, 6)}),
        Case("as many as there are numbers", {"p": _spread(4, 4), "q": _spread(4, 4)}),
        Case("two numbers only", {"p": _spread(1, 2), "q": _spread(1, 2)}),
    ),
    mistakes={
        "you added the chances; add the numbers they are chances of": (
            lambda p, q: p + q
        ),
        "a mean of the two is one number or the other, and not their sum": (
            lambda p, q: (p + q) / 2
        ),
        "place by place you have the chance that both are that number": (
            lambda p, q: p * q
        ),
        "a sum of M or more is lost; counting starts again at 0": (
            lambda p, q: _sum(p, q, lambda a, b, M: a + b)
        ),
        "a sum of M or more does not stay at M - 1; counting starts again at 0": (
            lambda p, q: _sum(p, q, lambda a, b, M: (a + b).clamp(max=M - 1))
        ),
        "this is a - b": lambda p, q: _sum(p, q, lambda a, b, M: (a - b) % M),
        "this is b - a": lambda p, q: _sum(p, q, lambda a, b, M: (b - a) % M),
        "place 0 stands for the number 0, so the sum is not one further on": (
            lambda p, q: _sum(p, q, lambda a, b, M: (a + b + 1) % M)
        ),
        "you took the likeliest of each; every pair has its chance": (
            lambda p, q: _add(_likeliest(p), _likeliest(q))
        ),
        "you used the first p for the whole batch": (
            lambda p, q: _add(_of_the_first(p), q)
        ),
        "you used the first q for the whole batch": (
            lambda p, q: _add(p, _of_the_first(q))
        ),
    },
    praise="It is so for each function of two numbers: a sum over all pairs.",
)


def _truth(t, like):  # type: ignore[no-untyped-def]
    """The chance of 1, (B,), as a distribution over all numbers: 0, 1, and no other."""
    answer = torch.zeros_like(like)
    answer[:, 0], answer[:, 1] = 1 - t, t
    return answer


def _chance(p, q, holds):  # type: ignore[no-untyped-def]
    """How likely it is that `holds(a, b)`, (B,)."""
    numbers = torch.arange(p.shape[1])
    return (_pairs(p, q) * holds(numbers.unsqueeze(1), numbers)).sum((1, 2))


def _less(p, q):  # type: ignore[no-untyped-def]
    return _truth(_chance(p, q, torch.lt), p)


def _expected(p):  # type: ignore[no-untyped-def]
    return p @ torch.arange(p.shape[1], dtype=p.dtype)


less = Exercise(
    name="less",
    solution=_less,
    cases=(
        Case(
            "1 < 2 is true, which is the number 1",
            {"p": _sure(1, M=4), "q": _sure(2, M=4)},
        ),
        Case(
            "3 < 0 is false, which is the number 0",
            {"p": _sure(3, M=4), "q": _sure(0, M=4)},
        ),
        Case("2 < 2 is false", {"p": _sure(2, M=4), "q": _sure(2, M=4)}),
        Case("0 < 3 is true", {"p": _sure(0, M=4), "q": _sure(3, M=4)}),
        Case(
            "half 0 and half 3 is less than 2 half of the time",
            {"p": torch.tensor([[0.5, 0.0, 0.0, 0.5]]), "q": _sure(2, M=4)},
        ),
        Case(
            "each of the batch has its own answer",
            {"p": _sure(0, 3, 1, M=5), "q": _sure(4, 2, 1, M=5)},
        ),
        Case("a batch of 3 over six numbers", {"p": _spread(3, 6), "q": _spread(3, 6)}),
        Case("two numbers only", {"p": _spread(2, 2), "q": _spread(2, 2)}),
    ),
    mistakes={
        "a number is not less than itself: this is a ≤ b": (
            lambda p, q: _truth(_chance(p, q, torch.le), p)
        ),
        "this is a > b": lambda p, q: _less(q, p),
        "this is a ≥ b: true and false have changed places": (
            lambda p, q: _truth(1 - _chance(p, q, torch.lt), p)
        ),
        "you gave the chance alone; give a distribution: 1 - t at 0, and t at 1": (
            lambda p, q: _chance(p, q, torch.lt)
        ),
        "the truth value is one of M numbers as well; all others have no chance": (
            lambda p, q: torch.stack(
                [1 - _chance(p, q, torch.lt), _chance(p, q, torch.lt)], 1
            )
        ),
        "you put the chance at 1 and nothing at 0; where it is false, it is 0": (
            lambda p, q: _less(p, q) * (torch.arange(p.shape[1]) == 1)
        ),
        "you compared the likeliest of each; every pair has its chance": (
            lambda p, q: _less(_likeliest(p), _likeliest(q))
        ),
        "you compared the means; it is asked how likely a is less than b": (
            lambda p, q: _truth((_expected(p) < _expected(q)).to(p.dtype), p)
        ),
        "one place too far: false is the number 0 and true the number 1": (
            lambda p, q: _less(p, q).roll(1, 1)
        ),
        "you compared chance with chance; compare the numbers they are chances of": (
            lambda p, q: (p < q).to(p.dtype)
        ),
        "you used the first p for the whole batch": (
            lambda p, q: _less(_of_the_first(p), q)
        ),
        "you used the first q for the whole batch": (
            lambda p, q: _less(p, _of_the_first(q))
        ),
    },
    praise="To compare is a function of two numbers as well: a sum over all pairs.",
)


def _write(memory, pointer, value):  # type: ignore[no-untyped-def]
    share = pointer.unsqueeze(2)
    return (1 - share) * memory + share * value.unsqueeze(1)


_holding = torch.stack([_sure(1, 3, 0, 2, M=4), _sure(2, 2, 3, 1, M=4)])

write = Exercise(
    name="write",
    solution=_write,
    cases=(
        Case(
            "a sure pointer: that cell holds the value, and the others what they held",
            {
                "memory": _holding,
                "pointer": _sure(2, 0, M=4),
                "value": _sure(3, 1, M=4),
            },
        ),
        Case(
            "half a pointer writes half",
            {
                "memory": _holding,
                "pointer": torch.tensor([[0.5, 0.0, 0.5, 0.0], [0.0, 1.0, 0.0, 0.0]]),
                "value": _sure(3, 0, M=4),
            },
        ),
        Case(
            "a value of which nobody is sure",
            {
                "memory": _holding[:1],
                "pointer": _sure(1, M=4),
                "value": torch.tensor([[0.25, 0.0, 0.25, 0.5]]),
            },
        ),
        Case(
            "three memories of five cells, all soft",
            {
                "memory": _spread(3, 5, 5),
                "pointer": _spread(3, 5),
                "value": _spread(3, 5),
            },
        ),
        Case(
            "as many memories as cells",
            {
                "memory": _spread(3, 3, 3),
                "pointer": _spread(3, 3),
                "value": _spread(3, 3),
            },
        ),
    ),
    mistakes={
        "what the cell held must go: keep 1 - pointer of it": (
            lambda memory, pointer, value: (
                memory + pointer.unsqueeze(2) * value.unsqueeze(1)
            )
        ),
        "you cleared all cells; where the pointer does not point, nothing changes": (
            lambda memory, pointer, value: pointer.unsqueeze(2) * value.unsqueeze(1)
        ),
        "you erased what the cell held; the value is still to be written": (
            lambda memory, pointer, value: (1 - pointer.unsqueeze(2)) * memory
        ),
        "the pointer and the value have changed places": (
            lambda memory, pointer, value: _write(memory, value, pointer)
        ),
        "the pointer chooses a row, which is a cell; you wrote into a column": (
            lambda memory, pointer, value: _write(
                memory.transpose(1, 2), pointer, value
            ).transpose(1, 2)
        ),
        "you wrote to the likeliest cell alone; each gets its share": (
            lambda memory, pointer, value: _write(memory, _likeliest(pointer), value)
        ),
        "you wrote the likeliest value; write the distribution as it is": (
            lambda memory, pointer, value: _write(memory, pointer, _likeliest(value))
        ),
        "you wrote everywhere but where the pointer points": (
            lambda memory, pointer, value: _write(memory, 1 - pointer, value)
        ),
        "you used the first pointer for the whole batch": (
            lambda memory, pointer, value: _write(memory, _of_the_first(pointer), value)
        ),
        "you used the first value for the whole batch": (
            lambda memory, pointer, value: _write(memory, pointer, _of_the_first(value))
        ),
        "you mixed in halves; the share of the new is what the pointer says": (
            lambda memory, pointer, value: torch.where(
                pointer.unsqueeze(2) > 0, (memory + value.unsqueeze(1)) / 2, memory
            )
        ),
    },
    praise="A pointer that is not sure writes a little everywhere it may point to.",
)
