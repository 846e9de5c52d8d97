"""Checks for chapter 2: the cell, the bias for a memory, the gradient on its way."""

from __future__ import annotations

import torch

from mininet.exercises.checking import Case, Exercise


def _gates(**values):  # type: ignore[no-untyped-def]
    return {name: torch.tensor(value) for name, value in values.items()}


def _update(c, f, i, g, o):  # type: ignore[no-untyped-def]
    kept = f * c + i * g
    return o * torch.tanh(kept), kept


update = Exercise(
    name="update",
    solution=_update,
    cases=(
        Case(
            "with the forget gate at 1 and the input gate at 0 the content stays",
            _gates(
                c=[0.5, -2.0], f=[1.0, 1.0], i=[0.0, 0.0], g=[0.3, 0.7], o=[1.0, 1.0]
            ),
        ),
        Case(
            "with the forget gate at 0 and the input gate at 1 the candidate is kept",
            _gates(
                c=[0.5, -2.0], f=[0.0, 0.0], i=[1.0, 1.0], g=[0.3, 0.7], o=[1.0, 1.0]
            ),
        ),
        Case(
            "a shut output gate shows nothing, and the content is kept all the same",
            _gates(c=[1.0], f=[0.9], i=[0.5], g=[0.8], o=[0.0]),
        ),
        Case(
            "all gates act together",
            _gates(
                c=[1.0, 0.4], f=[0.9, 0.2], i=[0.5, 0.1], g=[0.8, -1.0], o=[0.3, 0.7]
            ),
        ),
        Case(
            "what is kept may grow beyond 1",
            _gates(
                c=[3.0, -2.0, 0.1],
                f=[1.0, 0.9, 0.0],
                i=[1.0, 0.6, 0.3],
                g=[0.9, -0.7, 0.2],
                o=[0.5, 1.0, 0.9],
            ),
        ),
    ),
    mistakes={
        "forget and input gate have changed places": (
            lambda c, f, i, g, o: _update(c, i, f, g, o)
        ),
        "you show the content itself; squeeze it with tanh first": (
            lambda c, f, i, g, o: (o * (f * c + i * g), f * c + i * g)
        ),
        "the order of the results is (shown, kept)": (
            lambda c, f, i, g, o: _update(c, f, i, g, o)[::-1]
        ),
        "you show the old content; show the new one": (
            lambda c, f, i, g, o: (o * torch.tanh(c), f * c + i * g)
        ),
    },
    praise="Everything else in an LSTM decides what these gates should be.",
)


def _bias_for(k):  # type: ignore[no-untyped-def]
    keep = torch.tensor(0.5, dtype=torch.float64) ** (1 / k)
    return torch.logit(keep)


bias_for = Exercise(
    name="bias_for",
    solution=_bias_for,
    cases=(
        Case("half is left after one step when the gate is one half", {"k": 1}),
        Case("after two steps each may take the root of a half", {"k": 2}),
        Case("a longer memory needs a larger bias", {"k": 10}),
        Case("and a hundred steps about 5", {"k": 100}),
        Case("a thousand more than 7", {"k": 1000}),
    ),
    mistakes={
        "you found the gate; now find the bias whose sigmoid it is": (
            lambda k: 0.5 ** (1 / k)
        ),
        "one step keeps the k-th root of a half, not 1 - 1/k": (
            lambda k: torch.logit(torch.tensor(1 - 1 / k, dtype=torch.float64))
        ),
        "the bias should be positive for a gate above one half; check the sign": (
            lambda k: -_bias_for(k)
        ),
        "you took the root of the wrong thing: the gate is 0.5 to the power 1/k": (
            lambda k: torch.logit(torch.tensor(0.5, dtype=torch.float64) ** k)
        ),
    },
    praise="For large k it is close to log(k / log 2).",
    tolerance=1e-3,
)


def _along_cell(forgets):  # type: ignore[no-untyped-def]
    after = torch.cat([forgets[1:], torch.ones(1)])  # the gates still to come
    return after.flip(0).cumprod(0).flip(0)


along_cell = Exercise(
    name="along_cell",
    solution=_along_cell,
    cases=(
        Case(
            "with all gates at 1 nothing fades",
            {"forgets": torch.ones(4)},
        ),
        Case(
            "the last content depends on itself with slope 1",
            {"forgets": torch.tensor([0.5, 0.5, 0.5])},
        ),
        Case(
            "each gate acts on all contents before it, and on none after",
            {"forgets": torch.tensor([0.2, 0.9, 0.5, 0.7, 0.6])},
        ),
        Case(
            "a gate at 0 cuts off all that came before it",
            {"forgets": torch.tensor([0.9, 0.8, 0.0, 0.7])},
        ),
        Case(
            "and so does the last one, but not the last content itself",
            {"forgets": torch.tensor([0.9, 0.8, 0.0])},
        ),
        Case("a single step", {"forgets": torch.tensor([0.3])}),
    ),
    mistakes={
        "you multiplied from the start; what matters are the gates still to come": (
            lambda forgets: forgets.cumprod(0)
        ),
        "the gate of step t acts on the content before it, not on c[t]: leave it out": (
            lambda forgets: forgets.flip(0).cumprod(0).flip(0)
        ),
        "you added the gates; they act one after the other, so multiply": (
            lambda forgets: (
                torch.cat([forgets[1:], torch.zeros(1)]).flip(0).cumsum(0).flip(0)
            )
        ),
        "you divide by a product that a gate at 0 makes 0; multiply from the end": (
            lambda forgets: forgets.prod() / forgets.cumprod(0)
        ),
    },
    praise="The product of the last chapter, with factors the network chooses.",
)
