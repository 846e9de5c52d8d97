"""What is north of the kitchen? The tasks of space and size: 4, 17, 18 and 19.

What is asked, and in which words, is from bAbI (Weston et al. 2015, section 3). All is
laid out first, places and shapes on a grid and boxes by size; then some of it is told.
"""

from __future__ import annotations

from random import Random

from mininet.tasks.babi.stories import Story
from mininet.tasks.babi.world import PLACES

Spot = tuple[int, int]
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
    spots: dict[str, Spot] = {}
    while len(set(spots.values())) < len(PLACES):  # until no two lie on one spot
        names = chance.sample(PLACES, len(PLACES))
        start, middle, end = names[:3]
        ways = chance.choice(
            [(one, two) for one in COMPASS for two in COMPASS if two != BACK[one]]
        )
        steps = [(start, ways[0], middle), (middle, ways[1], end)]
        used = {(start, ways[0]), (middle, BACK[ways[0]])}
        used |= {(middle, ways[1]), (end, BACK[ways[1]])}
        free = [
            (place, way)
            for place in (start, middle, end)
            for way in COMPASS
            if (place, way) not in used
        ]
        doors = chance.sample(free, 3)
        steps += [(*door, name) for door, name in zip(doors, names[3:], strict=True)]
        spots = {start: (0, 0)}
        for place, way, name in steps:
            spots[name] = beside(spots[place], COMPASS[way])
    sentence: dict[int, int] = {}
    for step in chance.sample(range(5), 5):
        place, way, name = steps[step]
        sentence[step] = story.say(
            chance.choice(
                (
                    f"The {name} is {way} of the {place}.",
                    f"The {place} is {BACK[way]} of the {name}.",
                )
            )
        )
    answer = ",".join(way[0] for way in ways)
    asked = f"How do you go from the {start} to the {end}?"
    story.ask(asked, answer, sentence[0], sentence[1])


def beside(spot: Spot, step: Spot) -> Spot:
    """The spot a step away."""
    return spot[0] + step[0], spot[1] + step[1]


def opposite(side: str) -> str:
    """The other way round: below for above."""
    x, y = SIDES[side]
    return next(other for other in SIDES if SIDES[other] == (-x, -y))


def lies(one: Spot, side: str, other: Spot) -> bool:
    """Whether one spot is on that side of another, straight or aslant."""
    x, y = SIDES[side]
    return (one[0] - other[0]) * x + (one[1] - other[1]) * y > 0
