"""The chapters as they are stored: current, complete, and in the book's manner."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from torch import nn

from mininet import models
from tools import chapters
from tools.freshness import reason_stale
from tools.notebooks import ROOT, read

PATHS = chapters.chapters(ROOT)
NOTEBOOKS = {path.stem: read(path) for path in PATHS}

each_chapter = pytest.mark.parametrize("name", NOTEBOOKS)


def test_the_contents_list_every_notebook_there_is():
    assert PATHS, "_toc.yml lists no notebook"
    assert sorted(PATHS) == sorted((ROOT / "notebooks").glob("*.ipynb"))


@each_chapter
def test_the_stored_outputs_are_from_the_current_code(name: str):
    assert reason_stale(NOTEBOOKS[name], ROOT) is None, "run make notebooks"


@each_chapter
@pytest.mark.parametrize("ask", chapters.ASKED, ids=lambda ask: ask.__name__)
def test_nothing_is(ask: Callable[[Any], Iterable[str]], name: str):
    assert list(ask(NOTEBOOKS[name])) == []


# Whatever makes a chapter's first figure, `live.figure` or what makes it from a story.
@each_chapter
def test_a_fold_before_its_first_figure_would_be_noticed(name: str):
    fold = {"cell_type": "code", "id": "new", "source": "f()", "outputs": []}
    cells = [fold | {"metadata": {"tags": ["hide-input"]}}, *NOTEBOOKS[name]["cells"]]
    (sentence,) = chapters.amiss_at_the_opening({"cells": cells})
    assert sentence == "cell new is a fold before the first live figure"


@pytest.mark.parametrize("name", [path.stem for path in chapters.numbered(ROOT)])
@pytest.mark.parametrize(
    "ask", chapters.ASKED_OF_NUMBERED, ids=lambda ask: ask.__name__
)
def test_in_a_chapter_with_a_number_nothing_is(
    ask: Callable[[Any], Iterable[str]], name: str
):
    assert list(ask(NOTEBOOKS[name])) == []


def test_the_book_has_six_to_eleven_words_to_a_line_of_code():
    fewest, most = chapters.WORDS_A_LINE_OF_THE_BOOK
    assert fewest <= chapters.words_per_line(list(NOTEBOOKS.values())) <= most


def package_models() -> set[str]:
    """The models in `mininet/models`: all modules there but what others build on."""
    classes = [
        value
        for found in pkgutil.iter_modules(models.__path__)
        for module in [importlib.import_module(f"mininet.models.{found.name}")]
        for value in vars(module).values()
        if inspect.isclass(value)
        and issubclass(value, nn.Module)
        and value.__module__ == module.__name__
    ]
    return {
        one.__name__
        for one in classes
        if not any(other is not one and issubclass(other, one) for other in classes)
    }


def test_the_models_of_the_package_are_found_by_looking_into_its_folder():
    assert {"RNN", "LSTM", "NTM", "NeuralGPU", "DiagonalNeuralGPU"} <= package_models()
    assert "Cellular" not in package_models()  # what two of them share


def test_every_model_of_the_package_is_the_one_its_chapter_builds():
    compared = set().union(*map(chapters.models_compared, NOTEBOOKS.values()))
    assert package_models() - compared == set(), "no cell tagged equals-mininet"


@each_chapter
def test_cells_have_identifiers_that_stay(name: str):
    identifiers = [cell["id"] for cell in NOTEBOOKS[name]["cells"]]
    assert len(set(identifiers)) == len(identifiers)


@each_chapter
def test_a_notebook_is_under_a_megabyte(name: str):
    assert Path(ROOT, "notebooks", f"{name}.ipynb").stat().st_size < 1_000_000
