"""What the page of results draws: `book/results.toml`, with the numbers of each seed.

The file says where a run keeps the number that a row is about; the numbers come from
`results/*.json`. Nothing here needs torch.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, log10
from pathlib import Path
from statistics import fmean, median
from typing import Any

ROW_KEYS = frozenset(
    "system task claim citation ours reached seeds seconds link".split()
)
FILE_KEYS = frozenset("title command date versions machine seconds rows".split())
SCALES = ("linear", "log", "percent")
BETTER = ("less", "more")
ROLES = ("claim", "comparison", "told")
BOUNDS = ("", "below", "above")
LEARNED = 0.99  # of answers right, from which a kind of question is answered
LATE = 0.2  # the last part of a training, in which a goal must hold
Number = float | None  # None: it never came to it


class ResultError(ValueError):
    """A results file, or what is to be drawn of it, that does not say enough."""


def read_results(folder: Path) -> list[dict[str, Any]]:
    """All results files of a folder, by name.

    Raises:
        ResultError: if one is not JSON or lacks something; names the file and the key.
    """
    results = []
    for path in sorted(folder.glob("*.json")):
        try:
            result = json.loads(path.read_text(encoding="utf8"))
        except ValueError as error:
            raise ResultError(f"{path.name} is not JSON: {error}") from None
        if not isinstance(result, dict) or FILE_KEYS - result.keys():
            have = result.keys() if isinstance(result, dict) else set()
            raise ResultError(f"{path.name} lacks {_listed(FILE_KEYS - have)}")
        for number, row in enumerate(result["rows"], 1):
            if missing := ROW_KEYS - row.keys():
                raise ResultError(f"{path.name}, row {number} lacks {_listed(missing)}")
        results.append(result)
    return results


def _listed(names: frozenset[str] | set[str]) -> str:
    return ", ".join(sorted(names))


@dataclass(frozen=True, kw_only=True)
class Row:
    """One system on one task: its paper's number and that of every seed.

    Attributes:
        file: the results file, without its ending.
        row: which of its rows, from 1.
        name: of the system, as short as the block allows.
        value: where a run keeps the number; "*" for everything there is.
        take: what is made of several numbers, a name in `TAKEN`.
        paper: the paper's number, the two it lies between, or none.
        paper_is: "below" or "above" that number; empty where it is the number.
        paper_from: how the paper's own words give it, where they are others.
        of: what the dots are.
        goal: ours, on every seed; none where there is none.
        role: "claim", "comparison", or "told" where nothing is reached or missed.
        numbers: one a seed, in the order of the file; filled in from it.
        result: the file; filled in.
    """

    file: str
    row: int
    name: str
    value: tuple[str, ...]
    take: str = "mean"
    paper: tuple[float, ...] = ()
    paper_is: str = ""
    paper_from: str = ""
    of: str = "seeds"
    goal: float | None = None
    role: str = "claim"
    numbers: tuple[Number, ...] = ()
    result: Mapping[str, Any] | None = None

    @property
    def said(self) -> Mapping[str, Any]:
        """What the file says in words."""
        assert self.result is not None
        said: Mapping[str, Any] = self.result["rows"][self.row - 1]
        return said

    @property
    def known(self) -> list[float]:
        """The numbers of the seeds that came to one."""
        return [number for number in self.numbers if number is not None]


@dataclass(frozen=True, kw_only=True)
class Block:
    """Rows that share a task, a unit and a scale.

    Attributes:
        title: the task, in words.
        unit: of the numbers, in words.
        better: "less" or "more".
        scale: "linear", "log" or "percent".
        ends: of the scale; found from the numbers if not given.
        goal: ours, for rows that have none of their own.
        never: what it means that a run has no number.
        rows: its rows.
    """

    title: str
    unit: str
    better: str
    rows: tuple[Row, ...]
    scale: str = "linear"
    ends: tuple[float, ...] = ()
    goal: float | None = None
    never: str = ""

    def met(self, row: Row) -> int:
        """On how many seeds of a row the goal is reached."""
        if row.goal is None:
            raise ResultError(f"{row.file}, row {row.row} has no goal")
        if self.better == "less":
            return sum(number <= row.goal for number in row.known)
        return sum(number >= row.goal for number in row.known)

    def reached(self, row: Row) -> bool | None:
        """Whether all seeds reach the goal; none where nothing is to be reached.

        Where there is no goal of ours, the file says whether the paper is reached.
        """
        if row.role != "claim":
            return None
        if row.goal is None:
            return bool(row.said["reached"])
        return self.met(row) == len(row.numbers)

    def at(self, number: float) -> float:
        """Where on the scale a number stands, from 0 to 1."""
        low, high = self.ends
        if self.scale == "log":
            number, low, high = log10(number), log10(low), log10(high)
        return (number - low) / (high - low)


@dataclass(frozen=True, kw_only=True)
class System:
    """A heading of the page: where the book tells of it, and its blocks."""

    title: str
    pages: tuple[str, ...]
    block: tuple[Block, ...]


def found(run: Any, path: Sequence[str]) -> Iterator[Any]:
    """All values of a run on a path; "*" takes every entry that the path can go on."""
    if not path:
        yield run
        return
    if path[0] != "*":
        yield from found(run[path[0]], path[1:])
        return
    for name, held in run.items():
        if name in ("seed", "seconds") or (path[1:] and not isinstance(held, Mapping)):
            continue
        yield from found(held, path[1:])


def held(numbers: Sequence[Any]) -> float:
    """The worst score of the last part of a training."""
    (scores,) = numbers
    return float(max(scores[-max(1, round(len(scores) * LATE)) :]))


def mean(numbers: Sequence[Any]) -> Number:
    """The mean; of a single value itself, which may be none."""
    return numbers[0] if len(numbers) == 1 else fmean(numbers)


TAKEN = {
    "mean": mean,
    "least": lambda numbers: float(min(numbers)),
    "held": held,
    "learned": lambda numbers: float(sum(n >= LEARNED for n in numbers)),
}


def filled(row: Row, results: Mapping[str, Mapping[str, Any]]) -> Row:
    """A row with its file and the number of every seed.

    Raises:
        ResultError: if the file, its row or the numbers are not there.
    """
    if row.file not in results:
        raise ResultError(f"there is no file {row.file}.json")
    result = results[row.file]
    if not 1 <= row.row <= len(result["rows"]):
        raise ResultError(f"{row.file}.json has no row {row.row}")
    try:
        numbers = tuple(
            TAKEN[row.take](list(found(run, row.value))) for run in result["runs"]
        )
    except (KeyError, TypeError, ValueError, IndexError):
        way = " > ".join(row.value)
        raise ResultError(f"{row.file}.json: no number at {way}") from None
    if not numbers:
        raise ResultError(f"{row.file}.json holds no run")
    return replace(row, numbers=numbers, result=result)


def round_above(number: float) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten."""
    power = 10.0 ** floor(log10(number))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= number)


