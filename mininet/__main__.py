"""`python -m mininet`: list the studies, sweep one over seeds, or train one model.

Exit codes: 0 done, 1 a seed failed or a file could not be written, 2 the request makes
no sense, 130 interrupted.
"""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

import torch

from mininet.checkpoints import LIMIT, save
from mininet.learning.loop import whole_or_nothing
from mininet.results import check_writable
from mininet.studies import Study, find
from mininet.sweeps import (
    SweepError,
    about_weights,
    check_seeds,
    fingerprint,
    partial_folder,
    read_partial,
    sweep,
)


class _Parser(argparse.ArgumentParser):
    """Says in one sentence what is wrong, without the usage above it."""

    def error(self, message: str) -> NoReturn:
        raise ValueError(f"{message} (see python -m mininet --help)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal may lack letters: … or ×
            stream.reconfigure(errors="replace")
    try:
        given = _parser().parse_args(arguments)
        if given.command == "list":
            wide = 2 + max(map(len, find()))
            for study in find().values():
                print(f"{study.name:{wide}}{study.title}")
            return 0
        return _train(given) if given.command == "train" else _sweep(given)
    except ValueError as error:
        return _say(f"mininet: {error}", 2)
    except KeyboardInterrupt:
        return _say("\nmininet: interrupted, nothing is kept", 130)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m mininet", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("list", help="name the studies")
    run = commands.add_parser("sweep", help="run a study over many seeds")
    run.add_argument("name", metavar="NAME", help="one that `list` names")
    run.add_argument("--seeds", type=int, required=True, help="how many seeds")
    run.add_argument("--first", type=int, default=0, help="the first seed (0)")
    run.add_argument("--jobs", type=int, help="seeds at a time (one a core)")
    run.add_argument("--keep", type=int, help="a seed whose weights are kept too")
    run.add_argument("--out", default="results", help="folder of the result (results)")
    run.add_argument("--backend", help="a joblib backend: loky, dask, ray, …")
    train = commands.add_parser("train", help="train one model and keep its weights")
    train.add_argument("name", metavar="NAME", help=", ".join(_kept()))
    train.add_argument("--seed", type=int, default=0, help="the seed (0)")
    train.add_argument("--out", default="results", help="folder of the file (results)")
    run.add_argument("--scheduler", help="address of a Dask scheduler")
    return parser


def _sweep(given: argparse.Namespace) -> int:
    study = _find(given.name, find(), "study")
    if given.seeds < 1:
        raise ValueError(f"--seeds must be at least 1, got {given.seeds}")
    if given.first < 0:
        raise ValueError(f"--first must be at least 0, got {given.first}")
    if given.scheduler and given.backend != "dask":
        raise ValueError("--scheduler is for --backend dask only")
    jobs = min(os.cpu_count() or 1, given.seeds) if given.jobs is None else given.jobs
    if jobs < 1:
        raise ValueError(f"--jobs must be at least 1, got {jobs}")
    seeds = range(given.first, given.first + given.seeds)
    try:
        with _cluster(given.backend, given.scheduler, jobs):
            path = sweep(
                study,
                seeds,
                folder=given.out,
                keep=given.keep,
                jobs=jobs,
                backend=given.backend,
            )
    except SweepError as error:
        return _say(f"mininet: {error}", 1)
    except KeyboardInterrupt:
        parts = partial_folder(study.name, given.out)
        kept = read_partial(parts, fingerprint(study)).keys() & set(seeds)
        return _say(
            f"\nmininet: interrupted; {len(kept)} of {given.seeds} seeds are kept in "
            f"{parts}, and the same command goes on from there",
            130,
        )
    except OSError as error:
        parts = partial_folder(study.name, given.out)
        return _say(f"mininet: {error}; finished seeds are kept in {parts}", 1)
    print(path)
    return 0


def _train(given: argparse.Namespace) -> int:
    study = _find(given.name, _kept(), "checkpoint")
    (seed,) = check_seeds([given.seed])
    folder = Path(given.out)
    check_writable(folder, LIMIT)
    torch.set_num_threads(1)
    with whole_or_nothing():
        model, measured = study.trained(seed, study.keeps, progress=True)
    try:
        print(save(model, study.name, about_weights(study, seed, measured), folder))
    except OSError as error:
        return _say(f"mininet: the weights are not kept: {error}", 1)
    return 0


def _kept() -> dict[str, Study]:
    """The studies of which a chapter loads weights."""
    return {name: study for name, study in find().items() if study.keeps}


def _find(name: str, among: dict[str, Study], what: str) -> Study:
    if name not in among:
        near = difflib.get_close_matches(name, among, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(
            f"no {what} called {name!r}; there are: {', '.join(among)}{hint}"
        )
    return among[name]


@contextmanager
def _cluster(backend: str | None, scheduler: str | None, jobs: int) -> Iterator[Any]:
    """Connect to what the backend needs, and let go of it afterwards."""
    if backend == "ray":
        try:
            from ray.util.joblib import register_ray
        except ImportError:
            raise ValueError(
                "--backend ray needs another package: pip install ray"
            ) from None
        register_ray()
    if backend != "dask":
        yield None
        return
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise ValueError(
            "--backend dask needs another package: pip install 'dask[distributed]'"
        ) from None
    if scheduler is None:
        with (
            LocalCluster(n_workers=jobs, threads_per_worker=1) as cluster,
            Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = Client(scheduler, timeout="10s")
    except (OSError, ValueError) as error:
        raise ValueError(f"no Dask scheduler answers at {scheduler}: {error}") from None
    with client:
        yield client


def _say(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
