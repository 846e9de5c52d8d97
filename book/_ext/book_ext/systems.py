"""`{systems-map}`: every system of the book, what it adds, and its chapter.

The map is made of text and small drawings (`_static/systems`), so that it is
read out, searched, followed by keyboard and fits a phone. `tools/new_chapter.py` puts a
new system at the end of the last lane; from there it can be moved. A system whose
chapter is not in the table of contents is named without a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book_ext.assets import load_palette
from book_ext.figures import colour_names, inline_svg


class System(NamedTuple):
    """One network: `key` names its drawing and the notebook `NN-key….ipynb`."""

    key: str
    name: str
    year: int
    adds: str


class Lane(NamedTuple):
    """Systems that answer one question in the same spirit; `role` is their colour."""

    title: str
    role: str
    systems: tuple[System, ...]


TRUNK = (
    System("rnn", "Recurrent network", 1990, "One vector, rewritten at every step."),
    System("lstm", "LSTM", 1997, "Gates that decide what stays, enters and shows."),
)
LANES = (
    Lane(
        "look back",
        "content",
        (
            System(
                "attention", "Attention", 2014, "Looks at what another network read."
            ),
            System(
                "listening-and-looking",
                "Listening and looking",
                2015,
                "Attention over sounds and pictures.",
            ),
            System(
                "memory-network",
                "Memory networks",
                2014,
                "Reads stored sentences, fact by fact.",
            ),
            System(
                "dynamic-memory",
                "Dynamic memory networks",
                2015,
                "Reads the story again, and each time knows more.",
            ),
        ),
    ),
    Lane(
        "write it down",
        "write",
        (
            System(
                "ntm",
                "Neural Turing machine",
                2014,
                "Reads and writes rows of a memory, softly.",
            ),
            System(
                "rl-ntm",
                "RL-NTM",
                2015,
                "One row at a time, learned by trial and error.",
            ),
            System(
                "nram",
                "Neural random-access machine",
                2015,
                "Registers that point into the memory.",
            ),
        ),
    ),
    Lane(
        "stack it up",
        "location",
        (
            System(
                "stack-rnn",
                "Stack-RNN",
                2015,
                "A push and a pop that can be half done.",
            ),
            System(
                "neural-stack",
                "Stack, queue, deque",
                2015,
                "Things put in with a strength, at either end.",
            ),
        ),
    ),
    Lane(
        "think longer",
        "controller",
        (
            System(
                "neural-gpu",
                "Neural GPU",
                2015,
                "The whole memory computes at once, again and again.",
            ),
            System(
                "adaptive-computation",
                "Adaptive computation",
                2016,
                "Decides itself when to stop.",
            ),
            System(
                "neural-programmer",
                "Neural programmer",
                2015,
                "Picks operations and columns of a table.",
            ),
        ),
    ),
)


class systems_map(nodes.General, nodes.Element):
    """The map's place in a page; it becomes HTML when the page is written."""


class SystemsMap(SphinxDirective):
    """The directive; it takes no arguments."""

    def run(self) -> list[nodes.Node]:
        """Leave the place and note the drawings as what the page depends on."""
        for system in all_systems():
            self.env.note_dependency(f"book/_static/systems/{system.key}.svg")
        return [systems_map()]


def all_systems() -> tuple[System, ...]:
    """The trunk, then lane by lane."""
    return TRUNK + tuple(system for lane in LANES for system in lane.systems)


def chapter_of(key: str, pages: Iterable[str]) -> str | None:
    """The notebook that builds a system: `notebooks/01-rnn` for `rnn`."""
    pattern = re.compile(rf"notebooks/\d+-{re.escape(key)}(-.+)?")
    return next((page for page in sorted(pages) if pattern.fullmatch(page)), None)


def card(system: System, drawing: str, chapter: str, address: str) -> str:
    """One system. `chapter` is "chapter 1", or empty if there is none."""
    name, status = escape(system.name), ""
    if chapter:
        name = f'<a href="{escape(address)}">{name}</a>'
        status = f' <span class="status">{chapter}</span>'
    return (
        f'<li class="system"><span class="drawing">{drawing}</span>'
        f'<span class="words"><strong>{name}</strong> '
        f'<span class="year">{system.year}</span> '
        f'<span class="adds">{escape(system.adds)}</span>{status}</span></li>'
    )


def render(cards: Mapping[str, str]) -> str:
    """The whole map, from the card of each system."""
    trunk = "".join(cards[system.key] for system in TRUNK)
    lanes = "".join(
        f'<li class="lane" style="--lane: var(--role-{lane.role})">'
        f"<strong>{escape(lane.title)}</strong>"
        f"<ol>{''.join(cards[s.key] for s in lane.systems)}</ol></li>"
        for lane in LANES
    )
    return (
        f'<div class="systems-map"><ol class="trunk">{trunk}</ol>'
        f'<p class="fork">Now give it a way to{fork()}</p>'
        f'<ul class="lanes">{lanes}</ul></div>'
    )


def fork() -> str:
    """The lines from the trunk to the four lanes, stretched to the page's width."""
    curves = "".join(
        f'<path d="M50 0C50 24 {x} 8 {x} 32" stroke="var(--role-{lane.role})"/>'
        for x, lane in zip((12.5, 37.5, 62.5, 87.5), LANES, strict=True)
    )
    return (
        '<svg viewBox="0 0 100 32" preserveAspectRatio="none" aria-hidden="true">'
        f"{curves}</svg>"
    )


def visit(writer: Any, node: systems_map) -> None:
    """Write the map into the page that is being made."""
    builder, source = writer.builder, Path(writer.builder.srcdir)
    names = colour_names(load_palette(source).ROLES)
    here, cards = builder.current_docname, {}
    for system in all_systems():
        file = source / "book" / "_static" / "systems" / f"{system.key}.svg"
        drawing = inline_svg(file.read_text("utf8"), "", f"map-{system.key}", names)
        page = chapter_of(system.key, builder.env.found_docs)
        number = builder.env.toc_secnumbers.get(page, {}).get("", ())
        title = " ".join(["chapter", *map(str, number)]) if page else ""
        address = builder.get_relative_uri(here, page) if page else ""
        cards[system.key] = card(system, drawing, title, address)
    writer.body.append(render(cards))
    raise nodes.SkipNode


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.add_node(systems_map, html=(visit, None))
    app.add_directive("systems-map", SystemsMap)
