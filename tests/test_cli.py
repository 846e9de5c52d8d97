"""`python -m mininet`: what it prints, what it leaves, and its exit codes."""

import errno
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

import mininet.__main__ as cli
from mininet.checkpoints import load
from mininet.studies import find
from tests.toys import Toy

ROOT = Path(__file__).parent.parent


def fail_on_two(seed: int) -> dict:
    if seed == 2:
        raise RuntimeError("out of luck")
    return {"seed_squared": seed**2}


def tiny(seed: int) -> dict:
    return {"seed_squared": seed**2, "seconds": 1.23456}


TOY = Toy(name="toy", title="A toy", run=lambda seed: {"seed_squared": seed**2})
STUDIES = find() | {
    "toy": TOY,
    "unlucky": replace(TOY, name="unlucky", run=fail_on_two),
    "tiny": replace(TOY, name="tiny", run=tiny, given={"steps": 1}),
}


@pytest.fixture(autouse=True)
def toys(monkeypatch):
    monkeypatch.setattr(cli, "find", lambda: STUDIES)


def test_list_names_every_study_with_its_title(capsys):
    assert cli.main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(STUDIES)
    for line, study in zip(lines, STUDIES.values(), strict=True):
        assert line.split()[0] == study.name and study.title in line


def test_a_sweep_writes_its_file_and_says_where(tmp_path, capsys):
    out = tmp_path / "out"
    assert (
        cli.main(["sweep", "toy", "--seeds", "3", "--jobs", "1", "--out", str(out)])
        == 0
    )
    assert capsys.readouterr().out.strip() == str(out / "toy.json")
    result = json.loads((out / "toy.json").read_text(encoding="utf-8"))
    assert [run["seed_squared"] for run in result["runs"]] == [0, 1, 4]
    assert result["command"] == "python -m mininet sweep toy --seeds 3"


def test_a_sweep_may_start_at_another_seed(tmp_path):
    line = ["sweep", "toy", "--seeds", "2", "--first", "7", "--jobs", "1"]
    assert cli.main([*line, "--out", str(tmp_path)]) == 0
    result = json.loads((tmp_path / "toy.json").read_text(encoding="utf-8"))
    assert result["seeds"] == [7, 8]
    assert result["command"] == "python -m mininet sweep toy --seeds 2 --first 7"


def test_a_sweep_keeps_the_weights_it_is_asked_for(tmp_path):
    line = ["sweep", "toy", "--seeds", "2", "--keep", "1", "--jobs", "1"]
    assert cli.main([*line, "--out", str(tmp_path)]) == 0
    assert load(torch.nn.Linear(2, 1), "toy", tmp_path)["seed"] == 1


def test_a_seed_that_fails_gives_exit_code_1_and_keeps_the_others(tmp_path, capsys):
    line = ["sweep", "unlucky", "--seeds", "4", "--jobs", "1", "--out", str(tmp_path)]
    assert cli.main(line) == 1
    said = capsys.readouterr()
    assert "1 of 4 seeds of 'unlucky' failed" in said.err
    assert "seed 2: RuntimeError: out of luck" in said.err and said.out == ""
    kept = sorted(p.name for p in tmp_path.rglob("*.json"))
    assert kept == ["0.json", "1.json", "3.json"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ([], "COMMAND"),
        (["fly"], "invalid choice: 'fly'"),
        (["sweep"], "required: NAME, --seeds"),
        (["sweep", "toy"], "required: --seeds"),
        (["sweep", "toi", "--seeds", "2"], "no study called 'toi'; there are:"),
        (["sweep", "toi", "--seeds", "2"], "did you mean 'toy'?"),
        (["sweep", "toy", "--seeds", "0"], "--seeds must be at least 1, got 0"),
        (["sweep", "toy", "--seeds", "-3"], "--seeds must be at least 1, got -3"),
        (["sweep", "toy", "--seeds", "many"], "argument --seeds: invalid int value"),
        (
            ["sweep", "toy", "--seeds", "2", "--first", "-1"],
            "--first must be at least 0",
        ),
        (["sweep", "toy", "--seeds", "2", "--jobs", "0"], "--jobs must be at least 1"),
        (["sweep", "toy", "--seeds", "2", "--backend", "abacus"], "'abacus'"),
        (
            ["sweep", "toy", "--seeds", "2", "--scheduler", "tcp://localhost:1"],
            "--scheduler is for --backend dask only",
        ),
    ],
)
def test_a_request_that_makes_no_sense_gets_a_sentence_and_exit_code_2(
    tmp_path, capsys, monkeypatch, line, complaint
):
    monkeypatch.chdir(tmp_path)
    assert cli.main(line) == 2
    said = capsys.readouterr()
    assert said.err.startswith("mininet: ") and said.err.count("\n") == 1
    assert complaint in said.err and said.out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_the_folder_should_be_is_left_alone(tmp_path, capsys):
    (tmp_path / "out").write_text("mine")
    line = ["sweep", "toy", "--seeds", "2", "--jobs", "1"]
    assert cli.main([*line, "--out", str(tmp_path / "out")]) == 2
    assert "out is a file" in capsys.readouterr().err
    assert (tmp_path / "out").read_text() == "mine"


