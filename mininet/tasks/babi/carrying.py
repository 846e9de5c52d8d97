"""Where is the milk? The tasks in which things are carried: 2, 3, 5, 7 and 8.

What is asked, and in which words, is from bAbI (Weston et al. 2015, section 3). After
each two sentences there is a question if the last few tell something to ask about.
"""

from __future__ import annotations

from random import Random

from mininet.tasks.babi.stories import Story
from mininet.tasks.babi.world import (
    THINGS,
    Drop,
    Move,
    Take,
    World,
    act,
    drops,
    moves,
    takes,
)

QUESTIONS = 5  # a story


def two_facts(story: Story, chance: Random) -> None:
    """Task 2: where a thing is that somebody has carried along, or dropped."""
    world = World(chance, things=THINGS)
    moved: dict[str, int] = {}  # where the story says last where somebody is
    taken: dict[str, int] = {}
    dropped: dict[str, tuple[int, int]] = {}  # and the dropper's last move before
    while len(story.questions) < QUESTIONS:
        for _ in range(2):
            action = act(world, chance, moves, takes, drops)
            place = story.say(action.told(chance))
            if isinstance(action, Move):
                moved[action.who] = place
            elif isinstance(action, Take):
                taken[action.thing] = place
                dropped.pop(action.thing, None)
            elif isinstance(action, Drop) and action.who in moved:
                dropped[action.thing] = (place, moved[action.who])
        facts = dict(dropped)  # of each thing, the two sentences that tell where it is
        for thing, who in world.holder.items():
            if moved.get(who, -1) > taken[thing]:
                facts[thing] = (taken[thing], moved[who])
        known = [thing for thing in facts if story.recent(facts[thing][0])]
        if known:
            thing = chance.choice(known)
            where = world.lies.get(thing) or world.place[world.holder[thing]]
            story.ask(f"Where is the {thing}?", where, *facts[thing])
