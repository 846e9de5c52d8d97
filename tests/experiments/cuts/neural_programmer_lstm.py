"""Two steps, and shorter tables."""

from typing import Any

from mininet.experiments.neural_programmer_lstm import ReadingStudy
from tests.experiments.cut import shorter


def cut(study: ReadingStudy) -> dict[str, Any]:
    """Tables of three and four rows."""
    return {
        "trials": shorter(study.trials, 4),
        "rows_asked": (3, 4),
        "tables": 2,
    }
