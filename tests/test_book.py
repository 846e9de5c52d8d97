"""The built book, as files and in a real browser.

The book is built once, warnings as errors, into a temporary folder; with BOOK_HTML set
to a folder of built pages, those are tested. Each gate has a page that it refuses.
"""

from __future__ import annotations

import functools
import http.server
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.live.stored import assert_alive
from tools import chapters
from tools.browser import require
from tools.notebooks import read
from tools.transfer import weigh

ROOT = Path(__file__).resolve().parent.parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Size = ViewportSize
WIDE, PHONE = Size(width=1440, height=900), Size(width=320, height=740)
WIDTHS = (320, 390, 768, 1440)  # small phone, phone, tablet, desk
PAPER = Size(width=673, height=950)  # A4 without its margins
# What a page may send before its figures, in bytes: gzip, as every host does it. It was
# 1.3 million.
MOST_SENT = 300_000


def pages_in_contents() -> list[str]:
    """Every page that _toc.yml names, as `book/welcome`."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf8"))
    chapters = [entry for part in contents["parts"] for entry in part["chapters"]]
    return [contents["root"], *(entry["file"] for entry in chapters)]


PAGES = pages_in_contents()


# ---- What a file can show ----


def html_files(folder: Path) -> list[Path]:
    """The pages, without the templates that the theme leaves in `_static`."""
    return [p for p in folder.rglob("*.html") if "_static" not in p.parts]


@functools.cache
def soup(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text(encoding="utf8"), "html.parser")


def loads(tree: BeautifulSoup) -> list[str]:
    """Every address that a browser fetches by itself when it opens the page."""
    asked: list[str] = []
    for tag in tree.find_all(True):
        if tag.name == "link" and set(tag.get("rel") or ()) & {"canonical", "next"}:
            continue
        names = ["src", "srcset", "poster", "data"]
        names += ["href"] if tag.name in {"link", "image", "use", "base"} else []
        asked += [str(tag[name]) for name in names if tag.get(name)]
        sheet = tag.get_text() if tag.name == "style" else str(tag.get("style", ""))
        asked += css_loads(sheet)
    return asked


def css_loads(sheet: str) -> list[str]:
    """The addresses in a style sheet."""
    found = re.findall(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)", sheet)
    return [first or second for first, second in found]


def elsewhere(addresses: list[str]) -> list[str]:
    """Those that lead to another host."""
    return [a for a in addresses if urlsplit(a).netloc and not a.startswith("data:")]


def broken_links(folder: Path) -> list[str]:
    """Links to a page, file or anchor that the folder does not hold."""
    trees = {page.resolve(): soup(page) for page in html_files(folder)}
    anchors = {
        page: {
            str(t[n]) for n in ("id", "name") for t in tree.find_all(attrs={n: True})
        }
        for page, tree in trees.items()
    }
    broken = []
    for page, tree in trees.items():
        for tag in tree.find_all(["a", "link", "script", "img"]):
            address = str(tag.get("href") or tag.get("src") or "")
            parts = urlsplit(address)
            if parts.scheme or parts.netloc or not address:
                continue
            path = unquote(parts.path)
            target = (page.parent / path).resolve() if path else page
            if target.is_dir():
                target /= "index.html"
            missing = parts.fragment and parts.fragment not in anchors.get(
                target, set()
            )
            if not target.is_file() or (missing and target.suffix == ".html"):
                broken.append(f"{page.relative_to(folder.resolve())} -> {address}")
    return broken


def without_text(tree: BeautifulSoup) -> list[str]:
    """Images and drawings that say nothing to those who do not see them."""
    silent: list[Tag] = [
        image
        for image in tree.find_all("img")
        if not image.get("alt", "").strip() or image["alt"] == image.get("src")
    ]
    for drawing in tree.find_all("svg"):
        hidden = drawing.get("aria-hidden") == "true"
        named = drawing.get("role") == "img" and drawing.get("aria-label", "").strip()
        if not hidden and not named:
            silent.append(drawing)
    return [str(tag)[:80] for tag in silent]


@pytest.fixture(scope="session")
def html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of built pages."""
    if given := os.environ.get("BOOK_HTML"):
        return Path(given).resolve()
    output = tmp_path_factory.mktemp("book")
    jupyter_book = "from jupyter_book.cli.main import main; main()"
    flags = ["-W", "-n", "--keep-going", "-q", "--path-output", str(output)]
    clean = {k: v for k, v in os.environ.items() if not k.startswith("BOOK_")}
    done = subprocess.run(
        [sys.executable, "-c", jupyter_book, "build", str(ROOT), *flags],
        env=clean,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return output / "_build" / "html"


@pytest.mark.parametrize("name", PAGES)
def test_every_page_in_the_contents_exists_and_says_something(
    html: Path, name: str
) -> None:
    article = soup(html / f"{name}.html").find("article")
    assert article is not None and article.find("h1") is not None
    assert len(article.get_text().split()) > 60


def test_no_link_is_broken(html: Path) -> None:
    assert broken_links(html) == []


def test_a_broken_link_and_a_missing_anchor_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<p id="x"><a href="b.html">1</a><a href="#y">2</a><a href="#x">3</a>'
    )
    assert broken_links(tmp_path) == ["a.html -> b.html", "a.html -> #y"]


