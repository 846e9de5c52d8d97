"""Every figure of the book, in the built page and in torch.

The notebooks' test run leaves what torch computes in the folder that MININET_FIGURES
names (see mininet/live/record.py); here the built book's pages compute the same.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import torch

from mininet.live.record import FOLDER
from tests.live.browser import chromium
from tests.live.test_figures import READ

ROOT = Path(__file__).resolve().parents[2]
BOOK = Path(os.environ.get("MININET_BOOK", ROOT / "_build" / "html"))
RECORDS = Path(os.environ.get(FOLDER, ""))
PAGES = [p for p in sorted(BOOK.rglob("*.html")) if "data-live-model" in p.read_text()]

# What a page itself holds of its figures: their programs and first pictures.
OWN = re.compile(
    r'<script type="application/vnd.jupyter.widget-state\+json">.*?</script>'
    r'|<div class="live-figure".*?</div>',
    re.DOTALL,
)
SPECS = """() => {
  const scripts = document.querySelectorAll(
    'script[type="application/vnd.jupyter.widget-state+json"]');
  const states = {};
  for (const s of scripts) Object.assign(states, JSON.parse(s.textContent).state);
  return [...document.querySelectorAll('[data-live-model]')].map((f) =>
    [states[f.dataset.liveModel].state.spec, Boolean(f.live)]);
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    assert FOLDER in os.environ, (
        f"{FOLDER} names no folder: run make run-notebooks book browser, in this order"
    )
    found = [json.loads(path.read_text()) for path in sorted(RECORDS.glob("*.json"))]
    assert found, f"no figure was recorded in {RECORDS}"
    return found


def test_some_page_of_the_book_has_a_figure() -> None:
    assert PAGES


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_figures_of_a_page_cost_less_than_150_kilobytes(path: Path) -> None:
    static = BOOK / "_static"
    shared = sum((static / name).stat().st_size for name in ("live.js", "live.css"))
    assert shared + sum(map(len, OWN.findall(path.read_text()))) < 150_000


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    def __init__(self, *given: Any) -> None:
        super().__init__(*given, directory=str(BOOK))

    def log_message(self, *given: Any) -> None:
        """Say nothing."""


@pytest.mark.parametrize("home", ["from disk", "over http"])
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_each_figure_of_a_page_computes_what_torch_computes(
    path: Path, home: str, browser: Any, server: str, records: list[dict[str, Any]]
) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    address = f"{server}/{path.relative_to(BOOK).as_posix()}"
    page.goto(path.as_uri() if home == "from disk" else address)
    page.wait_for_selector(".live-figure.lf-ready")
    for place, (spec, alive) in enumerate(page.evaluate(SPECS)):
        assert alive, f"figure {place} of {path.name} is not alive"
        same = [record for record in records if record["spec"] == spec]
        assert same, f"figure {place} of {path.name} is not what its notebook makes"
        figure = page.locator(".live-figure").nth(place)
        for case in same[0]["cases"]:
            figure.evaluate("(f, values) => f.live.set(values)", case["values"])
            compare(figure.evaluate(READ), case)
            figure.evaluate("(f, values) => f.live.set(values)", same[0]["first"])
    page.close()
    assert complaints == []


def compare(steps: list[dict[str, list[str]]], case: dict[str, Any]) -> None:
    assert len(steps) == len(case["steps"])
    for found, wanted in zip(steps, case["steps"], strict=True):
        for name, texts in wanted.items():
            here = [float(x.replace("Infinity", "inf")) for x in found[name]]
            torch.testing.assert_close(
                torch.tensor(here),
                torch.tensor([float(x) for x in texts]),
                rtol=1e-5,
                atol=1e-5,
                equal_nan=True,
            )
