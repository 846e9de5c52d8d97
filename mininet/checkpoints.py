"""Trained weights on disk: safetensors, with how they came to be written inside.

A checkpoint lies in `results/`, beside the sweep whose seed it is of. Its metadata say
which command trains it again, on which seed, and what it was measured to do.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn

from mininet.results import FOLDER

LIMIT = 1_000_000  # bytes of a checkpoint


def save(
    model: nn.Module, name: str, about: Mapping[str, Any], folder: Path = FOLDER
) -> Path:
    """Write a model's weights to `folder/NAME.safetensors`.

    Args:
        about: where they come from, JSON values: the command, the seed, the time.

    Raises:
        ValueError: if the file would be larger than a checkpoint may be.
    """
    weights = {key: value.contiguous() for key, value in model.state_dict().items()}
    size = sum(value.numel() * value.element_size() for value in weights.values())
    if size > LIMIT:
        raise ValueError(f"a checkpoint may have {LIMIT} bytes, {name!r} has {size}")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.safetensors"
    save_file(weights, path, {key: json.dumps(value) for key, value in about.items()})
    return path


def load(model: nn.Module, name: str, folder: Path = FOLDER) -> dict[str, Any]:
    """Read weights into a model of the same shape; returns what is said about them.

    Raises:
        ValueError: if there is no such checkpoint, or it is not of this model.
    """
    path = folder / f"{name}.safetensors"
    if not path.is_file():
        there = ", ".join(sorted(p.stem for p in folder.glob("*.safetensors")))
        raise ValueError(f"no checkpoint called {name!r}; there are: {there or 'none'}")
    try:
        with safe_open(path, framework="pt") as file:
            weights = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
            about = {k: json.loads(v) for k, v in (file.metadata() or {}).items()}
        model.load_state_dict(weights)
    except (SafetensorError, RuntimeError) as error:
        raise ValueError(f"{path.name} does not fit this model: {error}") from None
    return about
