"""Benchmark: processor time of telling bAbI's stories, and of writing and reading them.

For each task, for a thousand questions: told, written as lines and parsed again, and
turned into numbers with the last fifty sentences kept. Not a test: the numbers depend
on the machine and on what else it does.

    python benchmarks/babi.py
    python benchmarks/babi.py --tasks 1 2 3 --questions 10000
"""

from __future__ import annotations

import argparse
import platform
from time import process_time

from mininet.provenance import cpu_name
from mininet.tasks.babi.encoding import Vocabulary, encode
from mininet.tasks.babi.files import NAMES, lines, parse
from mininet.tasks.babi.telling import tell


def seconds(task: int, questions: int) -> tuple[float, float, float, float]:
    """For telling, lines and numbers; and how many sentences come before a question."""
    start = process_time()
    told = tell(task, questions, 0)
    end_of_telling = process_time()
    again = parse(lines(told), task)
    end_of_lines = process_time()
    encode(told, Vocabulary.of(told), 50)
    end = process_time()
    assert again == told
    return (
        end_of_telling - start,
        end_of_lines - end_of_telling,
        end - end_of_lines,
        sum(len(each.story) for each in told) / len(told),
    )


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tasks", type=int, nargs="+", default=list(NAMES))
    parser.add_argument("--questions", type=int, default=1000)
    given = parser.parse_args()
    print(f"{cpu_name()}, Python {platform.python_version()}")
    print(f"seconds of processor time for {given.questions} questions\n")
    print("task   told  file  numbers  sentences before a question")
    told_in_all = 0.0
    for task in given.tasks:
        telling, filing, coding, before = seconds(task, given.questions)
        print(f"{task:4} {telling:6.3f} {filing:5.3f} {coding:8.3f} {before:8.1f}")
        told_in_all += telling
    print(f"\ntold in all: {told_in_all:.2f}")


if __name__ == "__main__":
    main()
