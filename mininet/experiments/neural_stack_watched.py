"""Three small machines that a page can carry: their weights travel with its figure."""

from __future__ import annotations

from dataclasses import replace

from mininet.experiments.neural_stack import (
    SMALL,
    TRAINING,
    Asked,
    TransductionStudy,
)

KNOWN = {  # a machine, and a task that it learns
    "stack": "stack, reverse",
    "queue": "queue, copy",
    "deque": "deque, copy",
}


def watched(name: str) -> TransductionStudy:
    """A machine of the crossed table, half as large and trained as on the page."""
    system = KNOWN[name]
    trial: Asked = SMALL.trials[system]
    half = trial.machine.but(hidden_size=32)
    smaller = replace(trial, machine=half, training=TRAINING)
    return replace(
        SMALL,
        name=f"neural-{name}-watched",
        title=f"A small neural {name}, to be watched",
        trials={system: smaller},
        keeps=system,
    )


STUDIES = tuple(map(watched, KNOWN))
