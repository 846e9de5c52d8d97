"""A figure in JupyterLab, with a kernel: it lives, and Python reads its values."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from tests.live.browser import chromium

ROOT = Path(__file__).resolve().parents[2]
FIGURE = """
import torch
from mininet import live

figure = live.figure(
    lambda strength: torch.softmax(strength * torch.tensor([0.2, 0.9]), 0),
    inputs={"strength": live.slider(0, 20, value=4, label="strength")},
    views=[live.bars("output", role="read", label="attention")],
    alt="Two bars.",
)
figure
"""
ASK = 'print("strength", figure.values["strength"], figure.outputs["output"].sum())'


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    cells = [nbformat.v4.new_code_cell(text.strip()) for text in (FIGURE, ASK)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    }
    nbformat.write(notebook, tmp_path / "figure.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += [f"--port={port}", f"--ServerApp.root_dir={tmp_path}"]
    command += ["--IdentityProvider.token=", "--LabApp.news_url="]
    settings = os.environ | {"PYTHONPATH": str(ROOT), "JUPYTER_PREFER_ENV_PATH": "1"}
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, env=settings, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/api", timeout=2)
                break
            except OSError:
                time.sleep(0.5)
        yield f"{address}/lab/tree/figure.ipynb"
    finally:
        server.terminate()
        server.wait(20)


@pytest.mark.slow
def test_a_figure_lives_in_jupyterlab_and_python_reads_its_values(lab: str) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(lab)
        cell = page.locator(".jp-Notebook .jp-CodeCell .cm-content")
        cell.first.click(timeout=60_000)
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
        page.keyboard.press("Shift+Enter")
        slider = page.get_by_label("strength")
        slider.wait_for(timeout=60_000)
        slider.click()
        page.keyboard.press("End")
        cell.nth(1).click()
        page.keyboard.press("Shift+Enter")
        page.get_by_text("strength 20 tensor(1.").wait_for(timeout=20_000)
        assert complaints == []
