"""`{results-table}`: every result of the book, read from `results/*.json`.

Nothing in the table is typed by hand. When a file changes, appears or goes, the page is
built anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

COLUMNS = ("System", "Task", "The paper", "Ours", "Seeds", "Time", "Chapter")
ROW_KEYS = frozenset(
    "system task claim citation ours reached seeds seconds link".split()
)
FILE_KEYS = frozenset("title command date versions machine seconds rows".split())
NOTHING = "No result is stored yet: the folder `results/` is empty."


class ResultError(ValueError):
    """A results file that does not say what the table needs."""


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


def duration(seconds: float) -> str:
    """Seconds as a person says them: `0.42 s`, `37 s`, `4 min`."""
    if seconds < 10:
        return f"{seconds:.2g} s"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    """One row of the table, as Markdown, in the order of `COLUMNS`."""
    # No mark for what is as expected: a baseline that failed has not "reached" a thing.
    missed = "" if row["reached"] else "✗ Not reached: "
    page, mark, heading = str(row["link"]).partition("#")
    suffix = ".ipynb" if page.startswith("notebooks/") else ".md"
    return (
        str(row["system"]),
        str(row["task"]),
        f"{row['claim']} {{cite}}`{row['citation']}`",
        f"{missed}{row['ours']}",
        str(row["seeds"]),
        duration(float(row["seconds"])),
        f"[](/{page}{suffix}{mark}{heading})",
    )


def provenance(result: Mapping[str, Any]) -> str:
    """How a file was measured, as one Markdown list item."""
    versions = ", ".join(f"{k} {v}" for k, v in result["versions"].items())
    machine = result["machine"].get("cpu", "unknown processor")
    return (
        f"- **{result['title']}**: `{result['command']}`, {result['date']}, "
        f"{duration(float(result['seconds']))} of processor time on {machine} "
        f"({versions})"
    )


class ResultsTable(SphinxDirective):
    """The directive itself; it takes no arguments."""

    def run(self) -> list[nodes.Node]:
        """The table and how its rows were measured, or a sentence if there is none."""
        folder = Path(self.env.srcdir) / "results"
        stored: dict[str, Any] = getattr(self.env, "book_results", {})
        stored[self.env.docname] = fingerprint(folder)
        self.env.book_results = stored  # type: ignore[attr-defined]
        try:
            results = read_results(folder)
        except ResultError as error:
            raise self.error(f"results/{error}") from None
        rows = [cells(row) for result in results for row in result["rows"]]
        if not rows:
            return self._markdown(NOTHING)
        measured = nodes.container(classes=["provenance"])
        measured += self._markdown("\n".join(provenance(r) for r in results))
        return [self._table(rows), measured]

    def _markdown(self, text: str) -> list[nodes.Node]:
        holder = nodes.container()
        source = self.get_source_info()[0]
        self.state.nested_parse(StringList(text.splitlines(), source), 0, holder)
        return list(holder.children)

    def _table(self, rows: Sequence[Sequence[str]]) -> nodes.table:
        group = nodes.tgroup(cols=len(COLUMNS))
        group += [nodes.colspec(colwidth=1) for _ in COLUMNS]
        head, body = nodes.thead(), nodes.tbody()
        for part, lines in ((head, [COLUMNS]), (body, rows)):
            for line in lines:
                row = nodes.row()
                for text in line:
                    entry = nodes.entry()
                    entry += self._markdown(text)
                    row += entry
                part += row
        group += [head, body]
        return nodes.table("", group, classes=["results"])


def fingerprint(folder: Path) -> list[tuple[str, int]]:
    """Which results files there are and when each was written."""
    return sorted((p.name, p.stat().st_mtime_ns) for p in folder.glob("*.json"))


def outdated(app: Sphinx, env: BuildEnvironment, *changes: set[str]) -> list[str]:
    """The pages whose table no longer shows what the folder holds."""
    now = fingerprint(Path(app.srcdir) / "results")
    seen: dict[str, Any] = getattr(env, "book_results", {})
    return [page for page, then in seen.items() if then != now and page in env.all_docs]


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.add_directive("results-table", ResultsTable)
    app.connect("env-get-outdated", outdated)
