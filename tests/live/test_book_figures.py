"""Every figure of the book, as the page stores it, as its notebook makes it, in torch.

The notebooks' test run leaves what torch computes in the folder that MININET_FIGURES
names (see mininet/live/record.py). The page's modules compute the same, in the embedded
engine; tests/test_book.py shows that in the browser they are alive.
"""

from __future__ import annotations

import base64
import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mininet.live.record import FOLDER, unpacked
from mininet.live.trace import Program
from mininet.same import same
from tests.live.stored import Stored, assert_steps, figures_of, headless, plain

ROOT = Path(__file__).resolve().parents[2]
BOOK = Path(os.environ.get("MININET_BOOK", ROOT / "_build" / "html"))
RECORDS = Path(os.environ.get(FOLDER, ROOT / ".figures"))
PAGES = [p for p in sorted(BOOK.rglob("*.html")) if "data-live-model" in p.read_text()]
FILES = sorted(RECORDS.glob("*.json"))

# What a page itself holds of its figures: their programs and first pictures.
OWN = re.compile(
    r'<script type="application/vnd.jupyter.widget-state\+json">.*?</script>'
    r'|<div class="live-figure".*?</div>',
    re.DOTALL,
)


@cache
def recorded(path: Path) -> tuple[Any, Stored]:
    """A figure as its notebook made it, and torch's outputs at many settings."""
    content = json.loads(path.read_text(encoding="utf8"))
    program = Program(content["graph"], base64.b64decode(content["weights"]))
    return content["cases"], Stored(content["spec"], program, {}, content["picture"])


def test_some_page_has_a_figure_and_some_figure_was_recorded() -> None:
    assert PAGES, f"no page with a figure in {BOOK}"
    assert FILES, f"no figure in {RECORDS}: run make run-notebooks, then make book"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_figures_of_a_page_cost_less_than_400_kilobytes(path: Path) -> None:
    static = BOOK / "_static"
    shared = sum((static / name).stat().st_size for name in ("live.js", "live.css"))
    assert shared + sum(map(len, OWN.findall(path.read_text()))) < 400_000


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem[:14])
def test_a_figure_computes_what_torch_computes(path: Path) -> None:
    cases, (spec, program, *_) = recorded(path)
    found = headless().outputs(spec, program, [case["values"] for case in cases])
    for case, steps in zip(cases, found, strict=True):
        wanted = [
            {name: unpacked(numbers) for name, numbers in outputs.items()}
            for outputs in case["steps"]
        ]
        assert_steps(steps, wanted, f"at {case['values']}")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_each_figure_of_a_page_is_what_its_notebook_makes(path: Path) -> None:
    fresh = [plain(recorded(file)[1]) for file in FILES]
    for place, stored in enumerate(figures_of(path.read_text(encoding="utf8"))):
        kept = plain(stored)
        assert any(same(kept, each) for each in fresh), (
            f"figure {place} of {path.name} is not what its notebook makes"
        )
