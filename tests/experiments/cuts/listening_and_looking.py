"""Shorter words, fewer things, and few of them."""

from typing import Any

from mininet.experiments.listening_and_looking import SenseStudy
from tests.experiments.cut import shorter


def cut(study: SenseStudy) -> dict[str, Any]:
    """Words of up to 3 letters, or pictures of up to 3 things."""
    return {"trials": shorter(study.trials, 3), "length": 3, "tests": 20}
