"""Runs traced programs in JavaScript: with Node if there is one, else in Chromium."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from mininet.live.bundle import STATIC
from mininet.live.trace import Program
from tests.live.browser import chromium

RUN = """
const floats = (text) => {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return new Float32Array(bytes.buffer);
};
const text = (data) => {
  let binary = "";
  for (const byte of new Uint8Array(data.slice().buffer)) {
    binary += String.fromCharCode(byte);
  }
  return btoa(binary);
};
const run = (cases) => cases.map(({ graph, weights, inputs }) => {
  try {
    const given = {};
    for (const [name, shape, data] of inputs) {
      given[name] = { shape, data: floats(data) };
    }
    const outputs = compile(graph, floats(weights))(given);
    return Object.entries(outputs).map(([name, v]) => [name, v.shape, text(v.data)]);
  } catch (error) { return String(error); }
});
"""

Case = tuple[Program, Mapping[str, Tensor]]


def _packed(values: Tensor) -> str:
    array = values.detach().to(torch.float32).contiguous().numpy()
    return base64.b64encode(array.astype("<f4").tobytes()).decode()


def run(cases: Sequence[Case]) -> list[dict[str, Tensor] | str]:
    """What the page computes for each program: outputs by name, or an error."""
    packed = [
        {
            "graph": program.graph,
            "weights": base64.b64encode(program.weights).decode(),
            "inputs": [[n, list(v.shape), _packed(v)] for n, v in inputs.items()],
        }
        for program, inputs in cases
    ]
    node = shutil.which("node")
    answer = _in_node(node, packed) if node else _in_chromium(packed)
    return [
        found
        if isinstance(found, str)
        else {name: _tensor(shape, data) for name, shape, data in found}
        for found in answer
    ]


def _tensor(shape: list[int], data: str) -> Tensor:
    array = np.frombuffer(base64.b64decode(data), dtype="<f4").copy()
    return torch.from_numpy(array).reshape(shape)


def _in_node(node: str, cases: list[Any]) -> Any:
    module = (Path(STATIC) / "interpreter.mjs").as_uri()
    script = (
        f'import {{ compile }} from "{module}"; import fs from "node:fs";{RUN}'
        "console.log(JSON.stringify(run(JSON.parse(fs.readFileSync(0)))));"
    )
    done = subprocess.run(
        [node, "--input-type=module", "-e", script],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def _in_chromium(cases: list[Any]) -> Any:
    text = (Path(STATIC) / "interpreter.mjs").read_text(encoding="utf8")
    with chromium() as browser:
        page = browser.new_page()
        page.goto("about:blank")
        page.evaluate(
            "async (text) => { globalThis.engine = await import(URL.createObjectURL("
            'new Blob([text], { type: "text/javascript" }))) }',
            text + RUN + "export { run };",
        )
        return page.evaluate("(cases) => engine.run(cases)", cases)
