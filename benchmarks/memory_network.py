"""Benchmark: processor time of a step of training, against the length of the stories.

Drawing questions, forward, backward and the optimiser, for stories that our own world
tells. Not a test: the numbers depend on the machine and on what else it does.

    python benchmarks/memory_network.py
    python benchmarks/memory_network.py --kind MemNN --sentences 10 50
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable
from statistics import median
from typing import Any

import torch

from mininet.learning import Objective, Scoring, Supervised, Training, train
from mininet.learning.ranking import Ranking
from mininet.models.memory_network import LayerWise, MemN2N, MemNN
from mininet.provenance import cpu_name
from mininet.recurrent import count_parameters
from mininet.tasks.babi.asking import Asked
from mininet.tasks.babi.encoding import Vocabulary, encode
from mininet.tasks.babi.telling import tell

LONG = 3  # the task with the longest stories
KINDS: dict[str, tuple[Callable[..., Any], Callable[[Asked], Objective[Any, Any]]]] = {
    "MemN2N": (MemN2N, Supervised),
    "layer-wise": (LayerWise, Supervised),
    "MemNN": (MemNN, Ranking),
}


def milliseconds(kind: str, sentences: int, steps: int, repeats: int) -> list[float]:
    """Of a step on stories of so many sentences: the median over a few trainings."""
    told = [q for q in tell(LONG, 500, seed=0) if len(q.story) >= sentences]
    words = Vocabulary.of(told)
    asked = Asked(encode(told, words, memory=sentences))
    make, objective = KINDS[kind]
    training = Training(steps=steps, lengths=1, scoring=Scoring(times=1, size=1))
    each = []
    for _ in range(repeats):
        torch.manual_seed(0)
        model = make(len(words), hops=3, memory=sentences)
        history = train(model, objective(asked), training, progress=False)
        each.append(1000 * history.seconds / steps)
    return [count_parameters(model), median(each)]


def main() -> None:
    """Print a table for each kind."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kind", choices=KINDS, nargs="+", default=list(KINDS))
    parser.add_argument("--sentences", type=int, nargs="+", default=[5, 10, 20, 50])
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    torch.set_num_threads(1)
    print(f"Python {platform.python_version()}, torch {torch.__version__}, one thread")
    print(f"{cpu_name()}; 32 questions a step, 3 hops, size 50\n")
    for kind in args.kind:
        print(f"{kind}\n  sentences  parameters  ms a step")
        for count in args.sentences:
            size, cost = milliseconds(kind, count, args.steps, args.repeats)
            print(f"  {count:9}  {size:10.0f}  {cost:9.2f}")


if __name__ == "__main__":
    main()
