"""A deque that copies as on the page, without what makes it learn, one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mininet.experiments.neural_stack import (
    MACHINES,
    SMALL,
    TRAINING,
    TransductionStudy,
)

COPY = SMALL.trials["deque, copy"]
CHANGES: Mapping[str, dict[str, Any]] = {
    "both ends alike": {"push_bias": (0.0, 0.0), "pop_bias": (0.0, 0.0)},
    "usual first weights": {"input_scale": 0.08, "scale": 1.0},
    "no noise": {"noise": 0.0},
}
WITHOUT = TransductionStudy(
    name="neural-stack-without",
    title="Copying with a deque, without what makes it learn",
    trials={
        what: replace(
            COPY,
            machine=MACHINES["deque"].but(**change),
            training=TRAINING,
            claim=replace(COPY.claim, system=f"neural deque, {what}"),
        )
        for what, change in CHANGES.items()
    },
    lengths=SMALL.lengths,
    sequences=SMALL.sequences,
)
STUDIES = (WITHOUT,)