def test_no_page_and_no_style_sheet_names_another_host(html: Path) -> None:
    for page in html_files(html):
        assert elsewhere(loads(soup(page))) == [], page
    for sheet in html.rglob("*.css"):
        assert elsewhere(css_loads(sheet.read_text(encoding="utf8"))) == [], sheet


@pytest.mark.parametrize(
    "page",
    [
        '<script src="https://cdn.example/a.js"></script>',
        '<link rel="stylesheet" href="//cdn.example/a.css">',
        '<style>@import "https://cdn.example/a.css";</style>',
        '<p style="background: url(https://cdn.example/a.png)">',
        '<img src="http://cdn.example/a.png" alt="a">',
    ],
)
def test_a_page_that_names_another_host_is_found(page: str) -> None:
    assert len(elsewhere(loads(BeautifulSoup(page, "html.parser")))) == 1


@pytest.mark.parametrize("name", PAGES)
def test_every_image_has_a_text(html: Path, name: str) -> None:
    article = soup(html / f"{name}.html").find("article")
    assert article is not None and without_text(article) == []


@pytest.mark.parametrize(
    "page",
    [
        '<img src="a.png">',
        '<img src="a.png" alt=" ">',
        '<img src="a.svg" alt="a.svg">',
        "<svg></svg>",
        '<svg role="img" aria-label=""></svg>',
    ],
)
def test_an_image_without_a_text_is_found(page: str) -> None:
    assert len(without_text(BeautifulSoup(page, "html.parser"))) == 1


def test_no_link_to_a_repository_unless_its_address_is_given(html: Path) -> None:
    if os.environ.get("BOOK_HTML") and os.environ.get("BOOK_REPOSITORY"):
        pytest.skip("this book was built with an address")
    for name in PAGES:
        buttons = soup(html / f"{name}.html").select(".article-header-buttons a")
        assert elsewhere([str(button.get("href")) for button in buttons]) == []


def test_notebooks_can_be_downloaded(html: Path) -> None:
    for name in (name for name in PAGES if name.startswith("notebooks/")):
        buttons = soup(html / f"{name}.html").select(".article-header-buttons a")
        links = [str(b["href"]) for b in buttons if not elsewhere([str(b["href"])])]
        files = [link for link in links if link.endswith(".ipynb")]
        assert files and (html / "notebooks" / files[0]).resolve().is_file()


# ---- What only a browser can show ----


Visit = Callable[..., "Seen"]


class Seen:
    """A page in the browser, with what it asked for and what went wrong."""

    def __init__(self, page: Page, home: str) -> None:
        self.page = page
        self.home = home
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.asked: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("requestfailed", lambda request: self.errors.append(request.url))
        page.on("request", self._request)

    def _console(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(message.text)

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.home, "data:", "blob:")):
            self.foreign.append(request.url)
        elif request.url.startswith(self.home):
            self.asked.append(request.url)

    def anew(self, home: str, size: Size) -> Seen:
        """The same window for another visit: what was seen before is forgotten."""
        for told in (self.errors, self.foreign, self.asked):
            told.clear()
        self.home = home
        self.page.emulate_media(media="screen")
        self.page.set_viewport_size(size)
        return self

    def open(self, name: str) -> Page:
        """Go there and wait until all has come."""
        self.page.goto(f"{self.home}/{name}")
        self.page.wait_for_load_state("networkidle")
        return self.page


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder over HTTP; its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

        def end_headers(self) -> None:
            self.send_header("Cache-Control", "no-store")  # each visit asks for all
            super().end_headers()

    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=require(), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def homes(html: Path) -> Iterator[dict[str, str]]:
    """Where the book can be read: served, and opened from disk."""
    with served(html) as address:
        yield {"http": address, "file": html.as_uri()}


@contextmanager
def seen(browser: Browser, home: str, **settings: Any) -> Iterator[Seen]:
    """A fresh visitor, with nothing stored."""
    context = browser.new_context(**{"viewport": WIDE, **settings})
    try:
        yield Seen(context.new_page(), home)
    finally:
        context.close()


@pytest.fixture(scope="session")
def visit(browser: Browser) -> Iterator[Visit]:
    """Visits in windows that stay open, one for each kind of reader.

    A page takes a third of the time there that it takes in a new window. Whoever needs
    nothing stored, or leaves something behind, is `seen` as a fresh visitor.
    """
    windows: dict[str, Seen] = {}

    def anew(home: str, size: Size = WIDE, **settings: Any) -> Seen:
        kind = str(settings)
        if kind not in windows:
            windows[kind] = Seen(browser.new_context(**settings).new_page(), home)
        return windows[kind].anew(home, size)

    yield anew
    for window in windows.values():
        window.page.context.close()


def sideways(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def unrendered(page: Page) -> list[str]:
    """Formulas that are still TeX, or that KaTeX could not read or say aloud."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll("article .math")]
              .filter((m) => !m.querySelector(".katex .katex-html") ||
                             !m.querySelector(".katex math") ||
                             m.querySelector(".katex-error"))
              .map((m) => m.textContent.slice(0, 80))"""
        )
    )


