"""What is Gertrude afraid of? The tasks in which one thing follows from others: 15, 16.

What is asked, and in which words, is from bAbI (Weston et al. 2015, section 3). How the
sentences come one after another was read off its files.
"""

from __future__ import annotations

from random import Random

from mininet.tasks.babi.stories import Story

PLURALS = {"cat": "cats", "mouse": "mice", "sheep": "sheep", "wolf": "wolves"}
FEARFUL = ("Emily", "Gertrude", "Jessica", "Winona")


def deduction(story: Story, chance: Random) -> None:
    """Task 15: cats are afraid of mice, Emily is a cat; what is she afraid of?"""
    kinds = tuple(PLURALS)
    fear: dict[str, tuple[str, int]] = {}  # of a kind, and where it is told
    born: dict[str, tuple[str, int]] = {}  # the kind somebody is of, and where
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
        kind, place = born[who]
        feared, reason = fear[kind]
        story.ask(f"What is {who.lower()} afraid of?", feared, place, reason)
