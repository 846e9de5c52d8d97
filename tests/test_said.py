"""Sentences that say what was measured, beside the files that hold it.

Tables and printed rows come from `results/` by themselves. A sentence is typed, and so
it stands here once more, with its numbers computed from the file: when a file, or the
number on a page, changes, this sentence is not on the page any more. Change both. Where
two ways to say it are known, a | stands between them.
"""

# ruff: noqa: E501 (a sentence is found more easily where it is whole)

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from statistics import fmean, median
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
WORDS = "no one two three four five six seven eight nine ten".split()
TEENS = dict(
    zip((16, 18, 19, 20), "sixteen eighteen nineteen twenty".split(), strict=True)
)


def word(number: int) -> str:
    """A small number as prose has it."""
    return TEENS.get(number) or WORDS[number]


def percent(share: float, digits: int = 0) -> str:
    """A share as prose has it: 13.1 %, without the zero that nobody says."""
    return f"{100 * share:.{digits}f}".removesuffix(".0")


@cache
def runs(name: str) -> list[dict[str, Any]]:
    """All runs of a results file."""
    file = ROOT / "results" / f"{name}.json"
    return list(json.loads(file.read_text(encoding="utf8"))["runs"])


def each(name: str, *path: str) -> list[Any]:
    """A number of every run of a results file."""
    found = []
    for run in runs(name):
        held: Any = run
        for key in path:
            held = held[key]
        found.append(held)
    return found


def good(values: list[float], least: float = 1.0) -> int:
    """How many of them are that much."""
    return sum(value >= least for value in values)


def error(name: str, system: str) -> float:
    """The mean error over tasks and seeds."""
    return fmean(fmean(errors.values()) for errors in each(name, system, "errors"))


def error_apart(name: str) -> float:
    """The same, where each task was learned by itself."""
    return fmean(fmean(by_task(run).values()) for run in runs(name))


def by_task(run: dict[str, Any]) -> dict[str, float]:
    """The errors of a run in which each task was learned by itself."""
    return {task: run[task]["errors"][task] for task in run if task.isdigit()}


def solved(forget: int, start: int) -> list[int]:
    """The steps after which seeds had solved the adding problem."""
    steps = each("forget-bias", "solved_at", f"forget {forget}, input {start}")
    return [step for step in steps if step is not None]


def adding() -> list[tuple[str, str]]:
    tried, seeds = (0, 1, 3, 5), len(runs("forget-bias"))
    shut = sum(len(solved(forget, 0)) for forget in tried)
    steps = [solved(forget, -3) for forget in tried]
    missed = [seeds - len(one) for one in steps]
    assert missed[1:] == [0, 0, 0]  # it is with a forget bias of 0 that they fail
    trainings, keeps = len(tried) * seeds, solved(20, -3)
    return [
        ("02-*", f"{word(shut)} of {word(trainings)} trainings succeed"),
        ("02-*", f"it is {word(trainings - missed[0])} of {word(trainings)}"),
        (
            "02-*",
            f"on all {word(len(keeps))} seeds, in a median of "
            f"{median(keeps):.0f} steps",
        ),
        ("02-*", f"take {min(map(median, steps)):.0f} or more"),
    ]


def copying() -> list[tuple[str, str]]:
    stable = runs("ntm-stability")

    def many(name: str) -> tuple[int, int, int, int]:
        """How many seeds found the way, lost it, held it to the end, and copy far."""
        found = lost = held = far = 0
        for run in stable:
            scores = run[name]["scores"]
            first = next((k for k, bits in enumerate(scores) if bits <= 1), None)
            found += first is not None
            lost += first is not None and max(scores[first:]) > 10
            held += max(scores[-4:]) <= 0.1
            far += run[name]["far"] >= 0.95
        return found, lost, held, far

    of = word(len(stable))
    lean, fixed = many("without a lean"), many("with a fixed limit")
    quiet = many("without noise")[2]
    none = {0: "no seed"}.get(lean[2], word(lean[2]))
    copies = len(runs("ntm-copy"))
    return [
        ("05-*", f"{none} comes to 0.1 bits, though {word(lean[3])} of {of} copy far"),
        ("05-*", f"With a fixed one {word(fixed[0])} of {of} find the way"),
        ("05-*", f"but {word(fixed[1])} of these lose it again"),
        ("05-*", f"and only {word(fixed[2])} hold it"),
        ("05-*", f"without it {word(quiet)} seeds hold 0.1 bits"),
        ("05-*", f"Here are {word(copies)} seeds, nothing left out"),
    ]


