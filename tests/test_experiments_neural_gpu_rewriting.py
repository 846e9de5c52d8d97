"""The Neural GPU's four ways to rewrite a row, cut down to a few steps."""

import json
import math
from collections import Counter
from copy import deepcopy

import pytest
import torch

from mininet import checkpoints, results
from mininet.experiments import CHECKPOINTS, EXPERIMENTS, neural_gpu_rewriting
from mininet.experiments.neural_gpu_rewriting import REWRITING, TASKS
from mininet.models.neural_gpu import DiagonalNeuralGPU
from mininet.optimisers import ClippedAdamax
from mininet.saturation import SaturationCost

torch.set_num_threads(1)
NAMES = list(REWRITING)
each = pytest.mark.parametrize("name", NAMES)


def few(name):
    """The same settings with hardly any work."""
    less = deepcopy(REWRITING[name])
    less["training"] |= {"steps": 2, "batch_size": 3, "lengths": [2, 3]}
    less["training"] |= {"score_size": 4, "drawn": 1}
    less["sizes"] |= {"maps": 4}
    less["goal"] |= {"length": "4"}
    return less | {"tests": {"2": 5, "4": 3}, "told_lengths": ["4"]}


# The settings


def test_all_tasks_are_trained_and_measured_by_these_names():
    assert {settings["task"] for settings in REWRITING.values()} <= set(TASKS)
    assert [one.name for one in neural_gpu_rewriting.EXPERIMENTS] == NAMES
    assert list(neural_gpu_rewriting.CHECKPOINTS) == NAMES
    for name in NAMES:
        assert EXPERIMENTS[name].settings == REWRITING[name]
        assert (
            EXPERIMENTS[name].run.args == CHECKPOINTS[name].args == (REWRITING[name],)
        )


@each
def test_a_seed_gives_the_machine_that_the_settings_say(name):
    model, same, other = (
        neural_gpu_rewriting.build(REWRITING[name], seed) for seed in (3, 3, 4)
    )
    task = TASKS[REWRITING[name]["task"]]
    assert isinstance(model, DiagonalNeuralGPU)
    assert (model.input_size, model.output_size) == (task.input_size, 3)
    said = dict(REWRITING[name]["sizes"])
    assert model.dropout.p == said.pop("dropout") and said == {"maps": model.maps}
    assert torch.equal(model.show.weight, same.show.weight)
    assert not torch.equal(model.show.weight, other.show.weight)


@each
def test_a_stage_trains_on_lengths_up_to_its_longest_and_the_last_on_all(name):
    said = REWRITING[name]["training"]
    steps, lengths = said["steps"], said["lengths"]
    at = [
        neural_gpu_rewriting.lengths_at(REWRITING[name], 5, k)
        for k in range(1, steps + 1)
    ]
    ends = [0, *(stage["until"] for stage in said["stages"]), 1]
    assert ends == sorted(ends) and len(set(ends)) == len(ends)
    longest = [*(stage["longest"] for stage in said["stages"]), max(lengths)]
    for start, end, most in zip(ends, ends[1:], longest, strict=False):
        first, last = (math.floor(share * steps) for share in (start, end))
        there = [n for n in lengths if n <= most]
        if "drawn" not in said:
            assert at[first:last] == [there] * (last - first)
            continue
        assert all(step == sorted(set(step)) for step in at[first:last])
        assert all(len(step) == said["drawn"] for step in at[first:last])
        counts = Counter(n for step in at[first:last] for n in step)
        assert sorted(counts) == there
        assert min(counts.values()) > 0.5 * max(counts.values())
    first, last = lengths[0], lengths[-1]
    assert f"trained on {first} to {last} " in REWRITING[name]["row"]["task"]


def test_drawn_lengths_depend_on_step_and_seed_and_on_nothing_else():
    settings = REWRITING["neural-gpu-duplicating"]
    last = range(settings["training"]["steps"] - 30, settings["training"]["steps"])
    one, same, other = (
        [neural_gpu_rewriting.lengths_at(settings, seed, k) for k in last]
        for seed in (5, 5, 6)
    )
    assert one == same != other


@each
def test_it_is_tested_at_ten_times_the_length_of_the_training_or_at_its_goal(name):
    longest = max(REWRITING[name]["training"]["lengths"])
    assert str(REWRITING[name]["goal"]["length"]) in REWRITING[name]["tests"]
    assert max(map(int, REWRITING[name]["tests"])) >= 10 * longest
    assert set(REWRITING[name]["told_lengths"]) <= set(REWRITING[name]["tests"])


# Training


