"""The experiments of the Neural GPU, cut down to a few steps."""

import json
import math
from collections import Counter
from copy import deepcopy

import pytest
import torch
from torch import nn

from mininet import checkpoints, results
from mininet.experiments import CHECKPOINTS, EXPERIMENTS, neural_gpu
from mininet.experiments.neural_gpu import ADDITION, DIAGONAL, ORIGINAL
from mininet.tasks.arithmetic import Addition, carries_of, hard_sums
from mininet.training import evaluate, generator

torch.set_num_threads(1)
NAMES = ["neural-gpu-addition", "neural-gpu-original"]
each_system = pytest.mark.parametrize("system", ADDITION["systems"])


def few(settings):
    """The same settings with hardly any work."""
    less = deepcopy(settings)
    less["training"] |= {"steps": 2, "batch_size": 3, "lengths": [2, 3]}
    less["training"] |= {"score_size": 4}
    for system in less["systems"].values():
        system["training"] = system.get("training", {}) | {"steps": 2}
        system |= {"tests": {"2": 5, "4": 3}, "hard_length": 3}
        system["sizes"] |= {"maps": 4}
    return less | {"batch": 2}


class WithoutCarry(nn.Module):
    """Adds each column by itself: right when nothing is carried."""

    def forward(self, inputs):
        odd = inputs[..., 1] != inputs[..., 3]
        return nn.functional.one_hot(1 + odd.long(), 3).double()


# The settings


def test_each_experiment_is_of_one_system_and_shares_the_rest():
    assert [one.name for one in neural_gpu.EXPERIMENTS] == [*NAMES, "neural-gpu-far"]
    for name, system in zip(NAMES, ("diagonal", "original"), strict=True):
        settings = EXPERIMENTS[name].settings
        assert list(settings["systems"]) == [system]
        assert settings | {"systems": ADDITION["systems"]} == ADDITION
        assert settings["systems"][system] == ADDITION["systems"][system]
        assert EXPERIMENTS[name].run.args == EXPERIMENTS[name].rows.args == (settings,)


@each_system
def test_a_system_is_the_model_that_its_settings_say(system):
    model = neural_gpu.build(ADDITION, system, 0)
    said = dict(ADDITION["systems"][system]["sizes"])
    assert type(model).__name__ == ADDITION["systems"][system]["model"]
    assert model.dropout.p == said.pop("dropout")
    assert {name: getattr(model, name) for name in said} == said
    assert (model.input_size, model.output_size) == (4, 3)


@each_system
def test_a_seed_gives_the_first_weights(system):
    weights, same, other = (
        neural_gpu.build(ADDITION, system, seed).show.weight for seed in (3, 3, 4)
    )
    assert torch.equal(weights, same) and not torch.equal(weights, other)


@each_system
def test_it_is_tested_on_numbers_longer_than_any_that_it_is_trained_on(system):
    longest = ADDITION["training"]["lengths"][1]
    tested = [int(length) for length in ADDITION["systems"][system]["tests"]]
    assert min(tested) == longest and max(tested) >= 5 * longest
    assert ADDITION["systems"][system]["hard_length"] >= longest


# Training


def followed(monkeypatch, settings, system, seed=0):
    """What a training is asked to do, and the lengths of its steps."""
    asked = {}

    def spy(model, task, **said):
        asked.update(said, model=model, task=task)
        return neural_gpu.History()

    monkeypatch.setattr(neural_gpu, "train", spy)
    model = neural_gpu.build(settings, system, seed)
    neural_gpu.train_as(settings, system, model, seed)
    assert asked["model"] is model
    return asked, [asked["length"](k) for k in range(1, asked["steps"] + 1)]


