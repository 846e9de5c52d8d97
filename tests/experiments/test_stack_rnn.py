"""The Stack-RNN's studies: what they train, test and tell."""

from dataclasses import replace

import pytest

from mininet.experiments import stack_rnn
from mininet.models.stack_rnn import StackRNN
from tests.experiments.cut import few

each = pytest.mark.parametrize("study", stack_rnn.STUDIES, ids=lambda study: study.name)


@each
def test_a_seed_is_trained_and_told_in_a_row_a_system(study):
    study = replace(few(study), longest=4, far=(6,))
    run = study.gathered({name: study.trained(0, name)[1] for name in study.systems})
    rows = study.rows([run])
    assert len(rows) == len(study.systems)
    assert all("of 1 seeds right" in row["ours"] for row in rows)
    assert ["rounded" in row["ours"] for row in rows] == [
        study.build(name).__class__ is StackRNN for name in study.systems
    ]
