"""The book's own Sphinx extension: figures, results, the map, links to the source."""

from __future__ import annotations

import ast
import json
import os
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "book" / "_ext"))

from docutils import nodes  # noqa: E402
from docutils.utils import new_document  # noqa: E402
from sphinx.errors import ExtensionError  # noqa: E402

from book_ext import (  # noqa: E402
    assets,
    figures,
    folds,
    lean,
    live,
    maths,
    package,
    powers,
    repository,
    results,
    search,
    shares,
    systems,
)

NAMES = figures.colour_names(assets.load_palette(ROOT).ROLES)
READ = assets.load_palette(ROOT).ROLES["read"].light
HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
)


def drawn(body: str, size: str = 'width="360pt" viewBox="0 0 360 200"') -> str:
    return figures.inline_svg(f"{HEAD} {size}>{body}</svg>", "a curve", "f1", NAMES)


def svg_of(html: str) -> ET.Element:
    return ET.fromstring(html)[0]


# ---- Shares ----


def test_a_share_does_not_break_before_its_sign() -> None:
    page = "<p>between 9 and 10 %, <b>99</b> % of<br>words</p><td>0.4 %</td>"
    assert shares.whole(page) == page.replace(" %", "\u00a0%")


@pytest.mark.parametrize(
    "page",
    [
        "<pre>print(7 % 3)</pre>",
        "<p><code class='x'>7 % 3</code> is one</p>",
        "<script>const half = 7 % 3;</script><style>a { width: 9 % }</style>",
        '<p title="all 100 % > 9">a word % alone</p>',
        "<textarea>9 %</textarea><svg><text>9 %</text></svg>",
    ],
)
def test_code_and_what_scripts_read_keep_their_spaces(page: str) -> None:
    assert shares.whole(page) == page


# ---- Figures ----


def test_a_palette_colour_becomes_a_variable_and_others_stay() -> None:
    html = drawn(f'<path style="fill: {READ.upper()}; stroke: #123456"/>')
    assert f"fill: var(--role-read, {READ})" in html and "stroke: #123456" in html


def test_a_colour_in_an_attribute_becomes_a_variable_too() -> None:
    path = svg_of(drawn(f'<path fill="{READ}" stroke="none"/>'))[0]
    assert path.get("fill") is None
    assert path.get("style") == f"fill: var(--role-read, {READ}); stroke: none"


@pytest.mark.parametrize("black", ["#000", "#000000"])
def test_black_becomes_ink(black: str) -> None:
    assert "fill: var(--role-ink" in drawn(f'<path fill="{black}"/>')


def test_text_takes_the_pages_font_and_keeps_its_size_and_weight() -> None:
    html = drawn("<text style=\"font: italic 700 12px 'DejaVu Sans'\">x</text>")
    assert "DejaVu" not in html
    assert "font-size: 12px; font-style: italic; font-weight: 700" in html or (
        "font-weight: 700" in html and "font-style: italic" in html
    )


def test_the_alternative_text_is_the_name_of_the_figure() -> None:
    svg = svg_of(drawn("<path/>"))
    assert (svg.get("role"), svg.get("aria-label")) == ("img", "a curve")


def test_a_drawing_beside_its_own_words_is_hidden_from_readers_aloud() -> None:
    html = figures.inline_svg(f'{HEAD} viewBox="0 0 9 9"/>', "", "f", NAMES)
    assert 'aria-hidden="true"' in html and "role=" not in html


def test_ids_are_unique_where_used_and_gone_where_not() -> None:
    html = drawn(
        '<defs><clipPath id="c"/><path id="m"/></defs><g id="axes_1" '
        'clip-path="url(#c)"><use xlink:href="#m"/></g>'
    )
    assert 'id="f1-c"' in html and "url(#f1-c)" in html
    assert 'id="f1-m"' in html and 'href="#f1-m"' in html
    assert "axes_1" not in html and "xlink" not in html


