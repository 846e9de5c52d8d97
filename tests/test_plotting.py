"""The plots draw what they are given, in the palette's colours, and refuse the rest."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from mininet import pictures, plotting
from mininet.heatmaps import SHADES, opacity, shades
from mininet.labels import walk
from mininet.palette import ROLES, role
from mininet.pictures import NARROW, WIDE


@pytest.fixture(autouse=True)
def style() -> Iterator[None]:
    with mpl.rc_context():
        mpl.use("svg")
        plotting.use_style()
        yield
    plt.close("all")


def svg(axes: Axes) -> str:
    file = io.StringIO()
    axes.figure.savefig(file, format="svg", metadata={"Date": None})  # type: ignore[union-attr]
    return file.getvalue()


def test_a_matplotlibrc_of_this_machine_does_not_count():
    mpl.rcParams["lines.linestyle"] = "--"
    mpl.rcParams["axes.grid"] = True
    plotting.use_style()
    assert mpl.rcParams["lines.linestyle"] == "-" and not mpl.rcParams["axes.grid"]
    assert mpl.rcParams["svg.hashsalt"] == "mininet"


def test_a_curve_is_drawn_as_given_and_has_its_name() -> None:
    axes = plotting.curves({"first": [1, 2, 3], "second": [3, 2, 1]}, x=[0, 5, 10])
    assert axes.lines[0].get_xydata().tolist() == [[0, 1], [5, 2], [10, 3]]  # type: ignore[union-attr]
    assert {text.get_text() for text in axes.texts} == {"first", "second"}


# ---- Nothing is cut, nothing touches, on a page and on a phone ----


def boxes(figure: Figure) -> dict[str, Bbox]:
    """Every text that is shown and where it stands, in pixels."""
    figure.canvas.draw()
    texts: list[Text] = []
    for axes in figure.axes:
        texts += axes.texts
        if axes.axison:
            texts += [axes.xaxis.label, axes._left_title]  # type: ignore[attr-defined]
            both: list[Any] = [axes.xaxis, axes.yaxis]
            texts += [tick.label1 for axis in both for tick in axis._update_ticks()]
    return {
        f"{k} {text.get_text()}": text.get_window_extent()
        for k, text in enumerate(texts)
        if text.get_text().strip()
    }


def amiss(figure: Figure) -> list[str]:
    """Texts that are cut off by the figure, touch each other, or lie on a curve."""
    found = []
    every = boxes(figure)
    width, height = figure.bbox.size
    for name, box in every.items():
        if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1:
            found.append(f"{name} is cut")
        for other, around in every.items():
            low = np.maximum(box.p0, around.p0)
            if name < other and (low + 1 < np.minimum(box.p1, around.p1)).all():
                found.append(f"{name} touches {other}")
    for axes in figure.axes:
        for line in axes.lines:
            points = walk(line.get_transform().transform(line.get_xydata()))
            for text in axes.texts:
                box = text.get_window_extent()
                inside = (points > box.p0 + 1).all(1) & (points < box.p1 - 1).all(1)
                if inside.any():
                    found.append(f"{text.get_text()} lies on a curve")
    return found


def both_sizes(axes: Axes) -> Iterator[Figure]:
    figure = axes.figure
    assert isinstance(figure, Figure)
    for size in (WIDE, NARROW):
        pictures._LAYOUTS[figure](size)
        yield figure


def steps(rise: int) -> list[float]:
    return [0.0] * rise + [1.0] * (20 - rise)


HARD: dict[str, dict[str, Any]] = {
    "all end at nothing": {
        "series": {
            f"task {k}": [k * math.exp(-x * k / 9) for x in range(50)]
            for k in (1, 2, 3)
        },
        "marks": {"none": 0.0},
    },
    "one on the other": {
        "series": {"median seed": steps(4), "worst seed": steps(4), "LSTM": [0.0] * 20}
    },
    "many powers of ten": {
        "series": {
            f"bias {k}": [10.0 ** (-k * x) for x in range(20)] for k in range(4)
        },
        "log": True,
        "ylabel": "how much is left of the gradient, as a share of what it was",
    },
    "a fan": {
        "series": {f"{k} columns": [x * k for x in range(9)] for k in (1, 2, 3, 4)},
        "points": True,
        "xlabel": "digits of each number; the training ended at 20 of them, in steps",
    },
    "side by side": {"series": {f"{k} columns": steps(k) for k in (2, 4, 6, 8)}},
    "between others": {
        "series": {
            f"a long name {k}": [k + 0.05 * x for x in range(9)] for k in range(5)
        }
    },
    "noise": {
        "series": {
            f"noise {k}": np.random.default_rng(k).normal(size=60) for k in range(3)
        }
    },
    "no room at all": {
        "series": {
            f"noise {k}, said at length": np.random.default_rng(k).normal(size=400)
            for k in range(6)
        }
    },
    "one long name": {
        "series": {"a name so long that it does not fit a phone": [1, 2]}
    },
}


@pytest.mark.parametrize("case", HARD)
def test_the_names_of_curves_touch_nothing_and_stay_inside(case: str) -> None:
    given = dict(HARD[case])
    axes = plotting.curves(given.pop("series"), **given)
    for figure in both_sizes(axes):
        assert amiss(figure) == []


def middles(axes: Axes, names: set[str]) -> dict[str, float]:
    """How high the middle of each name stands, by its capitals, in points."""
    axes.figure.canvas.draw()
    found = {}
    for text in axes.texts:
        if text.get_text() in names:
            base = text.get_transform().transform(text.get_position())[1]
            found[text.get_text()] = base * 72 / axes.figure.dpi + 0.36 * 9.5
    return found


def ends(axes: Axes) -> list[float]:
    """How high each line ends, in points."""
    each = [line.get_transform().transform(line.get_xydata()) for line in axes.lines]
    return [float(points[-1, 1]) * 72 / axes.figure.dpi for points in each]


def test_on_a_page_each_name_is_level_with_the_end_of_its_own_line() -> None:
    # The middle one would once stand at the lower one's end, the mark's below the mark.
    levels = {"γ = 14": 1.0, "γ = 3": 0.9, "γ = 1": 0.8}
    series = {name: [0.0, level, level] for name, level in levels.items()}
    axes = plotting.curves(series, marks={"none": 0.0, "all": 1.1})
    stands = middles(axes, {*series, "none", "all"})
    for name, end in zip([*series, "none", "all"], ends(axes), strict=True):
        assert stands[name] == pytest.approx(end, abs=2.1)
    figure: Any = axes.figure
    assert not figure.artists  # so none has to be led to its line


def test_where_ends_are_near_each_other_the_names_are_led_to_them() -> None:
    series = {"stack": [1.0, 0.9], "queue": [1.0, 0.93], "deque": [1.0, 0.0]}
    axes = plotting.curves(series)
    stands = middles(axes, set(series))
    assert stands["queue"] > stands["stack"] > stands["deque"]
    figure: Any = axes.figure
    assert len(figure.artists) == 2
    assert {line.get_marker() for line in figure.artists} == {"None"}  # no data point


LISTED: dict[str, dict[str, list[float]]] = {
    "at their ends": {
        f"a very long name of a line {k}": list(
            at + 0.3 * np.random.default_rng(k).normal(size=400)
        )
        for k, at in enumerate((0.0, 2.0, 1.0))
    },
    "on average": {
        f"column {k}, said at length": [0.0] * k + [1.0] * (9 - k) for k in (3, 1, 2)
    },
}


@pytest.mark.parametrize("case", LISTED)
def test_a_list_of_lines_has_their_own_order(case: str) -> None:
    series = LISTED[case]
    axes = plotting.curves(series)
    layout: Any = pictures._LAYOUTS[axes.figure]  # type: ignore[index]
    layout._list(NARROW)
    stands = middles(axes, set(series))
    last = {name: values[-1] for name, values in series.items()}
    if case == "on average":
        last = {name: sum(values) for name, values in series.items()}
    assert sorted(stands, key=stands.__getitem__) == sorted(last, key=last.__getitem__)


def test_a_list_stands_among_the_lines_where_they_leave_room() -> None:
    fall = {f"task {k}": [math.exp(-x * k / 9) for x in range(50)] for k in (1, 2)}
    full = {f"task {k}": [(x * k) % 7 for x in range(50)] for k in (1, 2)}
    inside = {}
    for name, series in (("fall", fall), ("full", full)):
        axes = plotting.curves(series)
        layout: Any = pictures._LAYOUTS[axes.figure]  # type: ignore[index]
        layout._list(NARROW)
        top = layout._frame_in_points().top
        inside[name] = max(middles(axes, set(series)).values()) < top
        assert [flaw for flaw in amiss(layout.figure) if "curve" in flaw] == []
    assert inside == {"fall": True, "full": False}


def test_no_two_dashes_look_alike() -> None:
    def look(dashes: Any) -> np.ndarray:
        """Its longest dash, and how many it has until it repeats."""
        on = (50.0,) if dashes == "-" else dashes[1][::2]
        return np.array([max(on), len(on)])

    looks = [np.log(look(dashes)) for dashes in plotting.DASHES]
    for k, one in enumerate(looks):
        for other in looks[:k]:
            assert np.abs(one - other).sum() > 0.65


def test_marks_that_stand_close_are_smaller() -> None:
    few = plotting.curves({"a": range(5)}, points=True).lines[0]
    many = plotting.curves({"a": range(80)}, points=True)
    assert few.get_markersize() == plotting.MARK
    wide, narrow = (many.lines[0].get_markersize() for _ in both_sizes(many))
    assert plotting.MARK > wide > narrow >= plotting.MARK / 2


def test_on_a_phone_names_stand_within_the_axes() -> None:
    axes = plotting.curves({"one": [0, 1, 2], "other": [2, 1, 0]})
    _, figure = both_sizes(axes)
    around = axes.get_window_extent()
    for text in axes.texts:
        box = text.get_window_extent()
        assert around.x0 <= box.x0 and box.x1 <= around.x1
    assert figure.get_size_inches()[0] * 72 == NARROW.width


MAPS: dict[str, dict[str, Any]] = {
    "letters under each column": {
        "values": np.ones((3, 58)),
        "columns": list("a sentence that is much too long for the width of a phone."),
    },
    "letters and a word": {
        "values": np.ones((3, 22)),
        "columns": [*"abcde", ".", *"abcde" * 3, "end"],
        "rows": [str(k) for k in range(3)],
    },
    "words": {
        "values": np.eye(4),
        "columns": ["first fact", "second", "third", "another"],
        "rows": [f"task {k}, hop {k}" for k in range(4)],
    },
    "many rows, some with names": {
        "values": np.ones((64, 20)) / 2,
        "rows": [f"step {k}" if k % 8 == 0 else "" for k in range(64)],
        "ylabel": "above: where it writes; below: where it reads, and some more words",
    },
    "below and above zero": {
        "values": [[-1.0, 1e-5, 1.0]],
        "ylabel": "kept",
        "columns": ["January", "February", "Wednesday"],
    },
    "shown as numbers": {
        "values": [[0.5, 1.0], [0.0, 0.25]],
        "show": "{:.0%}".format,
        "rows": ["stack", "queue"],
        "columns": ["copy", "reverse"],
    },
    "numbered": {"values": np.ones((2, 121)), "limit": 0.5},
}


@pytest.mark.parametrize("case", MAPS)
def test_the_words_of_a_heat_map_touch_nothing_and_stay_inside(case: str) -> None:
    given = dict(MAPS[case])
    axes = plotting.heatmap(given.pop("values"), **given)
    for figure in both_sizes(axes):
        assert amiss(figure) == []


@pytest.mark.parametrize("log", [False, True])
def test_no_curve_leaves_its_axes(log: bool) -> None:
    falling = [0.0, 1e-9, 1e-3, 1.0, 2.0]
    axes = plotting.curves({"falling": falling, "flat": [1.0] * 5}, log=log)
    axes.set_ylim(0.5, 3)
    pictures._LAYOUTS[axes.figure].limits = (0.5, 3)  # type: ignore[index, attr-defined]
    for figure in both_sizes(axes):
        figure.canvas.draw()
        assert [line.get_clip_on() for line in axes.lines] == [True, False]


def test_what_is_counted_has_whole_ticks() -> None:
    axes = plotting.curves({"a": [0.5, 1, 2.5], "b": [1, 2, 3]}, x=[2, 8, 15])
    for figure in both_sizes(axes):
        figure.canvas.draw()
        ticks = axes.get_xticks()
        assert (ticks == np.round(ticks)).all() and len(ticks) >= 3
        assert not set(axes.get_yticks()) & {0.25, 0.75, 1.25}
    axes = plotting.curves({"runs of five": [0, 1, 1, 3]})
    for _ in both_sizes(axes):
        assert (axes.get_yticks() == np.round(axes.get_yticks())).all()


def test_lines_on_each_other_have_one_name_together() -> None:
    top, low = [1.0] * 9, [0.0] * 9
    near = [1.0] * 8 + [0.999]
    axes = plotting.curves({"median": top, "worst": near, "LSTM": low}, points=True)
    for figure in both_sizes(axes):
        assert {text.get_text() for text in axes.texts} == {"median and worst", "LSTM"}
        assert amiss(figure) == []
    axes = plotting.curves({"a": top, "b": near}, colours={"b": "read"})
    assert {text.get_text() for text in axes.texts} == {"a", "b"}  # colours differ


def test_the_lines_of_an_axiss_name_end_where_the_axis_does() -> None:
    words = "digits of each number; the training ended at 20 of them, in steps"
    axes = plotting.curves({"a": [1.0, 2.0]}, xlabel=words)
    for _ in both_sizes(axes):
        texts: list[Any] = [t for t in axes.texts if t.get_text() in words]
        said = " ".join(t.get_text() for t in texts if t.get_text() != "a")
        assert said == words
        assert {t.get_ha() for t in texts if t.get_text() != "a"} == {"right"}


def test_what_is_cut_or_touches_is_found() -> None:
    figure, axes = plt.subplots()
    axes.plot([0, 1], [0.5, 0.5])
    for at, word in ((1.2, "beyond"), (0.5, "one"), (0.5, "other")):
        axes.text(at, 0.5, word)
    found = " ".join(amiss(figure))
    assert "beyond is cut" in found and "touches" in found
    assert "one lies on a curve" in found


def test_a_logarithmic_axis_says_its_powers_in_text_that_is_not_small() -> None:
    said = [plotting.power(value) for value in (0.001, 1, 1000, 1e-20, 1e6, 2e-5)]
    assert said == ["0.001", "1", "1000", "10⁻²⁰", "10⁶", "2·10⁻⁵"]


def test_a_curve_may_have_its_role_and_a_level_to_compare_with() -> None:
    axes = plotting.curves(
        {"seen": [0.0, 1.0]}, colours={"seen": "write"}, marks={"goal": 0.5}
    )
    assert axes.lines[0].get_color() == role("write")
    assert axes.lines[1].get_ydata()[0] == 0.5  # type: ignore[index]
    assert "goal" in {text.get_text() for text in axes.texts}


def test_a_line_without_a_role_has_its_name_in_the_ink_of_the_page() -> None:
    axes = plotting.curves(
        {"plain": [0.0, 1.0], "read": [1.0, 0.0]}, colours={"read": "read"}
    )
    said = {text.get_text(): text.get_color() for text in axes.texts}
    assert said["plain"] == role("ink") and said["read"] == role("read")


def test_losses_of_different_lengths_share_one_axis() -> None:
    axes = plotting.losses({"long": [1.0] * 500, "short": [2.0] * 100})
    long, short = (np.asarray(line.get_ydata()) for line in axes.lines)
    assert np.isfinite(long).all()
    assert np.isnan(short).any()
    assert np.nanmax(short) == 2.0


def test_the_running_mean_looks_back_and_never_ahead() -> None:
    assert plotting.running_mean([1, 3, 5, 7], 2).tolist() == [1, 2, 4, 6]


def painted(axes: Axes) -> list[PathPatch]:
    """The cells of a heat map, without its frame and its key."""
    return [patch for patch in axes.patches if isinstance(patch, PathPatch)]


def test_a_heat_map_paints_negative_and_positive_in_their_hues() -> None:
    axes = plotting.heatmap([[1.0, 0.0], [-0.5, 0.0]], limit=1.0)
    faces = {to_hex(p.get_facecolor()): p.get_facecolor()[3] for p in painted(axes)}
    assert faces.keys() == {role("positive"), role("negative")}
    assert faces[role("positive")] == 1
    assert faces[role("negative")] == pytest.approx(opacity(SHADES // 2))


def test_the_hue_is_full_at_the_limit_or_at_the_largest_value() -> None:
    for limit, full in ((None, SHADES), (2.0, SHADES // 4), (0.25, SHADES)):
        axes = plotting.heatmap([[0.5, 0.0]], colour="read", limit=limit)
        assert painted(axes)[0].get_facecolor()[3] == pytest.approx(opacity(full))


def test_a_heat_map_has_64_shades_and_what_is_not_nothing_is_seen() -> None:
    values = np.linspace(0, 1, 2001)
    steps = shades(values[None])[0]
    assert len(set(steps.tolist())) == 65 and steps[-1] == 64
    assert (steps[values >= 0.001] > 0).all() and opacity(1) > 0.04
    assert shades(np.array([[-1.0, -0.002, 0.0]])).tolist() == [[-64, -1, 0]]


def key(axes: Axes) -> list[str]:
    """The numbers at a heat map's key."""
    texts: list[Any] = list(axes.texts)
    return [t.get_text() for t in texts if t.xycoords == "figure points"]


