"""The adding problem by the first biases of the gates: from which it is learned."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from statistics import median
from typing import Any

from mininet.experiments.adding import CHAPTER, GOAL, build_lstm
from mininet.sweeps import Experiment, Run
from mininet.tasks.adding import Adding
from mininet.training import train

Settings = dict[str, Any]
KEEPS = 10  # a forget bias from which on the gate is open for good

FORGET_BIAS: Settings = {
    "length": 100,
    "steps": 800,  # at most; training stops when a scoring meets the goal
    "score_every": 20,
    "score_size": 256,
    "goal": GOAL,
    "hidden_size": 32,
    "learning_rate": 1e-2,
    "batch_size": 32,
    "warmup": 0.1,
    "clip_norm": 1.0,
    "forget_biases": {  # by the input gate's bias; at 20 a cell cannot forget
        "0": [0, 1, 3, 5],
        "-3": [0, 1, 3, 5, 20],
    },
}


def forget_bias(settings: Settings, seed: int) -> Run:
    """Steps until the adding problem is solved, for each pair of first biases.

    The step of the first held-out error under the goal; None where there was none.
    """
    solved_at: dict[str, int | None] = {}
    seconds: dict[str, float] = {}
    for into, forgets in settings["forget_biases"].items():
        for forget in forgets:
            biases = {"forget_bias": float(forget), "input_bias": float(into)}
            history = train(
                build_lstm(settings | biases, seed),
                Adding(),
                steps=settings["steps"],
                length=settings["length"],
                batch_size=settings["batch_size"],
                learning_rate=settings["learning_rate"],
                clip_norm=settings["clip_norm"],
                warmup=settings["warmup"],
                seed=seed,
                score_every=settings["score_every"],
                score_size=settings["score_size"],
                goal=lambda score: score["mse"] < settings["goal"],
                progress=False,
            )
            solved_at[_pair(forget, into)] = history.steps if history.reached else None
            seconds[_pair(forget, into)] = history.seconds
    return {"solved_at": solved_at, "bias_seconds": seconds}


def forget_bias_rows(settings: Settings, runs: Sequence[Run]) -> list[dict[str, Any]]:
    """A row for each bias of the input gate, and one for the cell that only keeps."""
    lstm = "LSTM, input bias {}"
    positive = "gers2000", "forget gates start with a positive bias, so that cells keep"
    without = "hochreiter1997", "solved with cells that have no forget gate"
    rows = []
    for into, forgets in settings["forget_biases"].items():
        usual = [forget for forget in forgets if forget < KEEPS]
        counts = [len(_solved(runs, forget, into)) for forget in usual]
        better = max(counts[1:]) > counts[0]
        rows.append(_row(settings, runs, into, usual, lstm, positive, better))
    for into, forgets in settings["forget_biases"].items():
        for forget in forgets:
            if forget >= KEEPS:
                name = lstm + ", cannot forget"
                all_of_them = len(_solved(runs, forget, into)) == len(runs)
                rows.append(
                    _row(settings, runs, into, [forget], name, without, all_of_them)
                )
    return rows


def _row(
    settings: Settings,
    runs: Sequence[Run],
    into: str,
    forgets: Sequence[int],
    system: str,
    source: tuple[str, str],
    reached: bool,
) -> dict[str, Any]:
    told = []
    for forget in forgets:
        steps = _solved(runs, forget, into)
        when = f" (median step {median(steps):.0f})" if steps else ""
        told.append(f"{forget}: {len(steps)} of {len(runs)}{when}")
    return {
        "system": system.format(into),
        "task": f"adding, length {settings['length']}, by forget bias",
        "claim": source[1],
        "citation": source[0],
        "ours": f"seeds solved in {settings['steps']} steps, {'; '.join(told)}",
        "reached": reached,
        "seeds": len(runs),
        "seconds": median(
            run["bias_seconds"][_pair(forget, into)]
            for run in runs
            for forget in forgets
        ),
        "link": CHAPTER,
    }


def _solved(runs: Sequence[Run], forget: int, into: str) -> list[int]:
    """The steps at which the seeds that solved it did so."""
    steps = [run["solved_at"][_pair(forget, into)] for run in runs]
    return [step for step in steps if step is not None]


def _pair(forget: int, into: str) -> str:
    return f"forget {forget}, input {into}"


EXPERIMENTS = (
    Experiment(
        "forget-bias",
        "Steps to solve the adding problem, by the first biases of the gates",
        FORGET_BIAS,
        partial(forget_bias, FORGET_BIAS),
        partial(forget_bias_rows, FORGET_BIAS),
    ),
)
