"""What a checked cell printed is compared as a reader compares it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output, writes

from tools.nbval_numbers import same_printed
from tools.notebooks import ROOT


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("loss 0.124", "loss 0.125"),
        ("1.2346e-05", "1.2347e-05"),
        ("2e-10 left", "3e-10 left"),
        ("left: 8157.0", "left: 8160.1"),
        ("71% of the words", "72% of the words"),
        ("100.0% right", "99.9% right"),
        ("off by 0.00", "off by -0.00"),
        ("at 120:\n  0.0999, worst 0.147", "at 120: 0.1,\n worst 0.147"),
        ("at 200: 1e+03", "at 200: 998.2"),
        ("−0.50", "−0.51"),
        ("3 of 5,  worst 0.50.", "3 of 5, worst 0.51."),
        ("33,220 weights", "33220 weights"),
    ],
)
def test_last_digits_and_spaces_do_not_count(one: str, other: str):
    assert same_printed(one, other) and same_printed(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("loss 0.124", "loss 0.126"),
        ("loss 0.124", "loss -0.124"),
        ("1.2346e-05", "1.2349e-04"),
        ("2e-10 left", "4e-10 left"),
        ("71% of the words", "73% of the words"),
        ("71% of the words", "71 of the words"),
        ("5 of 5 seeds", "4 of 5 seeds"),
        ("step 37", "step 38"),
        ("25890 characters", "25891 characters"),
        ("rows [1, 2]", "rows [1, 3]"),
        ("rows [1, 2]", "rows [1]"),
        ("torch 2.13.0", "torch 2.13.1"),
        ("at 00:44", "at 00:47"),
        ("cell3.5x", "cell3.6x"),
        ("read 0.5", "write 0.5"),
    ],
)
def test_counts_words_and_other_values_do(one: str, other: str):
    assert not same_printed(one, other) and not same_printed(other, one)


def checked(source: str, *stored: tuple[str, str]) -> str:
    """A notebook of one cell whose output is promised."""
    cell = new_code_cell(source, id="only", execution_count=1)
    cell.metadata["tags"] = ["nbval-check-output"]
    cell.outputs = [new_output("stream", name=name, text=text) for name, text in stored]
    return str(writes(new_notebook(cells=[cell])))


CELLS = {
    "progress of another time": (
        checked(
            "import sys\nprint('3 of 3 00:47', file=sys.stderr)\nprint(0.25)",
            ("stderr", "3 of 3 00:44\n"),
            ("stdout", "0.25\n"),
        ),
        0,
    ),
    "progress where there was none": (
        checked("import sys\nprint('a', file=sys.stderr)", ("stderr", "")),
        0,
    ),
    "the last digit": (checked("print('is 0.12346')", ("stdout", "is 0.12345\n")), 0),
    "the second digit": (checked("print('is 0.13')", ("stdout", "is 0.25\n")), 1),
    "a count": (checked("print('4 of 5')", ("stdout", "5 of 5\n")), 1),
    "a value": (checked("0.5", ("stdout", "0.5\n")), 1),
    "nothing": (checked("x = 1", ("stdout", "0.5\n")), 1),
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a run over all of the cells says, as the Makefile runs it."""
    folder: Path = tmp_path_factory.mktemp("cells")
    for name, (text, _) in CELLS.items():
        (folder / f"{name.replace(' ', '-')}.ipynb").write_text(text, encoding="utf8")
    command = [sys.executable, "-m", "pytest", "-p", "tools.nbval_numbers"]
    command += ["--nbval-lax", "--nbval-current-env", "-p", "no:cacheprovider"]
    command += ["-rA", "-c", str(ROOT / "pyproject.toml"), str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout


@pytest.mark.parametrize("name", CELLS)
def test_nbval_compares_so(verdicts: str, name: str):
    verdict = "FAILED" if CELLS[name][1] else "PASSED"
    lines = [line for line in verdicts.splitlines() if line.startswith(verdict)]
    assert any(f"{name.replace(' ', '-')}.ipynb" in line for line in lines), verdicts
