"""Results are read from their files; a missing one is named with its command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mininet import results
from mininet.sweeps import command

NAMES = sorted(path.stem for path in results.FOLDER.glob("*.json"))


def test_a_missing_result_names_the_command_that_makes_it(tmp_path: Path) -> None:
    (tmp_path / "here.json").write_text("{}")
    with pytest.raises(ValueError, match="there are: here") as refused:
        results.load("gone", tmp_path)
    assert "python -m mininet sweep gone" in str(refused.value)


def test_a_misspelt_result_is_told_its_name() -> None:
    with pytest.raises(ValueError, match="Did you mean 'adding-100'"):
        results.load("ading-100", str(results.FOLDER))


WHOLE = (results.FOLDER / f"{NAMES[0]}.json").read_bytes()


@pytest.mark.parametrize(
    "broken", [b"", WHOLE[:500], WHOLE[:-3], b"\xff\xfe", b"[1, 2]", b"null"]
)
def test_a_result_that_is_not_whole_is_named(broken: bytes, tmp_path: Path) -> None:
    (tmp_path / "half.json").write_bytes(broken)
    with pytest.raises(ValueError, match=r"^half\.json is ") as refused:
        results.load("half", tmp_path)
    assert "python -m mininet sweep half" in str(refused.value)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_shown_is_whole_and_no_line_of_it_is_too_long(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    results.show(name, name)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 78  # as long as a notebook's lines of code
    told = " ".join(line.strip() for line in lines)
    for row in results.load(name)["rows"]:
        assert told.count(f"{row['task']}, {row['system']}: {row['ours']}") == 2


def test_there_are_results_to_show() -> None:
    assert {"adding-100", "adding-200", "forget-bias"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_result_says_where_it_comes_from(name: str) -> None:
    result = results.load(name)
    assert result["name"] == name
    assert result["command"] == command(name, result["seeds"])
    assert result["seeds"] == sorted({run["seed"] for run in result["runs"]})
    assert {"python", "torch", "numpy", "mininet"} <= set(result["versions"])
    assert result["settings"]
    assert result["date"]
    assert result["seconds"] > 0


@pytest.mark.parametrize("name", NAMES)
def test_every_row_has_what_the_results_page_shows(name: str) -> None:
    bibliography = (results.FOLDER.parent / "book" / "references.bib").read_text()
    for row in results.load(name)["rows"]:
        # A checkpoint is one machine; the seeds then draw what it is asked.
        one_machine = "checkpoint" in results.load(name)["settings"]
        assert row["seeds"] == (1 if one_machine else len(results.load(name)["seeds"]))
        assert row["ours"] and row["claim"] and row["task"] and row["system"]
        assert f"{{{row['citation']}," in bibliography
        linked = results.FOLDER.parent / row["link"]
        assert any(linked.with_suffix(kind).is_file() for kind in (".ipynb", ".md"))


def test_the_lstm_solves_the_adding_problem_on_every_seed_and_the_rnn_on_none() -> None:
    for length in (100, 200):
        runs = json.loads((results.FOLDER / f"adding-{length}.json").read_text())[
            "runs"
        ]
        assert len(runs) >= 10
        for run in runs:
            assert run["lstm"]["mse"] < 0.01
            assert run["rnn"]["mse"] > 0.1
