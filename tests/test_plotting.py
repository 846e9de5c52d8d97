"""The plots draw what they are given, in the palette's colours, and refuse the rest."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from mininet import plotting
from mininet.palette import ROLES, role


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


def test_a_curve_is_drawn_as_given_and_named_at_its_end() -> None:
    axes = plotting.curves({"first": [1, 2, 3], "second": [3, 2, 1]}, x=[0, 5, 10])
    assert axes.lines[0].get_xydata().tolist() == [[0, 1], [5, 2], [10, 3]]  # type: ignore[union-attr]
    assert {text.get_text() for text in axes.texts} == {"first", "second"}


def test_names_of_curves_that_end_together_do_not_touch() -> None:
    axes = plotting.curves({str(k): [0.0, 1.0] for k in range(4)})
    heights = sorted(text.xyann[1] for text in axes.texts)
    assert min(np.diff(heights)) >= 13


def test_a_curve_may_have_its_role_and_a_level_to_compare_with() -> None:
    axes = plotting.curves(
        {"seen": [0.0, 1.0]}, colours={"seen": "write"}, marks={"goal": 0.5}
    )
    assert axes.lines[0].get_color() == role("write")
    assert axes.lines[1].get_ydata()[0] == 0.5  # type: ignore[index]
    assert "goal" in {text.get_text() for text in axes.texts}


def test_losses_of_different_lengths_share_one_axis() -> None:
    axes = plotting.losses({"long": [1.0] * 500, "short": [2.0] * 100})
    long, short = (np.asarray(line.get_ydata()) for line in axes.lines)
    assert np.isfinite(long).all()
    assert np.isnan(short).any()
    assert np.nanmax(short) == 2.0


def test_the_running_mean_looks_back_and_never_ahead() -> None:
    assert plotting.running_mean([1, 3, 5, 7], 2).tolist() == [1, 2, 4, 6]


def test_a_heat_map_paints_negative_and_positive_in_their_hues() -> None:
    axes = plotting.heatmap([[1.0, 0.0], [-0.5, 0.0]], limit=1.0)
    faces = {to_hex(patch.get_facecolor()) for patch in axes.patches[:-1]}
    assert faces == {role("positive"), role("negative")}
    strength = {
        round(float(patch.get_facecolor()[3]), 2) for patch in axes.patches[:-1]
    }
    assert strength == {0.5, 1.0}


def test_the_hue_is_full_at_the_limit_or_at_the_largest_value() -> None:
    for limit, full in ((None, 1.0), (2.0, 0.25), (0.25, 1.0)):
        axes = plotting.heatmap([[0.5, 0.0]], colour="read", limit=limit)
        assert axes.patches[0].get_facecolor()[3] == pytest.approx(full)


def test_the_first_row_of_a_heat_map_is_on_top_and_the_first_column_left() -> None:
    axes = plotting.heatmap([[1.0, 0.0], [0.0, 0.0]])
    left, top, width, height = axes.patches[0].get_path().get_extents().bounds
    assert 0 <= left < 1 - width / 2 and 0 <= top < 1 - height / 2
    assert axes.get_ylim() == (2, 0) and axes.get_xlim() == (0, 2)


def test_a_heat_map_of_zeros_is_clear() -> None:
    axes = plotting.heatmap(np.zeros((3, 4)))
    assert len(axes.patches) == 1  # the frame


def test_rows_of_a_heat_map_may_have_roles() -> None:
    axes = plotting.heatmap([[1.0], [1.0]], colour=["read", None])
    faces = [to_hex(patch.get_facecolor()) for patch in axes.patches[:-1]]
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
    known = {colour.light for colour in ROLES.values()} | {"#000000"}
    assert set(re.findall(r"#[0-9a-f]{6}", text)) <= known
