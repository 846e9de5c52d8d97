"""The first picture of a figure as SVG, for viewers without scripts.

Draws the same marks as `static/views.mjs`, function by function in the same order; a
test compares the two in a browser. Only what pointing adds is missing here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from html import escape
from math import ceil, floor, inf, isinf, isnan, log10
from typing import Any, NamedTuple

from torch import Tensor

from mininet.palette import ROLES

LABEL = 13  # px, text on a view
SMALL = 12  # px, everything else; nothing is smaller
LINE = 17  # px from line to line of a label
GAP = 24  # px between views
CELL = 30.0  # px, the widest cell
STEP = 44.0  # px, the widest step of time
SIDE = 480  # px, from here on there is room for labels beside views over time

SLOT = re.compile(r"\{(\w+)(?::(\d))?\}")  # {name} or {name:digits} in a template

Mark = tuple[str, dict[str, Any], str | None]


@dataclass(frozen=True)
class Env:
    """What a picture is drawn from, as in views.mjs."""

    values: Mapping[str, Tensor]
    history: Mapping[str, Sequence[Tensor]]
    symbols: Mapping[str, Sequence[str]]
    step: int = 0


class Box(NamedTuple):
    """Where a view is drawn, in px."""

    x: float
    y: float
    width: float
    axis: bool
    gutter: float


class Drawn(NamedTuple):
    """A view's marks, its height, and where its places begin."""

    height: float
    marks: list[Mark]
    left: float | None = None
    tall: float = 0  # px from the first place to the last


def show(x: float, digits: int | None = None) -> str:
    """A number for reading: three digits or so, and words where there is none."""
    if isnan(x):
        return "not a number"
    if isinf(x):
        return "∞" if x > 0 else "−∞"
    size = abs(x)
    if digits is not None:
        text = _fixed(size, digits)
    elif size == 0:
        text = "0"
    elif size < 0.001 or size >= 10000:
        text = _exponential(size)
    else:
        text = _fixed(size, 0 if size >= 100 else 1 if size >= 10 else _few(size))
    sign = "−" if x < 0 and float(text) != 0 else ""
    return sign + text.replace("e-", "e−")


def _few(size: float) -> int:
    return 2 if size >= 0.01 else 3


