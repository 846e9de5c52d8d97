"""Benchmark: processor time of one training step, for networks without a memory.

Not a test: the numbers depend on the machine and on what else it does. For the Neural
Turing Machine there is `benchmarks/ntm.py`, for the Neural GPU
`benchmarks/neural_gpu.py`, for networks with stacks `benchmarks/stacks.py`.

    python benchmarks/steps.py
"""

from __future__ import annotations

import argparse
import platform
from statistics import median

import torch

from mininet.learning import Scoring, Supervised, Training, train
from mininet.models.lstm import LSTM
from mininet.models.rnn import RNN
from mininet.provenance import cpu_name
from mininet.recurrent import Recurrent, count_parameters
from mininet.tasks.adding import Adding

MODELS = {"RNN": RNN, "LSTM": LSTM}
REPEATS = 3


def milliseconds(model: Recurrent, steps: int, length: int, batch_size: int) -> float:
    """Processor time a step, the median over a few short trainings."""
    scoring = Scoring(times=1, size=1)
    training = Training(steps, length, batch_size, scoring=scoring)
    times = [
        train(model, Supervised(Adding()), training, progress=False).seconds
        for _ in range(REPEATS)
    ]
    return 1000 * median(times) / steps


def main() -> None:
    """Print one line a model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--length", type=int, default=100)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--steps", type=int, default=20)
    given = parser.parse_args()
    torch.set_num_threads(1)
    print(f"benchmark on {cpu_name()}, torch {torch.__version__}, one thread")
    print(
        f"Python {platform.python_version()}, batch {given.batch}, {given.length} steps"
    )
    print(f"\n{'model':8}{'parameters':>12}{'ms a training step':>22}")
    for name, build in MODELS.items():
        torch.manual_seed(0)
        model = build(Adding.input_size, given.hidden, Adding.output_size)
        cost = milliseconds(model, given.steps, given.length, given.batch)
        print(f"{name:8}{count_parameters(model):12,}{cost:22.1f}")


if __name__ == "__main__":
    main()
