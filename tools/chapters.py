"""What the book asks of a chapter's notebook, beside that it runs.

Each function takes a notebook as `tools.notebooks.read` gives it and returns sentences
about what is amiss, none if all is well. `python -m tools.chapters` prints the figures
of every chapter. CONTRIBUTING.md tells an author the numbers below; a test holds the
two together.
"""

from __future__ import annotations

import ast
import re
import statistics
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from mininet.source import MAGIC
from tools.freshness import code_cells
from tools.notebooks import ROOT, read

Cell = dict[str, Any]
Notebook = dict[str, Any]

NEVER_PROSE = re.compile(
    r"(?s)\$\$.*?\$\$|```.*?```|<!--.*?-->"  # formulas on their own, code, comments
    r"|^\s*:{3,}.*?$|^\s*:[\w-]+:.*?$"  # directives and their options
    r"|!\[[^\]]*\]\([^)]*\)"  # what a drawing shows, for who cannot see it
    r"|\]\([^)\s]*\)|\{[\w:]+\}`[^`]*`",  # where a link leads; citations
    re.MULTILINE,
)
WORD = re.compile(r"[^\W\d_]{1,}(?:['’-][^\W\d_]+)*")
PLACE = re.compile(r"(?:/(?:home|root|Users|tmp|opt|var|work)/|[A-Z]:\\)\S*")

LIVE_ALT = re.compile(r'data-live-model="\w+">\s*<img alt="([^"]*)"')


# What a reader sees of the code: a folded cell is opened only by those who want to.
FOLDS = {"hide-input", "hide-cell"}
MEDIAN_LINES, LONG_LINES = 8, 30  # of the code cells that are not folded
FOLDED_LINES = 40  # of the longest that is
# The book as a whole keeps to the narrower pair. One chapter may lean to one side: the
# exercises' stubs and solutions are code that a reader opens only if they want.
WORDS_A_LINE, WORDS_A_LINE_OF_THE_BOOK = (5, 13), (6, 11)
ASSERTING = 0.15  # of the code cells
WORDS_A_MINUTE, MINUTES = 200, (10, 20)  # of a chapter that has a number
SENTENCES_IN_SHORT = 5
EXERCISES = 4
WORDS_OF_ALT = WORDS_OF_CAPTION = 5


class Figures(NamedTuple):
    """The measures of style of one notebook."""

    median_lines: float  # of a code cell that is not folded
    long_lines: float  # the 95th percentile of the same
    folded_lines: int  # of the longest folded cell
    words_per_line: float  # words of prose to one line of code
    asserting: float  # the share of code cells that assert something


def tags(cell: Cell) -> list[str]:
    """A cell's tags."""
    return list(cell["metadata"].get("tags", []))


def syntax(cell: Cell) -> ast.Module:
    """A code cell's syntax tree; lines of magic are left out."""
    return ast.parse(MAGIC.sub(r"\1pass", cell["source"]))


def lines_of_code(cell: Cell) -> int:
    """The lines of a cell that are not blank."""
    return sum(bool(line.strip()) for line in cell["source"].splitlines())


def folded(cell: Cell) -> bool:
    """Does a reader see the cell's code only after opening it?"""
    return bool(FOLDS & set(tags(cell)))


def on_the_page(notebook: Notebook) -> list[Cell]:
    """The code cells that a page shows: not the one that fetches the book elsewhere."""
    return [cell for cell in code_cells(notebook) if "remove-cell" not in tags(cell)]


def asserts(cell: Cell) -> bool:
    """Does the cell assert anything?"""
    return any(isinstance(node, ast.Assert) for node in ast.walk(syntax(cell)))


def words_of_prose(notebook: Notebook) -> int:
    """The words a reader reads between the code cells, captions with them."""
    words = 0
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            words += len(WORD.findall(NEVER_PROSE.sub(" ", cell["source"])))
        words += len(WORD.findall(figure(cell).get("caption", "")))
    return words


def figure(cell: Cell) -> dict[str, str]:
    """What the cell's metadata says of the figure: caption and name."""
    return dict(cell["metadata"].get("mystnb", {}).get("figure", {}))


def figures(notebook: Notebook) -> Figures:
    """Measure a notebook's style."""
    cells = on_the_page(notebook)
    seen = [lines_of_code(cell) for cell in cells if not folded(cell)]
    return Figures(
        statistics.median(seen),
        statistics.quantiles(seen, n=20, method="inclusive")[-1],
        max((lines_of_code(cell) for cell in cells if folded(cell)), default=0),
        words_per_line([notebook]),
        statistics.mean(map(asserts, cells)),
    )


