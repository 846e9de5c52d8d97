"""`{package} mininet/models`: what a package offers, from its docstrings.

The sources are read, never imported, so that the book builds without torch. A package
that gives names out in its `__init__` is described by those names; of any other, each
module is. A name with an underscore, or without a docstring, is nobody's business.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective

Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

SECTION = re.compile(r"^(Args|Attributes|Returns|Yields|Raises):[ \t]*\n", re.MULTILINE)
ENTRY = re.compile(r"^(\*{0,2}[\w.]+(?:, \*{0,2}[\w.]+)*):\s*(.*)", re.DOTALL)
FIELDS = {"Args": "param", "Raises": "raises"}  # with a name for each entry
WHOLE = {"Returns": "returns", "Yields": "yields"}


class Module(NamedTuple):
    """What a reader imports: a module, or a package that gives names out."""

    name: str  # "mininet.models.lstm"
    says: str  # its docstring
    offers: list[tuple[Documented, list[str]]]  # each with its file's lines


def parsed(path: Path) -> tuple[ast.Module, list[str]]:
    """A file's syntax tree and its lines."""
    text = path.read_text(encoding="utf8")
    return ast.parse(text), text.splitlines()


def public(tree: ast.Module | ast.ClassDef) -> Iterator[Documented]:
    """The functions and classes with a docstring, in order; the last of a name."""
    found = {
        node.name: node
        for node in tree.body
        if isinstance(node, Documented)
        and not node.name.startswith("_")
        and ast.get_docstring(node)
    }
    yield from found.values()


def given_out(tree: ast.Module, package: str) -> dict[str, str]:
    """The names that an `__init__` imports from its own modules, and from which."""
    return {
        name.asname or name.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module
        and node.module.startswith(f"{package}.")
        for name in node.names
    }


def described(root: Path, place: str) -> list[Module]:
    """The modules of a package, or the one module of a file.

    Args:
        place: from the root, without .py: "mininet/models" or "mininet/plotting".
    """
    name, folder = place.replace("/", "."), root / place
    if not folder.is_dir():
        return [module(folder.with_suffix(".py"), name)]
    tree, _ = parsed(folder / "__init__.py")
    names = given_out(tree, name)
    if not names:
        files = sorted(folder.glob("[!_]*.py"))
        return [module(file, f"{name}.{file.stem}") for file in files]
    offers = []
    for source in dict.fromkeys(names.values()):
        part = module(root / f"{source.replace('.', '/')}.py", source)
        offers += [offer for offer in part.offers if offer[0].name in names]
    return [Module(name, ast.get_docstring(tree) or "", offers)]


def module(path: Path, name: str) -> Module:
    """A module from its file."""
    tree, lines = parsed(path)
    offers = [(node, lines) for node in public(tree)]
    return Module(name, ast.get_docstring(tree) or "", offers)


def blocks(text: str) -> str:
    """Prose whose indented parts, formulas and commands, stay as they are typed."""
    written = []
    for part in re.split(r"\n\s*\n", text.strip("\n")):
        if all(line.startswith("    ") for line in part.splitlines()):
            part = f"```text\n{textwrap.dedent(part)}\n```"
        written.append(part)
    return "\n\n".join(written)


def dedented(text: str) -> list[str]:
    """The entries of a section: what begins at its margin, with what hangs from it."""
    lines = text.strip("\n").splitlines()
    margin = min((len(x) - len(x.lstrip()) for x in lines if x.strip()), default=0)
    inner = "\n".join(line[margin:] for line in lines)
    return [part for part in re.split(r"\n(?=\S)", inner) if part.strip()]


def fields(section: str, text: str) -> Iterator[str]:
    """A section of a docstring as fields: `:param x: what it is`."""
    if section in WHOLE:
        said = " ".join(" ".join(dedented(text)).split())
        yield f":{WHOLE[section]}: {said}"
        return
    for entry in dedented(text):
        match = ENTRY.match(entry)
        if match:
            name = match[1].replace("*", "\\*").replace(", ", "/")
            yield f":{FIELDS[section]} {name}: {' '.join(match[2].split())}"