@pytest.mark.parametrize(
    ("values", "limit", "says"),
    [
        ([[0.0, 0.5]], 1.0, {"0", "1"}),
        ([[1e-9, 0.5]], 1.0, {"< 0.001", "1"}),
        ([[0.0, 20.0]], 10.0, {"0", "10 or more"}),
        ([[-1.0, 0.5]], None, {"−1", "0", "1"}),
        ([[-2.0, 1e-5]], None, {"−2", "within 0.002 of 0", "2"}),
    ],
)
def test_the_key_says_what_clear_and_full_stand_for(
    values: list[list[float]], limit: float | None, says: set[str]
) -> None:
    axes = plotting.heatmap(values, limit=limit, xlabel="")
    assert set(key(axes)) == says


def key_faces(axes: Axes) -> list[tuple[str, float]]:
    """The colours of a heat map's key, and how opaque each is."""
    figure = axes.figure
    assert isinstance(figure, Figure)
    faces = [p.get_facecolor() for p in figure.artists if isinstance(p, PathPatch)]
    return [(to_hex(face), face[3]) for face in faces]


@pytest.mark.parametrize("other", [0.5, 1.0])
def test_the_key_has_a_bar_for_each_hue_that_occurs(other: float) -> None:
    axes = plotting.heatmap(
        [[1.0], [0.0], [other]], colour=["read", None, "write"], xlabel=""
    )
    assert {hue for hue, _ in key_faces(axes)} == {role("read"), role("write")}