def amiss_in_outputs(notebook: Notebook) -> Iterable[str]:
    """Errors, traces of one machine, cells out of order."""
    counts = [cell["execution_count"] for cell in code_cells(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        yield "its cells were run out of order, or not all of them"
    for cell in code_cells(notebook):
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                yield f"cell {cell['id']} stores the error {output['ename']}"
            texts = [output.get("text", ""), *output.get("data", {}).values()]
            for place in PLACE.findall(" ".join(map(str, texts))):
                yield f"cell {cell['id']} stores a path of one machine: {place[:60]}"


def wide_alone(picture: str) -> bool:
    """Whether a stored picture has no version for a phone (`mininet/pictures.py`)."""
    return bool(picture) and not re.search(r"<metadata>\s*<svg", picture)


def html_of(cell: Cell) -> str:
    """What the cell shows, as far as it is HTML; a live figure is."""
    shown = [output.get("data", {}) for output in cell["outputs"]]
    return " ".join(data.get("text/html", "") for data in shown)


def amiss_in_figures(notebook: Notebook) -> Iterable[str]:
    """Pictures without alt text, caption, name or narrow version; two with one name."""
    names: set[str] = set()
    for cell in code_cells(notebook):
        shown = [output.get("data", {}) for output in cell["outputs"]]
        playing = LIVE_ALT.search(html_of(cell))
        if not playing and not any("image/" in kind for data in shown for kind in data):
            continue
        if any(wide_alone(data.get("image/svg+xml", "")) for data in shown):
            yield f"cell {cell['id']} shows a figure without a narrow version"
        alt = cell["metadata"].get("mystnb", {}).get("image", {}).get("alt", "")
        alt = playing[1] if playing else alt
        if len(alt.split()) < WORDS_OF_ALT:
            yield f"cell {cell['id']} shows a figure without alt text"
        if len(figure(cell).get("caption", "").split()) < WORDS_OF_CAPTION:
            yield f"cell {cell['id']} shows a figure without a caption"
        name = figure(cell).get("name", "")
        if not name.startswith("fig-") or name in names:
            yield f"cell {cell['id']} needs its own name fig-..., not {name!r}"
        names.add(name)


def amiss_at_the_opening(notebook: Notebook) -> Iterable[str]:
    """Code to unfold before the first live figure: its own stands after it, in one."""
    for cell in on_the_page(notebook):
        if LIVE_ALT.search(html_of(cell)):
            return
        if folded(cell):
            yield f"cell {cell['id']} is a fold before the first live figure"
    yield "it shows no live figure"


def amiss_in_style(notebook: Notebook) -> Iterable[str]:
    """A chapter whose cells are too long, or that tells or asserts too little."""
    found = figures(notebook)
    if found.median_lines > MEDIAN_LINES:
        yield (
            f"half of the code cells have {found.median_lines:.0f} lines or more, "
            f"not {MEDIAN_LINES}"
        )
    if found.long_lines > LONG_LINES:
        yield (
            f"one code cell in 20 has over {found.long_lines:.0f} lines, "
            f"not {LONG_LINES}"
        )
    if found.folded_lines > FOLDED_LINES:
        yield f"a folded cell has {found.folded_lines} lines, not {FOLDED_LINES}"
    fewest, most = WORDS_A_LINE
    if not fewest <= found.words_per_line <= most:
        yield (
            f"{found.words_per_line:.1f} words to a line of code, "
            f"not {fewest} to {most}"
        )
    if found.asserting < ASSERTING:
        yield (
            f"{found.asserting:.0%} of the code cells assert something, "
            f"not {ASSERTING:.0%}"
        )


def minutes(notebook: Notebook) -> float:
    """How long a chapter takes to read, by its words, what is folded away with them."""
    return words_of_prose(notebook) / WORDS_A_MINUTE


def amiss_in_time(notebook: Notebook) -> Iterable[str]:
    """A chapter with a number that is no chapter yet, or two of them."""
    shortest, longest = MINUTES
    if not shortest <= minutes(notebook) <= longest:
        yield (
            f"it takes {minutes(notebook):.1f} minutes at {WORDS_A_MINUTE} words a "
            f"minute, not {shortest} to {longest}"
        )


def in_short(notebook: Notebook) -> list[str]:
    """The sentences under the heading *In short*; none without it."""
    for cell in notebook["cells"]:
        found = re.search(
            r"^## In short\s*$(.*?)(?=^#|\Z)", cell["source"], re.M | re.S
        )
        if cell["cell_type"] == "markdown" and found:
            text = NEVER_PROSE.sub(" ", found[1])
            return [one for one in re.split(r"(?<=[.!?])\s+", text.strip()) if one]
    return []


def amiss_in_short(notebook: Notebook) -> Iterable[str]:
    """Not the five sentences that a reader carries away from a chapter."""
    if (found := len(in_short(notebook))) != SENTENCES_IN_SHORT:
        yield f"*In short* has {found} sentences, not {SENTENCES_IN_SHORT}"


def amiss_in_exercises(notebook: Notebook) -> Iterable[str]:
    """Fewer than four; one without check or solution; a solution in plain sight."""
    cells = notebook["cells"]
    at = [index for index, cell in enumerate(cells) if "exercise" in tags(cell)]
    if len(at) < EXERCISES:
        yield f"there are {len(at)} exercises, not {EXERCISES}"
    for start, end in zip(at, [*at[1:], len(cells)], strict=True):
        name = cells[start]["id"]
        answers = [cell for cell in cells[start + 1 : end] if "solution" in tags(cell)]
        if not answers:
            yield f"exercise {name} has no solution after it"
        for answer in answers:
            yield from amiss_in_solution(answer)
        checked = "check." in cells[start]["source"]
        if checked and not any("check." in cell["source"] for cell in answers):
            yield f"the solution of exercise {name} is not checked"
    if not any("check." in cells[index]["source"] for index in at):
        yield "no exercise calls its check"


def amiss_in_solution(cell: Cell) -> Iterable[str]:
    """A solution must be folded: a hidden cell, or a closed dropdown of prose."""
    if cell["cell_type"] == "code":
        if "hide-cell" not in tags(cell):
            yield f"solution {cell['id']} is not hidden: it needs the tag hide-cell"
    elif "{dropdown}" not in cell["source"] or ":open:" in cell["source"]:
        yield f"solution {cell['id']} is not in a closed dropdown"


def models_compared(notebook: Notebook) -> set[str]:
    """Names of `mininet.models` in cells tagged equals-mininet that assert."""
    aliases: dict[str, str] = {}
    compared: set[str] = set()
    for cell in code_cells(notebook):
        tree = syntax(cell)
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom):
                continue
            if (node.module or "").split(".")[:2] == ["mininet", "models"]:
                aliases |= {name.asname or name.name: name.name for name in node.names}
        if "equals-mininet" not in tags(cell) or not asserts(cell):
            continue
        for node in ast.walk(tree):
            name = aliases.get(node.id, "") if isinstance(node, ast.Name) else ""
            if name[:1].isupper():  # a class; a module is not compared
                compared.add(name)
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) in aliases:
                compared.add(node.attr)
    return compared


