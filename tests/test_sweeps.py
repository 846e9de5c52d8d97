"""Sweeps over seeds: what they write, what they keep, how they go on."""

import json
import math
import os
from dataclasses import replace
from pathlib import Path

import joblib
import pytest
import torch

import mininet.sweeps as sweeps
from mininet import checkpoints
from mininet.learning import Supervised, Training, train
from mininet.sweeps import SweepError, partial_folder, sweep
from mininet.tasks.adding import Adding
from tests.toys import Toy


def measure(seed: int) -> dict:
    """Which seeds ran is told by a file each, so that processes can tell it too."""
    if log := os.environ.get("SWEEP_LOG"):
        with open(log, "a", encoding="utf-8") as file:
            print(seed, torch.get_num_threads(), file=file)
    bad = os.environ.get("SWEEP_BAD", "")
    if bad and seed == int(bad):
        raise RuntimeError("the cat sat on the keyboard")
    torch.manual_seed(seed)
    return {"mse": torch.rand(()).item() / 3, "curve": [seed / 7, 1e-9 / 3]}


TOY = Toy(name="toy", title="A toy", given={"steps": 3, "rate": 0.01}, run=measure)


@pytest.fixture
def log(tmp_path, monkeypatch):
    """The seeds that were run, in order, as `log()`."""
    path = tmp_path / "log"
    path.touch()
    monkeypatch.setenv("SWEEP_LOG", str(path))
    return lambda: [int(line.split()[0]) for line in path.read_text().splitlines()]


def run(tmp_path: Path, seeds, study=TOY, **more) -> dict:
    path = sweep(study, seeds, folder=tmp_path / "out", progress=False, **more)
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_file_says_what_was_run_and_on_what(tmp_path):
    result = run(tmp_path, range(3))
    assert list(result) == [
        "name", "title", "command", "settings", "seeds", "date", "versions", "machine",
        "mark", "seconds", "runs", "rows",
    ]  # fmt: skip
    assert result["command"] == "python -m mininet sweep toy --seeds 3"
    assert result["settings"] == {"steps": 3, "rate": 0.01}
    assert result["seeds"] == [0, 1, 2]
    assert list(result["versions"]) == ["python", "torch", "numpy", "mininet"]
    assert result["versions"]["torch"] == torch.__version__
    assert result["machine"]["cpu"] and result["machine"]["threads_per_run"] == 1
    assert result["rows"] == [
        {"system": "toy", "seeds": 3, "ours": "fine", "mean": 0.3333}
    ]
    for seed, measured in enumerate(result["runs"]):
        torch.manual_seed(seed)
        assert list(measured) == ["seed", "seconds", "mse", "curve"]
        assert measured["seed"] == seed
        assert measured["mse"] == float(f"{torch.rand(()).item() / 3:.4g}")
        assert measured["curve"] == [float(f"{seed / 7:.4g}"), 3.333e-10]


def test_only_the_result_is_left_behind(tmp_path):
    run(tmp_path, range(3))
    assert [p.name for p in (tmp_path / "out").rglob("*")] == ["toy.json"]


@pytest.mark.parametrize(
    ("seeds", "line"),
    [
        ([0, 1], "python -m mininet sweep toy --seeds 2"),
        ([4, 5, 6], "python -m mininet sweep toy --seeds 3 --first 4"),
        ([4, 2], "mininet.sweeps.sweep(find()['toy'], [4, 2])"),
    ],
)
def test_the_command_runs_the_same_seeds(seeds, line):
    assert sweeps.command("toy", seeds) == line


def test_processes_give_the_numbers_of_one_process(tmp_path, log):
    alone = run(tmp_path / "a", range(4))
    together = run(tmp_path / "b", range(4), jobs=2)
    for result in (alone, together):
        for measured in result["runs"]:
            del measured["seconds"]
        del result["seconds"]
    assert alone == together and sorted(log()) == [0, 0, 1, 1, 2, 2, 3, 3]


def test_each_seed_runs_on_one_thread_and_the_caller_keeps_its_own(tmp_path, log):
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        run(tmp_path, range(2))
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
    assert (tmp_path / "log").read_text() == "0 1\n1 1\n"