def test_a_bar_of_the_key_is_as_long_as_its_values_go() -> None:
    signed, gate = [-1.0, -0.4, 1.0], [0.2, 0.5, 1.0]
    axes = plotting.heatmap([signed, gate], colour=[None, "write"], xlabel="")
    figure: Any = axes.figure
    frames = [p.get_bbox() for p in figure.artists if isinstance(p, Rectangle)]
    both, above = sorted(frames, key=lambda box: -box.width)
    assert above.width == pytest.approx(both.width / 2) and above.x1 == both.x1
    assert both.y0 > above.y1  # apart, so that one is not taken for the other's half


def test_without_values_between_the_key_has_a_cell_for_each() -> None:
    axes = plotting.heatmap(
        [[1, 0, 1]], colour="read", xlabel="", key=("wrong", "right")
    )
    assert key(axes) == ["wrong", "right"]
    assert key_faces(axes) == [(role("read"), 1.0)]
    bits = plotting.heatmap(
        [[1, -1], [0, 0], [0, 1]], colour=[None, None, "target"], xlabel=""
    )
    assert key(bits) == ["−1", "0", "1"]
    hues = [role("negative"), role("positive"), role("target")]
    assert key_faces(bits) == [(hue, 1.0) for hue in hues]


def test_letters_stand_on_one_line_whatever_goes_up_or_down() -> None:
    rows = ["queue", "deque", "LSTM"]
    axes = plotting.heatmap(np.ones((3, 5)), columns=list("aypT."), rows=rows)
    for figure in both_sizes(axes):
        figure.canvas.draw()
        texts: list[Any] = list(axes.texts)
        at = {
            t.get_text(): t.get_transform().transform(t.get_position()) for t in texts
        }
        assert len({round(at[letter][1], 3) for letter in "aypT."}) == 1
        assert {t.get_va() for t in texts} == {"baseline"}
        steps = np.diff([at[name][1] for name in rows])
        assert steps[0] == pytest.approx(steps[1])


