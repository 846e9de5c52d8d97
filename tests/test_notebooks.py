"""The chapters as they are stored: current, complete, and in the book's manner."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from torch import nn

import mininet.models
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


def test_the_book_has_six_to_eleven_words_to_a_line_of_code():
    assert 6 <= chapters.words_per_line(list(NOTEBOOKS.values())) <= 11


def built_in(module: ModuleType) -> set[str]:
    """The models of a module, but for what they have in common."""
    kinds = [
        kind
        for kind in vars(module).values()
        if inspect.isclass(kind)
        and issubclass(kind, nn.Module)
        and kind.__module__ == module.__name__
    ]
    return {kind.__name__ for kind in kinds if not kind.__subclasses__()}


def test_every_model_of_the_package_is_the_one_its_chapter_builds():
    models = {
        name
        for found in pkgutil.iter_modules(mininet.models.__path__, "mininet.models.")
        for name in built_in(importlib.import_module(found.name))
    }
    compared = set().union(*map(chapters.models_compared, NOTEBOOKS.values()))
    assert len(models) >= 6
    assert models - compared == set(), "no cell tagged equals-mininet asserts these"


@each_chapter
def test_cells_have_identifiers_that_stay(name: str):
    identifiers = [cell["id"] for cell in NOTEBOOKS[name]["cells"]]
    assert len(set(identifiers)) == len(identifiers)


@each_chapter
def test_a_notebook_is_under_a_megabyte(name: str):
    assert Path(ROOT, "notebooks", f"{name}.ipynb").stat().st_size < 1_000_000
