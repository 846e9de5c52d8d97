"""Vector figures become part of the page, so that they follow the reader's theme.

An SVG in an `<img>` cannot see the page: not its dark mode, not its font. So each one
is parsed and written into the page, the palette's colours as CSS variables, the text in
the page's font, names that could clash made unique. A figure is as wide as its column
allows but never so narrow that its smallest text falls under 12 px. Where a figure
carries a narrow version of itself (`mininet/pictures.py`), both stand in the page and
its style sheet shows the one that fits, its text never larger than the text around it;
another one scrolls sideways in its own box.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from book_ext.assets import load_palette

logger = logging.getLogger(__name__)

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
SMALLEST_TEXT = 12.0  # px
GROWN = 1.4  # how much a narrow version grows in a column that is wider, at most
DRAWINGS = "_static/drawings/"  # drawn by hand, for a phone; they grow as well:
LARGER = (1.25, 1.6)  # how much, at least and at most, on a wide screen
HIGH = 540.0  # px, what they should not grow over
HIDDEN = {"aria-hidden": "true"}
PIXELS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "in": 96.0, "cm": 96 / 2.54}
COLOURED = ("fill", "stroke", "stop-color", "color")
DROPPED = {f"{{{SVG}}}metadata", f"{{{SVG}}}style", f"{{{SVG}}}title"}
HEX = re.compile(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b")
SIZE = re.compile(r"font-size: ([\d.]+)px")
REFERENCE = re.compile(r"url\(#([^)]+)\)")

ET.register_namespace("", SVG)


class FigureError(ValueError):
    """An SVG that cannot be put into the page; the message says why."""


def colour_names(roles: Mapping[str, Any]) -> dict[str, str]:
    """Which CSS colour stands for which hex value of a figure file."""
    names = {c.light.lower(): f"var(--role-{n}, {c.light})" for n, c in roles.items()}
    names["#ffffff"] = "var(--pst-color-background, #ffffff)"
    names["#000000"] = names.get(roles["ink"].light.lower(), "currentColor")
    return names


def pixels(length: str) -> float:
    """An SVG length in CSS pixels: `"72pt"` is 96.

    Raises:
        FigureError: for a unit that depends on where the figure stands.
    """
    match = re.fullmatch(r"([\d.]+)([a-z]*)", length.strip())
    if match is None or match[2] not in PIXELS:
        raise FigureError(f"width must be a number, px, pt, in or cm, got {length!r}")
    return float(match[1]) * PIXELS[match[2]]


def declarations(style: str) -> dict[str, str]:
    """`"fill: red; stroke: blue"` as a dictionary, its order kept."""
    pairs = (part.split(":", 1) for part in style.split(";") if ":" in part)
    return {name.strip(): value.strip() for name, value in pairs}


def recolour(value: str, names: Mapping[str, str]) -> str:
    """Replace the palette's hex values in a CSS value; leave other colours alone."""

    def swap(match: re.Match[str]) -> str:
        short = match[0].lower()
        full = short if len(short) == 7 else "#" + "".join(2 * c for c in short[1:])
        return names.get(full, match[0])

    return HEX.sub(swap, value)


def restyle(element: ET.Element, names: Mapping[str, str]) -> float | None:
    """Give one element the page's colours and font. Returns its font size, if any."""
    style = declarations(element.attrib.pop("style", ""))
    for name in COLOURED:
        if name in element.attrib:
            style.setdefault(name, element.attrib.pop(name))
    font = style.pop("font", "")  # matplotlib: "font: italic 700 12px 'DejaVu Sans'"
    if match := re.search(r"([\d.]+)px", font):
        style.setdefault("font-size", match[0])
        for word in font[: match.start()].split():
            name = "font-weight" if word in {"bold"} or word.isdigit() else "font-style"
            style.setdefault(name, "italic" if word == "oblique" else word)
    size = style.get("font-size", element.get("font-size", ""))
    style.pop("font-family", None)
    element.attrib.pop("font-family", None)
    if style:
        element.set(
            "style", "; ".join(f"{k}: {recolour(v, names)}" for k, v in style.items())
        )
    match = re.fullmatch(r"([\d.]+)(px)?", size.strip())
    return float(match[1]) if match else None


def rename(root: ET.Element, prefix: str) -> None:
    """Make ids unique to this figure where they are used, drop them where not."""
    used: set[str] = set()
    for element in root.iter():
        if link := element.attrib.pop(f"{{{XLINK}}}href", None):
            element.set("href", link)
        if element.get("href", "").startswith("#"):
            used.add(element.get("href", "")[1:])
        for value in element.attrib.values():
            used.update(REFERENCE.findall(value))
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            if name == "id" and value in used:
                element.set("id", f"{prefix}-{value}")
            elif name == "id":
                del element.attrib["id"]
            elif name == "href" and value.startswith("#"):
                element.set("href", f"#{prefix}-{value[1:]}")
            else:
                element.set(name, REFERENCE.sub(rf"url(#{prefix}-\1)", value))


def prune(root: ET.Element) -> None:
    """Take out metadata, scripts and style sheets, which would reach the whole page.

    Raises:
        FigureError: if a style sheet says more than matplotlib's line joins.
    """
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == f"{{{SVG}}}script":
                raise FigureError("a figure must not carry a script")
            sheet = (child.text or "").strip() if child.tag == f"{{{SVG}}}style" else ""
            if sheet and not re.fullmatch(r"\*\s*\{[^{}]*\}", sheet):
                raise FigureError("a style sheet in a figure would reach the page")
            if sheet:
                root.set("style", sheet[sheet.index("{") + 1 : -1])
            if child.tag in DROPPED:
                parent.remove(child)


