"""What all tests share: one thread, so that numbers and times hold on any machine."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

import tools  # noqa: F401  (before nbformat, which then loads sooner)

# Before torch is imported anywhere.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["MPLBACKEND"] = "agg"
os.environ["MATPLOTLIBRC"] = os.devnull


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One process more than there are cores: some test always waits for a browser."""
    cores = yield
    asked = "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ
    return cores if asked else cores + 1


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of these tests have: what one made, others find."""
    base = tmp_path_factory.getbasetemp()
    # Tests side by side have folders of their own, beside each other.
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    (folder / "shared").mkdir(exist_ok=True)
    return folder / "shared"
