"""A row of the results page as a picture: every seed a dot, the paper's number a mark.

Drawn in percent of its width, so that it fits a phone and a wide screen alike. Shapes
tell things apart, colour only helps: a filled dot is ours, a hollow one stands there
for comparison, a diamond is the paper's number, a dashed line our goal. The diamond
lies behind the dots and is wider than a stack, so that neither hides the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from math import ceil
from typing import NamedTuple

from book_ext import measures
from book_ext.measures import Block, Row

HEIGHT = 27.0  # of a row's drawing at least, in pixels
NEAR = 0.02  # of the width: dots closer than that are stacked


class Size(NamedTuple):
    """Of a dot: its radius, how far it is to the next, and how many fit in a stack."""

    radius: float
    apart: float
    stacked: int


FEW, SOME, MANY = Size(2.9, 6.1, 5), Size(2.5, 5.4, 5), Size(2.2, 4.7, 7)
CROWD = Size(1.4, 3.0, 11)


def size(seeds: int) -> Size:
    """The size of a row's dots: of 5 seeds, of 10, of 20, of 30."""
    if seeds > 24:
        return CROWD
    return FEW if seeds <= 5 else SOME if seeds <= 10 else MANY


def piles(places: Sequence[float]) -> list[list[float]]:
    """Places in rising order, those together that would cover each other."""
    found: list[list[float]] = []
    for place in sorted(places):
        if found and place - found[-1][0] < NEAR:
            found[-1].append(place)
        else:
            found.append([place])
    return found


def positions(places: Sequence[float]) -> Iterator[tuple[float, float, float]]:
    """For each dot its place from 0 to 1, and how far it is moved, in pixels.

    Dots that would cover each other are stacked. More than a stack holds stand in
    columns around their place, also at an end of the scale: moved inwards they would
    read as less than all.
    """
    dot = size(len(places))
    for pile in piles(places):
        columns = ceil(len(pile) / dot.stacked)
        high = ceil(len(pile) / columns)
        for number, place in enumerate(pile):
            column, level = divmod(number, high)
            here = min(len(pile) - column * high, high)
            down = ((here - 1) / 2 - level) * dot.apart
            yield place, (column - (columns - 1) / 2) * dot.apart, down


def height(placed: Sequence[tuple[float, float, float]]) -> float:
    """How high a row's drawing is that holds its highest stack, in pixels."""
    reach = max((abs(down) for _, _, down in placed), default=0)
    return max(HEIGHT, ceil(2 * (reach + size(len(placed)).radius)))


# Each once on the page, in its legend; a row uses them at places in percent.
DIAMOND = '<path id="paper-number" class="dots-paper" d="M0-12 8 0 0 12-8 0Z"/>'
OPEN = '<path id="paper-{}" class="dots-paper dots-open" d="{}"/>'
ARROWS = {
    "below": OPEN.format("below", "M-8 0H-13m3-3-3 3 3 3"),
    "above": OPEN.format("above", "M8 0H13m-3-3 3 3-3 3"),
}


def used(shape: str, place: float) -> str:
    """A shape of the legend, at a place of the scale."""
    return f'<use href="#paper-{shape}" x="{100 * place:.2f}%" y="50%"/>'


def circle(radius: float, place: float, right: float, down: float) -> str:
    """A dot at a place of the scale, moved by some pixels."""
    moved = f' transform="translate({right:g} {down:g})"' if right or down else ""
    return f'<circle r="{radius}" cx="{100 * place:.2f}%" cy="50%"{moved}/>'


def picture(row: Row, block: Block) -> str:
    """The row's drawing, which says in words all that it shows."""
    drawn = ['<line class="base" x1="0" x2="100%" y1="50%" y2="50%"/>']
    if row.goal is not None:
        place = f"{100 * block.at(row.goal):.2f}%"
        drawn.append(f'<line class="goal" x1="{place}" x2="{place}" y1="0" y2="100%"/>')
    if len(row.paper) == 2:
        low, high = (f"{100 * block.at(number):.2f}%" for number in row.paper)
        ends = f'x1="{low}" x2="{high}" y1="50%" y2="50%"'
        drawn.append(f'<line class="dots-paper" {ends}/>')
    for number in row.paper:
        drawn.append(used("number", block.at(number)))
        if row.paper_is:
            drawn.append(used(row.paper_is, block.at(number)))
    placed = list(positions([block.at(number) for number in row.known]))
    radius = size(len(placed)).radius
    kind = "hollow" if row.role == "comparison" else "ours"
    dots = "".join(circle(radius, *place) for place in placed)
    drawn.append(f'<g class="{kind}">{dots}</g>')
    words = escape(measures.spoken(row, block))
    return (
        f'<svg class="dots" width="100%" height="{height(placed):g}" '
        f'overflow="visible" role="img" aria-label="{words}">{"".join(drawn)}</svg>'
    )


