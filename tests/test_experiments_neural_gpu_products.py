"""The Neural GPU's products, cut down to a few steps."""

import json
import math
from copy import deepcopy

import pytest
import torch
from torch import nn

from mininet import checkpoints, results
from mininet.experiments import (
    CHECKPOINTS,
    EXPERIMENTS,
    neural_gpu,
    neural_gpu_products,
)
from mininet.experiments.neural_gpu_products import PRODUCTS
from mininet.models.neural_gpu import DiagonalNeuralGPU
from mininet.optimisers import ClippedAdamax
from mininet.tasks.arithmetic import Multiplication, hard_products

torch.set_num_threads(1)
NAME = "neural-gpu-products"
TRAININGS = PRODUCTS["trainings"]
each = pytest.mark.parametrize("said", TRAININGS)


def few():
    """The same settings with hardly any work."""
    less = deepcopy(PRODUCTS)
    stages = [
        {"until": 0.5, "lengths": [1], "saturation": 1.0},
        {"until": 1.0, "lengths": [2, 3], "saturation": 2.0},
    ]
    less["trainings"] = [
        said | {"steps": 2, "stages": stages} for said in less["trainings"]
    ]
    less["batch_size"] = 3
    less["sizes"] |= {"maps": 4}
    less["goal"] |= {"length": "4"}
    less["score"] |= {"length": 2, "size": 4}
    return less | {
        "tests_after_each": {"plain": {"2": 4}, "uneven": {"2": 3}},
        "tests": {"plain": {"2": 5, "4": 3}, "uneven": {"3": 4}},
        "hard_lengths": [2],
        "told_lengths": ["2"],
    }


class SaysZero(nn.Module):
    """Answers 0 in every digit of the product, and a blank behind it."""

    def forward(self, inputs):
        said = torch.zeros(*inputs.shape[:2], 3)
        said[:-1, :, 1] = 1
        said[-1, :, 0] = 1
        return said


# The settings


def test_it_is_measured_and_kept_by_this_name():
    (experiment,) = neural_gpu_products.EXPERIMENTS
    assert experiment.name == NAME and EXPERIMENTS[NAME].settings == PRODUCTS
    assert list(neural_gpu_products.CHECKPOINTS) == [NAME]
    assert EXPERIMENTS[NAME].run.args == CHECKPOINTS[NAME].args == (PRODUCTS,)


def test_a_seed_gives_the_machine_that_the_settings_say():
    model, same, other = (
        neural_gpu_products.build(PRODUCTS, seed) for seed in (3, 3, 4)
    )
    assert isinstance(model, DiagonalNeuralGPU)
    assert (model.input_size, model.output_size) == (3, 3)
    said = PRODUCTS["sizes"]
    assert said == {"maps": model.maps, "dropout": model.dropout.p}
    assert torch.equal(model.show.weight, same.show.weight)
    assert not torch.equal(model.show.weight, other.show.weight)


@each
def test_every_step_belongs_to_one_stage(said):
    at = [neural_gpu_products.stage_at(said, k) for k in range(1, said["steps"] + 1)]
    ends = [0, *(stage["until"] for stage in said["stages"])]
    assert ends == sorted(ends) and ends[-1] == 1
    for stage, start in zip(said["stages"], ends, strict=False):
        first, last = (math.floor(x * said["steps"]) for x in (start, stage["until"]))
        assert at[first:last] == [stage] * (last - first)


@each
def test_a_step_has_lengths_of_its_stage_as_many_as_are_drawn(said):
    seen = set()
    for step in range(1, said["steps"] + 1, 10):
        of_stage = neural_gpu_products.stage_at(said, step)["lengths"]
        drawn = neural_gpu_products.lengths_at(said, 3, step)
        assert drawn == neural_gpu_products.lengths_at(said, 3, step) == sorted(drawn)
        assert set(drawn) <= set(of_stage) and len(drawn) == len(set(drawn))
        assert len(drawn) == min(said["drawn"], len(of_stage))
        seen |= set(drawn)
    assert seen == {n for stage in said["stages"] for n in stage["lengths"]}