def inline_svg(
    source: str, alt: str, prefix: str, names: Mapping[str, str], by_hand: bool = False
) -> str:
    """The HTML for one figure.

    Args:
        source: the SVG file's text; a narrow version may stand in its `<metadata>`.
        alt: what the figure shows, for those who do not see it; empty if the text
            beside it says the same.
        prefix: starts the ids that have to stay; unique on the page.
        names: which CSS colour replaces which hex value, from `colour_names`.
        by_hand: whether it is a drawing that fills a wide column as well as a phone.

    Raises:
        FigureError: if it is not an SVG with a viewBox, or cannot stand in a page.
    """
    try:
        root = ET.fromstring(source)
    except ET.ParseError as error:
        raise FigureError(f"not well-formed: {error}") from None
    narrow = root.find(f"{{{SVG}}}metadata/{{{SVG}}}svg")
    spoken = {"role": "img", "aria-label": " ".join(alt.split())} if alt else HIDDEN
    if narrow is None and by_hand:
        size = [float(each) for each in root.get("viewBox", "0 0 1 1").split()[2:]]
        grown = min(max(HIGH / size[1], LARGER[0]), LARGER[1])
        text = placed(root, prefix, names, spoken, grown)
        wide = f"max-width: {grown * size[0]:.0f}px"
        return (
            f'<span class="figure-scroll"><span class="figure-drawn" style="{wide}">'
            f'<span class="figure-larger">{text}</span></span></span>'
        )
    if narrow is None:
        text = placed(root, prefix, names, spoken)
        return f'<span class="figure-scroll">{text}</span>'
    both = ET.Element("span", {"class": "figure-sizes", **spoken})
    wide, thin = (
        placed(version, f"{prefix}{letter}", names, HIDDEN, grows)
        for version, letter, grows in ((root, "w", 0), (narrow, "n", GROWN))
    )
    start = ET.tostring(both, encoding="unicode").removesuffix(" />")
    return (
        f'<span class="figure-scroll">{start}><span class="figure-wide">{wide}</span>'
        f'<span class="figure-narrow" hidden="">{thin}</span></span></span>'
    )


def placed(
    root: ET.Element,
    prefix: str,
    names: Mapping[str, str],
    spoken: Mapping[str, str],
    grows: float = 0,
) -> str:
    """One SVG as it stands in the page.

    Args:
        root: the drawing; it is changed.
        prefix, names: as for `inline_svg`.
        spoken: the attributes that say its text to those who do not see it.
        grows: how much it may be enlarged, to fill a wider column; 0 if not at all.

    Raises:
        FigureError: as `inline_svg`.
    """
    box = root.get("viewBox", "").replace(",", " ").split()
    if root.tag != f"{{{SVG}}}svg" or len(box) != 4:
        raise FigureError("expected an <svg> element with a viewBox")
    width = pixels(root.attrib.pop("width", box[2]))
    root.attrib.pop("height", None)
    prune(root)
    rename(root, prefix)
    sizes = [size for e in root.iter() if (size := restyle(e, names))]
    if grows:
        ease(root, SMALLEST_TEXT)
    scale = width / float(box[2])
    narrowest = min(width, width * SMALLEST_TEXT / (min(sizes, default=12.0) * scale))
    wide = f"100%; max-width: {grows * width:.0f}px" if grows else f"{width:.0f}px"
    own = f"{root.get('style', '')}; width: {wide}; min-width: {narrowest:.0f}px"
    root.set("style", own.lstrip("; "))
    root.set("class", f"{root.get('class', '')} book-figure".strip())
    for name, value in spoken.items():
        root.set(name, value)
    return ET.tostring(root, encoding="unicode")


def ease(element: ET.Element, size: float) -> None:
    """Where a drawing grows, its text grows less: the style sheet says by how much.

    Args:
        element: the drawing, or a part of it; it is changed.
        size: of the text around it, in the drawing's units.
    """
    style = element.get("style", "")
    attribute = element.attrib.pop("font-size", None)
    if attribute and not SIZE.search(style):
        style = f"{style}; font-size: {attribute.removesuffix('px')}px".lstrip("; ")
    if found := SIZE.search(style):
        size = float(found[1])
        style = SIZE.sub(rf"font-size: calc({found[1]}px * var(--text, 1))", style)
        element.set("style", style)
    if dy := element.get("dy"):  # an index stays as far below its letter
        element.set("dy", f"{float(dy) / size:.3g}em")
    for child in element:
        ease(child, size)


class InlineFigures(SphinxPostTransform):
    """Replace every SVG image of a page by its inline form; ask for alt text."""

    default_priority = 50
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Change `self.document` in place; what is wrong becomes a warning."""
        names = colour_names(load_palette(Path(self.app.srcdir)).ROLES)
        for number, image in enumerate(list(self.document.findall(nodes.image)), 1):
            alt = image.get("alt", "").strip()
            if not alt:
                logger.warning("image without alt text", location=image, type="book")
            if not image["uri"].endswith(".svg") or "://" in image["uri"]:
                continue
            source = Path(self.app.srcdir, image["uri"]).read_text(encoding="utf8")
            try:
                by_hand = DRAWINGS in image["uri"]
                html = inline_svg(source, alt, f"svg{number}", names, by_hand)
            except FigureError as error:
                where = Path(image["uri"]).name
                logger.warning("%s: %s", where, error, location=image, type="book")
                continue
            image.replace_self(nodes.raw("", html, format="html"))


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.add_post_transform(InlineFigures)
