"""The figures of a built page, as the page stores them, and whether they are alive."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from mininet.live.engine import engine
from mininet.live.trace import Program

STATE = re.compile(
    r'<script type="application/vnd.jupyter.widget-state\+json">(.*?)</script>',
    re.DOTALL,
)
PLACE = re.compile(r'data-live-model="([^"]*)">\s*(<svg.*?</svg>|)', re.DOTALL)
# What a live figure of the page has computed: each output's numbers at each step.
READ = """(figure) => {
  const plain = (values) => Object.fromEntries(Object.entries(values).map(
    ([name, { data }]) => [name, Array.from(data, String)]));
  const { history, outputs } = figure.live;
  if (!history) return [plain(outputs)];
  const steps = Object.values(history)[0].length;
  return Array.from({ length: steps }, (_, t) => plain(Object.fromEntries(
    Object.entries(history).map(([name, past]) => [name, past[t]]))));
}"""


class Stored(NamedTuple):
    """One figure: its description, its program, its controls' values, its picture."""

    spec: dict[str, Any]
    program: Program
    values: dict[str, Any]
    picture: str = ""


def figures_of(text: str) -> list[Stored]:
    """The figures of a page's HTML, in its order."""
    state: dict[str, Any] = {}
    for script in STATE.findall(text):
        state.update(json.loads(script)["state"])
    found = []
    for name, picture in PLACE.findall(text):
        figure = state[name]["state"]
        program = state[figure["program"].removeprefix("IPY_MODEL_")]
        data = {tuple(b["path"]): b["data"] for b in program.get("buffers", [])}
        weights = base64.b64decode(data.get(("weights",), ""))
        made = Program(program["state"]["graph"], weights)
        found.append(Stored(figure["spec"], made, figure["values"], picture))
    return found


def assert_alive(page: Any, path: Path) -> None:
    """Every figure of an opened page computes what its stored program gives."""
    figures = figures_of(path.read_text(encoding="utf8"))
    if not figures:
        return
    page.wait_for_selector(".live-figure.lf-ready")
    places = page.locator(".live-figure")
    assert places.count() == len(figures), path
    for number, (spec, program, values, _) in enumerate(figures):
        place = places.nth(number)
        said = f"figure {number} of {path.name}"
        assert place.evaluate("(f) => Boolean(f.live)"), f"{said} is not alive"
        ends = {c["name"]: c["max"] for c in spec["controls"] if c["kind"] == "slider"}
        for settings in (values, {**values, **ends}):
            place.evaluate("(f, values) => f.live.set(values)", settings)
            wanted = headless().outputs(spec, program, [settings])[0]
            assert_steps(place.evaluate(READ), wanted, said)
        place.evaluate("(f, values) => f.live.set(values)", values)


def headless() -> Any:
    found = engine()
    assert found is not None, "mini-racer is not installed"
    return found


def assert_steps(found: list[Any], wanted: list[Any], said: str) -> None:
    """Numbers of all steps, as texts or arrays, agree."""
    assert len(found) == len(wanted), said
    for step, expected in zip(found, wanted, strict=True):
        for name, numbers in expected.items():
            here = step[name]
            if isinstance(here, list):
                here = [float(x.replace("Infinity", "inf")) for x in here]
            np.testing.assert_allclose(
                np.asarray(here).reshape(-1),
                np.asarray(numbers).reshape(-1),
                rtol=1e-5,
                atol=1e-5,
                err_msg=f"{said}: {name}",
            )


def plain(figure: Stored) -> dict[str, Any]:
    """A figure as JSON, in which numbers are compared as numbers."""
    weights = base64.b64encode(figure.program.weights).decode()
    return {
        "spec": figure.spec,
        "graph": figure.program.graph,
        "weights": {"encoding": "base64", "data": weights},
        "picture": figure.picture,
    }