def held(docstring: str) -> dict[str, str]:
    """What a docstring says of attributes, by name."""
    parts = SECTION.split(docstring)
    said = dict(zip(parts[1::2], parts[2::2], strict=True)).get("Attributes", "")
    found = map(ENTRY.match, dedented(said.split("\n\n")[0]))
    return {match[1]: " ".join(match[2].split()) for match in found if match}


def prose(docstring: str) -> str:
    """A docstring as MyST; what it says of attributes stands with them."""
    parts = SECTION.split(docstring)
    written = [blocks(parts[0])]
    given: list[str] = []
    for section, text in zip(parts[1::2], parts[2::2], strict=True):
        inside, *after = re.split(r"\n\n(?=\S)", text, maxsplit=1)
        given += fields(section, inside) if section != "Attributes" else []
        written += [blocks(more) for more in after]
    return "\n\n".join([*written, "\n".join(given)])


def signature(node: Documented) -> str:
    """What stands in brackets, and what comes back."""
    if isinstance(node, ast.ClassDef):
        made = [
            n for n in node.body if isinstance(n, Function) and n.name == "__init__"
        ]
        return f"({arguments(made[-1])})" if made else ""
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"({arguments(node)}){returns}"


def arguments(node: Function) -> str:
    """The arguments as they are written, without `self`."""
    return re.sub(r"^(self|cls)(, |$)", "", ast.unparse(node.args))


def attributes(node: ast.ClassDef, lines: list[str]) -> Iterator[str]:
    """The fields of a class, as the docstring or a comment behind each says."""
    said = held(ast.get_docstring(node) or "")
    for part in node.body:
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            line = lines[(part.end_lineno or part.lineno) - 1]
            comment = line[part.end_col_offset or 0 :].strip().removeprefix("#").strip()
            name, kind = part.target.id, ast.unparse(part.annotation)
            words = said.get(name, comment)
            yield directive(3, "attribute", name, f":type: {kind}", words)


def directive(depth: int, kind: str, head: str, *body: str) -> str:
    """A directive of Sphinx's Python domain."""
    fence = ":" * depth
    inside = "\n\n".join(filter(None, body))
    return f"{fence}{{py:{kind}}} {head}\n{inside}\n{fence}\n"


def entry(node: Documented, lines: list[str]) -> str:
    """A function, or a class with its fields and methods, as MyST."""
    head, says = node.name + signature(node), prose(ast.get_docstring(node) or "")
    if not isinstance(node, ast.ClassDef):
        return directive(5, "function", head, says)
    inside = [*attributes(node, lines)]
    for part in public(node):
        if isinstance(part, Function):
            decorators = {ast.unparse(mark) for mark in part.decorator_list}
            kind = "property" if "property" in decorators else "method"
            name = part.name if kind == "property" else part.name + signature(part)
            inside.append(
                directive(4, kind, name, prose(ast.get_docstring(part) or ""))
            )
    return directive(5, "class", head, says, *inside)


class Package(SphinxDirective):
    """The directive; its argument is the package's place in the repository."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """A section for each module."""
        root, place = Path(self.env.srcdir), self.arguments[0]
        for file in [root / f"{place}.py", *sorted((root / place).glob("*.py"))]:
            if file.is_file():
                self.env.note_dependency(file.relative_to(root).as_posix())
        return [self.section(part) for part in described(root, place) if part.offers]

    def section(self, part: Module) -> nodes.Node:
        """One module: its name, its docstring, and what it offers."""
        section = nodes.section(ids=[nodes.make_id(part.name)])
        section += nodes.title("", "", nodes.literal("", part.name))
        text = [f"```{{py:module}} {part.name}\n```", blocks(part.says)]
        text += [entry(node, lines) for node, lines in part.offers]
        source = StringList("\n\n".join(text).splitlines(), source=part.name)
        self.state.nested_parse(source, self.content_offset, section)
        return section


def allow_names(app: Sphinx, config: Config) -> None:
    """Names of Python's and torch's own things lead nowhere, and need not."""
    config.nitpick_ignore_regex = [*config.nitpick_ignore_regex, ("py:.*", ".*")]
    config.toc_object_entries_show_parents = "hide"
    config.add_module_names = False


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.add_directive("package", Package)
    app.connect("config-inited", allow_names)
