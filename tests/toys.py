"""Studies for tests of what runs studies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from mininet.studies import OneSystem


@dataclass(frozen=True, kw_only=True)
class Toy(OneSystem):
    """A study that trains nothing: it measures what a function of the seed gives."""

    given: Mapping[str, Any] = field(default_factory=dict)
    run: Callable[[int], dict[str, Any]]
    keeps: str = "line"

    @property
    def systems(self) -> tuple[str, ...]:
        return ("line",)

    @property
    def settings(self) -> dict[str, Any]:
        return dict(self.given)

    def trained(self, seed: int, system: str, progress: bool = False) -> Any:
        measured = self.run(seed)
        torch.manual_seed(seed)
        return torch.nn.Linear(2, 1), measured

    def rows(self, runs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{"system": "toy", "seeds": len(runs), "ours": "fine", "mean": 1 / 3}]
