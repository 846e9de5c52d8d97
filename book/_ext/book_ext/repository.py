"""Links to the source, when its address is given; no dead link when it is not.

    BOOK_REPOSITORY=https://github.com/owner/name BOOK_BRANCH=main make read

adds repository, edit and issue links to every page, and on GitHub a button that opens a
notebook on Binder.
"""

from __future__ import annotations

import os
import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

ADDRESS = re.compile(r"https://(?P<host>[\w.-]+)(/[\w.-]+)*/[\w.-]+/[\w.-]+")
BRANCH = re.compile(r"[\w./+@-]+")  # what a link can hold as it is
PROVIDERS = ("github", "gitlab", "bitbucket")


def theme_options(address: str, branch: str) -> dict[str, Any]:
    """The theme's options for a repository; none for an empty address.

    Raises:
        ExtensionError: if the address is not https://host/owner/name, or the branch
            cannot stand in a link.
    """
    address = address.strip().rstrip("/").removesuffix(".git")
    if not address:
        return {}
    match = ADDRESS.fullmatch(address)
    if match is None:
        raise ExtensionError(
            f"BOOK_REPOSITORY must look like https://host/owner/name, got {address!r}"
        )
    branch = branch.strip() or "main"
    if BRANCH.fullmatch(branch) is None:
        raise ExtensionError(f"BOOK_BRANCH must name a branch, got {branch!r}")
    host = match["host"]
    known = [name for name in PROVIDERS if name in host]
    options: dict[str, Any] = {
        "repository_url": address,
        "repository_branch": branch,
        "repository_provider": known[0] if known else "gitlab",
        "use_repository_button": True,
        "use_edit_page_button": True,
        "use_issues_button": "bitbucket" not in host,
    }
    if host == "github.com":
        options["launch_buttons"] = {
            "binderhub_url": "https://mybinder.org",
            "notebook_interface": "jupyterlab",
        }
    return options


def add_links(app: Sphinx, config: Config) -> None:
    """Merge the options into the theme's."""
    given = theme_options(
        os.environ.get("BOOK_REPOSITORY", ""), os.environ.get("BOOK_BRANCH", "")
    )
    config.html_theme_options = {**config.html_theme_options, **given}


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("config-inited", add_links)
