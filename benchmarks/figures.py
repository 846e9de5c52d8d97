"""What a live figure costs: bytes, time to first interaction, time per update.

    python -m benchmarks.figures

Two functions: NTM addressing (memory 128 x 20), and one whole NTM step with an LSTM
controller of 100 on the same memory. Times in the page are medians in headless
Chromium, from disk, on whatever else the machine is doing.
"""

from __future__ import annotations

import gzip
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from mininet import live
from mininet.live import bundle
from mininet.models.lstm import LSTM, LSTMState
from tests.live.browser import chromium
from tests.live.page import page

SLOTS, WIDTH, HIDDEN = 128, 20, 100

TIME = """(figure) => {
  const slider = figure.querySelector('input[type=range]');
  const times = [];
  for (let i = 0; i < 200; i++) {
    slider.value = Number(slider.min) + (i % 50) / 50 * (slider.max - slider.min);
    const start = performance.now();
    slider.dispatchEvent(new Event('input'));
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return [times[100], times[190]];
}"""


def address(
    memory: Tensor,
    before: Tensor,
    key: Tensor,
    strength: Tensor,
    gate: Tensor,
    move: Tensor,
    sharpness: Tensor,
) -> dict[str, Tensor]:
    """Content, interpolation, shift and sharpening over all slots."""
    alike = torch.cosine_similarity(memory, key[None], dim=1, eps=1e-8)
    content = torch.softmax(strength * alike, dim=0)
    gated = gate * content + (1 - gate) * before
    back, ahead = torch.relu(-move), torch.relu(move)
    stay = 1 - back - ahead
    shifted = back * gated.roll(-1) + stay * gated + ahead * gated.roll(1)
    powers = shifted**sharpness
    return {"content": content, "weights": powers / (powers.sum() + 1e-16)}


def addressing() -> Any:
    """The figure of addressing alone."""
    torch.manual_seed(0)
    memory = torch.randn(SLOTS, WIDTH)
    return live.figure(
        address,
        inputs={
            "memory": live.constant(memory),
            "before": live.constant(torch.eye(SLOTS)[6]),
            "key": live.constant(memory[40]),
            "strength": live.slider(0, 20, value=6, label="strength"),
            "gate": live.slider(0, 1, value=0.9, label="gate"),
            "move": live.slider(-1, 1, value=0.6, label="shift"),
            "sharpness": live.slider(1, 10, value=3, label="sharpening"),
        },
        views=[
            [
                live.bars("content", role="content", label="content", axis="slot"),
                live.bars("weights", role="read", label="weights", axis="slot"),
            ]
        ],
        alt="Attention over 128 slots.",
    )


def ntm_step() -> Any:
    """The figure of one whole step: controller, addressing, erase, add, read."""
    torch.manual_seed(0)
    controller = LSTM(8 + WIDTH, HIDDEN, 3 * WIDTH + 5)
    memory = torch.randn(SLOTS, WIDTH)
    hidden, cell = torch.randn(2, 1, HIDDEN).unbind()
    before = torch.full((SLOTS,), 1 / SLOTS)

    def step(brightness: Tensor) -> dict[str, Tensor]:
        x = torch.cat([brightness.expand(8), memory[3]])[None]
        said, _ = controller.step(x, LSTMState(hidden, cell))
        key, erase, add, rest = said[0].split([WIDTH, WIDTH, WIDTH, 5])
        found = address(
            memory,
            before,
            key,
            rest[0].exp(),
            rest[1].sigmoid(),
            rest[2].tanh(),
            1 + rest[3].exp(),
        )
        weights = found["weights"]
        erased = memory * (1 - weights[:, None] * erase.sigmoid())
        written = erased + weights[:, None] * add.tanh()
        return {"read": weights @ written, "weights": weights, "sum": written.sum()}

    return live.figure(
        step,
        inputs={"brightness": live.slider(-3, 3, value=1, label="input")},
        views=[live.bars("read", role="read", label="read", min=-1, axis="number")],
        alt="What one head reads.",
    )


def in_page(figure: Any) -> tuple[float, float, float, int]:
    """Milliseconds to the first interaction, median and 95 % of an update; bytes."""
    html = page([figure])
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        path = Path(folder, "page.html")
        path.write_text(html, encoding="utf8")
        tab = browser.new_page()
        tab.goto(path.as_uri())
        element = tab.locator(".live-figure")
        median, slow = element.evaluate(TIME)
        ready = tab.evaluate(
            "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
        )
    own = len(html.encode()) - len(page([]).encode())
    return ready, median, slow, own


def main() -> None:
    """Print everything as a table."""
    torch.set_num_threads(1)
    script, style = bundle.for_page().encode(), bundle.style().encode()
    print(f"script {len(script):,} bytes, {len(gzip.compress(script)):,} compressed")
    print(f"style {len(style):,} bytes, {len(gzip.compress(style)):,} compressed")
    for name, make in (("addressing", addressing), ("NTM step", ntm_step)):
        times = []
        for _ in range(2):
            began = time.perf_counter()
            figure = make()
            times.append(time.perf_counter() - began)
        ready, median, slow, own = in_page(figure)
        nodes = len(figure.description.program.graph["nodes"])
        print(
            f"{name}: made in {times[0]:.2f} s, again in {times[1]:.2f} s; {nodes} "
            f"operations; {own:,} bytes in the page; ready after {ready:.0f} ms; an "
            f"update takes {median:.2f} ms (95 %: {slow:.2f})"
        )


if __name__ == "__main__":
    main()
