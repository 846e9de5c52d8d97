"""A pytest plugin: of the notebooks, those that train longest are begun first.

    pytest -p tools.longest_first -n 2 --dist loadscope --no-loadscope-reorder ...

Each process runs whole notebooks. One that trains for a minute, begun last, would leave
the other processes with nothing to do. How long it trains, the progress bars say that
are stored in it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

TOOK = re.compile(r"step \d+/\d+, [^\n]* (\d+):(\d\d) min")


@cache
def trained(notebook: Path) -> int:
    """For how many seconds a notebook trained when it was executed."""
    bars = TOOK.findall(notebook.read_text(encoding="utf-8"))
    return sum(60 * int(minutes) + int(seconds) for minutes, seconds in bars)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort by notebook; the cells of each stay in their order."""
    items.sort(key=lambda item: -trained(item.path))
