"""The study of the nram: a run gives a row."""

from dataclasses import replace

from mininet.experiments.nram import LEAKY_MEMORY


def test_a_seed_is_trained_and_told_in_a_row():
    trial = LEAKY_MEMORY.trials["ours"]
    short = replace(trial, training=replace(trial.training, steps=2))
    study = replace(LEAKY_MEMORY, trials={"ours": short}, test_sequences=10)
    _, run = study.trained(0, "ours")
    (row,) = study.rows([study.gathered({"ours": run})])
    assert row["seeds"] == 1 and "of 1 seeds right" in row["ours"]
