"""Studies cut down to hardly any work.

What a study needs beyond a short training is looked up in `cuts`, in the module that is
called as the one of `mininet.experiments` that defines the study's kind. So a new study
brings a file of its own, and changes none.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from mininet.learning import Training
from mininet.studies import Study, Trial


def few(study: Study) -> Any:
    """The same study with a few steps on short sequences, and few tests."""
    less: dict[str, Any] = {"trials": shorter(study.trials, 4)}
    for kind in type(study).__mro__:
        name = kind.__module__.removeprefix("mininet.experiments.")
        if (Path(__file__).parent / "cuts" / f"{name}.py").exists():
            module = importlib.import_module(f"tests.experiments.cuts.{name}")
            less |= module.cut(study)
            break
    return replace(study, **less)


def shorter(trials: Mapping[str, Trial], lengths: Any) -> dict[str, Trial]:
    """The same systems, with hardly any training."""
    return {
        name: replace(trial, training=short(trial.training, lengths))
        for name, trial in trials.items()
    }


def short(training: Training, lengths: Any) -> Training:
    """Two steps of three sequences."""
    scoring = replace(training.scoring, size=2, lengths=(), times=2)
    return replace(training, steps=2, lengths=lengths, batch_size=3, scoring=scoring)


def run(study: Study, seed: int) -> dict[str, Any]:
    """What a sweep keeps of a seed, without the seconds."""
    measured = {name: study.trained(seed, name)[1] for name in study.systems}
    return without_seconds(study.gathered(measured))


def without_seconds(value: Any) -> Any:
    """The same without what differs from run to run."""
    if isinstance(value, dict):
        return {k: without_seconds(v) for k, v in value.items() if "seconds" not in k}
    return [*map(without_seconds, value)] if isinstance(value, list) else value
