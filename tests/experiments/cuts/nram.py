"""Shorter arrays, few memories, and fewer seeds side by side."""

from typing import Any

from mininet.experiments.nram import ArrayStudy
from mininet.learning import Lengths
from tests.experiments.cut import shorter


def cut(study: ArrayStudy) -> dict[str, Any]:
    """Arrays of two or three numbers, two seeds together."""
    return {
        "trials": shorter(study.trials, Lengths(2, 3)),
        "together": 2,
        "lengths": (3, 5),
        "memories": 2,
    }
