"""What each part of MemN2N is good for: hops, word order, linear start, noise on time.

All combinations learn six tasks of our own world at once, in a short training that is
the same for all. Settings were chosen with seeds from 100 on; results are of seeds
from 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from mininet.experiments.memory_network import (
    MEMORY,
    Reading,
    claim,
    paper_mean,
)
from mininet.experiments.memory_network_many import ManyStudy
from mininet.experiments.questions import Told
from mininet.learning import Optimiser, Scoring, Training
from mininet.models.memory_network import BagOfWords, MemN2N
from mininet.studies import Machine, Run

SIX = (1, 2, 4, 14, 16, 18)  # facts: one, two; word order; time; three facts; sizes
START = Training(
    steps=700,
    lengths=1,
    batch_size=64,
    optimiser=Optimiser(4e-3, warmup=0.05),
    scoring=Scoring(times=1, size=200),
)
REST = replace(START, steps=1300)
WHOLE = replace(START, steps=START.steps + REST.steps)


def named(hops: int, order: bool, start: bool, noise: bool) -> str:
    """A combination's name, such as `3 PE RN`."""
    parts = (("PE", order), ("LS", start), ("RN", noise))
    return " ".join([str(hops), *(name for name, there in parts if there)])


def combination(hops: int, order: bool, start: bool, noise: bool) -> Reading:
    """A machine with these parts."""
    kind = MemN2N if order else BagOfWords
    return Reading(
        Machine(kind, hops=hops, memory=MEMORY, noise=0.1 if noise else 0.0),
        REST if start else WHOLE,
        claim(
            f"six tasks of our generator, {named(hops, order, start, noise)}",
            "hops, word order, linear start and noise on time each help",
        ),
        Told(),
        tasks=SIX,
        start=START if start else None,
        goal=paper_mean("MemN2N", SIX),
    )


@dataclass(frozen=True, kw_only=True)
class AblationStudy(ManyStudy):
    """All combinations; the table of results has those with all parts."""

    def rows(self, runs: Sequence[Run]) -> list[dict[str, Any]]:
        """A row for each number of hops."""
        whole = {n: t for n, t in self.trials.items() if n.endswith("PE LS RN")}
        return ManyStudy.rows(replace(self, trials=whole), runs)


ABLATION = AblationStudy(
    name="memory-network-ablation",
    title="Hops, position encoding, linear start and random noise on six tasks",
    trials={
        named(hops, order, start, noise): combination(hops, order, start, noise)
        for hops in (1, 2, 3)
        for order in (False, True)
        for start in (False, True)
        for noise in (False, True)
    },
)
STUDIES = (ABLATION,)
