"""The page's modules as one script: `static/*.mjs` joined, with their style.

A page opened from disk may not import modules, JupyterLab gets its code as text, and an
embedded engine has no files, so the modules travel as one: each becomes a function's
scope, and `import` reads from the modules before it. This file imports nothing of the
package, so that the book builds without torch.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote, unquote

STATIC = Path(__file__).parent / "static"
# What computes and draws, in order; then what a page adds, or who has none.
CORE = ("interpreter", "inputs", "compute", "views")
PAGE = (*CORE, "controls", "figure", "host", "kernel")
HEADLESS = (*CORE, "headless")
IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./(\w+)\.mjs";$', re.MULTILINE)
EXPORT = re.compile(r"^export const (\w+)", re.MULTILINE)
COMMENT = re.compile(
    r"^[ \t]*(?:/\*\*.*?\*/[ \t]*|//[^\n]*)\n", re.MULTILINE | re.DOTALL
)
# One behind a line's code goes too, if no quote in it could be a text's end.
BEHIND = re.compile(r"[ \t]+// [^\n\"'`]*$", re.MULTILINE)
# A drawing as an image holds it, and the letters that may stand there as they are.
IMAGE = re.compile(r'<img [^>]*src="data:image/svg\+xml,(%3Csvg[^"]*)"[^>]*>')
PLAIN = " !$&'()*+,/:;=?@|[]"
INDENT = re.compile(r"^[ \t]+", re.MULTILINE)  # no text of the modules spans lines


def joined(modules: Sequence[str]) -> str:
    """The modules in one text, each in its own scope, under its own name."""
    parts = []
    for name in modules:
        text = (STATIC / f"{name}.mjs").read_text(encoding="utf8")
        exports = ", ".join(EXPORT.findall(text))
        text = IMPORT.sub(r"const \1 = \2;", text).replace("export const", "const")
        # A reader of the sources has comments and indentation, a page need not.
        text = INDENT.sub("", BEHIND.sub("", COMMENT.sub("", text)))
        parts.append(
            f"const {name} = (() => {{\n{text}return {{ {exports} }};\n}})();\n"
        )
    return "".join(parts)


def style() -> str:
    """The figures' style sheet; the palette's variables come from elsewhere."""
    return (STATIC / "figure.css").read_text(encoding="utf8")


def for_page() -> str:
    """A classic script that brings a page's figures to life when it has loaded."""
    return (
        f"(() => {{\n{joined(PAGE)}"
        'if (document.readyState === "loading") {\n'
        '  document.addEventListener("DOMContentLoaded", () => host.start());\n'
        "} else host.start();\n})();\n"
    )


def for_kernel(palette: str) -> str:
    """A module for anywidget: exports `render`.

    Args:
        palette: CSS that sets `--role-...` for light and for dark pages.
    """
    dark = palette.replace(
        'html[data-theme="dark"]', 'body[data-jp-theme-light="false"]'
    )
    whole = json.dumps(f"{palette}{dark}{style()}")
    return f"{joined(PAGE)}export const render = kernel.renderWith({whole});\n"


def as_image(picture: str, alt: str) -> str:
    """A drawing as an image, for viewers that trust no notebook take drawings out."""
    return (
        f'<img alt="{escape(alt)}" style="max-width: 100%; background: #ffffff" '
        f'src="data:image/svg+xml,{quote(picture, safe=PLAIN)}">'
    )


def drawn(html: str) -> str:
    """HTML with the drawing itself where it was an image.

    Inside the page a drawing has the page's colours, which an image has not.
    """
    return IMAGE.sub(lambda found: unquote(found[1]), html)
