"""Fewer words of the formal languages."""

from dataclasses import replace
from typing import Any

from mininet.experiments.stack_rnn import LanguagesStudy
from tests.experiments.cut import shorter


def cut(study: LanguagesStudy) -> dict[str, Any]:
    """Words up to n = 4, and one far one."""
    trials = shorter(study.trials, 4).items()
    far = {name: replace(trial, far=(6,)) for name, trial in trials}
    return {"trials": far, "longest": 4}