def test_a_figure_never_gets_so_narrow_that_its_text_is_under_12_px() -> None:
    # 360 pt are 480 px and text of 12 units is 16 px: it may shrink by a quarter.
    style = svg_of(drawn('<text style="font-size: 12px">x</text>')).get("style")
    assert style == "width: 480px; min-width: 360px"


def test_a_figure_with_small_text_keeps_its_width() -> None:
    style = svg_of(drawn('<text style="font-size: 8px">x</text>')).get("style")
    assert style == "width: 480px; min-width: 480px"


NARROW = (
    '<metadata><svg width="216pt" viewBox="0 0 216 90"><path id="m"/><use '
    'xlink:href="#m"/><text style="font-size: 9px">x</text></svg></metadata>'
)


def test_a_figure_with_a_narrow_version_has_both_and_one_text() -> None:
    html = drawn(f'{NARROW}<path id="m"/><use xlink:href="#m"/>')
    both = svg_of(html)
    assert (both.get("role"), both.get("aria-label")) == ("img", "a curve")
    wide, narrow = (version[0] for version in both)
    assert [version.get("class") for version in both] == [
        "figure-wide",
        "figure-narrow",
    ]
    # Without a style sheet one is shown; a reader aloud hears the text once.
    assert [version.get("hidden") for version in both] == [None, ""]
    assert wide.get("aria-hidden") == narrow.get("aria-hidden") == "true"
    assert html.count("a curve") == 1 and "metadata" not in html
    assert 'id="f1w-m"' in html and 'id="f1n-m"' in html


def test_a_narrow_version_fills_a_phone_and_its_text_stays_at_12_px() -> None:
    narrow = svg_of(drawn(NARROW))[1][0]
    assert narrow.get("style") == "width: 100%; max-width: 403px; min-width: 288px"


def test_the_text_of_a_narrow_version_has_12_to_13_px_at_every_width() -> None:
    from mininet import pictures

    html = drawn(NARROW)
    assert "font-size: calc(9px * var(--text, 1))" in html and html.count("calc") == 1
    sheet = (ROOT / "book" / "_static" / "theme.css").read_text(encoding="utf8")
    rule = (
        r"@container \(width >= (\d+)px\) \{\s*\.figure-narrow \{\s*--text: ([\d.]+);"
    )
    scales = {0: 1.0} | {int(w): float(s) for w, s in re.findall(rule, sheet)}
    least = pictures.NARROW.width * 4 / 3
    for column in range(round(least), 637):
        shown = min(column, figures.GROWN * least)
        scale = scales[max(width for width in scales if width <= column)]
        text = pictures.NARROW.text * shown / pictures.NARROW.width * scale
        assert 12 <= text <= 13.05, column


@pytest.mark.parametrize("height", [200, 340, 600])
def test_a_drawing_made_by_hand_fills_the_column_and_stays_legible(height: int) -> None:
    source = (
        f'<svg xmlns="{figures.SVG}" width="352" height="{height}" '
        f'viewBox="0 0 352 {height}"><g font-size="15"><text>h<tspan font-size="12" '
        'dy="4">t</tspan><tspan dy="-3">x</tspan></text></g></svg>'
    )
    html = figures.inline_svg(source, "a cell", "f1", NAMES, by_hand=True)
    wide = {200: 563, 340: 559, 600: 440}[height]
    assert f'class="figure-drawn" style="max-width: {wide}px"' in html
    assert "font-size: calc(15px * var(--text, 1))" in html
    assert 'dy="0.333em"' in html and 'dy="-0.2em"' in html and "font-size=" not in html
    sheet = (ROOT / "book" / "_static" / "theme.css").read_text(encoding="utf8")
    rule = (
        r"@container \(width >= (\d+)px\) \{\s*\.figure-larger \{\s*--text: ([\d.]+);"
    )
    scales = {0: 1.0} | {int(w): float(s) for w, s in re.findall(rule, sheet)}
    for column in range(352, wide + 1):
        scale = scales[max(width for width in scales if width <= column)]
        assert 12 <= 12 * column / 352 * scale <= 15.5, column