def test_it_is_tested_far_beyond_the_longest_numbers_of_its_training():
    stages = [stage for said in TRAININGS for stage in said["stages"]]
    every = [length for stage in stages for length in stage["lengths"]]
    assert f"trained on {min(every)} to {max(every)} " in PRODUCTS["row"]["task"]
    tested = PRODUCTS["tests"]["plain"]
    assert max(map(int, tested)) >= 10 * max(every)
    assert PRODUCTS["goal"]["length"] in tested
    assert set(PRODUCTS["told_lengths"]) <= set(tested)
    assert int(PRODUCTS["goal"]["length"]) in PRODUCTS["hard_lengths"]


# Training


def test_it_trains_as_the_settings_say_and_is_scored_on_plain_products(monkeypatch):
    asked = []

    def spy(model, task, **said):
        assert model.training
        asked.append(said | {"model": model, "task": task, "draw": torch.rand(())})
        return neural_gpu_products.History()

    monkeypatch.setattr(neural_gpu_products, "train", spy)
    model = neural_gpu_products.build(PRODUCTS, 0)
    for k in range(len(TRAININGS)):
        neural_gpu_products.train_as(PRODUCTS, model.eval(), seed=7, k=k)
    for given, said in zip(asked, TRAININGS, strict=True):
        assert given["model"] is model and given["draw"] == asked[0]["draw"]
        assert type(given["task"]) is type(given["held_out"]) is Multiplication
        assert given["task"].uneven == said["uneven"] and given["held_out"].uneven == 0
        assert given["optimiser"] is ClippedAdamax and given["clip_norm"] == math.inf
        assert given["penalty"].layers == [model.see, model.keep, model.content]
        for step in (1, said["steps"] // 2, said["steps"]):
            given["before_step"](step)
            stage = neural_gpu_products.stage_at(said, step)
            assert given["penalty"].weight == stage["saturation"]
            expected = neural_gpu_products.lengths_at(said, 7, step)
            assert given["length"](step) == expected
        for part in ("steps", "learning_rate", "warmup", "score_every"):
            assert given[part] == said[part]
        assert given["batch_size"] == PRODUCTS["batch_size"]
    assert asked[0]["seed"] == 7 != asked[1]["seed"]  # new products


# Measuring


def lengths_of(run):
    """The lengths at which a run was tested."""
    assert run["right"].keys() == run["digits_right"].keys()
    return {"plain": list(run["right"]), "uneven": list(run["uneven"])}


def asked_at(said):
    """The lengths at which settings ask for tests."""
    return {kind: list(by_length) for kind, by_length in said.items()}


def test_all_is_measured_and_a_seed_gives_the_same_numbers():
    settings = few()
    runs = [neural_gpu_products.multiplying(settings, seed) for seed in (3, 3, 4)]
    json.dumps(runs)
    for run in runs:
        assert run.pop("seconds") > 0
        assert set(run) == {
            *("scores", "losses", "as_trained", "right", "digits_right"),
            *("uneven", "hard"),
        }
        assert lengths_of(run) == asked_at(settings["tests"])
        assert len(run["as_trained"]) == len(settings["trainings"])
        for after in run["as_trained"]:
            assert lengths_of(after) == asked_at(settings["tests_after_each"])
        assert list(run["hard"]) == ["2"]
    assert runs[0] == runs[1] != runs[2]


def test_it_is_tested_after_each_training_and_with_steeper_gates():
    settings = few()
    model, about = neural_gpu_products.trained(settings, 3, progress=False)
    tested = neural_gpu_products.tests(settings["tests"], model, 3)
    assert tested.items() <= about.items()
    once = neural_gpu_products.build(settings, 3)
    neural_gpu_products.train_as(settings, once, 3, k=0)
    neural_gpu.steepen(model, 1 / settings["steeper"])
    for machine, stored in zip((once, model), about["as_trained"], strict=True):
        again = neural_gpu_products.tests(settings["tests_after_each"], machine, 3)
        for measure, by_length in again.items():
            assert by_length == pytest.approx(stored[measure])


def test_products_of_uneven_numbers_are_asked_where_it_says_so(monkeypatch):
    asked = []

    def spy(task, model, length, count, seed):
        asked.append((task.uneven, length, count))
        return {"right": 0.25, "digits_right": 0.5}

    monkeypatch.setattr(neural_gpu, "in_parts", spy)
    said = {"plain": {"2": 5, "4": 3}, "uneven": {"3": 4}}
    model = neural_gpu_products.build(few(), 0)
    assert neural_gpu_products.tests(said, model, 0)["uneven"] == {"3": 0.25}
    assert asked == [(0.0, 2, 5), (0.0, 4, 3), (1.0, 3, 4)]


@pytest.mark.parametrize("length", [2, 12])
def test_a_model_that_says_zero_is_right_where_the_product_is_zero(length):
    shares = neural_gpu_products.hard_right(SaysZero(), length)
    assert list(shares) == list(hard_products(length))
    zero = {"0 × 0", "0 × something"}
    assert shares == {family: float(family in zero) for family in shares}


def test_of_a_large_family_some_are_asked_all_over_it():
    asked = []

    def model(inputs):
        asked.append(inputs.shape[1])
        return SaysZero()(inputs)

    neural_gpu_products.hard_right(model, 20)
    sizes = [len(a) for a, _ in hard_products(20).values()]
    assert max(sizes) > 200 and 50 < max(asked) <= 100
    for size, some in zip(sizes, asked, strict=True):
        assert some == math.ceil(size / (1 + size // 100))


# Rows


def run_with(right=1.0, digits_right=1.0, seconds=7.0):
    tests = PRODUCTS["tests"]["plain"]
    return {
        "seconds": seconds,
        "right": dict.fromkeys(tests, right),
        "digits_right": dict.fromkeys(tests, digits_right),
    }


@pytest.mark.parametrize(
    ("right", "digits_right", "met"),
    [(0.9, 0.99, True), (0.895, 1, False), (0.95, 0.989, False), (1, 1, True)],
)
def test_a_run_meets_the_goal_with_enough_products_and_enough_digits(
    right, digits_right, met
):
    assert neural_gpu_products.meets(PRODUCTS, run_with(right, digits_right)) is met


def test_a_row_counts_the_seeds_that_meet_the_goal():
    runs = [run_with(seconds=9.0), run_with(0.5, 0.995), run_with()]
    (row,) = neural_gpu_products.rows(PRODUCTS, runs)
    assert row["ours"].startswith(
        "2 of 3 seeds with 90% of products and 99% of digits right at 100 "
        "(medians at 20: 100.0% of products, worst 50.0%, "
        "100.00% of digits, worst 99.50%; "
    )
    assert (row["reached"], row["seeds"], row["seconds"]) == (False, 3, 7.0)
    assert neural_gpu_products.rows(PRODUCTS, runs[:1])[0]["reached"]


# What is stored


def test_the_stored_runs_measured_all_that_the_settings_ask():
    for run in results.load(NAME)["runs"]:
        assert lengths_of(run) == asked_at(PRODUCTS["tests"])
        assert len(run["as_trained"]) == len(TRAININGS)
        for after in run["as_trained"]:
            assert lengths_of(after) == asked_at(PRODUCTS["tests_after_each"])
        for length, products in PRODUCTS["tests"]["plain"].items():
            right = run["right"][length] * products
            assert right == pytest.approx(round(right), abs=0.1)  # a whole number
        for length in PRODUCTS["hard_lengths"]:
            families = hard_products(length)
            assert run["hard"][str(length)].keys() == families.keys()


def test_a_trained_machine_is_kept_with_what_it_was_measured_to_do():
    settings = few()
    model, about = neural_gpu_products.trained(settings, 3, progress=False)
    run = neural_gpu_products.multiplying(settings, 3)
    assert about.pop("settings") == settings
    assert about.pop("seconds") > 0 < run.pop("seconds")
    assert about == run
    again = neural_gpu_products.tests(settings["tests"], model, 3)
    assert again == {part: run[part] for part in again}


def test_the_stored_checkpoint_does_what_it_says_it_was_measured_to_do():
    model = neural_gpu_products.build(PRODUCTS, 0)
    about = checkpoints.load(model, NAME)
    assert about["command"] == f"python -m mininet train {NAME} --seed {about['seed']}"
    assert about["settings"] == json.loads(json.dumps(PRODUCTS))
    quick = {"plain": {"20": 100}, "uneven": {}}
    again = neural_gpu_products.tests(quick, model, about["seed"])
    assert again["right"]["20"] == pytest.approx(about["right"]["20"], abs=0.05)


def test_the_chapter_that_the_result_links_to_shows_it():
    (row,) = results.load(NAME)["rows"]
    page = results.FOLDER.parent / f"{row['link']}.ipynb"
    assert NAME in page.read_text(encoding="utf-8")
