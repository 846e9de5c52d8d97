"""The book may lie in any folder: `make` stays in it, and knows when it has moved.

A path with a space in it, unquoted in a recipe, once removed the folder beside it.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# A folder's names as people give them, and one as nobody should.
ODD = 'deep learning & büch; touch owned/it\'s "a" $HOME `book`'
# What the shell would make of parts of them, if a recipe did not quote.
CUT = ("deep", "büch", "it's", "learning", "a", "book")


# What recipes may write.

# All that make puts into a recipe by itself: none of it holds what a caller named.
PLAIN = {
    "$(NOTEBOOKS)": "the repository's own, relative",
    "$(IN_THE_BOOK)": "one file of the tests",
    "$(LAB)": "options, several words",
    "$(if $(filter no,$(SERVE)),--no-serve)": "one of two constants",
    "$(if $(FORCE),--force)": "one of two constants",
    "$(if $(filter 0,$(shell id -u)),--allow-root)": "one of two constants",
}


def recipes(makefile: str) -> list[str]:
    """The lines that a shell gets, continued lines joined."""
    joined = makefile.replace("\\\n", " ")
    return [line[1:] for line in joined.splitlines() if line.startswith("\t")]


def complaints(makefile: str) -> Iterator[str]:
    """What could leave the folder, or be cut at a space, in any recipe."""
    for line in recipes(makefile):
        left = line
        for known in PLAIN:
            left = left.replace(known, "")
        if re.search(r"(?<!\$)\$[^$]", left):
            yield f"make itself expands a variable: {line}"
        shell = re.sub(r'"[^"]*"', "", left)
        if "$$" in re.sub(r"'[^']*'", "", shell):
            yield f"a variable stands unquoted: {line}"
        if re.search(r"(^|[\s=\"'])/(?!dev/null)", left) and "sed " not in left:
            yield f"an absolute path: {line}"
        if re.search(r"rm -\w*r.*(\$\$|\.\.|\*|~)", left):
            yield f"removes what a variable or a pattern names: {line}"


def test_no_recipe_writes_a_path_that_could_be_cut():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert len(recipes(makefile)) > 20
    assert list(complaints(makefile)) == []


@pytest.mark.parametrize(
    "line",
    [
        "rm -rf $(FIGURES)",
        'rm -rf "$(CURDIR)/.figures"',
        "rm -rf $$FIGURES",
        'rm -rf "$$PWD/.figures"',
        "rm -rf /tmp/figures",
        "rm -rf ../figures",
        "$(PY) -m ruff check .",
        "$$PY -m ruff check .",
        'touch "$@"',
        "touch $@",
        "X=$$PWD/.figures pytest",
    ],
)
def test_a_recipe_that_could_is_complained_of(line: str):
    assert list(complaints(f"all:\n\t@{line}\n"))


# What they do in such a folder.


def copy(place: Path) -> Path:
    """What make and its scripts read, and things around it that must survive."""
    place.mkdir(parents=True)
    for name in ("Makefile", "requirements.txt", "requirements-book.txt"):
        shutil.copy(ROOT / name, place)
    for name in ("pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, place)
    (place / "tools").mkdir()
    for script in (ROOT / "tools").glob("*.sh"):
        shutil.copy(script, place / "tools")
    for folder in ("notebooks", "mininet/__pycache__", "_build", ".figures"):
        (place / folder).mkdir(parents=True)
    (place / "notebooks" / "01-small.ipynb").write_text("{}")
    return place


def program(path: Path, body: str) -> Path:
    """A program of a few lines of shell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def make(place: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    """Run make in the folder, without what a make around it has left.

    A dollar in what make is given on its command line is the caller's to double.
    """
    ours = ("MAKE", "PY", "VENV", "NAME", "SEEDS", "VERSIONS", "PIP_")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    done = subprocess.run(
        ["make", *(argument.replace("$", "$$") for argument in arguments)],
        cwd=place,
        env=kept | settings,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A checkout with an impossible path; other people's folders lie all around it."""
    place = copy(tmp_path / ODD)
    for around in (tmp_path, place.parent, place):
        for name in CUT:
            (around / name).mkdir()
            (around / name / "mine").write_text("mine")
    return place


def others(place: Path) -> list[Path]:
    around = (place.parent.parent, place.parent, place)
    return [folder / name / "mine" for folder in around for name in CUT]


TELLS = 'printf "%s|" "$@" "$MININET_FIGURES" "$PYTHONPATH"; echo'


def test_every_recipe_stays_in_a_folder_with_an_impossible_name(odd: Path):
    python = program(odd / "my python's bin" / "python", TELLS)
    given = ("FULL=", "BOOK=", f"PY={python}")
    for target in ("test", "read", "notebooks", "sweep", "clean", "clean-all"):
        code, said = make(odd, target, *given, NAME="a b; rm -rf *", LAB="")
        assert code == 0, said
        if target == "test":
            assert f"|{odd}/.figures|{odd}|" in said
        if target == "sweep":
            assert "-m|mininet|sweep|a b; rm -rf *|--seeds|10|" in said
    assert all(path.read_text() == "mine" for path in others(odd))
    assert not list(odd.parent.parent.rglob("owned*"))
    assert not (odd / ".figures").exists() and not (odd / "_build").exists()
    assert not (odd / "mininet" / "__pycache__").exists()
    assert (odd / "notebooks").exists()


def test_make_in_another_folder_touches_nothing(tmp_path: Path):
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "build").mkdir(parents=True)
    code, said = make(elsewhere, "-f", str(ROOT / "Makefile"), "clean")
    assert code == 2 and "not the book's folder" in said
    assert (elsewhere / "build").exists()


# The environment.

# In place of pip: says where it was called, and installs nothing.
INSTALLS = 'case "$*" in *"pip install"*) echo installs >>installs;; esac'


@pytest.fixture
def stub(tmp_path: Path) -> Path:
    """A Python whose environments have a pip that installs nothing."""
    makes = (
        'if [ "$2" = venv ]; then mkdir -p "$3/bin" && '
        f"printf '#!/bin/sh\\n%s\\n' '{INSTALLS.replace(chr(39), '')}' "
        '>"$3/bin/python" && chmod +x "$3/bin/python"; fi'
    )
    return program(tmp_path / "a python" / "python3", makes)


def installs(place: Path) -> int:
    file = place / "installs"
    return len(file.read_text().splitlines()) if file.exists() else 0


@pytest.mark.parametrize("folder", [".venv", "my & büch's env", "{tmp}/else where"])
def test_an_environment_is_made_once(odd: Path, stub: Path, folder: str):
    folder = folder.format(tmp=odd.parent.parent)
    given = (f"VENV={folder}", f"PYTHON={stub}")
    for again in range(3):
        code, said = make(odd, "lint", *given)
        assert code == 0, said
        assert ("Installing everything" in said) == (again == 0)
    assert installs(odd) == 1
    assert (odd / folder / ".full-installed").exists()
    code, said = make(odd, "clean-all", *given)
    assert code == 0, said
    assert not (odd / folder).exists()
    assert all(path.read_text() == "mine" for path in others(odd))


@pytest.mark.parametrize("how", ["copied", "renamed"])
def test_a_checkout_somewhere_else_gets_its_own_environment(
    tmp_path: Path, stub: Path, how: str
):
    old, new = copy(tmp_path / "old"), tmp_path / "new"
    assert make(old, "lint", f"PYTHON={stub}")[0] == 0
    if how == "copied":
        shutil.copytree(old, new)
    else:
        old.rename(new)
    (new / "installs").unlink()
    code, said = make(new, "lint", f"PYTHON={stub}")
    assert code == 0 and "was made for another folder" in said
    assert installs(new) == 1
    assert "another folder" not in make(new, "lint", f"PYTHON={stub}")[1]
    assert installs(new) == 1


def test_a_link_to_another_checkouts_environment_leaves_that_one_alone(
    tmp_path: Path, stub: Path
):
    old, new = copy(tmp_path / "old"), copy(tmp_path / "new")
    assert make(old, "lint", f"PYTHON={stub}")[0] == 0
    (new / ".venv").symlink_to(old / ".venv")
    assert make(new, "lint", f"PYTHON={stub}")[0] == 0
    assert not (new / ".venv").is_symlink()
    assert (old / ".venv" / ".full-installed").exists()


def test_an_environment_whose_python_is_gone_is_made_anew(tmp_path: Path, stub: Path):
    place = copy(tmp_path / "book")
    assert make(place, "lint", f"PYTHON={stub}")[0] == 0
    (place / ".venv" / "bin" / "python").unlink()
    (place / ".venv" / "bin" / "python").symlink_to(tmp_path / "removed")
    code, said = make(place, "lint", f"PYTHON={stub}")
    assert code == 0 and "has lost its Python" in said
    assert installs(place) == 2


def test_an_environment_that_was_begun_and_not_finished_is_made_anew(
    tmp_path: Path, stub: Path
):
    place = copy(tmp_path / "book")
    dies = program(
        tmp_path / "dies", 'case "$2" in venv) mkdir "$3/lib"; exit 1;; esac'
    )
    assert make(place, "lint", f"PYTHON={dies}")[0] != 0
    assert (place / ".venv" / "lib").exists()
    assert make(place, "lint", f"PYTHON={stub}")[0] == 0
    assert not (place / ".venv" / "lib").exists()


@pytest.mark.parametrize("target", ["read", "clean-all"])
@pytest.mark.parametrize(
    "folder", [".", "..", "notebooks", "{tmp}/mine", "{tmp}/mine/"]
)
def test_a_folder_that_is_no_environment_of_the_book_is_left_alone(
    tmp_path: Path, stub: Path, target: str, folder: str
):
    place = copy(tmp_path / "book")
    mine = tmp_path / "mine"
    venv.create(mine, with_pip=False)  # an environment, but somebody's own
    before = sorted(mine.rglob("*"))
    folder = folder.format(tmp=tmp_path)
    code, said = make(place, target, f"VENV={folder}", f"PYTHON={stub}")
    assert code == 2 and "so it is left alone" in said
    assert sorted(mine.rglob("*")) == before
    assert (place / "notebooks" / "01-small.ipynb").exists()
    assert (place / "Makefile").exists()


@pytest.mark.slow
def test_pips_settings_say_where_from_and_never_where_to(tmp_path: Path):
    venv.create(tmp_path / "an environment", with_pip=True)
    package = tmp_path / "a package"
    package.mkdir()
    (package / "constraints.txt").write_text("")
    wheel = package / "apackage-1-py3-none-any.whl"
    about = "Metadata-Version: 2.1\nName: apackage\nVersion: 1\n"
    tags = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\n"
    with zipfile.ZipFile(wheel, "w") as parts:
        parts.writestr("apackage.py", "")
        parts.writestr("apackage-1.dist-info/METADATA", about)
        parts.writestr("apackage-1.dist-info/WHEEL", tags + "Tag: py3-none-any\n")
        parts.writestr("apackage-1.dist-info/RECORD", "")
    python = tmp_path / "an environment" / "bin" / "python"
    done = subprocess.run(
        ["sh", str(ROOT / "tools" / "install.sh"), python, "tested", wheel],
        cwd=package,
        env=os.environ
        | {
            "PIP_TARGET": str(tmp_path / "target"),
            "PIP_PREFIX": str(tmp_path / "prefix"),
            "PIP_USER": "yes",
            "PIP_DRY_RUN": "yes",
            "PIP_REQUIREMENT": "nothing.txt",
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    subprocess.run([python, "-c", "import apackage"], check=True, cwd=tmp_path)
    assert not (tmp_path / "target").exists() and not (tmp_path / "prefix").exists()


def test_a_callers_settings_of_python_and_matplotlib_do_not_leak_in(tmp_path: Path):
    place = copy(tmp_path / "book")
    python = program(tmp_path / "python", "env")
    leaks = {
        "PYTHONHOME": "/nowhere",
        "PYTHONPATH": "/nowhere",
        "PYTHONOPTIMIZE": "2",  # would take away every assertion
        "PYTHONWARNINGS": "error",
        "PYTHONSAFEPATH": "1",
        "PYTHONIOENCODING": "ascii",
        "MPLBACKEND": "TkAgg",
        "MATPLOTLIBRC": "/nowhere",
        "IPYTHONDIR": "/nowhere",
    }
    code, said = make(place, "lint", "FULL=", f"PY={python}", **leaks)
    assert code == 0
    told = set(said.splitlines())
    assert told.isdisjoint(f"{name}={value}" for name, value in leaks.items())
    assert {f"PYTHONPATH={place}", "PYTHONUTF8=1"} <= told
