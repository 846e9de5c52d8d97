"""Checks for the chapter on memory networks: word order, and two hops."""

from __future__ import annotations

import torch

from mininet.exercises.checking import Case, Exercise

_source = torch.Generator().manual_seed(0)


def _random(*shape):  # type: ignore[no-untyped-def]
    return torch.randn(shape, generator=_source)


def _from_one(n):  # type: ignore[no-untyped-def]
    return torch.arange(1, n + 1) / n


def _order(J, d):  # type: ignore[no-untyped-def]
    place, number = _from_one(J)[:, None], _from_one(d)
    return (1 - place) - number * (1 - 2 * place)


def _order_from_zero(J, d):  # type: ignore[no-untyped-def]
    place, number = torch.arange(J)[:, None] / J, torch.arange(d) / d
    return (1 - place) - number * (1 - 2 * place)


def _order_to_one_less(J, d):  # type: ignore[no-untyped-def]
    place = torch.arange(J)[:, None] / max(J - 1, 1)
    number = torch.arange(d) / max(d - 1, 1)
    return (1 - place) - number * (1 - 2 * place)


word_order = Exercise(
    name="word_order",
    solution=_order,
    cases=(
        Case("two words, two numbers", {"J": 2, "d": 2}),
        Case("three words, one number: only the last term is left", {"J": 3, "d": 1}),
        Case("one word alone", {"J": 1, "d": 4}),
        Case("more words than numbers", {"J": 6, "d": 3}),
        Case("more numbers than words", {"J": 3, "d": 5}),
        Case("a long sentence", {"J": 11, "d": 20}),
    ),
    mistakes={
        "you counted from 0; the paper counts words and numbers from 1": (
            _order_from_zero
        ),
        "you ran from 0 to 1; with j and k from 1, divide by J and d": (
            _order_to_one_less
        ),
        "rows are words: the result is (J, d), not (d, J)": lambda J, d: _order(J, d).T,
        "this is a bag of words: every weight is 1": lambda J, d: torch.ones(J, d),
        "you left out the second term, so all numbers weigh words alike": (
            lambda J, d: (1 - _from_one(J))[:, None].expand(J, d)
        ),
        "the second term is taken away, not added": lambda J, d: (
            (1 - _from_one(J))[:, None] + _from_one(d) * (1 - 2 * _from_one(J))[:, None]
        ),
        "inside the second bracket stands 2j/J; you left out the 2": lambda J, d: (
            (1 - _from_one(J))[:, None] - _from_one(d) * (1 - _from_one(J))[:, None]
        ),
        "you weighed the last words as the first: the sentence runs backwards": (
            lambda J, d: _order(J, d).flip(0)
        ),
        "these weights are doubled, as in the network; the exercise asks for l": (
            lambda J, d: 2 * _order(J, d)
        ),
    },
    praise="Two words that swap their places now leave another vector.",
)


def _attention(u, m, told):  # type: ignore[no-untyped-def]
    return torch.softmax((m @ u).masked_fill(~told, -1e9), 0) * told


def _hops(u, matched, read, told):  # type: ignore[no-untyped-def]
    return _any_hops(u, matched, read, told, _attention)


def _any_hops(u, matched, read, told, attention, join=torch.add):  # type: ignore[no-untyped-def]
    looked = []
    for m, c in zip(matched, read, strict=True):
        p = attention(u, m, told)
        u = join(u, p @ c)
        looked.append(p)
    return torch.stack(looked), u


def _asking_the_same(u, matched, read, told):  # type: ignore[no-untyped-def]
    looked = torch.stack([_attention(u, m, told) for m in matched])
    return looked, u + sum(p @ c for p, c in zip(looked, read, strict=True))


def _only_the_last_read(u, matched, read, told):  # type: ignore[no-untyped-def]
    looked, _ = _hops(u, matched, read, told)
    return looked, u + looked[-1] @ read[-1]


