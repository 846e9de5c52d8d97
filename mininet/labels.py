"""Where the names of curves stand: beside their own line, where no other one is near.

All lengths are points of the finished picture, x to the right and y upwards.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STEP = 0.7  # how densely a line is looked at
AIR = 1.0  # above and below a name, to its own line; its box has some of its own
SIDE = 1.5  # and as much more at its sides, where the box ends with the letters
ROOM = 3.0  # between a name and anything else
FAR = (0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 11.0, 15.0, 20.0, 30.0, 40.0)
FARTHEST = FAR[-1]  # a line further away is not mistaken for the name's own
PUSHED = (0, 2, -2, 4, -4)  # how far a name beside a line's end may be moved
OVER = 5.0  # how far one there may reach over the frame, up and down
ALIKE = 2.5  # ends that are nearer to each other are taken for one
MOVED = 11.0  # how far a name may be moved that is led to the end of its line
SEEN = 2.0  # from there on a leader says so
LEAD = 12.0  # the room for such leaders
GAPS = (3.0, 6.0)  # from a point of the line to its name
TRIES, BRANCHES = 250, 4  # places tried in all, and of each name at a time
LONGEST = 48.0  # points: a longer leader is not followed with the eyes
ENDS, SPREAD = 4, 25.0  # how many points of a line leaders lead to, how far apart
EDGE = 8.0  # and how far from the vertical axis
LED = 80  # how many places with a leader are looked at
# Sideways and upwards, the way from a point of the line to the middle of its name.
WAYS = ((0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1), (1, 0), (-1, 0))


class Box(NamedTuple):
    """A rectangle: a name's, or that within which names must stay."""

    left: float
    bottom: float
    right: float
    top: float


class Name(NamedTuple):
    """A name that looks for its place.

    Attributes:
        width, height: of its text.
        line: the points of its line, (n, 2); a point that is not finite breaks it.
        beside: whether it may stand to the right of the line's end.
        dots: what else belongs to its line and must not be covered, (m, 2).
    """

    width: float
    height: float
    line: Floats
    beside: bool = False
    dots: Floats = np.empty((0, 2))


class Place(NamedTuple):
    """Where a name stands.

    Attributes:
        box: what it covers.
        side: -1 if it ends at its line, 1 if it begins there, 0 in the middle.
        worth: how well it stands there; the more, the better.
        leader: the thin line that leads from the name to its curve, (2, 2), if needed.
    """

    box: Box
    side: int
    worth: float
    leader: Floats | None = None


def place(
    names: Sequence[Name], frame: Box, margin: float = 0.0, led: bool = False
) -> list[Place] | None:
    """A place for each name: none touches another or a line, all are in the frame.

    Args:
        margin: how far names beside a line's end may reach over the frame's right side.
        led: whether a name may stand elsewhere, with a leader to its line.

    Returns:
        The places, in the names' order; None where there is no room for all.
    """
    lines = [walk(name.line) for name in names]
    around = frame._replace(right=frame.right + margin)
    if margin:
        around = around._replace(bottom=frame.bottom - OVER, top=frame.top + OVER)
    choices: list[list[Place]] = []
    for k, name in enumerate(names):
        own = Field([lines[k], name.dots], around)
        rest = [one for j, one in enumerate(lines) if j != k]
        rest += [one.dots for j, one in enumerate(names) if j != k]
        others = Field(rest, around)
        found = _near(name, lines[k], own, others, frame)
        if name.beside:
            found += _beside(name, lines[k], own, others, around)
        if led:
            found += _led(name, lines[k], own, others, frame)
        choices.append(sorted(found, key=lambda at: -round(at.worth, 1)))
    return _together(choices)


