"""The studies of the neural stack: what is trained, and when it is as in the paper."""

from dataclasses import replace

import pytest
import torch

from mininet.experiments.neural_stack import PAPER, SMALL, TRAINING, as_the_paper
from mininet.experiments.neural_stack_paper import ONE_END
from mininet.experiments.neural_stack_without import WITHOUT
from mininet.tasks.transduction import Copying
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


def test_at_the_papers_size_those_are_asked_that_the_papers_learn():
    assert all(trial.paper == 1 for trial in ONE_END.trials.values())
    for trial in ONE_END.trials.values():
        lengths = trial.training.lengths
        assert (lengths.shortest, lengths.longest) == (8, 64)
        assert trial.task.symbols == 128
    assert min(ONE_END.lengths) > 64 and max(ONE_END.lengths) == 128


def test_each_deque_lacks_one_thing_and_all_else_is_the_same():
    whole = replace(SMALL.trials["deque, copy"], training=TRAINING)
    for what, trial in WITHOUT.trials.items():
        assert trial.claim.system == f"neural deque, {what}"
        assert trial.machine.as_json() != whole.machine.as_json()
        claim, machine = whole.claim, whole.machine
        assert replace(trial, claim=claim, machine=machine) == whole


def test_the_usual_first_weights_are_those_of_torch():
    size = WITHOUT.trials["usual first weights"].machine.sizes
    model = WITHOUT.trials["usual first weights"].machine.build(Copying(16), 0)
    usual = torch.nn.Linear(*model.controller.read.weight.shape[::-1]).weight.std()
    assert size["input_scale"] == pytest.approx(usual.item(), rel=0.05)