def turing() -> list[tuple[str, str]]:
    small = each("ntm-ngrams-small", "ntm", "tests", "100", "above_optimum")
    missed = sum(bits > 1 for bits in small)
    sort = each("ntm-sort", "ntm", "tests", "20", "bits")
    below = sum(bits < 20 for bits in sort)
    return [
        ("06-*", f"missed on {word(missed)} seeds of {word(len(small))}"),
        (
            "06-*",
            f"{word(below).capitalize()} seeds of {word(len(sort))} pay no more than the paper's",
        ),
    ]


def neural_gpu() -> list[tuple[str, str]]:
    right = each("neural-gpu-addition", "diagonal", "right")
    hard = each("neural-gpu-addition", "diagonal", "hard")
    short = [all(one[n] == 1 for n in ("20", "40", "100", "200")) for one in right]
    far = [a and one["2000"] == 1 for a, one in zip(short, right, strict=True)]
    whole = [
        set(a.values()) | set(b.values()) == {1.0}
        for a, b in zip(right, hard, strict=True)
    ]
    original = each("neural-gpu-original", "original", "right", "20")
    counting = each("neural-gpu-counting", "right")
    wrong = sorted(1 - one["200"] for one in counting if one["200"] < 1)
    twice = each("neural-gpu-duplicating", "right")
    late = [one["200"] for one in twice if one["20"] == 1 and one["200"] < 1]
    held = word(good([min(one["200"], one["400"]) for one in twice]))
    assert held == word(good([min(one["200"], one["400"]) for one in counting]))
    products = each("neural-gpu-products", "right", "100")
    there, of = word(good(products, 0.9)), word(len(products))
    return [
        ("07-*", f"{word(sum(short)).capitalize()} of {word(len(right))} are right on every random sum up to 200 digits, and {word(sum(far))} of these at 2000 as well"),
        ("07-*", f"{word(sum(whole)).capitalize()} of {word(len(right))} make no error anywhere"),
        ("07-*", f"learns random sums of 20 digits as well, on all {word(good(original))} seeds"),
        ("07-* methods", f"wrong on {percent(wrong[0])} % of the rows, the other on {percent(wrong[1])} % | now it is {percent(wrong[0])} % and {percent(wrong[1])} %"),
        ("07-*", f"{held.capitalize()} seeds of {word(len(twice))} are right throughout, at 400 symbols too | {held.capitalize()} of {word(len(twice))} are right at ten and at twenty times the length, in both tasks"),
        ("07-* methods", f"right on all rows of 20 and on {percent(late[0])} % of those of"),
        ("07-*", f"{there.capitalize()} of the {of} seeds get there, and the fifth has {percent(min(products))} % | {there.capitalize()} of {of} seeds get to 90 % of the products of 100 digits"),
    ]  # fmt: skip


def stack_rnn() -> list[tuple[str, str]]:
    fifth = each("stack-rnn", "anbmcn+m", "share")
    noisy, quiet = (
        each("stack-rnn-small", name) for name in ("with noise", "without noise")
    )
    far = {n: sum(n in run["far"] for run in quiet) for n in (100, 500)}
    wrong = sorted(n for n in each("stack-rnn", "anbmcn+m", "first_wrong") if n)
    total = len(noisy)
    return [
        ("08-*", f"On the fifth {word(good(fifth))} of {word(len(fifth))} do"),
        ("08-*", f"{word(len(wrong))} of {word(len(fifth))} of our seeds fail"),
        (
            "methods",
            f"with noise {good([run['share'] for run in noisy])} of {total} seeds are "
            f"right to 60 and at 500; without it {good([run['share'] for run in quiet])} of "
            f"{total} to 60, {far[100]} at 100 and {far[500]} at 500"
            if all(500 in run["far"] for run in noisy)
            else "not all at 500",
        ),
        (
            "methods",
            f"{word(len(wrong))} of them fail from n + m = "
            f"{' and '.join(map(str, wrong))} on",
        ),
    ]