def test_the_page_turns_to_the_narrow_version_before_text_is_small() -> None:
    from mininet import pictures

    width, text = pictures.WIDE
    needs = width * figures.SMALLEST_TEXT / text
    sheet = (ROOT / "book" / "_static" / "theme.css").read_text(encoding="utf8")
    turns = re.search(r"@container \(width < (\d+)px\) \{\s*\.figure-wide", sheet)
    assert turns and needs <= int(turns[1]) < needs + 1


def test_matplotlibs_style_sheet_stays_inside_its_figure() -> None:
    svg = svg_of(drawn("<defs><style>*{stroke-linejoin: round}</style></defs>"))
    assert "stroke-linejoin: round" in str(svg.get("style"))
    assert "style>" not in ET.tostring(svg, encoding="unicode")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<svg", "not well-formed"),
        ("<p>no</p>", "viewBox"),
        (f"{HEAD} width='9'/>", "viewBox"),
        (f"{HEAD} width='50%' viewBox='0 0 9 9'/>", "width must be"),
        (f"{HEAD} viewBox='0 0 9 9'><style>p {{}}</style></svg>", "style sheet"),
        (f"{HEAD} viewBox='0 0 9 9'><script/></svg>", "script"),
    ],
)
def test_what_cannot_stand_in_a_page_is_refused(source: str, reason: str) -> None:
    with pytest.raises(figures.FigureError, match=reason):
        figures.inline_svg(source, "a", "f", NAMES)


def test_two_roles_may_not_share_a_colour(tmp_path: Path) -> None:
    (tmp_path / "mininet").mkdir()
    (tmp_path / "mininet" / "palette.py").write_text(
        "from types import SimpleNamespace as C\n"
        "ROLES = {'a': C(light='#111111'), 'b': C(light='#111111')}\n"
    )
    with pytest.raises(ExtensionError, match="a and b share"):
        assets.load_palette(tmp_path)


# ---- Mathematics ----


@pytest.mark.parametrize(
    ("tex", "set_as"),
    [
        ("a + b", "a + b"),
        (r"a \\ b", r"\begin{split}a \\ b\end{split}"),
        ("a\n\nb", r"\begin{aligned}a \\ b\end{aligned}"),
    ],
)
def test_rows_of_a_formula_are_aligned(tex: str, set_as: str) -> None:
    assert maths.display_tex(tex) == set_as


@pytest.mark.parametrize(
    ("behind", "kept"),
    [
        (", and", ","),
        (").", ")."),
        ("-th row", "-th"),
        ("-dimensional", "-"),
        (" and", ""),
        ("", ""),
    ],
)
def test_what_touches_a_formula_stays_with_it(behind: str, kept: str) -> None:
    assert maths.cut(behind, maths.BEHIND, at_end=False) == (kept, behind[len(kept) :])


def test_a_bracket_before_a_formula_stays_with_it() -> None:
    assert maths.cut("the row (", maths.BEFORE, at_end=True) == ("(", "the row ")
    assert maths.cut("the row ", maths.BEFORE, at_end=True) == ("", "the row ")


def test_katex_is_where_the_pages_will_look_for_it_with_every_font_it_names() -> None:
    katex = ROOT / "book" / "_static" / "katex"
    sheet = (katex / "katex.min.css").read_text("utf8")
    fonts = re.findall(r"url\(([^)]+)\)", sheet)
    assert len(fonts) == len(set(fonts)) == 20
    assert all((katex / font).is_file() for font in fonts)
    assert "MIT License" in (katex / "LICENSE").read_text("utf8")


# ---- Folds ----

