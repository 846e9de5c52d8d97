"""Checks for the chapter on dynamic memory: what a pass keeps, and where to look."""

from __future__ import annotations

import torch

from mininet.exercises.checking import Case, Exercise

_source = torch.Generator().manual_seed(0)


def _numbers(*values):  # type: ignore[no-untyped-def]
    return torch.tensor(values)


def _kept(gates):  # type: ignore[no-untyped-def]
    """What the gates after each fact leave of it."""
    left = (1 - gates).flip(0).cumprod(0).flip(0)  # from each gate on, itself too
    return torch.cat([left[1:], torch.ones(1)])


def _shares(gates):  # type: ignore[no-untyped-def]
    return gates * _kept(gates)


shares = Exercise(
    name="shares",
    solution=_shares,
    cases=(
        Case("one open gate takes all", {"gates": _numbers(0.0, 1.0, 0.0)}),
        Case("of two open gates the later one", {"gates": _numbers(1.0, 0.0, 1.0)}),
        Case("two gates half open", {"gates": _numbers(0.5, 0.5)}),
        Case("an open gate, then one half open", {"gates": _numbers(1.0, 0.5)}),
        Case("all closed", {"gates": _numbers(0.0, 0.0, 0.0)}),
        Case("one fact", {"gates": _numbers(0.3)}),
        Case(
            "a gate of 1, then of a half, a third, a quarter",
            {"gates": _numbers(1.0, 1 / 2, 1 / 3, 1 / 4)},
        ),
        Case("six facts", {"gates": torch.rand(6, generator=_source)}),
    ),
    mistakes={
        "these are the gates; what a later gate lets in takes from what was there": (
            lambda gates: gates
        ),
        "you let the gates before a fact take from it; those after it do": (
            lambda gates: _shares(gates.flip(0)).flip(0)
        ),
        "a fact's own gate lets it in; only those after it take away": (
            lambda gates: gates * (1 - gates) * _kept(gates)
        ),
        "this is what would be left of a whole fact; its own gate let in less": _kept,
        "shares need not sum to 1: what no gate takes up is not there": (
            lambda gates: _shares(gates) / _shares(gates).sum()
        ),
        "only the next gate takes away here; all later ones do": (
            lambda gates: gates * torch.cat([1 - gates[1:], torch.ones(1)])
        ),
        "gates are no scores: no softmax, each is open or closed on its own": (
            lambda gates: gates.softmax(0)
        ),
    },
    praise="A gate lets in, and lets the rest fade: attention that knows the order.",
)


def _gate_cost(scores, facts):  # type: ignore[no-untyped-def]
    shares = scores.log_softmax(1)
    return -sum(
        (shares[k, n] for k, n in enumerate(facts[: len(scores)])), torch.zeros(())
    )


def _plain_shares(scores, facts):  # type: ignore[no-untyped-def]
    shares = scores.softmax(1)
    return -sum(
        (shares[k, n] for k, n in enumerate(facts[: len(scores)])), torch.zeros(())
    )


_two = _numbers([2.0, 0.0, -1.0, 0.5], [0.0, 1.0, 3.0, 0.0])
_three = torch.randn(3, 5, generator=_source)

gate_cost = Exercise(
    name="gate_cost",
    solution=_gate_cost,
    cases=(
        Case("one pass, one fact", {"scores": _two[:1], "facts": [0]}),
        Case("two passes, each with its fact", {"scores": _two, "facts": [0, 2]}),
        Case("the later fact has to be found first", {"scores": _two, "facts": [3, 1]}),
        Case("a pass that has no fact left", {"scores": _two, "facts": [0]}),
        Case("more facts than passes", {"scores": _two, "facts": [0, 2, 1]}),
        Case("three passes, five sentences", {"scores": _three, "facts": [4, 1, 2]}),
        Case("three passes, two facts", {"scores": _three, "facts": [3, 0]}),
        Case(
            "scores so far apart that a share of the attention is zero",
            {"scores": _numbers([200.0, 0.0], [0.0, -200.0]), "facts": [1, 1]},
        ),
    ),
    mistakes={
        "you ask every pass for the first fact; pass k has to find the k-th": (
            lambda scores, facts: _gate_cost(scores, [facts[0]] * len(scores))
        ),
        "you took the facts in the order they were told; take that of `facts`": (
            lambda scores, facts: _gate_cost(scores, sorted(facts))
        ),
        "a pass for which no fact is left costs nothing": (
            lambda scores, facts: _gate_cost(
                scores, [*facts, *[facts[-1]] * (len(scores) - len(facts))]
            )
        ),
        "a surprise is minus the logarithm: it is never below zero": (
            lambda scores, facts: -_gate_cost(scores, facts)
        ),
        "you added up shares; a surprise is minus a share's logarithm": _plain_shares,
        "these are the scores themselves; the softmax makes shares of them": (
            lambda scores, facts: (
                -sum(
                    (scores[k, n] for k, n in enumerate(facts[: len(scores)])),
                    torch.zeros(()),
                )
            )
        ),
        "you divided by the number of passes; add them up": (
            lambda scores, facts: _gate_cost(scores, facts) / len(scores)
        ),
        "this is the mean over passes; add them up": (
            lambda scores, facts: _gate_cost(scores, facts) / len(facts[: len(scores)])
        ),
        "attention is shared among the sentences of a pass, not among the passes": (
            lambda scores, facts: (
                -sum(
                    (
                        scores.log_softmax(0)[k, n]
                        for k, n in enumerate(facts[: len(scores)])
                    ),
                    torch.zeros(()),
                )
            )
        ),
        "you ask every pass for all facts; each has only one to find": (
            lambda scores, facts: torch.stack(
                [
                    _gate_cost(scores[k : k + 1], [n])
                    for k in range(len(scores))
                    for n in facts
                ]
            ).sum()
        ),
    },
    praise="One fact a pass, in the order of the reasoning, and not a word on how.",
)