def ends(block: Block) -> tuple[float, float]:
    """The ends of a block's scale: round numbers that hold all that it shows."""
    shown = [
        number
        for row in block.rows
        for number in (*row.known, *row.paper, *([row.goal] if row.goal else []))
    ]
    if block.scale == "log":
        low, high = min(shown), max(shown)
        return 10.0 ** floor(log10(low)), 10.0 ** ceil(log10(high))
    if block.scale == "percent" and block.better == "more":
        return 0.0, 1.0
    return 0.0, round_above(max(shown))


def made(kind: type[Any], given: Mapping[str, Any], where: str, **more: Any) -> Any:
    """A part of the page from what its file says.

    Raises:
        ResultError: if something is missing or not known.
    """
    values = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in given.items()
    }
    try:
        return kind(**values | more)
    except TypeError as error:
        raise ResultError(f"{where}: {str(error).partition(') ')[2]}") from None


def row(given: Mapping[str, Any], block: Mapping[str, Any], where: str) -> Row:
    """A row as its file describes it, without its numbers."""
    paper = given.get("paper", [])
    paper = paper if isinstance(paper, list) else [paper]
    goal = given.get("goal", block.get("goal"))
    one: Row = made(Row, given, where, paper=tuple(paper), goal=goal)
    for name, value, known in (
        ("take", one.take, tuple(TAKEN)),
        ("role", one.role, ROLES),
        ("paper_is", one.paper_is, BOUNDS),
    ):
        if value not in known:
            raise ResultError(f"{where}: {name} is {value!r}, not one of {known}")
    return one


def read(description: Path, folder: Path) -> list[System]:
    """The page's systems, with the numbers of every seed.

    Args:
        description: `book/results.toml`.
        folder: where the results files are.

    Raises:
        ResultError: if something is not there or not known; says where.
    """
    results = {path.stem: one for path, one in _named(folder)}
    try:
        page = tomllib.loads(description.read_text(encoding="utf8"))
    except tomllib.TOMLDecodeError as error:
        raise ResultError(f"{description.name} is not TOML: {error}") from None
    systems = []
    for system in page.get("system", []):
        blocks = []
        for given in system["block"]:
            where = f"{description.name}, {given.get('title', 'a block')!r}"
            rows = tuple(filled(row(r, given, where), results) for r in given["rows"])
            block: Block = made(Block, given, where, rows=rows)
            if block.scale not in SCALES or block.better not in BETTER:
                raise ResultError(f"{where}: its scale or what is better is not known")
            if not block.ends:
                block = replace(block, ends=ends(block))
            blocks.append(checked(block, where))
        systems.append(made(System, system, description.name, block=tuple(blocks)))
    return systems


