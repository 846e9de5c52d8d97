"""What is Gertrude afraid of? The tasks in which one thing follows from others.

Deduction (15), induction (16) and reasons to act (20). What is asked, and in which
words, is from bAbI (Weston et al. 2015, section 3). In which order the sentences come,
and how often examples agree, was read off its files.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from mininet.tasks.babi.stories import Story
from mininet.tasks.babi.world import Move, Take

PLURALS = {"cat": "cats", "mouse": "mice", "sheep": "sheep", "wolf": "wolves"}
FEARFUL = ("Emily", "Gertrude", "Jessica", "Winona")
ANIMALS = ("frog", "lion", "rhino", "swan")
COLOURS = ("gray", "green", "white", "yellow")
COLOURED = ("Bernhard", "Brian", "Greg", "Julius", "Lily")
MOVED = ("Antoine", "Jason", "Sumit", "Yann")


class Motive(NamedTuple):
    """What a feeling makes people do."""

    place: str  # where they go
    thing: str  # and what they take


MOTIVES = {
    "bored": Motive("garden", "football"),
    "hungry": Motive("kitchen", "apple"),
    "thirsty": Motive("kitchen", "milk"),
    "tired": Motive("bedroom", "pajamas"),
}


def deduction(story: Story, chance: Random) -> None:
    """Task 15: cats are afraid of mice, Emily is a cat; what is she afraid of?"""
    kinds = tuple(PLURALS)
    fear: dict[str, tuple[str, int]] = {}  # of a kind, and the sentence
    born: dict[str, tuple[str, int]] = {}  # the kind of a person, and the sentence
    while len(story.sentences) < len(kinds) + len(FEARFUL):
        who, kind = chance.choice(FEARFUL), chance.choice(kinds)
        if kind not in fear:
            feared = chance.choice([other for other in kinds if other != kind])
            sentence = f"{PLURALS[kind]} are afraid of {PLURALS[feared]}."
            fear[kind] = (feared, story.say(sentence.capitalize()))
        elif who not in born:
            born[who] = (kind, story.say(f"{who} is a {kind}."))
    for _ in range(4):
        who = chance.choice(FEARFUL)
        kind, sentence_of_kind = born[who]
        feared, sentence_of_fear = fear[kind]
        asked = f"What is {who.lower()} afraid of?"
        story.ask(asked, feared, sentence_of_kind, sentence_of_fear)


def induction(story: Story, chance: Random) -> None:
    """Task 16: Lily is a frog and green, Brian is a frog; what color is he?

    Where the examples differ, it is the one that was named as a frog last.
    """
    while True:
        kind = {who: chance.choice(ANIMALS) for who in COLOURED}
        order = sayings(chance)
        who = order[-1]
        alike = sum(kind[other] == kind[who] for other in COLOURED) - 1
        if alike not in (0, 2):  # the files have no question with two examples
            break
    named: dict[str, int] = {}
    colour: dict[str, tuple[str, int]] = {}
    for other in order[:-1]:
        if other not in named:
            named[other] = story.say(f"{other} is a {kind[other]}.")
            continue
        same = [each for each in colour if kind[each] == kind[other]]
        copied = same and chance.random() < 0.5
        shade = colour[same[-1]][0] if copied else chance.choice(COLOURS)
        colour[other] = (shade, story.say(f"{other} is {shade}."))
    example = [each for each in named if each in colour and kind[each] == kind[who]][-1]
    shade, seen = colour[example]
    story.ask(f"What color is {who}?", shade, named[who], named[example], seen)


def sayings(chance: Random) -> list[str]:
    """Everybody twice, whoever comes by chance: first the kind, then the colour."""
    order: list[str] = []
    left = dict.fromkeys(COLOURED, 2)
    while left:
        who = chance.choice(tuple(left))
        order.append(who)
        left[who] -= 1
        if not left[who]:
            del left[who]
    return order


def motives(story: Story, chance: Random) -> None:
    """Task 20: the thirsty go to the kitchen, and take the milk if it is there."""
    feeling: dict[str, str] = {}
    told: dict[str, int] = {}  # the sentence of a feeling
    gone: list[str] = []
    taken: dict[str, str] = {}  # who has a thing
    while True:
        ready = [
            who
            for who in MOVED
            if who not in gone or MOTIVES[feeling[who]].thing not in taken
        ]
        if not ready:
            return
        who = chance.choice(ready)
        if who not in feeling:
            feeling[who] = chance.choice(tuple(MOTIVES))
            told[who] = story.say(f"{who} is {feeling[who]}.")
            place = MOTIVES[feeling[who]].place
            story.ask(f"Where will {who.lower()} go?", place, told[who])
            continue
        place, thing = MOTIVES[feeling[who]]
        if who not in gone:
            gone.append(who)
            story.say(Move(who, place).told(chance))
            asked = f"Why did {who.lower()} go to the {place}?"
        else:
            taken[thing] = who
            story.say(Take(who, thing).told(chance))
            asked = f"Why did {who.lower()} get the {thing}?"
        story.ask(asked, feeling[who], told[who])
