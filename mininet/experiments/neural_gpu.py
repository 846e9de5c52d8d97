"""Neural GPUs learn to add: the diagonal version, and the original beside it.

Settings were chosen on seeds from 100 on; results are reported on seeds from 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from statistics import median
from typing import Any

import torch

from mininet import checkpoints
from mininet.models.neural_gpu import Cellular, DiagonalNeuralGPU, NeuralGPU
from mininet.sweeps import Experiment, Run
from mininet.tasks import Task
from mininet.tasks.arithmetic import Addition, hard_sums
from mininet.training import History, evaluate, generator, rising_lengths, train

Settings = dict[str, Any]
MODELS: dict[str, type[DiagonalNeuralGPU] | type[NeuralGPU]] = {
    "DiagonalNeuralGPU": DiagonalNeuralGPU,
    "NeuralGPU": NeuralGPU,
}

ADDITION: Settings = {
    "chapter": "notebooks/07-neural-gpu",
    "carries": 0.5,  # the share of sums with long carries in training
    "training": {
        "lengths": [2, 20],
        "rising": 0.5,
        "batch_size": 32,
        "learning_rate": 1e-2,
        "clip_to_mean": 1.5,
        "steps": 1500,
        "score_every": 0.1,
        "score_size": 100,
    },
    "systems": {
        "diagonal": {
            "model": "DiagonalNeuralGPU",
            "sizes": {"maps": 24, "dropout": 0.3},
            "tests": {"20": 1000, "40": 200, "100": 200, "200": 200, "2000": 10},
            "hard_length": 200,
        },
        "original": {
            "model": "NeuralGPU",
            "sizes": {"maps": 24, "width": 4, "dropout": 0.1},
            "training": {"learning_rate": 5e-3, "steps": 500},
            "tests": {"20": 1000, "40": 200, "100": 200},  # sums a length
            "hard_length": 20,
        },
    },
    "batch": 50,  # sums at a time
    "rows": {
        "diagonal": {
            "system": "Neural GPU, diagonal",
            "task": "binary addition in columns, trained on 2 to 20 digits",
            "claim": "(binary products) more than 99 % of digits to about length 2000",
            "citation": "freivalds2017",
        },
        "original": {
            "system": "Neural GPU, as first published, less its extras",
            "task": "binary addition in columns, trained on 2 to 20 digits",
            "claim": "(in a line) no error at 2000 digits, in the best of 729 runs",
            "citation": "kaiser2015",
        },
    },
}

FAR: Settings = {
    "chapter": "notebooks/07-neural-gpu",
    "checkpoint": "neural-gpu-addition",
    "length": 2000,
    "sums": 100,  # new ones for each seed
    "batch": 50,
    "row": {
        "system": "Neural GPU, diagonal, the checkpoint of the book",
        "task": "binary addition in columns, 2000 digits, trained on 2 to 20",
        "claim": "(in a line) no error at 2000 digits, in the best of 729 runs",
        "citation": "kaiser2015",
    },
}


def build(settings: Settings, name: str, seed: int) -> Cellular:
    """The model of a system, with the first weights of this seed."""
    torch.manual_seed(seed)
    system = settings["systems"][name]
    task = Addition
    return MODELS[system["model"]](task.input_size, task.output_size, **system["sizes"])


def train_as(
    settings: Settings, name: str, model: Cellular, seed: int, progress: bool = False
) -> History:
    """Train a system as its settings say, on lengths that rise."""
    said = settings["training"] | settings["systems"][name].get("training", {})
    steps, (shortest, longest) = said["steps"], said["lengths"]
    return train(
        model,
        Addition(carries=settings["carries"]),
        held_out=Addition(),
        steps=steps,
        length=rising_lengths(
            shortest, longest, steps=steps, share=said["rising"], seed=seed
        ),
        batch_size=said["batch_size"],
        learning_rate=said["learning_rate"],
        clip_norm=math.inf,
        clip_to_mean=said["clip_to_mean"],
        seed=seed,
        score_every=max(1, round(steps * said["score_every"])),
        score_size=said["score_size"],
        score_lengths=[longest],
        progress=progress,
    )


def tests(settings: Settings, name: str, model: Cellular, seed: int) -> Run:
    """Shares of whole sums right: at each length, and in each family of hard ones."""
    system = settings["systems"][name]
    model.eval()
    return {
        "right": {
            length: in_parts(
                Addition(), model, int(length), sums, seed, settings["batch"]
            )["right"]
            for length, sums in system["tests"].items()
        },
        "hard": hard(model, system["hard_length"]),
    }


def hard(model: Cellular, length: int) -> dict[str, float]:
    """The share of sums right in each family of hard ones."""
    shares = {}
    with torch.no_grad():
        for family, numbers in hard_sums(length).items():
            batch = Addition().ask(*numbers)
            shares[family] = Addition().score(model(batch.inputs), batch)["right"]
    return shares


def in_parts(
    task: Task, model: Cellular, length: int, count: int, seed: int, most: int = 50
) -> dict[str, float]:
    """The scores over so many sequences, at most so many at once, each part drawn anew.

    The first part is drawn from the seed, the next from the seed + 1000, and so on.
    """
    parts = [min(most, count - done) for done in range(0, count, most)]
    scores = [
        evaluate(model, task, length=length, sequences=part, seed=seed + 1000 * k)
        for k, part in enumerate(parts)
    ]
    return {
        measure: sum(p * s[measure] for p, s in zip(parts, scores, strict=True)) / count
        for measure in scores[0]
    }


def at_lengths(task: Task, model: Cellular, tests: dict[str, int], seed: int) -> Run:
    """The shares of sequences and of digits right, so many sequences at each length."""
    measured: Run = {"right": {}, "digits_right": {}}
    for length, sequences in tests.items():
        score = in_parts(task, model, int(length), sequences, seed)
        for measure, by_length in measured.items():
            by_length[length] = score[measure]
    return measured


def some_of(lengths: Sequence[int], drawn: int, seed: int, step: int) -> list[int]:
    """So many of the lengths, drawn anew for each step; all, if there are no more.

    A machine that sees other lengths in every step cannot learn a few of them in place
    of the task.
    """
    source = generator(seed, f"lengths of step {step}")
    order = torch.randperm(len(lengths), generator=source).tolist()
    return sorted(lengths[k] for k in order[:drawn])


def steepen(model: DiagonalNeuralGPU, times: float) -> None:
    """Make the gates that keep so many times steeper, in place.

    The saturation cost holds a gate near its end, and what it lets slip at each step
    adds up on long rows. A steeper line reaches the end.
    """
    with torch.no_grad():
        for parameter in model.keep.parameters():
            parameter.mul_(times)


def addition(settings: Settings, seed: int) -> Run:
    """Train each system and test it."""
    measured: Run = {}
    for name in settings["systems"]:
        model = build(settings, name, seed)
        history = train_as(settings, name, model, seed)
        measured[name] = history.told("right") | tests(settings, name, model, seed)
    return measured


def rows(settings: Settings, runs: Sequence[Run]) -> list[dict[str, Any]]:
    """A row for each system."""
    return [
        {
            **settings["rows"][name],
            "ours": ours(settings, name, [run[name] for run in runs]),
            "reached": all(perfect(run[name]) for run in runs),
            "seeds": len(runs),
            "seconds": median(run[name]["seconds"] for run in runs),
            "link": settings["chapter"],
        }
        for name in settings["systems"]
    ]


def perfect(measured: Run) -> bool:
    """Whether no sum was wrong: at no length, and in no hard family."""
    return all(
        share == 1 for part in ("right", "hard") for share in measured[part].values()
    )


def ours(settings: Settings, name: str, measured: Sequence[Run]) -> str:
    """How a system did over seeds, in words."""
    count, length = len(measured), settings["systems"][name]["hard_length"]
    right = [run["right"] for run in measured]
    parts = [
        f"{sum(shares[n] == 1 for shares in right)} at {n}"
        for n in measured[0]["right"]
    ]
    carried = sum(min(run["hard"].values()) == 1 for run in measured)
    worst = min(min(run["hard"].values()) for run in measured)
    return (
        f"seeds of {count} with every sum right: {', '.join(parts)} digits; "
        f"{carried} with every hard case at {length} (the worst family of any: "
        f"{worst:.0%})"
    )


def far(settings: Settings, seed: int) -> Run:
    """Ask the trained machine sums far longer than any in its training."""
    model = build(DIAGONAL, "diagonal", 0)
    checkpoints.load(model, settings["checkpoint"])
    task, length, sums = Addition(), settings["length"], settings["sums"]
    score = in_parts(task, model.eval(), length, sums, seed, settings["batch"])
    return {measure: score[measure] for measure in ("right", "digits_right")}


def far_rows(settings: Settings, runs: Sequence[Run]) -> list[dict[str, Any]]:
    """One row: how many of all sums were right."""
    asked = settings["sums"] * len(runs)
    right = round(sum(run["right"] * settings["sums"] for run in runs))
    return [
        {
            **settings["row"],
            "ours": f"{right} of {asked} sums without an error",
            "reached": right == asked,
            "seeds": 1,  # of the machine; those of the runs draw the sums
            "seconds": sum(run["seconds"] for run in runs),
            "link": settings["chapter"],
        }
    ]


def trained(settings: Settings, name: str, seed: int) -> tuple[Cellular, Run]:
    """A system, trained, and what to keep about it beside its weights."""
    model = build(settings, name, seed)
    history = train_as(settings, name, model, seed, progress=True).told("right")
    return model, history | tests(settings, name, model, seed) | {"settings": settings}


DIAGONAL, ORIGINAL = (
    ADDITION | {"systems": {name: system}}
    for name, system in ADDITION["systems"].items()
)
EXPERIMENTS = (
    Experiment(
        "neural-gpu-addition",
        "Addition: the diagonal Neural GPU",
        DIAGONAL,
        partial(addition, DIAGONAL),
        partial(rows, DIAGONAL),
    ),
    Experiment(
        "neural-gpu-original",
        "Addition: the Neural GPU as first published",
        ORIGINAL,
        partial(addition, ORIGINAL),
        partial(rows, ORIGINAL),
    ),
    Experiment(
        "neural-gpu-far",
        "Addition: the diagonal Neural GPU, a hundred times as long",
        FAR,
        partial(far, FAR),
        partial(far_rows, FAR),
    ),
)
CHECKPOINTS = {"neural-gpu-addition": partial(trained, DIAGONAL, "diagonal")}