def beside(names: Sequence[Name], frame: Box) -> list[Place] | None:
    """All names in a column at the right of the frame, in the order of the lines' ends.

    A name that has to make room for others is led to the end of its line.

    Returns:
        The places, in the names' order; None where two ends look like one, a line ends
        elsewhere, or a name would stand too far from its line.
    """
    ends = np.array([last_of(name.line) for name in names]).reshape(-1, 2)
    if not np.isfinite(ends).all() or ends[:, 0].min() < frame.right - 2 * FAR[5]:
        return None
    order = np.argsort(ends[:, 1])
    heights = ends[order, 1]
    if len(names) > 1 and np.diff(heights).min() < ALIKE:
        return None
    tall = np.array([names[k].height for k in order])
    middles = apart(
        heights,
        (tall[:-1] + tall[1:]) / 2,
        frame.bottom - OVER + tall[0] / 2,
        frame.top + OVER - tall[-1] / 2,
    )
    if middles is None or np.abs(middles - heights).max() > MOVED:
        return None
    led = np.abs(middles - heights) > SEEN
    # Marks reach further than the lines that they stand on.
    reach = max(name.dots[:, 0].max(initial=frame.right) for name in names)
    left = float(reach) + 4 + LEAD * led.any()
    found: dict[int, Place] = {}
    for k, up, high, is_led in zip(order, middles, tall, led, strict=True):
        box = Box(left, up - high / 2, left + names[k].width, up + high / 2)
        start = max(float(ends[k, 0]) + 4, float(reach) + 1)
        leader = np.array([(left - 2, up), (start, ends[k, 1])])
        found[int(k)] = Place(box, 1, 0.0, leader if is_led else None)
    return [found[k] for k in range(len(names))]


def apart(
    wanted: Floats, gaps: Floats, low: float, high: float
) -> NDArray[np.float64] | None:
    """Rising heights as near to those wanted as they can be with gaps between them.

    Args:
        wanted: rising, (n,).
        gaps: from each to the next one, at least, (n - 1,).
        low, high: where the first and the last may be at most.

    Returns:
        The heights, (n,); None if there is no room.
    """
    shift = np.concatenate([[0.0], np.cumsum(gaps)])
    if high - low < shift[-1]:
        return None
    pools: list[list[float]] = []  # neighbours that touch move as one, to their mean
    for height in wanted - shift:
        pools.append([float(height)])
        while len(pools) > 1 and np.mean(pools[-2]) > np.mean(pools[-1]):
            upper = pools.pop()
            pools[-1] += upper
    flat = np.concatenate([[np.mean(pool)] * len(pool) for pool in pools])
    return np.asarray(np.clip(flat, low, high - shift[-1]) + shift)


def last_of(line: Floats) -> Floats:
    """The last point of a line that is one; not finite where it has none."""
    line = np.asarray(line, float).reshape(-1, 2)
    kept = line[np.isfinite(line).all(1)]
    return np.asarray(kept[-1] if len(kept) else (np.nan, np.nan), float)


def free(
    lines: Sequence[Floats], frame: Box, width: float, height: float
) -> Box | None:
    """Where in the frame a box stands clear of all lines, the upper right one first."""
    lefts = np.arange(frame.right - width, frame.left, -4.0)
    bottoms = np.arange(frame.top - height, frame.bottom, -4.0)
    boxes = np.array(
        [(x, y, x + width, y + height) for x in lefts for y in bottoms]
    ).reshape(-1, 4)
    field = Field([walk(line) for line in lines], frame)
    clear = boxes[field.distance(boxes) >= 2 * ROOM] if len(boxes) else boxes
    return Box(*map(float, clear[0])) if len(clear) else None


def within(line: Floats, low: float, high: float) -> Floats:
    """What of a line lies between two heights; where it leaves them, it has a gap."""
    line = np.asarray(line, float)
    found = [point for point in line[:1] if low <= point[1] <= high]
    gap = np.full(2, np.nan)
    for one, other in pairwise(line):
        way = other - one
        if not np.isfinite(way).all():
            found.append(gap)
            continue
        if way[1]:
            ends = sorted(((low - one[1]) / way[1], (high - one[1]) / way[1]))
        else:
            ends = [0.0, 1.0] if low <= one[1] <= high else [1.0, 0.0]
        start, end = max(0.0, ends[0]), min(1.0, ends[1])
        if start >= end:
            found.append(gap)
            continue
        if start > 0 or not found or not np.isfinite(found[-1]).all():
            found += [gap, one + start * way]
        found.append(one + end * way)
    return np.array(found).reshape(-1, 2)


def walk(line: Floats) -> Floats:
    """Points along a line, at most `STEP` apart; its gaps stay gaps."""
    line = np.asarray(line, float)
    pieces = [np.empty((0, 2))]
    finite = np.asarray(np.isfinite(line).all(1))
    for k in np.flatnonzero(finite[:-1] & finite[1:]):
        way = line[k + 1] - line[k]
        count = max(1, math.ceil(float(np.hypot(*way)) / STEP))
        pieces.append(line[k] + np.linspace(0, 1, count, endpoint=False)[:, None] * way)
    return np.concatenate([*pieces, line[finite][-1:]])