def test_lengths_rise_from_the_shortest_to_the_longest_in_half_the_steps(monkeypatch):
    settings = deepcopy(ADDITION)
    settings["training"] |= {"lengths": [2, 20], "rising": 0.5, "steps": 1000}
    _, lengths = followed(monkeypatch, settings, "diagonal")
    assert len(lengths) == 1000 and set(lengths) == set(range(2, 21))
    assert max(lengths[:50]) == 3 and max(lengths[:250]) <= 2 + math.ceil(18 / 4)
    late = lengths[500:]  # drawn evenly by now
    assert set(late) == set(range(2, 21))
    assert sum(late) / len(late) == pytest.approx(11, abs=1)
    _, again = followed(monkeypatch, settings, "diagonal")
    _, other = followed(monkeypatch, settings, "diagonal", seed=1)
    assert lengths == again != other


@each_system
def test_it_is_trained_on_all_the_lengths_that_its_row_says_and_no_other(
    monkeypatch, system
):
    _, lengths = followed(monkeypatch, ADDITION, system)
    shortest, longest = min(lengths), max(lengths)
    assert [shortest, longest] == ADDITION["training"]["lengths"]
    assert set(lengths) == set(range(shortest, longest + 1))
    row = ADDITION["rows"][system]
    assert row["task"].endswith(f"trained on {shortest} to {longest} digits")


def test_long_carries_are_trained_on_and_scores_are_of_plain_sums(monkeypatch):
    asked, _ = followed(monkeypatch, ADDITION, "diagonal", seed=5)
    assert isinstance(asked["task"], Addition) and asked["task"].carries == 0.5
    assert isinstance(asked["held_out"], Addition) and asked["held_out"].carries == 0
    assert asked["score_lengths"] == [20] and asked["seed"] == 5


def test_a_system_may_be_trained_in_its_own_way(monkeypatch):
    settings = deepcopy(ADDITION)
    settings["training"] |= {"steps": 90, "learning_rate": 0.5, "clip_to_mean": 7}
    settings["systems"]["original"]["training"] = {"steps": 40, "learning_rate": 0.25}
    diagonal, _ = followed(monkeypatch, settings, "diagonal")
    original, _ = followed(monkeypatch, settings, "original")
    assert (diagonal["steps"], diagonal["learning_rate"]) == (90, 0.5)
    assert (original["steps"], original["learning_rate"]) == (40, 0.25)
    assert (diagonal["score_every"], original["score_every"]) == (9, 4)
    for asked in (diagonal, original):
        assert (asked["clip_norm"], asked["clip_to_mean"]) == (math.inf, 7)
        assert asked["batch_size"] == ADDITION["training"]["batch_size"]


# Measuring


@pytest.mark.parametrize(
    ("sums", "most", "parts"),
    [(7, 3, [3, 3, 1]), (6, 3, [3, 3]), (2, 3, [2]), (40, 1, [1] * 40), (40, 40, [40])],
)
def test_sums_asked_in_parts_count_as_much_as_in_one(sums, most, parts):
    right = 0
    for k, part in enumerate(parts):
        drawn = generator(5 + 1000 * k, "test")
        numbers = []
        task = Addition()
        task.ask = lambda a, b, numbers=numbers: numbers.extend((a, b))
        task.batch(part, 3, drawn)
        right += sum(not any(row) for row in carries_of(*numbers).tolist())
    model = WithoutCarry()
    got = neural_gpu.in_parts(Addition(), model, 3, sums, 5, most)["right"]
    assert got == pytest.approx(right / sums, abs=1e-12)
    assert 0 <= got <= 1 and (sums < 40 or 0 < got < 1)


def test_no_part_is_a_copy_of_another(monkeypatch):
    seeds = []

    def spy(model, task, *, length, sequences, seed):
        seeds.append((length, sequences, seed))
        return {"right": 1.0}

    monkeypatch.setattr(neural_gpu, "evaluate", spy)
    assert neural_gpu.in_parts(Addition(), None, 20, 120, seed=9) == {"right": 1}
    assert seeds == [(20, 50, 9), (20, 50, 1009), (20, 20, 2009)]


