"""Opened alone, on Colab or on Binder, a notebook fetches its book and runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tools import launch, plain
from tools.notebooks import ROOT, read, stored

ADDRESS = "https://github.com/owner/name"
NAMES = plain.names(ROOT)
# As IPython runs cells, in a process that knows nothing of this checkout.
RUN = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for cell in json.load(sys.stdin):
    shell.run_cell(cell).raise_error()
"""


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def code(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


@pytest.mark.parametrize("path", stored(ROOT), ids=lambda path: path.stem)
def test_every_notebook_begins_with_the_cell_that_fetches_the_book(path: Path):
    first = code(read(path))[0]
    template = launch.first_cell(ROOT)
    assert {key: first[key] for key in ("id", "source", "metadata")} == {
        key: template[key] for key in ("id", "source", "metadata")
    }
    assert "remove-cell" in first["metadata"]["tags"] and not first["outputs"]


def test_a_notebook_that_lacks_the_cell_gets_it_before_all_other_code():
    notebook = read(stored(ROOT)[0])
    whole = [cell["id"] for cell in notebook["cells"]]
    notebook["cells"] = [c for c in notebook["cells"] if c["id"] != launch.CELL]
    assert launch.complete(notebook, launch.first_cell(ROOT))
    assert [cell["id"] for cell in notebook["cells"]] == whole
    assert not launch.complete(notebook, launch.first_cell(ROOT))


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with what Colab has, and without this book's package."""
    folder = tmp_path_factory.mktemp("elsewhere")
    # Its pip is the one installed here too, which `venv` would take seconds to unpack.
    made = [sys.executable, "-m", "venv", "--without-pip", folder / "venv"]
    subprocess.run(made, check=True)
    python = folder / "venv" / "bin" / "python"
    asked = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    place = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    # Beside its own: what is installed here, but for what a .pth adds: this checkout.
    ours = sysconfig.get_path("purelib")
    Path(place.strip(), "here.pth").write_text(ours + "\n", encoding="utf-8")
    return python


def opened(
    python: Path, folder: Path, cells: list[str]
) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PIP"))}
    settings = {"IPYTHONDIR": str(folder / "home"), "MATPLOTLIBRC": os.devnull}
    return subprocess.run(
        [python, "-c", RUN],
        cwd=folder,
        env=kept | settings | {"PIP_NO_INDEX": "1", "MPLBACKEND": "agg"},
        input=json.dumps(cells),
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bare repository in a host's stead, with the branch that is published."""
    bare = tmp_path_factory.mktemp("host") / "name.git"
    git(bare.parent, "init", "--quiet", "--bare", str(bare))
    changed = launch.files(ROOT, launch.address(str(bare)))
    git(
        ROOT,
        "push",
        "-q",
        str(bare),
        f"{launch.commit(ROOT, changed)}:refs/heads/launch",
    )
    return bare


ASKED = (
    "import mininet, mininet.results as r; print('from', mininet.__file__, r.FOLDER)"
)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["notebooks/01-rnn", "notebooks/05-ntm-machine"])
def test_opened_alone_it_fetches_the_book_and_its_first_figure_is_there(
    name: str, host: Path, elsewhere: Path, tmp_path: Path
):
    notebook = json.loads(git(host, "show", f"{launch.BRANCH}:{name}.ipynb"))
    cells = ["".join(cell["source"]) for cell in code(notebook)]
    assert str(host.with_suffix("")) in cells[0]
    done = opened(elsewhere, tmp_path, [*cells[:3], ASKED])
    assert done.returncode == 0, done.stdout + done.stderr
    fetched = tmp_path / "augmented-rnns"
    assert (
        f"from {fetched / 'mininet/__init__.py'} {fetched / 'results'}" in done.stdout
    )


@pytest.mark.slow
def test_in_the_books_folder_nothing_is_fetched(elsewhere: Path, tmp_path: Path):
    (tmp_path / "mininet").mkdir()
    (tmp_path / "mininet" / "__init__.py").write_text("here = True")
    (tmp_path / "notebooks").mkdir()
    cell = launch.first_cell(ROOT)["source"]
    done = opened(
        elsewhere, tmp_path / "notebooks", [cell, "import mininet; assert mininet.here"]
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_where_no_address_is_known_it_says_what_to_do(elsewhere: Path, tmp_path: Path):
    done = opened(elsewhere, tmp_path, [launch.first_cell(ROOT)["source"]])
    assert done.returncode != 0
    assert "needs the rest of the book" in done.stdout + done.stderr


def test_where_the_package_is_the_cell_does_nothing(tmp_path: Path, monkeypatch: Any):
    monkeypatch.chdir(tmp_path)
    path = list(sys.path)
    source = launch.first_cell(ROOT)["source"].replace("!git", "1/0 #")
    exec(source.replace("%pip", "1/0 #"), {})
    assert sys.path == path and not list(tmp_path.iterdir())


def test_the_branch_differs_from_the_commit_in_its_notebooks_alone():
    changed = launch.files(ROOT, ADDRESS)
    made = launch.commit(ROOT, changed)
    assert made == launch.commit(ROOT, changed)
    differ = git(ROOT, "diff", "--name-only", "HEAD", made).splitlines()
    assert sorted(differ) == sorted(changed)
    assert git(ROOT, "rev-parse", f"{made}^") == git(ROOT, "rev-parse", "HEAD")


def test_a_smaller_pytorch_is_asked_for_where_one_is_known():
    index = "https://packages.example/cpu"
    first, *rest = launch.files(ROOT, ADDRESS, index)[launch.REQUIREMENTS].splitlines()
    assert first == f"--extra-index-url {index}"
    assert rest == (ROOT / launch.REQUIREMENTS).read_text().splitlines()


def test_pictures_are_at_the_repositorys_address_and_chapters_beside_each_other():
    for path in stored(ROOT):
        texts = [
            cell["source"]
            for cell in launch.launched(path, ROOT, NAMES, ADDRESS)["cells"]
            if cell["cell_type"] == "markdown"
        ]
        for target in plain.LINK.findall("\n".join(texts)):
            link = target[1].partition("#")[0]
            if link.startswith(f"{ADDRESS}/"):
                kind, branch, place = link.removeprefix(f"{ADDRESS}/").split("/", 2)
                assert kind in ("raw", "blob") and branch == launch.BRANCH
                assert (ROOT / place).is_file()
            elif link and ":" not in link:
                assert (path.parent / link).resolve() in stored(ROOT), link


@pytest.mark.parametrize("wrong", ["", "https://x.example/a b", "-u", "a;b", 'a"b'])
def test_an_address_that_cannot_stand_in_a_command_is_refused(
    wrong: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("BOOK_REPOSITORY", wrong)
    assert launch.main([]) == 2
    assert "BOOK_REPOSITORY must be" in capsys.readouterr().err


def test_what_is_installed_there_is_what_the_package_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
    asked = (ROOT / launch.REQUIREMENTS).read_text("utf8").splitlines()
    asked = [line for line in asked if line and not line.startswith("#")]
    lab = [one for one in project["optional-dependencies"]["lab"] if "lab" not in one]
    assert asked == project["dependencies"] + lab
    oldest = project["requires-python"].removeprefix(">=")
    runtime = (ROOT / ".binder/runtime.txt").read_text("utf8").strip()
    assert runtime == f"python-{oldest}"
