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
from math import floor
from pathlib import Path
from statistics import fmean, median
from typing import Any

import pytest

from mininet.checkpoints import told

ROOT = Path(__file__).resolve().parent.parent
WORDS = "no one two three four five six seven eight nine ten".split()
TEENS = dict(
    zip((16, 18, 19, 20), "sixteen eighteen nineteen twenty".split(), strict=True)
)


def word(number: int) -> str:
    """A small number as prose has it, and a larger one in digits."""
    if number < len(WORDS):
        return WORDS[number]
    return TEENS.get(number) or str(number)


def percent(share: float, digits: int = 0) -> str:
    """A share as prose has it: 13.1 %, without the zero that nobody says."""
    return f"{100 * share:.{digits}f}".removesuffix(".0")


def floored(share: float) -> str:
    """A share that is at least so much, to a tenth of a percent."""
    return percent(floor(1000 * share) / 1000, 1)


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
    languages = ("anbn", "anbncn", "anbncndn", "anb2n", "anbmcn+m")
    whole = [each("stack-rnn", name, "share") for name in languages]
    sure = word(sum(good(shares) == len(shares) for shares in whole))
    return [
        ("08-*", f"On {sure} languages every seed counts without a mistake to 60"),
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
    verbs = [
        each("neural-stack-verb", f"{one}, SVO-SOV", "coarse")
        for one in ("queue", "deque")
    ]
    (five,) = {good(one, 0.99) for one in verbs}
    *shares, last = (percent(share, 1) for share in missed)
    return [
        ("09-*", f"queue and deque learn on {word(flip)} of five seeds each"),
        ("09-*", f"at least 99 of a hundred right on each of {word(five)} seeds"),
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


def tasks(name: str, system: str) -> dict[str, float]:
    """The error of each task, a mean over seeds."""
    errors = each(name, system, "errors")
    return {task: fmean(one[task] for one in errors) for task in errors[0]}


def apart(name: str) -> dict[str, float]:
    """The same, where each task was learned by itself."""
    errors = [by_task(run) for run in runs(name)]
    return {task: fmean(one[task] for one in errors) for task in errors[0]}


def listed(tasks: list[str]) -> str:
    """Tasks as prose has them: 6, 9 and 10."""
    *first, last = sorted(tasks, key=int)
    return f"{', '.join(first)} and {last}"


def twenty_tasks() -> list[tuple[str, str]]:
    official = tasks("memory-network-official", "official")
    plain = tasks("memory-network-plain", "official")
    ours = tasks("memory-network", "ours")
    told = apart("memory-network-facts")
    lost = [task for task in official if plain[task] > official[task] + 0.055]
    failed = {sum(e >= 0.05 for e in one.values()) for one in (official, ours)}
    half = "Half" if failed <= {9, 10, 11} else "Not half"
    hard = listed([task for task in ours if ours[task] > 0.3])
    logic = [told[task] for task in ("6", "9", "10")]
    found = max(told[str(task)] for task in range(11, 17))
    right = word(round(10 * (1 - ours["17"])))
    assert hard == "17 and 19" and found < 0.01
    return [
        ("10-*", f"The difference lies in tasks {listed(lost)}"),
        ("10-*", f"{half} of the tasks do not pass, in the paper and here"),
        ("10-*", f"It passes about {half.lower()} of bAbI's tasks"),
        ("10-*", f"So about {right} of ten answers are right"),
        (
            "10-*",
            f"in 6, 9 and 10, it gets {percent(min(logic))} to "
            f"{percent(max(logic))} % wrong",
        ),
    ]


def pieces() -> list[tuple[str, str]]:
    def left(name: str) -> float:
        return error("memory-network-ablation", name)

    gone = 1 - left("2 PE LS RN") / left("1 PE LS RN")
    words = {1 / 3: "a third", 1 / 4: "a quarter", 1 / 2: "half"}
    near = min(words, key=lambda share: abs(share - gone))
    orders = tasks("memory-network-ablation", "3 LS RN")
    placed = tasks("memory-network-ablation", "3 PE LS RN")
    most = sorted(orders, key=lambda task: placed[task] - orders[task])[:2]
    return [
        ("10-*", f"{words[near]} of the errors go"),
        ("10-*", f"without it tasks {listed(most)} suffer"),
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
        *twenty_tasks(),
        *pieces(),
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
    clean = sum(all(one[task] == 0 for one in errors) for task in means)
    seventeen, nineteen = (percent(means[task]) for task in ("17", "19"))
    rest = sum(means[task] for task in means if task not in ("17", "19"))
    assert rest < 0.1 * sum(means.values())  # nearly all of it is these two
    two, three = (each("dynamic-memory-passes", k, "errors", "2") for k in "23")
    nothing = "nothing" if abs(median(two) - median(three)) < 0.01 else "something"
    sixteen = "less than 1 %" if means["16"] < 0.01 else percent(means["16"])
    return [
        ("11-*", f"{word(passed).capitalize()} of {word(len(means))} are passed"),
        ("11-*", f"{word(clean)} of them without an error on any seed"),
        ("11-*", f"our DMN+ on {seventeen} and {nineteen} %"),
        ("11-*", f"A third pass has {nothing} left to find"),
        ("11-*", f"{sixteen} for our DMN+"),
    ]


def training() -> list[tuple[str, str]]:
    """How long the networks were trained that the pages show, by their checkpoints."""

    def took(name: str) -> str:
        weights = (ROOT / "results" / f"{name}.safetensors").read_bytes()
        seconds = float(told(weights)["seconds"])
        if seconds < 10:
            return "less than ten seconds"
        if seconds < 60:
            return "less than a minute"
        return "a minute and a half" if 75 < seconds < 105 else f"{seconds:.0f} s"

    return [
        ("05-*", f"after {took('ntm-copy-small')} of training"),
        ("07-neural-gpu", f"in {took('neural-gpu-addition')}, on numbers"),
        ("08-*", f"after {took('stack-rnn-small')} of training"),
        ("11-*", f"seed 0, in {took('dynamic-memory-watched')}"),
        ("12-*", f"trained for {took('adaptive-computation')}"),
    ]


QUARTERS = slice(0, 16), slice(48, 64)  # the least and the most bits of rows


def adaptive_computation() -> list[tuple[str, str]]:
    prices = runs("adaptive-computation-prices")
    kept = {p: [run[p] for run in prices] for p in ("0.001", "0.03", "0.1")}
    follows = {p: [one["agreement"] for one in kept[p]] for p in kept}
    lies = {
        p: f"between {min(r):.2f} and {max(r):.2f}".replace("-", "−")
        for p, r in follows.items()
    }
    four, seven = (
        word(round(fmean(one["times"] for one in kept[p]))) for p in ("0.03", "0.001")
    )
    main = each("adaptive-computation", "adaptive", "agreement")
    thinks = [one for one in kept["0.1"] if one["times"] > 1.5]
    (never,) = (one for one in kept["0.1"] if one["times"] < 1.1)
    eight, six = (percent(one["wrong"], 1) for one in thinks)
    many_seeds = len(prices)
    two, many = word(len(thinks)), word(many_seeds)
    met = {p: word(good(r, 0.8)) for p, r in follows.items()}

    def grows(found: list[dict[str, Any]]) -> str:
        by = [
            fmean(p[48:]) - fmean(p[:16]) for p in (o["ponder_by_bits"] for o in found)
        ]
        return f"{min(by):.1f} to {max(by):.1f}"

    return [
        ("12-*", f"{many.capitalize()} seeds for each price"),
        ("12-*", f"runs {four} times in place of {seven}"),
        ("12-*", f"{two.capitalize()} of {many} seeds run two or three times"),
        ("12-*", f"and have {eight} and {six} % wrong"),
        ("12-*", f"has {percent(never['wrong'], 1)} % wrong: it never thinks"),
        ("results", f"τ = 0.1; {word(many_seeds - len(thinks))} seed never thinks"),
        ("12-*", f"With 0.001 it lies {lies['0.001']}"),
        ("12-*", f"With 0.03 it lies {lies['0.03']}"),
        ("methods", f"{min(main):.2f} to {max(main):.2f} over {word(len(main))} seeds"),
        ("methods", f"above 0.8 on {word(good(main, 0.8))} of them"),
        ("methods", f"with 0.03 it is above 0.8 on {met['0.03']} of {many} seeds"),
        ("methods", f"with 0.1 on {met['0.1']} of {many}"),
        ("methods", f"these {two} have {eight} and {six} % wrong"),
        ("methods", f"grows by only {grows(thinks)} from the first quarter"),
        ("methods", f"every row, and has {percent(never['wrong'], 1)} % wrong"),
    ]


def few_units() -> list[tuple[str, str]]:
    small, quiet, wide = (
        each(f"adaptive-computation-{name}", name)
        for name in ("small", "quiet", "wide")
    )

    def ends(found: list[dict[str, Any]]) -> list[float]:
        by = [one["ponder_by_bits"] for one in found]
        return [fmean(fmean(one[part]) for one in by) for part in QUARTERS]

    def wrong(found: list[dict[str, Any]]) -> str:
        shares = [one["wrong"] for one in found]
        return f"{percent(min(shares), 1)} to {percent(max(shares), 1)} %"

    def over(found: list[dict[str, Any]]) -> str:
        return word(sum(one["wrong"] > 0.05 for one in found))

    many, others, three = word(len(small)), word(len(wide)), word(len(quiet))
    follow = sum(one["agreement"] > 0.8 for one in wide)
    where = "each" if follow == len(wide) else word(follow)
    assert min(one["agreement"] for one in [*small, *quiet]) > 0.8
    flat = [b - a for a, b in (ends([one]) for one in quiet) if b - a < 1]
    by_only = " and ".join(f"{rise:.1f}" for rise in sorted(flat))
    of_each = median(one["agreement_of_each"] for one in small)
    at_once = [fmean(one["at_once"] for one in found) for found in (small, quiet)]
    assert at_once[0] >= at_once[1]
    return [
        ("12-*", f"Here are {many} networks with 32 units"),
        ("12-*", f"three without the noise, and {others} with 128 units"),
        ("12-*", f"On each of the {many} seeds the correlation is above 0.8"),
        ("12-*", f"With 128 units it does so on {where} of {others} seeds"),
        ("12-*", "from {:.1f} to {:.1f} with 32 units".format(*ends(small))),
        ("12-*", "and from {:.1f} to {:.1f} with 128".format(*ends(wide))),
        ("12-*", f"{wrong(small)} are wrong, on {over(small)} of the {many} seeds"),
        ("12-*", f"With 128 units it is {wrong(wide)}"),
        ("12-*", f"Without noise, on {three} seeds"),
        (
            "12-*",
            f"but on {word(len(flat))} of them the ponder cost rises by only {by_only}",
        ),
        ("12-*", f"correlation with the bits is {of_each:.2f} in the median"),
        ("12-*", f"and {of_each:.2f} with 32 units"),
    ]


def logic_gates() -> list[tuple[str, str]]:
    name = "adaptive-computation-logic"
    once, wrong = (each(name, one, "wrong") for one in ("once", "adaptive"))
    by_gates = each(name, "once", "wrong_by_gates")
    two, three = (percent(fmean(one[k] for one in by_gates), 1) for k in (1, 2))
    ponder = each(name, "adaptive", "ponder_by_gates")
    costs = [fmean(fmean(one[k]) for one in ponder) for k in range(3)]
    follows = each(name, "adaptive", "agreement_of_each")
    parity = median(each("adaptive-computation", "adaptive", "agreement_of_each"))
    many = f"{percent(min(once), 1)} to {percent(max(once), 1)} %"
    return [
        ("12-*", f"a price of 0.02, over {word(len(once))} seeds"),
        ("12-*", f"runs once has {two} % wrong, with three {three} %"),
        ("12-*", f"has at most {percent(max(wrong), 1)} % wrong of all answers"),
        (
            "12-*",
            f"{costs[0]:.1f} with one gate, {costs[1]:.1f} with two, and {costs[2]:.1f}",
        ),
        ("12-*", f"number of gates is {min(follows):.2f} to {max(follows):.2f};"),
        ("12-*", f"with the bits of parity it was {parity:.2f}"),
        ("methods", f"more than 10 % wrong on every seed; it is {many}"),
    ]


def attention() -> list[tuple[str, str]]:
    def right(machine: str, words: int) -> str:
        by_length = each("attention", machine, "sentences_by_length")
        return percent(fmean(one[words - 3] for one in by_length))

    short, looks = (
        each("attention", "additive", what) for what in ("sentences", "aligned")
    )
    whole, home = (
        each("attention-longer", "additive", what) for what in ("sentences", "aligned")
    )
    far = fmean(
        one[24 - 3]
        for one in each("attention-longer", "additive", "sentences_by_length")
    )
    led, led_home = (
        each("attention-hiding", "hiding", what) for what in ("sentences", "aligned")
    )
    led_far = fmean(
        one[24 - 3] for one in each("attention-hiding", "hiding", "sentences_by_length")
    )
    assert min(led) >= 0.99 and min(led_home) >= 0.95
    return [
        (
            "13-*",
            f"on each of {word(len(led))} seeds, with at least {floored(min(led))} % of the "
            f"sentences right and {floored(min(led_home))} % of the looks at home",
        ),
        ("13-*", f"of 24 words it has {percent(led_far)} % right"),
        ("13-*", f"it has {right('fixed', 12)} % of 12 words right"),
        ("13-*", f"and {right('fixed', 18)} % of 18"),
        ("13-*", f"of 24 words the additive one has {right('additive', 24)} % right"),
        ("13-*", f"trained for twice as long {percent(far)} %"),
        ("13-*", f"Of the five additive machines {word(good(short, 0.99))} reach it"),
        ("13-*", f"for twice as long: {word(good(whole, 0.99))} of five reach it"),
        (
            "13-*",
            f"on {word(good(looks, 0.95))} of five seeds, and on {word(good(home, 0.95))} of five when",
        ),
        (
            "13-*",
            f"Seed 3 of these has {percent(whole[3], 1)} % of the sentences right",
        ),
        (
            "13-*",
            f"only {percent(home[3], 1)} % of its looks are at the word with the stem",
        ),
        (
            "methods",
            f"{word(good(short, 0.99))} seeds of five reached the first goal and {word(good(looks, 0.95))} the second",
        ),
        (
            "methods",
            f"{word(good(whole, 0.99))} reach the first and {word(good(home, 0.95))} the second",
        ),
    ]


def listening_and_looking() -> list[tuple[str, str]]:
    heard = [run["pyramid"] for run in runs("listening")]
    seen = [run["attention"] for run in runs("looking")]
    flat, mean = (
        [run[name] for run in runs("listening-others")] for name in ("flat", "mean")
    )
    remembers = [run["remembers"] for run in runs("looking-others")]
    blind = [run["mean"] for run in runs("looking-others")]
    first, second = sorted(remembers, key=lambda run: -run["right"])
    assert all(run["onward"] == 1 for run in heard) and first["whole"] == 1
    assert all(run["there"] > 0.9995 for run in seen)
    assert max(run["whole"] for run in blind) < 0.01
    mistakes = sum(round(1000 * (1 - run["whole"])) for run in seen)
    longer = median(run["seconds"] for run in flat) / median(
        run["seconds"] for run in heard
    )
    quarter = "about a quarter more" if 1.2 < longer < 1.3 else "otherwise"
    least = min(run["right"] for run in heard)
    tenth = round(10 * (1 - fmean(run["whole"] for run in mean)))
    return [
        ("14-*", f"more than {percent(int(100 * least) / 100)} % of the letters right"),
        ("14-*", f"none of {len(heard)},000 words does its attention go back"),
        ("14-*", f"wrong about {word(mistakes)} of {len(seen)},000 pictures"),
        ("14-*", f"takes {quarter} time"),
        (
            "14-*",
            f"has {percent(fmean(run['right'] for run in mean))} % of the letters",
        ),
        (
            "14-*",
            f"it gets {word(tenth)} word in ten wrong, in place of one in a hundred",
        ),
        ("14-*", f"the right cell for {percent(first['there'])} % of the colours"),
        (
            "14-*",
            f"{percent(second['right'])} % of the words right, and "
            f"{percent(second['there'])} % of the looks",
        ),
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
    short = [
        fmean(each("neural-programmer-lstm", "12", part))
        for part in ("numbers", "lists")
    ]
    near = abs(short[0] - 2 / 5) < 0.04 and abs(short[1] - 2 / 3) < 0.04
    with_noise = sum(
        solved(name)
        for name in (
            "all",
            "large first scores",
            "equal weights",
            "from the front",
            "with gradient noise",
        )
    )
    nobody = solved("without noise") == 0
    plain, noisy = (
        good([-kinds[0] for kinds in each("neural-programmer", name, "kinds")], -0.01)
        for name in ("all", "with gradient noise")
    )
    alike, every = solved("equal weights"), solved("all")
    seven, without = (
        [good(each("neural-programmer-more", name, "right"), 0.99) for name in names]
        for names in (["seven"], ["nothing left out", "larger side", "no variety"])
    )
    return [
        (
            "15-*",
            f"With all seven tricks {word(seven[0])} of 24 seeds find all 21 programs, "
            f"with the four {word(every)}",
        ),
        (
            "15-*",
            f"{word(without[0])} when nothing is left out, {word(without[1])} when only the "
            f"larger side has a slope, and {word(without[2])} without the gain for variety",
        ),
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
        ("15-*", f"in the five rows with it {with_noise} of 120 do"),
        (
            "15-*",
            "gets about two fifths of the numbers and two thirds of the lists"
            if near
            else "gets other shares",
        ),
    ]


def rl_ntm() -> list[tuple[str, str]]:
    def solved(task: str, system: str = "direct", which: str = "whole") -> int:
        return good(each(f"rl-ntm-{task}", system, which), 0.95)

    def ten(name: str, system: str) -> float:
        """From which step on C was 10: the median, to a twentieth of the training."""
        lengths = each(name, system, "lengths")
        return median([50 * one.index(10) for one in lengths if 10 in one])

    count = len(runs("rl-ntm-reverse"))
    assert solved("copy") == solved("duplicated-input") == count
    assert solved("reverse") == solved("reverse-plain", "without a baseline")
    lstm = ("duplicated-input", "reverse", "repeat-copy", "forward-reverse")
    none = not any(solved(task, "lstm", "short") for task in lstm)
    plain = ten("rl-ntm-reverse-plain", "without a baseline")
    return [
        (
            "16-*",
            f"With direct access all {word(count)} seeds learn Copy and "
            f"DuplicatedInput , {word(solved('reverse'))} Reverse , "
            f"{word(solved('repeat-copy'))} RepeatCopy and "
            f"{word(solved('forward-reverse'))} ForwardReverse",
        ),
        (
            "16-*",
            f"copies ten letters on {word(solved('copy', 'lstm', 'short'))} seeds and "
            f"fifty on {word(solved('copy', 'lstm'))}. "
            f"{'It learns none' if none else 'It learns some'} of the other four",
        ),
        (
            "16-*",
            f"Of {word(count)} seeds that learn without one, "
            f"{word(solved('reverse-plain', 'without a baseline'))} reverse fifty letters",
        ),
        (
            "16-*",
            f"$C = 10$ from step {plain:.0f} on; with a baseline it is step "
            f"{ten('rl-ntm-reverse', 'direct'):.0f}",
        ),
    ]


def nram() -> list[tuple[str, str]]:
    def solved(file: str, system: str) -> int:
        return good(each(file, system, "right"), 1)

    def longest(system: str) -> list[float]:
        return [min(run[system]["lengths"]) for run in runs("nram")]

    tasks = ("access", "increment", "copy", "reverse")
    right = [solved("nram", name) for name in tasks]
    assert right == [good(longest(name), 1) for name in tasks]
    everyone = len(tasks) * len(runs("nram"))
    nobody = solved("nram-swapping", "swap") == 0
    alone = solved("nram-tricks", "arrays of six alone") == 0
    wrong = [one["increment"] for one in runs("nram") if one["increment"]["right"] < 1]
    deceiving = max(wrong, key=lambda one: one["loss"])["lengths"]
    of_two = deceiving[2]  # of 50, 1, 2, 6, 12 and 100
    return [
        ("17-*", f"So the claim holds, for {sum(right)} of {everyone} machines"),
        ("17-*", f"All of it was learned by {'none' if nobody else 'some'}"),
        (
            "17-*",
            f"{'may be right on them, and never at 50' if alone else 'are right'}",
        ),
        (
            "17-*",
            "fails already on most arrays of two numbers"
            if of_two < 0.5
            else "is right on arrays of two",
        ),
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
    few_units,
    logic_gates,
    training,
    attention,
    listening_and_looking,
    neural_programmer,
    rl_ntm,
    nram,
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
        pages = [*ROOT.glob(f"book/{name}.md"), *ROOT.glob(f"book/{name}.toml")]
        texts += [path.read_text(encoding="utf8") for path in pages]
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
    page, sentence = stack_rnn()[1]
    assert sentence == "On the fifth seven of ten do" and sentence not in prose(page)