@each
def test_it_is_trained_with_easier_ones_and_scored_on_plain_ones(name, monkeypatch):
    asked = {}

    def spy(model, task, **said):
        asked.update(said, task=task)
        return neural_gpu_rewriting.History()

    monkeypatch.setattr(neural_gpu_rewriting, "train", spy)
    model = neural_gpu_rewriting.build(REWRITING[name], 0)
    first = model.keep.weight.detach().clone()
    neural_gpu_rewriting.train_as(REWRITING[name], model, seed=7)
    said = REWRITING[name]["training"]
    assert torch.equal(model.keep.weight, said.get("steeper", 1) * first)
    kind = TASKS[REWRITING[name]["task"]]
    assert type(asked["task"]) is type(asked["held_out"]) is kind
    assert asked["task"].runs == REWRITING[name]["runs"] > 0
    assert asked["held_out"].runs == 0
    assert asked["optimiser"] is ClippedAdamax and asked["clip_norm"] == math.inf
    assert asked["score_lengths"] == [max(said["lengths"])] and asked["seed"] == 7
    assert asked["length"](1) == neural_gpu_rewriting.lengths_at(REWRITING[name], 7, 1)
    assert isinstance(asked["penalty"], SaturationCost)
    assert asked["penalty"].weight == said.get("saturation", 0)
    for part in ("steps", "batch_size", "learning_rate", "warmup", "score_size"):
        assert asked[part] == said[part]


# Measuring


@each
def test_all_is_measured_and_a_seed_gives_the_same_numbers(name):
    settings = few(name)
    runs = [neural_gpu_rewriting.rewriting(settings, seed) for seed in (3, 3, 4)]
    json.dumps(runs)
    for run in runs:
        assert run.pop("seconds") > 0
        assert set(run) == {"scores", "losses", "right", "digits_right"}
        for measure in ("right", "digits_right"):
            assert run[measure].keys() == settings["tests"].keys()
            assert all(0 <= share <= 1 for share in run[measure].values())
    assert runs[0] == runs[1] != runs[2]


# Rows


def run_with(settings, right=1.0, seconds=7.0):
    return {"seconds": seconds, "right": dict.fromkeys(settings["tests"], right)}


@each
def test_a_row_counts_the_seeds_without_an_error_at_the_goal(name):
    settings = REWRITING[name]
    perfect = run_with(settings, seconds=9.0)
    flawed = run_with(settings) | {"right": perfect["right"] | {"200": 0.995}}
    longer = run_with(settings) | {"right": perfect["right"] | {"400": 0.5}}
    assert neural_gpu_rewriting.meets(settings, perfect)
    assert neural_gpu_rewriting.meets(settings, longer)
    assert not neural_gpu_rewriting.meets(settings, flawed)
    (row,) = neural_gpu_rewriting.rows(settings, [perfect, flawed, perfect])
    assert row["ours"] == (
        "2 of 3 seeds without an error at 200 (median of rows right at 20: 100.0%, "
        "worst 100.0%; at 200: 100.0%, worst 99.5%; at 400: 100.0%, worst 100.0%)"
    )
    assert (row["reached"], row["seeds"], row["seconds"]) == (False, 3, 9.0)
    (row,) = neural_gpu_rewriting.rows(settings, [perfect])
    assert row["reached"] and row["link"] == settings["chapter"]


# What is stored


@each
def test_the_stored_runs_measured_all_that_the_settings_ask(name):
    settings = EXPERIMENTS[name].settings
    for run in results.load(name)["runs"]:
        for measure in ("right", "digits_right"):
            assert run[measure].keys() == settings["tests"].keys()
        for length, sequences in settings["tests"].items():
            right = run["right"][length] * sequences
            assert right == pytest.approx(round(right), abs=0.1)  # a whole number


@each
def test_a_trained_machine_is_kept_with_what_it_was_measured_to_do(name):
    settings = few(name)
    model, about = neural_gpu_rewriting.trained(settings, 3)
    run = neural_gpu_rewriting.rewriting(settings, 3)
    assert about.pop("settings") == settings
    assert about.pop("seconds") > 0 < run.pop("seconds")
    assert about == run
    again = neural_gpu_rewriting.tests(settings, model, 3)
    assert again == {part: run[part] for part in again}


@each
def test_the_stored_checkpoint_does_what_it_says_it_was_measured_to_do(name):
    settings = EXPERIMENTS[name].settings
    model = neural_gpu_rewriting.build(settings, 0)
    about = checkpoints.load(model, name)
    assert about["command"] == f"python -m mininet train {name} --seed {about['seed']}"
    assert about["settings"] == json.loads(json.dumps(settings))
    assert neural_gpu_rewriting.meets(settings, about)
    quick = settings | {"tests": {"20": 50}}
    again = neural_gpu_rewriting.tests(quick, model, about["seed"])
    assert about["right"]["20"] == again["right"]["20"] == 1


def test_the_chapter_that_a_result_links_to_shows_it():
    for name in NAMES:
        for row in results.load(name)["rows"]:
            page = results.FOLDER.parent / f"{row['link']}.ipynb"
            assert name in page.read_text(encoding="utf-8")
