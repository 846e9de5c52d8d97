"""What views draw: what belongs together lines up, and numbers read as they are."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
import torch

from mininet import live
from tests.live import examples
from tests.live.stored import headless

WIDTHS = [360, 520, 680]


def drawn(figure: Any, width: int = 680) -> list[Any]:
    """The elements of a picture."""
    return list(ET.fromstring(figure.description.picture(width=width)))


def of_role(elements: list[Any], role: str, name: str = "fill") -> list[Any]:
    return [e for e in elements if f"--role-{role}," in e.get(name, "")]


def number(element: Any, name: str) -> float:
    return float(element.get(name))


def written(elements: list[Any], text: str) -> Any:
    return next(e for e in elements if e.text == text)


def of_views(views: list[Any], **outputs: Any) -> Any:
    tensors = {name: torch.as_tensor(x).float() for name, x in outputs.items()}
    return live.figure(
        lambda x: {name: value + 0 * x for name, value in tensors.items()},
        inputs={"x": live.slider(0, 1, value=0, label="x")},
        views=views,
        alt="Numbers.",
    )


@pytest.mark.parametrize("width", WIDTHS)
def test_a_value_is_as_long_in_all_bars_of_a_figure(width: int) -> None:
    roles = ["content", "location", "controller", "read", "write"]
    rows = {"axis": "row", "names": ["first", "second"]}
    bars = [live.bars(role, role=role, label=role, **rows) for role in roles]
    figure = of_views([bars[:4], bars[4]], **{role: [1.0, 0.25] for role in roles})
    elements = drawn(figure, width)
    lengths = [
        [number(e, "width") for e in of_role(elements, role) if e.tag.endswith("rect")]
        for role in roles
    ]
    assert all(pair == pytest.approx(lengths[0], abs=0.02) for pair in lengths)
    assert lengths[0][0] == pytest.approx(4 * lengths[0][1], abs=0.1)


@pytest.mark.parametrize("x", [1.0, 0.9, 0.3, 0.02, -0.02, -0.3, -0.9])
def test_a_bars_number_stands_beside_it_or_inside_it_and_never_on_its_end(
    x: float,
) -> None:
    view = live.bars("a", role="read", label="a", min=-1, max=1, names=["one"])
    elements = drawn(of_views([[view] * 4], a=[x]), 390)
    bar = of_role(elements, "read")[1]
    value = next(e for e in elements if e.text and re.fullmatch(r"−?0?\.?\d+", e.text))
    left, right = number(bar, "x"), number(bar, "x") + number(bar, "width")
    at = number(value, "x")
    if value.get("text-anchor") != "end":
        assert at > right
    elif "background" in value.get("fill"):  # the page's colour, on the bar
        assert left + 30 < at < right
    else:
        assert at < left


def test_bars_of_another_scale_keep_their_own() -> None:
    one = live.bars("a", role="read", label="a")
    other = live.bars("b", role="write", label="b", max=10)
    elements = drawn(of_views([one, other], a=[1.0], b=[1.0]))
    long, short = (of_role(elements, role)[1] for role in ("read", "write"))
    assert number(long, "width") > 5 * number(short, "width")


@pytest.mark.parametrize("width", WIDTHS)
def test_steps_stand_above_one_another_in_cells_and_curves(width: int) -> None:
    elements = drawn(examples.fading(), width)
    # At the first step the map has one filled cell a row, and the curve one point.
    first, second = of_role(elements, "positive")[:2]
    middle = number(first, "x") + (number(first, "width") + 1) / 2
    curve = next(e for e in elements if e.tag.endswith("path"))
    assert float(re.match(r"M([\d.]+) [\d.]+h0$", curve.get("d"))[1]) == pytest.approx(
        middle, abs=0.1
    )
    assert number(first, "x") == number(second, "x")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_tables_rows_stand_beside_its_neighbours_rows(width: int) -> None:
    rows = {"axis": "row", "names": [f"row {i}" for i in range(14)]}
    figure = of_views(
        [
            [
                live.bars("a", role="read", label="a", **rows),
                live.table("b", label="b", columns=["no", "yes"], axis="row"),
            ]
        ],
        a=torch.linspace(0, 1, 14),
        b=torch.arange(28.0).reshape(14, 2) + 100,
    )
    elements = drawn(figure, width)
    places = [number(written(elements, f"row {i}"), "y") for i in range(14)]
    beside = [number(written(elements, str(100 + 2 * i)), "y") for i in range(14)]
    if beside[0] < places[-1]:  # in one line, not below
        assert beside == pytest.approx(places, abs=0.01)
    else:
        assert width == 360 or beside[0] > places[-1]


def test_only_nothing_is_drawn_as_nothing() -> None:
    cells = [[0.0, 1e-3, 0.5, 1.0, -1e-3, 2.0]]
    figure = of_views([live.heatmap("a", label="a")], a=cells)
    shades = [e.get("fill-opacity") for e in drawn(figure) if e.get("fill-opacity")]
    assert shades == ["0", "0.016", "0.5", "1", "0.016", "1"]


def page(expression: str) -> Any:
    return headless()._context.eval(expression)


def test_a_row_of_a_story_is_as_high_as_its_own_sentence_needs() -> None:
    names = [
        "Mary went home",
        "Daniel picked up the football in the garden there",
        "no",
    ]
    view = live.hops("looks", names=names, role="read", label="looks at")
    figure = of_views([view], looks=torch.full((3, 3), 0.3))
    for width, lines in ((360, 2), (680, 1)):
        cells = of_role(drawn(figure, width), "read")
        heights = [
            number(cell, "height") for cell in cells if cell.tag.endswith("rect")
        ]
        wanted = [18 * n + 9 for n in (1, lines, 1) for _ in range(3)]
        assert heights == pytest.approx(wanted)


def test_a_sentence_that_fits_a_line_is_not_broken() -> None:
    said = "After this step five times what it keeps is 1.39."
    assert page(f"views.wrap({said!r}, 358, 14).length") == 1
    assert page(f"views.wrap({said!r}, 300, 14).length") == 2
    wide, thin = (
        page(f"views.wrap('{10 * word}', 200, 14).length") for word in ("Mm ", "il ")
    )
    assert wide > thin == 1
    ends = "Of 7 letters, 3 were right without the stack, 7 with it."
    one, two = page(f"views.wrap({ends!r}, 340, 14).join('|')").split("|")
    assert len(two) > 20 and len(one) > 20  # no word is left alone


def test_what_rounding_leaves_of_nothing_is_nothing_at_an_axis() -> None:
    x = [-1.5, -2.2e-8, 1.5]
    view = live.lines("y", x="x_", roles=["read"], across="x", min=0, max=1)
    elements = drawn(of_views([view], y=[0.0, 0.5, 1.0], x_=x))
    assert {"−1.50", "0", "1.50"} <= {e.text for e in elements}


@pytest.mark.parametrize(
    ("x", "shown"),
    [
        ("13", "13"),
        ("12.5", "12.5"),
        ("0.5", "0.50"),
        ("1", "1.00"),
        ("0", "0"),
        ("-3.14159", "−3.14"),
        ("1234.4", "1234"),
        ("123456", "1.2e5"),
        ("0.00012", "1.2e−4"),
        ("NaN", "not a number"),
        ("-Infinity", "−∞"),
    ],
)
def test_a_number_is_shown_with_three_digits_or_so(x: str, shown: str) -> None:
    assert page(f"views.show({x})") == shown


@pytest.mark.parametrize(
    ("x", "told"), [("13", "13"), ("1", "1"), ("-2", "−2"), ("0.5", "0.50")]
)
def test_a_whole_number_in_a_sentence_has_no_point(x: str, told: str) -> None:
    assert page(f"views.said({x})") == told


@pytest.mark.parametrize("x", [0.125, 0.375, 0.995, 99.5, 1.0, 3.0, 0.01, 10.0])
def test_a_last_digit_changes_no_text(x: float) -> None:
    for f in ("show", "said"):
        texts = {page(f"views.{f}({x * (1 + e)!r})") for e in (-1e-7, 0, 1e-7)}
        assert len(texts) == 1, texts


@pytest.mark.parametrize(
    ("value", "least", "says"),
    [
        (12, 13, "12 of 13"),
        (0.5, 0.9, "0.50 of 0.90"),
        (0.8999, 0.9, "0.8999 of 0.90"),
        (0.89999998, 0.9, "0.89999998 of 0.90"),
        (12.9999, 13, "12.9999 of 13"),
        (-1, 2, "0 of 2"),
        (3.5e-5, 0.99, "0.00 of 0.99"),
    ],
)
def test_a_goal_that_is_not_met_does_not_read_as_if_it_were(
    value: float, least: float, says: str
) -> None:
    assert page(f"views.progress({value}, {least})") == says


def test_numbers_that_are_all_whole_stand_in_a_table_without_points() -> None:
    counts = of_views([live.table("a", label="a")], a=[[3.0, 1.0]])
    assert {"3", "1"} <= {e.text for e in drawn(counts)}
    mixed = of_views([live.table("a", label="a")], a=[[3.0, 1.5]])
    assert {"3.00", "1.50"} <= {e.text for e in drawn(mixed)}


def test_a_letter_is_the_likeliest_and_its_shade_is_its_weight() -> None:
    view = live.symbols("a", letters="xyz", top=2, role="read", label="a")
    chances = [[0.25, 0.75, 0.0], [0.0, 0.0, 0.0], [0.5, 0.5, 0.0]]
    elements = drawn(of_views([view], a=chances))
    letters = [e.text for e in elements if e.text in ("x", "y", "z")]
    assert letters == ["y", "x", "x", "y"]  # nothing for nothing; of equals, the first
    shades = [e.get("fill-opacity") for e in of_role(elements, "read") if not e.text]
    assert shades == ["0.75", "0.25", "0.5", "0.5"]


def test_a_word_has_room_and_its_weight_beside_it_if_it_has_not_all() -> None:
    words = ["garden", "kitchen", "hall"]
    view = live.symbols("a", letters=words, top=2, role="read", label="a")
    elements = drawn(of_views([view], a=[[0.25, 0.75, 0.0]]))
    texts = [e.text for e in elements if e.text]
    assert texts[-4:] == ["kitchen", "0.75", "garden", "0.25"]
    cell = of_role(elements, "read")[1]
    assert number(cell, "width") > 8 * len("kitchen")
    sure = drawn(of_views([view], a=[[0.0, 1.0, 0.0]]))
    assert [e.text for e in sure if e.text][-1] == "kitchen"


PILE = {"values": [[1.0, 0], [0, 1.0], [1.0, 0]], "read": [0.0, 0.5, 0.25]}


def of_stack(strengths: list[float], **settings: Any) -> list[Any]:
    view = live.stack(
        "values", strengths="strengths", role="write", label="stack", **settings
    )
    return drawn(of_views([view], strengths=strengths, **PILE))


def test_a_stack_grows_upward_as_high_as_its_strengths() -> None:
    elements = of_stack([1.0, 0.5, 0.25], letters="ab", read="read")
    rows = [e for e in of_role(elements, "write") if e.get("fill-opacity") == "1"]
    gap = 2
    bottoms = [number(e, "y") + number(e, "height") for e in rows]
    heights = [number(e, "height") + gap for e in rows]
    assert bottoms == sorted(bottoms, reverse=True)  # row 0 at the bottom
    assert heights[0] == pytest.approx(2 * heights[1], abs=0.05)
    assert heights[0] == pytest.approx(4 * heights[2], abs=0.05)
    assert bottoms[0] - bottoms[1] == pytest.approx(heights[0], abs=0.05)
    reads = of_role(elements, "read")[0]
    assert number(reads, "height") == pytest.approx(0.75 * heights[0], abs=0.05)
    assert number(reads, "y") == pytest.approx(number(rows[2], "y") - gap / 2, abs=0.05)
    assert written(elements, "0.50") is not None


@pytest.mark.parametrize(
    ("read", "low", "high"),
    [
        ([0.0, 0.5, 0.5], 1.0, 2.0),  # from the top: half of b, at the side of c
        ([1.0, 0.0, 0.0], 0.0, 1.0),  # from below: the whole a
        ([0.6, 0.0, 0.0], 0.0, 0.6),  # a part of the lowest alone: its lower part
        ([1.0, 0.25, 0.0], 0.0, 1.25),  # a quarter of b, at the side of a
        ([0.0, 0.0, 0.25], 1.75, 2.0),  # a part of the uppermost: its upper part
    ],
)
def test_the_part_of_a_thing_that_is_read_lies_at_the_side_it_is_read_from(
    read: list[float], low: float, high: float
) -> None:
    """Of a whole a, a whole b and a half c on top of each other, in rows."""
    values = [[1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0]]
    strengths = [1.0, 0.5, 0.5]
    view = live.stack(
        "values",
        strengths="strengths",
        read="read",
        letters="abc",
        role="write",
        label="stack",
        room=3,
    )
    views = of_views([view], strengths=strengths, values=values, read=read)
    elements = drawn(views)
    rows = [e for e in of_role(elements, "write") if e.get("fill-opacity") == "1"]
    unit = number(rows[0], "height") + 2
    floor = number(rows[0], "y") + unit - 1
    bar = next(e for e in of_role(elements, "read") if e.tag.endswith("rect"))
    end = floor - number(bar, "y")
    assert end == pytest.approx(high * unit, abs=0.1)
    assert end - number(bar, "height") == pytest.approx(low * unit, abs=0.1)


def test_more_than_the_room_is_drawn_smaller_and_none_of_it_is_cut() -> None:
    few = of_stack([1.0, 1.0, 1.0], letters="ab", room=3)
    many = of_stack([1.0, 1.0, 1.0], letters="ab", room=2)
    for elements, glass in ((few, 102), (many, 68)):
        rows = [e for e in of_role(elements, "write") if e.get("fill-opacity") == "1"]
        heights = [number(e, "height") + 2 for e in rows]
        assert heights == pytest.approx([glass / 3] * 3, abs=0.1)


def test_a_stack_of_single_numbers_says_them() -> None:
    view = live.stack("v", strengths="s", role="write", label="s")
    elements = drawn(of_views([view], v=[[0.25], [-0.5]], s=[1.0, 1.0]))
    assert written(elements, "0.25") is not None
    assert written(elements, "−0.50") is not None


def test_an_empty_stack_is_a_glass_with_nothing_in_it() -> None:
    empty = of_stack([0.0, 0.0, 0.0], letters="ab")
    assert not [e for e in of_role(empty, "write") if e.text is None]
    assert written(empty, "empty") is not None
    zeros = of_views(
        [live.stack("v", strengths="s", role="write", label="s")],
        v=[[0.0, 0.0]],
        s=[1.0],
    )
    assert of_role(drawn(zeros), "line", "stroke")  # all zeros, but something


def test_a_stack_shows_a_glass_for_each_step_that_was_taken() -> None:
    figure = examples.stacking()
    [view] = [v for v in figure.description.rows[2] if v["kind"] == "stack"]
    made = figure.description
    made.spec["views"] = [[view]]
    glasses = [e for e in drawn(figure) if e.tag.endswith("path")]
    made.spec["first"] = 0
    first = [e for e in drawn(figure) if e.tag.endswith("path")]
    assert (len(first), len(glasses)) == (1, 3)
    del made.spec["first"]
    letters = [e.text for e in drawn(figure) if e.text in ("a", "b", "c")]
    assert letters == ["a", "a", "b", "a", "b", "c"]  # each step's own, from below


@pytest.mark.parametrize("width", WIDTHS)
def test_a_storys_sentences_stand_beside_their_weights(width: int) -> None:
    figure = examples.remembering()
    elements = drawn(figure, width)
    weights = figure.outputs["attention"]
    rows = [
        number(written(elements, s), "y") for s in figure.values["story"].split("\n")
    ]
    cells = [e for e in of_role(elements, "read") if e.tag.endswith("rect")]
    assert rows == sorted(rows) and len(cells) == 6  # typed sentences alone
    shades = [float(e.get("fill-opacity")) for e in cells]
    assert shades == pytest.approx(weights[:3].flatten().tolist(), abs=0.01)
    for i, cell in enumerate(cells):
        middle = number(cell, "y") + number(cell, "height") / 2
        assert middle == pytest.approx(rows[i // 2] - 5, abs=2)
        assert number(cell, "x") + number(cell, "width") <= width


def test_a_single_look_at_a_story_has_no_number() -> None:
    said = {"names": ["one", "two"], "role": "read", "label": "looks"}
    one = drawn(of_views([live.hops("a", **said)], a=[[0.2], [0.8]]))
    two = drawn(of_views([live.hops("a", **said)], a=[[0.2, 0.5], [0.8, 0.5]]))
    heads = [[e.text for e in found if "hop" in (e.text or "")] for found in (one, two)]
    assert heads == [[], ["hop 1", "hop 2"]]


def test_a_marked_symbol_has_a_line_below_it() -> None:
    view = live.symbols(
        "a", letters="xyz", role="write", label="a", marked="here", mark="location"
    )
    for place in (0, 2):
        here = [float(k == place) for k in range(3)]
        elements = drawn(of_views([view], a=torch.eye(3), here=here))
        [mark] = of_role(elements, "location")
        letter = written(elements, "xyz"[place])
        middle = number(mark, "x") + number(mark, "width") / 2
        assert middle == pytest.approx(number(letter, "x"), abs=1)
        assert number(mark, "y") > number(letter, "y")
    with pytest.raises(ValueError, match="over time"):
        live.symbols("a", letters="x", role="read", label="a", marked="b", time=True)


def test_a_sentence_is_there_when_it_holds_and_its_place_stays() -> None:
    below = live.bars("b", role="read", label="below")
    heights = []
    for holds in ([1.0, 0.0], [0.2, 0.8], [0.0, 1.0]):
        views = [live.text("It is {a:1}.", when="w"), below]
        elements = drawn(of_views(views, a=2.0, w=[holds], b=[1.0]))
        heights.append(written(elements, "below").get("y"))
        said = [e.text for e in elements if e.text == "It is 2.0."]
        assert len(said) == (holds[0] > 0)
    assert len(set(heights)) == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_columns_of_heat_maps_under_each_other_line_up(width: int) -> None:
    over = {"across": "frame", "columns": range(1, 7)}
    views = [
        live.heatmap("a", role="read", label="a", names=range(1, 4), **over),
        live.heatmap("b", role="write", label="b", names=["long name", "x"], **over),
        live.heatmap("c", role="content", label="c", names=["much longer name"]),
    ]
    ones = {"a": torch.ones(3, 6), "b": torch.ones(2, 6), "c": torch.ones(1, 5)}
    elements = drawn(of_views(views, **ones), width)
    places = [
        sorted({e.get("x") for e in of_role(elements, role) if e.tag.endswith("rect")})
        for role in ("read", "write", "content")
    ]
    assert places[0] == places[1] and len(places[0]) == 6
    assert places[2][0] not in places[0]  # other columns are another scale


def test_a_selection_marks_a_tables_rows() -> None:
    view = live.table("a", selected="s", role="read", label="a")
    elements = drawn(of_views([view], a=[[1.0], [2.0]], s=[1.0, 0.0]))
    marks = [e.get("fill-opacity") for e in of_role(elements, "read") if not e.text]
    assert marks == ["0.25", "1", "0", "0"]


def test_a_picture_has_its_own_colours_and_shines_through_where_attention_is() -> None:
    view = live.picture("a", attention="w", role="read", label="a")
    image = [[[1.0, 0, 0], [1.0, 0, 0]], [[0, 0, 1.0], [2.0, -1, 0.5]]]
    elements = drawn(of_views([view], a=image, w=[[0.0, 0.5], [1.0, 0.0]]))
    cells = [
        (e.get("fill"), e.get("width")) for e in elements if "#" in e.get("fill")[:1]
    ]
    assert [fill for fill, _ in cells] == ["#ff0000", "#0000ff", "#ff0080"]
    assert [width for _, width in cells] == ["180", "90", "90"]
    veils = [e.get("fill-opacity") for e in elements if e.get("fill-opacity")]
    assert [float(x) for x in veils] == pytest.approx([0.85, 0.425, 0, 0.85], abs=0.01)
    [mark] = of_role(elements, "read", "stroke")
    assert (number(mark, "x"), number(mark, "width")) == (0, 90)
    grey = drawn(of_views([live.picture("a", label="a")], a=[[0.0, 0.5], [1.0, 1.0]]))
    greys = [e.get("fill") for e in grey if e.get("fill")[:1] == "#"]
    assert greys == ["#000000", "#808080", "#ffffff"]


@pytest.mark.parametrize(
    ("view", "says"),
    [
        (live.symbols("a", letters="abc", role="read", label="a"), "each of 3 letters"),
        (live.symbols("s", letters="ab", role="read", label="a"), r"got shape \(3,\)"),
        (live.stack("a", strengths="a", role="read", label="a"), r"must be \(n,\)"),
        (live.stack("a", strengths="b", role="read", label="a"), "each row of 'a'"),
        (live.hops("s", role="read", names=["x"], label="a"), r"must be \(rows, col"),
        (live.hops("a", role="read", names="x", label="a"), "names must be a list"),
        (live.table("a", selected="b", role="read", label="a"), "each row of 'a'"),
        (
            live.symbols("a", letters="ab", role="read", label="a", marked="b"),
            "each row of 'a'",
        ),
        (live.picture("s", label="a"), r"\(rows, columns, 3\), got shape \(3,\)"),
    ],
)
def test_a_view_that_does_not_fit_its_output_is_refused(view: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        of_views([view], a=torch.zeros(3, 2), s=torch.zeros(3), b=torch.zeros(2))


def test_typed_words_stand_apart_in_a_sentence() -> None:
    figure = live.figure(
        lambda x: x.sum(),
        inputs={
            "x": live.sequence(["to", "be"], value="to be", max_length=3, label="x")
        },
        views=[live.text("It reads {x}.")],
        alt="Words.",
    )
    assert written(drawn(figure), "It reads to be.") is not None