def test_at_each_length_as_many_are_asked_as_it_says():
    model, task = WithoutCarry(), Addition()
    measured = neural_gpu.at_lengths(task, model, {"2": 30, "9": 70}, seed=5)
    for length, sums in ((2, 30), (9, 70)):
        score = neural_gpu.in_parts(task, model, length, sums, seed=5)
        for measure in ("right", "digits_right"):
            assert measured[measure][str(length)] == score[measure]
    assert list(measured) == ["right", "digits_right"]
    assert measured["right"]["9"] < measured["right"]["2"]


@pytest.mark.parametrize("times", [1.0, 1.25, 3.0])
def test_steeper_gates_are_the_same_line_with_another_slope(times):
    model, steeper = (neural_gpu.build(DIAGONAL, "diagonal", 3) for _ in range(2))
    neural_gpu.steepen(steeper, times)
    state = torch.randn(2, model.maps, 7)
    with torch.no_grad():
        assert torch.allclose(steeper.keep(state), times * model.keep(state), atol=1e-5)
        for layer in ("show", "see", "content", "answer"):
            one, other = getattr(model, layer), getattr(steeper, layer)
            assert torch.equal(one.weight, other.weight)
    assert steeper.keep.weight.requires_grad


def test_some_lengths_are_drawn_anew_for_each_step_and_each_as_often():
    lengths = [2, 3, 5, 8, 13]
    steps = [neural_gpu.some_of(lengths, 2, 5, k) for k in range(1, 501)]
    assert steps == [neural_gpu.some_of(lengths, 2, 5, k) for k in range(1, 501)]
    assert steps != [neural_gpu.some_of(lengths, 2, 6, k) for k in range(1, 501)]
    assert all(some == sorted(set(some)) and len(some) == 2 for some in steps)
    counts = Counter(length for some in steps for length in some)
    assert sorted(counts) == lengths
    assert all(count == pytest.approx(200, abs=50) for count in counts.values())
    assert neural_gpu.some_of(lengths, 9, 5, 1) == lengths


@pytest.mark.parametrize("length", [2, 8, 20])
def test_a_model_that_never_carries_fails_in_the_families_with_carries(length):
    shares = neural_gpu.hard(WithoutCarry(), length)
    assert list(shares) == list(hard_sums(length))
    for family, (a, b) in hard_sums(length).items():
        without = [not any(row) for row in carries_of(a, b).tolist()]
        assert shares[family] == pytest.approx(sum(without) / len(without)), family
    assert shares["zero and zero"] == shares["nearly a carry"] == 1
    assert shares["a carry through all"] == shares["all ones"] == 0


def test_a_test_asks_every_length_and_every_hard_family_and_leaves_nothing_out():
    settings = few(ADDITION)
    model = neural_gpu.build(settings, "diagonal", 0)
    assert model.training and model.dropout.p > 0
    measured = neural_gpu.tests(settings, "diagonal", model, 0)
    assert not model.training
    assert list(measured["right"]) == ["2", "4"]
    assert list(measured["hard"]) == list(hard_sums(3))
    assert measured == neural_gpu.tests(settings, "diagonal", model, 0)


def test_each_share_is_of_its_own_length_and_of_as_many_sums_as_said(monkeypatch):
    asked = []

    def spy(model, task, *, length, sequences, seed):
        asked.append((length, sequences, seed))
        return {"right": length / 10}

    monkeypatch.setattr(neural_gpu, "evaluate", spy)
    settings = few(ADDITION)  # two sums at a time
    measured = neural_gpu.tests(settings, "original", WithoutCarry(), 6)
    assert measured["right"] == pytest.approx({"2": 0.2, "4": 0.4})
    assert asked == [
        *((2, 2, 6), (2, 2, 1006), (2, 1, 2006)),
        *((4, 2, 6), (4, 1, 1006)),
    ]


