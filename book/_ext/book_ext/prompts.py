"""What stands on a folded cell: "Solution" if it is one, else what it hides."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx


def name_folded_cells(app: Sphinx, document: nodes.document) -> None:
    """Word the line to click on by the cell's tags, in place."""
    for cell in document.findall(nodes.container):
        if cell.get("nb_element") != "cell_code" or not cell.get("hide_mode"):
            continue
        what = "solution" if "tag_solution" in cell["classes"] else "code"
        cell["prompt_show"] = f"Show the {what}"
        cell["prompt_hide"] = f"Hide the {what}"


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("doctree-read", name_folded_cells)
