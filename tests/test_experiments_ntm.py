"""The experiments of the Neural Turing Machine, cut down to a few steps."""

import json
from copy import deepcopy

import pytest
import torch

from mininet import checkpoints, results
from mininet.experiments import CHECKPOINTS, EXPERIMENTS, ntm
from mininet.recurrent import count_parameters

torch.set_num_threads(1)
NAMES = [name for name in EXPERIMENTS if name.startswith("ntm-")]
OF_A_TASK = [name for name in NAMES if "task" in EXPERIMENTS[name].settings]
of_a_task = pytest.mark.parametrize("name", OF_A_TASK)


def few(settings):
    """The same settings with hardly any work."""
    less = deepcopy(dict(settings))
    less["training"] |= {"steps": 2, "score_size": 2, "batch_size": 3}
    less["training"] |= {"score_every": 0.5, "score_all": False, "lengths": [6, 7]}
    less["lstm"] |= {"steps": 2}
    less["goal"]["length"] = 8
    return less | {"test_sequences": 2, "test_lengths": [8], "told_lengths": [8]}


@of_a_task
def test_the_lstm_has_at_least_as_many_weights(name):
    settings = EXPERIMENTS[name].settings
    machine, lstm = ntm.build_ntm(settings, 0), ntm.build_lstm(settings, 0)
    assert count_parameters(machine) <= count_parameters(lstm)


@of_a_task
def test_the_lstm_is_trained_on_at_least_as_many_sequences(name):
    settings = EXPERIMENTS[name].settings
    steps = settings["training"]["steps"]
    assert settings["lstm"].get("steps", steps) >= steps


@of_a_task
def test_both_are_measured_and_a_seed_gives_the_same_numbers(name):
    settings = few(EXPERIMENTS[name].settings)
    runs = [ntm.ntm_task(settings, seed) for seed in (3, 3, 4)]
    json.dumps(runs)
    for run in runs:
        for system in ("ntm", "lstm"):
            assert run[system].pop("seconds") > 0
    assert runs[0] == runs[1] != runs[2]


def run_with(bits, scores=(5.0, 0.05, 0.04, 0.03, 0.02)):
    test = {"bits": bits, "right": 0.5}
    return {
        "seconds": 7.0,
        "scores": list(scores),
        "tests": dict.fromkeys(map(str, ntm.COPY["test_lengths"]), test),
    }


def test_a_row_counts_the_seeds_that_reach_the_goal():
    runs = [{"ntm": run_with(b), "lstm": run_with(50.0)} for b in (0.1, 0.1, 0.3)]
    machine, lstm = ntm.rows(ntm.COPY, runs)
    assert machine["ours"].startswith("2 of 3 seeds at 0.1 bits or less")
    assert "at 120: 0.1, worst 0.3, 50% right" in machine["ours"]
    assert not machine["reached"] and lstm["reached"]
    assert ntm.rows(ntm.COPY, runs[:2])[0]["reached"]
    assert (machine["seeds"], machine["seconds"]) == (3, 7.0)


def test_an_lstm_that_reaches_the_goal_is_not_told_as_failing():
    runs = [{"ntm": run_with(0.1), "lstm": run_with(0.1)}]
    assert [row["reached"] for row in ntm.rows(ntm.COPY, runs)] == [True, False]


def test_a_spike_in_the_last_fifth_of_the_training_is_no_success():
    calm = [0.05] * 20
    assert ntm.meets(ntm.COPY["goal"], run_with(0.01, [9.0] * 16 + calm[:4]))
    for spike in range(16, 20):
        scores = list(calm)
        scores[spike] = 0.11
        assert not ntm.meets(ntm.COPY["goal"], run_with(0.01, scores))


def test_a_curriculum_goes_through_its_stages_and_ends_with_the_whole_task():
    settings = {
        "task_settings": {"repeats": [1, 10]},
        "training": {
            "lengths": [1, 10],
            "stages": [
                {"until": 0.25, "task_settings": {"repeats": [1, 1]}},
                {"until": 0.5, "lengths": [1, 3]},
            ],
        },
    }
    whole = {"lengths": [1, 10], "rising": 0, "task_settings": {"repeats": [1, 10]}}
    stages = [ntm.stage(settings, share) for share in (0.01, 0.25, 0.26, 0.5, 0.51, 1)]
    first = whole | {"until": 0.25, "task_settings": {"repeats": [1, 1]}}
    second = whole | {"until": 0.5, "lengths": [1, 3]}
    assert stages == [first, first, second, second, whole, whole]