class Field:
    """Where lines run, in squares of a point; says how far they are from boxes."""

    def __init__(self, lines: Sequence[Floats], around: Box) -> None:
        self.corner = np.floor(np.array(around[:2])) - FARTHEST
        size = np.ceil(np.array(around[2:]) + FARTHEST - self.corner).astype(int) + 1
        taken = np.zeros(size + 1, np.int64)
        for line in lines:
            square = np.floor(line - self.corner).astype(int)
            square = square[((square >= 0) & (square < size)).all(1)]
            taken[square[:, 0] + 1, square[:, 1] + 1] = 1
        self.size = size
        self.below = taken.cumsum(0).cumsum(1)  # how many squares, below and left

    def distance(self, boxes: Floats) -> Floats:
        """How far the nearest line is from each box, (boxes,): one of `FAR`, or 0."""
        far = np.zeros(len(boxes))
        free = np.full(len(boxes), True)
        for room in FAR:
            low = np.floor(boxes[:, :2] - room - self.corner).astype(int)
            high = np.ceil(boxes[:, 2:] + room - self.corner).astype(int)
            left, bottom = np.clip(low, 0, self.size).T
            right, top = np.clip(high, 0, self.size).T
            held = self.below[right, top] - self.below[left, top]
            held += self.below[left, bottom] - self.below[right, bottom]
            free &= held == 0
            far[free] = room
        return far


def _within(boxes: Floats, frame: Box) -> NDArray[np.bool_]:
    return np.asarray(
        (boxes[:, :2] >= frame[:2]).all(1) & (boxes[:, 2:] <= frame[2:]).all(1)
    )