# What is cut off where nothing shows that there is more: boxes with more in them than
# they show, and no shade at the edge that the keyboard can reach. On paper, any box.
CUT = """(paper) => {
  const cut = [];
  const last = document.documentElement.clientWidth;
  for (const box of document.querySelectorAll("body *")) {
    if (box.scrollWidth <= box.clientWidth + 1 || box.clientWidth < 2) continue;
    if (!box.checkVisibility() || box.closest("svg, .katex, dialog")) continue;
    const over = getComputedStyle(box).overflowX;
    const signed = box.parentElement.matches(".more-left, .more-right") &&
      box.tabIndex === 0 && box.getAttribute("aria-label");
    const leaves = box.getBoundingClientRect().left + box.scrollWidth > last + 1;
    if (over === "visible" ? paper && leaves : paper || !signed)
      cut.push([`cut: ${box.localName}.${box.className}`, box.textContent.slice(0, 40)]
        .join(" "));
  }
  for (const glued of document.querySelectorAll(".glued:not(:has(.long))")) {
    const formula = glued.querySelector(".math"), behind = formula.nextSibling;
    if (!behind?.data?.trim() || !glued.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNode(behind);
    const [sign] = range.getClientRects();
    if (sign && sign.top > formula.getBoundingClientRect().bottom)
      cut.push(`torn: ${formula.textContent}${behind.data}`);
  }
  return cut;
}"""


def cut_off(page: Page, paper: bool = False) -> list[str]:
    """What a reader cannot see, and is not told of; signs torn from their formula."""
    return list(page.evaluate(CUT, paper))


def scrolling(page: Page) -> list[str]:
    """Formulas that are wider than their column, so that a reader has to move them."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll("div.math .tex")]
              .filter((one) => one.scrollWidth > one.clientWidth + 1)
              .map((one) => one.textContent.slice(0, 40))"""
        )
    )


# Marks the texts that look like three others before them: of the same colours, size and
# weight, on the same grounds. Only those that lie in the page's flow, where nothing but
# what they stand in can be behind them; what is moved or drawn over is never marked.
MARK_ALIKE = """() => {
  const grounds = new Map(), seen = new Map();
  const plain = ["rgba(0, 0, 0, 0)", "none", "1", "none", "normal"].join();
  const ground = (element) => {
    if (!element) return { behind: "", flows: true };
    if (grounds.has(element)) return grounds.get(element);
    const s = getComputedStyle(element), around = ground(element.parentElement);
    const own = [s.backgroundColor, s.backgroundImage, s.opacity, s.filter,
                 s.mixBlendMode].join();
    const stays = ["static", "relative"].includes(s.position) && s.float === "none" &&
      [s.top, s.left, s.bottom, s.right].every((at) => ["auto", "0px"].includes(at)) &&
      s.transform === "none" && !/-\\d/.test(s.margin) && !/-\\d/.test(s.textIndent);
    const found = { behind: own === plain ? around.behind : `${around.behind}/${own}`,
                    flows: around.flows && stays };
    grounds.set(element, found);
    return found;
  };
  for (const element of document.querySelectorAll("article *")) {
    const s = getComputedStyle(element), { behind, flows } = ground(element);
    const says = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const look = [s.color, s.fontSize, s.fontWeight, s.textShadow, s.webkitTextStroke,
                  s.visibility, behind].join();
    const one = says && flows && element instanceof HTMLElement;
    if (one) seen.set(look, (seen.get(look) ?? 0) + 1);
    element.toggleAttribute("data-alike", one && seen.get(look) > 3);
  }
}"""
PASSED_OVER = """
axe.configure({ rules: [
  { id: "color-contrast", selector: "*:not([data-alike])" }] });
"""
AXE = Axe(AXE_SCRIPT + PASSED_OVER)


def barriers(page: Page, *, colours: bool = True, rest: bool = True) -> list[str]:
    """What axe-core finds between a page and some of its readers.

    Contrast is by far the slowest rule, and a page of code has thousands of words in
    ten colours: of texts that look alike, three are asked. It can be asked alone, or
    left out. What passes is not told, which would take as long again, and no style
    sheet is fetched a second time.
    """
    options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
    if rest:
        options["rules"] = {"color-contrast": {"enabled": colours}}
    else:
        options["runOnly"] = ["color-contrast"]
    if colours:
        page.evaluate(MARK_ALIKE)
    return [
        f"{rule['id']}: {node['target']} {node.get('failureSummary', '')}"
        for rule in AXE.run(page, options=options).response["violations"]
        for node in rule["nodes"]
    ]


def amiss_on_a_visit(visitor: Seen) -> list[str]:
    """Everything that is wrong with the page a visitor has opened.

    It is looked at in the light, in the dark, at four widths and on paper: all readers'
    eyes for the price of one loading.
    """
    page = visitor.page
    amiss = unrendered(page)
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    amiss += barriers(page)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    amiss += barriers(page, rest=False)
    for width in reversed(WIDTHS):
        page.set_viewport_size({"width": width, "height": 740})
        page.wait_for_timeout(100)  # until the figures have their new width
        if (pixels := sideways(page)) > 0:
            amiss.append(f"{pixels} pixels wider than {width}")
        amiss += [f"at {width}, {what}" for what in cut_off(page)]
        if width == 390:
            amiss += [f"a formula scrolls: {tex}" for tex in scrolling(page)]
    amiss += [f"on a phone, {barrier}" for barrier in barriers(page, colours=False)]
    page.set_viewport_size(PAPER)
    page.emulate_media(media="print")
    page.wait_for_timeout(100)
    amiss += [f"on paper, {what}" for what in cut_off(page, paper=True)]
    page.emulate_media(media="screen")
    amiss += [f"an error: {error}" for error in visitor.errors]
    return amiss + [f"asks another host: {address}" for address in visitor.foreign]


