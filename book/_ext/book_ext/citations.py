"""The bibliography as a list that screen readers know.

docutils marks its entries with a role that has since been withdrawn from the standard,
and inside a list it hides them.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx


def as_list(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Make each entry an item of its list, in the page's HTML."""
    if "body" in context:
        context["body"] = context["body"].replace(
            'role="doc-biblioentry"', 'role="listitem"'
        )


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("html-page-context", as_list)
