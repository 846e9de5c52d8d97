"""The reader's copies: nothing of theirs is lost, nothing of the book is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.sign import NotebookNotary

from tools import lab, outputs, plain
from tools.chapters import figure, numbered, tags
from tools.freshness import KEY
from tools.notebooks import ROOT, read, stored

NAMES = plain.Names(
    {"fig-write": "Figure 3.2"},
    {"eq-read": "3.1"},
    {"elman1990": ("Elman", "1990"), "graves2014": ("Graves et al.", "2014")},
)
BOOK = plain.names(ROOT)


def shown(text: str) -> str:
    return plain.markdown(text, NAMES)


def notebook(*texts: str) -> dict[str, Any]:
    """A copy, as `lab.made` gives it, of a page with these cells."""
    cells = [nbformat.v4.new_markdown_cell(text) for text in texts]
    made = json.loads(nbformat.writes(nbformat.v4.new_notebook(cells=cells)))
    for cell, text in zip(made["cells"], texts, strict=True):
        cell["source"] = text
    made["metadata"][KEY] = {"copy of": "page.ipynb", "as made": lab.digest(made)}
    return dict(made)


def change(path: Path, text: str = "my answer") -> None:
    changed = read(path)
    changed["cells"][0]["source"] = text
    path.write_text(nbformat.writes(nbformat.from_dict(changed)))


def first_cells(folder: Path) -> dict[str, str]:
    return {p.stem: read(p)["cells"][0]["source"] for p in folder.glob("*.ipynb")}


def test_a_reader_who_changed_nothing_gets_the_newer_version(tmp_path: Path) -> None:
    assert lab.place(notebook("old"), tmp_path, "a") == ""
    assert lab.place(notebook("new"), tmp_path, "a") == ""
    assert first_cells(tmp_path) == {"a": "new"}


def test_what_the_reader_changed_stays_as_it_is(tmp_path: Path) -> None:
    lab.place(notebook("old"), tmp_path, "a")
    change(tmp_path / "a.ipynb")
    mine = (tmp_path / "a.ipynb").read_bytes()
    assert lab.place(notebook("old"), tmp_path, "a") == ""
    assert (tmp_path / "a.ipynb").read_bytes() == mine
    assert first_cells(tmp_path) == {"a": "my answer"}


def test_a_newer_version_is_laid_beside_what_the_reader_changed(tmp_path: Path) -> None:
    lab.place(notebook("old"), tmp_path, "a")
    change(tmp_path / "a.ipynb")
    assert "a-newer.ipynb" in lab.place(notebook("new"), tmp_path, "a")
    assert "a-newer.ipynb" in lab.place(notebook("newest"), tmp_path, "a")
    assert first_cells(tmp_path) == {"a": "my answer", "a-newer": "newest"}
    change(tmp_path / "a-newer.ipynb", "my second answer")
    assert lab.place(notebook("newest"), tmp_path, "a") == ""
    assert "a-newer-2.ipynb" in lab.place(notebook("last"), tmp_path, "a")
    assert first_cells(tmp_path) == {
        "a": "my answer",
        "a-newer": "my second answer",
        "a-newer-2": "last",
    }


@pytest.mark.parametrize(
    "theirs", ["not a notebook", nbformat.writes(nbformat.v4.new_notebook())]
)
def test_a_file_that_is_not_a_copy_is_never_written_over(
    tmp_path: Path, theirs: str
) -> None:
    (tmp_path / "a.ipynb").write_text(theirs)
    lab.place(notebook("new"), tmp_path, "a")
    assert (tmp_path / "a.ipynb").read_text() == theirs
    assert (tmp_path / "a-newer.ipynb").is_file()


def test_running_a_copy_is_not_a_change_of_it() -> None:
    copy = lab.made(stored(ROOT)[0], ROOT, BOOK, "")
    for cell in copy["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], 99
    assert lab.untouched(copy)
    copy["cells"][3]["source"] += "\n# mine"
    assert not lab.untouched(copy)


def test_a_copy_is_trusted_with_the_keys_of_the_environment(tmp_path: Path) -> None:
    lab.write(notebook("page"), tmp_path / "a.ipynb")
    (tmp_path / "broken.ipynb").write_text("not a notebook")
    lab.trust(tmp_path, tmp_path / "data")
    node = nbformat.read(tmp_path / "a.ipynb", as_version=4)
    with NotebookNotary(data_dir=str(tmp_path / "data")) as notary:
        assert notary.check_signature(node)
        node.cells.append(nbformat.v4.new_code_cell("what nobody signed"))
        assert not notary.check_signature(node)


def test_jupyterlab_keeps_everything_in_the_environment(tmp_path: Path) -> None:
    places = [value for key, value in lab.places(tmp_path).items() if "DIR" in key]
    assert len(places) == 3
    assert all(Path(place).is_relative_to(tmp_path) for place in places)


def test_the_copies_are_hidden_from_git_from_ruff_and_from_the_book() -> None:
    for name in (".gitignore", "pyproject.toml", "_config.yml"):
        assert lab.FOLDER in (ROOT / name).read_text(encoding="utf-8"), name


@pytest.mark.parametrize("path", stored(ROOT), ids=lambda path: path.stem)
def test_a_copy_has_all_captions_and_no_myst(path: Path) -> None:
    page, copy = read(path), lab.made(path, ROOT, BOOK, "modules")
    text = "\n".join(
        cell["source"] for cell in copy["cells"] if cell["cell_type"] == "markdown"
    )
    assert plain.ROLE.search(text) is None
    assert not any(match["name"] for match in plain.BLOCK.finditer(text))
    said = [c for c in page["cells"] if "caption" in figure(c)]
    assert text.count("**Figure ") == len(
        [c for c in said if "hide-cell" not in tags(c)]
    )
    nbformat.validate(nbformat.from_dict(copy))
    for match in plain.LINK.finditer(text):
        target = match["target"].partition("#")[0]
        if target and ":" not in target and target.endswith((".ipynb", ".md")):
            there = {place.name for place in stored(ROOT)}
            assert target in there or (ROOT / lab.FOLDER / target).resolve().is_file()


def test_figures_and_formulas_have_the_numbers_of_the_book() -> None:
    for number, path in enumerate(numbered(ROOT), 1):
        page = read(path)
        named = [figure(c)["name"] for c in page["cells"] if "name" in figure(c)]
        assert all(BOOK.figures[n].startswith(f"Figure {number}.") for n in named)
    assert BOOK.equations["eq-rnn"] == "1.1"
    assert BOOK.sources["bengio1994"] == ("Bengio et al.", "1994")


@pytest.mark.parametrize(
    ("myst", "markdown"),
    [
        ("See {cite}`elman1990`.", "See [Elman, 1990]."),
        ("{cite}`elman1990,graves2014`", "[Elman, 1990; Graves et al., 2014]"),
        ("{cite:t}`graves2014` say", "Graves et al. [2014] say"),
        ("{eq}`eq-read`", "(3.1)"),
        ("{numref}`fig-write`", "Figure 3.2"),
        ("{numref}`Fig. %s <fig-write>`", "Fig. 3.2"),
        ("{kbd}`Shift`", "<kbd>Shift</kbd>"),
        ("{doc}`the results <results>`", "the results"),
        ("$$\na = b\n$$ (eq-read)", "$$\na = b \\tag{3.1}\n$$"),
        ("```{math}\n:label: eq-read\na\n```", "$$\na \\tag{3.1}\n$$"),
        ("```{math}\na\n```", "$$\na\n$$"),
        (
            "```{dropdown} Why\n:animate: fade-in\nBy {eq}`eq-read`.\n```",
            "<details><summary>Why</summary>\n\nBy (3.1).\n\n</details>",
        ),
        (":::{note}\none\ntwo\n:::", "> **Note.** one\n> two"),
        (
            "```{figure} drawing.svg\n:name: fig-write\n:alt: A head.\nLook.\n```",
            "![A head.](drawing.svg)\n\n**Figure 3.2.** Look.",
        ),
        (
            "````{dropdown} Answer\n```python\nf()\n```\n````",
            "<details><summary>Answer</summary>\n\n```python\nf()\n```\n\n</details>",
        ),
        ("(here)=\n## Title", "## Title"),
        ("```python\nf'{cite}`x`'\n```", "```python\nf'{cite}`x`'\n```"),
        ("```{strange} Head\nbody\n```", "Head\n\nbody"),
    ],
)
def test_myst_becomes_what_any_viewer_shows(myst: str, markdown: str) -> None:
    assert shown(myst) == markdown


def test_links_lead_from_the_copies_to_the_same_places() -> None:
    def leads(path: str, folder: str = "notebooks") -> str:
        return lab.leads(path, ROOT / folder, ROOT)

    assert leads("02-lstm.ipynb") == "02-lstm.ipynb"
    assert leads("../book/results.md") == "../book/results.md"
    assert leads("results.md", "book") == "../book/results.md"
    assert leads("../notebooks/01-rnn.ipynb", "book") == "01-rnn.ipynb"
    assert leads("https://example.org/a") == "https://example.org/a"
    text = plain.relinked("[a](x.md#part) [b](#here)", lambda path: path.upper())
    assert text == "[a](X.MD#part) [b](#here)"


def cell(*with_tags: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": "a",
        "source": "1",
        "metadata": {"tags": [*with_tags]},
    }


def test_tidying_folds_in_jupyterlab_what_the_book_folds() -> None:
    def folds(*with_tags: str, **before: Any) -> Any:
        page = {"cells": [cell(*with_tags)], "metadata": {}}
        page["cells"][0]["metadata"] |= before
        outputs.tidy(page)
        return page["cells"][0]["metadata"].get("jupyter")

    assert folds("hide-input") == {"source_hidden": True}
    assert folds("hide-cell", "solution") == {
        "source_hidden": True,
        "outputs_hidden": True,
    }
    assert folds("exercise") is None
    assert folds(jupyter={"source_hidden": True}) is None


@pytest.mark.parametrize("path", stored(ROOT), ids=lambda path: path.stem)
def test_a_stored_notebook_is_folded_in_jupyterlab_as_in_the_book(path: Path) -> None:
    for each in read(path)["cells"]:
        folded = json.loads(json.dumps(each["metadata"]))
        outputs.fold({"metadata": folded})
        assert each["metadata"].get("jupyter") == folded.get("jupyter"), each["id"]
