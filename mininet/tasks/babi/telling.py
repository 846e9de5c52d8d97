"""Stories and questions of bAbI's twenty tasks, as many as wanted, from our own world.

The tasks, their words and the file format are those of Weston et al. 2015 ("Towards
AI-Complete Question Answering", 1502.05698). The world and the way it is told are ours.
Their proportions were measured on the official files: how long stories are, what
happens how often, which facts are asked about and count as supporting the answer. So a
model that has learned from one may answer the questions of the other.

Where the files leave doubt, ours are plainer. Nobody is "either in the park or the
park" (10), and no two places lie on one spot (19). Two rules are the files' own: things
are listed in the order in which somebody first took them (8), and where examples
differ, the one whose kind was told last decides (16).
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from mininet.tasks.babi import carrying, moving, reasoning, relating
from mininet.tasks.babi.stories import Question, Story

TELLERS: dict[int, Callable[[Story, Random], None]] = {
    1: moving.one_fact,
    2: carrying.two_facts,
    3: carrying.three_facts,
    4: relating.two_places,
    5: carrying.giving,
    6: moving.yes_or_no,
    7: carrying.counting,
    8: carrying.listing,
    9: moving.negation,
    10: moving.indefinite,
    11: moving.pronoun,
    12: moving.conjunction,
    13: moving.they,
    14: moving.times,
    15: reasoning.deduction,
    16: reasoning.induction,
    17: relating.positions,
    18: relating.sizes,
    19: relating.paths,
    20: reasoning.motives,
}


def tell(task: int, questions: int, seed: int) -> list[Question]:
    """Questions of a task, each with the story told before it.

    Args:
        task: from 1 to 20.
        questions: how many. A longer list begins with the shorter one of its seed.
        seed: the same gives the same questions, on every machine. Take one to learn
            from and another for the test.

    Raises:
        ValueError: if there is no such task, or no question is wanted.
    """
    if task not in TELLERS:
        raise ValueError(f"task must be from 1 to 20, got {task}")
    if questions < 1:
        raise ValueError(f"there must be at least one question, got {questions}")
    chance = Random(f"task {task}, seed {seed}")
    told: list[Question] = []
    while len(told) < questions:
        story = Story(task)
        TELLERS[task](story, chance)
        told += story.questions
    return told[:questions]
