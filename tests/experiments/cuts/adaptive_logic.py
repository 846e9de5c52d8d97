"""Fewer sequences, of fewer gates."""

from typing import Any

from mininet.experiments.adaptive_logic import LogicStudy
from tests.experiments.cut import shorter


def cut(study: LogicStudy) -> dict[str, Any]:
    """Steps of up to 2 gates."""
    return {
        "trials": shorter(study.trials, 2),
        "places": 2,
        "test_sequences": (20, 3),
    }