def test_a_word_after_letters_does_not_run_on_from_the_last_letter() -> None:
    letters = [*"abcde", ".", *"abcde" * 3, "end"]
    axes = plotting.heatmap(np.ones((2, 22)), columns=letters, rows=["0", "1"])
    for figure in both_sizes(axes):
        around = boxes(figure)
        word = next(box for name, box in around.items() if name.endswith(" end"))
        level = [box for box in around.values() if abs(box.y0 - word.y0) < 4]
        before = max(box.x1 for box in level if box.x0 < word.x0 - 1)
        assert word.x0 - before > 0.25 * 9 * figure.dpi / 72


def test_two_columns_fill_half_of_a_page() -> None:
    axes = plotting.heatmap(np.eye(2), show="{:.0%}".format, columns=["copy", "turn"])
    wide, _ = (axes.get_window_extent().width for _ in both_sizes(axes))
    assert wide > 0.4 * WIDE.width * axes.figure.dpi / 72


def test_the_first_row_of_a_heat_map_is_on_top_and_the_first_column_left() -> None:
    axes = plotting.heatmap([[1.0, 0.0], [0.0, 0.0]])
    left, top, width, height = painted(axes)[0].get_path().get_extents().bounds
    assert 0 <= left < 1 - width / 2 and 0 <= top < 1 - height / 2
    assert axes.get_ylim() == (2, 0) and axes.get_xlim() == (0, 2)