def test_all_is_measured_and_a_seed_gives_the_same_numbers():
    settings = few(ADDITION)
    runs = [neural_gpu.addition(settings, seed) for seed in (3, 3, 4)]
    json.dumps(runs)
    for run in runs:
        assert list(run) == ["diagonal", "original"]
        for measured in run.values():
            assert measured.pop("seconds") > 0
            assert set(measured) == {"scores", "losses", "right", "hard"}
            assert len(measured["scores"]) == len(measured["losses"]) == 2
            assert all(0 < loss < 10 for loss in measured["losses"])
    assert runs[0] == runs[1] != runs[2]


# Rows


def run_with(system, right=None, hard=None, seconds=7.0):
    """A perfect run, but for the shares that are said."""
    settings = ADDITION["systems"][system]
    return {
        "seconds": seconds,
        "right": dict.fromkeys(settings["tests"], 1.0) | (right or {}),
        "hard": dict.fromkeys(hard_sums(3), 1.0) | (hard or {}),
    }


@each_system
def test_a_run_is_perfect_if_no_sum_was_wrong_at_any_length_or_in_any_family(system):
    assert neural_gpu.perfect(run_with(system))
    for length in ADDITION["systems"][system]["tests"]:
        assert not neural_gpu.perfect(run_with(system, right={length: 0.999}))
    for family in hard_sums(3):
        assert not neural_gpu.perfect(run_with(system, hard={family: 0.998}))
    assert not neural_gpu.perfect(run_with(system, {"20": math.nan}))


def test_a_row_counts_the_seeds_with_every_sum_right():
    runs = [
        {"diagonal": run_with("diagonal", seconds=60.0)},
        {"diagonal": run_with("diagonal", {"2000": 0.9, "200": 0.995}, seconds=80.0)},
        {"diagonal": run_with("diagonal", hard={"all ones": 0.25}, seconds=70.0)},
    ]
    (row,) = neural_gpu.rows(DIAGONAL, runs)
    assert row["ours"] == (
        "seeds of 3 with every sum right: 3 at 20, 3 at 40, 3 at 100, 2 at 200, 2 at "
        "2000 digits; 2 with every hard case at 200 (the worst family of any: 25%)"
    )
    assert not row["reached"] and (row["seeds"], row["seconds"]) == (3, 70.0)
    (perfect,) = neural_gpu.rows(DIAGONAL, runs[:1])
    assert perfect["reached"] and perfect["citation"] == "freivalds2017"
    assert (
        "1 with every hard case at 200 (the worst family of any: 100%)"
        in (perfect["ours"])
    )


@pytest.mark.parametrize("flaw", [{"right": {"40": 0.995}}, {"hard": {"all ones": 0}}])
def test_one_flawed_seed_of_many_is_enough_not_to_have_reached_it(flaw):
    runs = [{"original": run_with("original")} for _ in range(9)]
    assert neural_gpu.rows(ORIGINAL, runs)[0]["reached"]
    (row,) = neural_gpu.rows(
        ORIGINAL, [*runs, {"original": run_with("original", **flaw)}]
    )
    assert not row["reached"] and row["seeds"] == 10
    assert "10 at 20" in row["ours"] and "at 20 (the worst" in row["ours"]


def test_each_system_has_a_row_with_its_own_paper():
    run = {system: run_with(system) for system in ADDITION["systems"]}
    rows = neural_gpu.rows(ADDITION, [run])
    assert [row["citation"] for row in rows] == ["freivalds2017", "kaiser2015"]
    assert all(row["link"] == ADDITION["chapter"] for row in rows)


def test_hardly_any_training_reaches_nothing():
    settings = few(ADDITION)
    for row in neural_gpu.rows(settings, [neural_gpu.addition(settings, 0)]):
        assert (
            not row["reached"]
            and "seeds of 1 with every sum right: 0 at 2" in (row["ours"])
        )


# Far longer sums


def test_the_kept_machine_is_asked_new_sums_for_each_seed():
    less = neural_gpu.FAR | {"length": 30, "sums": 7, "batch": 3}
    first, same, other = (neural_gpu.far(less, seed) for seed in (1, 1, 2))
    assert first == same and set(other) == {"right", "digits_right"}
    assert first["right"] == first["digits_right"] == 1


