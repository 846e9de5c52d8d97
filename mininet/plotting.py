"""The few plots that every chapter uses: curves, losses, heat maps.

Each draws into new axes and returns them. Labels sit on the things themselves, colours
come from the palette by role, and the output is small SVG whose text and colours the
built book adapts to the reader's theme.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator
from matplotlib.transforms import Affine2D
from numpy.typing import ArrayLike, NDArray

from mininet import pictures
from mininet.heatmaps import LINE, HeatMap
from mininet.labels import LEAD, Box, Name, Place, beside, free, last_of, place, within
from mininet.palette import role
from mininet.pictures import NARROW, WIDE, Size, widest, width_of, wrapped

# Curves without a role of their own differ by their dashes, not by a role's colour.
DASHES = (
    "-",
    (0, (7, 2)),
    (0, (1, 1.2)),
    (0, (8, 2, 1.5, 2)),
    (0, (3, 4)),
    (0, (12, 1.5, 1, 1.5, 1, 1.5)),
)
MARKS = ("o", "s", "^", "D", "v", "P")
TALL = (145.0, 130.0)  # points: the axes of curves, on a page and on a phone
MOST = 0.42  # of the figure's width, for the names beside the lines
APART = 8.0  # points: lines that end further apart than that do not end together
FOLDED = (0.27, 0.3)  # of it, how long their lines are
ROOMS = 3  # how many lines of names there may be above the lines
SAME = 2.5  # points: lines nowhere further apart than that have one name
MARK = 5.0  # points: how large the mark of a value is
STEPS = (1, 2, 5, 10)  # what ticks count by: no halves of a step of five
Named = Sequence[tuple[str, Line2D]]
Placed = tuple[list[str], list[Place]]  # names as they are broken into lines, and where
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def use_style() -> None:
    """Give all figures of this session the look of the book; call it once.

    What a `matplotlibrc` on this machine says does not count.
    """
    mpl.rcdefaults()
    mpl.rcParams.update(
        {
            "figure.figsize": (WIDE.width / 72, 2.7),
            "figure.facecolor": "none",
            "axes.facecolor": "none",
            "savefig.facecolor": "none",
            "axes.edgecolor": role("line"),
            "axes.labelcolor": role("muted"),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "text.color": role("ink"),
            "xtick.color": role("line"),
            "ytick.color": role("line"),
            "xtick.labelcolor": role("muted"),
            "ytick.labelcolor": role("muted"),
            "xtick.minor.visible": False,
            "ytick.minor.visible": False,
            "font.size": WIDE.text,
            "axes.labelsize": WIDE.text,
            "axes.titlesize": WIDE.text,
            "xtick.labelsize": WIDE.text,
            "ytick.labelsize": WIDE.text,
            "lines.linewidth": 1.8,
            "svg.fonttype": "none",  # text stays text, in the page's own font
            "svg.hashsalt": "mininet",  # the same picture gives the same file
        }
    )
    try:
        from IPython.core.getipython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:  # not in a notebook: nothing to set
        return
    display = getattr(get_ipython(), "display_formatter", None)
    if display is not None:
        set_matplotlib_formats("svg")
        display.formatters["image/svg+xml"].for_type(Figure, pictures.picture)


def curves(
    series: Mapping[str, ArrayLike],
    *,
    x: ArrayLike | None = None,
    xlabel: str = "",
    ylabel: str = "",
    colours: Mapping[str, str] | None = None,
    marks: Mapping[str, float] | None = None,
    log: bool = False,
    points: bool = False,
) -> Axes:
    """Lines over a shared axis, each with its name where the others are far from it.

    Args:
        series: name -> values, all of one length.
        x: the shared axis; 0, 1, 2, … if not given.
        colours: name -> role, for the curves that have one; the others have the
            controller's colour and differ by their dashes.
        marks: name -> level of a thin dotted line to compare with.
        log: a logarithmic vertical axis.
        points: mark each value, with another shape for each curve.

    Raises:
        ValueError: if there is no curve or one has another length than the axis.
    """
    arrays = {name: np.asarray(values, float) for name, values in series.items()}
    if not arrays:
        raise ValueError("curves needs at least one named series, got none")
    first = len(next(iter(arrays.values())))
    axis = np.asarray(range(first) if x is None else x, float)
    axes = _new_axes(xlabel, ylabel)
    named = []
    for k, (name, values) in enumerate(arrays.items()):
        if values.shape != axis.shape:
            raise ValueError(
                f"{name!r} has shape {values.shape}, the axis has {axis.shape}"
            )
        own = (colours or {}).get(name)
        dashes = "-" if own else DASHES[k % len(DASHES)]
        mark = MARKS[k % len(MARKS)] if points else ""
        look = {"linestyle": dashes, "marker": mark, "markersize": MARK, "zorder": 3}
        (line,) = axes.plot(axis, values, color=role(own or "controller"), **look)  # type: ignore[arg-type]
        named.append((name, line))
    axes.xaxis.set_major_locator(_round(axis))
    if not log:
        axes.yaxis.set_major_locator(_round(np.concatenate(list(arrays.values()))))
    else:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(numticks=6))
        axes.yaxis.set_major_formatter(FuncFormatter(power))
        axes.yaxis.set_minor_locator(NullLocator())
    for name, level in (marks or {}).items():
        look = {"color": role("muted"), "linewidth": 1, "linestyle": (0, (1, 3))}
        named.append((name, axes.axhline(level, **look)))  # type: ignore[arg-type]
    pictures.remember(axes.figure, _Curves(axes, named))  # type: ignore[arg-type]
    return axes


def losses(
    histories: Mapping[str, Sequence[float]],
    *,
    ylabel: str = "loss",
    marks: Mapping[str, float] | None = None,
    colours: Mapping[str, str] | None = None,
    log: bool = False,
    window: int = 50,
) -> Axes:
    """Loss over training steps: the running mean of the last `window` steps.

    Args:
        histories: name -> loss of each step; they may differ in length.
    """
    if not histories:
        raise ValueError("losses needs at least one named history, got none")
    longest = max(len(values) for values in histories.values())
    grid = np.unique(np.linspace(0, longest - 1, min(longest, 200)).astype(int))
    smooth = {}
    for name, values in histories.items():
        mean = running_mean(values, window)
        held = np.full(len(grid), np.nan)
        inside = grid < len(mean)
        held[inside] = mean[grid[inside]]
        smooth[name] = held
    return curves(
        smooth,
        x=grid + 1,
        xlabel="training step",
        ylabel=ylabel,
        marks=marks,
        colours=colours,
        log=log,
    )


def running_mean(values: Sequence[float], window: int) -> NDArray[np.float64]:
    """The mean of each value and up to `window` - 1 before it."""
    total = np.concatenate([[0.0], np.cumsum(np.asarray(values, float))])
    end = np.arange(1, len(total))
    start = np.maximum(0, end - window)
    return np.asarray((total[end] - total[start]) / (end - start))


def heatmap(
    values: ArrayLike,
    *,
    colour: str | Sequence[str | None] | None = None,
    limit: float | None = None,
    xlabel: str = "time",
    ylabel: str = "",
    columns: Sequence[str] | None = None,
    rows: Sequence[str] | None = None,
    show: Callable[[float], str] | None = None,
    key: tuple[str, str] | None = None,
) -> Axes:
    """A picture of a matrix: rows downwards, time to the right, and a key.

    A value that is nothing is clear, and so is one less than a thousandth of the limit;
    then the key says so. Without values between, the key has a cell for each. Where the
    columns' names do not fit, as on a phone, the rows are broken into bands like lines
    of text.

    Args:
        values: (rows, columns).
        colour: a role whose hue runs from clear (0) to full, or one for each row.
            Without it, values around zero: one hue below, another above, zero is clear.
        limit: the absolute value that gets the full hue; the largest if not given.
        columns: a label for each column.
        rows: a label for each row.
        show: what a cell says of its value, as `"{:.0%}".format`; it needs no key.
        key: what clear and full stand for, where each value is 0 or the limit.

    Raises:
        ValueError: if `values` is not a matrix of finite numbers, or the names or
            colours are not as many as its rows or columns.
    """
    matrix = np.asarray(values, float)
    if matrix.ndim != 2 or matrix.size == 0:
        raise ValueError(f"a heat map needs a matrix, got shape {matrix.shape}")
    if not np.isfinite(matrix).all():
        raise ValueError("a heat map needs finite values, got NaN or infinity")
    height = len(matrix)
    hues = [colour] * height if isinstance(colour, str | None) else list(colour)
    if len(hues) != height:
        raise ValueError(f"{height} rows need {height} colours, got {len(hues)}")
    for what, names, count in zip(
        ("rows", "columns"), (rows, columns), matrix.shape, strict=True
    ):
        if names is not None and len(names) != count:
            raise ValueError(f"{count} {what} need {count} names, got {len(names)}")
    scale = limit or float(np.abs(matrix).max()) or 1.0
    axes = _new_axes(xlabel, ylabel)
    layout = HeatMap(axes, matrix, hues, scale, columns, rows, show, key)
    pictures.remember(axes.figure, layout)  # type: ignore[arg-type]
    return axes


def _new_axes(xlabel: str, ylabel: str) -> Axes:
    _, axes = plt.subplots()
    axes.set_xlabel(xlabel)
    axes.set_title(ylabel, loc="left", color=role("muted"))
    return axes


def _round(values: NDArray[np.float64]) -> MaxNLocator:
    """Ticks at round numbers; at whole ones, where what is drawn is counted."""
    finite = values[np.isfinite(values)]
    whole = bool(len(finite)) and bool((finite == np.round(finite)).all())
    return MaxNLocator(nbins="auto", steps=list(STEPS), integer=whole)


class _Curves:
    """Axes with lines that have names; call it with a size to lay them out anew."""

    def __init__(self, axes: Axes, lines: Sequence[tuple[str, Line2D]]) -> None:
        self.axes = axes
        self.figure: Any = axes.figure
        self.lines = list(lines)
        self.drawn: list[Artist] = []
        self.xlabel = self.below = axes.get_xlabel()
        axes.set_xlabel("")
        axes.margins(x=0.01)
        self.limits = axes.get_ylim()
        self.mark = MARK

    def __call__(self, size: Size) -> None:
        for artist in self.drawn:
            artist.remove()
        self.drawn = []
        self._frame(size)
        self._marks(size)
        named = self._named()
        # Beside the lines on a page, among them on a phone, where there is less room.
        ways = [self._all_beside, self._among, self._led]
        if size is NARROW:
            ways = [self._among, self._all_beside, self._led]
        for way in ways:
            if found := way(named, size):
                names, places = found
                for name, (_, line), at in zip(names, named, places, strict=True):
                    self._write(name, str(line.get_color()), at, size)
                break
        else:
            self._list(size)
        self._below(size)

    def _all_beside(self, named: Named, size: Size) -> Placed | None:
        """All names at the right, each at the end of its line."""
        folded = FOLDED[size is NARROW] * size.width
        names = [wrapped(name, size.text, folded) for name, _ in named]
        reach = max(widest(name, size.text) for name in names) + 5
        for margin in (reach, reach + LEAD):  # it is seen then whether some are led
            if margin > MOST * size.width:
                return None
            self._frame(size, margin)
            found = beside(self._wanted(names, named, size), self._frame_in_points())
            if found is None:
                return None
            if max(at.box.right for at in found) <= size.width:
                return names, found
        return None

    def _among(self, named: Named, size: Size) -> Placed | None:
        """Each name near its own line; beside its end, where a page has room for it."""
        for folded in (0.55, FOLDED[size is NARROW]):
            names = [wrapped(name, size.text, folded * size.width) for name, _ in named]
            margin = 0.0 if size is NARROW else self._margin(names, size)
            for beside_too in dict.fromkeys([margin, 0.0]):
                places = self._places(names, named, size, beside_too, led=False)
                if places:
                    return names, places
        return None

    def _led(self, named: Named, size: Size) -> Placed | None:
        """Each name where there is room, with a leader to its line."""
        names = [wrapped(name, size.text, 0.55 * size.width) for name, _ in named]
        margins = [self._margin(names, size), 0.0]
        for margin in reversed(margins) if size is NARROW else margins:
            places = self._places(names, named, size, margin, led=True)
            if places:
                return names, places
        return None

    def _places(
        self,
        names: Sequence[str],
        named: Named,
        size: Size,
        margin: float,
        led: bool,
    ) -> list[Place] | None:
        """Where the names stand, if they all find a place; the axes make room."""
        for more in range(ROOMS):  # rooms above the lines, where there is no other
            self._frame(size, margin, more * LINE * size.text)
            wanted = self._wanted(names, named, size, margin)
            left, bottom, right, top = self._frame_in_points()
            frame = Box(left + 1, bottom + 1, right - 1, top - 1)
            places = place(wanted, frame, margin, led)
            if places is not None:
                return places
        return None

    def _pixels(self) -> float:
        return float(self.figure.dpi) / 72

    def _points(self, line: Line2D) -> NDArray[np.float64]:
        """Where a line runs, in points of the figure."""
        data = np.asarray(line.get_xydata(), float)
        return np.asarray(line.get_transform().transform(data)) / self._pixels()

    def _frame_in_points(self) -> Box:
        corners = self.axes.transAxes.transform([(0, 0), (1, 1)]) / self._pixels()
        return Box(*map(float, corners.ravel()))

    def _marks(self, size: Size) -> None:
        """Marks are smaller where they would hide the line between them."""
        marked = [li for _, li in self.lines if li.get_marker() not in ("", "None")]
        steps = [np.diff(self._points(line)[:, 0]) for line in marked]
        least = min((np.median(each) for each in steps if len(each)), default=np.inf)
        self.mark = float(np.clip(0.55 * least, MARK / 2, MARK))
        for _, line in self.lines:
            line.set_markersize(self.mark)

    def _named(self) -> list[tuple[str, Line2D]]:
        """Lines with their names; those that lie on each other have one together."""
        found: list[tuple[list[str], Line2D]] = []
        for name, line in self.lines:
            points = self._points(line)
            for names, other in found:
                theirs = self._points(other)
                alike = line.get_color() == other.get_color() and len(points) > 2
                if alike and points.shape == theirs.shape:
                    gone = np.isfinite(points) != np.isfinite(theirs)
                    apart = np.nan_to_num(np.abs(points - theirs))
                    if not gone.any() and apart.max() < SAME:
                        names.append(name)
                        break
            else:
                found.append(([name], line))
        return [(" and ".join(names), line) for names, line in found]

    def _frame(
        self, size: Size, margin: float = 0.0, room: float = 0.0, listed: float = 0.0
    ) -> None:
        """Place the axes so that all their own words lie inside the figure.

        Args:
            margin, room: free points at the right of the lines, and above them.
            listed: free points above the axes, for a list of the lines.
        """
        axes, text, line = self.axes, size.text, LINE * size.text
        tall = TALL[size is NARROW]
        scale = axes.yaxis.get_transform()
        low, high = scale.transform(np.array(self.limits))
        top = scale.inverted().transform(
            np.array([low + (high - low) * (1 + room / tall)])
        )
        axes.set_ylim(self.limits[0], float(top[0]))
        title: Any = axes._left_title  # type: ignore[attr-defined]
        title.set_size(text)
        title.set_linespacing(LINE)
        title.set_text(wrapped(title.get_text(), text, size.width - 12))
        axes.tick_params(labelsize=text)
        above = axes.get_title("left")
        self.below = wrapped(self.xlabel, text, size.width - margin - 12)
        lines = self.below.count("\n") + 1 if self.below else 0
        head = listed + ((above.count("\n") + 1) * line + 8 if above else 8.0)
        bottom = 9 + (1 + lines) * line
        total = head + tall + room + bottom
        self.figure.set_size_inches(size.width / 72, total / 72)
        left = 0.0
        for _ in range(2):  # which ticks there are hangs on the room they have
            width = size.width - left - 8 - margin
            axes.set_position(
                (
                    left / size.width,
                    bottom / total,
                    width / size.width,
                    1 - (head + bottom) / total,
                )
            )
            left = max((width_of(tick, text) for tick in _ticks(axes)), default=0.0) + 8
        axes.set_title(above, loc="left", x=-left / width, pad=8 + listed)
        frame = self._frame_in_points()
        for _, lined in self.lines:  # marks stand over the frame, lines do not leave it
            height = self._points(lined)[:, 1]
            leaves = (height < frame.bottom - 1) | (height > frame.top + 1)
            lined.set_clip_on(bool(leaves.any()))

    def _below(self, size: Size) -> None:
        """Write what the horizontal axis is, flush with its end."""
        frame = self._frame_in_points()
        for k, line in enumerate(self.below.split("\n") if self.below else []):
            down = 6 + (k + 2) * LINE * size.text
            self._say(line, frame.right, frame.bottom - down, "right", size)

    def _wanted(
        self, names: Sequence[str], named: Named, size: Size, margin: float = 0.0
    ) -> list[Name]:
        found = []
        frame = self._frame_in_points()
        around = self.mark / 2 * np.array([(1, 0), (0, 1), (-1, 0), (0, -1)])
        for name, (_, line) in zip(names, named, strict=True):
            width = widest(name, size.text)
            height = (name.count("\n") + 1) * LINE * size.text
            across = within(self._points(line), frame.bottom - 1, frame.top + 1)
            dots = np.empty((0, 2))
            if line.get_marker() not in ("", "None"):
                dots = (across[:, None] + around).reshape(-1, 2)
                dots = dots[np.isfinite(dots).all(1)]
            found.append(Name(width, height, across, margin > 0, dots))
        return found

    def _margin(self, names: Sequence[str], size: Size) -> float:
        """Room at the right of the lines, if that is not too much of the figure."""
        margin = 10 + max(widest(name, size.text) for name in names)
        return 0.0 if margin > MOST * size.width else margin

    def _list(self, size: Size) -> None:
        """Where there is no place at the lines: a list of them, in their own order.

        It stands among the lines where they leave room for it, or else above them.
        """
        folded = (1 - FOLDED[0]) * size.width - 34
        lined = [(wrapped(name, size.text, folded), line) for name, line in self.lines]
        lined = [lined[k] for k in self._order()]
        line_height = LINE * size.text
        tall = sum(name.count("\n") + 1 for name, _ in lined) * line_height
        wide = 36 + max(widest(name, size.text) for name, _ in lined)
        self._frame(size)
        frame = self._frame_in_points()
        runs = [self._points(line) for _, line in lined]
        if room := free(runs, frame, wide, tall):
            left, top = room.left, room.top
        else:
            self._frame(size, listed=tall + 6)
            left, top = 0.0, self._frame_in_points().top + 10 + tall
        for name, line in lined:
            high = (name.count("\n") + 1) * line_height
            box = Box(left + 34, top - high, left + wide, top)
            points = np.array([(left + 4, top - high / 2), (left + 28, top - high / 2)])
            self._write(name, str(line.get_color()), Place(box, 1, 0.0), size)
            self._stroke(points, line)
            top -= high

    def _order(self) -> list[int]:
        """The lines from the highest to the lowest: at their ends, if these differ."""
        runs = [self._points(line) for _, line in self.lines]
        ends = np.array([last_of(run) for run in runs])
        heights = ends[:, 1]
        level = np.diff(np.sort(heights))
        if np.ptp(ends[:, 0]) > APART or (len(level) and level.min() < SAME):
            heights = _means(runs)
        return [int(k) for k in np.argsort(-heights, kind="stable")]

    def _stroke(
        self, points: NDArray[np.float64], like: Line2D | None, **look: Any
    ) -> None:
        """A line between points of the figure, as a curve looks or as is said."""
        where = Affine2D().scale(1 / 72) + self.figure.dpi_scale_trans
        line = Line2D(*points.T)
        if like is not None:
            line.update_from(like)
        line.set(transform=where, clip_on=False, **look)
        self.figure.add_artist(line)
        self.drawn.append(line)

    def _write(self, name: str, colour: str, at: Place, size: Size) -> None:
        """A line's name in its colour; a line without a role has the page's ink."""
        box = at.box
        ink = role("ink") if colour == role("controller") else colour
        x = {-1: box.right, 0: (box.left + box.right) / 2, 1: box.left}[at.side]
        side = {-1: "right", 0: "center", 1: "left"}[at.side]
        for k, line in enumerate(reversed(name.split("\n"))):
            up = box.bottom + (0.24 + k * LINE) * size.text
            self._say(line, x, up, side, size, ink)
        if at.leader is not None:
            self._stroke(at.leader, None, color=colour, linewidth=0.7)

    def _say(
        self,
        text: str,
        x: float,
        y: float,
        side: str,
        size: Size,
        colour: str = role("muted"),
    ) -> None:
        """Write one line, its baseline at a point of the figure."""
        said = self.axes.annotate(
            text,
            xy=(x, y),
            xycoords="figure points",
            color=colour,
            fontsize=size.text,
            ha=side,
            va="baseline",
            annotation_clip=False,
        )
        self.drawn.append(said)


def _means(runs: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """How high each line is, on average, where there are all of them."""
    kept = [run[np.isfinite(run).all(1)] for run in runs]
    start = max(float(run[:, 0].min()) for run in kept)
    end = min(float(run[:, 0].max()) for run in kept)
    across = np.linspace(start, max(start, end), 100)
    return np.array([np.interp(across, *run.T).mean() for run in kept])


def _ticks(axes: Axes) -> list[str]:
    """What stands at the vertical axis."""
    low, high = sorted(axes.get_ylim())
    at = [tick for tick in axes.yaxis.get_majorticklocs() if low <= tick <= high]
    return axes.yaxis.get_major_formatter().format_ticks(at)


def power(value: float, _: object = None) -> str:
    """A number at a logarithmic axis: 0.01, 1, 10⁻⁵."""
    if 1e-3 <= value < 1e5:
        return f"{value:g}"
    exponent = math.floor(math.log10(value) + 1e-9)
    digit = round(value / 10**exponent)
    raised = f"10{str(exponent).translate(RAISED)}"
    return raised if digit == 1 else f"{digit}·{raised}"
