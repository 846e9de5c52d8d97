"""The script that brings live figures to life, in the built book's `_static`.

It is joined from the modules of `mininet/live/static` at every build, so a change there
needs no notebook to be run again. Only pages with a figure load it.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

MARK = "data-live-model"  # every figure's element has it


def load_bundle(root: Path) -> ModuleType:
    """`mininet/live/bundle.py`, from its file, so that the book builds without torch.

    Raises:
        ExtensionError: if it is not there.
    """
    path = root / "mininet" / "live" / "bundle.py"
    spec = importlib.util.spec_from_file_location("book_bundle", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ExtensionError(
            f"the figures' modules are not where they should be: {path}"
        )
    bundle = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bundle)
    return bundle


def write_files(app: Sphinx) -> None:
    """Put the figures' script and style into the built book's `_static`."""
    if app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    bundle = load_bundle(Path(app.srcdir))
    (static / "live.js").write_text(bundle.for_page(), encoding="utf8")
    (static / "live.css").write_text(bundle.style(), encoding="utf8")


def prefer_pictures(app: Sphinx, config: Config) -> None:
    """A widget's place shows its stored HTML, and no other host is asked for code."""
    config.nb_ipywidgets_js = {}
    config.nb_mime_priority_overrides = [
        *config.nb_mime_priority_overrides,
        ("html", "text/html", 5),
    ]


def add_files(
    app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Load script and style on the pages that have a figure, and draw its picture."""
    if MARK in context.get("body", ""):
        context["body"] = load_bundle(Path(app.srcdir)).drawn(context["body"])
        app.add_css_file("live.css")
        app.add_js_file("live.js", loading_method="defer")


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("config-inited", prefer_pictures)
    app.connect("builder-inited", write_files)
    app.connect("html-page-context", add_files)
