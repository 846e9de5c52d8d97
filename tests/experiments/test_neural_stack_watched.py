"""The machines that a page carries: small, and each with its checkpoint."""

from __future__ import annotations

import pytest

from mininet import checkpoints
from mininet.experiments.neural_stack_watched import KNOWN, STUDIES
from mininet.recurrent import count_parameters


@pytest.mark.parametrize("study", STUDIES, ids=lambda study: study.name)
def test_a_watched_machine_is_small_and_its_weights_fit(study) -> None:  # type: ignore[no-untyped-def]
    trial = study.trials[study.keeps]
    model = trial.machine.build(trial.task, 0)
    assert count_parameters(model) < 16_000
    about = checkpoints.load(model, study.name)
    assert study.name in about["command"]


def test_there_is_one_machine_for_each_structure() -> None:
    assert [study.name for study in STUDIES] == [f"neural-{n}-watched" for n in KNOWN]
    assert all(study.systems == (study.keeps,) for study in STUDIES)
