"""Where is Mary? The tasks in which people move: 1, 6 and 9 to 14.

What is asked, and in which words, is from bAbI (Weston et al. 2015, section 3). The
rhythm is that of its files: two sentences, then a question about the last few, and five
questions a story.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from mininet.tasks.babi.stories import Story
from mininet.tasks.babi.world import THINGS, Move, World, act, drops, moves, takes

QUESTIONS = 5  # a story


def one_fact(story: Story, chance: Random) -> None:
    """Task 1: where somebody is who goes to and fro."""
    world = World(chance)
    last: dict[str, int] = {}  # where the story says last where somebody is
    while len(story.questions) < QUESTIONS:
        for _ in range(2):
            move = act(world, chance, moves)
            last[move.who] = story.say(move.told(chance))
        who = chance.choice([who for who in last if story.recent(last[who])])
        story.ask(f"Where is {who}?", world.place[who], last[who])


def yes_or_no(story: Story, chance: Random) -> None:
    """Task 6: whether somebody is in a place; what happens to things distracts."""
    world = World(chance, things=THINGS)
    last: dict[str, int] = {}
    while len(story.questions) < QUESTIONS:
        for _ in range(2):
            action = act(world, chance, moves, takes, drops)
            place = story.say(action.told(chance))
            if isinstance(action, Move):
                last[action.who] = place
        known = [who for who in last if story.recent(last[who])]
        if known:
            who = chance.choice(known)
            guess = here_or_not(world.place[who], world.places, chance)
            story.ask(
                f"Is {who} in the {guess}?",
                "yes" if guess == world.place[who] else "no",
                last[who],
            )


def here_or_not(here: str, places: Sequence[str], chance: Random) -> str:
    """The place itself or, as often, any other."""
    others = [place for place in places if place != here]
    return here if chance.random() < 0.5 else chance.choice(others)