def test_a_heat_map_of_zeros_is_clear() -> None:
    assert painted(plotting.heatmap(np.zeros((3, 4)))) == []


def test_where_letters_do_not_fit_a_heat_map_is_broken_like_a_text() -> None:
    text = "a sentence of forty letters, or of more."
    values = np.arange(40.0)[None] + 1
    axes = plotting.heatmap(values, columns=list(text), colour="read", xlabel="")
    wide, narrow = ([*axes.get_xlim()] for _ in both_sizes(axes))
    assert wide == [0, 40] and narrow == [0, 20]
    texts: list[Any] = list(axes.texts)
    letters = [t for t in texts if t.xycoords == "data"]
    assert "".join(t.get_text() for t in letters) == text.replace(" ", "")
    assert len({t.xy[1] for t in letters}) == 2


def test_rows_of_a_heat_map_may_have_roles() -> None:
    axes = plotting.heatmap([[1.0], [1.0]], colour=["read", None])
    faces = [to_hex(patch.get_facecolor()) for patch in painted(axes)]
    assert faces == [role("read"), role("positive")]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ([[np.nan]], "finite"),
        ([1.0, 2.0], "matrix"),
        (np.zeros((0, 3)), "matrix"),
    ],
)
def test_a_heat_map_refuses_what_it_cannot_show(values: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        plotting.heatmap(values)  # type: ignore[arg-type]


def test_curves_refuse_nothing_and_unequal_lengths() -> None:
    with pytest.raises(ValueError, match="at least one"):
        plotting.curves({})
    with pytest.raises(ValueError, match="'b' has shape"):
        plotting.curves({"a": [1, 2], "b": [1, 2, 3]})
    with pytest.raises(ValueError, match="1 rows need 1 colours, got 2"):
        plotting.heatmap([[1.0]], colour=["read", "write"])
    with pytest.raises(ValueError, match="1 columns need 1 names, got 2"):
        plotting.heatmap([[1.0]], columns=["a", "b"])


def test_a_figure_is_the_same_file_every_time_and_its_text_is_text() -> None:
    def once() -> str:
        return svg(plotting.curves({"name here": [1, 2, 3]}, ylabel="loss"))

    first = once()
    assert first == once()
    assert "name here</text>" in first
    assert "<dc:date>" not in first


def test_figures_use_no_colour_outside_the_palette() -> None:
    text = svg(plotting.curves({"a": [1, 2]}, marks={"m": 1})) + svg(
        plotting.heatmap([[1.0, -1.0]], columns=["x", "y"], rows=["r"])
    )
    known = {colour.light for colour in ROLES.values()} | {"#000000", "#ffffff"}
    assert set(re.findall(r"#[0-9a-f]{6}", text)) <= known