CELL_FOLD = """<details class="admonition hide above-input">
<summary aria-label="Toggle hidden content">
<p class="collapsed admonition-title">{name}</p>
<p class="expanded admonition-title">{name}</p>
</summary>
<pre>1</pre></details>"""
PROSE_FOLD = """<details class="sd-sphinx-override sd-dropdown sd-card sd-mb-3"{open}>
<summary class="sd-summary-title sd-card-header">
<span class="sd-summary-text">Why</span><span class="sd-summary-state-marker x"><svg/>
</span></summary>
<div class="sd-summary-content sd-card-body docutils">
<p>So.</p></div></details>"""


@pytest.mark.parametrize(
    ("html", "written"),
    [
        (
            CELL_FOLD.format(name="Code"),
            '<details class="fold of-code">\n<summary>Code</summary>\n'
            "<pre>1</pre></details>",
        ),
        (
            CELL_FOLD.format(name="Solution"),
            '<details class="fold">\n<summary>Solution</summary>\n'
            "<pre>1</pre></details>",
        ),
        (
            PROSE_FOLD.format(open=""),
            '<details class="fold of-prose">\n<summary>Why</summary>\n'
            '<div class="fold-content">\n<p>So.</p></div></details>',
        ),
        (
            PROSE_FOLD.format(open=' open="open"'),
            '<details class="fold of-prose" open="open">\n<summary>Why</summary>\n'
            '<div class="fold-content">\n<p>So.</p></div></details>',
        ),
    ],
)
def test_both_kinds_of_folds_are_written_as_one(html: str, written: str) -> None:
    assert folds.one_kind(html) == written


@pytest.mark.parametrize(
    ("hidden", "order"), [("input", ["shown", "code"]), ("all", ["code", "shown"])]
)
def test_what_a_cell_shows_stands_before_the_fold_of_its_code(
    hidden: str, order: list[str]
) -> None:
    document: Any = new_document("page")
    cell = nodes.container(nb_element="cell_code", hide_mode=hidden)
    cell += [nodes.container(names=["code"]), nodes.container(names=["shown"])]
    document += cell
    folds.FoldsAfterFigures(document).run()
    assert [part["names"][0] for part in cell.children] == order


# ---- Style sheets ----

SHEET = """/* }{ */ @charset "utf-8"; .kept, .gone > a { color: red }
.gone:hover { content: "}" } a:not(.gone) { top: 0 } :is(.gone, p) .kept { left: 0 }
@media (width > 9px) { .gone { a: b } }
@media print { .gone, p { background: url(a;b{}) } }
@font-face { font-family: "Font Awesome 6"; } .fa-solid { margin: 0 }
@keyframes turn { from { opacity: 0 } }"""


def test_only_rules_that_a_page_can_need_are_kept() -> None:
    kept = lean.lean(SHEET, {"kept", "a", "p", "fa-solid"})
    assert re.sub(r"\s+", " ", kept) == (
        '@charset "utf-8";.kept{ color: red }a:not(.gone){ top: 0 }'
        ":is(.gone, p) .kept{ left: 0 }@media print{p{ background: url(a;b{}) }}"
        "@keyframes turn{ from { opacity: 0 } }"
    )


def test_a_style_sheet_that_is_cut_short_is_refused() -> None:
    with pytest.raises(ValueError, match="ends within"):
        lean.lean("a { b: c", {"a"})


# ---- Results ----

ROW: dict[str, Any] = {
    "system": "LSTM",
    "task": "adding",
    "claim": "solved",
    "citation": "hochreiter1997",
    "ours": "10 of 10",
    "reached": True,
    "seeds": 10,
    "seconds": 12.3,
    "link": "notebooks/02-lstm",
}
RESULT: dict[str, Any] = {
    "title": "Adding",
    "command": "python -m mininet sweep adding",
    "date": "2025-01-01",
    "versions": {"torch": "2.13.0"},
    "machine": {"cpu": "a processor"},
    "seconds": 130.0,
    "rows": [ROW],
}