def neural_stack() -> list[tuple[str, str]]:
    flips = {
        good(each("neural-stack-flip", f"{name}, flip", "coarse"), 0.99)
        for name in ("queue", "deque")
    }
    quiet = each("neural-stack-without", "no noise", "coarse")
    missed = sorted(share for share in quiet if share < 0.99)
    alike = each("neural-stack-without", "both ends alike", "coarse")
    usual = each("neural-stack-without", "usual first weights", "coarse")
    none = word(good([*alike, *usual], 0.99))
    (flip,) = flips
    *shares, last = (percent(share, 1) for share in missed)
    return [
        ("09-*", f"queue and deque learn on {word(flip)} of five seeds each"),
        (
            "09-*",
            f"{word(good(quiet, 0.99))} of {word(len(quiet))} seeds are still right on "
            f"99 of a hundred sequences, and the others on {', '.join(shares)} and {last}",
        ),
        (
            "methods",
            f"without either, {none} seed of {word(len(alike))} copies with the deque",
        ),
        (
            "methods",
            f"without it {good(quiet, 0.99)} of {len(quiet)} are right on 99 % of the "
            "long sequences",
        ),
    ]


def memory_networks() -> list[tuple[str, str]]:
    official = percent(error("memory-network-official", "official"), 1)
    plain = percent(error("memory-network-plain", "official"), 1)
    ten = percent(error("memory-network-10k", "10k"), 1)
    facts = percent(error_apart("memory-network-facts"))
    better = percent(error_apart("memory-network-facts-nonlinear"))
    second = each("memory-network-small", "2", "errors", "2")
    third = each("memory-network-small", "15", "errors", "15")
    lost = [
        sorted(x for x in second if x > 0.124),
        sorted(x for x in third if x > 0.01),
    ]
    sixteen = [
        errors["16"]
        for name, system in (
            ("memory-network-official", "official"),
            ("memory-network-plain", "official"),
            ("memory-network", "ours"),
        )
        for errors in each(name, system, "errors")
    ]
    many = [errors["16"] for errors in each("memory-network-10k", "10k", "errors")]
    *first, last = (percent(share) for share in lost[1])
    return [
        ("10-*", f"over three seeds is {official} %"),
        ("10-*", f"Without the empty places the mean is {plain} %"),
        ("10-*", f"gets {facts} % wrong"),
        ("10-*", f"{better} % are left"),
        ("10-*", f"the mean is {ten} % over {word(len(many))} seeds"),
        ("methods", f"the mean fell from {plain} % to {official} %"),
        (
            "methods",
            f"Of {word(len(second))} seeds {word(len(lost[0]))} do not learn task 2 "
            f"({percent(min(lost[0]))} %), and {word(len(lost[1]))} do not learn task 15 "
            f"({', '.join(first)} and {last} %)",
        ),
        (
            "methods",
            f"all of {word(len(sixteen))} joint networks with 1,000 questions a task "
            f"end at {percent(min(sixteen), 1)} to {percent(max(sixteen), 1)} %",
        ),
        (
            "methods",
            f"Of the {word(len(many))} with 10,000 questions "
            f"{word(sum(share > 0.05 for share in many))} ends at {percent(max(many))} %",
        ),
    ]


def dynamic_memory() -> list[tuple[str, str]]:
    errors = [by_task(run) for run in runs("dynamic-memory")]
    means = {task: fmean(one[task] for one in errors) for task in errors[0]}
    passed = sum(share < 0.05 for share in means.values())
    return [
        ("11-*", f"{word(passed).capitalize()} of {word(len(means))} are passed"),
    ]


def adaptive_computation() -> list[tuple[str, str]]:
    prices = runs("adaptive-computation-prices")
    wrong = {p: fmean(run[p]["wrong"] for run in prices) for p in ("0.003", "0.1")}
    times = {p: fmean(run[p]["times"] for run in prices) for p in ("0.001", "0.03")}
    nearly = "nearly twice as often" if 1.6 < wrong["0.1"] / wrong["0.003"] < 2 else ""
    four, seven = (word(round(times[p])) for p in ("0.03", "0.001"))
    return [
        ("12-*", f"runs {four} times in place of {seven}"),
        ("12-*", f"is wrong {nearly or 'otherwise'}"),
    ]