def test_it_is_that_machine_and_all_its_sums_that_are_asked(monkeypatch):
    asked = []

    def spy(model, task, *, length, sequences, seed):
        kept = neural_gpu.build(DIAGONAL, "diagonal", 0)
        checkpoints.load(kept, "neural-gpu-addition")
        assert torch.equal(model.show.weight, kept.show.weight) and not model.training
        assert task.carries == 0
        asked.append((length, sequences, seed))
        return {"right": 1.0, "digits_right": 1.0, "nats": 0.0}

    monkeypatch.setattr(neural_gpu, "evaluate", spy)
    neural_gpu.far(neural_gpu.FAR, 4)
    assert asked == [(2000, 50, 4), (2000, 50, 1004)]


@pytest.mark.parametrize(
    ("wrong", "told"), [(0, "300 of 300"), (1, "299 of 300"), (29, "271 of 300")]
)
def test_the_row_counts_every_sum(wrong, told):
    runs = [{"seconds": 5.0, "right": right} for right in (1, (100 - wrong) / 100, 1)]
    (row,) = neural_gpu.far_rows(neural_gpu.FAR, runs)
    assert row["ours"] == f"{told} sums without an error"
    assert row["reached"] == (wrong == 0)
    assert (row["seeds"], row["seconds"]) == (1, 15.0)  # one machine, all the sums


def test_the_stored_sums_are_a_thousand_and_all_right_as_the_chapter_says():
    runs = results.load("neural-gpu-far")["runs"]
    assert len(runs) * neural_gpu.FAR["sums"] == 1000
    assert [run["right"] for run in runs] == [1] * len(runs)


# What is stored


@pytest.mark.parametrize("name", NAMES)
def test_the_stored_runs_measured_all_that_the_settings_ask(name):
    ((system, said),) = EXPERIMENTS[name].settings["systems"].items()
    for run in results.load(name)["runs"]:
        assert run[system]["right"].keys() == said["tests"].keys()
        assert run[system]["hard"].keys() == hard_sums(said["hard_length"]).keys()
        for length, sums in said["tests"].items():
            right = run[system]["right"][length] * sums
            assert right == pytest.approx(round(right), abs=0.1)  # a whole number


def test_a_trained_system_is_kept_with_what_it_was_measured_to_do():
    settings = few(DIAGONAL)
    model, about = neural_gpu.trained(settings, "diagonal", 3)
    run = neural_gpu.addition(settings, 3)["diagonal"]
    assert about.pop("settings") == settings
    assert about.pop("seconds") > 0 < run.pop("seconds")
    assert about == run
    again = neural_gpu.tests(settings, "diagonal", model, 3)
    assert again == {part: run[part] for part in ("right", "hard")}


def test_the_stored_checkpoint_does_what_it_says_it_was_measured_to_do():
    name = "neural-gpu-addition"
    settings, system = CHECKPOINTS[name].args
    assert settings == EXPERIMENTS[name].settings
    model = neural_gpu.build(settings, system, 0)
    about = checkpoints.load(model, name)
    assert about["command"] == f"python -m mininet train {name} --seed {about['seed']}"
    assert about["settings"] == json.loads(json.dumps(settings))
    asked = settings["systems"][system]
    assert about["right"] == dict.fromkeys(asked["tests"], 1)
    assert about["hard"] == dict.fromkeys(hard_sums(asked["hard_length"]), 1)
    model.eval()
    again = evaluate(model, Addition(), length=200, sequences=50, seed=about["seed"])
    assert again["right"] == 1
    assert set(neural_gpu.hard(model, 40).values()) == {1}


def test_every_checkpoint_is_tested_above():
    assert set(neural_gpu.CHECKPOINTS) == {"neural-gpu-addition"}


def test_the_chapter_that_a_result_links_to_shows_it():
    for name in NAMES:
        for row in results.load(name)["rows"]:
            page = results.FOLDER.parent / f"{row['link']}.ipynb"
            assert name in page.read_text(encoding="utf-8")
