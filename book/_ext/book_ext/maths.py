"""Mathematics: the TeX stands in the page, and KaTeX, from `_static/katex`, sets it.

A screen reader hears the MathML that KaTeX puts beside what is seen. Only a page with
formulas loads anything for them. A sign that touches a formula in the text, a comma or
a bracket, is kept on its line.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.math import get_node_equation_number

CLASSES = "math notranslate nohighlight"
LONG = 44  # letters of TeX; what is shorter fits a phone, and is not broken in two
# What touches a formula: all of a short ending ("-th,"), or the signs before a word.
BEFORE = re.compile(r"[^\s\w]+$")
BEHIND = re.compile(r"\S{1,6}(?=\s|$)|[^\s\w]+")


def display_tex(tex: str) -> str:
    """A formula on its own line as KaTeX takes it: rows are aligned, as Sphinx does.

    `a \\\\ b` is two rows, and a blank line starts a new one.
    """
    parts = [part.strip() for part in tex.split("\n\n") if part.strip()]
    parts = [
        rf"\begin{{split}}{part}\end{{split}}" if r"\\" in part else part
        for part in parts
    ]
    if len(parts) == 1:
        return parts[0]
    rows = r" \\ ".join(parts)
    return rf"\begin{{aligned}}{rows}\end{{aligned}}"


def visit_inline(self: Any, node: nodes.math) -> None:
    """A formula in the text."""
    long = " long" if len(node.astext()) > LONG else ""
    self.body.append(self.starttag(node, "span", "", CLASS=CLASSES + long))
    self.body.append(f"{self.encode(node.astext())}</span>")
    raise nodes.SkipNode


def visit_display(self: Any, node: nodes.math_block) -> None:
    """A formula on its own line, with its number if it has one."""
    self.body.append(self.starttag(node, "div", "", CLASS=CLASSES))
    whole = node.get("no-wrap", node.get("nowrap", False))
    tex = node.astext() if whole else display_tex(node.astext())
    self.body.append(f'<div class="tex">{self.encode(tex)}</div>')
    if node["number"] and not whole:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def cut(text: str, pattern: re.Pattern[str], at_end: bool) -> tuple[str, str]:
    """What touches the formula, and the rest of the text."""
    match = pattern.search(text) if at_end else pattern.match(text)
    if match is None:
        return "", text
    rest = text[: match.start()] if at_end else text[match.end() :]
    return match[0], rest


class KeepTogether(SphinxPostTransform):
    """A formula and the signs that touch it become one unbreakable piece."""

    default_priority = 60
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Change `self.document` in place."""
        for formula in list(self.document.findall(nodes.math)):
            around = formula.parent
            at = around.index(formula)
            first = around[at - 1] if at else None
            last = around[at + 1] if at + 1 < len(around) else None
            piece = nodes.inline(classes=["glued"])
            before = behind = ""
            if isinstance(first, nodes.Text):
                before, rest = cut(first.astext(), BEFORE, at_end=True)
                if before:
                    around.replace(first, nodes.Text(rest))
            if isinstance(last, nodes.Text):
                behind, rest = cut(last.astext(), BEHIND, at_end=False)
                if behind:
                    around.replace(last, nodes.Text(rest))
            if before or behind:
                formula.replace_self(piece)
                piece += [nodes.Text(before), formula, nodes.Text(behind)]


def add_files(
    app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Load KaTeX on the pages that have a formula."""
    if f'class="{CLASSES}' in context.get("body", ""):
        app.add_css_file("katex/katex.min.css", priority=300)
        app.add_js_file("katex/katex.min.js", loading_method="defer")
        app.add_js_file("maths.js", loading_method="defer")


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_display, None))
    app.connect("html-page-context", add_files)
    app.add_post_transform(KeepTogether)