def _fixed(size: float, digits: int) -> str:
    return str(Decimal(size).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def _exponential(size: float) -> str:
    power = Decimal(size).adjusted()
    head = Decimal(size).scaleb(-power).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if head >= 10:
        head, power = Decimal("1.0"), power + 1
    return f"{head}e{power}"


def tidy(x: float) -> float:
    """Two digits after the point are enough for a pixel."""
    return floor(x * 100 + 0.5) / 100


def clip(x: float, low: float, high: float) -> float:
    """`x`, or the end it is beyond."""
    return min(high, max(low, x))


def wrap(text: str, width: float, size: float = LABEL) -> list[str]:
    """Lines of at most `width` pixels, by an average width of letters."""
    most = max(4, floor(width / (size * 0.53)))
    lines = [""]
    for word in text.split(" "):
        if not lines[-1]:
            lines[-1] = word
        elif len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def rect(x: float, y: float, width: float, height: float, **more: Any) -> Mark:
    """A filled rectangle."""
    box = {"x": tidy(x), "y": tidy(y), "width": tidy(width), "height": tidy(height)}
    return "rect", {**box, **more}, None


def line(x1: float, y1: float, x2: float, y2: float, **more: Any) -> Mark:
    """A hairline."""
    ends = {"x1": tidy(x1), "y1": tidy(y1), "x2": tidy(x2), "y2": tidy(y2)}
    return "line", {**ends, "stroke": "line", **more}, None


def write(x: float, y: float, text: str, **more: Any) -> Mark:
    """A line of text."""
    place = {"x": tidy(x), "y": tidy(y), "fill": "ink", "font-size": SMALL}
    return "text", {**place, **more}, text


def path(d: str, **more: Any) -> Mark:
    """A curve or a shape."""
    return "path", {"d": d, **more}, None


END: dict[str, Any] = {"text-anchor": "end"}
MIDDLE: dict[str, Any] = {"text-anchor": "middle"}


def plain(x: float) -> str:
    """A number as JavaScript writes it."""
    return str(int(x)) if x == int(x) else repr(x)


class Grid(NamedTuple):
    """Rows and columns of numbers; None where there is none yet."""

    rows: int
    columns: int
    values: list[list[float | None]]


def matrix(value: Tensor) -> Grid:
    """The last two axes, or one row."""
    shape = value.shape[-2:] if value.ndim >= 2 else (1, value.numel())
    rows, columns = int(shape[0]), int(shape[1])
    flat = value.flatten().tolist()
    cells = [flat[r * columns : (r + 1) * columns] for r in range(rows)]
    return Grid(rows, columns, cells)


def over_time(name: str, env: Env) -> Grid:
    """One output over all steps: units down, time across."""
    past = [value.flatten().tolist() for value in env.history[name]]
    rows = len(past[0])
    cells = [
        [past[c][r] if c <= env.step else None for c in range(len(past))]
        for r in range(rows)
    ]
    return Grid(rows, len(past), cells)


def row_height(n: int) -> float:
    """How tall a row is when there are n."""
    return 22 if n <= 12 else max(6.0, 264 / n)


def name_of(names: Any, index: int, env: Env) -> str:
    """What a place is called: its name if it has one, its number if not."""
    listed = env.symbols.get(names) if isinstance(names, str) else names
    return str(listed[index]) if listed and index < len(listed) else str(index)


def gutter_for(names: Any, n: int, env: Env) -> float:
    """Room for the names of n places."""
    longest = max((len(name_of(names, i, env)) for i in range(n)), default=0)
    return ceil(longest * 7.2) + 8


def shade(x: float, role: str | None, most: float) -> dict[str, Any]:
    """A cell's colour."""
    strength = (x if role else abs(x)) / most
    hue = role or ("negative" if x < 0 else "positive")
    return {"fill": hue, "fill-opacity": tidy(clip(strength, 0, 1))}


def broken(x: float, y: float) -> Mark:
    """The mark of what is not a number."""
    return write(x, y, "×", **{"fill": "error", "font-weight": 700})


def _top(data: Sequence[float]) -> int:
    top = 0
    for i, x in enumerate(data):
        if x > data[top]:
            top = i
    return top


def bars(view: Mapping[str, Any], env: Env, box: Box) -> Drawn:
    """One bar for each place, from top to bottom."""
    data = env.values[view["of"]].flatten().tolist()
    n, names = len(data), view.get("names")
    height = row_height(n)
    gutter = gutter_for(names, n, env) if box.axis else 0
    left, width = box.x + gutter, box.width - gutter
    low, high = min(0.0, float(view["min"])), float(view["max"])

    def place(x: float) -> float:
        return left + (clip(x, low, high) - low) / (high - low) * width

    marks = [line(place(0), box.y, place(0), box.y + n * height)]
    top = _top(data)
    for i, x in enumerate(data):
        y = box.y + i * height
        if box.axis and height >= 12:
            label = name_of(names, i, env)
            marks.append(
                write(left - 6, y + height / 2 + 4, label, fill="muted", **END)
            )
        if isnan(x):
            marks.append(broken(left + 3, y + height / 2 + 4))
            continue
        start, end = min(place(0), place(x)), max(place(0), place(x))
        bar = rect(start, y + height * 0.14, end - start, height * 0.72)
        bar[1]["fill"] = view["role"]
        marks.append(bar)
        if i == top and height >= 12:
            wide = left + width - end > 34
            more: dict[str, Any] = {} if wide else {**END, "fill": "page"}
            at = end + 5 if wide else end - 5
            marks.append(write(at, y + height / 2 + 4, show(x), **more))
    return Drawn(n * height, marks, left)


def upright(view: Mapping[str, Any], env: Env, box: Box) -> Drawn:
    """One bar for each place, from left to right."""
    data = env.values[view["of"]].flatten().tolist()
    n = len(data)
    width = min(44.0, box.width / n) if n else 44.0
    height = float(view.get("height", 96))
    low, high = min(0.0, float(view["min"])), float(view["max"])

    def place(x: float) -> float:
        return box.y + height - (clip(x, low, high) - low) / (high - low) * height

    marks = [line(box.x, place(0), box.x + n * width, place(0))]
    top = _top(data)
    for i, value in enumerate(data):
        x = box.x + i * width
        if isnan(value):
            marks.append(broken(x + 2, place(0) - 4))
        else:
            start, end = min(place(0), place(value)), max(place(0), place(value))
            bar = rect(x + width * 0.14, start, width * 0.72, end - start)
            bar[1]["fill"] = view["role"]
            marks.append(bar)
        if width >= 14:
            name = name_of(view.get("names"), i, env)
            marks.append(
                write(x + width / 2, box.y + height + 16, name, fill="muted", **MIDDLE)
            )
    if n and not isnan(data[top]):
        middle = clip(box.x + (top + 0.5) * width, box.x + 14, box.x + box.width - 14)
        y = max(box.y + 11, place(max(0, data[top])) - 5)
        marks.append(write(middle, y, show(data[top]), **MIDDLE))
    return Drawn(height + 22, marks, box.x)


def heatmap(view: Mapping[str, Any], env: Env, box: Box) -> Drawn:
    """A cell for each number."""
    time, names = view.get("time"), view.get("names")
    grid = over_time(view["of"], env) if time else matrix(env.values[view["of"]])
    rows, columns, values = grid
    height = view["height"] / rows if view.get("height") else row_height(rows)
    gutter = box.gutter if time else gutter_for(names, rows, env) if box.axis else 0
    left = box.x + gutter
    width = min(STEP if time else CELL, (box.width - gutter) / columns)
    marks = [rect(left, box.y, columns * width, rows * height, fill="surface")]
    seam = 1 if min(width, height) > 5 else 0
    for r in range(rows):
        y = box.y + r * height
        if (box.axis or (time and names)) and height >= 12:
            label = name_of(names, r, env)
            marks.append(
                write(left - 6, y + height / 2 + 4, label, fill="muted", **END)
            )
        for c in range(columns):
            value, x = values[r][c], left + c * width
            if value is None:
                continue
            if isnan(value):
                marks.append(broken(x + width / 2 - 4, y + height / 2 + 4))
            else:
                colour = shade(value, view.get("role"), view["max"])
                marks.append(rect(x, y, width - seam, height - seam, **colour))
    return Drawn(rows * height, marks, left, rows * height)


def ticks(low: float, high: float, logarithmic: bool) -> list[float]:
    """Round places for ticks: powers of ten, or the ends and the middle."""
    if not logarithmic:
        return [low, (low + high) / 2, high]
    start, end = ceil(log10(low)), floor(log10(high))
    every = max(1, ceil((end - start) / 4))
    return [10.0**power for power in range(end, start - 1, -every)]


def tick_label(x: float, logarithmic: bool) -> str:
    """A tick's text."""
    if not logarithmic:
        return show(x, 0 if abs(x) >= 10 or x == int(x) else 1)
    if 0.01 <= x < 1000:
        return plain(x)
    digits = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
    return "10" + str(round(log10(x))).translate(digits)


def _whole(x: float) -> str:
    return show(x, 0 if x == int(x) else None)


def lines(view: Mapping[str, Any], env: Env, box: Box) -> Drawn:
    """Curves over one axis."""
    height, logarithmic = float(view.get("height", 190)), bool(view.get("log"))
    box = box._replace(y=box.y + 4)  # room for the topmost tick
    series: list[list[float]] = []
    for name in view["of"]:
        if view.get("time"):
            past = [value.flatten().tolist()[0] for value in env.history[name]]
            series.append(
                [y if t <= env.step else float("nan") for t, y in enumerate(past)]
            )
        else:
            series.append(env.values[name].flatten().tolist())
    n = max(len(points) for points in series)
    if "x" in view:
        xs: list[float] = env.values[view["x"]].flatten().tolist()
    else:
        xs = [view["start"] + i for i in range(len(series[0]))]
    left, right = box.x + 46, box.x + box.width - float(view["margin"])

    def scale(y: float) -> float:
        return log10(max(y, 1e-45)) if logarithmic else y

    low, high = scale(float(view["min"])), scale(float(view["max"]))

    def px(x: float) -> float:
        return left + (x - xs[0]) / (xs[n - 1] - xs[0] or 1) * (right - left)

    def py(y: float) -> float:
        part = (clip(scale(y) if y < inf else inf, low, high) - low) / (high - low)
        return box.y + height - part * height

    marks: list[Mark] = []
    for tick in ticks(view["min"], view["max"], logarithmic):
        marks.append(line(left - 4, py(tick), left, py(tick)))
        label = tick_label(tick, logarithmic)
        marks.append(write(left - 8, py(tick) + 4, label, fill="muted", **END))
    if "reference" in view:
        y = py(view["reference"])
        dash: dict[str, Any] = {"stroke-dasharray": "2 3", "stroke": "muted"}
        marks.append(line(left, y, right, y, **dash))
    marks.append(line(left, box.y + height, right, box.y + height))
    for i in (0, (n - 1) // 2, n - 1):
        where = (px(xs[i]), box.y + height + 17)
        marks.append(write(*where, _whole(xs[i]), fill="muted", **MIDDLE))
    words = wrap(view["across"], box.width - 46, SMALL)
    for k, text in enumerate(words):
        where = ((left + right) / 2, box.y + height + 35 + k * 15)
        marks.append(write(*where, text, fill="muted", **MIDDLE))
    ends: list[float] = []
    for s, points in enumerate(series):
        d, pen, last = "", False, -1
        for i, y in enumerate(points):
            if not isnan(y):
                d += f"{'L' if pen else 'M'}{plain(tidy(px(xs[i])))} "
                d += plain(tidy(py(y)))
                last = i
            pen = not isnan(y)
        role = view["roles"][s]
        stroke = {"stroke": role, "stroke-width": 2.5, "stroke-linejoin": "round"}
        marks.append(path(d or "M0 0", fill="none", **stroke))
        if last >= 0 and view["labels"][s]:
            y = py(points[last]) + 4
            while any(abs(other - y) < 15 for other in ends):
                y -= 15
            ends.append(y)
            bold = {"fill": role, "font-weight": 600}
            for k, text in enumerate(
                wrap(view["labels"][s], view["margin"] - 8, SMALL)
            ):
                marks.append(write(px(xs[last]) + 7, y + k * 15, text, **bold))
    return Drawn(height + 28 + len(words) * 15, marks, left)


def tape(view: Mapping[str, Any], env: Env, box: Box) -> Drawn:
    """Cells in a row."""
    symbols = env.symbols.get(view["of"])
    moving = bool(env.history) and symbols is not None
    if symbols is None:
        symbols = [show(x) for x in env.values[view["of"]].flatten().tolist()]
    n = len(symbols)
    left = box.x + (box.gutter if moving else 0)
    width = min(STEP if moving else CELL, (box.width - (left - box.x)) / n)
    height = 28
    weights = None
    if "attention" in view:
        weights = env.values[view["attention"]].flatten().tolist()
    marks: list[Mark] = []
    for i, symbol in enumerate(symbols):
        x, now = left + i * width, moving and i == env.step
        marks.append(rect(x, box.y, width - 1, height, fill="surface"))
        if weights:
            colour = shade(weights[i], view["role"], 1)
            marks.append(rect(x, box.y, width - 1, height, **colour))
        if now:
            edge = {"fill": "none", "stroke": view["role"], "stroke-width": 2}
            marks.append(rect(x + 0.5, box.y + 0.5, width - 2, height - 1, **edge))
        if width >= 8:
            later = moving and i > env.step
            more = {
                "font-size": 14 if width >= 16 else SMALL,
                "fill-opacity": 0.55 if later else 1,
            }
            middle = x + width / 2 - 0.5
            marks.append(write(middle, box.y + 19, symbol, **MIDDLE, **more))
        if now:
            c, y = plain(tidy(x + width / 2 - 0.5)), plain(tidy(box.y + height + 3))
            marks.append(path(f"M{c} {y}l5 7h-10z", fill=view["role"]))
    return Drawn(height + (12 if moving else 0), marks, left, height)


def arrows(view: Mapping[str, Any], env: Env, box: Box) -> Drawn:
    """Attention between two sequences."""
    rows, columns, values = matrix(env.values[view["of"]])
    cell = min(44.0, box.width / max(rows, columns))
    height = view.get("height", 150)
    marks: list[Mark] = []

    def centre(i: int) -> float:
        return box.x + (i + 0.5) * cell

    for r in range(rows):
        for c in range(columns):
            weight = values[r][c]
            if weight is None or not weight > 0.01:
                continue
            start, end = plain(tidy(centre(c))), plain(tidy(centre(r)))
            low, middle = (
                plain(tidy(box.y + height - 24)),
                plain(tidy(box.y + height / 2)),
            )
            high = plain(tidy(box.y + 26))
            strength = clip(weight, 0, 1)
            stroke = {
                "stroke": view["role"],
                "stroke-opacity": tidy(strength),
                "stroke-width": tidy(0.75 + 3 * strength),
            }
            d = f"M{start} {low}C{start} {middle} {end} {middle} {end} {high}"
            marks.append(path(d, fill="none", **stroke))
    for r in range(rows):
        more = {"font-size": 14, "font-weight": 400}
        name = name_of(view["target"], r, env)
        marks.append(write(centre(r), box.y + 16, name, **MIDDLE, **more))
    for c in range(columns):
        name = name_of(view["source"], c, env)
        more = {"font-size": 14}
        marks.append(write(centre(c), box.y + height - 6, name, **MIDDLE, **more))
    return Drawn(height, marks, box.x)


def table(view: Mapping[str, Any], env: Env, box: Box) -> Drawn:
    """Numbers in rows and columns."""
    rows, columns, values = matrix(env.values[view["of"]])
    names, heads = view.get("names"), view.get("columns")
    gutter = gutter_for(names, rows, env) + 6 if names else 0
    width = min(84.0, (box.width - gutter) / columns)
    top = 20 if heads else 0
    marks: list[Mark] = []

    def right(c: int) -> float:
        return box.x + gutter + (c + 1) * width - 4

    for c in range(columns if heads else 0):
        name = name_of(heads, c, env)
        marks.append(write(right(c), box.y + 13, name, fill="muted", **END))
    for r in range(rows):
        y = box.y + top + r * 22
        marks.append(line(box.x, y, box.x + gutter + columns * width, y))
        if names:
            marks.append(write(box.x, y + 15, name_of(names, r, env), fill="muted"))
        for c in range(columns):
            value = values[r][c] or 0.0
            role = "error" if isnan(value) else "ink"
            marks.append(write(right(c), y + 15, show(value), **{**END, "fill": role}))
    return Drawn(top + rows * 22, marks, box.x)


def fill(template: str, env: Env) -> str:
    """A template's text: {name} is a value, {name:2} one with two digits."""

    def swap(match: re.Match[str]) -> str:
        name, digits = match[1], match[2]
        if name in env.symbols:
            return "".join(env.symbols[name])
        values = env.values[name].flatten().tolist()
        return ", ".join(
            show(x, None if digits is None else int(digits)) for x in values
        )

    return SLOT.sub(swap, template)


def names_in(template: str) -> list[str]:
    """The names that a template shows."""
    return [match[1] for match in SLOT.finditer(template)]


def text(view: Mapping[str, Any], env: Env, box: Box) -> Drawn:
    """A sentence with numbers."""
    words = wrap(fill(view["text"], env), box.width, 14)
    more = {"font-size": 14, "fill": view.get("role", "ink")}
    marks = [write(box.x, box.y + 15 + k * 20, w, **more) for k, w in enumerate(words)]
    return Drawn(len(words) * 20, marks)


class Kind(NamedTuple):
    """How a view is drawn, its least width in px, and its share of spare room."""

    paint: Callable[[Mapping[str, Any], Env, Box], Drawn]
    least: Callable[[Mapping[str, Any]], float]
    grow: float


KINDS = {
    "bars": Kind(bars, lambda view: 120 if view.get("upright") else 64, 1),
    "heatmap": Kind(heatmap, lambda view: 200 if view.get("time") else 88, 1.3),
    "lines": Kind(lines, lambda view: 220, 2),
    "tape": Kind(tape, lambda view: 160, 2),
    "arrows": Kind(arrows, lambda view: 200, 2),
    "table": Kind(table, lambda view: 160, 1),
    "text": Kind(text, lambda view: 160, 2),
}


def _fold(row: Sequence[Any], width: float) -> list[list[Any]]:
    """Break a row of views where it would be too narrow."""
    parts: list[list[Any]] = [[]]
    used = 0.0
    for view in row:
        least = KINDS[view["kind"]].least(view)
        if parts[-1] and used + GAP + least > width:
            parts.append([])
            used = 0
        used += (GAP if parts[-1] else 0) + least
        parts[-1].append(view)
    return parts


def _stepped(view: Mapping[str, Any], env: Env) -> bool:
    """Whether a view runs over the steps."""
    if view.get("time"):
        return bool(env.history) and view["kind"] != "lines"
    return bool(env.history) and view["kind"] == "tape" and view["of"] in env.symbols


def _shared_gutter(rows: Sequence[Sequence[Any]], env: Env, side: bool) -> float:
    """Room on the left that all views over steps share, so that their steps line up."""
    widest = 0.0
    for view in (view for row in rows for view in row):
        if not _stepped(view, env):
            continue
        room = 0.0
        if view.get("names"):
            units = env.history[view["of"]][0].numel()
            room = gutter_for(view["names"], units, env)
        if side:
            longest = max(len(words) for words in wrap(view["label"], 110))
            room += ceil(longest * LABEL * 0.56) + 14
        widest = max(widest, room)
    return widest


def draw(
    rows: Sequence[Sequence[Mapping[str, Any]]], env: Env, width: float
) -> tuple[float, list[Mark]]:
    """Lay rows of views out in `width` pixels and draw them: height and marks."""
    marks: list[Mark] = []
    side = width >= SIDE
    gutter = _shared_gutter(rows, env, side)
    y = 0.0
    for views in rows:
        for part in _fold(views, width):
            kinds = [KINDS[view["kind"]] for view in part]
            least = [kind.least(view) for kind, view in zip(kinds, part, strict=True)]
            spare = max(0, width - GAP * (len(part) - 1) - sum(least))
            grow = sum(kind.grow for kind in kinds)
            widths = [
                w + spare * kind.grow / grow
                for w, kind in zip(least, kinds, strict=True)
            ]
            beside = side and len(part) == 1 and _stepped(part[0], env)
            labels = [
                wrap(view["label"], w) if view.get("label") and not beside else []
                for view, w in zip(part, widths, strict=True)
            ]
            head = max(len(words) for words in labels) * LINE
            x, tallest = 0.0, 0.0
            for k, view in enumerate(part):
                before = part[k - 1] if k else {}
                same = before.get("axis") == view.get("axis") and before.get("ticks")
                axis = bool(view.get("ticks")) and not same
                box = Box(x, y + head + (6 if head else 0), widths[k], axis, gutter)
                paint = upright if view.get("upright") else kinds[k].paint
                drawn = paint(view, env, box)
                indent = 0.0
                if _stepped(view, env):
                    indent = gutter
                elif axis and drawn.left is not None:
                    indent = drawn.left - x
                if view["kind"] == "lines":
                    indent = 0
                bold = {"font-size": LABEL, "font-weight": 600}
                for row, said in enumerate(labels[k]):
                    up = (len(labels[k]) - 1 - row) * LINE
                    where = (x + indent, y + head - up - 4)
                    role = view.get("role", "ink")
                    marks.append(write(*where, said, **{**bold, "fill": role}))
                if beside:
                    words = wrap(view["label"], 110)
                    tall = drawn.tall - (len(words) - 1) * 2 * LINE / 2
                    role = view.get("role", "ink")
                    for row, said in enumerate(words):
                        where = (0, y + tall / 2 + 5 + row * LINE)
                        marks.append(write(*where, said, **{**bold, "fill": role}))
                marks += drawn.marks
                tallest = max(tallest, drawn.height + (6 if head else 0))
                x += widths[k] + GAP
            y += head + tallest + (10 if beside else 18)
    return max(1, y - 14), marks


def colour(role: str) -> str:
    """A role as a CSS colour that falls back to the light value."""
    if role == "none":
        return role
    if role == "page":
        return "var(--pst-color-background, #ffffff)"
    return f"var(--role-{role}, {ROLES[role].light})"


def svg(
    rows: Sequence[Sequence[Mapping[str, Any]]], env: Env, alt: str, width: float = 680
) -> str:
    """The picture as an SVG element with its alternative text."""
    height, marks = draw(rows, env, width)
    parts = []
    for tag, attributes, content in marks:
        written = "".join(
            f' {name}="{escape(_attribute(name, value))}"'
            for name, value in attributes.items()
        )
        inside = "" if content is None else escape(content, quote=False)
        parts.append(
            f"<{tag}{written}>{inside}</{tag}>" if inside else f"<{tag}{written}/>"
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {plain(width)} '
        f'{ceil(height)}" role="img" aria-label="{escape(alt)}" '
        f'style="width: 100%; max-width: {plain(width)}px; overflow: visible">'
        f"{''.join(parts)}</svg>"
    )


def _attribute(name: str, value: Any) -> str:
    if name in ("fill", "stroke"):
        return colour(str(value))
    return plain(value) if isinstance(value, (int, float)) else str(value)