@pytest.mark.parametrize("name", PAGES)
def test_a_served_page_is_sound_in_both_themes_and_on_a_phone(
    visit: Visit, homes: dict[str, str], html: Path, name: str
) -> None:
    visitor = visit(homes["http"], reduced_motion="reduce")
    page = visitor.open(f"{name}.html")
    assert weigh(html, visitor.asked, figures=False).sent < MOST_SENT
    assert_alive(page, html / f"{name}.html")
    assert amiss_on_a_visit(visitor) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opened_from_disk_lives_without_errors_or_other_hosts(
    visit: Visit, homes: dict[str, str], html: Path, name: str
) -> None:
    visitor = visit(homes["file"])
    page = visitor.open(f"{name}.html")
    assert_alive(page, html / f"{name}.html")
    assert visitor.foreign == [] and visitor.errors == []
    assert unrendered(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_follows_the_readers_system(
    browser: Browser, homes: dict[str, str], theme: str
) -> None:
    with seen(browser, homes["http"], color_scheme=theme) as visitor:
        page = visitor.open("book/welcome.html")
        assert page.get_attribute("html", "data-theme") == theme


def test_paper_is_light_and_has_the_answers_and_the_screen_comes_back(
    browser: Browser, homes: dict[str, str]
) -> None:
    look = """() => [document.documentElement.dataset.theme,
      getComputedStyle(document.body).backgroundColor,
      document.querySelectorAll("article details.fold:not(.of-code, [open])").length,
      [...document.querySelectorAll("article :is(button, .copybtn, .headerlink)")]
        .filter((e) => e.checkVisibility()).length]"""
    with seen(browser, homes["http"], color_scheme="dark") as visitor:
        page = visitor.open("notebooks/04-ntm-addressing.html")
        screen = page.evaluate(look)
        assert screen[0] == "dark" and screen[2] > 3 and screen[3] > 3
        page.emulate_media(media="print")
        page.wait_for_function("document.documentElement.dataset.theme === 'light'")
        assert page.evaluate(look) == ["light", "rgb(255, 255, 255)", 0, 0]
        page.emulate_media(media="screen")
        page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
        assert page.evaluate(look) == screen


def test_what_scrolls_is_reached_by_keyboard_and_its_shade_follows(
    browser: Browser, homes: dict[str, str]
) -> None:
    phone = {"width": 320, "height": 740}
    with seen(browser, homes["http"], viewport=phone) as visitor:
        page = visitor.open("notebooks/03-ntm-memory.html")
        box = page.locator(".more-right > pre").first
        frame = box.locator("..")
        assert frame.get_attribute("class") == "more more-right"
        box.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function(
            "document.activeElement.parentElement.matches('.more-left.more-right')"
        )
        page.evaluate("document.activeElement.scrollLeft = 9999")
        page.wait_for_function(
            "!document.activeElement.parentElement.matches('.more-right')"
        )


@pytest.mark.parametrize("side", ["primary", "secondary"])
def test_the_contents_open_on_a_phone_and_close_again(
    browser: Browser, homes: dict[str, str], side: str
) -> None:
    phone = {"width": 390, "height": 844}
    with seen(browser, homes["http"], viewport=phone) as visitor:
        page = visitor.open("notebooks/01-rnn.html")
        links = page.locator(f"#pst-{side}-sidebar-modal[open] nav a").first
        page.click(f".bd-header-article .{side}-toggle")
        links.wait_for(state="visible")
        page.keyboard.press("Escape")
        links.wait_for(state="hidden")


def test_every_sign_on_a_button_is_drawn(visit: Visit, homes: dict[str, str]) -> None:
    visitor = visit(homes["http"])
    page = visitor.open("notebooks/01-rnn.html")
    signs = page.evaluate(
        """() => [...document.querySelectorAll("[class*='fa-']")].map(
          (e) => [e.className, getComputedStyle(e).maskImage])"""
    )
    assert len(signs) > 8
    ring = "circle cx='8'"  # of a sign that icons.css does not know
    assert [name for name, mask in signs if "svg" not in mask or ring in mask] == []


def test_the_first_address_leads_to_the_welcome_page(
    browser: Browser, homes: dict[str, str]
) -> None:
    with seen(browser, homes["http"]) as visitor:
        page = visitor.open("index.html")
        page.wait_for_url(f"**/{PAGES[0]}.html")


@pytest.mark.parametrize("way", ["http", "file"])
def test_the_search_finds_a_word(visit: Visit, homes: dict[str, str], way: str) -> None:
    visitor = visit(homes[way])
    page = visitor.open("search.html?q=vector")
    page.wait_for_selector("#search-results li a")
    assert visitor.errors == [] and visitor.foreign == []


def test_each_chapter_with_a_number_says_how_long_it_takes(html: Path) -> None:
    shortest, longest = chapters.MINUTES
    for path in chapters.numbered(ROOT):
        text = (html / "notebooks" / f"{path.stem}.html").read_text("utf8")
        said = re.findall(r'<p class="minutes">About (\d+) minutes</p>', text)
        assert [*map(int, said)] == [round(chapters.minutes(read(path)))], path.stem
        assert shortest <= int(said[0]) <= longest, path.stem


# Where a reader who looks for a word wants to go first.
WANTED = {
    "vanishing": "01-rnn",
    "gradient": "01-rnn",
    "gates": "02-lstm",
    "attention": "03-ntm-memory",
    "erase": "03-ntm-memory",
    "sharpen": "04-ntm-addressing",
    "curriculum": "16-rl-ntm",
    "recall": "06-ntm-tasks",
    "sorting": "06-ntm-tasks",
    "carry": "07-neural-gpu",
    "addition": "07-neural-gpu",
    "deque": "09-neural-stack",
    "queue": "09-neural-stack",
    "bAbI": "10-memory-network",
    "hops": "10-memory-network",
    "episode": "11-dynamic-memory",
    "translation": "13-attention",
    "decoder": "13-attention",
    "pyramid": "14-listening-and-looking",
    "pixels": "14-listening-and-looking",
    "program": "15-neural-programmer",
    "baseline": "16-rl-ntm",
    "reward": "16-rl-ntm",
    "pointer": "17-nram",
    "registers": "17-nram",
}
FIND = """(word) => { const stemmer = new Stemmer();
  return BookSearch.find(BookSearch.index, word, (w) => stemmer.stemWord(w)); }"""
TEX = re.compile(r"[\\$^]|_\{|\bdef |import ")


def test_words_lead_to_their_chapter_and_excerpts_are_prose(
    visit: Visit, homes: dict[str, str]
) -> None:
    visitor = visit(homes["file"])
    page = visitor.open("search.html")
    found = {word: page.evaluate(FIND, word) for word in WANTED}
    first = {word: results[0]["page"] for word, results in found.items()}
    assert first == {word: f"notebooks/{name}" for word, name in WANTED.items()}
    excerpts = [
        "".join(text for text, _ in section["excerpt"])
        for results in found.values()
        for result in results
        if result["number"]
        for section in result["sections"]
    ]
    assert len(excerpts) > 3 * len(WANTED)
    assert [text for text in excerpts if TEX.search(text)] == []
    assert max(map(len, excerpts)) < 240


@pytest.mark.parametrize("way", ["http", "file"])
def test_a_result_leads_to_its_section_and_shows_the_word_in_it(
    visit: Visit, homes: dict[str, str], way: str
) -> None:
    visitor = visit(homes[way], PHONE)
    page = visitor.open("search.html?q=sharpening")
    page.wait_for_selector("#search-results li.found li a")
    first = page.locator("#search-results li.found").first
    assert WANTED["sharpen"] in (first.locator("a").first.get_attribute("href") or "")
    assert "sharpen" in first.locator("mark").first.inner_text().lower()
    assert barriers(page) == [] and sideways(page) <= 0
    first.locator("li a[href*='#']").first.click()
    page.wait_for_url(re.compile(r"/notebooks/.*#"))
    at = page.evaluate("document.querySelector(location.hash)?.tagName")
    assert at == "SECTION" and visitor.errors == []


def test_a_chapter_without_the_word_is_not_found_and_a_title_outweighs_the_text(
    visit: Visit, homes: dict[str, str]
) -> None:
    told = [["", "Of other things", "carry carry carry"]]
    named = [["", "The top", "none"], ["here", "How to carry", "once: it carries"]]
    index = [
        {"page": "told", "number": "1", "sections": told},
        {"page": "named", "number": "", "sections": named},
        {"page": "without", "number": "2", "sections": [["", "Nothing", "at all"]]},
    ]
    visitor = visit(homes["file"])
    page = visitor.open("search.html")
    find = "(index) => BookSearch.find(index, 'carry').map((one) => one.page)"
    assert page.evaluate(find, index) == ["told", "named"]
    index[1]["number"] = "3"  # no longer a page at the back
    index[0]["sections"] = [["", "Of other things", "carry"]]
    assert page.evaluate(find, index) == ["named", "told"]
    assert page.evaluate(find, index[2:]) == []


def test_the_search_finds_nothing_for_a_word_the_book_does_not_have(
    visit: Visit, homes: dict[str, str]
) -> None:
    visitor = visit(homes["http"])
    page = visitor.open("search.html?q=zyzzyva")
    page.wait_for_function(
        "document.querySelector('#search-results').textContent.length > 20"
    )
    assert page.query_selector("#search-results li a") is None


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_first_screen_says_where_to_begin_and_computes(
    browser: Browser, homes: dict[str, str], size: Any
) -> None:
    chapters = [name for name in PAGES if name.startswith("notebooks/")]
    with seen(browser, homes["file"], viewport=size) as visitor:
        page = visitor.open("book/welcome.html")
        start = page.locator("article a.start")
        assert (start.get_attribute("href") or "").endswith(f"{chapters[0]}.html")
        says = page.locator(".live-figure svg .lf-hit, .live-figure svg text")
        for one in (start, says.first, page.locator(".live-figure button").first):
            box = one.bounding_box()
            assert box and box["y"] + box["height"] < page.viewport_size["height"]
        figure = page.locator(".live-figure")
        assert "7 with it" in figure.inner_text()
        figure.locator("input[type=text]").fill("bed")
        figure.get_by_text("3 with it").wait_for()
        assert visitor.errors == [] and visitor.foreign == []


def test_the_theme_button_changes_the_page_and_its_drawings(
    browser: Browser, homes: dict[str, str]
) -> None:
    look = """() => [
      document.documentElement.dataset.theme,
      getComputedStyle(document.body).backgroundColor,
      getComputedStyle(document.querySelector('.book-figure [style*=role]')).stroke]"""
    with seen(browser, homes["http"], color_scheme="light") as visitor:
        page = visitor.open("book/welcome.html")
        looks = [page.evaluate(look)]
        for _ in range(3):
            page.click(".bd-header-article .theme-switch-button")
            looks.append(page.evaluate(look))
        by_theme = {theme: (paper, stroke) for theme, paper, stroke in looks}
        assert set(by_theme) == {"light", "dark"}
        assert by_theme["light"][0] != by_theme["dark"][0]
        assert by_theme["light"][1] != by_theme["dark"][1]


def test_the_page_can_be_walked_by_keyboard_and_shows_where_one_is(
    browser: Browser, homes: dict[str, str]
) -> None:
    with seen(browser, homes["http"]) as visitor:
        page = visitor.open("book/welcome.html")
        reached: list[bool] = []  # the contents come first, a link for each chapter
        while sum(reached) < 3 and len(reached) < 100:
            page.keyboard.press("Tab")
            at = page.evaluate(
                """() => { const e = document.activeElement, s = getComputedStyle(e);
                  return [e.outerHTML.slice(0, 90), parseFloat(s.outlineWidth),
                          s.outlineStyle, e.closest('article') !== null]; }"""
            )
            assert at[1] >= 2 and at[2] != "none", at[0]
            reached.append(at[3])
        assert any(reached), "the article's links were not reached"


# ---- Static figures on a phone ----

# Looks at the figures that cells drew: each shows one of its versions, which fits its
# column, and whose words are large enough and within it.
CUT_FIGURES = """() => {
  document.querySelectorAll("details").forEach((fold) => (fold.open = true));
  const amiss = [];
  for (const box of document.querySelectorAll(".cell_output .figure-scroll")) {
    const drawn = [...box.querySelectorAll("svg.book-figure")];
    const shown = drawn.filter((svg) => svg.getBoundingClientRect().width > 0);
    if (shown.length !== 1) {
      amiss.push(`${shown.length} versions are shown`);
      continue;
    }
    const svg = shown[0], frame = svg.getBoundingClientRect();
    const right = box.parentElement.getBoundingClientRect().right;
    const edge = Math.min(right, innerWidth) + 1;
    if (box.scrollWidth > box.clientWidth + 1 || frame.right > edge)
      amiss.push(`${Math.round(frame.width)} px are wider than the column`);
    const scale = frame.width / svg.viewBox.baseVal.width;
    for (const text of svg.querySelectorAll("text")) {
      const at = text.getBoundingClientRect();
      const size = parseFloat(getComputedStyle(text).fontSize) * scale;
      if (size < 11.9) amiss.push(`${text.textContent}: ${size.toFixed(1)} px`);
      if (at.left < frame.left - 1 || at.right > frame.right + 1 ||
          at.top < frame.top - 2 || at.bottom > frame.bottom + 2)
        amiss.push(`${text.textContent} is cut`);
    }
  }
  return amiss;
}"""


def cut_figures(page: Page) -> list[str]:
    """What of a page's static figures is cut off, too small, or shown twice."""
    return list(page.evaluate(CUT_FIGURES))


@pytest.mark.parametrize("name", [name for name in PAGES if "notebooks/" in name])
def test_static_figures_fit_every_screen_and_paper_without_scripts(
    visit: Visit, homes: dict[str, str], name: str
) -> None:
    page = visit(homes["file"], java_script_enabled=False).open(f"{name}.html")
    figures = page.locator(".cell_output .figure-scroll").count()
    twice = page.locator(".cell_output .figure-sizes[role=img][aria-label]").count()
    assert figures == twice > 0  # each has a narrow version, and one text for both
    for width in (320, 390, 768, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert cut_figures(page) == [], width
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 within its margins
    assert cut_figures(page) == []


# ---- Each gate refuses something ----

GOOD = (
    '<!doctype html><html lang="en"><head><title>t</title></head>'
    "<body><main><h1>t</h1>{}</main></body></html>"
)


def opened(visit: Visit, tmp_path: Path, body: str, size: Size = WIDE) -> Seen:
    (tmp_path / "page.html").write_text(GOOD.format(body), encoding="utf8")
    return visit(tmp_path.as_uri(), size)


def test_a_request_to_another_host_is_noticed(visit: Visit, tmp_path: Path) -> None:
    body = '<img alt="a" src="http://127.0.0.1:9/a.png">'
    visitor = opened(visit, tmp_path, body)
    visitor.open("page.html")
    assert visitor.foreign == ["http://127.0.0.1:9/a.png"]


@pytest.mark.parametrize(
    "body",
    [
        "<script>throw new Error('no')</script>",
        "<script>console.error('no')</script>",
        "<script src='missing.js'></script>",
    ],
)
def test_an_error_in_a_page_is_noticed(visit: Visit, tmp_path: Path, body: str) -> None:
    visitor = opened(visit, tmp_path, body)
    visitor.open("page.html")
    assert visitor.errors


def test_a_page_too_wide_for_a_phone_is_noticed(visit: Visit, tmp_path: Path) -> None:
    body = '<div style="width: 500px">wide</div>'
    visitor = opened(visit, tmp_path, body, PHONE)
    assert sideways(visitor.open("page.html")) > 100


FIGURE = (
    '<div class="cell_output" style="width: 300px"><div class="figure-scroll" '
    'style="overflow: auto">{}</div></div>'
)
SMALL = '<svg class="book-figure" width="{0}" viewBox="0 0 {0} 90">{1}</svg>'
WORD = '<text x="{}" y="50" style="font-size: {}px">word</text>'


@pytest.mark.parametrize(
    ("drawn", "says"),
    [
        (SMALL.format(290, WORD.format(9, 12)), ""),
        (SMALL.format(290, "") * 2, "2 versions are shown"),
        (SMALL.format(400, ""), "wider than the column"),
        (SMALL.format(290, WORD.format(9, 10)), "word: 10.0 px"),
        (SMALL.format(290, WORD.format(280, 12)), "word is cut"),
    ],
)
def test_a_static_figure_that_does_not_fit_is_noticed(
    visit: Visit, tmp_path: Path, drawn: str, says: str
) -> None:
    visitor = opened(visit, tmp_path, FIGURE.format(drawn), PHONE)
    found = cut_figures(visitor.open("page.html"))
    assert found == [] if not says else says in found[0]


@pytest.mark.parametrize(
    "body",
    [
        "x^2",
        '<span class="katex-error">x^</span>',
        '<span class="katex"><span class="katex-html">x</span></span>',
    ],
)
def test_a_formula_that_is_not_rendered_is_noticed(
    visit: Visit, tmp_path: Path, body: str
) -> None:
    page = f'<article><span class="math">{body}</span></article>'
    visitor = opened(visit, tmp_path, page)
    assert len(unrendered(visitor.open("page.html"))) == 1


@pytest.mark.parametrize(
    "body",
    ['<p style="color: #aaa">pale</p>', '<img src="data:,">', "<button></button>"],
)
def test_a_barrier_is_noticed(visit: Visit, tmp_path: Path, body: str) -> None:
    visitor = opened(visit, tmp_path, body)
    assert barriers(visitor.open("page.html"))


# Nearly as the many around them, but not: on a page of black and of large grey words.
PALE = {
    "colour": '<p>A <span id="colour" style="color: #aaa">word</span> of many.</p>',
    "ground": '<div style="background: #111"><p id="ground">words</p></div>',
    "veil": '<div style="opacity: 0.2"><p id="veil">words</p></div>',
    "size": '<p id="size" style="font-size: 14px; color: #888">words</p>',
    "moved": '<p id="moved" style="position:relative;top:9px; color: #bbb">words</p>',
}


def test_a_pale_text_is_found_among_many_that_look_nearly_alike(
    visit: Visit, tmp_path: Path
) -> None:
    many = "<p>words</p>" * 9 + '<p class="large">words</p>' * 9
    style = "<style>.large { color: #888; font-size: 24px }</style>"
    body = f"{style}<article>{many}{''.join(PALE.values())}{many}</article>"
    visitor = opened(visit, tmp_path, body)
    page = visitor.open("page.html")
    found = barriers(page, rest=False)
    assert len(found) == len(PALE)
    assert [name for name in PALE if f"#{name}" not in "\n".join(found)] == []
    assert page.locator("article p").count() == 36 + len(PALE)
    assert page.locator("[data-alike]").count() >= 36 - 2 * 3  # so they were many


FAULTS = {
    "an error": "<script>console.error('no')</script>",
    "asks another host": '<img alt="a" src="http://127.0.0.1:9/a.png">',
    "pixels wider than 390": '<div style="width: 500px">wide</div>',
    "at 1440, cut: p": '<p style="overflow: hidden; width: 50px">Unbreakablylong</p>',
    "at 320, cut: pre": '<pre style="overflow: auto">no sign of more </pre>'.replace(
        "more", "more" * 20
    ),
    "on paper, cut: pre": (
        '<div class="more-right"><pre tabindex="0" aria-label="Code" '
        f'style="overflow: auto; width: 200px">{"long" * 40}</pre></div>'
    ),
    "torn: x ,": (
        '<p class="glued" style="width: 1px"><span class="math">x</span> ,</p>'
    ),
    "a formula scrolls: x y": (
        '<div class="math more-right"><p class="tex" tabindex="0" aria-label="Sum" '
        'style="overflow: auto; width: 50px">x y<b style="padding: 99px"></b></p></div>'
    ),
    "on a phone, image-alt": (
        "<style>img { display: none } @media (max-width: 400px) "
        '{ img { display: block } }</style><img src="data:,">'
    ),
    "image-alt": '<img src="data:,">',
    "color-contrast": (
        '<p style="color: #fff; background: #000">in the light</p><style>'
        '[data-theme="dark"] p { color: #111 !important }</style>'
    ),
}


def test_nothing_is_amiss_on_a_visit_to_a_good_page(
    visit: Visit, tmp_path: Path
) -> None:
    visitor = opened(visit, tmp_path, "<p>words</p>")
    visitor.open("page.html")
    assert amiss_on_a_visit(visitor) == []


def test_a_heavy_page_is_weighed_with_all_it_asks_for_but_its_figures(
    browser: Browser, tmp_path: Path
) -> None:
    noise = "".join(f"{number:x}" for number in range(10**5))
    (tmp_path / "heavy.js").write_text(f"'{noise}'")
    body = f"<script src='heavy.js'></script><svg aria-hidden='true'>{noise}</svg>"
    (tmp_path / "page.html").write_text(GOOD.format(body))
    with served(tmp_path) as home, seen(browser, home) as visitor:
        visitor.open("page.html")
        asked = [address for address in visitor.asked if "favicon" not in address]
        whole, bare = weigh(tmp_path, asked), weigh(tmp_path, asked, figures=False)
        assert len(noise) < bare.plain < 1.1 * len(noise) < whole.plain
        assert bare.sent < bare.plain / 1.5


def test_a_window_that_stays_open_forgets_and_asks_for_everything_again(
    visit: Visit, browser: Browser, homes: dict[str, str], tmp_path: Path
) -> None:
    def asked(visitor: Seen) -> list[str]:
        visitor.open(f"{PAGES[0]}.html")  # its sign is asked for once in a window
        return sorted(one for one in visitor.asked if "favicon" not in one)

    with seen(browser, homes["http"]) as fresh:
        wanted = asked(fresh)
    assert len(wanted) > 9
    for _ in range(2):
        assert asked(visit(homes["http"])) == wanted
    for fault in ("an error", "asks another host"):
        visitor = opened(visit, tmp_path, FAULTS[fault])
        visitor.open("page.html")
        assert visitor.errors
    visitor = opened(visit, tmp_path, "<p>words</p>", PHONE)
    page = visitor.open("page.html")
    assert visitor.errors == visitor.foreign == []
    assert page.viewport_size == PHONE


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found_on_the_same_visit(
    visit: Visit, tmp_path: Path, fault: str
) -> None:
    visitor = opened(visit, tmp_path, FAULTS[fault])
    visitor.open("page.html")
    assert fault in "\n".join(amiss_on_a_visit(visitor))


def test_a_page_without_a_number_counts_its_own_figures(html: Path) -> None:
    for page in ("book/making-figures", "notebooks/07-neural-gpu-products"):
        numbers = soup(html / f"{page}.html").select("figcaption .caption-number")
        said = [number.get_text().strip() for number in numbers]
        assert (
            said == [f"Figure {k}" for k in range(1, len(said) + 1)] and len(said) > 5
        )


@pytest.mark.parametrize(
    ("width", "least", "most"), [(1280, 430, 570), (390, 350, 358)]
)
def test_a_drawing_made_by_hand_has_the_measure_and_legible_text(
    visit: Visit, homes: dict[str, str], width: int, least: int, most: int
) -> None:
    screen = Size(width=width, height=900)
    visitor = visit(homes["file"], screen)
    for chapter in ("01-rnn", "07-neural-gpu", "11-dynamic-memory"):
        page = visitor.open(f"notebooks/{chapter}.html")
        drawn = page.evaluate(
            """() => [...document.querySelectorAll(".figure-drawn svg")]
            .map((svg) => {
              const { width } = svg.getBoundingClientRect();
              const scale = width / svg.viewBox.baseVal.width;
              const sizes = [...svg.querySelectorAll("text")].map((text) =>
                scale * parseFloat(getComputedStyle(text).fontSize));
              return [width, Math.min(...sizes)]; })"""
        )
        assert drawn
        for wide, smallest in drawn:
            assert least <= wide <= most and smallest >= 12


# ---- The results, as pictures ----


@pytest.mark.parametrize(
    ("width", "height", "screens"),
    [(1440, 900, 1), (1280, 900, 1), (768, 1024, 1), (390, 844, 2)],
)
def test_the_results_of_a_system_fit_a_screen_and_on_a_phone_two(
    visit: Visit, homes: dict[str, str], width: int, height: int, screens: int
) -> None:
    screen = Size(width=width, height=height)
    visitor = visit(homes["file"], screen)
    page = visitor.open("book/results.html")
    tall = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".results-of")]
          .map((one) => [one.id, one.getBoundingClientRect().height]))"""
    )
    most = screens * height
    assert tall and {name: high for name, high in tall.items() if high > most} == {}


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1440])
def test_no_part_of_a_results_row_covers_another_or_leaves_the_page(
    visit: Visit, homes: dict[str, str], width: int
) -> None:
    screen = Size(width=width, height=900)
    visitor = visit(homes["file"], screen)
    page = visitor.open("book/results.html")
    assert sideways(page) <= 0
    amiss = page.evaluate(
        """() => [...document.querySelectorAll(".rows > li")].flatMap((row) => {
          const boxes = [...row.children].map((c) => c.getBoundingClientRect());
          const wide = [...row.children].some((c) => !c.matches(".strip") &&
            c.scrollWidth > c.clientWidth + 1);
          const over = boxes.some((a, i) => boxes.some((b, k) => i < k &&
            a.left < b.right - 1 && b.left < a.right - 1 &&
            a.top < b.bottom - 1 && b.top < a.bottom - 1));
          return wide || over ? [row.textContent] : [];
        })"""
    )
    assert amiss == []
    least = page.evaluate(
        """() => Math.min(...[...document.querySelectorAll(".result-block *")]
          .map((one) => parseFloat(getComputedStyle(one).fontSize)))"""
    )
    assert least >= 12


def test_the_results_are_published_as_data_beside_their_page(html: Path) -> None:
    sys.path.insert(0, str(ROOT / "book" / "_ext"))
    from book_ext import results

    page = soup(html / "book" / "results.html")
    published = html / "book" / "results.json"
    assert published.read_text(encoding="utf8") == results.data(ROOT)
    links = {str(link.get("href")) for link in page.select("a[href]")}
    assert "results.json" in links
    for file in (ROOT / "results").glob("*.json"):
        assert f"results/{file.name}" in links
        copy = html / "book" / "results" / file.name
        assert copy.read_bytes() == file.read_bytes()
