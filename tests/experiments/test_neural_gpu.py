"""The Neural GPU's studies: what they train, test and tell."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from mininet import checkpoints, results
from mininet.experiments import neural_gpu, neural_gpu_products, neural_gpu_rewriting
from mininet.experiments.neural_gpu import DIAGONAL, FAR, ORIGINAL
from mininet.experiments.neural_gpu_products import FIRST, PRODUCTS, SECOND
from mininet.experiments.neural_gpu_rewriting import DUPLICATING
from mininet.learning import Now, generator
from mininet.learning.optimisers import ClippedAdamax
from mininet.learning.saturation import SaturationCost
from mininet.tasks.arithmetic import Addition, carries_of, hard_sums
from tests.experiments.cut import few

torch.set_num_threads(1)
REWRITING = neural_gpu_rewriting.STUDIES
each = pytest.mark.parametrize("study", REWRITING, ids=lambda study: study.name)
NOW = Now(1, 10, 0.1)


class WithoutCarry(nn.Module):
    """Adds each column by itself: right when nothing is carried."""

    def forward(self, inputs):
        odd = inputs[..., 1] != inputs[..., 3]
        return nn.functional.one_hot(1 + odd.long(), 3).double()


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
    got = neural_gpu.in_parts(Addition(), WithoutCarry(), 3, sums, 5, most)["right"]
    assert got == pytest.approx(right / sums, abs=1e-12)
    assert 0 <= got <= 1 and (sums < 40 or 0 < got < 1)


def test_no_part_is_a_copy_of_another(monkeypatch):
    seeds = []

    def spy(model, objective, *, length, sequences, seed):
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
    assert measured["right"]["9"] < measured["right"]["2"]


@pytest.mark.parametrize("times", [1.0, 1.25, 3.0])
def test_steeper_gates_are_the_same_line_with_another_slope(times):
    machine = DIAGONAL.trials["diagonal"].machine
    model, steeper = (machine.build(Addition, 3) for _ in range(2))
    neural_gpu.steepen(steeper, times)
    state = torch.randn(2, model.maps, 7)
    with torch.no_grad():
        assert torch.allclose(steeper.keep(state), times * model.keep(state), atol=1e-5)
        for layer in ("show", "see", "content", "answer"):
            one, other = getattr(model, layer), getattr(steeper, layer)
            assert torch.equal(one.weight, other.weight)


@pytest.mark.parametrize("length", [2, 8, 20])
def test_a_model_that_never_carries_fails_in_the_families_with_carries(length):
    shares = neural_gpu.hard(WithoutCarry(), length)
    assert list(shares) == list(hard_sums(length))
    for family, (a, b) in hard_sums(length).items():
        without = [not any(row) for row in carries_of(a, b).tolist()]
        assert shares[family] == pytest.approx(sum(without) / len(without)), family


@pytest.mark.parametrize("study", [DIAGONAL, ORIGINAL])
def test_long_carries_are_trained_on_and_plain_sums_are_scored(study, monkeypatch):
    asked = []

    def spy(model, objective, training, **more):
        asked.append(objective)
        return neural_gpu_rewriting.train(model, objective, training, **more)

    monkeypatch.setattr(neural_gpu, "train", spy)
    (system,) = study.systems
    few(replace(study, carries=0.25)).trained(0, system)
    assert asked[0].task.carries == 0 and asked[0].at(NOW).task.carries == 0.25
    training = study.trials[system].training
    assert training.lengths.longest == 20 == training.scoring.lengths[0]
    assert max(map(int, study.tests)) >= 5 * 20


def test_a_test_asks_every_length_and_every_hard_family():
    study = few(DIAGONAL)
    _, measured = study.trained(0, "diagonal")
    assert list(measured["right"]) == ["2", "4"]
    assert list(measured["hard"]) == list(hard_sums(3))
    assert list(study.gathered({"diagonal": measured})) == ["diagonal"]


def test_a_row_counts_the_seeds_without_an_error():
    perfect = {"right": {"20": 1.0}, "hard": {"a": 1.0}, "seconds": 9.0}
    flawed = perfect | {"hard": {"a": 0.5}}
    (row,) = DIAGONAL.rows([{"diagonal": run} for run in (perfect, flawed, perfect)])
    assert row["ours"] == (
        "seeds of 3 with every sum right: 3 at 20 digits; 2 with every hard case at "
        "200 (the worst family of any: 50%)"
    )
    assert not row["reached"] and row["seconds"] == 9.0


def test_the_far_sums_are_asked_of_the_checkpoint_with_the_seeds_own_numbers(
    monkeypatch,
):
    asked = []

    def spy(task, model, length, count, seed, most):
        asked.append((length, count, seed, most, model.training))
        return {"right": 1.0, "digits_right": 1.0, "nats": 0.0}

    monkeypatch.setattr(neural_gpu, "in_parts", spy)
    model, measured = FAR.trained(7, FAR.checkpoint)
    stored = FAR.machine.build(Addition, 0)
    checkpoints.load(stored, "neural-gpu-addition")
    assert torch.equal(model.keep.weight, stored.keep.weight)
    assert asked == [(2000, 100, 7, 50, False)]
    assert measured == {"right": 1.0, "digits_right": 1.0}
    assert FAR.reads == ("neural-gpu-addition",)


@each
def test_a_row_is_learned_from_with_stretches_and_scored_plain(study):
    cost = replace(study, saturation=2.0).objective()
    assert isinstance(cost, SaturationCost) and cost.weight == 2.0
    plain = replace(study, saturation=0.0, runs=0.3).objective()
    assert plain.task.runs == 0 and plain.at(NOW).task.runs == 0.3
    training = study.trials["diagonal"].training
    assert training.optimiser.kind is ClippedAdamax
    assert training.optimiser.clip_norm is None
    shortest = [max(several.lengths) for _, several in training.lengths.until]
    assert shortest == [6, 11] and max(training.lengths.then.lengths) == 20
    assert max(map(int, study.tests)) >= 10 * 20 and study.goal in study.tests


def test_gates_are_made_steeper_when_the_training_is_over():
    study = few(DUPLICATING)
    steep, plain = (
        replace(study, steeper=times).trained(0, "diagonal")[0] for times in (1.25, 1.0)
    )
    assert torch.equal(steep.keep.weight, 1.25 * plain.keep.weight)


@each
def test_the_stored_machine_does_what_it_says_it_was_measured_to_do(study):
    model = study.trials["diagonal"].machine.build(study.task, 0)
    about = checkpoints.load(model, study.name)
    assert study.meets(about)
    again = replace(study, tests={"20": 50}).tested(model, about["seed"])
    assert about["right"]["20"] == again["right"]["20"] == 1


@each
def test_the_stored_runs_measured_all_that_the_settings_ask(study):
    for run in results.load(study.name)["runs"]:
        for length, sequences in study.tests.items():
            right = run["right"][length] * sequences
            assert right == pytest.approx(round(right), abs=0.1)  # a whole number


def test_the_cost_rises_with_the_last_stage_of_products():
    objective = FIRST.objective()
    weights = [objective.at(Now(s, 100, 0.1)).weight for s in (1, 65, 66, 100)]
    assert weights == [3.0, 3.0, 10.0, 10.0]
    assert objective.at(NOW).objective.task.uneven == 0.0
    assert SECOND.objective().at(NOW).objective.task.uneven == 0.75
    assert SECOND.objective().objective.task.uneven == 0.0


def test_each_course_draws_new_products_and_the_same_dropout(monkeypatch):
    seeds, real = [], neural_gpu_products.train

    def spy(model, objective, training, *, seed, progress):
        seeds.append((seed, model.training, torch.rand(()).item()))
        return real(model, objective, training, seed=seed, progress=progress)

    monkeypatch.setattr(neural_gpu_products, "train", spy)
    study = few(PRODUCTS)
    _, measured = study.trained(3, "diagonal")
    assert [seed for seed, *_ in seeds] == [3, 1003]
    assert all(training for _, training, _ in seeds)
    assert seeds[0][2] == seeds[1][2]
    assert len(measured["as_trained"]) == len(measured["scores"]) == 2
    assert list(measured["hard"]) == ["3"]


def test_products_are_learned_where_both_shares_are_reached():
    right = dict.fromkeys(PRODUCTS.told, 0.95)
    run = {"right": right, "digits_right": dict.fromkeys(right, 0.995), "seconds": 3.0}
    flawed = run | {"digits_right": dict.fromkeys(right, 0.98)}
    assert PRODUCTS.meets(run) and not PRODUCTS.meets(flawed)
    (row,) = PRODUCTS.rows([run, flawed])
    assert row["ours"].startswith("1 of 2 seeds with 90% of products and 99% of digits")
    assert not row["reached"]
