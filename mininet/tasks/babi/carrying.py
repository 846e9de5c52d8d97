"""Where is the milk? The tasks in which things are carried: 2, 3, 5, 7 and 8.

What is asked, and in which words, is from bAbI (Weston et al. 2015, section 3). After
each two sentences comes a question, if the last few tell something to ask about; which
facts that takes, and which count as supporting the answer, was read off its files.
"""

from __future__ import annotations

from collections import defaultdict
from random import Random

from mininet.tasks.babi.stories import RECENT, Story
from mininet.tasks.babi.world import (
    THINGS,
    Action,
    Drop,
    Give,
    Move,
    Take,
    World,
    act,
    drop,
    give,
    move,
    take,
)

QUESTIONS = 5  # a story
GIVING = ("Bill", "Fred", "Jeff", "Mary")
GENEROUS = (give,) * 4  # giving is tried so often; measured on the files
COUNTS = ("none", "one", "two", "three")


def two_facts(story: Story, chance: Random) -> None:
    """Task 2: where a thing is that somebody has carried along, or dropped."""
    world = World(chance, things=THINGS)
    things: list[str] = []  # which thing each sentence is about, if any
    moved: dict[str, int] = {}  # the last move of a person
    taken: dict[str, int] = {}
    dropped: dict[str, tuple[int, int]] = {}  # and the move that tells where
    while len(story.questions) < QUESTIONS:
        for _ in range(2):
            action = act(world, chance, move, take, drop)
            sentence = story.say(action.told(chance))
            things.append("" if isinstance(action, Move) else action.thing)
            if isinstance(action, Move):
                moved[action.who] = sentence
            elif isinstance(action, Take):
                taken[action.thing] = sentence
                dropped.pop(action.thing, None)
            elif isinstance(action, Drop) and action.who in moved:
                dropped[action.thing] = (sentence, moved[action.who])
        facts = dict(dropped)  # of a thing, the two that tell where it is
        for thing, who in world.holder.items():
            if moved.get(who, -1) > taken[thing]:
                facts[thing] = (taken[thing], moved[who])
        known = [thing for thing in things[-RECENT:] if thing in facts]
        if known:
            thing = chance.choice(known)
            where = world.lies.get(thing) or world.place[world.holder[thing]]
            story.ask(f"Where is the {thing}?", where, *facts[thing])


def three_facts(story: Story, chance: Random) -> None:
    """Task 3: where a thing was before somebody carried it to a place."""
    world = World(chance, things=THINGS)
    things: list[str] = []
    last: dict[str, int] = {}  # the sentence by which a thing was taken, or dropped
    carried: dict[str, list[tuple[int, str]]] = {}  # where to since it was taken last
    while len(story.questions) < QUESTIONS:
        for _ in range(2):
            action = act(world, chance, move, take, drop)
            sentence = story.say(perhaps_there(action, chance))
            things.append("" if isinstance(action, Move) else action.thing)
            if isinstance(action, Move):
                for thing in world.held(action.who):
                    carried[thing].append((sentence, action.place))
            elif isinstance(action, Take | Drop):
                last[action.thing] = sentence
            if isinstance(action, Take):
                carried[action.thing] = []
        known = [each for each in things[-RECENT:] if each and carried[each][1:]]
        if known:
            thing = chance.choice(known)
            places = [place for _, place in carried[thing]]
            step = chance.choice(
                [k for k in range(1, len(places)) if places[k] not in places[k + 1 :]]
            )
            (before, answer), (here, place) = carried[thing][step - 1 : step + 1]
            asked = f"Where was the {thing} before the {place}?"
            story.ask(asked, answer, last[thing], here, before)


def giving(story: Story, chance: Random) -> None:
    """Task 5: who gave what to whom."""
    world = World(chance, GIVING, things=THINGS)
    last: tuple[int, Give] | None = None
    while len(story.questions) < QUESTIONS:
        for _ in range(2):
            action = act(world, chance, move, take, drop, *GENEROUS)
            sentence = story.say(action.told(chance))
            if isinstance(action, Give):
                last = (sentence, action)
        if last and last[0] >= len(story.sentences) - RECENT:
            sentence, (who, thing, whom) = last
            what = (f"What did {who} give to {whom}?", thing)
            giver = (f"Who gave the {thing}?", who)
            giver_to = (f"Who gave the {thing} to {whom}?", who)
            taker = (f"Who received the {thing}?", whom)
            taker_from = (f"Who did {who} give the {thing} to?", whom)
            asked = chance.choice((what, what, giver, giver_to, taker, taker_from))
            story.ask(*asked, sentence)


def counting(story: Story, chance: Random) -> None:
    """Task 7: how many things somebody holds."""
    world = World(chance, things=THINGS)
    doers: list[str] = []  # who does something with a thing in each sentence
    facts: dict[str, list[int]] = {}  # all that somebody has taken, given or dropped
    while len(story.questions) < QUESTIONS:
        for _ in range(2):
            action = act(world, chance, move, take, drop, *GENEROUS)
            sentence = story.say(action.told(chance))
            doers.append("" if isinstance(action, Move) else action.who)
            for who in hands(action):
                facts.setdefault(who, []).append(sentence)
        known = [who for who in doers[-RECENT:] if who]
        if known:
            who = chance.choice(known)
            answer = COUNTS[len(world.held(who))]
            story.ask(f"How many objects is {who} carrying?", answer, *facts[who])


def listing(story: Story, chance: Random) -> None:
    """Task 8: what somebody holds, in the order in which they first took it."""
    world = World(chance, things=THINGS)
    doers: list[str] = []
    facts: dict[str, dict[str, list[int]]] = defaultdict(dict)  # of each thing
    while len(story.questions) < QUESTIONS:
        for _ in range(2):
            action = act(world, chance, move, take, drop)
            sentence = story.say(action.told(chance))
            doers.append("" if isinstance(action, Move) else action.who)
            if isinstance(action, Take | Drop):
                facts[action.who].setdefault(action.thing, []).append(sentence)
        known = [who for who in doers[-RECENT:] if who]
        if known:
            who = chance.choice(known)
            held = [thing for thing in facts[who] if world.holder.get(thing) == who]
            supports = [sentence for thing in facts[who].values() for sentence in thing]
            answer = ",".join(held) or "nothing"
            story.ask(f"What is {who} carrying?", answer, *supports)


def hands(action: Action) -> tuple[str, ...]:
    """Those whose hands something leaves or reaches."""
    if isinstance(action, Move):
        return ()
    return (action.who, action.whom) if isinstance(action, Give) else (action.who,)


def perhaps_there(action: Action, chance: Random) -> str:
    """The sentence; in task 3 one in five says that something was taken there."""
    sentence = action.told(chance)
    if isinstance(action, Take) and chance.random() < 0.8:
        return sentence.replace(" there", "")
    return sentence