def test_a_curriculum_changes_the_task_that_is_trained_and_not_the_one_that_is_scored(
    monkeypatch,
):
    seen = []

    def spy(model, task, *, steps, length, held_out, before_step, **rest):
        for step in range(1, steps + 1):
            before_step(step)
            seen.append((task.repeats, held_out.repeats, length(step)))
        return ntm.History()

    monkeypatch.setattr(ntm, "train", spy)
    settings = few(ntm.COPY) | {
        "task": "RepeatCopy",
        "task_settings": {"repeats": [2, 10]},
        "lstm": {"hidden_size": 3, "steps": 4},
    }
    settings["training"] |= {
        "lengths": [9, 9],
        "stages": [
            {"until": 0.5, "task_settings": {"repeats": [1, 1]}, "lengths": [3, 3]}
        ],
    }
    ntm.train_as(settings, ntm.build_lstm(settings, 0), 0)
    early, late = ([1, 1], [2, 10], 3), ([2, 10], [2, 10], 9)
    assert seen == [early, early, late, late]


def test_each_variant_changes_only_what_its_name_says():
    base = ntm.changed(ntm.COPY, ntm.STABILITY["base"])
    for name, changes in ntm.STABILITY["variants"].items():
        lacking = ntm.changed(base, changes)
        different = {
            (part, key)
            for part in ("ntm", "training")
            for key in lacking[part]
            if lacking[part][key] != base[part][key]
        }
        said = {(part, key) for part, new in changes.items() for key in new}
        assert different == said, name


def test_the_stability_of_every_variant_is_measured(monkeypatch):
    monkeypatch.setattr(ntm, "COPY", few(ntm.COPY))
    settings = ntm.STABILITY | {"base": {}, "length": 8, "sequences": 2}
    run = ntm.stability(settings, 0)
    assert set(run) == set(settings["variants"])
    rows = ntm.stability_rows(settings, [run, run])
    assert [row["system"] for row in rows] == [f"NTM {name}" for name in run]
    assert all("0 of 2 seeds held" in row["ours"] for row in rows)


def test_noise_rises_while_the_machine_trains_and_the_lstm_has_none():
    settings = few(ntm.COPY)
    machine = ntm.build_ntm(settings, 0)
    ntm.train_as(settings, machine, 0)
    assert machine.noise == pytest.approx(1.2)
    lstm = ntm.build_lstm(settings, 0)
    ntm.train_as(settings, lstm, 0)
    assert not hasattr(lstm, "noise")


@pytest.mark.parametrize(
    ("name", "case", "measure"),
    [
        ("ntm-copy-small", "50", "right"),
        ("ntm-repeat", "10 rounds of 10", "right"),
        ("ntm-ngrams", "100", "bits"),
        ("ntm-sort", "20", "bits"),
    ],
)
def test_a_stored_checkpoint_does_what_it_says_it_was_measured_to_do(
    name, case, measure
):
    (settings,) = CHECKPOINTS[name].args
    machine = ntm.build_ntm(settings, 0)
    about = checkpoints.load(machine, name)
    assert about["command"] == f"python -m mininet train {name} --seed {about['seed']}"
    assert about["settings"] == json.loads(json.dumps(settings))
    machine.locations = settings["test_locations"]
    cases = settings.get("test_cases", {})
    chosen = cases.get(case) or {"length": [int(case)]}
    again = ntm.scores_of(settings, machine, about["seed"], chosen)
    assert again[measure] == pytest.approx(about["tests"][case][measure], rel=0.03)


def test_every_checkpoint_is_tested_above():
    stored = {path.stem for path in results.FOLDER.glob("*.safetensors")}
    assert stored == set(CHECKPOINTS)
    tested = {"ntm-copy-small", "ntm-repeat", "ntm-ngrams", "ntm-sort"}
    assert set(ntm.CHECKPOINTS) == tested


def test_the_chapter_that_a_result_links_to_shows_it():
    for name in NAMES:
        for row in results.load(name)["rows"]:
            page = results.FOLDER.parent / f"{row['link']}.ipynb"
            assert name in page.read_text(encoding="utf-8")
