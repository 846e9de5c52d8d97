"""How anything is trained: an objective, typed settings, and one loop.

    train(model, Supervised(task), Training(steps=500, lengths=10), seed=0)

What is special to some systems (`optimisers`, `saturation`) has a module of its own.
"""

from mininet.learning.loop import History, NonFiniteLossError, evaluate, train
from mininet.learning.objectives import Loss, Now, Objective, Staged, Supervised
from mininet.learning.schedules import generator, one_cycle, rising_length
from mininet.learning.settings import (
    Goal,
    Lengths,
    Optimiser,
    Scoring,
    Several,
    Stages,
    Training,
)

__all__ = [
    "Goal",
    "History",
    "Lengths",
    "Loss",
    "NonFiniteLossError",
    "Now",
    "Objective",
    "Optimiser",
    "Scoring",
    "Several",
    "Staged",
    "Stages",
    "Supervised",
    "Training",
    "evaluate",
    "generator",
    "one_cycle",
    "rising_length",
    "train",
]
