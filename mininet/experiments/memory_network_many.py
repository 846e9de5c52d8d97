"""Studies of many machines that answer questions, with less kept of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mininet.experiments.memory_network import ReadingStudy
from mininet.studies import Run

KEPT = ("seconds", "steps", "errors", "training_error", "elsewhere")


@dataclass(frozen=True, kw_only=True)
class ManyStudy(ReadingStudy):
    """Machines that learn to answer questions; of how they learned, the end is kept."""

    def gathered(self, measured: Mapping[str, Run]) -> Run:
        """The errors, what it took, and the loss in the end."""
        return {
            system: {
                **{name: run[name] for name in KEPT if name in run},
                "loss": run["losses"][-1],
            }
            for system, run in measured.items()
        }
