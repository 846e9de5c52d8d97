"""Stories and questions of bAbI's twenty tasks, as many as wanted, from our own world.

The tasks, their words and the file format are those of Weston et al. 2015 ("Towards
AI-Complete Question Answering", 1502.05698); the world and the way it is told are ours,
with the proportions measured on the official files, so that a model which has learned
from one answers questions of the other.
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
        seed: the same gives the same questions; tasks don't share their chance.

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
