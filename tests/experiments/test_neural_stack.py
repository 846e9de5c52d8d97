"""The studies of the neural stack: what is trained, and when it is as in the paper."""

from dataclasses import replace

import pytest
import torch

from mininet.experiments.neural_stack import PAPER, SMALL, as_the_paper
from tests.experiments.cut import few

torch.set_num_threads(1)


def test_every_machine_is_asked_every_task():
    for name, trial in SMALL.trials.items():
        machine, task = name.split(", ")
        assert trial.claim.system.endswith(machine)
        assert trial.claim.task.startswith(task)
    assert len(SMALL.trials) == 8


@pytest.mark.parametrize(
    ("task", "learned"),
    [("copy", {"queue", "deque"}), ("reverse", {"stack", "deque"})],
)
def test_the_papers_pattern_is_crossed(task, learned):
    assert {
        name.partition(",")[0]
        for name, trial in SMALL.trials.items()
        if name.endswith(task) and trial.paper == 1
    } == learned


def test_the_papers_numbers_are_shares_and_no_more_is_right_as_a_whole():
    for numbers in PAPER.values():
        assert all(0 <= coarse <= fine <= 1 for coarse, fine in numbers)


@pytest.mark.parametrize(
    ("paper", "ours", "as_it"),
    [
        (1.0, [0.99, 1.0], True),
        (1.0, [0.98, 1.0], False),
        (0.93, [0.94, 0.93], True),
        (0.93, [0.92, 1.0], False),
        (0.0, [0.0, 0.4], True),
        (0.0, [0.0, 0.6], False),
    ],
)
def test_a_machine_does_as_the_papers_if_it_learns_or_fails_as_it_does(
    paper, ours, as_it
):
    assert as_the_paper(paper, ours) == as_it


def test_a_row_counts_the_seeds_that_learned():
    run = {"coarse": 1.0, "fine": 1.0, "seconds": 2.0}
    worse = {"coarse": 0.9, "fine": 0.95, "seconds": 4.0}
    names = list(SMALL.trials)
    runs = [dict.fromkeys(names, one) for one in (run, worse, run)]
    rows = dict(zip(names, SMALL.rows(runs), strict=True))
    row = rows["queue, copy"]
    assert row["ours"].startswith("2 of 3 seeds") and row["seeds"] == 3
    assert not row["reached"] and row["seconds"] == 2.0


def test_the_model_of_a_trial_is_trained_on_the_task_of_its_trial():
    study = few(SMALL)
    trial = study.trials["stack, copy"]
    model, measured = study.trained(0, "stack, copy")
    assert type(model).__name__ == "NeuralStack" and model.noise == 2.0
    other = replace(trial, task=study.trials["stack, reverse"].task)
    changed = replace(study, trials={"it": other}).trained(0, "it")[1]
    assert changed["losses"] != measured["losses"]
