"""What the search page knows: each section's words, as a reader sees them.

Sphinx's own index knows pages, and its excerpts are cut from a page's text with all its
code and formulas. Here a result is a section, its excerpt is prose, and no page is
fetched: so a book that is opened from disk has excerpts too. `_static/search.js` ranks
and shows; what it ranks is written to `_static/search-index.js`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

SPOKEN = (nodes.paragraph, nodes.caption, nodes.term, nodes.legend)
# What an excerpt goes without: it would be code, a picture, or a number in brackets.
UNSPOKEN = (
    nodes.image,
    nodes.raw,
    nodes.comment,
    nodes.footnote_reference,
    nodes.citation_reference,
    nodes.literal_block,
    nodes.math_block,
)
COMMAND = re.compile(r"\\([a-zA-Z]+)\s*")
RAISED = re.compile(r"([_^])(?:\{([^{}]*)\}|(.))")
LOW, HIGH = (
    dict(zip("0123456789+-tijn" if way == "_" else "0123456789+-n", signs, strict=True))
    for way, signs in (("_", "₀₁₂₃₄₅₆₇₈₉₊₋ₜᵢⱼₙ"), ("^", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ"))
)
SIGNS = {
    "times": "×", "cdot": "·", "approx": "≈", "le": "≤", "ge": "≥", "ne": "≠",
    "to": "→", "leftarrow": "←", "pm": "±", "ldots": "…", "dots": "…", "in": "∈",
    "tanh": "tanh ", "exp": "exp ", "log": "log ", "max": "max ", "min": "min ",
    "infty": "∞", "partial": "∂", "odot": "⊙", "varepsilon": "ε",
}  # fmt: skip
HOLE = "\0"  # around the name of a page whose title is not known yet


class Section(NamedTuple):
    """A heading and what is said under it; `anchor` is empty for the page itself."""

    anchor: str
    title: str
    text: str
    named: str  # the words in italics: where a term is introduced, it stands so


def plain_math(tex: str) -> str:
    r"""A short formula as one would type it, `x_t` as xₜ; a long one as an ellipsis."""

    def sign(found: re.Match[str]) -> str:
        name = found[1]
        if name in SIGNS:
            return SIGNS[name]
        try:
            kind = "CAPITAL" if name[0].isupper() else "SMALL"
            return unicodedata.lookup(f"GREEK {kind} LETTER {name.upper()}")
        except KeyError:
            return found[0]

    def moved(found: re.Match[str]) -> str:
        inner, signs = found[2] or found[3] or "", LOW if found[1] == "_" else HIGH
        if set(inner) <= signs.keys():
            return "".join(signs[each] for each in inner)
        return found[0]

    text = COMMAND.sub(sign, re.sub(r"\\[,;! ]|\\left|\\right|\$", "", tex))
    text = RAISED.sub(moved, text)
    return "…" if re.search(r"[\\{}_^&]", text) or len(text) > 40 else text


def spoken(node: nodes.Node) -> str:
    """A piece of text as an excerpt shows it."""
    if isinstance(node, nodes.Text):
        return str(node.astext())
    if isinstance(node, nodes.math):
        return plain_math(node.astext())
    if isinstance(node, UNSPOKEN):
        return ""
    if isinstance(node, addnodes.pending_xref):
        if node.get("refdomain") == "cite":
            return ""
        if not node.astext().strip():
            target = node.get("reftarget", "").removesuffix(".ipynb").strip("/")
            return f"{HOLE}{target.removesuffix('.md')}{HOLE}"
    return "".join(spoken(child) for child in node.children)


def tidy(text: str) -> str:
    """One line, and no space where a reference was taken out."""
    text = re.sub(r"\s+", " ", text.replace("()", ""))
    return re.sub(r"\s+([.,;:?!)])", r"\1", text).strip()


def own(section: nodes.Element) -> Iterator[nodes.Element]:
    """What is said in a section, without the sections in it."""
    for child in section.children:
        if isinstance(child, nodes.section) or not isinstance(child, nodes.Element):
            continue
        if isinstance(child, SPOKEN):
            yield child
        elif not isinstance(child, (*UNSPOKEN, nodes.title)):
            yield from own(child)


def sections(document: nodes.document) -> list[Section]:
    """The sections of a page, in its order; the first is the page's own."""
    found: list[Section] = []
    for place in document.findall(nodes.section):
        title = place.next_node(nodes.title)
        first, said = not found, list(own(place))
        named = [one for piece in said for one in piece.findall(nodes.emphasis)]
        found.append(
            Section(
                "" if first else place["ids"][0],
                tidy(spoken(title)) if title else "",
                tidy(" ".join(map(spoken, said))),
                tidy(" ".join(map(spoken, named))),
            )
        )
    return found


def filled(text: str, titles: dict[str, str]) -> str:
    """Text in which pages that were named by their place have their titles."""
    parts = text.split(HOLE)
    parts[1::2] = (titles.get(name, "") for name in parts[1::2])
    return tidy("".join(parts))


def stored(env: BuildEnvironment) -> dict[str, list[Section]]:
    """What was read, by page; kept with Sphinx's other findings between builds."""
    if not hasattr(env, "book_sections"):
        env.book_sections = {}  # type: ignore[attr-defined]
    return env.book_sections  # type: ignore[attr-defined,no-any-return]


def remember(app: Sphinx, document: nodes.document) -> None:
    """Take down a page that was read."""
    stored(app.env)[app.env.docname] = sections(document)


def forget(app: Sphinx, env: BuildEnvironment, page: str) -> None:
    """A page is read anew, or is gone."""
    stored(env).pop(page, None)


def index(env: BuildEnvironment) -> list[dict[str, Any]]:
    """All pages in the order of their names: what the search page is given."""
    titles = {page: env.titles[page].astext() for page in stored(env)}
    return [
        {
            "page": page,
            "number": ".".join(map(str, env.toc_secnumbers.get(page, {}).get("", ()))),
            "sections": [
                [one.anchor, one.title, filled(one.text, titles), one.named]
                for one in found
            ],
        }
        for page, found in sorted(stored(env).items())
    ]


def write(app: Sphinx, error: Exception | None) -> None:
    """Put the index into the book's `_static`, as a script: `file://` allows it."""
    if error is not None or app.builder.format != "html":
        return
    text = json.dumps(index(app.env), ensure_ascii=False, separators=(",", ":"))
    place = Path(app.outdir) / "_static" / "search-index.js"
    place.write_text(f"BookSearch.index = {text};\n", encoding="utf8")


def add_script(
    app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Only the search page ranks."""
    if name == "search":
        app.add_js_file("search.js", priority=900, loading_method="defer")
        app.add_js_file("search-index.js", priority=901, loading_method="defer")


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("doctree-read", remember)
    app.connect("env-purge-doc", forget)
    app.connect("html-page-context", add_script)
    app.connect("build-finished", write)
