"""The table of powers: the same questions and steps for every machine."""

from dataclasses import replace

import pytest
import torch

from mininet.experiments import powers
from mininet.experiments.powers import ASKED, LONGEST, STUDIES, TASKS
from mininet.learning import Supervised
from mininet.learning.noise import RisingNoise
from tests.experiments.cut import few

torch.set_num_threads(1)
each = pytest.mark.parametrize("study", STUDIES, ids=lambda study: study.name)


@each
def test_every_machine_gets_the_same_questions_and_steps(study):
    assert tuple(study.trials) == tuple(TASKS)
    steps = {(t.training.steps, t.training.batch_size) for t in study.trials.values()}
    lengths = {
        n
        for trial in study.trials.values()
        for step in range(1, 200)
        for n in trial.training.lengths_at(step, seed=step)
    }
    assert steps == {(powers.TRAINING.steps, powers.TRAINING.batch_size)}
    assert max(lengths) <= LONGEST < min(ASKED)


def test_a_machine_is_asked_at_every_length_on_its_seeds_own_questions(monkeypatch):
    asked = []

    def spy(model, objective, *, length, sequences, seed):
        asked.append((getattr(model, "locations", None), length, sequences, seed))
        return {"right": length / 100, "symbols_right": 1.0}

    monkeypatch.setattr(powers, "evaluate", spy)
    by_name = {study.name: study for study in STUDIES}
    for name, rows in (("powers-rnn", None), ("powers-ntm", powers.LOCATIONS)):
        asked.clear()
        study = replace(few(by_name[name]), tests=(20, 40), sequences=3)
        _, run = study.trained(7, "parity")
        assert asked == [(rows, n, 3, 7) for n in (LONGEST, 20, 40)]
        assert (run["short"], run["right"]) == pytest.approx((LONGEST / 100, 0.3))
        assert run["by_length"] == [0.2, 0.4]


def test_a_machine_with_noise_trains_with_it_and_another_without():
    objectives = {study.name: study.objective(TASKS["copy"]) for study in STUDIES}
    assert isinstance(objectives["powers-rnn"], Supervised)
    noisy = objectives["powers-ntm"]
    assert isinstance(noisy, RisingNoise) and (noisy.quiet, noisy.loud) == (0.5, 1.2)


def test_a_row_counts_the_seeds_that_learned():
    (study,) = [one for one in STUDIES if one.name == "powers-rnn"]
    runs = [
        {name: {"right": right, "seconds": 2.0} for name in TASKS}
        for right in (1.0, 0.99, 0.98)
    ]
    (row,) = study.rows(runs)
    assert "seeds of 3 with 99% of answers right: copy 2; reverse 2" in row["ours"]
    assert (row["seeds"], row["seconds"]) == (3, 2.0 * len(TASKS))
