"""What is north of the kitchen? The tasks of space and size: 4, 17, 18 and 19.

What is asked, and in which words, is from bAbI (Weston et al. 2015, section 3). All is
laid out first, places and shapes on a grid and boxes by size; then some of it is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from mininet.tasks.babi.stories import Story
from mininet.tasks.babi.world import PLACES

Spot = tuple[int, int]
Step = tuple[str, str, str]  # from a place, by a side, to a place
Pair = tuple[str, str]  # the larger one first
COMPASS = {"north": (0, 1), "south": (0, -1), "east": (1, 0), "west": (-1, 0)}
BACK = {"north": "south", "south": "north", "east": "west", "west": "east"}
SIDES = {
    "above": (0, 1),
    "below": (0, -1),
    "to the right of": (1, 0),
    "to the left of": (-1, 0),
}
SHAPES = (
    "blue square",
    "pink rectangle",
    "red sphere",
    "red square",
    "triangle",
    "yellow square",
)
SMALL = ("chocolate", "box of chocolates")  # the smallest first
BOXES = ("box", "chest", "container", "suitcase")


def two_places(story: Story, chance: Random) -> None:
    """Task 4: two places on both sides of a third, on one line."""
    middle, *ends = chance.sample(PLACES, 3)
    way = chance.choice(tuple(COMPASS))
    facts = [(ends[0], way, middle), (ends[1], BACK[way], middle)]
    for place, (end, side, _) in enumerate(facts):
        if chance.random() < 1 / 3:
            facts[place] = (middle, BACK[side], end)
    chance.shuffle(facts)
    for one, side, other in facts:
        story.say(f"The {one} is {side} of the {other}.")
    sentence = chance.randrange(2)
    one, side, other = facts[sentence]
    asked = chance.choice(
        (f"What is {side} of the {other}?", f"What is the {other} {BACK[side]} of?")
    )
    story.ask(asked, one, sentence)


def positions(story: Story, chance: Random) -> None:
    """Task 17: two shapes beside a third, and how they lie to each other."""
    middle, *ends = chance.sample(SHAPES, 3)
    sides = chance.sample(tuple(SIDES), 2)
    spots = {end: SIDES[side] for end, side in zip(ends, sides, strict=True)}
    for end, side in zip(ends, sides, strict=True):
        one, other = end, middle
        if chance.random() < 2 / 3:
            one, other, side = middle, end, opposite(side)
        story.say(f"The {one} is {side} the {other}.")
    for _ in range(8):
        one, other = chance.sample(ends, 2)
        wanted = chance.random() < 0.5
        side = chance.choice(
            [side for side in SIDES if lies(spots[one], side, spots[other]) == wanted]
        )
        first = ends.index(one)
        answer = "yes" if wanted else "no"
        story.ask(f"Is the {one} {side} the {other}?", answer, first, 1 - first)


def sizes(story: Story, chance: Random) -> None:
    """Task 18: what fits inside what, of five told at a time."""
    order = (*SMALL, *chance.sample(BOXES, len(BOXES)))
    facts: list[Pair] = []
    chains: list[tuple[Pair, Pair]] = []  # two facts of which a third follows
    while not chains:
        for _ in range(5):
            small, large = sorted(chance.sample(order, 2), key=order.index)
            facts.append((large, small))
            bigger = f"The {large} is bigger than the {small}."
            inside = f"The {small} fits inside the {large}."
            story.say(chance.choice((bigger, inside)))
        chains = [(one, two) for one in facts for two in facts if one[1] == two[0]]
    for _ in range(5):
        chain = chance.choice(chains)
        (large, _), (_, small) = chain
        answer = chance.choice(("yes", "no"))
        if answer == "no":
            large, small, chain = small, large, chain[::-1]
        bigger = f"Is the {large} bigger than the {small}?"
        inside = f"Does the {small} fit in the {large}?"
        newest = len(facts) - 1 - facts[::-1].index(chain[0])
        oldest = facts.index(chain[1])
        story.ask(chance.choice((bigger, inside)), answer, newest, oldest)


def paths(story: Story, chance: Random) -> None:
    """Task 19: the way from one place to another, by a third between them."""
    steps = doors(chance)
    while not apart(steps):
        steps = doors(chance)
    sentence: dict[int, int] = {}  # of a step
    for step in chance.sample(range(len(steps)), len(steps)):
        place, way, name = steps[step]
        there = f"The {name} is {way} of the {place}."
        back = f"The {place} is {BACK[way]} of the {name}."
        sentence[step] = story.say(chance.choice((there, back)))
    (start, first, _), (_, second, end) = steps[:2]
    asked = f"How do you go from the {start} to the {end}?"
    story.ask(asked, f"{first[0]},{second[0]}", sentence[0], sentence[1])


def doors(chance: Random) -> list[Step]:
    """Steps from place to place: two one after another, and three off their places."""
    start, middle, end, *others = chance.sample(PLACES, len(PLACES))
    first, second = chance.choice(
        [(one, two) for one in COMPASS for two in COMPASS if two != BACK[one]]
    )
    used = {
        (start, first),
        (middle, BACK[first]),
        (middle, second),
        (end, BACK[second]),
    }
    free = [
        (place, way)
        for place in (start, middle, end)
        for way in COMPASS
        if (place, way) not in used
    ]
    branches = zip(chance.sample(free, len(others)), others, strict=True)
    return [
        (start, first, middle),
        (middle, second, end),
        *((place, way, other) for (place, way), other in branches),
    ]


def apart(steps: Sequence[Step]) -> bool:
    """Whether no two places lie on one spot."""
    spots = {steps[0][0]: (0, 0)}
    for place, way, name in steps:
        x, y = COMPASS[way]
        spots[name] = (spots[place][0] + x, spots[place][1] + y)
    return len(set(spots.values())) == len(spots)


def opposite(side: str) -> str:
    """The other way round: below for above."""
    x, y = SIDES[side]
    return next(other for other in SIDES if SIDES[other] == (-x, -y))


def lies(one: Spot, side: str, other: Spot) -> bool:
    """Whether one spot is on that side of another, straight or aslant."""
    x, y = SIDES[side]
    return (one[0] - other[0]) * x + (one[1] - other[1]) * y > 0
