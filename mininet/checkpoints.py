"""Trained weights on disk: safetensors, with how they came to be written inside.

A checkpoint lies in `results/`, beside the sweep whose seed it is of. Its metadata say
which command trains it again, on which seed, and what it was measured to do.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load as weights_in
from safetensors.torch import save as serialised
from torch import nn

from mininet.results import FOLDER

LIMIT = 1_000_000  # bytes of a checkpoint


def save(
    model: nn.Module, name: str, about: Mapping[str, Any], folder: Path = FOLDER
) -> Path:
    """Write a model's weights to `folder/NAME.safetensors`, whole or not at all.

    Args:
        about: where they come from, JSON values: the command, the seed, the time.

    Raises:
        ValueError: if the file would be larger than a checkpoint may be.
    """
    return write(as_bytes(model, name, about), folder / f"{name}.safetensors")


def as_bytes(model: nn.Module, name: str, about: Mapping[str, Any]) -> bytes:
    """What `save` writes.

    Raises:
        ValueError: if it is larger than a checkpoint may be.
    """
    weights = {key: value.contiguous() for key, value in model.state_dict().items()}
    data = serialised(weights, {key: json.dumps(value) for key, value in about.items()})
    if len(data) > LIMIT:
        raise ValueError(
            f"a checkpoint may have {LIMIT} bytes, {name!r} has {len(data)}"
        )
    return data


def write(data: bytes, path: Path) -> Path:
    """Write a whole file or none: a reader never meets half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def load(model: nn.Module, name: str, folder: Path = FOLDER) -> dict[str, Any]:
    """Read weights into a model of the same shape; returns what is said about them.

    Raises:
        ValueError: if there is no such checkpoint, or it is broken or not of this
            model, which is left as it was.
    """
    path = folder / f"{name}.safetensors"
    if not path.is_file():
        there = ", ".join(sorted(p.stem for p in folder.glob("*.safetensors")))
        raise ValueError(f"no checkpoint called {name!r}; there are: {there or 'none'}")
    data = path.read_bytes()  # through Python, which can be asked what was opened
    try:
        weights, about = weights_in(data), told(data)
    except (SafetensorError, json.JSONDecodeError) as error:
        raise ValueError(f"{path.name} is no checkpoint: {error}") from None
    # Before anything is loaded: torch would load what fits, and then complain.
    wanted, given = (
        {key: tuple(value.shape) for key, value in of.items()}
        for of in (model.state_dict(), weights)
    )
    for key in wanted | given:
        if wanted.get(key) != given.get(key):
            raise ValueError(
                f"{path.name} does not fit this model: {key} is "
                f"{given.get(key, 'missing')} there, {wanted.get(key, 'missing')} here"
            )
    model.load_state_dict(weights)
    return about


def told(data: bytes) -> dict[str, Any]:
    """What is said about the weights in the bytes of a checkpoint.

    The first eight bytes are the length of what follows: JSON, in which the weights
    have their places and what is said about them is `__metadata__`.
    """
    size = int.from_bytes(data[:8], "little")
    metadata = json.loads(data[8 : 8 + size]).get("__metadata__", {})
    return {key: json.loads(value) for key, value in metadata.items()}
