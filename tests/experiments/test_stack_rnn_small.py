"""The study behind chapter 8's own training."""

from dataclasses import replace

from mininet.experiments.stack_rnn import LANGUAGE_STUDY
from mininet.experiments.stack_rnn_small import STUDIES, TRAINING
from tests.experiments.cut import few


def test_it_is_shorter_and_on_the_same_strings():
    long = LANGUAGE_STUDY.trials["anbn"].training
    assert TRAINING.steps < long.steps
    assert TRAINING.lengths.longest == long.lengths.longest
    assert TRAINING.optimiser == long.optimiser


def test_the_two_systems_differ_in_nothing_but_the_noise():
    (study,) = STUDIES
    noisy, quiet = study.trials["with noise"], study.trials["without noise"]
    assert replace(noisy, noise=(0.0, 0.0), claim=quiet.claim) == quiet != noisy


def test_a_seed_is_trained_and_told_in_a_row_a_system():
    cut = few(STUDIES[0])
    run = cut.gathered({name: cut.trained(0, name)[1] for name in cut.systems})
    rows = cut.rows([run])
    assert len(rows) == 2 and all("rounded" in row["ours"] for row in rows)