def test_the_provenance_names_command_date_versions_and_file() -> None:
    line = results.provenance(RESULT, "adding")
    assert "`python -m mininet sweep adding`" in line
    assert "2025-01-01" in line and "torch 2.13.0" in line and "a processor" in line
    assert 'href="results/adding.json"' in line


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4213, "0.42 s"), (9.99, "10 s"), (37.2, "37 s"), (240, "4 min")],
)
def test_seconds_are_said_as_a_person_would(seconds: float, words: str) -> None:
    assert results.duration(seconds) == words


def test_results_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.json").write_text(json.dumps(RESULT | {"title": name}))
    assert [r["title"] for r in results.read_results(tmp_path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "adding.json is not JSON"),
        ("[]", "adding.json lacks command, date"),
        (json.dumps(RESULT | {"rows": [{"system": "x"}]}), "row 1 lacks citation"),
    ],
)
def test_a_file_that_says_too_little_is_named(
    tmp_path: Path, text: str, reason: str
) -> None:
    (tmp_path / "adding.json").write_text(text)
    with pytest.raises(results.ResultError, match=reason):
        results.read_results(tmp_path)


def test_a_new_and_a_changed_file_are_noticed(tmp_path: Path) -> None:
    empty = results.fingerprint(tmp_path)
    (tmp_path / "a.json").write_text("{}")
    first = results.fingerprint(tmp_path)
    os.utime(tmp_path / "a.json", (1, 1))
    assert len({str(s) for s in (empty, first, results.fingerprint(tmp_path))}) == 3


# ---- The table of powers ----


def asked(*shares: float, system: str = "LSTM") -> dict[str, Any]:
    """A result whose seeds have these shares of answers right, in one question."""
    runs = [{"seed": k, "copy": {"right": one}} for k, one in enumerate(shares)]
    rows = [ROW | {"system": system, "link": "book/powers"}]
    settings = {"chapter": "notebooks/02-lstm"}
    more = {"name": "powers-lstm", "runs": runs, "rows": rows, "settings": settings}
    return RESULT | more


@pytest.mark.parametrize(
    ("shares", "text", "cell"),
    [
        ((1.0, 0.99), "2 of 2\n\n100%", "met-all"),
        ((1.0, 0.98, 0.5), "1 of 3\n\n98%", "met-some"),
        ((1.0, 0.0, 0.0), "1 of 3\n\n0%", "met-some"),
        ((0.5, 0.4, 0.1), "0 of 3\n\n40%", "met-none"),
        ((0.0, 0.0), "0 of 2", "met-none"),
    ],
)
def test_a_cell_counts_the_seeds_that_learned_and_tells_the_one_in_the_middle(
    shares: tuple[float, ...], text: str, cell: str
) -> None:
    machine, question = powers.line(asked(*shares), ["copy"])
    assert machine == ("[LSTM](/notebooks/02-lstm.ipynb)", "machine")
    assert question == (text, cell)


def test_a_machine_that_was_not_asked_everything_is_named() -> None:
    with pytest.raises(results.ResultError, match=r"powers-lstm.json was not.*'add'"):
        powers.line(asked(1.0), ["copy", "add"])


def test_the_questions_are_those_of_a_run_without_its_seed_and_seconds() -> None:
    run = {"seed": 0, "seconds": 1.0, "copy": {}, "parity": {}}
    assert powers.questions([{"runs": [run]}]) == ["copy", "parity"]


# ---- The map ----


def test_a_chapter_is_found_by_its_name_and_not_by_a_longer_one() -> None:
    pages = ["notebooks/02-lstm", "notebooks/04-ntm-addressing", "notebooks/06-rl-ntm"]
    assert systems.chapter_of("lstm", pages) == "notebooks/02-lstm"
    assert systems.chapter_of("ntm", pages) == "notebooks/04-ntm-addressing"
    assert systems.chapter_of("rl-ntm", pages) == "notebooks/06-rl-ntm"
    assert systems.chapter_of("rnn", pages) is None


