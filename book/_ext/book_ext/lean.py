"""What the theme brings and no page uses stays behind, once the pages are written.

Its style sheets have rules for all that such a site might show, 500 kB of them. A rule
is kept if each class it names occurs in a page or in a script; then what a page looks
like is the same, and it asks for a third. Its icons, three megabytes of scripts and
fonts, are drawn by `icons.css` instead.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from sphinx.application import Sphinx

# Not ours: in these, what is not used goes.
SHEETS = (
    "styles/pydata-sphinx-theme.css",
    "styles/sphinx-book-theme.css",
    "sphinx-design.min.css",
    "mystnb.*.css",
    "basic.css",
    "copybutton.css",
)
UNUSED = ("scripts/fontawesome.js*", "vendor/fontawesome", "locales", "webpack-macros*")
ICON = re.compile(r"fa[bsr]?|fa-.*|svg-inline--fa")
WORD = re.compile(r"[\w-]+")
CLASS = re.compile(r"\.(-?[_a-zA-Z][\w-]*)")
# A page may lack these though the selector is its: `:not(.a)`, `.b` of `:is(.a, .b)`.
BESIDE = re.compile(r"\[[^\]]*\]|:(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)|\\.")
TOKEN = re.compile(
    r"""/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\\.|.""", re.DOTALL
)


def statements(sheet: str) -> Iterator[tuple[str, str | None]]:
    """A style sheet's rules in order: what stands before the brace, and within.

    A statement that ends with a semicolon has no braces; the second is then None.

    Raises:
        ValueError: if a brace is not closed.
    """
    head: list[str] = []
    body: list[str] = []
    depth = brackets = 0
    for token in TOKEN.findall(sheet):
        if token.startswith("/*"):
            continue
        brackets += (token == "(") - (token == ")")
        if token == "{" and not brackets:
            depth += 1
            if depth == 1:
                continue
        elif token == "}" and not brackets:
            depth -= 1
            if depth == 0:
                yield "".join(head).strip(), "".join(body)
                head, body = [], []
                continue
        elif token == ";" and depth == 0 and not brackets:
            yield "".join(head).strip(), None
            head = []
            continue
        (body if depth else head).append(token)
    if depth or "".join(head).strip():
        raise ValueError(f"a style sheet ends within {''.join(head).strip()[:60]!r}")


def alternatives(selectors: str) -> list[str]:
    """`a, b:is(c, d)` in two."""
    parts, depth = [""], 0
    for letter in selectors:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def used(selector: str, words: set[str]) -> bool:
    """Can this selector mean anything on pages of these words?"""
    names = CLASS.findall(BESIDE.sub("", selector))
    return all(name in words and not ICON.fullmatch(name) for name in names)


def lean(sheet: str, words: set[str]) -> str:
    """The style sheet without the rules that no page can need."""
    kept = []
    for head, body in statements(sheet):
        if body is None:
            kept.append(f"{head};")
        elif head.startswith(("@media", "@supports", "@layer", "@container")):
            if inner := lean(body, words):
                kept.append(f"{head}{{{inner}}}")
        elif head.startswith("@"):
            if "Font Awesome" not in body and "FontAwesome" not in body:
                kept.append(f"{head}{{{body}}}")
        elif needed := [s.strip() for s in alternatives(head) if used(s, words)]:
            kept.append(f"{','.join(needed)}{{{body}}}")
    return "".join(kept)


def words_of(files: Iterable[Path]) -> set[str]:
    """Every word that could be the name of a class."""
    return {word for file in files for word in WORD.findall(file.read_text("utf8"))}


def slim(app: Sphinx, error: Exception | None) -> None:
    """Change the built book's `_static`, when all pages stand."""
    if error is not None or app.builder.format != "html":
        return
    out = Path(app.outdir)
    static = out / "_static"
    for pattern in UNUSED:
        for path in static.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    words = words_of([*out.rglob("*.html"), *static.rglob("*.js")])
    for pattern in SHEETS:
        for path in static.glob(pattern):
            path.write_text(lean(path.read_text("utf8"), words), encoding="utf8")


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("build-finished", slim)
