"""A figure is stored once, holds two versions, and is small."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import PathPatch

from mininet import pictures, plotting
from mininet.pictures import NARROW, WIDE

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def style() -> Iterator[None]:
    with mpl.rc_context():
        mpl.use("svg")
        plotting.use_style()
        yield
    plt.close("all")


def both() -> tuple[ET.Element, ET.Element]:
    axes = plotting.curves({"rising": [0, 1, 2], "falling": [2, 1, 0]}, ylabel="loss")
    root = ET.fromstring(pictures.picture(axes.figure))  # type: ignore[arg-type]
    narrow = root.find(f"{SVG}metadata/{SVG}svg")
    assert narrow is not None
    return root, narrow


def says(root: ET.Element) -> set[str]:
    return {"".join(text.itertext()) for text in root.iter(f"{SVG}text")}


def test_the_file_shows_the_wide_version_and_holds_the_narrow_one() -> None:
    root, narrow = both()
    assert root.get("width") == f"{WIDE.width:g}pt"
    assert narrow.get("width") == f"{NARROW.width:g}pt"
    # What is in <metadata> is shown by nobody: one picture in every viewer.
    assert [child.tag for child in root].count(f"{SVG}metadata") == 1
    assert len(list(root.iter(f"{SVG}svg"))) == 2


def test_both_versions_say_the_same() -> None:
    root, narrow = both()
    assert {"rising", "falling", "loss"} <= says(narrow)
    assert {"rising", "falling", "loss"} <= says(root)


def test_no_text_of_either_version_is_too_small() -> None:
    # 9 pt are 12 px: a narrow version is shown at its size or larger.
    for version, least in zip(both(), (WIDE.text, NARROW.text), strict=True):
        text = ET.tostring(version, encoding="unicode")
        if version.find(f"{SVG}metadata") is not None:
            text = re.sub(
                r"<(?:\w+:)?metadata>.*</(?:\w+:)?metadata>", "", text, flags=re.S
            )
        sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", text)]
        assert sizes and min(sizes) == least >= 9


def test_after_storing_the_figure_is_as_wide_as_before() -> None:
    axes = plotting.curves({"a": [0, 1]})
    pictures.picture(axes.figure)  # type: ignore[arg-type]
    assert axes.figure.get_size_inches()[0] * 72 == pytest.approx(WIDE.width)  # type: ignore[union-attr]


def test_a_figure_drawn_by_other_means_is_stored_as_it_is() -> None:
    figure, axes = plt.subplots()
    axes.plot([1, 2])
    text = pictures.picture(figure)
    assert "<svg" in text and "metadata" not in text


def test_paths_are_written_in_steps_and_lose_nothing() -> None:
    assert pictures.shortened("M 1.004 2 L 5.25 2 L 5.25 7 L 1 7 L 1 2 z") == (
        "M1 2h4.25v5h-4.25z"
    )
    assert pictures.shortened("M 0 0 L 3 4 Q 1 1 2 2 C 1 1 2 2 4 4") == (
        "M0 0l3 4q-2 -3 -1 -2c-1 -1 0 0 2 2"
    )
    assert (
        pictures.shortened("M 100 5 L 101 5 z M 102 5 L 103 5 z") == "M100 5h1zm2 0h1z"
    )
    # Steps are taken from where the pen is, so that roundings do not add up.
    path = "M 0 0" + "".join(f" L {k * 0.333:.3f} {k % 2}" for k in range(1, 301))
    steps = re.findall(r"l(-?[\d.]+) (-?[\d.]+)", pictures.shortened(path))
    assert sum(float(right) for right, _ in steps) == pytest.approx(99.9, abs=0.006)


def test_a_heat_map_of_two_thousand_cells_twice_is_smaller_than_one_was() -> None:
    rng = np.random.default_rng(0)
    axes = plotting.heatmap(rng.random((32, 60)), colour="read")
    assert len(pictures.picture(axes.figure)) < 130_000  # type: ignore[arg-type]


def test_cells_have_sharp_edges_unless_they_are_thinner_than_a_pixel() -> None:
    crisp = {}
    for pairs in (10, 1000):
        axes = plotting.heatmap([[0.5, 1.0] * pairs], colour="read")
        crisp[pairs] = {p.get_gid() for p in axes.patches if isinstance(p, PathPatch)}
    assert crisp == {10: {pictures.CRISP}, 1000: {None}}
    assert 'shape-rendering="crispEdges"' in pictures.picture(axes.figure)  # type: ignore[arg-type]


def test_words_are_wrapped_to_a_width_and_never_broken() -> None:
    text = pictures.wrapped("a few words of text", 9, 50)
    assert text.replace("\n", " ") == "a few words of text" and "\n" in text
    assert all(pictures.width_of(line, 9) <= 50 for line in text.split("\n"))
    assert pictures.wrapped("unbreakable", 9, 10) == "unbreakable"


def test_lines_are_filled_evenly_and_none_is_left_with_one_short_word() -> None:
    text = "share of sequences copied without a wrong bit"
    lines = pictures.wrapped(text, 9, 190).split("\n")
    assert " ".join(lines) == text and len(lines) == 2
    wide = [pictures.width_of(line, 9) for line in lines]
    assert min(wide) > 0.7 * max(wide) and max(wide) <= 190