def test_a_system_with_several_chapters_is_linked_to_the_first_of_them() -> None:
    pages = ["notebooks/05-ntm-machine", "notebooks/03-ntm-memory", "notebooks/09-nram"]
    assert systems.chapter_of("ntm", pages) == "notebooks/03-ntm-memory"


def test_the_systems_whose_chapters_stand_are_linked_from_the_map() -> None:
    pages = re.findall(r"file: (notebooks/\S+)", (ROOT / "_toc.yml").read_text("utf8"))
    linked = {systems.chapter_of(s.key, pages): s.key for s in systems.all_systems()}
    assert linked["notebooks/01-rnn"] == "rnn" and linked["notebooks/02-lstm"] == "lstm"
    assert linked["notebooks/03-ntm-memory"] == "ntm"


def test_a_system_without_a_chapter_is_named_and_not_linked() -> None:
    system = systems.TRUNK[0]
    alone = systems.card(system, "", "", "")
    assert system.name in alone and "<a " not in alone and "status" not in alone
    linked = systems.card(system, "", "chapter 1", "x.html")
    assert f'<a href="x.html">{system.name}</a>' in linked and ">chapter 1<" in linked


def test_every_system_has_a_drawing_in_the_palettes_colours_only() -> None:
    for system in systems.all_systems():
        file = ROOT / "book" / "_static" / "systems" / f"{system.key}.svg"
        html = figures.inline_svg(file.read_text("utf8"), "", "m", NAMES)
        assert "var(--role-" in html and not figures.HEX.search(html), system.key


# ---- Links to the source ----


def test_without_an_address_there_is_no_link() -> None:
    assert repository.theme_options("", "main") == {}


def test_an_address_gives_links_and_on_github_a_launch_button() -> None:
    options = repository.theme_options("https://github.com/owner/name.git", "")
    assert options["repository_url"] == "https://github.com/owner/name"
    assert options["repository_branch"] == "main"
    assert options["use_edit_page_button"] is True and "launch_buttons" in options


def test_a_host_of_ones_own_gets_links_and_no_launch_button() -> None:
    options = repository.theme_options("https://code.example/owner/name", "dev")
    assert options["repository_branch"] == "dev" and "launch_buttons" not in options


def test_colab_is_offered_where_notebooks_know_the_address_and_from_there() -> None:
    address = "https://github.com/owner/name"
    usual = repository.theme_options(address, "main")["launch_buttons"]
    launched = repository.theme_options(address, "main", "launch")["launch_buttons"]
    assert "colab_url" not in usual and usual.items() < launched.items()
    page = "notebooks/01-rnn.ipynb"
    colab = f"{launched['colab_url']}/github/owner/name/blob"
    binder = f"{launched['binderhub_url']}/v2/gh/owner/name"
    edit = {"label": "source-buttons", "buttons": [{"url": f"{address}/edit/main/x"}]}
    urls = [f"{binder}/main?urlpath=lab/tree/{page}", f"{colab}/main/{page}"]
    buttons = {"label": "launch-buttons", "buttons": [{"url": url} for url in urls]}
    repository.launch_from([edit, buttons], "main", "launch")
    assert edit["buttons"] == [{"url": f"{address}/edit/main/x"}]
    assert [button["url"] for button in buttons["buttons"]] == [
        f"{binder}/launch?urlpath=lab/tree/{page}",
        f"{colab}/launch/{page}",
    ]


@pytest.mark.parametrize(
    "address",
    [
        "owner/name",
        "https://github.com/owner",
        "http://a/b/c",
        "https://x y/a/b",
        "https://x/a/b'c",
        'https://x/a/b" onclick="x',
    ],
)
def test_an_address_that_leads_nowhere_is_refused(address: str) -> None:
    with pytest.raises(ExtensionError, match="https://host/owner/name"):
        repository.theme_options(address, "")


