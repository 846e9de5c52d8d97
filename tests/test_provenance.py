"""Where a measurement comes from."""

import math
from pathlib import Path

import pytest
import torch

import mininet
from mininet import provenance
from mininet.provenance import code_mark, cpu_name, rounded, versions


@pytest.fixture
def edited(tmp_path, monkeypatch):
    """The mark after one file of a copy of the package was changed."""
    home = Path(mininet.__file__).parent
    for path in home.rglob("*.py"):
        copy = tmp_path / path.relative_to(home)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    monkeypatch.setattr(mininet, "__file__", str(tmp_path / "__init__.py"))

    def mark(name: str = "") -> str:
        if name:
            (tmp_path / name).write_text("changed = True\n")
        code_mark.cache_clear()
        return code_mark()

    yield mark
    code_mark.cache_clear()


@pytest.mark.parametrize("name", ["models/lstm.py", "training.py", "tasks/adding.py"])
def test_code_that_shapes_numbers_changes_the_mark(edited, name):
    assert edited() != edited(name)


@pytest.mark.parametrize("name", ["plotting.py", "sweeps.py", "__main__.py"])
def test_code_that_shapes_no_numbers_does_not(edited, name):
    assert edited() == edited(name)


def test_what_is_set_aside_exists():
    home = Path(provenance.__file__).parent
    later = {"live"}
    assert all((home / name).exists() for name in set(provenance.ASIDE) - later)


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
