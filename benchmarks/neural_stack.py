"""Benchmark: processor time of one training step of neural stack, queue and deque.

Forward and backward on the copy task, against the depth of the store. Not a test: the
numbers depend on the machine and on what else it does.

    python benchmarks/neural_stack.py
"""

from __future__ import annotations

import argparse
import platform
from statistics import median
from time import process_time

import torch

from mininet.models.lstm import LSTM
from mininet.models.neural_stack import NeuralDeque, NeuralQueue, NeuralStack
from mininet.provenance import cpu_name
from mininet.recurrent import Recurrent
from mininet.tasks.transduction import Copying

MODELS: tuple[type[Recurrent], ...] = (NeuralStack, NeuralQueue, NeuralDeque)
DEPTHS = (32, 64, 128, 256, 512, 1024)
TASK = Copying(16)


def milliseconds(model: Recurrent, length: int, batch: int, repeats: int) -> float:
    """The median over a few steps of training, after one that does not count."""
    shown = TASK.batch(batch, length, torch.Generator().manual_seed(0))
    times = []
    for _ in range(1 + repeats):
        model.zero_grad()
        start = process_time()
        TASK.loss(model(shown.inputs), shown).backward()
        times.append(process_time() - start)
    return 1000 * median(times[1:])


def main() -> None:
    """Print one line a depth."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--length", type=int, default=10)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--repeats", type=int, default=7)
    given = parser.parse_args()
    size = (given.length, given.batch, given.repeats)
    torch.set_num_threads(1)
    print(f"benchmark on {cpu_name()}, torch {torch.__version__}, one thread")
    print(
        f"Python {platform.python_version()}, batch {given.batch}, copy at length "
        f"{given.length} ({2 * given.length + 1} steps of the machine); "
        "ms a training step"
    )
    print(f"\n{'depth':>8}" + "".join(f"{kind.__name__:>14}" for kind in MODELS))
    for depth in DEPTHS:
        costs = []
        for kind in MODELS:
            torch.manual_seed(0)
            model = kind(TASK.input_size, TASK.output_size, depth=depth)
            costs.append(milliseconds(model, *size))
        print(f"{depth:8}" + "".join(f"{cost:14.1f}" for cost in costs))
    torch.manual_seed(0)
    plain = LSTM(TASK.input_size, 64, TASK.output_size)
    print(
        f"\nan LSTM of the same size without a store: {milliseconds(plain, *size):.1f}"
    )


if __name__ == "__main__":
    main()