def neural_programmer() -> list[tuple[str, str]]:
    def solved(name: str) -> int:
        return good(each("neural-programmer", name, "right"), 0.99)

    kinds = [
        run[system]["kinds"]
        for run in runs("neural-programmer-difference")
        for system in run
        if system in ("all", "after 21 kinds", "five steps")
    ]
    most = max(good(one, 0.99) for one in kinds)
    lstm = fmean(each("neural-programmer-lstm", "12", "right"))
    nobody = solved("without noise") == 0
    plain, noisy = (
        good([-kinds[0] for kinds in each("neural-programmer", name, "kinds")], -0.01)
        for name in ("all", "with gradient noise")
    )
    alike, every = solved("equal weights"), solved("all")
    return [
        (
            "15-*",
            f"without it {'no seed finds' if nobody else 'seeds find'} them all",
        ),
        (
            "15-*",
            f"without it {word(alike)} seeds succeed in place of {word(every)}",
        ),
        (
            "15-*",
            f"{word(solved('with gradient noise'))} seeds of 24 succeed with it and "
            f"{word(every)} without",
        ),
        (
            "15-*",
            f"Without it {plain} of 24 never answer a plain sum, with it {word(noisy)}",
        ),
        ("15-*", f"none of {len(kinds)} networks learned it"),
        ("15-*", f"The best answer {most}: all 21 from before"),
        ("15-*", "gets about half" if 0.4 < lstm < 0.6 else "gets another share"),
    ]


def powers() -> list[tuple[str, str]]:
    def learned(machine: str, question: str) -> str:
        shares = each(f"powers-{machine}", question, "right")
        return f"{word(good(shares, 0.99))} of {word(len(shares))} seeds"

    assert learned("neural-queue", "reverse").startswith("no ")
    assert learned("neural-stack", "copy").startswith("no ")
    return [
        (
            "powers",
            f"The queue copies on {learned('neural-queue', 'copy')} and never reverses",
        ),
        (
            "powers",
            f"never copies, and reverses on {learned('neural-stack', 'reverse')}",
        ),
        (
            "powers",
            f"it learns to copy on {learned('ntm', 'copy')}, and once to come back"
            if learned("ntm", "reverse") == "one of three seeds"
            else "not once",
        ),
    ]


PARTS = (
    adding,
    copying,
    turing,
    neural_gpu,
    stack_rnn,
    neural_stack,
    memory_networks,
    dynamic_memory,
    adaptive_computation,
    neural_programmer,
    powers,
)
SAID = [
    pytest.param(page, sentence, id=f"{part.__name__}-{number}")
    for part in PARTS
    for number, (page, sentence) in enumerate(part())
]


@cache
def prose(page: str) -> str:
    """What the pages of a name say, all on one line: captions are not prose."""
    texts = []
    for name in page.split():
        for path in sorted(ROOT.glob(f"notebooks/{name}.ipynb")):
            cells = json.loads(path.read_text(encoding="utf8"))["cells"]
            told = [cell for cell in cells if cell["cell_type"] == "markdown"]
            texts += ["".join(cell["source"]) for cell in told]
        texts += [p.read_text(encoding="utf8") for p in ROOT.glob(f"book/{name}.md")]
    assert texts, f"there is no page {page}"
    return re.sub(r"[\s*]+", " ", " ".join(texts))


@pytest.mark.parametrize(("page", "sentence"), SAID)
def test_a_sentence_says_what_its_file_holds(page: str, sentence: str):
    ways = re.sub(r"\s+", " ", sentence).split(" | ")
    assert any(way in prose(page) for way in ways), (
        "by results/ it is so; the page says something else, or says it otherwise: "
        "change the page, or the sentence in tests/test_said.py"
    )


def test_another_number_in_a_file_would_be_noticed(monkeypatch: pytest.MonkeyPatch):
    changed = json.loads(json.dumps(runs("stack-rnn")))
    changed[0]["anbmcn+m"]["share"] = 0.5
    others = {"stack-rnn": changed}
    real = runs
    monkeypatch.setattr(
        f"{__name__}.runs", lambda name: others.get(name) or real(name), raising=True
    )
    page, sentence = stack_rnn()[0]
    assert sentence == "On the fifth seven of ten do" and sentence not in prose(page)
