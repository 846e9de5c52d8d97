"""A notebook's text without MyST, for viewers that do not know it.

JupyterLab shows `{cite}`, `{math}` and dropdowns as they are typed, and captions, which
are metadata, not at all. Here they become what any viewer shows: the numbers and names
that the built book gives them, folds in HTML, captions under their figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from pybtex.database import Person, parse_file

from tools.chapters import figure, numbered
from tools.notebooks import read, stored

Notebook = dict[str, Any]

CODE = r"^(?P<code>`{3,})(?![`{])[^\n]*\n.*?^(?P=code)[ \t]*$"  # is left alone
DIRECTIVE = (
    r"^(?P<fence>`{3,}|:{3,})\{(?P<name>[\w:-]+)\}[ \t]*(?P<title>[^\n]*)\n"
    r"(?P<body>.*?)^(?P=fence)[ \t]*$"
)
BLOCK = re.compile(f"{CODE}|{DIRECTIVE}", re.MULTILINE | re.DOTALL)
OPTION = re.compile(r":(?P<name>[\w-]+):[ \t]*(?P<value>[^\n]*)\n")
ROLE = re.compile(r"\{(?P<name>[\w:-]+)\}`(?P<content>[^`]+)`")
LINK = re.compile(r"(?P<text>\[[^\]]*\])\((?P<target>[^)\s]+)\)")
LABEL = re.compile(r"^\([\w-]+\)=\n", re.MULTILINE)
DOLLARS = re.compile(r"\$\$(?P<body>.*?)\$\$[ \t]*\((?P<label>[\w-]+)\)", re.DOTALL)


class Names(NamedTuple):
    """What the book calls the things that its text points at."""

    figures: dict[str, str]  # "fig-write": "Figure 3.2"
    equations: dict[str, str]  # "eq-rnn": "1.1"
    sources: dict[str, tuple[str, str]]  # "graves2014": ("Graves et al.", "2014")


def options(body: str) -> tuple[dict[str, str], str]:
    """A directive's options, and what stands below them."""
    found = {}
    while match := OPTION.match(body):
        found[match["name"]] = match["value"].strip()
        body = body[match.end() :]
    return found, body


def labels(text: str) -> tuple[list[str], list[str]]:
    """The figures' names and the equations' labels of a text, in order."""
    drawn, formulas = [], []
    for match in BLOCK.finditer(text):
        given, _ = options(match["body"] or "")
        if match["name"] == "figure":
            drawn.append(given.get("name", ""))
        if match["name"] == "math" and "label" in given:
            formulas.append(given["label"])
    return drawn, formulas + [match["label"] for match in DOLLARS.finditer(text)]


def numbers(notebook: Notebook, chapter: str) -> tuple[dict[str, str], dict[str, str]]:
    """Names of figures and numbers of equations, as Sphinx counts them.

    Args:
        chapter: the chapter's number and a dot, empty on a page that has none.
    """
    drawn: list[str] = []
    formulas: list[str] = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            more = labels(cell["source"])
            drawn, formulas = drawn + more[0], formulas + more[1]
        elif "caption" in figure(cell):
            drawn.append(figure(cell).get("name", ""))
    return (
        {name: f"Figure {chapter}{n}" for n, name in enumerate(drawn, 1)},
        {label: f"{chapter}{n}" for n, label in enumerate(formulas, 1)},
    )


def family(person: Person) -> str:
    """A person's last name."""
    return " ".join(map(str, person.rich_last_names))


def sources(bibliography: Path) -> dict[str, tuple[str, str]]:
    """Authors and year of everything that can be cited."""
    found = {}
    for key, entry in parse_file(str(bibliography)).entries.items():
        people = [family(person) for person in entry.persons.get("author", [])]
        authors = " and ".join(people) if len(people) < 3 else f"{people[0]} et al."
        found[key] = (authors, entry.fields.get("year", ""))
    return found


def names(root: Path) -> Names:
    """The names of everything in the book."""
    order = {path: f"{number}." for number, path in enumerate(numbered(root), 1)}
    drawn: dict[str, str] = {}
    formulas: dict[str, str] = {}
    for path in stored(root):
        more = numbers(read(path), order.get(path, ""))
        drawn, formulas = drawn | more[0], formulas | more[1]
    return Names(drawn, formulas, sources(root / "book" / "references.bib"))


def cited(keys: str, in_text: bool, names: Names) -> str:
    """A citation as the book words it: "[Elman, 1990]" or "Elman [1990]"."""
    said = [names.sources.get(key.strip(), (key, "")) for key in keys.split(",")]
    if in_text:
        return ", ".join(f"{authors} [{year}]" for authors, year in said)
    return f"[{'; '.join(f'{authors}, {year}' for authors, year in said)}]"


def role(match: re.Match[str], names: Names) -> str:
    """What stands in the book in place of a role; of one not known, its content."""
    name, content = match["name"], match["content"]
    if name.startswith("cite"):
        return cited(content, name == "cite:t", names)
    if name == "eq":
        return f"({names.equations.get(content, content)})"
    if name == "kbd":
        return f"<kbd>{content}</kbd>"
    said, _, target = content.rpartition("<")
    target = target.removesuffix(">")
    if name == "numref":
        full = names.figures.get(target, target)
        return said.strip().replace("%s", full.split()[-1]) if said else full
    return said.strip() or target


def formula(body: str, number: str) -> str:
    """A formula on its own, with its number if it has one."""
    tag = f" \\tag{{{number}}}" if number else ""
    return f"$$\n{body.strip()}{tag}\n$$"


def block(match: re.Match[str], names: Names) -> str:
    """What a viewer shows in place of a directive; of one not known, its content."""
    if match["name"] is None:
        return match[0]
    given, body = options(match["body"])
    title = match["title"].strip()
    if match["name"] == "math":
        return formula(body, names.equations.get(given.get("label", ""), ""))
    body = markdown(body, names).strip()
    if match["name"] == "dropdown":
        head = f"<details><summary>{markdown(title, names)}</summary>"
        return f"{head}\n\n{body}\n\n</details>"
    if match["name"] in ("figure", "image"):
        said = caption(names.figures.get(given.get("name", ""), ""), body)
        return f"![{given.get('alt', '')}]({title})\n\n{said}".strip()
    if match["name"] in ("note", "tip", "warning", "important", "admonition"):
        head = title or match["name"].capitalize()
        return f"> **{head}.** {body}".replace("\n", "\n> ")
    return "\n\n".join(filter(None, (title, body)))


def markdown(text: str, names: Names) -> str:
    """MyST as Markdown that any viewer of notebooks shows."""

    def between(part: str) -> str:
        part = DOLLARS.sub(
            lambda m: formula(m["body"], names.equations.get(m["label"], "")), part
        )
        return ROLE.sub(lambda m: role(m, names), LABEL.sub("", part))

    written, at = "", 0
    for match in BLOCK.finditer(text):
        written += between(text[at : match.start()]) + block(match, names)
        at = match.end()
    return written + between(text[at:])


def caption(name: str, text: str) -> str:
    """A figure's name and what is said below it; empty if there is nothing."""
    return " ".join(filter(None, (f"**{name}.**" if name else "", text.strip())))


def relinked(text: str, leads: Callable[[str], str]) -> str:
    """A text whose links lead where `leads` says; what comes after # stays."""

    def link(match: re.Match[str]) -> str:
        path, mark, rest = match["target"].partition("#")
        return f"{match['text']}({leads(path)}{mark}{rest})"

    return LINK.sub(link, text)