def _near(
    name: Name, line: Floats, own: Field, others: Field, frame: Box
) -> list[Place]:
    """Places beside the name's own line: where the others are far is best."""
    half = np.array([name.width + 2 * SIDE, name.height]) / 2
    spots = line[:: max(2, len(line) // 100)]
    middles, sides = [], []
    for way in WAYS:
        for gap in GAPS:
            middles.append(spots + np.array(way) * (half + gap))
            sides += [way[0]] * len(spots)
    middle = np.concatenate(middles)
    boxes, side = np.hstack([middle - half, middle + half]), np.array(sides)
    keep = _within(boxes, frame)
    boxes, side = boxes[keep], side[keep]
    mine, theirs = own.distance(boxes), others.distance(boxes)
    along = (boxes[:, 0] - frame.left) / (frame.right - frame.left)
    worth = theirs - 2 * mine + 6 * along
    good = (mine >= AIR) & (theirs >= np.maximum(ROOM, 1.5 * mine))
    boxes += np.array([SIDE, 0, -SIDE, 0])
    return [
        Place(Box(*map(float, boxes[k])), int(side[k]), float(worth[k]))
        for k in np.flatnonzero(good)
    ]


def _beside(
    name: Name, line: Floats, own: Field, others: Field, around: Box
) -> list[Place]:
    """Places to the right of the line's end: what a reader expects most."""
    found = []
    for x, y in line[-1:]:
        for moved in PUSHED:
            left, bottom = x + 7, y + moved - name.height / 2
            box = Box(left, bottom, left + name.width, bottom + name.height)
            one = np.array([box])
            near = min(own.distance(one)[0], others.distance(one)[0])
            # A line that comes to the name's own height would be taken for the name's.
            level = np.array([(x - 7, bottom + 2, left + 7, bottom + name.height - 2)])
            alone = others.distance(level)[0] > 0
            if _within(one, around)[0] and near >= ROOM and alone:
                found.append(Place(box, 1, 2 * FARTHEST - 2 * abs(moved)))
    return found


def _led(
    name: Name, line: Floats, own: Field, others: Field, frame: Box
) -> list[Place]:
    """Places anywhere, with a leader to where the line is furthest from the others."""
    lefts = np.arange(frame.left, frame.right - name.width, 6.0)
    bottoms = np.arange(frame.bottom, frame.top - name.height, 4.0)
    grid = np.array(
        [(x, y, x + name.width, y + name.height) for x in lefts for y in bottoms]
    )
    if not len(grid) or not len(line):
        return []
    grid = grid[np.minimum(own.distance(grid), others.distance(grid)) > ROOM]
    spots = line[:: max(2, len(line) // 100)]
    inside = spots[:, 0] >= frame.left + EDGE  # not where the axis itself is
    spots = spots[inside] if inside.any() else spots
    alone = others.distance(np.hstack([spots, spots]))
    middle = (grid[:, :2] + grid[:, 2:]) / 2
    found: list[Place] = []
    for k in _loneliest(spots, alone):
        end = spots[k]
        way = np.round(np.hypot(*(middle - end).T), 1)
        boxes = grid[np.argsort(way, kind="stable")[:LED]]
        side = (boxes[:, 0] > end[0]) * 1 - (boxes[:, 2] < end[0]) * 1
        across = np.where(side == 1, boxes[:, 0] - 2, boxes[:, 2] + 2)
        up = np.clip(end[1], boxes[:, 1] + 2, boxes[:, 3] - 2)
        over = np.where(end[1] > boxes[:, 3], boxes[:, 3] + 1, boxes[:, 1] - 1)
        starts = np.where(
            side[:, None] != 0,
            np.column_stack([across, up]),
            np.column_stack([np.full(len(boxes), end[0]), over]),
        )
        length = np.hypot(*(starts - end).T)
        free = ~_cross(starts, end, others) & ~_cross(starts, end, own)
        worth = 2 * min(alone[k], 15) - 50 - length / 2
        for j in np.flatnonzero((length > 5) & (length < LONGEST) & free):
            leader = np.array([starts[j], end])
            box = Box(*map(float, boxes[j]))
            found.append(Place(box, int(side[j]), float(worth[j]), leader))
    return found


def _loneliest(spots: Floats, alone: Floats) -> list[int]:
    """Up to `ENDS` points furthest from other lines, the right ones first, spread."""
    found: list[int] = []
    for k in np.lexsort((-np.arange(len(spots)), -alone)):
        if alone[k] < 0.6 * alone.max():
            break
        if all(np.hypot(*(spots[k] - spots[j])) > SPREAD for j in found):
            found.append(int(k))
        if len(found) == ENDS:
            break
    return found


def _cross(starts: Floats, end: Floats, lines: Field) -> NDArray[np.bool_]:
    """Which leaders meet a line on their way, (starts,); at their end they may."""
    way = np.linspace(0, 0.95, 50)[:, None, None]
    dots = starts + way * (end - starts)  # (50, starts, 2)
    far = np.hypot(*np.moveaxis(dots - end, 2, 0)) > 3
    flat = dots.reshape(-1, 2)
    near = lines.distance(np.hstack([flat, flat])).reshape(far.shape)
    return np.asarray(((near < 1) & far).any(0))


def _together(choices: Sequence[Sequence[Place]]) -> list[Place] | None:
    """Choices that can stand together, the best of those tried; the hardest first."""
    if not all(choices):
        return None
    boxes = [np.array([at.box for at in some]) for some in choices]
    order = sorted(range(len(choices)), key=lambda k: round(choices[k][0].worth, 1))
    best: list[Place] | None = None
    left = TRIES

    def go_on(taken: dict[int, Place]) -> None:
        nonlocal best, left
        if len(taken) == len(choices):
            found = [taken[k] for k in range(len(choices))]
            if best is None or _worth(found) > _worth(best) + 0.1:
                best = found
            return
        k = order[len(taken)]
        free = np.full(len(boxes[k]), True)
        for other in taken.values():
            free &= ~_touch(boxes[k], other.box)
        for _ in range(BRANCHES):
            ways = (choices[k][int(j)] for j in np.flatnonzero(free))
            chosen = next((at for at in ways if _clear(at, taken.values())), None)
            if chosen is None or left == 0:
                return
            left -= 1
            go_on(taken | {k: chosen})
            free &= ~_touch(boxes[k], chosen.box)  # the next one is somewhere else

    go_on({})
    return best


def _touch(boxes: Floats, other: Box) -> NDArray[np.bool_]:
    """Which boxes come nearer to another one than `ROOM`."""
    low = (boxes[:, :2] < np.array(other[2:]) + ROOM).all(1)
    return np.asarray(low & (boxes[:, 2:] > np.array(other[:2]) - ROOM).all(1))


def _clear(wanted: Place, taken: Iterable[Place]) -> bool:
    """Whether no leader runs through another's name, or over another leader."""
    for other in taken:
        if wanted.leader is not None and other.leader is not None:
            way = walk(wanted.leader)[:, None] - walk(other.leader)[None]
            if np.hypot(way[..., 0], way[..., 1]).min() < ROOM:
                return False
        for one, two in ((wanted, other), (other, wanted)):
            if one.leader is not None:
                way = walk(one.leader)
                if len(way) and _touch(np.hstack([way, way]), two.box).any():
                    return False
    return True


def _worth(places: Iterable[Place]) -> float:
    return sum(place.worth for place in places)
