"""Benchmark: processor time of one training step of the Neural Turing Machine.

Forward and backward on the copy task, and where the time goes. Not a test: the numbers
depend on the machine and on what else it does.

    python benchmarks/ntm.py
"""

from __future__ import annotations

import argparse
import platform
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from statistics import median
from time import process_time
from typing import Any
from unittest.mock import patch

import torch

from mininet.models import ntm
from mininet.models.feedforward import FeedForward
from mininet.models.lstm import LSTM
from mininet.models.ntm import NTM
from mininet.provenance import cpu_name
from mininet.recurrent import Recurrent, count_parameters
from mininet.tasks import Batch
from mininet.tasks.copying import Copy

CONTROLLERS: dict[str, type[Recurrent[Any]]] = {
    "LSTM": LSTM,
    "feed-forward": FeedForward,
}
LOCATIONS = (32, 64, 128, 256)
HEADS = (1, 2, 4, 8)  # as many read heads and as many write heads
TASK = Copy()


def build(**sizes: Any) -> NTM:
    """A machine for the copy task, 128 x 20 with one head of each kind or as said."""
    torch.manual_seed(0)
    return NTM(TASK.input_size, TASK.output_size, **sizes)


def once(model: NTM, batch: Batch) -> dict[str, float]:
    """Seconds of one step: forward, backward, and then the stages of forward."""
    spent: dict[str, float] = defaultdict(float)

    def timed(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            start = process_time()
            result = function(*arguments)
            spent[stage] += process_time() - start
            return result

        return run

    stages = (
        ("controller", model.controller, "step"),
        ("controller", model, "heads"),
        ("find", ntm, "find"),
        ("interpolate, shift, sharpen", ntm, "interpolate"),
        ("interpolate, shift, sharpen", ntm, "shift"),
        ("interpolate, shift, sharpen", ntm, "sharpen"),
        ("write", ntm, "write"),
        ("read and output", ntm, "read"),
        ("read and output", model.readout, "forward"),
    )
    with ExitStack() as stack:
        for stage, owner, name in stages:
            function = timed(stage, getattr(owner, name))
            stack.enter_context(patch.object(owner, name, function))
        model.zero_grad()
        start = process_time()
        loss = TASK.loss(model(batch.inputs), batch)
        middle = process_time()
        loss.backward()
        end = process_time()
    forward, backward = middle - start, end - middle
    rest = forward - sum(spent.values())
    return {"forward": forward, "backward": backward, **spent, "the rest": rest}


def milliseconds(model: NTM, length: int, size: int, repeats: int) -> dict[str, float]:
    """The median over a few steps, after one that does not count."""
    batch = TASK.batch(size, length, torch.Generator().manual_seed(0))
    runs = [once(model, batch) for _ in range(1 + repeats)][1:]
    return {name: 1000 * median(run[name] for run in runs) for name in runs[0]}


def main() -> None:
    """Print four tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--length", type=int, default=20)
    parser.add_argument("--batch", type=int, default=32)
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

    print(f"\n{'controller':14}{'parameters':>11}{'forward':>10}{'backward':>10}")
    measured = {}
    for name, controller in CONTROLLERS.items():
        model = build(controller=controller)
        cost = measured[name] = milliseconds(model, *size)
        print(
            f"{name:14}{count_parameters(model):11,}"
            f"{cost['forward']:10.1f}{cost['backward']:10.1f}"
        )

    print(f"\n{'stage of forward':28}" + "".join(f"{name:>14}" for name in measured))
    for stage in measured["LSTM"]:
        if stage not in ("forward", "backward"):
            row = "".join(f"{cost[stage]:14.1f}" for cost in measured.values())
            print(f"{stage:28}{row}")

    print(f"\n{'locations':14}{'forward':>10}{'backward':>10}")
    for locations in LOCATIONS:
        cost = milliseconds(build(locations=locations), *size)
        print(f"{locations:<14}{cost['forward']:10.1f}{cost['backward']:10.1f}")

    print(f"\n{'heads of each':14}{'forward':>10}{'backward':>10}")
    for heads in HEADS:
        cost = milliseconds(build(read_heads=heads, write_heads=heads), *size)
        print(f"{heads:<14}{cost['forward']:10.1f}{cost['backward']:10.1f}")


if __name__ == "__main__":
    main()
