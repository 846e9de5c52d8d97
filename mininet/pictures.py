"""A figure as one small SVG file that holds it twice: for a page, and for a phone.

The picture is the wide one. The narrow one stands in the file's `<metadata>`, which
nothing shows; the built book takes it out and lets the page choose. So JupyterLab, and
every other viewer of notebooks, shows one picture, and a cell that draws says nothing
of it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import NamedTuple
from weakref import WeakKeyDictionary

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path


class Size(NamedTuple):
    """What a figure is laid out for, in points.

    Attributes:
        width: of the whole figure.
        text: the size of all its text.
    """

    width: float
    text: float


WIDE = Size(504, 9.5)  # the book's column, 672 px; its text is 12.7 px
NARROW = Size(216, 9)  # 288 px: a phone of 320 px; its text is 12 px

Layout = Callable[[Size], None]
_LAYOUTS: WeakKeyDictionary[Figure, Layout] = WeakKeyDictionary()


def remember(figure: Figure, layout: Layout) -> None:
    """Lay a figure out for the page, and know how to do it for a phone."""
    layout(WIDE)
    _LAYOUTS[figure] = layout


def picture(figure: Figure) -> str:
    """A figure as SVG, with its narrow version inside if it knows one."""
    layout = _LAYOUTS.get(figure)
    if layout is None:
        return drawn(figure, tight=True)
    layout(NARROW)
    narrow = drawn(figure)
    layout(WIDE)
    wide = drawn(figure)
    start = wide.index(">", wide.index("<svg")) + 1
    return f"{wide[:start]}\n<metadata>\n{narrow}</metadata>{wide[start:]}"


def drawn(figure: Figure, tight: bool = False) -> str:
    """A figure as SVG, without what no reader of it needs."""
    file = io.StringIO()
    box = "tight" if tight else None
    figure.savefig(file, format="svg", bbox_inches=box, metadata={"Date": None})
    return compact(file.getvalue())


def width_of(text: str, size: float) -> float:
    """How wide a line of text is, in points; a little less in a page's own font."""
    font = FontProperties(size=size)
    return float(text_to_path.get_text_width_height_descent(text, font, False)[0])


def widest(text: str, size: float) -> float:
    """How wide the longest line of a text is, in points."""
    return max((width_of(line, size) for line in text.split("\n")), default=0.0)


def wrapped(text: str, size: float, width: float) -> str:
    """Text in lines no wider than `width`, as far as its words allow, evenly filled."""
    lines = _filled(text, size, width)
    if len(lines) < 2:
        return "\n".join(lines)
    # As few lines as that, but none of a single short word where another is full.
    low, high = width / len(lines), width
    while high - low > 1:
        middle = (low + high) / 2
        if len(_filled(text, size, middle)) > len(lines):
            low = middle
        else:
            high = middle
    return "\n".join(_filled(text, size, high))


def _filled(text: str, size: float, width: float) -> list[str]:
    """The lines, each with as many words as it can hold."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


CRISP = "crisp"  # the gid of what has sharp edges: neighbours without a seam between
NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?|-?\d+e-\d+")
LENGTHS = re.compile(r'\b(x|y|x1|x2|y1|y2|width|height|transform|viewBox)="([^"]*)"')
PATH = re.compile(r'\bd="([^"]*)"')
WASTE = (
    re.compile(
        r' id="(?:figure|axes|patch|line2d|text|xtick|ytick|matplotlib\.axis)_\d+"'
    ),
    re.compile(r' transform="rotate\(-?0 [^"]*\)"'),
)
FONTS = re.compile(r"font-family: [^;\"]*")
PARTS = re.compile(r"[A-Za-z]|[-+.\de]+")


def compact(text: str) -> str:
    """An SVG of matplotlib in a third of its bytes, true to a hundredth of a point."""
    text = text[text.index("<svg") :]
    text = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = text.replace(f' id="{CRISP}"', ' shape-rendering="crispEdges"')
    for waste in WASTE:
        text = waste.sub("", text)
    text = FONTS.sub("font-family: sans-serif", text)
    text = PATH.sub(lambda found: f'd="{shortened(found[1])}"', text)
    text = LENGTHS.sub(
        lambda found: f'{found[1]}="{NUMBER.sub(lambda n: _short(n[0]), found[2])}"',
        text,
    )
    return re.sub(r">\s+<", ">\n<", text)


def _short(number: str) -> str:
    return f"{round(float(number), 2) + 0:g}" if abs(float(number)) < 1e4 else number


def shortened(path: str) -> str:
    """A path of `M`, `L`, `Q`, `C`, `z`, each step from the point before."""
    words = PARTS.findall(path)
    said: list[str] = []
    at = start = (0, 0)
    k = 0
    while k < len(words):
        verb = words[k]
        k += 1
        if verb in "zZ":
            said.append("z")
            at = start
            continue
        count = {"M": 1, "L": 1, "Q": 2, "C": 3}[verb]
        numbers = [round(100 * float(word)) for word in words[k : k + 2 * count]]
        k += 2 * count
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        steps = [(x - at[0], y - at[1]) for x, y in points]
        if verb == "M":
            ways = f"M{_pair(points[0])}", f"m{_pair(steps[0])}"
            said.append(min(ways[: 1 + bool(said)], key=len))
            start = points[0]
        elif verb == "L":
            closes = points[0] == start and words[k : k + 1] in (["z"], ["Z"])
            said.append("" if closes else _straight(*steps[0]))
        else:
            said.append(verb.lower() + " ".join(map(_pair, steps)))
        at = points[-1]
    return "".join(said)


def _straight(right: int, down: int) -> str:
    if right and down:
        return f"l{_pair((right, down))}"
    return (
        f"h{_hundredths(right)}" if right else f"v{_hundredths(down)}" if down else ""
    )


def _pair(point: tuple[int, int]) -> str:
    return f"{_hundredths(point[0])} {_hundredths(point[1])}"


def _hundredths(number: int) -> str:
    return f"{number / 100:g}"
