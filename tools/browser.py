"""Find Chromium for the tests of the built book, or install it.

python -m tools.browser            print its path, or say how to get it
python -m tools.browser --install  install it first where there is none
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# Without a font in reach, text has no width and the tests of the layout mean nothing.
DEBIAN_PACKAGES = ("chromium", "fonts-liberation")
HOW = (
    "The tests of the built book need Chromium, and there is none here. Install it "
    "(Debian, Ubuntu: apt-get install chromium), or set CHROMIUM to the path of a "
    "Chromium or Chrome."
)


def find() -> Path | None:
    """The path of a Chromium: CHROMIUM, one on the path, or playwright's own.

    Raises:
        FileNotFoundError: if CHROMIUM names something that is not there.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        found = shutil.which(named)
        if found is None:
            raise FileNotFoundError(f"CHROMIUM is {named}, which is not a program here")
        return Path(found)
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    return playwrights_own()


def playwrights_own() -> Path | None:
    """The browser that `playwright install chromium` has put into its cache."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.is_file() else None


def require() -> Path:
    """As `find`, but a missing browser is an error: a test must not pass without.

    Raises:
        FileNotFoundError: if there is no Chromium; says how to get one.
    """
    found = find()
    if found is None:
        raise FileNotFoundError(HOW)
    return found


def install() -> None:
    """Install Chromium: Debian's as root on Debian, else playwright's."""
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        settings = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends"],
        ):
            packages = DEBIAN_PACKAGES if "install" in command else ()
            subprocess.run([*command, *packages], env=settings, check=False)
    else:
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, check=False)


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.browser")
    parser.add_argument("--install", action="store_true")
    given = parser.parse_args(arguments)
    try:
        if given.install and find() is None:
            install()
        print(require())
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