VERDICTS = {
    True: ("reached", "✓", "Goal reached: "),
    False: ("missed", "✗", "Goal missed: "),
}
COMPARISON = ("compared", "○", "For comparison: ")


def verdict(row: Row, block: Block) -> str:
    """Whether the row's goal is reached, as a sign and in words."""
    reached = block.reached(row)
    if reached is not None:
        kind, sign, words = VERDICTS[reached]
    elif row.role == "comparison":
        kind, sign, words = COMPARISON
    else:
        return ""
    return (
        f'<span class="verdict {kind}"><span aria-hidden="true">{sign}</span>'
        f'<span class="visually-hidden">{words}</span></span> '
    )


def shared_goal(block: Block) -> str:
    """The goal of all rows in words; empty if they have none, or different ones."""
    goals = {measures.goal(row, block) for row in block.rows}
    return goals.pop() if len(goals) == 1 else ""


WHOLE = re.compile(r"[\d.,]*\d(?:–[\d.,]*\d(?: %)?| %)")  # a range, a share


def unbroken(text: str) -> str:
    """A sentence whose ranges and shares stay on one line."""
    return WHOLE.sub(r'<span class="whole">\g<0></span>', text)


def line(row: Row, block: Block, seconds: str) -> str:
    """A row of the page: name, picture, a sentence, the time of a seed.

    Where not all rows of a block have one goal, the sentence names it.
    """
    paper = measures.paper(row, block.scale)
    said = unbroken(escape(measures.sentence(row, block)))
    beside = f'<span class="paper-says">Paper: {escape(paper)}</span>' if paper else ""
    if row.goal is not None and not shared_goal(block):
        own = measures.worded(row.goal, block.scale)
        beside = f'<span class="goal-says">Goal: {own}</span> {beside}'
    return (
        f'<li class="{row.role}"><span class="name">{escape(row.name)}</span>'
        f'<span class="strip">{picture(row, block)}</span>'
        f'<span class="said">{verdict(row, block)}{said} {beside}</span>'
        f'<span class="time">{escape(seconds)}<span class="visually-hidden"> of '
        'processor time</span><span class="each"> a seed</span></span></li>'
    )


def heading(block: Block) -> str:
    """The task, what the numbers are, the ends of the scale, and a goal of all."""
    low, high = (escape(measures.worded(end, block.scale)) for end in block.ends)
    better = "← better" if block.better == "less" else "better →"
    kind = ", log scale" if block.scale == "log" else ""
    shared = shared_goal(block)
    goal = f"Goal: {escape(shared)}" if shared else ""
    return (
        f'<h3>{escape(block.title)} <span class="unit">{escape(block.unit)}{kind}'
        '</span></h3><div class="axis"><span></span>'
        f'<span class="ends" aria-hidden="true"><span>{low}</span><span>{better}</span>'
        f"<span>{high}</span></span><span>{goal}</span>"
        '<span class="time">a seed</span></div>'
    )


LEGEND = (
    ("ours", '<circle r="3.5"/>', "one seed"),
    ("hollow", '<circle r="3.5"/>', "one seed of what is there to compare"),
    ("", DIAMOND, "the paper’s number"),
    ("", '<path class="goal" d="M0-12V12"/>', "our goal"),
)


def legend() -> str:
    """What the shapes mean."""
    items = "".join(
        f'<li><svg class="dots" width="18" height="26" aria-hidden="true">'
        f'<g class="{kind}" transform="translate(9 13)">{shape}</g></svg> {words}</li>'
        for kind, shape, words in LEGEND
    )
    arrows = "".join(ARROWS.values())
    return (
        f'<ul class="dots-legend">{items}</ul><svg class="dots" width="0" height="0" '
        f'aria-hidden="true"><defs>{arrows}</defs></svg>'
    )
