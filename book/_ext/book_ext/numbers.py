"""The figures of a page without a number are counted on that page, from 1.

Sphinx counts them on from one such page to the next, so that the first figure of a page
at the back would be the book's seventh of no chapter.
"""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

Numbers = dict[
    str, tuple[int, ...]
]  # of one kind, by the thing's id, in the page's order


def own_count(numbers: Numbers) -> Numbers:
    """The same things, counted from 1, if no chapter's number stands before theirs."""
    if any(len(number) != 1 for number in numbers.values()):
        return numbers
    order = sorted(numbers, key=lambda name: numbers[name])
    return {name: (count,) for count, name in enumerate(order, start=1)}


def count(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Count again on each page, after Sphinx has; the pages that are told otherwise."""
    changed = []
    for page, kinds in env.toc_fignumbers.items():
        for kind, numbers in kinds.items():
            kinds[kind] = own_count(numbers)
            if kinds[kind] != numbers:
                changed.append(page)
    return changed


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("env-get-updated", count, priority=900)
