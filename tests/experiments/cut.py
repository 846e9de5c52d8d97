"""Studies cut down to hardly any work."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mininet.experiments.adding import AddingStudy, RatesStudy
from mininet.experiments.neural_gpu import AdditionStudy, FarStudy
from mininet.experiments.neural_gpu_products import ProductsStudy
from mininet.experiments.neural_gpu_rewriting import RewritingStudy
from mininet.experiments.neural_stack import TransductionStudy
from mininet.experiments.ntm import Case, NTMStudy
from mininet.experiments.stack_rnn import LanguagesStudy
from mininet.learning import Lengths, Training
from mininet.studies import Study


def few(study: Study) -> Any:
    """The same study with a few steps on short sequences, and few tests."""
    lengths = Lengths(6, 7) if isinstance(study, NTMStudy) else 4
    less = {
        name: replace(trial, training=short(trial.training, lengths))
        for name, trial in study.trials.items()
    }
    more: dict[str, Any] = {}
    if isinstance(study, AddingStudy):
        more = {"test_sequences": 10, "other_lengths": (6,)}
    elif isinstance(study, RatesStudy):
        more = {"test_sequences": 10}
    elif isinstance(study, NTMStudy):
        case = Case((8,), (study.task,))
        more = {"sequences": 2, "tests": dict.fromkeys(list(study.tests)[:1], case)}
    elif isinstance(study, TransductionStudy):
        more = {"lengths": (6,), "sequences": 2}
    elif isinstance(study, AdditionStudy):
        more = {"tests": {"2": 5, "4": 3}, "hard_length": 3, "batch": 2}
    elif isinstance(study, FarStudy):
        more = {"length": 5, "sums": 3, "batch": 2}
    elif isinstance(study, RewritingStudy):
        more = {"tests": {"4": 5, "200": 1}}
    elif isinstance(study, LanguagesStudy):
        less = {name: replace(trial, far=(6,)) for name, trial in less.items()}
        more = {"longest": 4}
    elif isinstance(study, ProductsStudy):
        tests = {"plain": {"2": 3, "100": 1}, "uneven": {"2": 3}}
        more = {
            "courses": tuple(
                replace(course, training=short(course.training, 4))
                for course in study.courses
            ),
            "tests_after_each": tests,
            "tests": tests,
            "hard_lengths": (3,),
        }
    return replace(study, trials=less, **more)


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
