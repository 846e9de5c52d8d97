"""Build the book, and read it.

    python -m tools.book             build what has changed, then serve it
    python -m tools.book --no-serve  only build
    python -m tools.book --fresh     build everything anew

A warning fails the build. The pages are in `_build/html`; they also open from disk.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

from tools import serve

ROOT = Path(__file__).resolve().parent.parent
# Sphinx has said what is wrong by the time that jupyter-book raises.
JUPYTER_BOOK = """
import sys
import tools
from jupyter_book.cli.main import main
try:
    main()
except RuntimeError as error:
    sys.exit(str(error))
"""
# Sphinx sees when a page changes. When one of these does, all pages are built anew.
SHARED = (
    "_config.yml",
    "_toc.yml",
    "book/_ext",
    "book/_templates",
    "mininet/live/bundle.py",
    "mininet/live/static",
    "mininet/palette.py",
)


def fingerprint(root: Path) -> str:
    """A hash of what all pages depend on: settings, extensions, installed versions."""
    found = hashlib.sha256()
    for name in SHARED:
        place = root / name
        files = sorted(place.rglob("*.*")) if place.is_dir() else [place]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                found.update(str(file.relative_to(root)).encode() + file.read_bytes())
    versions = sorted(f"{d.name} {d.version}" for d in distributions())
    found.update("\n".join(versions).encode())
    return found.hexdigest()


def build(root: Path, fresh: bool = False) -> int:
    """Build the pages that have changed, or all; the exit code.

    A failed build leaves nothing behind that would make the next one skip the pages it
    warned about.

    Raises:
        OSError: if the folder cannot be written to.
    """
    output = root / "_build"
    kept = output / "fingerprint"
    current = fingerprint(root)
    if fresh or not kept.is_file() or kept.read_text() != current:
        shutil.rmtree(output, ignore_errors=True)
    kept.unlink(missing_ok=True)
    command = [sys.executable, "-c", JUPYTER_BOOK, "build", str(root)]
    command += ["-W", "-n", "--keep-going", "-q"]
    # jupyter-book prints the folder's name, which a terminal may have no letters for.
    settings = os.environ | {"PYTHONIOENCODING": ":replace"}
    code = subprocess.run(command, env=settings).returncode
    if code == 0:
        kept.write_text(current)
    return code


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.book")
    parser.add_argument("--fresh", action="store_true", help="build everything anew")
    parser.add_argument("--no-serve", action="store_true", help="only build")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    root = given.root.resolve()
    try:
        code = build(root, given.fresh)
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        return 130
    except OSError as error:
        print(f"The book cannot be built here: {error}", file=sys.stderr)
        built = (root / "_build" / "html" / "index.html").is_file()
        if given.fresh or not built:
            return 1
        print("These are the pages as they were built before.", file=sys.stderr)
        code = 0
    if code:
        print("The book is not built: see the warnings above.", file=sys.stderr)
        return code
    if given.no_serve:
        print(f"The book is in {Path('_build', 'html', 'index.html')}")
        return 0
    return serve.main([str(root / "_build" / "html"), "--open"])


if __name__ == "__main__":
    sys.exit(main())
