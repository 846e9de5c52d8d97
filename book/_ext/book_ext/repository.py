"""Links to the source, when its address is given; no dead link when it is not.

    BOOK_REPOSITORY=https://github.com/owner/name BOOK_BRANCH=main make read

adds repository, edit and issue links to every page, and on GitHub a button that opens a
notebook on Binder. With BOOK_LAUNCH=launch, the branch that `tools.launch` makes, the
notebook is opened there, and on Colab too, which needs what that branch has in each
notebook: the repository's address.
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


def theme_options(address: str, branch: str, launch: str = "") -> dict[str, Any]:
    """The theme's options for a repository; none for an empty address.

    Args:
        address: https://host/owner/name.
        branch: what edit links lead to.
        launch: the branch whose notebooks know the address; empty if there is none.

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
    for name, value in (("BOOK_BRANCH", branch), ("BOOK_LAUNCH", launch or branch)):
        if BRANCH.fullmatch(value) is None:
            raise ExtensionError(f"{name} must name a branch, got {value!r}")
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
        if launch:
            options["launch_buttons"]["colab_url"] = "https://colab.research.google.com"
    return options


def settings() -> tuple[str, str, str]:
    """Address, branch and the branch to launch from, as the environment says."""
    names = ("BOOK_REPOSITORY", "BOOK_BRANCH", "BOOK_LAUNCH")
    address, branch, launch = (os.environ.get(name, "").strip() for name in names)
    return address, branch, launch


def add_links(app: Sphinx, config: Config) -> None:
    """Merge the options into the theme's."""
    config.html_theme_options = {
        **config.html_theme_options,
        **theme_options(*settings()),
    }


def launch_from(buttons: list[dict[str, Any]], branch: str, launch: str) -> None:
    """Let the buttons that open a notebook elsewhere open it from another branch.

    The theme knows one branch only, the one that edit links need.
    """
    for group in buttons:
        if group.get("label") == "launch-buttons":
            for button in group["buttons"]:
                for before, after in (("/", "?"), ("/blob/", "/")):
                    old, new = (f"{before}{name}{after}" for name in (branch, launch))
                    button["url"] = button["url"].replace(old, new, 1)


def add_launch(app: Sphinx, page: str, template: str, context: Any, _: Any) -> None:
    """Turn a page's launch buttons to the branch that is made for them."""
    address, branch, launch = settings()
    if address and launch:
        launch_from(context.get("header_buttons", []), branch or "main", launch)


def register(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("config-inited", add_links)
    app.connect("html-page-context", add_launch, priority=900)  # after the theme
