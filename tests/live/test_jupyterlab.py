"""The book in JupyterLab, as `make lab` opens it: it lives, and the reader can work."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import torch

from tests.live.browser import chromium
from tools import lab, notebooks, outputs

ROOT = Path(__file__).resolve().parents[2]
FIGURE = """
import torch
from mininet import live

layer = torch.nn.Linear(1, 3).requires_grad_(False)
torch.nn.init.constant_(layer.weight, 0.5)
layer.bias.copy_(torch.tensor([0.3, -0.2, 0.1]))
scores = torch.tensor([0.2, 0.9, 0.4])

figure = live.figure(
    lambda strength: torch.softmax(strength * scores + layer(strength[None]) ** 2, 0),
    inputs={"strength": live.slider(0, 20, value=4, label="strength")},
    views=[live.bars("output", role="read", label="attention")],
    alt="Three bars of attention.",
)
figure
"""
LAB = "import tools\nfrom jupyterlab.labapp import main\nmain()"  # as make lab
ASK = 'print("strength", figure.values["strength"], figure.outputs["output"].tolist())'
SOLUTION = "def solved():\n    return 'honey'\n\n\nprint(solved())"
CAPTION = "Move the strength. Notice the second bar."


def page() -> dict[str, Any]:
    """A small page of every kind of cell, executed and stored as the book's are."""
    new = nbformat.v4.new_code_cell
    named = {"figure": {"caption": CAPTION, "name": "fig-small"}}
    cells = [
        nbformat.v4.new_markdown_cell("# A page\n\nSee {cite}`elman1990`.\n"),
        nbformat.v4.new_markdown_cell("```{dropdown} Why\nIt was *cheese*.\n```"),
        new(FIGURE.strip(), metadata={"tags": ["hide-input"], "mystnb": named}),
        new(ASK),
        new(SOLUTION, metadata={"tags": ["solution", "hide-cell"]}),
    ]
    text = nbformat.writes(nbformat.v4.new_notebook(cells=cells), split_lines=False)
    made: dict[str, Any] = nbformat.reads(text, as_version=4)
    outputs.tidy(made)
    return made


def theirs(root: Path) -> Path:
    """A reader's folder with a copy of the page, as `make lab` makes it."""
    source = root / "notebooks" / "01-page.ipynb"
    source.parent.mkdir(parents=True)
    (root / "book").mkdir()
    (root / "book" / "references.bib").write_text(
        "@misc{elman1990, author = {Elman, Jeffrey}, year = {1990}}"
    )
    (root / "_toc.yml").write_text(
        "parts:\n"
        "  - caption: All\n"
        "    numbered: true\n"
        "    chapters:\n"
        "      - file: notebooks/01-page\n"
    )
    nbformat.write(nbformat.from_dict(page()), source)
    notebooks.execute(source, root)
    folder = root / lab.FOLDER
    assert lab.copies(root, folder) == []
    return folder


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("book")
    folder = theirs(root)
    places = lab.places(root / "environment")
    lab.settle(Path(places["JUPYTER_CONFIG_DIR"]))
    lab.trust(folder, Path(places["JUPYTER_DATA_DIR"]))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet = ["--no-browser", f"--port={port}", "--IdentityProvider.token="]
    arguments = lab.command(root, folder / "01-page.ipynb", quiet)
    settings = os.environ | places | {"PYTHONPATH": str(ROOT)}
    with (root / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-c", LAB, *arguments],
            env=settings,
            stdout=log,
            stderr=log,
        )
    place = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{place}/api", timeout=2)
                break
            except OSError:
                time.sleep(0.5)
        yield f"{place}/lab/tree/{lab.FOLDER}/01-page.ipynb"
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="module")
def opened(address: str) -> Iterator[Any]:
    """The copy, just opened: no cell has been run. No script may raise to the end."""
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1200, "height": 1000})
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        page.locator(".lf-ready").wait_for(timeout=60_000)
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
        yield page
        assert complaints == []


def attention(strength: float) -> torch.Tensor:
    """What the page's figure must show, computed here."""
    bias, scores = torch.tensor([0.3, -0.2, 0.1]), torch.tensor([0.2, 0.9, 0.4])
    return torch.softmax(strength * scores + (0.5 * strength + bias) ** 2, 0)


def drawn(page: Any) -> torch.Tensor:
    """What JavaScript computed for the figure that is seen now."""
    found = page.locator(".lf-ready").evaluate("e => [...e.live.outputs.output.data]")
    return torch.tensor(found)


@pytest.mark.slow
def test_a_copy_opens_alive_folded_and_with_its_caption(opened: Any) -> None:
    assert torch.allclose(drawn(opened), attention(4), atol=1e-6)
    notebook = opened.locator(".jp-Notebook")
    text = notebook.locator(".jp-RenderedMarkdown")
    assert text.get_by_text("See [Elman, 1990].").is_visible()
    assert text.get_by_text(f"Figure 1.1. {CAPTION}").is_visible()
    seen = notebook.inner_text()  # what is folded is not in it
    assert "attention" in seen
    assert "cheese" not in seen
    text.get_by_text("Why").click()
    assert text.get_by_text("It was cheese.").is_visible()
    assert "nn.Linear" not in seen
    assert "honey" not in seen  # neither the solution nor its answer
    assert opened.get_by_text("Jupyter news").count() == 0


@pytest.mark.slow
def test_the_keys_of_a_slider_are_the_sliders(opened: Any) -> None:
    slider = opened.get_by_label("strength")
    slider.focus()
    before, cells = float(slider.input_value()), opened.locator(".jp-Cell").count()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "b"):
        opened.keyboard.press(key)
    assert slider.evaluate("e => e === document.activeElement")
    now = float(slider.input_value())
    assert now > before
    assert opened.locator(".jp-Cell").count() == cells  # b would add one
    assert torch.allclose(drawn(opened), attention(now), atol=1e-6)
    opened.locator(".lf-hit").first.focus()
    opened.keyboard.press("ArrowDown")
    assert opened.locator(".lf-hit").first.evaluate("e => e === document.activeElement")


@pytest.mark.slow
def test_run_again_a_figure_computes_what_torch_does_and_python_reads_it(
    opened: Any,
) -> None:
    opened.locator(".jp-MarkdownCell").first.click()
    for _ in range(3):  # past the text and its fold, then the figure's cell
        opened.keyboard.press("Shift+Enter")
    opened.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
    opened.locator(".lf-ready").wait_for(timeout=60_000)
    slider = opened.get_by_label("strength")
    for key, strength in (("Home", 0.0), ("End", 20.0), ("ArrowLeft", None)):
        slider.focus()
        opened.keyboard.press(key)
        at = float(slider.input_value())
        assert strength in (None, at)
        assert torch.allclose(drawn(opened), attention(at), atol=1e-6)
    opened.locator(".jp-CodeCell", has_text="print").first.click()
    opened.keyboard.press("Shift+Enter")
    said = opened.get_by_text(f"strength {at:g} [")
    said.wait_for(timeout=20_000)
    numbers = said.inner_text().split("[")[1].split("]")[0].split(",")
    assert torch.allclose(
        torch.tensor([*map(float, numbers)]), drawn(opened), atol=1e-6
    )
