"""Fewer tables, and fewer seeds side by side."""

from typing import Any

from mininet.experiments.neural_programmer import ProgrammerStudy
from tests.experiments.cut import shorter


def cut(study: ProgrammerStudy) -> dict[str, Any]:
    """Tables of four rows, two seeds together."""
    return {
        "trials": shorter(study.trials, 4),
        "together": 2,
        "test": (4, 2, 1),
    }
