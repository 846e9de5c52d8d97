"""Names find a place that no line and no other name takes, or there is none."""

from __future__ import annotations

import numpy as np
import pytest

from mininet.labels import (
    LONGEST,
    MOVED,
    OVER,
    ROOM,
    SEEN,
    Box,
    Field,
    Name,
    Place,
    apart,
    beside,
    free,
    place,
    walk,
    within,
)

FRAME = Box(0, 0, 200, 100)


def across(height: float, slope: float = 0.0) -> np.ndarray:
    """A straight line over the frame."""
    return np.array([(x, height + slope * x) for x in range(0, 201, 10)], float)


def overlap(one: Box, other: Box) -> bool:
    low = np.maximum(one[:2], other[:2])
    high = np.minimum(one[2:], other[2:])
    return bool((low < high).all())


def covered(box: Box, line: np.ndarray) -> bool:
    points = walk(line)
    inside = (points >= box[:2]).all(1) & (points <= box[2:]).all(1)
    return bool(inside.any())


def test_a_name_stands_at_its_own_line_where_the_other_is_far() -> None:
    # The two lines part to the right: that is where their names are.
    names = [Name(30, 11, across(50, slope)) for slope in (0.2, -0.2)]
    upper, lower = place(names, FRAME) or []
    assert upper.box.left > 100 and lower.box.left > 100
    assert upper.box.bottom > 50 > lower.box.top
    assert upper.leader is None and lower.leader is None


