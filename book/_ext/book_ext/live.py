"""The script that brings live figures to life, in the built book's `_static`.

It is joined from the modules of `mininet/live/static` at every build, so a change there
needs no notebook to be run again. Only pages with a figure load it. Of what a notebook
stores of its widgets, a page gets what the script reads.

`{live-figure}` shows on a page that is no notebook what a notebook has stored:

    ```{live-figure} book/first-figure.ipynb
    :name: fig-first
    ```
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

MARK = "data-live-model"  # every figure's element has it
WIDGETS = "application/vnd.jupyter.widget-state+json"
MODEL = re.compile(rf'{MARK}="([^"]+)"')
READ = ("graph", "program", "spec", "values")  # of a widget, by the page's script


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


def needed(state: Mapping[str, Any], figures: set[str]) -> dict[str, Any]:
    """Of a notebook's widgets, those of some figures, and of these what is read.

    Layouts, addresses of modules and the kernel's own script stay behind: a page has
    no kernel.

    Args:
        state: the widgets by name, as a notebook stores them.
        figures: names of figures.

    Raises:
        KeyError: if a figure or its program is not stored.
    """
    programs = {
        state[name]["state"]["program"].removeprefix("IPY_MODEL_") for name in figures
    }
    kept: dict[str, Any] = {}
    for name in sorted(figures | programs):
        whole = state[name]
        kept[name] = {
            "state": {key: whole["state"][key] for key in READ if key in whole["state"]}
        }
        if whole.get("buffers"):
            kept[name]["buffers"] = whole["buffers"]
    return kept


def written(state: Mapping[str, Any]) -> str:
    """Widgets as the text of a script: short, and without what would end it."""
    text = json.dumps({"state": state}, separators=(",", ":"), sort_keys=True)
    return text.replace("</", "<\\/")


def slim(text: str, figures: set[str]) -> str:
    """The text of a widgets' script, with what the page's figures need and no more."""
    state = json.loads(text)["state"]
    return written(needed(state, figures & state.keys()))


class LiveFigure(SphinxDirective):
    """A figure that a notebook has stored; the page says in words what it shows."""

    required_arguments = 1  # the notebook, from the book's root
    option_spec = {"name": directives.unchanged_required}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """The stored output, and the state of its widget."""
        path, name = self.arguments[0], self.options.get("name", "")
        self.env.note_dependency(path)
        try:
            html = stored_figure(Path(self.env.srcdir, path), name)
        except (OSError, ValueError) as error:
            raise self.error(f"no figure {name!r} in {path}: {error}") from None
        figure = nodes.container(classes=["live-figure-place"], ids=[name])
        figure += nodes.raw("", html, format="html")
        return [figure]


def stored_figure(path: Path, name: str) -> str:
    """The HTML of a live figure in a notebook: its place and its widget's state.

    Raises:
        OSError: if the notebook cannot be read.
        ValueError: if it holds no live figure of that name.
    """
    notebook = json.loads(path.read_text(encoding="utf8"))
    for cell in notebook["cells"]:
        if cell["metadata"].get("mystnb", {}).get("figure", {}).get("name") != name:
            continue
        pieces = [one["data"].get("text/html", "") for one in cell["outputs"]]
        html = "".join("".join(piece) for piece in pieces)
        if MARK in html:
            state = notebook["metadata"]["widgets"][WIDGETS]["state"]
            kept = needed(state, set(MODEL.findall(html)))
            return f'{html}<script type="{WIDGETS}">{written(kept)}</script>'
    raise ValueError("no cell of that name has stored one")


def add_files(
    app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Load script and style on the pages that have a figure, and draw its picture."""
    if MARK in context.get("body", ""):
        figures = set(MODEL.findall(context["body"]))
        for script in context["script_files"]:
            told = getattr(script, "attributes", {})
            if told.get("type") == WIDGETS:
                told["body"] = slim(told["body"], figures)
        context["body"] = load_bundle(Path(app.srcdir)).drawn(context["body"])
        app.add_css_file("live.css")
        app.add_js_file("live.js", loading_method="defer")


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.add_directive("live-figure", LiveFigure)
    app.connect("config-inited", prefer_pictures)
    app.connect("builder-inited", write_files)
    # After the widgets' script was added, which is made shorter.
    app.connect("html-page-context", add_files, priority=900)
