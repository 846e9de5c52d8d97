"""Benchmark: processor time of the Neural GPUs, and how it grows with the row.

A whole answer takes n steps over n positions; both systems add the same numbers, as
large as the book trains them. Not a test: the numbers depend on the machine and on what
else it does.

    python benchmarks/neural_gpu.py
"""

from __future__ import annotations

import argparse
import math
import platform
from collections.abc import Callable, Sequence
from statistics import linear_regression, median
from time import process_time

import torch

from mininet.experiments.neural_gpu import DIAGONAL, ORIGINAL
from mininet.models.neural_gpu import Cellular
from mininet.provenance import cpu_name
from mininet.recurrent import count_parameters
from mininet.tasks import Batch
from mininet.tasks.arithmetic import Addition

POSITIONS = (25, 50, 100, 200, 400)  # one more than the numbers have digits
TASK = Addition()


def problems(size: int, positions: int) -> Batch:
    """The same sums for every system."""
    return TASK.batch(size, positions - 1, torch.Generator().manual_seed(0))


def answer(model: Cellular, batch: Batch) -> list[float]:
    """Seconds of a whole answer, without gradients."""
    with torch.no_grad():
        start = process_time()
        model(batch.inputs)
        return [process_time() - start]


def learn(model: Cellular, batch: Batch) -> list[float]:
    """Seconds of forward and of backward in a training step."""
    model.zero_grad()
    start = process_time()
    loss = TASK.loss(model(batch.inputs), batch)
    middle = process_time()
    loss.backward()
    return [middle - start, process_time() - middle]


def seconds(
    once: Callable[[Cellular, Batch], list[float]],
    model: Cellular,
    batch: Batch,
    repeats: int,
) -> list[float]:
    """The medians over a few runs, after one that does not count."""
    runs = [once(model, batch) for _ in range(1 + repeats)][1:]
    return [median(parts) for parts in zip(*runs, strict=True)]


def growth(positions: Sequence[int], costs: Sequence[float]) -> float:
    """The exponent e of the nearest n^e: the slope where both axes are logarithms."""
    logs = ([math.log(value) for value in values] for values in (positions, costs))
    return linear_regression(*logs).slope


def main() -> None:
    """Print two tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch", type=int, default=32, help="sums in training")
    parser.add_argument("--digits", type=int, default=20, help="of them")
    parser.add_argument("--asked", type=int, default=1, help="sums in an answer")
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    torch.set_num_threads(1)
    trials = DIAGONAL.trials | ORIGINAL.trials
    models = {name: trial.machine.build(TASK, 0) for name, trial in trials.items()}
    print(f"benchmark on {cpu_name()}, torch {torch.__version__}, one thread")
    print(
        f"Python {platform.python_version()}, binary addition, the median of "
        f"{given.repeats}"
    )

    print(f"\ntraining: {given.batch} sums of {given.digits} digits, ms a step")
    print(f"{'system':12}{'parameters':>11}{'forward':>10}{'backward':>10}")
    batch = problems(given.batch, given.digits + 1)
    for name, model in models.items():
        cost = [1000 * part for part in seconds(learn, model, batch, given.repeats)]
        print(f"{name:12}{count_parameters(model):11,}{cost[0]:10.1f}{cost[1]:10.1f}")

    print(
        f"\nwhole answers: {given.asked} at a time, n steps over n positions, seconds"
    )
    print(f"{'positions':12}" + "".join(f"{name:>11}" for name in models))
    costs: dict[str, list[float]] = {name: [] for name in models}
    for positions in POSITIONS:
        batch = problems(given.asked, positions)
        for name, model in models.items():
            costs[name] += seconds(answer, model.eval(), batch, given.repeats)
        row = "".join(f"{spent[-1]:11.4f}" for spent in costs.values())
        print(f"{positions:<12}{row}")
    slopes = (f"n^{growth(POSITIONS, spent):.2f}" for spent in costs.values())
    print(f"{'grows as':12}" + "".join(f"{slope:>11}" for slope in slopes))
    ends = (f"n^{growth(POSITIONS[-2:], spent[-2:]):.2f}" for spent in costs.values())
    print(f"{'at the end':12}" + "".join(f"{slope:>11}" for slope in ends))


if __name__ == "__main__":
    main()
