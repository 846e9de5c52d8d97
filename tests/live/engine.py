"""Runs traced programs with the page's interpreter, in the embedded engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from py_mini_racer import JSEvalException
from torch import Tensor

from mininet.live.engine import engine
from mininet.live.trace import Program

Case = tuple[Program, Mapping[str, Tensor]]


def run(cases: Sequence[Case]) -> list[dict[str, Tensor] | str]:
    """What the page computes for each program: outputs by name, or an error."""
    return [_run(program, inputs) for program, inputs in cases]


def _run(program: Program, inputs: Mapping[str, Tensor]) -> dict[str, Tensor] | str:
    page = engine()
    assert page is not None, "mini-racer is not installed"
    given = {k: np.asarray(v.detach().to(torch.float32)) for k, v in inputs.items()}
    try:
        found = page.run(program, given)
    except JSEvalException as error:
        return str(error)
    return {name: torch.from_numpy(value) for name, value in found.items()}
