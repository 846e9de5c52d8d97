"""Fewer questions of fewer tasks, all of them from our own world."""

from dataclasses import replace
from typing import Any

from mininet.experiments.memory_network import ReadingStudy
from mininet.experiments.questions import Told
from tests.experiments.cut import short


def cut(study: ReadingStudy) -> dict[str, Any]:
    """At most two tasks and two systems."""
    few = Told(count=6, tests=4)
    trials = list(study.trials.items())[-2:]
    return {
        "trials": {
            name: replace(
                trial,
                source=few,
                elsewhere=trial.elsewhere and few,
                tasks=trial.tasks[:2],
                start=trial.start and short(trial.start, 1),
                training=short(trial.training, 1),
            )
            for name, trial in trials
        }
    }
