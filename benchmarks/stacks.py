"""Benchmark: processor time of one step of a machine with stacks, against their depth.

Forward and backward through a sequence, divided by its steps; and how the cost grows
with the depth. Not a test: the numbers depend on the machine and on what else it does.

    python benchmarks/stacks.py
    python benchmarks/stacks.py --kind Stack-RNN --depths 10 100 1000
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any

import torch

from mininet.models.neural_stack import NeuralDeque, NeuralQueue, NeuralStack
from mininet.models.stack_rnn import StackRNN
from mininet.provenance import cpu_name
from mininet.recurrent import Recurrent, count_parameters

WIDTH = 8  # numbers in and out
# Machines whose stacks `start` makes as deep as the inputs are long.
KINDS: dict[str, Callable[[], Recurrent[Any]]] = {
    "Stack-RNN": lambda: StackRNN(WIDTH, 40, WIDTH, stacks=10),
    "neural stack": lambda: NeuralStack(WIDTH, WIDTH, hidden_size=64, width=16),
    "neural queue": lambda: NeuralQueue(WIDTH, WIDTH, hidden_size=64, width=16),
    "neural deque": lambda: NeuralDeque(WIDTH, WIDTH, hidden_size=64, width=16),
}


def once(model: Recurrent[Any], xs: torch.Tensor, state: Any) -> tuple[float, float]:
    """Seconds of a step, forward and backward."""
    model.zero_grad()
    start = process_time()
    ys, _ = model.unroll(xs, state)
    middle = process_time()
    ys.square().mean().backward()
    return (middle - start) / len(xs), (process_time() - middle) / len(xs)


def milliseconds(
    kind: str, depth: int, steps: int, batch: int, repeats: int
) -> list[float]:
    """The median over a few runs, after one that does not count."""
    torch.manual_seed(0)
    model, xs = KINDS[kind](), torch.randn(steps, batch, WIDTH)
    state = model.start(torch.zeros(depth, batch, WIDTH))
    runs = [once(model, xs, state) for _ in range(1 + repeats)]
    return [1000 * median(part) for part in zip(*runs[1:], strict=True)]


def main() -> None:
    """Print a table for each kind."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kind", choices=KINDS, nargs="+", default=list(KINDS))
    parser.add_argument(
        "--depths", type=int, nargs="+", default=[3, 10, 30, 100, 300, 1000]
    )
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    torch.set_num_threads(1)
    print(f"benchmark on {cpu_name()}, torch {torch.__version__}, one thread")
    print(
        f"Python {platform.python_version()}, batch {given.batch}, {given.steps} "
        f"steps, the median of {given.repeats}; ms a step"
    )
    for kind in given.kind:
        print(f"\n{kind}, {count_parameters(KINDS[kind]()):,} parameters")
        print(f"{'depth':>8}{'forward':>10}{'backward':>10}")
        for depth in given.depths:
            cost = milliseconds(kind, depth, given.steps, given.batch, given.repeats)
            print(f"{depth:8}{cost[0]:10.2f}{cost[1]:10.2f}")


if __name__ == "__main__":
    main()
