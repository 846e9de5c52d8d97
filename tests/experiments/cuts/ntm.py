"""Fewer tests of the NTM's tasks."""

from typing import Any

from mininet.experiments.ntm import Case, NTMStudy
from mininet.learning import Lengths
from tests.experiments.cut import shorter


def cut(study: NTMStudy) -> dict[str, Any]:
    """One test, and lengths from which every task can be made."""
    case = Case((8,), (study.task,))
    return {
        "trials": shorter(study.trials, Lengths(6, 7)),
        "sequences": 2,
        "tests": dict.fromkeys(list(study.tests)[:1], case),
    }
