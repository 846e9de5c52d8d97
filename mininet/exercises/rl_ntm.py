"""Checks for the chapter on the rl ntm: fading, and how long a half lasts."""

from __future__ import annotations

import numpy as np

from mininet.exercises.checking import Case, Exercise


def _fade(kept, x, share):  # type: ignore[no-untyped-def]
    return share * kept + (1 - share) * x


fade = Exercise(
    name="fade",
    solution=_fade,
    cases=(
        Case(
            "what is kept whole lets nothing in",
            {"kept": np.array([1.0, -2.0]), "x": np.array([5.0, 5.0]), "share": 1.0},
        ),
        Case(
            "a quarter kept is three quarters new",
            {"kept": np.array([4.0, 0.0]), "x": np.array([0.0, 8.0]), "share": 0.25},
        ),
    ),
    mistakes={
        "you exchanged what is kept and what is new": (
            lambda kept, x, share: (1 - share) * kept + share * x
        ),
        "the new is let in by one less the share": (
            lambda kept, x, share: share * kept + x
        ),
    },
    praise="One line, and the whole of the memory.",
)


def _half_life(share):  # type: ignore[no-untyped-def]
    return np.log(0.5) / np.log(share)


half_life = Exercise(
    name="half_life",
    solution=_half_life,
    cases=(
        Case("half kept a step is half left after one", {"share": 0.5}),
        Case("a longer memory has a longer half-life", {"share": 0.99}),
    ),
    mistakes={
        "one over the loss is the time to a share of 1/e, not to a half": (
            lambda share: 1 / (1 - share)
        ),
        "it is upside down: divide the logarithm of a half by that of the share": (
            lambda share: np.log(share) / np.log(0.5)
        ),
    },
    praise="A share just under 1 is a long memory.",
)
