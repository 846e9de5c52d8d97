"""The studies behind chapter 11."""

from dataclasses import replace

import pytest

from mininet.experiments.dynamic_memory import STUDIES, EachTaskStudy
from mininet.experiments.dynamic_memory_small import STUDIES as SMALL
from mininet.experiments.dynamic_memory_watched import STUDIES as WATCHED
from mininet.tasks.babi.encoding import Vocabulary
from mininet.tasks.babi.files import save
from mininet.tasks.babi.telling import tell
from tests.experiments.cut import few, short

(OFFICIAL,) = STUDIES


def official(task, folder):
    """The study of the official files, with hardly any training and one task."""
    trial = OFFICIAL.trials[str(task)]
    brief = replace(
        trial,
        training=short(trial.training, 1),
        machine=trial.machine.but(size=4),
    )
    return replace(OFFICIAL, trials={str(task): brief})


def test_the_official_files_are_read_from_the_folder_that_is_named(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("BABI_10K", str(tmp_path))
    for split, seed in (("train", 0), ("test", 1)):
        save(tmp_path, 2, split, tell(2, 20, seed))
    study = official(2, tmp_path)
    _, run = study.trained(0, "2")
    assert run["errors"].keys() == {"2"} and 0 <= run["errors"]["2"] <= 1
    (row,) = study.rows([{"2": run}])
    assert row["ours"].startswith("mean error ") and "over 1 tasks" in row["ours"]


def test_without_a_folder_it_says_what_to_do(monkeypatch):
    monkeypatch.delenv("BABI_10K", raising=False)
    with pytest.raises(FileNotFoundError, match="set BABI_10K to its folder"):
        OFFICIAL.trained(0, "1")


def test_task_3_is_no_part_of_it_and_two_tasks_are_not_told():
    assert OFFICIAL.systems == tuple(str(n) for n in range(1, 21) if n != 3)
    untold = [name for name, trial in OFFICIAL.trials.items() if not trial.guidance]
    assert untold == ["7", "8"]
    assert "without task 3" in OFFICIAL.trials["1"].claim.task


def test_the_row_is_the_mean_over_tasks_of_errors():
    def run(first, second):
        return {
            "1": {"errors": {"1": first}, "seconds": 3.0},
            "2": {"errors": {"2": second}, "seconds": 4.0},
        }

    two = {name: OFFICIAL.trials[name] for name in ("1", "2")}
    study: EachTaskStudy = replace(OFFICIAL, trials=two)
    (row,) = study.rows([run(0.0, 0.1), run(0.02, 0.04)])
    assert row["ours"] == (
        "mean error 4.0% over 2 tasks (5.0%, 3.0%); 1 to 2 of them passed, below 5%"
    )
    assert row["reached"] and row["seconds"] == 7.0 and row["seeds"] == 2
    (row,) = study.rows([run(0.1, 0.1)])
    assert not row["reached"] and "0 of them" in row["ours"]


def test_held_out_questions_are_not_learned_from():
    trial = few(SMALL[0]).trials["DMN, task 1, told"]
    said = {}
    for share in (0.1, 0.5):
        _, words, run = replace(trial, held_out=share).learned(0)
        said[share] = (words.words, run["losses"])
    assert said[0.1][0] == said[0.5][0] and said[0.1][1] != said[0.5][1]


def test_told_and_not_told_differ_in_nothing_else():
    for name in ("DMN, task 1", "DMN+, task 2"):
        trials = SMALL[0].trials
        told, untold = trials[f"{name}, told"], trials[f"{name}, not told"]
        assert replace(told, guidance=0.0, claim=untold.claim) == untold != told


def test_the_passes_are_all_that_differs():
    one, two, three = SMALL[1].trials.values()
    for k, trial in ((1, one), (2, two), (3, three)):
        assert trial.machine.sizes["passes"] == k
        machine = trial.machine.but(passes=1)
        assert machine.as_json() == one.machine.as_json()
        assert replace(trial, machine=one.machine, claim=one.claim) == one


def test_a_watched_machines_checkpoint_tells_its_words():
    study = few(WATCHED[0])
    model, run = study.trained(0, "DMN+")
    assert len(Vocabulary(run["words"])) == len(model.embed)
    assert Vocabulary(run["words"]).words == tuple(run["words"])
    (row,) = study.rows([{"DMN+": run}])
    assert "seeds with at most 5% wrong" in row["ours"]
