"""The book's colours, defined once: by role, each with a light and a dark value.

The hues start from those of Okabe & Ito (2008) and are set so that they stay apart
under the common forms of colour blindness and are legible as text; a test measures
both. matplotlib draws with the light values; the built book turns
each light value into a CSS variable (`--role-read`), so figures follow the reader's
theme. This module imports nothing, so that the book builds without torch.
"""

from __future__ import annotations

from typing import NamedTuple


class Colour(NamedTuple):
    """One role's colour in the two themes, as #rrggbb."""

    light: str
    dark: str


ROLES: dict[str, Colour] = {
    # What a thing is in the machine. The same in every figure of the book.
    "read": Colour("#0f5db5", "#2d87e0"),
    "write": Colour("#ba5a11", "#e69150"),
    "content": Colour("#147a53", "#5fe6ad"),
    "location": Colour("#bc3c88", "#ffb2f0"),
    "controller": Colour("#383d44", "#7c848f"),
    "target": Colour("#664400", "#f9cd2f"),
    "error": Colour("#b0102f", "#ff7285"),
    # Values around zero: less than nothing and more than nothing, zero is clear.
    "negative": Colour("#762a83", "#a270b2"),
    "positive": Colour("#01665e", "#45c4b6"),
    # The page itself.
    "ink": Colour("#1f2430", "#e7e9ee"),
    "muted": Colour("#636c79", "#9ba5b3"),
    "line": Colour("#cfd4da", "#434c58"),
    "surface": Colour("#f5f6f8", "#1d222a"),
}


def role(name: str) -> str:
    """The light value of a role's colour.

    Raises:
        ValueError: if there is no such role.
    """
    if name not in ROLES:
        raise ValueError(f"no role called {name!r}; there are: {', '.join(ROLES)}")
    return ROLES[name].light


def css() -> str:
    """The palette as CSS variables for the book's light and dark theme."""
    light = "".join(f"  --role-{name}: {c.light};\n" for name, c in ROLES.items())
    dark = "".join(f"  --role-{name}: {c.dark};\n" for name, c in ROLES.items())
    return f':root {{\n{light}}}\nhtml[data-theme="dark"] {{\n{dark}}}\n'
