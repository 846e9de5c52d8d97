"""The Stack-RNN's studies: what they train, test and tell."""

from dataclasses import replace

import pytest

from mininet.experiments import stack_rnn
from mininet.experiments.stack_rnn import LANGUAGE_STUDY, RIVALS_STUDY
from mininet.learning import Now
from mininet.models.stack_rnn import RoundedStackRNN, StackRNN
from mininet.tasks.formal_languages import LANGUAGES
from tests.experiments.cut import few


def only(study, *systems):
    """The same study of fewer systems."""
    return replace(study, trials={name: study.trials[name] for name in systems})


def test_a_seed_is_trained_and_told_in_a_row_a_system():
    for study in (
        only(LANGUAGE_STUDY, "anbn", "anbmcn+m"),
        only(RIVALS_STUDY, "anbncn rnn", "anbncn lstm"),
    ):
        cut = few(study)
        run = cut.gathered({name: cut.trained(0, name)[1] for name in cut.systems})
        rows = cut.rows([run])
        assert len(rows) == 2
        assert all("of 1 seeds right" in row["ours"] for row in rows)
        stacks = [trial.machine.kind is StackRNN for trial in study.trials.values()]
        assert ["rounded" in row["ours"] for row in rows] == stacks


def test_all_systems_learn_in_the_same_training():
    trainings = [
        trial.training for study in stack_rnn.STUDIES for trial in study.trials.values()
    ]
    assert all(training == trainings[0] for training in trainings)
    assert trainings[0].lengths.longest < 20 and LANGUAGE_STUDY.longest == 60


def test_every_language_has_the_stack_rnn_in_one_configuration_and_two_rivals():
    ours = LANGUAGE_STUDY.trials
    assert {name: trial.language for name, trial in ours.items()} == LANGUAGES
    shared = [(trial.machine, trial.noise) for trial in ours.values()]
    assert len(set(shared)) == 1
    for name, language in LANGUAGES.items():
        for rival in ("rnn", "lstm"):
            assert RIVALS_STUDY.trials[f"{name} {rival}"].language is language


def test_noise_rises_on_the_stacks_alone_and_as_the_study_says():
    def level(study, system, step):
        return study.objective(system).at(Now(step, 100, 0.1)).level

    _, loud = LANGUAGE_STUDY.trials["anbn"].noise
    assert level(LANGUAGE_STUDY, "anbn", 100) == loud > level(LANGUAGE_STUDY, "anbn", 1)
    assert not hasattr(RIVALS_STUDY.objective("anbn lstm"), "level")


def test_a_test_asks_each_n_and_tells_the_first_that_is_wrong(monkeypatch):
    asked = []

    def spy(model, language, totals):
        asked.append((type(model), list(totals)))
        return [n for n in totals if n not in (9, 30)]

    monkeypatch.setattr(stack_rnn, "right_totals", spy)
    study = replace(few(only(LANGUAGE_STUDY, "anbn")), longest=60)
    trial = replace(study.trials["anbn"], far=(100, 200))
    _, measured = replace(study, trials={"anbn": trial}).trained(0, "anbn")
    assert measured["share"] == pytest.approx(58 / 60)
    assert measured["first_wrong"] == 9 and measured["far"] == [100, 200]
    assert measured["rounded"]["first_wrong"] == 9
    whole, far = list(range(1, 61)), [100, 200]
    assert asked == [
        (kind, totals)
        for kind in (StackRNN, RoundedStackRNN)
        for totals in (whole, far)
    ]


GOOD = {"share": 1.0, "seconds": 4.0, "rounded": {"share": 1.0}}
BAD = {"share": 0.5, "seconds": 6.0, "rounded": {"share": 1.0}}


def test_a_row_counts_the_seeds_that_are_right_on_every_n():
    study = only(LANGUAGE_STUDY, "anbn")
    (good,) = study.rows([{"anbn": GOOD}, {"anbn": GOOD}])
    (mixed,) = study.rows([{"anbn": GOOD}, {"anbn": BAD}])
    assert good["reached"] and not mixed["reached"] and mixed["seconds"] == 5
    assert mixed["ours"].startswith("1 of 2 seeds right for every n up to 60")
    assert "worst 50%" in mixed["ours"] and "rounded 2 of 2" in mixed["ours"]


@pytest.mark.parametrize(("best", "reached"), [(0.68, False), (0.69, True)])
def test_a_rival_need_do_no_more_than_the_paper_says_on_its_best_seed(best, reached):
    study = only(RIVALS_STUDY, "anbncndn lstm")
    runs = [
        {"anbncndn lstm": {"share": share, "seconds": 1.0}} for share in (0.1, best)
    ]
    (row,) = study.rows(runs)
    assert row["reached"] is reached and row["claim"] == "right on 68.3 % of n up to 60"
