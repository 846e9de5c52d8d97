"""A share stays on one line: "99 %" has a space that does not break, on every page.

The words come from chapters, tables, results and drawings alike, so it is done once, in
the finished page; code, and what a script reads, is left as it is.
"""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

KEPT = r"<(pre|code|script|style|textarea|svg)\b.*?</\1\s*>"
TAG = r"""<(?:[^<>"']|"[^"]*"|'[^']*')*>"""
SHARE = re.compile(rf"{KEPT}|({TAG}|\d) %|{TAG}", re.DOTALL)


def whole(html: str) -> str:
    """The same page, its shares unbreakable: "99 %", and "<b>99</b> %" as well."""
    return SHARE.sub(lambda found: f"{found[2]}\u00a0%" if found[2] else found[0], html)


def keep(
    app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Mend a page when all others have written into it."""
    if "body" in context:
        context["body"] = whole(context["body"])


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("html-page-context", keep, priority=950)