MODULE = '''"""Boxes: things that hold things."""

from typing import NamedTuple


class State(NamedTuple):
    """What a box holds.

    Attributes:
        shut: whether its lid
            is on.
    """

    held: int  # how much, (B,)
    shut: bool


class Box:
    """A box.

        full = size

    Args:
        size: how much it holds,
            at most.
        wide, high: its sides.

    Raises:
        ValueError: if nothing fits.
    """

    def __init__(self, size: int, *, lid: bool = True) -> None:
        self.size = size

    @property
    def full(self) -> bool:
        """Is nothing to be added?"""

    def put(self, what: int) -> State:
        """Put something in.

        Returns:
            What it holds now.
        """

    def _hidden(self) -> None:
        """Nobody's business."""


def no_words() -> None: ...
'''


def a_package(root: Path, gives_out: str = "") -> Path:
    folder = root / "shop" / "boxes"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(f'"""A shop."""\n{gives_out}')
    (folder / "box.py").write_text(MODULE)
    (folder / "_own.py").write_text(MODULE)
    return root


def test_a_package_is_described_module_by_module(tmp_path: Path) -> None:
    (box,) = package.described(a_package(tmp_path), "shop/boxes")
    assert box.name == "shop.boxes.box"
    assert [node.name for node, _ in box.offers] == ["State", "Box"]
    (alone,) = package.described(tmp_path, "shop/boxes/box")
    assert (alone.name, alone.says) == (box.name, box.says)


def test_a_package_that_gives_names_out_is_described_by_them(tmp_path: Path) -> None:
    gives = "from shop.boxes.box import Box\nimport json\n"
    (shop,) = package.described(a_package(tmp_path, gives), "shop/boxes")
    assert shop.name == "shop.boxes"
    assert [node.name for node, _ in shop.offers] == ["Box"]


def test_a_docstring_becomes_fields_that_the_page_can_set(tmp_path: Path) -> None:
    (box,) = package.described(a_package(tmp_path), "shop/boxes")
    state, whole = (package.entry(*offer) for offer in box.offers)
    assert ":::{py:attribute} held\n:type: int\n\nhow much, (B,)\n:::" in state
    assert ":type: bool\n\nwhether its lid is on.\n:::" in state
    assert "Attributes:" not in state
    assert "{py:class} Box(size: int, *, lid: bool=True)\n" in whole
    assert "```text\nfull = size\n```" in whole
    assert ":param size: how much it holds, at most.\n" in whole
    assert ":param wide/high: its sides.\n" in whole
    assert ":raises ValueError: if nothing fits." in whole
    assert "{py:property} full\n" in whole
    assert "{py:method} put(what: int) -> State\n" in whole
    assert ":returns: What it holds now." in whole
    assert "_hidden" not in whole


def test_the_books_own_package_is_described_whole() -> None:
    page = (ROOT / "book" / "package.md").read_text(encoding="utf8")
    for place in re.findall(r"^```\{package\} (\S+)$", page, re.MULTILINE):
        found = package.described(ROOT, place)
        assert any(part.offers for part in found), place
        for node, lines in (offer for part in found for offer in part.offers):
            text = package.entry(node, lines)
            assert "Args:\n" not in text, node.name
            assert "Raises:\n" not in text, node.name
            says = package.SECTION.split(ast.get_docstring(node) or "")
            for section, inside in zip(says[1::2], says[2::2], strict=True):
                if section in package.FIELDS:
                    entries = package.dedented(inside.split("\n\n")[0])
                    assert all(map(package.ENTRY.match, entries)), node.name


@pytest.mark.parametrize("branch", ['m" onload="x', "it's", "a b", "<b>", "a?b#c"])
def test_a_branch_that_would_leave_its_link_is_refused(branch: str) -> None:
    with pytest.raises(ExtensionError, match="BOOK_BRANCH must name"):
        repository.theme_options("https://github.com/owner/name", branch)
    with pytest.raises(ExtensionError, match="BOOK_LAUNCH must name"):
        repository.theme_options("https://github.com/owner/name", "main", branch)


