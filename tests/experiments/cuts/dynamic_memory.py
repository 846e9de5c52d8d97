"""A few questions of our own in place of the official files."""

from dataclasses import replace
from typing import Any

from mininet.experiments.dynamic_memory import AskingStudy
from mininet.experiments.questions import Told
from tests.experiments.cut import shorter


def cut(study: AskingStudy) -> dict[str, Any]:
    """Small machines that are asked a few questions."""
    trials = list(shorter(study.trials, 1).items())[:4]
    few = {
        name: replace(
            trial,
            machine=trial.machine.but(size=4),
            source=Told(20, 10),
        )
        for name, trial in trials
    }
    return {"trials": few}
