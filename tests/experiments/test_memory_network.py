"""Studies of memory networks: whose questions they learn, and what of it is kept."""

from dataclasses import replace

import pytest
from torch import nn
from torch.nn import functional as F

from mininet.experiments.memory_network import (
    LARGE,
    OFFICIAL,
    OURS,
    PAPERS,
    paper_mean,
    sayable,
    told_by_task,
)
from mininet.experiments.memory_network_facts import FACTS
from mininet.experiments.questions import TASKS, Official, Told
from mininet.tasks.babi.encoding import Vocabulary
from mininet.tasks.babi.files import save
from mininet.tasks.babi.telling import tell
from tests.experiments.cut import few


class Knowing(nn.Module):
    """Has every answer right."""

    def forward(self, batch):
        return F.one_hot(batch.answers, 200).float()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder as the official one, told by our own world."""
    for task in (1, 2):
        save(tmp_path, task, "train", tell(task, 8, seed=5))
        save(tmp_path, task, "test", tell(task, 6, seed=6))
    monkeypatch.setenv("BABI", str(tmp_path))
    return tmp_path


def official(study):
    """A study cut down, on the files of the folder."""
    small = few(study)
    trials = {
        name: replace(trial, source=Official(), tasks=(1, 2))
        for name, trial in small.trials.items()
    }
    return replace(small, trials=trials)


def test_the_official_files_are_learned_and_our_world_is_asked_beside_them(folder):
    _, run = official(OFFICIAL).trained(0, "official")
    assert set(run["errors"]) == set(run["elsewhere"]) == {"1", "2"}


def test_without_the_official_files_a_sentence_says_what_to_do(monkeypatch):
    monkeypatch.delenv("BABI", raising=False)
    with pytest.raises(FileNotFoundError, match="BABI is not set"):
        official(OFFICIAL).trained(0, "official")


def test_our_own_world_needs_no_files(monkeypatch):
    monkeypatch.delenv("BABI", raising=False)
    small = few(OURS)
    trial = replace(small.trials["ours"], elsewhere=Official())
    _, run = trial.trained(0)
    assert "elsewhere" not in run
    assert set(run["words"]) >= {"mary", "where"}


def test_what_is_learned_and_what_is_tested_are_drawn_apart():
    told = Told(count=50, tests=50)
    learned = told.questions(2, "train", 0)
    assert told.questions(2, "test", 0) == told.questions(2, "test", 1)
    assert learned != told.questions(2, "train", 1)
    assert not {q.story for q in learned} & {
        q.story for q in told.questions(2, "test", 0)
    }
    with pytest.raises(ValueError, match="split"):
        told.questions(1, "dev", 0)


def test_what_a_model_has_no_words_for_it_gets_wrong():
    learned, asked = tell(1, 10, seed=0), tell(1, 10, seed=1)
    strange = asked[0]._replace(text="Where is Zaphod?")
    vocabulary = Vocabulary.of(learned, asked)
    assert sayable(asked[0], vocabulary)
    assert not sayable(strange, vocabulary)
    assert told_by_task(Knowing(), asked, vocabulary) == {"1": 0.0}
    assert told_by_task(Knowing(), [*asked, strange], vocabulary) == {
        "1": pytest.approx(1 / 11, abs=1e-5)
    }


def test_the_papers_errors_have_the_means_that_the_papers_state():
    for system, mean in (
        ("MemN2N", 12.4),
        ("MemN2N 10k", 7.5),
        ("MemNN", 6.7),
        ("LSTM", 51.3),
    ):
        assert len(PAPERS[system]) == 20
        assert 100 * paper_mean(system, TASKS) == pytest.approx(mean, abs=0.06)
    assert 3 not in LARGE.trials["10k"].tasks


def test_no_question_needs_more_facts_than_its_task_says():
    for task, most in zip(TASKS, FACTS, strict=True):
        needed = [len(q.supports) for q in tell(task, 300, seed=0)]
        assert max(needed) <= most, task