def test_a_dask_scheduler_that_does_not_answer_is_named(tmp_path, capsys, monkeypatch):
    import distributed

    def unreachable(address, timeout):
        raise OSError("Timed out trying to connect")

    monkeypatch.setattr(distributed, "Client", unreachable)
    line = ["sweep", "toy", "--seeds", "1", "--backend", "dask", "--out", str(tmp_path)]
    assert cli.main([*line, "--scheduler", "tcp://192.0.2.1:8786"]) == 2
    assert (
        "no Dask scheduler answers at tcp://192.0.2.1:8786" in capsys.readouterr().err
    )


def test_a_missing_package_for_a_backend_is_named(tmp_path, capsys, monkeypatch):
    for backend, package in (("dask", "distributed"), ("ray", "ray")):
        monkeypatch.setitem(sys.modules, package, None)
        monkeypatch.setitem(sys.modules, "ray.util.joblib", None)
        line = ["sweep", "toy", "--seeds", "1", "--backend", backend]
        assert cli.main([*line, "--out", str(tmp_path)]) == 2
        assert f"--backend {backend} needs another package" in capsys.readouterr().err


def test_the_real_studies_have_settings_that_json_can_hold():
    for name, study in find().items():
        assert study.name == name
        assert json.loads(json.dumps(study.settings)) == study.settings


# A child process whose second seed waits until it is interrupted.
CHILD = """
import os, sys, time
import mininet.__main__ as cli
from mininet.checkpoints import load
from tests.toys import Toy
def run(seed):
    if seed == 1 and "WAIT" in os.environ:
        open(os.environ["WAIT"], "w").close()
        time.sleep(60)
    return {"seed_squared": seed**2}
cli.find = lambda: {"toy": Toy(name="toy", title="A toy", run=run)}
sys.exit(cli.main(["sweep", "toy", "--seeds", "3", "--jobs", "1", "--out", "out"]))
"""


