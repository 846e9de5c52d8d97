"""What the book needs of Sphinx and does not find there, in small pieces.

`assets` writes the palette, `lean` takes out of the theme what no page uses, `maths`
has the formulas set, `figures` puts vector figures into the page so that they follow
the reader's theme, `live` does so with figures that compute, `minutes` says how long a
chapter takes, `numbers` counts the figures of a page that has no number itself, `folds`
names what is folded and makes it look alike, `citations` mends the bibliography,
`systems` draws the map of the book, `results` renders what was measured, `powers` which
machine learned what, `package` what the package offers, `search` takes down what each
section says, `repository` adds links to the source when its address is known, and
`shares` keeps a number and its % on one line.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from book_ext import (
    assets,
    citations,
    figures,
    folds,
    lean,
    live,
    maths,
    minutes,
    numbers,
    package,
    powers,
    repository,
    results,
    search,
    shares,
    systems,
)

PIECES = (
    assets,
    citations,
    figures,
    folds,
    lean,
    live,
    maths,
    minutes,
    numbers,
    package,
    powers,
    repository,
    results,
    search,
    shares,
    systems,
)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register every piece with Sphinx."""
    for piece in PIECES:
        piece.register(app)
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}