def words_per_line(notebooks: list[Notebook]) -> float:
    """Words of prose to one line of code, over several chapters."""
    cells = [cell for notebook in notebooks for cell in on_the_page(notebook)]
    return sum(map(words_of_prose, notebooks)) / sum(map(lines_of_code, cells))


def chapters(root: Path) -> list[Path]:
    """The notebooks that _toc.yml lists, in reading order."""
    toc = (root / "_toc.yml").read_text(encoding="utf-8")
    names = re.findall(r"^\s*-\s+file:\s*(notebooks/\S+?)(?:\.ipynb)?\s*$", toc, re.M)
    return [root / f"{name}.ipynb" for name in names]


def numbered(root: Path) -> list[Path]:
    """Those of them that have a number; the others are for the curious."""
    toc = (root / "_toc.yml").read_text(encoding="utf-8")
    parts = re.split(r"^\s*-\s+caption:", toc, flags=re.M)
    listed = "\n".join(
        part for part in parts if re.search(r"^\s*numbered: true", part, re.M)
    )
    return [
        path
        for path in chapters(root)
        if re.search(rf"notebooks/{path.stem}$", listed, re.M)
    ]


def main() -> int:
    """Print the figures of every chapter, and what is amiss; the exit code."""
    amiss = 0
    for path in chapters(ROOT):
        notebook = read(path)
        found = figures(notebook)
        print(
            f"{path.name}: {minutes(notebook):.0f} minutes; "
            "lines in a code cell that is not folded "
            f"{found.median_lines:.0f} at the median "
            f"and {found.long_lines:.0f} at the 95th percentile; "
            f"at most {found.folded_lines} in a folded one; "
            f"{found.words_per_line:.1f} words to a line of code; "
            f"{found.asserting:.0%} of the code cells assert"
        )
        asked = ASKED + (ASKED_OF_NUMBERED if path in numbered(ROOT) else ())
        for ask in asked:
            for sentence in ask(notebook):
                amiss += 1
                print(f"  {sentence}")
    return 1 if amiss else 0


ASKED = (
    amiss_in_outputs,
    amiss_at_the_opening,
    amiss_in_figures,
    amiss_in_style,
    amiss_in_exercises,
)
ASKED_OF_NUMBERED = (amiss_in_time, amiss_in_short)

if __name__ == "__main__":
    sys.exit(main())