@pytest.mark.parametrize("seed", range(12))
def test_no_name_covers_a_line_or_another_name_or_leaves_the_frame(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = np.linspace(0, 200, 30)
    lines = [
        np.column_stack([x, np.clip(50 + rng.normal(0, 9, 30).cumsum(), 2, 98)])
        for _ in range(3)
    ]
    names = [Name(28, 11, line) for line in lines]
    places = place(names, FRAME, led=True)
    assert places is not None
    for k, at in enumerate(places):
        assert (np.array(at.box[:2]) >= 0).all()
        assert (np.array(at.box[2:]) <= FRAME[2:]).all()
        assert not any(covered(at.box, line) for line in lines)
        assert not any(overlap(at.box, other.box) for other in places[:k])


def test_a_line_between_others_is_led_to_where_they_have_ended() -> None:
    lines = [across(50 + step) for step in (-6, 0, 6)]
    lines[2] = lines[2][:15]  # the upper one ends early
    names = [Name(w, 11, line) for w, line in zip((40, 80, 40), lines, strict=True)]
    assert place(names, FRAME) is None
    places = place(names, FRAME, led=True)
    assert places is not None
    leader = places[1].leader
    assert leader is not None and leader[1][1] == pytest.approx(50)
    assert leader[1][0] > 140 and leader[0][1] > 50


def test_no_leader_goes_over_another_line() -> None:
    names = [Name(40, 11, across(50 + step)) for step in (-8, 0, 8)]
    assert place(names, FRAME, led=True) is None


@pytest.mark.parametrize("seed", range(12))
def test_leaders_are_short_and_cross_neither_lines_nor_each_other(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = np.linspace(0, 200, 12)
    lines = [np.column_stack([x, rng.uniform(5, 60, 12)]) for _ in range(3)]
    places = place([Name(28, 11, line) for line in lines], FRAME, led=True)
    leaders = [at.leader for at in places or []]
    for k, leader in enumerate(leaders):
        if leader is None:
            continue
        way = walk(leader)
        assert np.hypot(*(leader[1] - leader[0])) < LONGEST
        others = [walk(line) for j, line in enumerate(lines) if j != k]
        others += [walk(one) for one in leaders[:k] if one is not None]
        for other in others:
            apart = np.hypot(*np.moveaxis(way[:, None] - other[None], 2, 0))
            assert apart[np.hypot(*(way - leader[1]).T) > 3.5].min() > 0.5


def test_a_name_keeps_off_the_marks_of_its_own_line() -> None:
    line = across(50)
    dots = line[:, None] + 4.0 * np.array([(0, 1), (0, -1)])
    name = Name(30, 11, line, dots=dots.reshape(-1, 2))
    for at in place([name], FRAME) or []:
        assert at.box.bottom >= 54 or at.box.top <= 46


def test_what_lies_outside_is_cut_off_where_the_line_leaves() -> None:
    line = np.array([(0, 5), (10, -5), (20, -15), (30, 25)], float)
    kept = within(line, 0, 20)
    finite = kept[np.isfinite(kept).all(1)]
    assert finite.tolist() == [[0, 5], [5, 0], [23.75, 0], [28.75, 20]]
    points = walk(kept)  # no line between where it left and came back
    assert not ((points[:, 0] > 5.1) & (points[:, 0] < 23.7)).any()
    assert within(across(50), 0, 100).tolist() == across(50).tolist()
    assert walk(within(across(50), 60, 100)).tolist() == []


def test_a_name_may_stand_beside_the_end_of_its_line_in_the_margin() -> None:
    names = [Name(40, 11, across(h), beside=True) for h in (20, 80)]
    places = place(names, FRAME, margin=50)
    assert places is not None
    for at, height in zip(places, (20, 80), strict=True):
        assert at.box.left > 200 and at.box.right <= 250
        assert at.box.bottom < height < at.box.top


def test_where_there_is_no_room_it_says_so() -> None:
    assert place([Name(300, 11, across(50))], FRAME, led=True) is None
    assert place([Name(20, 120, across(50))], FRAME, led=True) is None


def test_a_line_that_breaks_off_leaves_its_gap_free() -> None:
    line = np.array([(0, 0), (10, 0), (np.nan, np.nan), (50, 0), (60, 0)])
    points = walk(line)
    assert not ((points[:, 0] > 10) & (points[:, 0] < 50)).any()
    assert points[-1].tolist() == [60, 0]


def test_a_field_knows_how_far_a_line_is() -> None:
    field = Field([walk(across(50))], FRAME)
    boxes = np.array([(10, 45, 20, 55), (10, 60, 20, 70), (10, 95, 20, 99)], float)
    inside, near, far = field.distance(boxes)
    assert inside == 0 and 6 <= near <= 10 and 30 <= far <= 45
    assert Field([], FRAME).distance(boxes).tolist() == [40, 40, 40]


def test_the_same_lines_give_the_same_places() -> None:
    names = [Name(30, 11, across(h, s)) for h, s in ((20, 0.3), (30, 0.1), (90, -0.4))]
    assert place(names, FRAME) == place(names, FRAME)


def test_names_keep_their_distance() -> None:
    names = [Name(30, 11, across(h)) for h in (30, 40)]
    places = place(names, FRAME)
    assert places is not None
    one, other = (at.box for at in places)
    grown = Box(one.left - ROOM, one.bottom - ROOM, one.right + ROOM, one.top + ROOM)
    assert not overlap(grown, other)
    assert isinstance(places[0], Place)


@pytest.mark.parametrize("ends", [(96, 50, 4), (50, 46, 42), (3, 6, 60), (99, 96, 50)])
def test_all_names_at_the_right_stand_in_the_order_of_the_ends(
    ends: tuple[float, ...],
) -> None:
    names = [Name(40, 11, across(height)) for height in ends]
    places = beside(names, FRAME)
    assert places is not None
    assert len({at.box.left for at in places}) == 1 and places[0].box.left > 200
    middles = [(at.box.bottom + at.box.top) / 2 for at in places]
    assert np.argsort(middles).tolist() == np.argsort(ends).tolist()
    assert np.diff(sorted(middles)).min() >= 11 - 1e-9
    for at, middle, end in zip(places, middles, ends, strict=True):
        assert at.box.bottom >= -OVER and at.box.top <= 100 + OVER
        assert abs(middle - end) <= MOVED
        # One that is not level with its line is led to it.
        assert (at.leader is not None) == (abs(middle - end) > SEEN)
        if at.leader is not None:
            assert at.leader[1][1] == end and at.leader[0][1] == middle


def test_names_at_the_right_keep_off_the_marks_at_the_ends() -> None:
    line = across(50)
    plain, marked = (
        beside([Name(30, 11, line, dots=dots)], FRAME)
        for dots in (np.empty((0, 2)), line + np.array([3.0, 0.0]))
    )
    assert plain is not None and marked is not None
    assert marked[0].box.left == plain[0].box.left + 3


def test_no_names_at_the_right_where_it_is_not_clear_whose_they_are() -> None:
    crowded = [Name(40, 11, across(height)) for height in (40, 43, 46, 49, 52, 55, 58)]
    assert beside(crowded, FRAME) is None
    together = [Name(40, 11, across(height)) for height in (40, 41)]
    assert beside(together, FRAME) is None
    ended = [Name(40, 11, across(80)), Name(40, 11, across(20)[:10])]
    assert beside(ended, FRAME) is None


def test_a_name_at_the_end_is_not_level_with_another_lines_end() -> None:
    # Pushed down from its own end by the upper name it would stand at the lower one.
    names = [Name(40, 11, across(h), beside=True) for h in (70, 60, 52)]
    for at in place(names, FRAME, margin=50) or []:
        if at.leader is None and at.box.left > 200:
            middle = (at.box.bottom + at.box.top) / 2
            nearest = min((70, 60, 52), key=lambda height: abs(height - middle))
            assert abs(middle - nearest) <= 4


@pytest.mark.parametrize("seed", range(5))
def test_heights_keep_their_gaps_and_stay_near_what_was_wanted(seed: int) -> None:
    rng = np.random.default_rng(seed)
    wanted = np.sort(rng.uniform(0, 100, 6))
    gaps = rng.uniform(5, 15, 5)
    found = apart(wanted, gaps, 0, 100)
    assert found is not None and found[0] >= 0 and found[-1] <= 100 + 1e-9
    assert (np.diff(found) >= gaps - 1e-9).all()
    far = np.array([0.0, 30.0, 90.0])
    assert np.allclose(apart(far, np.array([10.0, 10.0]), 0, 100), far)
    near = apart(np.array([50.0, 50.0]), np.array([10.0]), 0, 100)
    assert np.allclose(near, [45, 55])
    assert apart(wanted, gaps, 0, 20) is None


def test_a_free_box_is_clear_of_every_line_and_the_upper_right_one_is_first() -> None:
    lines = [across(20), across(90)[:6]]
    box = free(lines, FRAME, 60, 40)
    assert box is not None and box.right == 200 and box.top == 100
    assert not any(covered(box, line) for line in lines)
    assert free([across(h) for h in (30, 70)], FRAME, 60, 45) is None