def test_a_failing_seed_is_named_and_loses_no_other(tmp_path, log, monkeypatch):
    monkeypatch.setenv("SWEEP_BAD", "1")
    with pytest.raises(SweepError, match="1 of 4 seeds of 'toy' failed") as error:
        run(tmp_path, range(4))
    assert error.value.failures == {1: "RuntimeError: the cat sat on the keyboard"}
    assert "3 are kept" in str(error.value) and "seed 1: RuntimeError" in str(
        error.value
    )
    assert not (tmp_path / "out" / "toy.json").exists()
    monkeypatch.delenv("SWEEP_BAD")
    assert run(tmp_path, range(4))["seeds"] == [0, 1, 2, 3]
    assert log() == [0, 1, 2, 3, 1]


def interrupted(tmp_path: Path, at: int, study=TOY) -> None:
    """Sweep four seeds and press Ctrl-C in the seed `at`."""

    def measure_until(seed):
        if seed == at:
            raise KeyboardInterrupt
        return study.run(seed)

    with pytest.MonkeyPatch.context() as patch:
        mark = sweeps.fingerprint(study)
        patch.setattr(sweeps, "fingerprint", lambda e: mark)
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path, range(4), replace(study, run=measure_until))


def test_an_interrupted_sweep_goes_on_from_the_seeds_done(tmp_path, log):
    interrupted(tmp_path, at=2)
    assert not (tmp_path / "out" / "toy.json").exists() and log() == [0, 1]
    result = run(tmp_path, range(4))
    assert log() == [0, 1, 2, 3]
    assert [r["seed"] for r in result["runs"]] == [0, 1, 2, 3]
    assert not (tmp_path / "out" / ".partial").exists()


@pytest.mark.parametrize("change", ["settings", "version", "code"])
def test_seeds_done_under_other_conditions_are_run_again(
    tmp_path, log, monkeypatch, change
):
    interrupted(tmp_path, at=2)
    study = TOY
    if change == "settings":
        study = replace(TOY, given={"steps": 4, "rate": 0.01})
    elif change == "version":
        monkeypatch.setattr(sweeps, "versions", lambda: {"torch": "0.4"})
    else:
        monkeypatch.setattr(sweeps, "code_mark", lambda *modules: "edited")
    run(tmp_path, range(4), study)
    assert log() == [0, 1, 0, 1, 2, 3]


def test_a_broken_partial_file_is_run_again(tmp_path, log):
    interrupted(tmp_path, at=2)
    parts = partial_folder("toy", tmp_path / "out")
    (parts / "0.json").write_text('{"fingerprint": ')
    (parts / "note.json").write_text("[]")
    run(tmp_path, range(4))
    assert log() == [0, 1, 0, 2, 3]


def test_a_result_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    old = run(tmp_path, range(2))
    monkeypatch.setattr(sweeps, "read_result", lambda *_: {})

    def full(path, target):
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="no space"):
        run(tmp_path, range(4))
    assert json.loads((tmp_path / "out" / "toy.json").read_text()) == old
    assert not list((tmp_path / "out").rglob(".toy.json.*"))


def test_a_measurement_that_is_not_finite_is_a_failed_seed(tmp_path):
    bad = replace(TOY, run=lambda seed: {"mse": math.nan})
    with pytest.raises(SweepError, match="a measurement must be finite, got nan"):
        run(tmp_path, [0], bad)


def test_a_worker_with_other_code_refuses(tmp_path):
    seed, measured, failure, _ = sweeps.run_seed(TOY, 3, "another fingerprint")
    assert seed == 3 and measured == {}
    assert "other code or versions" in failure and torch.__version__ in failure


def test_a_result_too_large_to_keep_is_refused(tmp_path):
    large = replace(TOY, run=lambda seed: {"curve": list(range(20_000))})
    with pytest.raises(ValueError, match="may have 100000 bytes, 'toy' would have"):
        run(tmp_path, [0], large)
    assert not (tmp_path / "out" / "toy.json").exists()


@pytest.mark.parametrize(
    ("seeds", "complaint"),
    [
        ([], "at least one seed, got none"),
        ([0, 1, 0], r"each seed must be given once, got \[0, 1, 0\]"),
        ([-1], "a whole number from 0, got -1"),
        ([0.5], "a whole number from 0, got 0.5"),
    ],
)
def test_seeds_that_make_no_sense_are_refused(tmp_path, log, seeds, complaint):
    with pytest.raises(ValueError, match=complaint):
        run(tmp_path, seeds)
    assert log() == [] and not (tmp_path / "out").exists()


def test_no_jobs_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"jobs must be .* got 0"):
        run(tmp_path, [0], jobs=0)


