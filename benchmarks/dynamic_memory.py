"""Benchmark: processor time of a step of training against the length of the story.

Forward and backward through a batch of questions. DMN reads word by word and DMN+
sentence by sentence; both then go over the facts once a pass. Not a test: the numbers
depend on the machine and on what else it does.

    python benchmarks/dynamic_memory.py
    python benchmarks/dynamic_memory.py --kind DMN+ --lengths 5 50 500
"""

from __future__ import annotations

import argparse
import platform
from statistics import median
from time import process_time

import torch
from torch import nn

from mininet.models.dynamic_memory import DMN, DMNPlus
from mininet.provenance import cpu_name
from mininet.recurrent import count_parameters
from mininet.tasks.babi.encoding import Batch

KINDS: dict[str, type[nn.Module]] = {"DMN": DMN, "DMN+": DMNPlus}
WORDS, IN_SENTENCE = 40, 6


def stories(length: int, batch: int) -> Batch:
    """Questions about stories of so many sentences, of words drawn by chance."""
    source = torch.Generator().manual_seed(0)
    there = 1 + batch * (length + 1)
    sentences = torch.randint(1, WORDS, (there, IN_SENTENCE), generator=source)
    sentences[0] = 0
    rows = torch.arange(1, there).view(batch, length + 1)
    return Batch(
        sentences=sentences,
        stories=rows[:, :length],
        questions=rows[:, length],
        answers=torch.randint(1, WORDS, (batch,), generator=source),
        supports=torch.zeros(batch, length, dtype=torch.long),
        tasks=torch.zeros(batch, dtype=torch.long),
    )


def once(model: nn.Module, batch: Batch) -> tuple[float, float]:
    """Seconds forward and backward."""
    model.zero_grad()
    start = process_time()
    loss = nn.functional.cross_entropy(model(batch), batch.answers)
    middle = process_time()
    loss.backward()
    return middle - start, process_time() - middle


def milliseconds(model: nn.Module, batch: Batch, repeats: int) -> list[float]:
    """The median over a few runs, after one that does not count."""
    runs = [once(model, batch) for _ in range(1 + repeats)]
    return [1000 * median(part) for part in zip(*runs[1:], strict=True)]


def main() -> None:
    """Print a table for each kind."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kind", choices=KINDS, nargs="+", default=list(KINDS))
    parser.add_argument("--lengths", type=int, nargs="+", default=[2, 5, 10, 20, 50])
    parser.add_argument("--size", type=int, default=80)
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    torch.set_num_threads(1)
    print(f"benchmark on {cpu_name()}, torch {torch.__version__}, one thread")
    print(
        f"Python {platform.python_version()}, batch {given.batch}, {given.passes} "
        f"passes, sentences of {IN_SENTENCE} words, the median of {given.repeats}; ms"
    )
    for kind in given.kind:
        torch.manual_seed(0)
        model = KINDS[kind](words=WORDS, size=given.size, passes=given.passes)
        print(f"\n{kind}, {count_parameters(model):,} parameters")
        print(f"{'sentences':>10}{'forward':>10}{'backward':>10}")
        for length in given.lengths:
            cost = milliseconds(model, stories(length, given.batch), given.repeats)
            print(f"{length:10}{cost[0]:10.1f}{cost[1]:10.1f}")


if __name__ == "__main__":
    main()
