"""The few plots that every chapter uses: curves, losses, heat maps.

Each draws into new axes and returns them. Labels sit on the things themselves, colours
come from the palette by role, and the output is small SVG whose text and colours the
built book adapts to the reader's theme.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D
from numpy.typing import ArrayLike, NDArray

from mininet.palette import role

# Curves without a role of their own differ by their dashes, not by a role's colour.
DASHES = ("-", (0, (7, 2)), (0, (2, 1.5)), (0, (8, 2, 2, 2)), (0, (1, 1)), (0, (4, 4)))
MARKS = ("o", "s", "^", "D", "v", "P")
SHADES = 16  # steps of a heat map's ramp, on each side of zero
WIDTH, HEIGHT = 7.0, 2.7  # inches: the width of the book's column


def use_style() -> None:
    """Give all figures of this session the look of the book; call it once.

    What a `matplotlibrc` on this machine says does not count.
    """
    mpl.rcdefaults()
    mpl.rcParams.update(
        {
            "figure.figsize": (WIDTH, HEIGHT),
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
            "font.size": 10,
            "axes.labelsize": 10,
            "xtick.labelsize": 9.5,
            "ytick.labelsize": 9.5,
            "lines.linewidth": 1.8,
            "svg.fonttype": "none",  # text stays text, in the page's own font
            "svg.hashsalt": "mininet",  # the same picture gives the same file
        }
    )
    try:
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:  # not in a notebook: nothing to set
        return
    set_matplotlib_formats("svg", bbox_inches="tight", metadata={"Date": None})


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
    """Lines over a shared axis, each named at its right end.

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
    axis = np.arange(first) if x is None else np.asarray(x, float)
    axes = _new_axes(xlabel, ylabel)
    ends = []
    for k, (name, values) in enumerate(arrays.items()):
        if values.shape != axis.shape:
            raise ValueError(
                f"{name!r} has shape {values.shape}, the axis has {axis.shape}"
            )
        own = (colours or {}).get(name)
        colour = role(own or "controller")
        dashes = "-" if own else DASHES[k % len(DASHES)]
        mark = MARKS[k % len(MARKS)] if points else ""
        axes.plot(
            axis, values, color=colour, linestyle=dashes, marker=mark, markersize=5
        )
        seen = values[np.isfinite(values)]
        ends.append((float(seen[-1]) if len(seen) else 0.0, name, colour))
    if log:
        axes.set_yscale("log")
    for name, level in (marks or {}).items():
        axes.axhline(level, color=role("muted"), linewidth=1, linestyle=(0, (1, 3)))
        ends.append((level, name, role("muted")))
    _label_ends(axes, ends)
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
) -> Axes:
    """A picture of a matrix: rows downwards, time to the right.

    Args:
        values: (rows, columns).
        colour: a role whose hue runs from clear (0) to full, or one for each row.
            Without it, values around zero: one hue below, another above, zero is clear.
        limit: the absolute value that gets the full hue; the largest if not given.
        columns: a label for each column.
        rows: a label for each row.

    Raises:
        ValueError: if `values` is not a matrix of finite numbers.
    """
    matrix = np.asarray(values, float)
    if matrix.ndim != 2 or matrix.size == 0:
        raise ValueError(f"a heat map needs a matrix, got shape {matrix.shape}")
    if not np.isfinite(matrix).all():
        raise ValueError("a heat map needs finite values, got NaN or infinity")
    height, width = matrix.shape
    scale = limit or float(np.abs(matrix).max()) or 1.0
    axes = _new_axes(xlabel, ylabel)
    axes.figure.set_size_inches(WIDTH, min(5.0, 0.9 + 0.22 * height))  # type: ignore[union-attr]
    hues = [colour] * height if isinstance(colour, str | None) else list(colour)
    if len(hues) != height:
        raise ValueError(f"{height} rows need {height} colours, got {len(hues)}")
    for name in dict.fromkeys(hues):
        own = np.array([[hue == name] for hue in hues])
        _paint(axes, np.clip(matrix / scale, -1, 1) * own, name)
    axes.add_patch(Rectangle((0, 0), width, height, fill=False, edgecolor=role("line")))
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0)
    if columns is not None:
        axes.set_xticks(np.arange(width) + 0.5, list(columns))
    if rows is not None:
        axes.set_yticks(np.arange(height) + 0.5, list(rows))
    else:
        axes.set_yticks([])
    return axes


def _paint(axes: Axes, matrix: NDArray[np.float64], colour: str | None) -> None:
    """One path a shade, made of all its cells, so that the file stays small."""
    shades = np.rint(matrix * SHADES).astype(int)
    for shade in np.unique(shades[shades != 0]):
        squares = [
            Path.unit_rectangle().transformed(_cell(i, j))
            for i, j in np.argwhere(shades == shade)
        ]
        name = colour or ("positive" if shade > 0 else "negative")
        face = to_rgba(role(name), abs(shade) / SHADES)
        cells = Path.make_compound_path(*squares)
        axes.add_patch(PathPatch(cells, facecolor=face, linewidth=0))


def _cell(row: int, column: int) -> Affine2D:
    return Affine2D().scale(1, 0.92).translate(column, row + 0.04)


def _new_axes(xlabel: str, ylabel: str) -> Axes:
    _, axes = plt.subplots()
    axes.set_xlabel(xlabel, loc="right")
    axes.set_title(ylabel, loc="left", fontsize=10, color=role("muted"), pad=8)
    return axes


def _label_ends(axes: Axes, ends: list[tuple[float, str, str]]) -> None:
    """Write each name at the right of its curve, moved apart where they would touch."""
    axes.margins(x=0.01)
    figure: Any = axes.figure
    figure.canvas.draw()  # settles the scales
    height = axes.get_window_extent().height * 72 / figure.dpi  # points
    to_points = axes.transAxes.inverted()
    heights = [
        float(to_points.transform(axes.transData.transform((0, value)))[1]) * height
        for value, _, _ in ends
    ]
    free = -math.inf  # the lowest place where no name stands yet
    for k in np.argsort(heights, kind="stable"):
        at = max(min(max(heights[k], 0.0), height), free)
        free = at + 13
        _, name, colour = ends[k]
        axes.annotate(
            name,
            xy=(1, 0),
            xycoords="axes fraction",
            xytext=(8, at),
            textcoords=("offset points", "offset points"),
            color=colour,
            va="center",
            annotation_clip=False,
        )
