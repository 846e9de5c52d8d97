"""Serve a folder to this machine, quietly, until Ctrl-C.

python -m tools.serve _build/html [--port 8000] [--open]
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import webbrowser
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
USUAL_PORT = 8000


class Handler(SimpleHTTPRequestHandler):
    """Serves files, says nothing, and lets no browser keep an old page."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        # Some systems' own tables have these wrong, and then a module does not load.
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".css": "text/css",
        ".svg": "image/svg+xml",
        ".json": "application/json",
        ".woff2": "font/woff2",
    }

    def end_headers(self) -> None:
        """Ask the browser to come back for every page."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """One thread a request; a port that someone else uses is refused."""

    daemon_threads = True
    allow_reuse_address = os.name == "posix"  # on Windows it would share the port


def start(folder: Path, port: int | None = None) -> Server:
    """A server for the folder: on the port, or on the usual one or any free one.

    Raises:
        ValueError: if there is no such folder, or the given port is taken.
    """
    if not folder.is_dir():
        raise ValueError(f"there is no folder {folder} to serve; build the book first")
    handler = partial(Handler, directory=str(folder))
    for candidate in (USUAL_PORT, 0) if port is None else (port,):
        try:
            return Server((HOST, candidate), handler)
        except (OSError, OverflowError) as error:
            reason = error
    if port is None:
        raise ValueError(f"no port of {HOST} can be used: {reason}")
    raise ValueError(f"port {port} cannot be used; leave --port out to take a free one")


def can_open_browser() -> bool:
    """Is there a person with a screen?"""
    if os.environ.get("CI"):
        return False
    if platform.system() == "Linux":
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.serve")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, help="default: 8000, or any free one")
    parser.add_argument("--open", action="store_true", help="open a browser")
    given = parser.parse_args(arguments)
    try:
        server = start(given.folder, given.port)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    address = f"http://{HOST}:{server.server_address[1]}/"
    print(f"The book is at {address} until you press Ctrl-C.", flush=True)
    if given.open and can_open_browser():
        webbrowser.open(address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()
    finally:
        server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
