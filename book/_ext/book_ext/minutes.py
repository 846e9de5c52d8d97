"""How long a chapter takes, at its head: "About 14 minutes", counted at every build.

The words are counted as the gate counts them (`tools/chapters.py`), so that what a
reader is told is what a test holds.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx


@cache
def measured(root: Path, page: str) -> int:
    """The minutes of a notebook, by the book's own measure; it needs no torch."""
    if str(root) not in sys.path:
        sys.path.append(str(root))
    chapters, notebooks = (
        import_module(f"tools.{name}") for name in ("chapters", "notebooks")
    )
    took: float = chapters.minutes(notebooks.read(root / f"{page}.ipynb"))
    return round(took)


def tell(
    app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Write the time under the title of a chapter that has a number."""
    if not name.startswith("notebooks/"):
        return
    if not app.env.toc_secnumbers.get(name, {}).get(""):
        return
    said = f'<p class="minutes">About {measured(Path(app.srcdir), name)} minutes</p>'
    context["body"] = context["body"].replace("</h1>", f"</h1>\n{said}", 1)


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("html-page-context", tell)