def _hard(u, m, told):  # type: ignore[no-untyped-def]
    best = (m @ u).masked_fill(~told, -1e9).argmax()
    return torch.nn.functional.one_hot(best, len(m)).to(m) * told


def _exponentials(u, m, told):  # type: ignore[no-untyped-def]
    e = torch.exp(m @ u) * told
    return e / e.sum().clamp_min(1e-9)


_eye = torch.eye(3)
_whole = torch.tensor([True, True, True])
_chain = torch.stack([20 * _eye, 20 * _eye])  # found: what the next hop asks for
_next = torch.stack([_eye.roll(1, 1) - _eye, _eye.roll(1, 1) - _eye])


def _two(N, d):  # type: ignore[no-untyped-def]
    return {"u": _random(d), "matched": _random(2, N, d), "read": _random(2, N, d)}


two_hops = Exercise(
    name="two_hops",
    solution=_hops,
    cases=(
        Case(
            "each thing found asks for the next one",
            {"u": _eye[0], "matched": _chain, "read": _next, "told": _whole},
        ),
        Case(
            "three sentences, all told",
            {**_two(3, 2), "told": _whole},
        ),
        Case(
            "the last place holds no sentence",
            {**_two(3, 4), "told": torch.tensor([True, True, False])},
        ),
        Case(
            "one sentence alone gets all attention",
            {**_two(3, 2), "told": torch.tensor([True, False, False])},
        ),
        Case(
            "nothing was told: attention 0, and u stays",
            {**_two(3, 2), "told": torch.tensor([False, False, False])},
        ),
        Case(
            "scores in the hundreds",
            {
                "u": torch.tensor([300.0, 0.0]),
                "matched": torch.tensor([[[1.0, 0], [0, 1]], [[0, 1], [1, 0]]]),
                "read": torch.tensor([[[1.0, 2], [3, 4]], [[5, 6], [7, 8]]]),
                "told": torch.tensor([True, True]),
            },
        ),
        Case(
            "six sentences of five numbers, four told",
            {**_two(6, 5), "told": torch.arange(6) < 4},
        ),
    ),
    mistakes={
        "your second hop asks what the first one asked; give it u + o": (
            _asking_the_same
        ),
        "you lost what the first hop found; u keeps growing": _only_the_last_read,
        "places where nothing was told get attention": lambda u, matched, read, told: (
            _hops(u, matched, read, torch.ones_like(told))
        ),
        "you took the softmax before the mask, so the rest sums to less than 1": (
            lambda u, matched, read, told: _any_hops(
                u, matched, read, told, lambda u, m, told: (m @ u).softmax(0) * told
            )
        ),
        "you read what was matched; what is read is another embedding": (
            lambda u, matched, read, told: _hops(u, matched, matched, told)
        ),
        "you matched and read the wrong way round": (
            lambda u, matched, read, told: _hops(u, read, matched, told)
        ),
        "you put o in the place of u; add it": lambda u, matched, read, told: _any_hops(
            u, matched, read, told, _attention, lambda u, o: o
        ),
        "this is a hard max; take the softmax": lambda u, matched, read, told: (
            _any_hops(u, matched, read, told, _hard)
        ),
        "there is no softmax: the scores themselves are your attention": (
            lambda u, matched, read, told: _any_hops(
                u, matched, read, told, lambda u, m, told: (m @ u) * told
            )
        ),
        "large scores overflow; torch.softmax takes the largest away first": (
            lambda u, matched, read, told: _any_hops(
                u, matched, read, told, _exponentials
            )
        ),
        "where nothing is told, a softmax still gives shares; multiply by told": (
            lambda u, matched, read, told: _any_hops(
                u,
                matched,
                read,
                told,
                lambda u, m, told: (m @ u).masked_fill(~told, -1e9).softmax(0),
            )
        ),
    },
    praise="What one hop finds is what the next one asks: that is reasoning in steps.",
)