def test_an_unknown_backend_is_refused(tmp_path):
    with pytest.raises(ValueError, match="cannot use the backend 'abacus'"):
        run(tmp_path, [0], backend="abacus")


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(ValueError, match=r"need a folder, but .*out is a file"):
        run(tmp_path, [0])
    assert (tmp_path / "out").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_refused_before_anything_runs(tmp_path, log):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ValueError, match=r"cannot write results to .*file.out"):
        sweep(TOY, [0], folder=tmp_path / "file" / "out", progress=False)
    assert log() == []


def test_nothing_is_left_behind_when_every_seed_fails(tmp_path, monkeypatch):
    monkeypatch.setenv("SWEEP_BAD", "0")
    with pytest.raises(SweepError, match="1 of 1 seeds"):
        run(tmp_path, [0])
    assert not list((tmp_path / "out").rglob("*"))


def test_the_bar_counts_the_seeds_already_done(tmp_path, capsys):
    interrupted(tmp_path, at=3)
    sweep(TOY, range(4), folder=tmp_path / "out")
    line = capsys.readouterr().err
    assert line.count("\n") == 1 and "seed 3/4" in line and "100%" in line


def test_a_backend_chosen_around_the_sweep_is_used(tmp_path, log):
    with joblib.parallel_config(backend="threading"):
        result = run(tmp_path, range(3), jobs=2)
    assert result["seeds"] == [0, 1, 2] and sorted(log()) == [0, 1, 2]


def test_a_dask_cluster_gives_the_same_numbers(tmp_path):
    import distributed

    here = run(tmp_path / "a", range(3))

    def measure_there(seed):
        distributed.get_worker()  # raises anywhere but in a task of the cluster
        return measure(seed)

    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster),
    ):
        there = run(
            tmp_path / "b",
            range(3),
            replace(TOY, run=measure_there),
            jobs=2,
            backend="dask",
        )
    assert [r["mse"] for r in here["runs"]] == [r["mse"] for r in there["runs"]]


def test_five_seeds_become_ten_without_running_the_five_again(tmp_path, log):
    five = run(tmp_path, range(5))
    ten = run(tmp_path, range(10))
    assert log() == list(range(10)) and ten["seeds"] == list(range(10))
    assert ten["runs"][:5] == five["runs"]
    assert ten["machine"] == five["machine"]
    run(tmp_path, range(3))
    assert log() == list(range(10))


def test_a_result_of_other_code_is_run_again(tmp_path, log):
    run(tmp_path, range(2))
    path = tmp_path / "out" / "toy.json"
    path.write_text(path.read_text().replace('"mark": "', '"mark": "x'))
    run(tmp_path, range(2))
    assert log() == [0, 1, 0, 1]


def test_the_weights_that_are_asked_for_are_kept_and_no_seed_is_trained_twice(
    tmp_path, log
):
    result = run(tmp_path, range(3), keep=1)
    model = torch.nn.Linear(2, 1)
    about = checkpoints.load(model, "toy", tmp_path / "out")
    torch.manual_seed(1)
    assert torch.equal(model.weight, torch.nn.Linear(2, 1).weight)
    assert about["seed"] == 1 and about["mse"] == result["runs"][1]["mse"]
    assert about["command"] == "python -m mininet train toy --seed 1"
    assert about["settings"] == result["settings"] and about["mark"] == result["mark"]
    assert not (tmp_path / "out" / ".partial").exists()
    run(tmp_path, range(4), keep=1)
    assert log() == [0, 1, 2, 3]  # the weights are there
    run(tmp_path, range(4), keep=2)
    assert log() == [0, 1, 2, 3, 2]


@pytest.mark.parametrize(
    ("study", "keep", "complaint"),
    [
        (TOY, 7, r"the seed to keep must be one of \[0, 1\], got 7"),
        (replace(TOY, keeps=""), 0, "'toy' has no weights that a chapter loads"),
    ],
)
def test_weights_that_cannot_be_kept_are_refused(tmp_path, log, study, keep, complaint):
    with pytest.raises(ValueError, match=complaint):
        run(tmp_path, range(2), study, keep=keep)
    assert log() == []


def test_a_training_that_is_interrupted_interrupts_the_sweep(tmp_path):
    class Interrupt(Supervised):
        def loss(self, model, batch, generator):
            raise KeyboardInterrupt

    def train_and_be_interrupted(seed):
        objective, model = Interrupt(Adding()), torch.nn.Linear(2, 1)
        train(model, objective, Training(2, 4), progress=False)
        return {"mse": 0.0}

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, [0], replace(TOY, run=train_and_be_interrupted))
    assert not (tmp_path / "out" / "toy.json").exists()
