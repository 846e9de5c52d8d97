"""`{results}`: every result of the book as a picture, and beside the page as data.

Nothing of it is typed by hand: `book/results.toml` says what is drawn of which file,
and the numbers come from `results/*.json`. When one of these changes, appears or goes,
the page is built anew. The files themselves, and all rows in one `results.json`, are
published beside the page.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from statistics import median
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from book_ext import dots, measures
from book_ext.measures import Block, ResultError, Row, System, read_results

PAGE = "book/results"
DESCRIPTION = "book/results.toml"
DATA = "results.json"  # beside the page
NOTHING = "No result is stored yet: the folder `results/` is empty."
STYLE = "results.css"


def duration(seconds: float) -> str:
    """Seconds as a person says them: `0.42 s`, `37 s`, `4 min`."""
    if seconds < 10:
        return f"{seconds:.2g} s"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def source(page: str) -> str:
    """A page's file for a link: `/notebooks/02-lstm.ipynb`."""
    page, mark, heading = page.partition("#")
    suffix = ".ipynb" if page.startswith("notebooks/") else ".md"
    return f"/{page}{suffix}{mark}{heading}"


def trained(row: Row) -> str:
    """What was trained and how long, if the file's settings name it."""
    assert row.result is not None
    trials = row.result.get("settings", {}).get("trials", {})
    only = next(iter(trials), "") if len(trials) == 1 else ""
    trial = trials.get(row.value[0], trials.get(only, {}))
    machine, training = trial.get("machine", {}), trial.get("training", {})
    sizes = [
        f"{name.replace('_', ' ')} {value}"
        for name, value in machine.items()
        if isinstance(value, int | float | str) and name != "kind"
    ]
    parts = [", ".join(filter(None, (machine.get("kind", ""), *sizes)))]
    if training.get("steps"):
        parts.append(
            f"{training['steps']:,} steps of {training.get('batch_size', '?')} examples"
        )
    return "; ".join(filter(None, parts))


def details(block: Block) -> str:
    """What the papers say and what came out, row by row, as Markdown."""
    lines = []
    for row in block.rows:
        said = row.said
        how = f" Trained: {trained(row)}." if trained(row) else ""
        by = f" As a number: {row.paper_from}." if row.paper_from else ""
        lines.append(
            f"- **{row.name}**, {said['system']}, {said['task']}. "
            f"The paper {{cite}}`{said['citation']}`: {said['claim']}.{by} "
            f"Ours: {said['ours']}.{how}"
        )
    return "\n".join(lines)


def provenance(result: Mapping[str, Any], name: str) -> str:
    """How a file was measured, as one Markdown list item."""
    versions = ", ".join(f"{k} {v}" for k, v in result["versions"].items())
    machine = result["machine"].get("cpu", "unknown processor")
    return (
        f"- {result['title']}: `{result['command']}`, {result['date']}, "
        f"{duration(float(result['seconds']))} of processor time on {machine} "
        f"({versions}). Settings and every run: "
        f'<a href="results/{name}.json">results/{name}.json</a>'
    )


