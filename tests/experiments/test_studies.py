"""What holds for every study of the book."""

import json
import pickle
from dataclasses import fields, is_dataclass, replace

import pytest
import torch

from mininet import checkpoints, results
from mininet.experiments.powers import PowersStudy
from mininet.learning import Goal, Lengths, Optimiser, Several, Stages
from mininet.provenance import rounded
from mininet.studies import Claim, Machine, find
from mininet.sweeps import fingerprint
from mininet.tasks.copying import Copy
from tests.experiments.cut import few, run

torch.set_num_threads(1)
STUDIES = find()
PAGES = ("ntm-copy-small", *(name for name in STUDIES if name.endswith("-watched")))
SWEPT = [name for name in STUDIES if name not in PAGES]  # those are for a page alone
KEPT = [name for name, study in STUDIES.items() if study.keeps]
ROW = "system task claim citation ours reached seeds seconds link".split()
each = pytest.mark.parametrize("name", STUDIES)
each_swept = pytest.mark.parametrize("name", SWEPT)


def test_studies_are_found_by_looking_into_the_folder():
    there = {path.stem for path in results.FOLDER.glob("*.json")}
    assert there == set(SWEPT)
    stored = {path.stem for path in results.FOLDER.glob("*.safetensors")}
    assert stored == set(KEPT)


@each
def test_a_study_can_be_sent_to_another_process(name):
    there = pickle.loads(pickle.dumps(STUDIES[name]))
    assert there.settings == STUDIES[name].settings
    assert fingerprint(there) == fingerprint(STUDIES[name])


@each_swept
def test_the_stored_results_are_from_the_settings_in_the_code(name):
    stored = results.load(name)
    assert stored["settings"] == STUDIES[name].settings
    assert stored["title"] == STUDIES[name].title


@each_swept
def test_the_stored_rows_follow_from_the_stored_runs(name):
    stored = results.load(name)
    assert stored["rows"] == rounded(STUDIES[name].rows(stored["runs"]))
    assert all(list(row) == ROW for row in stored["rows"])


@each_swept
def test_the_page_that_a_result_links_to_shows_it(name):
    for row in results.load(name)["rows"]:
        page = results.FOLDER.parent / row["link"]
        if isinstance(STUDIES[name], PowersStudy):  # all of them in one table
            assert "{powers-table}" in page.with_suffix(".md").read_text("utf8")
        else:
            assert name in page.with_suffix(".ipynb").read_text("utf8")


@each
def test_all_is_measured_and_a_seed_gives_the_same_numbers(name):
    study = few(STUDIES[name])
    if len(study.systems) > 4:  # the first four are enough
        study = replace(study, trials=dict(list(study.trials.items())[:4]))
    runs = [run(study, seed) for seed in (3, 3, 4)]
    json.dumps(runs, allow_nan=False)
    assert runs[0] == runs[1]
    if name != "forget-bias":  # which keeps no more than steps, here none
        assert runs[0] != runs[2] or name == "neural-gpu-far"


@pytest.mark.parametrize("name", KEPT)
def test_weights_and_measurements_are_of_the_same_training(name):
    study = few(STUDIES[name])
    model, measured = study.trained(3, study.keeps)
    again, same = study.trained(3, study.keeps)
    for mine, other in zip(model.parameters(), again.parameters(), strict=True):
        assert torch.equal(mine, other)
    assert measured.keys() == same.keys()


@pytest.mark.parametrize("name", KEPT)
def test_a_stored_checkpoint_says_where_it_comes_from(name):
    path = results.FOLDER / f"{name}.safetensors"
    about = checkpoints.told(path.read_bytes())
    assert about["command"] == f"python -m mininet train {name} --seed {about['seed']}"
    assert about["settings"] == STUDIES[name].settings


# Each setting that is stored changes what is kept of the study: two studies with
# another value are never taken for one.
OTHERS = {
    int: lambda v: v + 1,
    float: lambda v: v / 2 + 0.001,
    str: lambda v: v + "?",
    bool: lambda v: not v,
    tuple: lambda v: v[:-1],
    dict: lambda v: dict(list(v.items())[:-1]),
    type(None): lambda v: 1.0,
}


