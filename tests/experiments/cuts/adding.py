"""Fewer tests of the adding problem."""

from typing import Any

from mininet.experiments.adding import AddingStudy
from mininet.studies import Study


def cut(study: Study) -> dict[str, Any]:
    """Ten sequences, and one other length."""
    others = {"other_lengths": (6,)} if isinstance(study, AddingStudy) else {}
    return {"test_sequences": 10, **others}