def table(block: Block) -> str:
    """Where a row's number is made of several, these, as an HTML table; or nothing.

    Each is the median over the seeds.
    """
    rows = [row for row in block.rows if "*" in row.value and row.take != "least"]
    columns: dict[str, dict[str, float]] = {}
    for row in rows:
        assert row.result is not None
        of_seeds = [parts(run, row.value) for run in row.result["runs"]]
        columns[row.name] = {
            name: median(one[name] for one in of_seeds) for name in of_seeds[0]
        }
    names = list(dict.fromkeys(name for held in columns.values() for name in held))
    if not names:
        return ""
    scale = "percent"  # what several numbers were made of are shares, so far

    def cell(held: Mapping[str, float], name: str) -> str:
        return measures.worded(held[name], scale) if name in held else "–"

    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f"<td>{cell(held, name)}</td>" for held in columns.values())
        + "</tr>"
        for name in names
    )
    return (
        '<div class="parts" tabindex="0" role="region" aria-label="Each part">'
        "<table><caption>Each part, the median over the seeds</caption>"
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def parts(run: Mapping[str, Any], path: Sequence[str]) -> dict[str, float]:
    """The numbers that the first "*" of a path stands for, by their names."""
    star = path.index("*")
    (held,) = measures.found(run, path[:star])
    rest = path[star + 1 :]
    return {
        name: next(measures.found(value, rest))
        for name, value in held.items()
        if name not in ("seed", "seconds") and (isinstance(value, dict) or not rest)
    }


class Results(SphinxDirective):
    """The directive itself; it takes no arguments."""

    def run(self) -> list[nodes.Node]:
        """A section for each system, or a sentence if there is no result."""
        root = Path(self.env.srcdir)
        remember(self.env, self.env.docname)
        try:
            if not read_results(root / "results"):
                return self.markdown(NOTHING)
            systems = measures.read(root / DESCRIPTION, root / "results")
        except ResultError as error:
            raise self.error(f"results: {error}") from None
        return [
            html(contents(systems) + dots.legend()),
            *(self.system(one) for one in systems),
        ]

    def system(self, system: System) -> nodes.section:
        """A system's section."""
        name = nodes.fully_normalize_name(system.title)
        section = nodes.section(names=[name], classes=["results-of"])
        section += nodes.title(system.title, system.title)
        self.state.document.note_implicit_target(section, section)
        pages = " and ".join(f"[](<{source(page)}>)" for page in system.pages)
        section += self.markdown(f"Told in {pages}.")
        section += html('<div class="result-blocks">')
        for column in columns(system.block):
            section += html('<div class="result-column">')
            for block in column:
                section += self.block(block)
            section += html("</div>")
        section += html("</div>")
        return section

    def block(self, block: Block) -> list[nodes.Node]:
        """Rows on one scale, and how they were measured."""
        lines = "".join(
            dots.line(row, block, duration(float(row.said["seconds"])))
            for row in block.rows
        )
        opened = (
            f'<div class="result-block">{dots.heading(block)}'
            f'<ul class="rows">{lines}</ul><details class="measured">'
            "<summary>How it was measured"
            f'<span class="visually-hidden">: {escape(block.title)}</span></summary>'
        )
        files = {row.file: row.result for row in block.rows}
        told = [provenance(one, name) for name, one in files.items() if one]
        return [
            html(opened),
            *self.markdown(details(block)),
            html(table(block)),
            *self.markdown("\n".join(told)),
            html("</details></div>"),
        ]

    def markdown(self, text: str) -> list[nodes.Node]:
        """What a text becomes on the page."""
        holder = nodes.container()
        source = self.get_source_info()[0]
        self.state.nested_parse(StringList(text.splitlines(), source), 0, holder)
        return list(holder.children)


FRAME = 2.3  # rows: what a block's heading and its fold are as high as


def columns(blocks: Sequence[Block]) -> list[Sequence[Block]]:
    """Blocks in two columns about equally high, in their order; of one block, one.

    Cut here and not by the browser, which would move blocks from one column to the
    other when a fold is opened.
    """
    if len(blocks) < 2:
        return [blocks]

    def higher(cut: int) -> float:
        both = blocks[:cut], blocks[cut:]
        return max(sum(len(one.rows) + FRAME for one in half) for half in both)

    cut = min(range(len(blocks) - 1, 0, -1), key=higher)
    return [blocks[:cut], blocks[cut:]]


def contents(systems: Sequence[System]) -> str:
    """Links to the sections: on this page no list of them stands at the side."""
    links = "".join(
        f'<li><a href="#{nodes.make_id(one.title)}">{escape(one.title)}</a></li>'
        for one in systems
    )
    return f'<nav aria-label="Systems"><ul class="results-contents">{links}</ul></nav>'


def html(text: str) -> nodes.raw:
    """A piece of the page as it is."""
    return nodes.raw("", text, format="html")


def remember(env: BuildEnvironment, page: str) -> None:
    """Which files a page was made from, so that it is built anew when they change."""
    stored: dict[str, Any] = getattr(env, "book_results", {})
    stored[page] = fingerprint(Path(env.srcdir) / "results")
    env.book_results = stored  # type: ignore[attr-defined]


def fingerprint(folder: Path) -> list[tuple[str, int]]:
    """Which results files there are, and when each and what is drawn was written."""
    files = [*folder.glob("*.json"), folder.parent / DESCRIPTION]
    return sorted((p.name, p.stat().st_mtime_ns) for p in files if p.is_file())


def outdated(app: Sphinx, env: BuildEnvironment, *changes: set[str]) -> list[str]:
    """The pages that no longer show what the folder holds."""
    now = fingerprint(Path(app.srcdir) / "results")
    seen: dict[str, Any] = getattr(env, "book_results", {})
    return [page for page, then in seen.items() if then != now and page in env.all_docs]


def add_style(app: Sphinx, page: str, template: str, context: Any, tree: Any) -> None:
    """The style of the pictures, on the pages that have some."""
    sections = tree.findall(nodes.section) if tree is not None else ()
    if any("results-of" in section["classes"] for section in sections):
        app.add_css_file(STYLE)


def publish(app: Sphinx, failed: Exception | None) -> None:
    """Lay the files, and all rows as one, beside the page."""
    root = Path(app.srcdir)
    place = Path(app.outdir) / "book"
    if failed or app.builder.format != "html":
        return
    if PAGE not in app.env.found_docs:
        return  # a book without the page
    (place / "results").mkdir(parents=True, exist_ok=True)
    for file in sorted((root / "results").glob("*.json")):
        shutil.copyfile(file, place / "results" / file.name)
    (place / DATA).write_text(data(root), encoding="utf8")


def data(root: Path) -> str:
    """All rows of the page, as JSON."""
    systems = measures.read(root / DESCRIPTION, root / "results")
    held = {"results": measures.entries(systems)}
    return json.dumps(held, ensure_ascii=False, indent=1) + "\n"


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.add_directive("results", Results)
    app.connect("env-get-outdated", outdated)
    app.connect("html-page-context", add_style)
    app.connect("build-finished", publish)
