"""The five tasks of the Neural Turing Machine's paper, machine against LSTM.

Settings were chosen on seeds from 100 on; results are reported on seeds from 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from statistics import median
from typing import Any

import torch

from mininet.models import LSTM, NTM, FeedForward
from mininet.recurrent import Recurrent
from mininet.sweeps import Experiment, Run
from mininet.tasks.bits import Bits
from mininet.tasks.copying import Copy, RepeatCopy
from mininet.tasks.ngrams import NGrams
from mininet.tasks.recall import AssociativeRecall
from mininet.tasks.sorting import PrioritySort
from mininet.training import History, evaluate, rising_lengths, train

Settings = dict[str, Any]
CHAPTER = "notebooks/05-ntm-tasks"
CONTROLLERS: dict[str, type[Recurrent[Any]]] = {"LSTM": LSTM, "FeedForward": FeedForward}
TASKS: dict[str, type[Bits]] = {
    "Copy": Copy,
    "RepeatCopy": RepeatCopy,
    "AssociativeRecall": AssociativeRecall,
    "NGrams": NGrams,
    "PrioritySort": PrioritySort,
}
LAST = 0.2  # the share of a training in which a goal must hold at every scoring


def build_task(settings: Settings) -> Bits:
    """The task that the settings name."""
    return TASKS[settings["task"]](**settings.get("task_settings", {}))


def build_ntm(settings: Settings, seed: int) -> NTM:
    """The machine of these settings, with the first weights of this seed."""
    torch.manual_seed(seed)
    task, given = build_task(settings), settings["ntm"]
    sizes = {name: value for name, value in given.items() if name != "controller"}
    controller = CONTROLLERS[given["controller"]]
    return NTM(task.input_size, task.output_size, controller=controller, **sizes)


def build_lstm(settings: Settings, seed: int) -> LSTM:
    """The LSTM to compare with, with the first weights of this seed."""
    torch.manual_seed(seed)
    task = build_task(settings)
    return LSTM(task.input_size, settings["lstm"]["hidden_size"], task.output_size)


def train_as(
    settings: Settings,
    model: Recurrent[Any],
    seed: int,
    learning_rate: float | None = None,
    progress: bool = False,
    **changed: Any,
) -> History:
    """Train a model on the task of the settings, as they say."""
    said = settings["training"] | changed
    steps, (shortest, longest) = said["steps"], said["lengths"]
    return train(
        model,
        build_task(settings),
        steps=steps,
        length=rising_lengths(
            shortest, longest, steps=steps, share=said["rising"], seed=seed
        ),
        batch_size=said["batch_size"],
        learning_rate=learning_rate or said["learning_rate"],
        clip_norm=math.inf,
        clip_to_mean=said["clip_to_mean"],
        seed=seed,
        score_every=max(1, round(steps * said["score_every"])),
        score_size=said["score_size"],
        score_lengths=score_lengths(said),
        progress=progress,
    )


def score_lengths(training: Settings) -> list[int]:
    """All lengths of the training, or the longest alone."""
    shortest, longest = training["lengths"]
    return [*range(shortest, longest + 1)] if training["score_all"] else [longest]


def ntm_task(settings: Settings, seed: int) -> Run:
    """Train the machine and the LSTM on the same sequences; test both."""
    ntm, lstm = build_ntm(settings, seed), build_lstm(settings, seed)
    measured: Run = {"ntm": told(train_as(settings, ntm, seed))}
    rate = settings["lstm"]["learning_rate"]
    torch.manual_seed(seed)
    measured["lstm"] = told(train_as(settings, lstm, seed, learning_rate=rate))
    ntm.locations = settings["test_locations"]
    for name, model in (("ntm", ntm), ("lstm", lstm)):
        measured[name]["tests"] = tests(settings, model, seed)
    return measured


def tests(settings: Settings, model: Recurrent[Any], seed: int) -> Run:
    """The scores at each length, and the mean of the bits over the training's."""
    task, many = build_task(settings), settings["test_sequences"]
    scores = {
        str(length): evaluate(model, task, length=length, sequences=many, seed=seed)
        for length in settings["test_lengths"]
    }
    kept = ("bits", "right", "above_optimum")
    return {
        length: {name: score[name] for name in kept if name in score}
        for length, score in scores.items()
    }


def told(history: History) -> Run:
    """The bits at each scoring, processor seconds without them, and the losses."""
    span = max(1, history.steps // 20)
    return {
        "seconds": history.seconds - history.scoring_seconds,
        "scores": [score["bits"] for _, score in history.scores],
        "losses": [
            sum(history.losses[k : k + span]) / len(history.losses[k : k + span])
            for k in range(0, history.steps, span)
        ],
    }


def last_scores(measured: Run) -> list[float]:
    """The scorings in the last part of a training."""
    scores: list[float] = measured["scores"]
    return scores[round(len(scores) * (1 - LAST)) :]


def rows(settings: Settings, runs: Sequence[Run]) -> list[dict[str, Any]]:
    """A row for the machine and one for the LSTM."""
    goal = settings["goal"]
    about = settings["rows"]
    made = []
    for name, system in (("ntm", settings["system"]), ("lstm", "LSTM")):
        reached = [meets(goal, run[name]) for run in runs]
        # The machine shall reach the goal on every seed, the LSTM fail on every one.
        as_claimed = all(reached) if name == "ntm" else not any(reached)
        made.append(
            {
                "system": system,
                "task": about["task"],
                "claim": about[name],
                "citation": "graves2014",
                "ours": ours(settings, [run[name] for run in runs]),
                "reached": as_claimed,
                "seeds": len(runs),
                "seconds": median(run[name]["seconds"] for run in runs),
                "link": CHAPTER,
            }
        )
    return made


def meets(goal: Settings, measured: Run) -> bool:
    """Whether a run is under the goal: at its length, and while training if it says."""
    test = measured["tests"][str(goal["length"])]
    held = max(last_scores(measured)) <= goal.get("held", math.inf)
    return held and test[goal["measure"]] <= goal["at_most"]


def ours(settings: Settings, measured: Sequence[Run]) -> str:
    """How a system did over seeds, in words."""
    goal = settings["goal"]
    met = sum(meets(goal, run) for run in measured)
    told = f"{met} of {len(measured)} seeds {goal['words']}"
    parts = []
    for length in settings["told_lengths"]:
        tests = [run["tests"][str(length)] for run in measured]
        middle = median(test[goal["measure"]] for test in tests)
        worst = max(test[goal["measure"]] for test in tests)
        part = f"at {length}: {middle:.2g}, worst {worst:.2g}"
        if settings["tell_right"]:
            part += f", {median(test['right'] for test in tests):.0%} right"
        parts.append(part)
    return f"{told} (median bits {'; '.join(parts)})"
