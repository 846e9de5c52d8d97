"""Fewer questions, of fewer bits."""

from typing import Any

from mininet.experiments.adaptive_computation import ParityStudy
from tests.experiments.cut import shorter


def cut(study: ParityStudy) -> dict[str, Any]:
    """Questions of up to 4 bits."""
    return {
        "trials": shorter(study.trials, 4),
        "places": 4,
        "test_questions": (20, 3),
    }
