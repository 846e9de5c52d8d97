"""How a heat map is laid out: cells, labels and a key, for a page and for a phone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Transform
from numpy.typing import NDArray

from mininet.palette import role
from mininet.pictures import CRISP, NARROW, Size, widest, width_of, wrapped

SHADES = 64  # steps of a heat map's ramp, on each side of zero
NOTHING = 0.001  # of the limit: what is less is left clear, and the key says so
FAINT = 0.03  # how opaque a value just above nothing is
CELL = 15.8  # points: a row
TALLEST = (295.0, 225.0)  # points: all rows, on a page and on a phone
WIDEST = 110.0  # points: a column
KEY, KEY_STEPS = 84.0, 32  # the key's width, and its steps from clear to full
SWATCH = 9.0  # points: a cell of the key where there are no values between
BESIDE = 10.0  # and from one to the next
LINE = 1.25  # from one line of text to the next, by its size

SPACE = 0.4  # between a letter and a word beside it, by the text's size
CAPITAL = 0.73  # the height of a capital letter, by the text's size

Matrix = NDArray[np.float64]
Face = tuple[float, float, float, float]  # red, green, blue, and how opaque
Swatch = tuple[str, list[Face]]  # a value's name, and the colours it is drawn in


class HeatMap:
    """One heat map; call it with a size to lay it out anew."""

    def __init__(
        self,
        axes: Axes,
        matrix: Matrix,
        hues: Sequence[str | None],
        limit: float,
        columns: Sequence[str] | None,
        rows: Sequence[str] | None,
        show: Callable[[float], str] | None,
        key: tuple[str, str] | None = None,
    ) -> None:
        self.axes = axes
        self.figure: Any = axes.figure
        self.matrix = matrix
        self.hues = list(hues)
        self.limit = limit
        self.columns = None if columns is None else [str(name) for name in columns]
        self.rows = [""] * len(matrix) if rows is None else [str(name) for name in rows]
        self.show = show
        self.key = key
        self.xlabel, self.title = axes.get_xlabel(), axes.get_title("left")
        self.drawn: list[Artist] = []
        axes.set_xlabel("")
        axes.set_title("", loc="left")
        axes.set_axis_off()

    def __call__(self, size: Size) -> None:
        """Draw it for this size, in place of what was drawn before."""
        for artist in self.drawn:
            artist.remove()
        self.drawn, self.size = [], size
        line = LINE * size.text
        height, width = self.matrix.shape
        rows = [wrapped(name, size.text, 0.42 * size.width) for name in self.rows]
        left = max(widest(name, size.text) for name in rows)
        left = left + 6 if left else 1.0
        right = 1.0
        for _ in range(2):  # the outermost names may reach over the cells
            self.inner = min(size.width - left - right, WIDEST * width)
            bands, names, turned = self._columns(size)
            per = -(-width // bands)
            if not turned:
                pitch = self.inner / per
                first, last = (widest(names[k], size.text) for k in (0, -1))
                push = _hangs(names, pitch, size.text)
                hung = (last - pitch) / 2 if push is None else last - pitch + push
                left, right = max(left, 1 + (first - pitch) / 2), max(right, 1 + hung)
        self.left = left
        deep = (
            max((widest(n, size.text) for n in names), default=0)
            if turned
            else line * max((1 + name.count("\n") for name in names), default=0)
        )
        cell = self._cell(size, bands, rows)
        self.thinnest = min(cell, self.inner / per)
        between = (deep + 9) / cell  # between two bands, in rows
        # From the bottom up: label, columns' names, cells, key, title.
        label = wrapped(self.xlabel, size.text, size.width - 4)
        lines = label.count("\n") + 1 if label else 0
        low = deep + 3 + lines * line + (2 if lines else 0)
        plot = cell * (height * bands) + (bands - 1) * (deep + 9)
        total = low + plot + self._head(size, low + plot)
        self.figure.set_size_inches(size.width / 72, total / 72)
        self.axes.set_position(
            (left / size.width, low / total, self.inner / size.width, plot / total)
        )
        self.axes.set_xlim(0, per)
        self.axes.set_ylim(height * bands + between * (bands - 1), 0)
        for band in range(bands):
            some = slice(per * band, min(per * (band + 1), width))
            top = band * (height + between)
            self._cells(self.matrix[:, some], top)
            self._names(rows, names[some], top, size, turned, self.inner / per)
        if label:
            at = (left + self.inner, low - deep - 5)
            self._say(label, at, size, "right", "top", points=True)

    def _columns(self, size: Size) -> tuple[int, list[str], bool]:
        """In how many bands the columns stand; their names; whether they are turned."""
        width = self.matrix.shape[1]
        pitch = self.inner / width
        if self.columns is None:
            return 1, _counted(width, pitch, size.text), False
        if _fit(self.columns, pitch, size.text):
            return 1, self.columns, False
        folded = [wrapped(name, size.text, pitch - 3) for name in self.columns]
        if _fit(folded, pitch, size.text):
            return 1, folded, False
        for bands in (2, 3, 4):
            pitch = self.inner / -(-width // bands)
            if width >= 12 and _fit(self.columns, pitch, size.text):
                return bands, self.columns, False
        return 1, self.columns, True

    def _cell(self, size: Size, bands: int, rows: Sequence[str]) -> float:
        """How high a row is."""
        cell = min(
            CELL,
            TALLEST[size is NARROW] / len(rows),
            1.5 * TALLEST[0] / (len(rows) * bands),
        )
        if self.show:
            cell = max(cell, 1.8 * size.text)
        named = [k for k, name in enumerate(rows) if name]
        for one, other in zip(named, named[1:], strict=False):
            lines = 2 + rows[one].count("\n") + rows[other].count("\n")
            cell = max(cell, (1.1 * size.text * lines / 2 + 1) / (other - one))
        return cell

    def _cells(self, matrix: Matrix, top: float) -> None:
        scaled = np.clip(matrix / self.limit, -1, 1)
        for name in dict.fromkeys(self.hues):
            own = np.array([[hue == name] for hue in self.hues])
            for shade, path in paths(shades(scaled * own), top):
                self._add(PathPatch(path, facecolor=_face(name, shade), linewidth=0))
        height, width = matrix.shape
        frame = Rectangle((0, top), width, height, fill=False, edgecolor=role("line"))
        frame.set_clip_on(False)
        self._add(frame)
        if self.show is None:
            return
        for (row, column), value in np.ndenumerate(matrix):
            full = abs(value / self.limit) > 0.5
            colour = "#ffffff" if full else role("ink")
            at = (column + 0.5, top + row + 0.5)
            said = self.show(float(value))
            self._say(said, at, self.size, "center", "middle", colour=colour)

    def _names(
        self,
        rows: Sequence[str],
        names: Sequence[str],
        top: float,
        size: Size,
        turned: bool,
        pitch: float,
    ) -> None:
        for k, name in enumerate(rows):
            if name:
                at = (0.0, top + k + 0.5)
                self._say(name, at, size, "right", "middle", (-5, 0))
        for k, name in enumerate(names):
            if name.strip():
                last = k == len(names) - 1 and not turned
                push = _hangs(names, pitch, size.text) if last else None
                at = (k + 0.5 if push is None else k, top + len(rows))
                side = "center" if push is None else "left"
                place = "turned" if turned else "top"
                self._say(name, at, size, side, place, (push or 0, -3))

    def _head(self, size: Size, bottom: float) -> float:
        """Draw key and title above `bottom`; how much room they take."""
        line = LINE * size.text
        bars = self._bars()
        swatches = self._swatches(bars)
        marks = self._marks() if bars and not swatches else []
        key = 0.0
        if swatches:
            key = sum(_swatch(swatch, size.text) for swatch in swatches) - BESIDE
        elif bars:
            ends = (marks[0], marks[-1])
            key = KEY + sum(width_of(mark, size.text) for mark in ends) + 10
        title = wrapped(self.title, size.text, size.width - 4)
        beside = width_of(self.title, size.text) + key + 20 <= size.width
        at = bottom + 6
        if bars:
            tall = 5.0 if len(bars) > 1 else 7.0
            high = max((tall + 2) * len(bars) - 2, size.text)
            over = (
                line if len(marks) == 3 else 0.0
            )  # zero's mark stands over the middle
            if swatches:
                high = max(SWATCH, size.text)
                self._row_of(swatches, key, at, high, size)
            else:
                self._key(bars, marks, at, high, tall, size)
            if beside and title:
                middle = (0, at + high / 2)
                self._say(title, middle, size, "left", "middle", points=True)
                return 6 + high + over + 3
            at += high + over + 4
        if title:
            self._say(title, (0, at), size, "left", "bottom", points=True)
            at += (title.count("\n") + 1) * line
        return at - bottom + 3

    def _bars(self) -> list[tuple[str | None, bool]]:
        """The hues that occur, each with whether it goes below zero."""
        if self.show:
            return []
        found: dict[str | None, bool] = {}
        for hue, row in zip(self.hues, self.matrix, strict=True):
            if row.any() or not self.matrix.any():
                found[hue] = found.get(hue, False) or bool((row < 0).any())
        return list(found.items())

    def _swatches(self, bars: Sequence[tuple[str | None, bool]]) -> list[Swatch]:
        """The key of a picture that has no values between: what each is called."""
        scaled = self.matrix / self.limit
        steps = np.rint(scaled)
        if not bars or np.abs(scaled - steps).max() > 1e-9 or np.abs(steps).max() > 1:
            return []
        end = f"{self.limit:.3g}"
        clear, full = self.key or ("0", end)
        found: list[Swatch] = []
        if (steps < 0).any():
            below = [_face(hue, -SHADES) for hue, signed in bars if signed]
            found.append((f"−{end}", list(dict.fromkeys(below))))
        if (steps == 0).any():
            found.append((clear, []))
        if (steps > 0).any():
            above = []
            for hue, _ in bars:
                own = np.array([own == hue for own in self.hues])
                if (steps[own] > 0).any():
                    above.append(_face(hue, SHADES))
            found.append((full, above))
        return found

    def _row_of(
        self,
        swatches: Sequence[Swatch],
        wide: float,
        bottom: float,
        high: float,
        size: Size,
    ) -> None:
        """Draw the key of a few values: a cell for each, and its name behind it."""
        ends = max(self.left + self.inner, wide)
        if self.title:
            ends = max(ends, wide + width_of(self.title, size.text) + 14)
        left = min(ends, size.width - 1) - wide
        low = bottom + (high - SWATCH) / 2
        for name, faces in swatches:
            right = left + SWATCH * max(1, len(faces))
            for k, face in enumerate(faces):
                box = (left + k * SWATCH, low, SWATCH, SWATCH)
                patch = PathPatch(_rectangles([box]), facecolor=face, linewidth=0)
                self._add(patch, True)
            outline = Rectangle(
                (left, low), right - left, SWATCH, fill=False, edgecolor=role("line")
            )
            self._add(outline, True)
            at = (right + 4, bottom + high / 2)
            self._say(name, at, size, "left", "middle", points=True)
            left += _swatch((name, faces), size.text)

    def _marks(self) -> list[str]:
        """What the key says: at its ends, and at zero where that is in the middle."""
        size = np.abs(self.matrix)
        small = bool(((size > 0) & (size < NOTHING * self.limit)).any())
        end = f"{self.limit:.3g}"
        full = f"{end} or more" if size.max() > 1.001 * self.limit else end
        least = f"{NOTHING * self.limit:.2g}"
        if (self.matrix < 0).any():
            return [f"−{end}", f"within {least} of 0" if small else "0", end]
        return [f"< {least}" if small else "0", full]

    def _key(
        self,
        bars: list[tuple[str | None, bool]],
        marks: list[str],
        bottom: float,
        high: float,
        tall: float,
        size: Size,
    ) -> None:
        # It ends where the cells do, or further right where it needs more room.
        ends = self.left + self.inner
        key = (
            KEY + 16 + sum(width_of(mark, size.text) for mark in (marks[0], marks[-1]))
        )
        if self.title:
            key += width_of(self.title, size.text) + 14
        ends = min(max(ends, key), size.width - 1)
        right = ends - 5 - width_of(marks[-1], size.text)
        signed = len(marks) == 3
        zero = right - KEY / 2 if signed else right - KEY
        step = (right - zero) / KEY_STEPS
        for k, (hue, below) in enumerate(bars):
            low = bottom + high / 2 + (tall + 2) * (len(bars) / 2 - 1 - k) + 1
            for sign in (-1, 1) if below else (1,):
                for n in range(1, KEY_STEPS + 1):
                    edge = zero + sign * n * step
                    box = (min(edge, edge - sign * step), low, step, tall)
                    face = _face(hue, sign * n * SHADES // KEY_STEPS)
                    self._add(
                        PathPatch(_rectangles([box]), facecolor=face, linewidth=0), True
                    )
            left = right - KEY if below or not signed else zero
            outline = Rectangle(
                (left, low), right - left, tall, fill=False, edgecolor=role("line")
            )
            self._add(outline, True)
        middle = bottom + high / 2
        last, first = (right + 5, middle), (right - KEY - 5, middle)
        self._say(marks[-1], last, size, "left", "middle", points=True)
        self._say(marks[0], first, size, "right", "middle", points=True)
        if signed:
            above = (zero, bottom + high + 1)
            self._say(marks[1], above, size, "center", "bottom", points=True)

    def _add(self, patch: PathPatch | Rectangle, points: bool = False) -> None:
        if points:
            patch.set_transform(self._points())
            self.figure.add_artist(patch)
        else:
            self.axes.add_patch(patch)
        patch.set_clip_on(False)
        # A cell thinner than a pixel would be lost where edges are sharp.
        if isinstance(patch, PathPatch) and (points or self.thinnest > 1.5):
            patch.set_gid(CRISP)
        self.drawn.append(patch)

    def _points(self) -> Transform:
        inches: Transform = self.figure.dpi_scale_trans
        return Affine2D().scale(1 / 72) + inches

    def _say(
        self,
        text: str,
        at: tuple[float, float],
        size: Size,
        side: str,
        place: str,
        moved: tuple[float, float] = (0, 0),
        points: bool = False,
        colour: str = role("muted"),
    ) -> None:
        """Write a text at a cell, or at a point of the figure.

        All texts of one height stand on one line, whichever letters they have: a place
        is where the baseline is, not how far a letter goes up or down.

        Args:
            at, moved: where, in cells or points, and how far from there in points.
            side: which end of the text is there: "left", "center" or "right".
            place: whether it hangs down from there ("top"), stands on it ("bottom"),
                has it in the middle, or hangs down from it "turned" to the left.
        """
        lines = text.split("\n")
        line = LINE * size.text
        first = {
            "top": -CAPITAL * size.text,
            "bottom": 0.24 * size.text + (len(lines) - 1) * line,
            "middle": (len(lines) - 1) * line / 2 - CAPITAL * size.text / 2,
            "turned": 0.0,
        }[place]
        across, turn = moved[0], 0.0
        if place == "turned":
            side, across, turn = "right", across + CAPITAL * size.text / 2, 90.0
        for k, part in enumerate(lines):
            said = self.axes.annotate(
                part,
                xy=at,
                xycoords="figure points" if points else "data",
                xytext=(across, moved[1] + first - k * line),
                textcoords="offset points",
                fontsize=size.text,
                annotation_clip=False,
                color=colour,
                ha=side,
                va="baseline",
                rotation=turn,
                rotation_mode="anchor",
            )
            self.drawn.append(said)


def shades(scaled: Matrix) -> NDArray[np.int64]:
    """The step of each value between -1 and 1; none but what is nothing has step 0."""
    steps = np.clip(np.rint(np.abs(scaled) * SHADES), 1, SHADES)
    signed = np.sign(scaled) * steps * (np.abs(scaled) >= NOTHING)
    return np.asarray(signed, np.int64)


def opacity(shade: int) -> float:
    """How opaque a step is: the last one fully, the first one so that it is seen."""
    return FAINT + (1 - FAINT) * abs(shade) / SHADES


def paths(steps: NDArray[np.int64], top: float) -> list[tuple[int, Path]]:
    """One path a step, made of all its cells; neighbours in a row are one piece."""
    pieces: dict[int, list[tuple[float, float, float, float]]] = {}
    for row, values in enumerate(steps):
        edges = np.flatnonzero(
            np.diff(values, prepend=values[0] + 1, append=values[-1] + 1)
        )
        for start, end in zip(edges, edges[1:], strict=False):
            if values[start]:
                box = (float(start), top + row + 0.04, float(end - start), 0.92)
                pieces.setdefault(int(values[start]), []).append(box)
    return [(shade, _rectangles(pieces[shade])) for shade in sorted(pieces)]


def _rectangles(boxes: Sequence[tuple[float, float, float, float]]) -> Path:
    """A path of rectangles, each (left, bottom, width, height)."""
    corners = [
        [(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)] for x, y, w, h in boxes
    ]
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    return Path(np.concatenate(corners), codes * len(boxes))


def _swatch(swatch: Swatch, size: float) -> float:
    """How wide a cell of the key is with its name, and the room after it."""
    name, faces = swatch
    return SWATCH * max(1, len(faces)) + 4 + width_of(name, size) + BESIDE


def _face(hue: str | None, shade: int) -> Face:
    return to_rgba(
        role(hue or ("positive" if shade > 0 else "negative")), opacity(shade)
    )


def _counted(width: int, pitch: float, size: float) -> list[str]:
    """The columns' numbers from 0, as many as there is room for."""
    room = width_of(str(width), size) + 8
    steps = (m * 10**e for e in range(6) for m in (1, 2, 5))
    step = next(s for s in steps if s * pitch >= max(room, pitch * width / 10))
    return [str(k) if k % step == 0 else "" for k in range(width)]


def _fit(names: Sequence[str], pitch: float, size: float) -> bool:
    """Whether the names stand side by side without touching."""
    wide = [
        (k, name, widest(name, size)) for k, name in enumerate(names) if name.strip()
    ]
    for (j, one, a), (k, other, b) in zip(wide, wide[1:], strict=False):
        letters = len(one) == len(other) == 1
        # Text in a page's own font is about a tenth narrower.
        need = 0.45 * (a + b) + 0.5 if letters else 0.5 * (a + b) + 2
        if k == len(names) - 1 and _hangs(names, pitch, size) is not None:
            need = a / 2
        if (k - j) * pitch < need:
            return False
    return True


def _hangs(names: Sequence[str], pitch: float, size: float) -> float | None:
    """Whether the last name, a word after letters, begins at its column's left edge.

    Returns:
        How far from there, so that it is not read as one word with the letter before;
        None if it stands in the middle of its column as all others do.
    """
    before = [name.strip() for name in names[:-1]]
    letters = max(map(len, before), default=0) == 1
    if not letters or widest(names[-1], size) <= pitch:
        return None
    room = (pitch - width_of(before[-1], size)) / 2 if before[-1] else pitch
    return max(0.0, SPACE * size - room)
