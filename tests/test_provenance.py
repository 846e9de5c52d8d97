"""Where a measurement comes from."""

import importlib
import math
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import mininet
from mininet import provenance
from mininet.provenance import code_mark, cpu_name, rounded, versions
from mininet.source import reached_from

STUDY = "mininet.experiments.adding"
OTHER = "mininet.experiments.ntm"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A copy of the package, and the mark that a study of it has there."""
    home = Path(mininet.__file__).parent
    shutil.copytree(home, tmp_path / "mininet", ignore=lambda *_: ["__pycache__"])
    monkeypatch.setattr(mininet, "__file__", str(tmp_path / "mininet" / "__init__.py"))

    def mark(study: str = STUDY) -> str:
        code_mark.cache_clear()
        return code_mark(study)

    mark.home = tmp_path / "mininet"
    yield mark
    code_mark.cache_clear()


@pytest.mark.parametrize(
    "name",
    [
        "experiments/adding.py", "models/lstm.py", "models/rnn.py", "recurrent.py",
        "tasks/adding.py", "tasks/__init__.py", "studies.py", "learning/loop.py",
        "learning/objectives.py", "learning/schedules.py", "learning/settings.py",
    ],
)  # fmt: skip
def test_code_that_a_study_uses_changes_its_mark(package, name):
    before = package()
    path = package.home / name
    path.write_text(path.read_text() + "\nchanged = True\n")
    assert package() != before


@pytest.mark.parametrize(
    "name",
    [
        "plotting.py", "sweeps.py", "__main__.py", "results.py", "models/ntm.py",
        "experiments/ntm.py", "learning/noise.py", "learning/saturation.py",
        "tasks/copying.py",
    ],
)  # fmt: skip
def test_code_that_a_study_does_not_use_does_not(package, name):
    before = package()
    (package.home / name).write_text("changed = True\n")
    assert package() == before


def test_a_new_system_and_its_study_discard_no_other_runs(package):
    before = package(), package(OTHER)
    for folder in ("models", "tasks", "experiments", "learning"):
        (package.home / folder / "stack.py").write_text("new = True\n")
    assert (package(), package(OTHER)) == before


def test_a_docstring_and_a_comment_discard_nothing(package):
    before = package()
    path = package.home / "models" / "lstm.py"
    first, _, rest = path.read_text().partition("\n")
    assert first.startswith('"""')
    path.write_text(f'"""Other words."""\n# and a comment\n{rest}')
    assert package() == before


def test_a_file_that_a_module_names_counts_as_well(package):
    before = package("mininet.tasks.text")
    path = package.home / "tasks" / "pages.txt"
    path.write_text(path.read_text() + ".")
    assert package("mininet.tasks.text") != before


def test_what_is_reached_is_what_python_loads():
    code = f"import sys, {OTHER}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = [n for n in done.stdout.split() if n.split(".")[0] == "mininet"]
    files = {importlib.import_module(name).__file__ for name in loaded}
    assert len(files) > 10 and files <= set(map(str, reached_from(OTHER)))


@pytest.mark.parametrize(
    "line",
    [
        "import kit.parts.wheel",
        "import kit.parts.wheel as w",
        "from kit.parts import wheel",
        "from kit.parts.wheel import SPOKES",
        "def late():\n    from kit.parts import wheel",
        "import kit.cart",
    ],
)
def test_every_way_to_import_a_module_is_seen(tmp_path, line):
    home = tmp_path / "kit"
    for name, text in {
        "__init__.py": "",
        "parts/__init__.py": "",
        "parts/wheel.py": "SPOKES = 8",
        "cart.py": "from kit.parts import wheel",
        "study.py": line,
        "other.py": "",
    }.items():
        (home / name).parent.mkdir(exist_ok=True, parents=True)
        (home / name).write_text(text)
    found = {
        p.relative_to(home).as_posix() for p in reached_from("kit.study", home=home)
    }
    wanted = {"__init__.py", "study.py", "parts/__init__.py", "parts/wheel.py"}
    assert found == wanted | ({"cart.py"} if "cart" in line else set())


def test_what_is_set_aside_exists():
    home = Path(provenance.__file__).parent
    assert all((home / name).exists() for name in provenance.ASIDE)


@pytest.mark.parametrize(
    ("value", "want"),
    [
        (1 / 3, 0.3333),
        (123456.7, 123500.0),
        (1.23456e-12, 1.235e-12),
        (0.0, 0.0),
        (12345, 12345),
        (True, True),
        ("1.23456", "1.23456"),
        (None, None),
        ({"a": [1 / 3, {"b": (2 / 3,)}]}, {"a": [0.3333, {"b": [0.6667]}]}),
    ],
)
def test_numbers_keep_four_digits(value, want):
    assert rounded(value) == want and type(rounded(value)) is type(want)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_refused(value):
    with pytest.raises(ValueError, match=f"must be finite, got {value}"):
        rounded({"a": [value]})


def test_versions_and_processor_have_names():
    assert versions()["torch"] == torch.__version__
    assert versions()["mininet"] == mininet.__version__
    assert cpu_name().strip()
