"""`{powers-table}`: which machine learned which question, from `results/powers-*.json`.

A machine of a later chapter gets its line as soon as its file is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book_ext.measures import ResultError, read_results
from book_ext.results import fingerprint

ENOUGH = 0.99  # share of answers right, from which a question is learned
ASIDE = frozenset(("seed", "seconds"))  # what a run holds beside its questions
NOTHING = "No machine has been asked yet: no `results/powers-*.json` is there."


def met(runs: Sequence[Mapping[str, Any]], question: str) -> int:
    """On how many seeds a question was learned."""
    return sum(run[question]["right"] >= ENOUGH for run in runs)


def share(runs: Sequence[Mapping[str, Any]], question: str) -> float:
    """The share of answers right, of the seed in the middle."""
    return float(median(run[question]["right"] for run in runs))


def kind(learned: int, seeds: int) -> str:
    """The class of a cell: learned on all seeds, on some, or on none."""
    return "met-all" if learned == seeds else "met-some" if learned else "met-none"


def line(result: Mapping[str, Any], questions: Sequence[str]) -> list[tuple[str, str]]:
    """The cells of a machine: what stands in each, as Markdown, and its class.

    Raises:
        ResultError: if it was not asked one of the questions; names both.
    """
    (row,), runs = result["rows"], result["runs"]
    page = f"/{result['settings']['chapter']}.ipynb"
    name = row["system"].partition(",")[0]  # without its controller
    cells = [(f"[{name}]({page})", "machine")]
    for question in questions:
        if any(question not in run for run in runs):
            raise ResultError(f"{result['name']}.json was not asked {question!r}")
        learned = met(runs, question)
        text = f"{learned} of {len(runs)}"
        if 0 < learned < len(runs) or share(runs, question) >= 0.005:
            text += f"\n\n{share(runs, question):.0%}"
        cells.append((text, kind(learned, len(runs))))
    return cells


def questions(results: Sequence[Mapping[str, Any]]) -> list[str]:
    """What was asked, in the order of the first file."""
    return [name for name in results[0]["runs"][0] if name not in ASIDE]


class PowersTable(SphinxDirective):
    """The directive itself; it takes no arguments."""

    def run(self) -> list[nodes.Node]:
        """The table, or a sentence if nothing was measured."""
        folder = Path(self.env.srcdir) / "results"
        stored: dict[str, Any] = getattr(self.env, "book_results", {})
        stored[self.env.docname] = fingerprint(folder)
        self.env.book_results = stored  # type: ignore[attr-defined]
        try:
            results = [
                one for one in read_results(folder) if one["name"].startswith("powers-")
            ]
            if not results:
                return self._markdown(NOTHING)
            results.sort(key=lambda one: one["settings"]["chapter"])
            asked = questions(results)
            lines = [line(one, asked) for one in results]
        except ResultError as error:
            raise self.error(f"results/{error}") from None
        return [self._table(["Machine", *asked], lines)]

    def _markdown(self, text: str) -> list[nodes.Node]:
        holder = nodes.container()
        source = self.get_source_info()[0]
        self.state.nested_parse(StringList(text.splitlines(), source), 0, holder)
        return list(holder.children)

    def _table(
        self, names: Sequence[str], lines: Sequence[Sequence[tuple[str, str]]]
    ) -> nodes.table:
        group = nodes.tgroup(cols=len(names))
        group += [nodes.colspec(colwidth=1) for _ in names]
        head, body = nodes.thead(), nodes.tbody()
        titles = [(name, "") for name in names]
        for part, rows in ((head, [titles]), (body, lines)):
            for cells in rows:
                row = nodes.row()
                for text, cell in cells:
                    entry = nodes.entry(classes=[cell] if cell else [])
                    entry += self._markdown(text)
                    row += entry
                part += row
        group += [head, body]
        return nodes.table("", group, classes=["powers"])


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.add_directive("powers-table", PowersTable)
