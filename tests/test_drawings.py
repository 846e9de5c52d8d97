"""In the drawings made by hand no line runs through a word, and no word leaves them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from mininet.pictures import width_of

FOLDER = Path(__file__).resolve().parent.parent / "book" / "_static" / "drawings"
DRAWINGS = sorted(FOLDER.glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"
NARROWER = 0.88  # the page's font, beside the one that measures here
WORDS = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)")
SHIFT = re.compile(r"translate\((-?[\d.]+)[ ,]*(-?[\d.]+)?\)")
ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "C": 6, "A": 7, "Z": 0}
Lines = list[tuple[np.ndarray, np.ndarray]]
INHERITED = ("font-size", "text-anchor", "stroke", "font-weight")


def inherited(
    element: ET.Element, said: dict[str, str], moved: np.ndarray
) -> Iterator[tuple[ET.Element, dict[str, str], np.ndarray]]:
    """Every element with what it has from those around it, and how far it is moved."""
    said = said | {k: v for k in INHERITED if (v := element.get(k)) is not None}
    if found := SHIFT.fullmatch(element.get("transform", "")):
        moved = moved + np.array([float(found[1]), float(found[2] or 0)])
    else:
        assert not element.get("transform"), "only a translation is understood here"
    yield element, said, moved
    for child in element:
        yield from inherited(child, said, moved)


def straight(path: str) -> Lines:
    """The straight pieces of a path; of a curve only where it ends."""
    found: Lines = []
    at = start = np.zeros(2)
    words = WORDS.findall(path)
    verb, k = "M", 0
    while k < len(words):
        if words[k].isalpha():
            verb, k = words[k], k + 1
        count = ARGUMENTS[verb.upper()]
        given = [float(word) for word in words[k : k + count]]
        k += count
        base = at if verb.islower() else np.zeros(2)
        kind = verb.upper()
        if kind == "Z":
            new = start
        elif kind == "H":
            new = np.array([base[0] + given[0], at[1]])
        elif kind == "V":
            new = np.array([at[0], base[1] + given[0]])
        else:
            new = base + np.array(given[-2:])
        if kind in "LHVZ":
            found.append((at, new))
        if kind == "M":
            start, verb = new, "l" if verb.islower() else "L"
        at = new
    return found


def lines(root: ET.Element) -> Lines:
    """All that is drawn with a pen and is straight."""
    found: Lines = []
    for element, said, moved in inherited(root, {}, np.zeros(2)):
        if said.get("stroke", "none") == "none":
            continue
        if element.tag == f"{SVG}path":
            here = straight(element.get("d", ""))
        elif element.tag == f"{SVG}rect":
            x, y, w, h = (
                float(element.get(k, 0)) for k in ("x", "y", "width", "height")
            )
            here = straight(f"M{x} {y}h{w}v{h}h{-w}Z")
        else:
            continue
        found += [(one + moved, other + moved) for one, other in here]
    return found


def words(root: ET.Element) -> list[tuple[str, np.ndarray]]:
    """Each text with its box: left, top, right, bottom, without what hangs down."""
    found = []
    for element, said, moved in inherited(root, {}, np.zeros(2)):
        if element.tag != f"{SVG}text":
            continue
        text = " ".join("".join(element.itertext()).split())
        size = float(said.get("font-size", "16").removesuffix("px"))
        bold = 1.07 if said.get("font-weight") == "bold" else 1.0
        wide = NARROWER * bold * width_of(text, size)
        x, y = (
            np.array([float(element.get("x", 0)), float(element.get("y", 0))]) + moved
        )
        left = x - wide * {"middle": 0.5, "end": 1.0}.get(
            said.get("text-anchor", ""), 0
        )
        found.append((text, np.array([left, y - 0.7 * size, left + wide, y])))
    return found


def through(box: np.ndarray, line: tuple[np.ndarray, np.ndarray]) -> bool:
    """Whether a line runs through a box, more than along its edge."""
    steps = np.linspace(0, 1, 200)[:, None]
    points = line[0] + steps * (line[1] - line[0])
    return bool(((points > box[:2] + 0.7) & (points < box[2:] - 0.7)).all(1).any())


def amiss(source: str) -> list[str]:
    """The words that a line runs through, and those that leave the drawing."""
    root = ET.fromstring(source)
    _, _, width, height = map(float, root.get("viewBox", "").split())
    pen = lines(root)
    found = []
    for text, box in words(root):
        if box[0] < 2 or box[1] < 2 or box[2] > width - 2 or box[3] > height - 2:
            found.append(f"{text!r} leaves the drawing")
        if any(through(box, line) for line in pen):
            found.append(f"a line runs through {text!r}")
    return found


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: path.stem)
def test_no_line_runs_through_a_word_and_no_word_leaves_a_drawing(
    drawing: Path,
) -> None:
    assert amiss(drawing.read_text(encoding="utf8")) == []


def test_what_collides_is_found() -> None:
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 60">'
    through_it = '<path d="M30 10v30" stroke="#000"/><text x="20" y="30">word</text>'
    beside_it = through_it.replace('x="20"', 'x="34"')
    further = through_it.replace('x="20"', 'x="64"')
    group = f'<g transform="translate(-30 0)">{further}</g>'
    assert amiss(f"{head}{through_it}</svg>") == ["a line runs through 'word'"]
    assert amiss(f"{head}{beside_it}</svg>") == []
    assert amiss(f"{head}{through_it.replace('stroke', 'data-no')}</svg>") == []
    outside = f'{head}<text x="80" y="30">word</text></svg>'
    assert amiss(outside) == ["'word' leaves the drawing"]
    # The line and the word are moved together: to the left of the drawing's edge.
    assert amiss(f"{head}{group}</svg>") == []
