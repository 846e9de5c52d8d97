"""What a reader's browser is sent for each page of the built book.

    python -m tools.transfer [_build/html]

prints a table: all that a page asks for when it is opened, as it lies on the disk and
as a host sends it (gzip, but for fonts and pictures, which are packed already); then
the same without the figures' own drawings and numbers.
"""

from __future__ import annotations

import gzip
import re
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Page

PACKED = {".woff2", ".woff", ".png", ".jpg"}
# Drawings, the pictures of live figures, and the numbers these compute with.
FIGURES = re.compile(
    rb"<svg\b.*?</svg>|data:image/[^\"']+"
    rb"|<script type=\"application/vnd.jupyter.widget-state\+json\">.*?</script>",
    re.DOTALL,
)


class Weight(NamedTuple):
    """Bytes on the disk, and bytes on the wire."""

    plain: int
    sent: int


def weight(data: bytes, packed: bool) -> Weight:
    """Of one file."""
    return Weight(
        len(data), len(data) if packed else len(gzip.compress(data, 6, mtime=0))
    )


def weigh(folder: Path, addresses: Iterable[str], figures: bool = True) -> Weight:
    """Of all files that were asked for, each once.

    Args:
        folder: the built book, which the addresses' paths lie in.
        addresses: what the browser asked the book's own host for.
        figures: count them too; without, they are cut out of the page.

    Raises:
        FileNotFoundError: if the folder does not hold one of them.
    """
    plain = sent = 0
    for path in {unquote(urlsplit(address).path).lstrip("/") for address in addresses}:
        data = (folder / path).read_bytes()
        if path.endswith(".html") and not figures:
            data = FIGURES.sub(b"", data)
        one = weight(data, Path(path).suffix in PACKED)
        plain, sent = plain + one.plain, sent + one.sent
    return Weight(plain, sent)


def asked_by(page: Page, address: str) -> list[str]:
    """All addresses that a page asks for when it is opened."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address, timeout=120_000)
    page.wait_for_load_state("networkidle")
    return asked


def main(arguments: list[str]) -> int:
    """The command line; returns the exit code."""
    from playwright.sync_api import sync_playwright

    from tools import browser, serve

    folder = Path(arguments[0] if arguments else "_build/html").resolve()
    program = browser.require()
    server = serve.start(folder, None)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    home = f"http://{serve.HOST}:{server.server_address[1]}"
    pages = sorted(folder.glob("book/*.html")) + sorted(folder.glob("notebooks/*.html"))
    print(
        f"{'kB':34}{'on disk':>9}{'sent':>7}   without figures{'on disk':>9}{'sent':>7}"
    )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"]
        )
        for page in pages:
            name = page.relative_to(folder).as_posix()
            tab = chromium.new_context().new_page()
            asked = asked_by(tab, f"{home}/{name}")
            asked = [address for address in asked if address.startswith(home)]
            whole, bare = weigh(folder, asked), weigh(folder, asked, figures=False)
            numbers = [f"{n / 1000:.0f}" for n in (*whole, *bare)]
            print(
                f"{name:34}{numbers[0]:>9}{numbers[1]:>7}   {'':15}"
                f"{numbers[2]:>9}{numbers[3]:>7}"
            )
            tab.context.close()
        chromium.close()
    server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
