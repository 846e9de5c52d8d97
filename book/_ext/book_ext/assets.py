"""The palette as a style sheet, in the built book's `_static`."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError


def load_palette(root: Path) -> ModuleType:
    """`mininet/palette.py`, read from its file so that the book builds without torch.

    Raises:
        ExtensionError: if two roles share a light value, for then a figure's colour
            would not tell which role is meant.
    """
    path = root / "mininet" / "palette.py"
    spec = importlib.util.spec_from_file_location("book_palette", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ExtensionError(f"the palette is not where it should be: {path}")
    palette = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(palette)
    owners: dict[str, str] = {}
    for name, colour in palette.ROLES.items():
        other = owners.setdefault(colour.light.lower(), name)
        if other != name:
            raise ExtensionError(f"{other} and {name} share the colour {colour.light}")
    return palette


def write_assets(app: Sphinx) -> None:
    """Put palette.css into the built book's `_static`."""
    if app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    palette = load_palette(Path(app.srcdir))
    (static / "palette.css").write_text(palette.css(), encoding="utf8")


def register(app: Sphinx) -> None:
    """Connect to Sphinx. The palette comes before the theme that uses it."""
    app.connect("builder-inited", write_assets)
    app.add_css_file("palette.css", priority=400)
