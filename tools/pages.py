"""Take a new snapshot of the book's prose, the text that chapter 1 learns to write.

    python tools/pages.py

writes `mininet/tasks/pages.txt`: one paragraph a line, in small letters, without code,
long formulas and tables. Chapter 1 must be executed again afterwards.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SNAPSHOT = ROOT / "mininet" / "tasks" / "pages.txt"
PAGES = ("welcome", "running", "notation", "results")
SHORTEST = 40  # characters of a paragraph worth keeping

REPLACEMENTS = (
    (r"(?s)\$\$.*?\$\$", " "),  # formulas on their own
    (r"(?s)^(`{3,}|:{3,}).*?^\1", " "),  # code, directives
    (r"(?s)<!--.*?-->|<[^>]+>", " "),
    (r"(?m)^(\||#|---|\(.*\)=).*$", " "),  # tables, headings, rules
    (r"[ \n]?\{[\w:-]+\}`[^`]*`", ""),  # references
    (r"\$([a-zA-Z0-9]{1,3})(_\w)?\$", r"\1"),  # a letter or a number stays
    (r"\$[^$]*\$|`[^`]*`", ""),  # longer formulas and code in the text
    (r"!?\[([^\]]*)\]\([^)]*\)", r"\1"),  # links keep their words
    (r"(?m)^[ \t]*(?:[-*+]|\d+\.)[ \t]+", ""),
)
SPELLING = str.maketrans({"’": "'", "–": "-", "—": "-", "“": "", "”": "", "\n": " "})


def prose(markdown: str) -> list[str]:
    """The paragraphs of a page, in small letters."""
    for pattern, plain in REPLACEMENTS:
        markdown = re.sub(pattern, plain, markdown, flags=re.MULTILINE)
    kept = []
    for paragraph in re.split(r"\n\s*\n", markdown):
        text = paragraph.translate(SPELLING).lower()
        text = re.sub(r"[^a-z0-9 .,;:'?!()-]", "", text)
        text = re.sub(r"\s+([.,;:?!)])", r"\1", re.sub(r"\s+", " ", text)).strip()
        if len(text) >= SHORTEST:
            kept.append(text)
    return kept


def sources() -> list[str]:
    """The markdown of the book's pages and of its notebooks, captions too."""
    texts = [(ROOT / "README.md").read_text("utf-8")]
    texts += [(ROOT / "book" / f"{page}.md").read_text("utf-8") for page in PAGES]
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        told = ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]
        told += [
            c["metadata"]["mystnb"]["figure"]["caption"].replace("\n", " ")
            for c in cells
            if "mystnb" in c["metadata"]
        ]
        texts.append("\n\n".join(told))
    return texts


if __name__ == "__main__":
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    paragraphs = [line for text in sources() for line in prose(text)]
    SNAPSHOT.write_text("\n".join(paragraphs) + "\n", encoding="utf-8")
    print(f"{len(paragraphs)} paragraphs in {SNAPSHOT.relative_to(ROOT)}")