def other(value):
    """All variants of a value in which one thing is changed."""
    if is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            for new in other(getattr(value, one.name)):
                try:
                    yield replace(value, **{one.name: new})
                except ValueError:
                    continue  # it makes no sense
    elif type(value) in OTHERS and (value or not isinstance(value, tuple | dict)):
        yield OTHERS[type(value)](value)


@each
def test_another_value_of_any_setting_is_another_study(name):
    study = STUDIES[name]
    aside = {"name", "title", "keeps"}
    for one in fields(study):
        if one.name not in aside:
            for new in other(getattr(study, one.name)):
                changed = replace(study, **{one.name: new})
                assert changed.settings != study.settings, one.name
    for system, trial in study.trials.items():
        for new in other(trial):
            changed = replace(study, trials=study.trials | {system: new})
            assert changed.settings != study.settings, new


def weights_after(study, system):
    return torch.cat([p.flatten() for p in study.trained(0, system)[0].parameters()])


@pytest.mark.parametrize(
    "name", ["adding-100", "ntm-copy", "neural-gpu-addition", "neural-gpu-copying"]
)
@pytest.mark.parametrize(
    "change",
    [
        {"steps": 3},
        {"batch_size": 4},
        {"lengths": Lengths(9, 9)},
        {"lengths": Several((6, 7))},
        {"lengths": Stages(((0.5, Lengths(9, 9)),), then=Lengths(6, 6))},
        {"optimiser": Optimiser(0.5, clip_norm=None)},
        {"optimiser": Optimiser(clip_norm=1e-4, kind=torch.optim.SGD)},
        {"optimiser": Optimiser(warmup=0.9)},
    ],
    ids=str,
)
def test_each_setting_of_a_training_changes_what_is_trained(name, change):
    study = few(STUDIES[name])
    if isinstance(study.trials[study.systems[0]].training.lengths, int):
        change = {"lengths": 9} if "lengths" in change else change
    system = study.systems[0]
    trial = study.trials[system]
    changed = replace(trial, training=replace(trial.training, **change))
    there = weights_after(replace(study, trials={system: changed}), system)
    assert not torch.equal(there, weights_after(study, system))


def test_scorings_are_as_many_as_large_and_at_the_lengths_that_are_said():
    study = few(STUDIES["ntm-copy"])
    trial = study.trials["ntm"]

    def scored(**said):
        scoring = replace(trial.training.scoring, **said)
        new = replace(trial, training=replace(trial.training, scoring=scoring))
        return replace(study, trials={"ntm": new}).trained(0, "ntm")[1]["scores"]

    base = scored()
    assert len(base) == 2 and len(scored(times=1)) == 1
    assert scored(size=9) != base and scored(lengths=(12,))[0] > base[0]
    assert len(scored(goal=Goal("bits", below=1e9))) == 1


def test_a_size_that_a_model_does_not_have_is_refused_when_it_is_written():
    with pytest.raises(ValueError, match="LSTM has no size 'hiden_size'; it has input"):
        Machine(STUDIES["adding-100"].trials["lstm"].machine.kind, hiden_size=3)


def test_a_machine_is_built_with_its_sizes_and_the_weights_of_its_seed():
    machine = STUDIES["ntm-copy"].trials["ntm"].machine.but(locations=7)
    one, same, other_seed = (machine.build(Copy(), seed) for seed in (3, 3, 4))
    assert one.locations == 7 and one.input_size == 9
    weights = [next(m.parameters()) for m in (one, same, other_seed)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_a_claim_becomes_a_row():
    claim = Claim("LSTM", "adding", "learned", "gers2000", "notebooks/02-lstm")
    row = claim.row(ours="fine", reached=True, seeds=3, seconds=1.5)
    assert list(row) == ROW and row["claim"] == "learned" and row["seeds"] == 3
