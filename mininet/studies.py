"""What a study is: a claim of a paper, and all it takes to hold ours against it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

import torch
from torch import nn

from mininet import experiments
from mininet.learning import Training
from mininet.learning.settings import as_json

Run = dict[str, Any]  # what was measured with one seed; JSON values, finite numbers


@dataclass(frozen=True)
class Claim:
    """What is held against what.

    Attributes:
        system: what was trained, in words.
        task: on what, in words.
        says: what the paper says of it.
        citation: the paper's key in the bibliography.
        chapter: where the book tells of it, without its ending.
    """

    system: str
    task: str
    says: str
    citation: str
    chapter: str

    def row(
        self, *, ours: str, reached: bool, seeds: int, seconds: float
    ) -> dict[str, Any]:
        """A row of the book's table of results.

        Args:
            ours: how it did here, in words.
            reached: whether it did as the paper says.
            seeds: of how many models.
            seconds: what one took to train.
        """
        return {
            "system": self.system,
            "task": self.task,
            "claim": self.says,
            "citation": self.citation,
            "ours": ours,
            "reached": reached,
            "seeds": seeds,
            "seconds": seconds,
            "link": self.chapter,
        }


class Machine:
    """A kind of model and its sizes: `Machine(LSTM, hidden_size=32)`.

    Raises:
        ValueError: if the model has no such size.
    """

    def __init__(self, kind: type[nn.Module], /, **sizes: Any) -> None:
        known = inspect.signature(kind).parameters
        for name in sizes:
            if name not in known:
                raise ValueError(
                    f"{kind.__name__} has no size {name!r}; it has {', '.join(known)}"
                )
        self.kind, self.sizes = kind, sizes

    def but(self, **sizes: Any) -> Machine:
        """The same with other sizes."""
        return Machine(self.kind, **{**self.sizes, **sizes})

    def build(self, task: Any, seed: int) -> Any:
        """A model for this task, with the first weights of this seed."""
        torch.manual_seed(seed)
        return self.kind(
            input_size=task.input_size, output_size=task.output_size, **self.sizes
        )

    def as_json(self) -> dict[str, Any]:
        """The kind's name and the sizes."""
        return {"kind": self.kind.__name__, **as_json(self.sizes)}


@dataclass(frozen=True)
class Trial:
    """One system of a study: what is trained, how, and what its paper says."""

    machine: Machine
    training: Training
    claim: Claim


@dataclass(frozen=True, kw_only=True)
class Study:
    """One thing to measure, for any seed; its other fields are its settings.

    Subclasses define `trained` and `rows`.

    Attributes:
        name: of the results file, and on the command line.
        title: one line for the reader.
        keeps: the system whose weights a chapter loads; "" if there is none.
        trials: the systems, by their names in the results file.
    """

    name: str
    title: str
    keeps: str = ""
    trials: Mapping[str, Trial] = field(default_factory=dict)

    @property
    def systems(self) -> tuple[str, ...]:
        """What `trained` can be asked for."""
        return tuple(self.trials)

    def trained(
        self, seed: int, system: str, progress: bool = False
    ) -> tuple[nn.Module, Run]:
        """A system, trained with this seed, and what it was measured to do.

        A sweep's results and a chapter's checkpoint both come from here. What one
        system measures does not depend on whether another was trained before it.
        """
        raise NotImplementedError

    def gathered(self, measured: Mapping[str, Run]) -> Run:
        """What is kept of a seed, from what its systems measured."""
        return dict(measured)

    def rows(self, runs: Sequence[Run]) -> list[dict[str, Any]]:
        """All runs to rows of the book's table of results."""
        raise NotImplementedError

    @property
    def reads(self) -> tuple[str, ...]:
        """Names of the checkpoints that it starts from."""
        return ()

    @property
    def settings(self) -> dict[str, Any]:
        """Every choice that shaped the numbers, as JSON values."""
        aside = {"name", "title", "keeps"}
        return {
            one.name: as_json(getattr(self, one.name))
            for one in fields(self)
            if one.name not in aside
        }


class OneSystem(Study):
    """A study of a single system, whose measurements stand by themselves."""

    def gathered(self, measured: Mapping[str, Run]) -> Run:
        """What the only system measured."""
        (only,) = measured.values()
        return dict(only)


def find() -> dict[str, Study]:
    """All studies by their names: what modules of `experiments` hold as `STUDIES`.

    Raises:
        ValueError: if two have the same name.
    """
    found: dict[str, Study] = {}
    for module in pkgutil.iter_modules(experiments.__path__, "mininet.experiments."):
        for study in getattr(importlib.import_module(module.name), "STUDIES", ()):
            if study.name in found:
                raise ValueError(f"two studies are called {study.name!r}")
            found[study.name] = study
    return found


def modules_of(value: Any) -> list[str]:
    """The modules in which what settings are made of is defined, by name.

    Args:
        value: a study, or a part of one.
    """
    found = {(value if isinstance(value, type) else type(value)).__module__}
    if isinstance(value, Machine):
        held: list[Any] = [value.kind, value.sizes]
    elif is_dataclass(value):
        held = [getattr(value, one.name) for one in fields(value)]
    elif isinstance(value, Mapping):
        held = list(value.values())
    else:
        held = list(value) if isinstance(value, list | tuple) else []
    return sorted(found.union(*map(modules_of, held)))
