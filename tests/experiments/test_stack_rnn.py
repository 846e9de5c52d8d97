"""The Stack-RNN's studies: what they train, test and tell."""

from dataclasses import replace

import pytest

from mininet.experiments import stack_rnn
from mininet.learning import Now
from mininet.models.stack_rnn import RoundedStackRNN, StackRNN
from tests.experiments.cut import few

each = pytest.mark.parametrize("study", stack_rnn.STUDIES, ids=lambda study: study.name)


@each
def test_a_seed_is_trained_and_told_in_a_row_a_system(study):
    study = few(study)
    run = study.gathered({name: study.trained(0, name)[1] for name in study.systems})
    rows = study.rows([run])
    assert len(rows) == len(study.systems)
    assert all("of 1 seeds right" in row["ours"] for row in rows)
    stacks = [study.trials[name].machine.kind is StackRNN for name in study.systems]
    assert ["rounded" in row["ours"] for row in rows] == stacks


@each
def test_all_systems_see_as_many_streams_of_the_same_lengths(study):
    (training,) = {
        (t.training.steps, t.training.batch_size, t.training.lengths)
        for t in study.trials.values()
    }
    assert training[2].longest < 20 and study.longest == 60


@each
def test_noise_rises_on_the_stacks_alone_and_as_the_study_says(study):
    steps = 100
    for name, trial in study.trials.items():
        model, objective = study.build(name), study.objective(name)
        if trial.machine.kind is StackRNN:
            levels = [objective.at(Now(t, steps, 0.1)).level for t in (60, 100)]
            assert levels == [study.noise[1]] * 2
        else:
            assert not hasattr(model, "noise") and not hasattr(objective, "level")


def test_a_test_asks_each_n_and_tells_the_first_that_is_wrong(monkeypatch):
    asked = []

    def spy(model, language, totals):
        asked.append((type(model), list(totals)))
        return [n for n in totals if n not in (9, 30)]

    monkeypatch.setattr(stack_rnn, "right_totals", spy)
    study = replace(few(stack_rnn.STUDIES[0]), longest=60, far=(100, 200))
    _, measured = study.trained(0, "stack-rnn")
    assert measured["share"] == pytest.approx(58 / 60)
    assert measured["first_wrong"] == 9 and measured["far"] == [100, 200]
    assert measured["rounded"]["first_wrong"] == 9
    whole, far = list(range(1, 61)), [100, 200]
    assert asked == [
        (kind, totals)
        for kind in (StackRNN, RoundedStackRNN)
        for totals in (whole, far)
    ]


def test_a_row_counts_the_seeds_that_are_right_on_every_n():
    study = stack_rnn.STUDIES[0]
    hard = {"rounded": {"share": 1.0}}
    good, bad = {"share": 1.0, "seconds": 4.0}, {"share": 0.5, "seconds": 6.0}

    def row(name, *measured):
        runs = [dict.fromkeys(study.systems, run | hard) for run in measured]
        return study.rows(runs)[list(study.systems).index(name)]

    all_good, mixed = row("stack-rnn", good, good), row("stack-rnn", good, bad)
    assert all_good["reached"] and not mixed["reached"] and mixed["seconds"] == 5
    assert mixed["ours"].startswith("1 of 2 seeds right on every string up to 60")
    assert "worst 50%" in mixed["ours"] and "rounded 2 of 2" in mixed["ours"]


def test_another_system_need_do_no_more_than_the_paper_says_on_its_best_seed():
    study = stack_rnn.STUDIES[2]
    assert study.trials["lstm"].share == pytest.approx(0.683)
    told = {}
    for best in (0.68, 0.69):
        some = [{"share": share, "seconds": 1.0} for share in (0.1, best)]
        hard = {"stack-rnn": {"share": 1.0, "seconds": 1.0, "rounded": {"share": 1.0}}}
        runs = [dict.fromkeys(study.systems, run) | hard for run in some]
        told[best] = [row["reached"] for row in study.rows(runs)]
    assert told == {0.68: [True, True, False], 0.69: [True, True, True]}