def listen_to_ctrl_c() -> None:
    """A shell's background job ignores Ctrl-C, and so would its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_says_what_is_kept_and_the_same_command_goes_on(tmp_path):
    script, waits = tmp_path / "child.py", tmp_path / "waits"
    script.write_text(CHILD)
    here = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(script)]
    child = subprocess.Popen(
        command, cwd=tmp_path, env=here | {"WAIT": str(waits)},
        stderr=subprocess.PIPE, text=True, preexec_fn=listen_to_ctrl_c,
    )  # fmt: skip
    for _ in range(600):
        if waits.exists() or child.poll() is not None:
            break
        time.sleep(0.1)
    child.send_signal(signal.SIGINT)
    said = child.communicate(timeout=30)[1]
    assert child.returncode == 130
    assert "interrupted; 1 of 3 seeds are kept" in said and "Traceback" not in said
    assert not (tmp_path / "out" / "toy.json").exists()
    again = subprocess.run(
        command, cwd=tmp_path, env=here, capture_output=True, text=True, check=False
    )
    assert again.returncode == 0 and "seed 3/3" in again.stderr
    assert (tmp_path / "out" / "toy.json").exists()


def test_train_writes_a_checkpoint_and_says_where(tmp_path, capsys):
    assert cli.main(["train", "tiny", "--seed", "4", "--out", str(tmp_path)]) == 0
    path = tmp_path / "tiny.safetensors"
    assert capsys.readouterr().out.strip() == str(path)
    model = torch.nn.Linear(2, 1)
    about = load(model, "tiny", tmp_path)
    assert about["command"] == "python -m mininet train tiny --seed 4"
    assert about["seconds"] == 1.235 and about["settings"] == {"steps": 1}
    torch.manual_seed(4)
    assert torch.equal(model.weight, torch.nn.Linear(2, 1).weight)


def never(seed: int):
    pytest.fail("trained, though the weights cannot be kept")


@pytest.mark.parametrize(
    ("out", "complaint"),
    [
        (os.devnull, f"but {os.devnull} is a file"),
        ("file", "file is a file"),
        ("file/below", "cannot write to"),
        ("full", "No space left on device"),
        ("locked", "Permission denied"),
    ],
)
def test_a_folder_that_takes_no_file_is_refused_before_the_training(
    tmp_path, capsys, monkeypatch, out, complaint
):
    def temporary(dir):
        code = errno.ENOSPC if "full" in str(dir) else errno.EACCES
        raise OSError(code, os.strerror(code))

    if out in ("full", "locked"):
        monkeypatch.setattr(tempfile, "TemporaryFile", temporary)
    monkeypatch.setitem(STUDIES, "tiny", replace(TOY, name="tiny", run=never))
    (tmp_path / "file").write_text("mine")
    assert cli.main(["train", "tiny", "--out", str(tmp_path / out)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("mininet: ") and said.count("\n") == 1
    assert complaint in said
    assert (tmp_path / "file").read_text() == "mine"


def test_a_disk_that_is_full_after_the_training_gets_a_sentence(
    tmp_path, capsys, monkeypatch
):
    def full(path, data):
        with path.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    assert cli.main(["train", "tiny", "--seed", "1", "--out", str(tmp_path)]) == 0
    monkeypatch.setattr(Path, "write_bytes", full)
    assert cli.main(["train", "tiny", "--seed", "2", "--out", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "the weights are not kept: [Errno 28] No space left on device" in said
    assert said.count("\n") == 1


def test_a_disk_that_is_full_during_a_sweep_gets_a_sentence(
    tmp_path, capsys, monkeypatch
):
    def full(path, *_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(Path, "write_text", full)
    line = ["sweep", "toy", "--seeds", "2", "--jobs", "1", "--out", str(tmp_path)]
    assert cli.main(line) == 1
    said = capsys.readouterr().err
    assert "No space left on device" in said and "Traceback" not in said


# A child process that trains until it is interrupted.
TRAINS = """
import os, sys, time
import torch
import mininet.__main__ as cli
from mininet.learning import Supervised, Training, train
from mininet.tasks.adding import Adding
from tests.toys import Toy
def tiny(seed):
    open(os.environ["WAIT"], "w").close()
    long = Training(10**9, 4)
    train(torch.nn.Linear(2, 1), Supervised(Adding()), long, progress=False)
cli.find = lambda: {"tiny": Toy(name="tiny", title="A toy", run=tiny)}
sys.exit(cli.main(["train", "tiny", "--out", "out"]))
"""


def test_ctrl_c_ends_a_training_with_a_sentence(tmp_path):
    (tmp_path / "child.py").write_text(TRAINS)
    waits = tmp_path / "waits"
    child = subprocess.Popen(
        [sys.executable, "child.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "WAIT": str(waits)},
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=listen_to_ctrl_c,
    )
    for _ in range(600):
        if waits.exists() or child.poll() is not None:
            break
        time.sleep(0.1)
    child.send_signal(signal.SIGINT)
    said = child.communicate(timeout=30)[1]
    assert child.returncode == 130
    assert said.strip() == "mininet: interrupted, nothing is kept"


# In one process, for each has to load PyTorch.
SAID = """
import runpy, sys
for line in sys.argv[1:]:
    sys.argv = ["mininet", *line.split()]
    try:
        runpy.run_module("mininet", run_name="__main__")
    except SystemExit as end:
        print(f"\\nended with {end.code or 0}\\n---")
"""


def test_a_terminal_without_utf_8_gets_the_text_all_the_same():
    lines = ["--help", "sweep --help", "train --help", "list"]
    done = subprocess.run(
        [sys.executable, "-c", SAID, *lines],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.isascii()
    texts = done.stdout.decode().split("---\n")[:-1]
    assert len(texts) == len(lines)
    for text in texts:
        assert text.endswith("\nended with 0\n") and len(text.split()) > 20


@pytest.mark.parametrize("wrong", [["nothing"], ["ntm-copy-small", "--seed", "-1"]])
def test_train_refuses_what_makes_no_sense(wrong, capsys):
    assert cli.main(["train", *wrong]) == 2
    assert capsys.readouterr().err.startswith("mininet: ")
