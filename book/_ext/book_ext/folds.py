"""One kind of fold, which says what it holds: "Code of Figure 3.2", "Solution".

What a reader sees comes first: the code behind a figure is folded after it.

A hidden cell and a dropdown of prose come from two extensions and would look, and
sound, like two different things. Both become the same `<details class="fold">`. Its
name is the same whether it is open or closed: which it is, a browser says by itself.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

HIDDEN_CELL = re.compile(
    r'<details class="admonition hide[^"]*">\s*'
    r'<summary aria-label="[^"]*">\s*'
    r'<p class="collapsed admonition-title">(?P<name>.*?)</p>\s*'
    r'<p class="expanded admonition-title">.*?</p>\s*</summary>',
    re.DOTALL,
)
DROPDOWN = re.compile(
    r'<details(?P<rest> id="[^"]*")? class="[^"]*\bsd-dropdown\b[^"]*"'
    r'(?P<open> open(="[^"]*")?)?>\s*'
    r'<summary class="[^"]*">\s*<span class="sd-summary-text">(?P<name>.*?)</span>'
    r'<span class="sd-summary-state-marker.*?</summary>\s*'
    r'<div class="sd-summary-content[^"]*">',
    re.DOTALL,
)
SOLUTION = "Solution"


class NameFoldedCells(SphinxPostTransform):
    """Word the line to click on by the cell's tags and by the figure it draws."""

    default_priority = 190  # before myst_nb makes folds of the cells, at 199
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Change `self.document` in place."""
        for cell in self.document.findall(nodes.container):
            if cell.get("nb_element") == "cell_code" and cell.get("hide_mode"):
                name = self.name(cell)
                cell["prompt_show"] = cell["prompt_hide"] = name

    def name(self, cell: nodes.container) -> str:
        """What the fold of this cell is called."""
        if "tag_solution" in cell["classes"]:
            return SOLUTION
        numbers = self.env.toc_fignumbers.get(self.env.docname, {}).get("figure", {})
        shown = [
            self.config.numfig_format["figure"] % ".".join(map(str, numbers[name]))
            for figure in cell.findall(nodes.figure)
            for name in figure["ids"]
            if name in numbers
        ]
        return f"Code of {' and '.join(shown)}" if shown else "Code"


class FoldsAfterFigures(SphinxPostTransform):
    """Put what a cell shows before the fold that holds its code."""

    default_priority = 200  # after myst_nb has made folds of the cells, at 199
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Change `self.document` in place."""
        for cell in self.document.findall(nodes.container):
            if (
                cell.get("nb_element") == "cell_code"
                and cell.get("hide_mode") == "input"
            ):
                cell.children = [*cell.children[1:], *cell.children[:1]]


def one_kind(html: str) -> str:
    """Both kinds of folds, written as one; solutions say so to the style sheet."""

    def cell(match: re.Match[str]) -> str:
        kind = "" if match["name"] == SOLUTION else " of-code"
        return f'<details class="fold{kind}">\n<summary>{match["name"]}</summary>'

    def prose(match: re.Match[str]) -> str:
        start = f'<details{match["rest"] or ""} class="fold of-prose"'
        start += f"{match['open'] or ''}>"
        return (
            f'{start}\n<summary>{match["name"]}</summary>\n<div class="fold-content">'
        )

    return DROPDOWN.sub(prose, HIDDEN_CELL.sub(cell, html))


def rewrite(
    app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Change the page that is about to be written."""
    if "body" in context:
        context["body"] = one_kind(context["body"])


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.add_post_transform(NameFoldedCells)
    app.add_post_transform(FoldsAfterFigures)
    app.connect("html-page-context", rewrite)