# ---- What the search page is given ----


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        ("x_t", "xₜ"),
        (r"\beta \ge 0", "β≥0"),
        ("a^nb^n", "aⁿbⁿ"),
        (r"w_t(i)", "wₜ(i)"),
        (r"\frac{a}{b}", "…"),
        (r"W_{out}", "…"),
    ],
)
def test_a_short_formula_is_said_plainly_and_a_long_one_left_out(
    tex: str, plain: str
) -> None:
    assert search.plain_math(tex) == plain


def test_a_section_keeps_what_is_said_in_it_and_no_code() -> None:
    document = new_document("page")
    outer = nodes.section("", nodes.title("", "Gates"), ids=["gates"])
    inner = nodes.section("", nodes.title("", "One"), ids=["one"])
    emphasis = nodes.emphasis("", "door")
    inner += nodes.paragraph("", "", nodes.Text("A "), emphasis, nodes.math("", "g_t"))
    inner += nodes.literal_block("", "import torch")
    outer += [nodes.paragraph("", "", nodes.Text("Of gates.")), inner]
    document += outer
    assert search.sections(document) == [
        ("", "Gates", "Of gates.", ""),
        ("one", "One", "A doorgₜ", "door"),
    ]


def test_the_name_of_a_page_becomes_its_title() -> None:
    text = "See \0a/page\0 , or \0b\0."
    assert search.filled(text, {"a/page": "The page"}) == "See The page, or."


# ---- What a page carries of a notebook's widgets ----

WIDGETS: dict[str, Any] = {
    "one": {"state": {"spec": 1, "program": "IPY_MODEL_p", "values": {}, "_esm": "x"}},
    "two": {"state": {"spec": 2, "program": "IPY_MODEL_q", "values": {}}},
    "p": {"state": {"graph": [], "layout": "l"}, "buffers": ["w"], "model_name": "P"},
    "q": {"state": {"graph": []}},
    "l": {"state": {}},
}


def test_a_page_carries_its_figures_and_their_programs_alone() -> None:
    assert live.needed(WIDGETS, {"one"}) == {
        "one": {"state": {"spec": 1, "program": "IPY_MODEL_p", "values": {}}},
        "p": {"state": {"graph": []}, "buffers": ["w"]},
    }
    text = live.slim(json.dumps({"state": WIDGETS}), {"two", "not stored"})
    assert json.loads(text)["state"].keys() == {"two", "q"}


def test_no_text_of_a_figure_ends_its_script() -> None:
    text = live.written({"a": {"state": {"spec": "</script>"}}})
    assert "</" not in text and json.loads(text)["state"]["a"]


def test_a_figure_of_a_notebook_can_stand_on_a_page(tmp_path: Path) -> None:
    shown = {"data": {"text/html": '<div data-live-model="one"></div>'}}
    metadata = {"mystnb": {"figure": {"name": "fig-one"}}}
    cells = [{"metadata": {}}, {"metadata": metadata, "outputs": [shown]}]
    widgets = {live.WIDGETS: {"state": WIDGETS}}
    notebook = {"cells": cells, "metadata": {"widgets": widgets}}
    path = tmp_path / "notebook.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf8")
    html = live.stored_figure(path, "fig-one")
    assert html.startswith('<div data-live-model="one">') and '"p"' in html
    with pytest.raises(ValueError, match="no cell"):
        live.stored_figure(path, "fig-two")


def test_a_page_without_a_number_counts_its_own_figures() -> None:
    from book_ext.numbers import own_count

    assert own_count({"a": (8,), "b": (7,)}) == {"b": (1,), "a": (2,)}
    chapter = {"a": (3, 2), "b": (3, 1)}
    assert own_count(chapter) == chapter and own_count({}) == {}
