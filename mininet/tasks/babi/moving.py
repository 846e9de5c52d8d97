"""Where is Mary? The tasks in which people go from place to place: 1, 6 and 9 to 14.

What is asked, and in which words, is from bAbI (Weston et al. 2015, section 3). The
rhythm is that of its files: two sentences, then a question about the last few facts,
and five questions a story.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from mininet.tasks.babi.stories import RECENT, Story
from mininet.tasks.babi.world import (
    PEOPLE,
    THINGS,
    Move,
    World,
    act,
    drop,
    move,
    take,
    went,
)

QUESTIONS = 5  # a story
TOWN = ("bedroom", "cinema", "kitchen", "office", "park", "school")
TOWNSPEOPLE = ("Bill", "Fred", "Julie", "Mary")
PRONOUN = {"Daniel": "he", "John": "he", "Mary": "she", "Sandra": "she"}
NEXT = ("After that", "Afterwards", "Following that", "Then")
TIMES = ("yesterday", "this morning", "this afternoon", "this evening")
Fact = tuple[str, int]  # somebody, and the place of a time in the day


def one_fact(story: Story, chance: Random) -> None:
    """Task 1: where somebody is who goes to and fro."""
    world = World(chance)
    facts: list[str] = []  # whom each sentence is about
    last: dict[str, int] = {}  # the sentence that tells where somebody is
    while len(story.questions) < QUESTIONS:
        for _ in range(2):
            gone = somebody(world, world.people, chance)
            facts.append(gone.who)
            last[gone.who] = story.say(gone.told(chance))
        who = chance.choice(facts[-RECENT:])
        story.ask(f"Where is {who}?", world.place[who], last[who])


def yes_or_no(story: Story, chance: Random) -> None:
    """Task 6: whether somebody is in a place; what happens to things distracts."""
    world = World(chance, things=THINGS)
    facts: list[str] = []  # who moves in each sentence, if anybody
    last: dict[str, int] = {}
    while len(story.questions) < QUESTIONS:
        for _ in range(2):
            action = act(world, chance, move, take, drop)
            sentence = story.say(action.told(chance))
            facts.append(action.who if isinstance(action, Move) else "")
            if isinstance(action, Move):
                last[action.who] = sentence
        known = [who for who in facts[-RECENT:] if who]
        if known:
            who = chance.choice(known)
            guess = here_or_not(world.place[who], world.places, chance)
            answer = "yes" if guess == world.place[who] else "no"
            story.ask(f"Is {who} in the {guess}?", answer, last[who])


def negation(story: Story, chance: Random) -> None:
    """Task 9: one move in four is told by the place that it left."""
    world = World(chance)
    facts: list[str] = []
    last: dict[str, int] = {}
    left: dict[str, str] = {}  # where somebody is not, if that is all that is told
    while len(story.questions) < QUESTIONS:
        for _ in range(2):
            before = dict(world.place)
            gone = somebody(world, world.people, chance)
            who = gone.who
            facts.append(who)
            kind = chance.random()
            left.pop(who, None)
            if kind < 0.25:
                left[who] = before[who]
                no = chance.choice(("no longer", "not"))
                last[who] = story.say(f"{who} is {no} in the {left[who]}.")
            elif kind < 0.5:
                last[who] = story.say(f"{who} is in the {gone.place}.")
            else:
                last[who] = story.say(gone.told(chance))
        who = chance.choice(facts[-RECENT:])
        here = world.place[who]
        guess = left.get(who) or here_or_not(here, world.places, chance)
        answer = "yes" if guess == here else "no"
        story.ask(f"Is {who} in the {guess}?", answer, last[who])


def indefinite(story: Story, chance: Random) -> None:
    """Task 10: one move in four is told by two places, of which it is one."""
    world = World(chance, TOWNSPEOPLE, TOWN)
    facts: list[str] = []
    last: dict[str, int] = {}
    either: dict[str, tuple[str, str]] = {}  # where somebody may be
    while len(story.questions) < QUESTIONS:
        for _ in range(2):
            gone = somebody(world, world.people, chance)
            who = gone.who
            facts.append(who)
            kind = chance.random()
            either.pop(who, None)
            if kind < 0.25:
                other = chance.choice([spot for spot in TOWN if spot != gone.place])
                one, two = chance.sample((gone.place, other), 2)
                either[who] = (one, two)
                last[who] = story.say(f"{who} is either in the {one} or the {two}.")
            elif kind < 0.5:
                last[who] = story.say(f"{who} is in the {gone.place}.")
            else:
                last[who] = story.say(gone.told(chance))
        who = chance.choice(facts[-RECENT:])
        guess = here_or_not(world.place[who], TOWN, chance)
        sure = "maybe" if who in either else "yes"
        answer = sure if guess in either.get(who, (world.place[who],)) else "no"
        story.ask(f"Is {who} in the {guess}?", answer, last[who])


def pronoun(story: Story, chance: Random) -> None:
    """Task 11: of two moves one after another, the second says he or she."""
    world = World(chance)
    facts: list[str] = []
    last: dict[str, tuple[int, int]] = {}
    while len(story.questions) < QUESTIONS:
        who = chance.choice(PEOPLE)
        facts += [who, who]
        first = story.say(f"{who} {walk(world, [who], chance)}")
        then = f"{chance.choice(NEXT)} {PRONOUN[who]}"
        last[who] = (first, story.say(f"{then} {walk(world, [who], chance)}"))
        who = chance.choice(facts[-RECENT:])
        story.ask(f"Where is {who}?", world.place[who], *last[who])


def conjunction(story: Story, chance: Random) -> None:
    """Task 12: people go in twos."""
    world = World(chance)
    last: dict[str, int] = {}
    facts: list[str] = []  # a sentence about two tells two
    while len(story.questions) < QUESTIONS:
        for _ in range(2):
            one, two = pair = chance.sample(PEOPLE, 2)
            facts += pair
            sentence = story.say(f"{one} and {two} {walk(world, pair, chance)}")
            last |= dict.fromkeys(pair, sentence)
        who = chance.choice(facts[-RECENT:])
        story.ask(f"Where is {who}?", world.place[who], last[who])


def they(story: Story, chance: Random) -> None:
    """Task 13: people go in twos, and of two moves the second says they."""
    world = World(chance)
    last: dict[str, tuple[int, int]] = {}
    facts: list[str] = []
    while len(story.questions) < QUESTIONS:
        one, two = pair = chance.sample(PEOPLE, 2)
        facts += [*pair, *pair]
        first = story.say(f"{one} and {two} {walk(world, pair, chance)}")
        then = story.say(f"{chance.choice(NEXT)} they {walk(world, pair, chance)}")
        last |= dict.fromkeys(pair, (first, then))
        who = chance.choice(facts[-RECENT:])
        story.ask(f"Where is {who}?", world.place[who], *last[who])


def times(story: Story, chance: Random) -> None:
    """Task 14: moves are told by the time of day, and not in its order."""
    world = World(chance, TOWNSPEOPLE, TOWN)
    day: dict[str, list[str]] = {who: [] for who in TOWNSPEOPLE}  # a place each time
    facts: list[Fact] = []
    told: dict[Fact, int] = {}  # the sentence of a fact
    while len(story.questions) < QUESTIONS and len(facts) < len(day) * len(TIMES):
        for _ in range(2):
            free = [who for who in day if len(day[who]) < len(TIMES)]
            gone = somebody(world, free, chance)
            facts.append((gone.who, len(day[gone.who])))
            day[gone.who].append(gone.place)
        known = [
            (who, time)
            for who, time in facts[-RECENT:]
            if time > 0 and day[who][time] not in day[who][time + 1 :]
        ]
        if not known:
            continue
        for who, time in mixed(facts[len(told) :], chance):
            when = TIMES[time]
            sentence = f"{who} {went(chance)} to the {day[who][time]}"
            told[who, time] = story.say(
                f"{when.capitalize()} {sentence}."
                if chance.random() < 0.5
                else f"{sentence} {when}."
            )
        who, time = chance.choice(known)
        story.ask(
            f"Where was {who} before the {day[who][time]}?",
            day[who][time - 1],
            told[who, time],
            told[who, time - 1],
        )


def mixed(facts: Sequence[Fact], chance: Random) -> list[Fact]:
    """Another order, in which none stays in its place."""
    while True:
        order = chance.sample(facts, len(facts))
        if all(one != other for one, other in zip(facts, order, strict=True)):
            return order


def here_or_not(here: str, places: Sequence[str], chance: Random) -> str:
    """The place itself or, as often, any other."""
    others = [place for place in places if place != here]
    return here if chance.random() < 0.5 else chance.choice(others)


def somebody(world: World, people: Sequence[str], chance: Random) -> Move:
    """Let one of them go somewhere else."""
    who = chance.choice(people)
    others = [place for place in world.places if place != world.place[who]]
    gone = Move(who, chance.choice(others))
    gone.happen(world)
    return gone


def walk(world: World, group: Sequence[str], chance: Random) -> str:
    """Let a group go where none of them is; what is said of them is returned."""
    taken = {world.place[who] for who in group}
    place = chance.choice([spot for spot in world.places if spot not in taken])
    for who in group:
        Move(who, place).happen(world)
    return f"{went(chance)} to the {place}."