def _named(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    return list(zip(sorted(folder.glob("*.json")), read_results(folder), strict=True))


def checked(block: Block, where: str) -> Block:
    """The block itself.

    Raises:
        ResultError: if its scale does not hold its numbers, or a run's missing number
            has no meaning.
    """
    for one in block.rows:
        for number in (*one.known, *one.paper):
            if not 0 <= block.at(number) <= 1:
                raise ResultError(f"{where}: {number:g} is not on its scale")
        if None in one.numbers and not block.never:
            raise ResultError(f"{where}: a run of {one.file}.json has no number")
    return block


# ---- In words ----


def worded(number: float, scale: str) -> str:
    """A number with as many digits as it needs, and never rounded to nothing or all."""
    if number < 0:
        return f"−{worded(-number, scale)}"
    if scale != "percent":
        text = f"{number:.3g}"
        return f"{number:,.0f}" if "e+" in text else text
    percent = 100 * number
    for digits in range(1, 6):
        text = f"{percent:.{digits}f}"
        if float(text) not in (0, 100) or percent in (0, 100):
            break
    return f"{text.removesuffix('.0')} %"


def paper(one: Row, scale: str) -> str:
    """The paper's number in words; empty if it has none."""
    said = " to ".join(worded(number, scale) for number in one.paper)
    return f"{one.paper_is} {said}".strip()


def goal(one: Row, block: Block) -> str:
    """The goal in words; empty if there is none."""
    if one.goal is None:
        return ""
    said = worded(one.goal, block.scale)
    if block.scale == "percent" and one.goal == 1:
        return said
    return f"{said} or {block.better}"


def spread(one: Row, block: Block) -> str:
    """How the seeds did, in a few words: all alike, or from which to which."""
    numbers = one.known
    if not numbers:
        return block.never
    low, high = (worded(n, block.scale) for n in (min(numbers), max(numbers)))
    if len(numbers) < len(one.numbers):
        return f"{low if low == high else f'{low}–{high}'}, others never"
    if low == high:
        return f"all {low}" if len(numbers) > 1 else low
    between = " to " if "−" in low else "–"
    return f"{low.removesuffix(' %')}{between}{high}"


def sentence(one: Row, block: Block) -> str:
    """How a row's seeds did, beside their picture."""
    if one.goal is None:
        return f"{len(one.numbers)} {one.of}: {spread(one, block)}"
    return f"{block.met(one)} of {len(one.numbers)} {one.of}; {spread(one, block)}"


def spoken(one: Row, block: Block) -> str:
    """All that a row's picture shows, in words."""
    numbers = sorted(one.known)
    listed = ", ".join(worded(number, block.scale) for number in numbers)
    missing = len(one.numbers) - len(numbers)
    low, high = (worded(end, block.scale) for end in block.ends)
    parts = [
        f"{one.name}, {block.title}: {block.unit}, {block.better} is better, on a "
        f"{'logarithmic ' if block.scale == 'log' else ''}scale from {low} to {high}.",
        f"The paper: {paper(one, block.scale) or 'no number'}.",
        f"Our goal: {goal(one, block)}, reached by {block.met(one)} of "
        f"{len(one.numbers)} {one.of}."
        if one.goal is not None
        else "",
        f"The middle one: {worded(median(numbers), block.scale)}." if numbers else "",
        f"All {len(one.numbers)} {one.of}: {listed or 'no number'}"
        f"{f', and {missing} {block.never}' if missing else ''}.",
    ]
    return " ".join(filter(None, parts))


# ---- For programs ----


def entries(systems: Sequence[System]) -> list[dict[str, Any]]:
    """Every row of the page as plain values, for `results.json`."""
    return [
        {
            "system": system.title,
            "machine": one.name,
            "task": block.title,
            "role": one.role,
            "unit": block.unit,
            "better": block.better,
            "paper": {
                "number": list(one.paper),
                "bound": one.paper_is or None,
                "says": one.said["claim"],
                "citation": one.said["citation"],
            },
            "goal": one.goal,
            "seeds": [run["seed"] for run in one.result["runs"]],
            "ours": list(one.numbers),
            "at_goal": None if one.goal is None else block.met(one),
            "reached": block.reached(one),
            "says": one.said["ours"],
            "seconds": one.said["seconds"],
            "command": one.result["command"],
            "date": one.result["date"],
            "processor": one.result["machine"].get("cpu"),
            "versions": one.result["versions"],
            "file": f"results/{one.file}.json",
            "row": one.row,
            "page": one.said["link"],
        }
        for system in systems
        for block in system.block
        for one in block.rows
        if one.result is not None
    ]
