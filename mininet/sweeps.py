"""Run an experiment over many seeds, in parallel, and keep what it measured.

The work goes through joblib: processes of this machine by default, or whatever backend
joblib knows by name, so that a Dask or Ray cluster is one word away. Each finished seed
is written at once; a sweep that was interrupted goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import date
from numbers import Integral
from pathlib import Path
from typing import Any

import joblib
import torch
from tqdm import tqdm

from mininet.provenance import code_mark, cpu_name, rounded, versions
from mininet.recurrent import check_sizes

Run = dict[str, Any]
LIMIT = 100_000  # bytes of a results file
# torch has one random state and one number of threads for a whole process.
ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Experiment:
    """One thing to measure, for any seed.

    Attributes:
        name: of the results file, and on the command line.
        title: one line for the reader.
        settings: every choice that shaped the numbers; JSON values only.
        run: seed -> measurements by name; JSON values, finite numbers.
        rows: all runs -> rows of the book's table of results.
    """

    name: str
    title: str
    settings: Mapping[str, Any]
    run: Callable[[int], Run]
    rows: Callable[[list[Run]], list[dict[str, Any]]]


class SweepError(RuntimeError):
    """Some seeds failed; the others are kept.

    Attributes:
        failures: seed -> what went wrong.
    """

    def __init__(self, name: str, failures: Mapping[int, str], kept: int) -> None:
        told = "; ".join(f"seed {s}: {why}" for s, why in sorted(failures.items()))
        super().__init__(
            f"{len(failures)} of {len(failures) + kept} seeds of {name!r} failed, so "
            f"no result is written; {kept} are kept for the next try ({told})"
        )
        self.failures = dict(failures)


def sweep(
    experiment: Experiment,
    seeds: Iterable[int],
    *,
    folder: str | Path = "results",
    jobs: int = 1,
    backend: str | None = None,
    progress: bool = True,
) -> Path:
    """Run an experiment once a seed and write `folder/NAME.json`.

    Seeds that an earlier, interrupted sweep has finished are not run again, as long as
    settings, code and versions are the same.

    Args:
        experiment: what to run.
        seeds: whole numbers of at least 0, each once.
        folder: where the result goes; made if it does not exist.
        jobs: how many seeds run at the same time, each on one thread.
        backend: a joblib backend, such as "dask" (connect a `distributed.Client`
            first) or "ray" (call `ray.util.joblib.register_ray` first). If not
            given, the one set with `joblib.parallel_config`, or else processes.
            A worker process runs one seed at a time, however many threads it has;
            with a single thread in all, joblib runs the seeds in this process.
        progress: draw a bar on stderr.

    Returns:
        The path of the file written.

    Raises:
        ValueError: if there is no seed, a seed is repeated or below 0, there is no
            such backend, or `folder` cannot be written. Nothing has been run then.
        SweepError: if a seed failed; the others have been run and are kept.
    """
    wanted = check_seeds(seeds)
    check_sizes(jobs=jobs)
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"results need a folder, but {folder} is a file")
    parts = partial_folder(experiment.name, folder)
    try:
        with _chosen(backend):
            done = _run_missing(experiment, wanted, parts, jobs, progress)
        path = folder / f"{experiment.name}.json"
        _write(path, report(experiment, [done[seed] for seed in wanted]))
        for seed in wanted:
            (parts / f"{seed}.json").unlink(missing_ok=True)
    finally:
        _remove_if_empty(parts, parts.parent)
    return path


def _run_missing(
    experiment: Experiment, wanted: list[int], parts: Path, jobs: int, progress: bool
) -> dict[int, Run]:
    """All wanted runs: those found in `parts`, and the others, written there."""
    try:
        parts.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(f"cannot write results to {parts}: {error}") from None
    mark = fingerprint(experiment)
    done = {s: run for s, run in read_partial(parts, mark).items() if s in wanted}
    failures: dict[int, str] = {}
    parallel = joblib.Parallel(n_jobs=jobs, return_as="generator_unordered")
    todo = [seed for seed in wanted if seed not in done]
    calls = [joblib.delayed(run_seed)(experiment, seed, mark) for seed in todo]
    with _bar(experiment.name, len(wanted), len(done), progress) as bar:
        for seed, run, failure in parallel(calls):
            if failure:
                failures[seed] = failure
            else:
                done[seed] = run
                part = {"fingerprint": mark, "run": run}
                _write(parts / f"{seed}.json", json.dumps(part))
            bar.update()
    if failures:
        raise SweepError(experiment.name, failures, len(done))
    return done


def run_seed(experiment: Experiment, seed: int, mark: str) -> tuple[int, Run, str]:
    """Run one seed on one thread: the seed, what it measured, and what went wrong.

    This is what a worker is sent. A worker with other code or other versions than the
    sweep's own refuses, so that no two kinds of numbers are mixed.
    """
    if fingerprint(experiment) != mark:
        here = ", ".join(f"{k} {v}" for k, v in versions().items())
        return seed, {}, f"the worker has other code or versions than here ({here})"
    with ONE_AT_A_TIME:
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        start = time.thread_time()
        try:
            measured = rounded(experiment.run(seed))
            seconds = rounded(time.thread_time() - start)
            run = {"seed": seed, "seconds": seconds, "cpu": cpu_name(), **measured}
            json.dumps(run)
        except Exception as error:  # one bad seed must not lose the others
            return seed, {}, f"{type(error).__name__}: {error}"
        finally:
            torch.set_num_threads(threads)
    return seed, run, ""


def report(experiment: Experiment, runs: Sequence[Run]) -> str:
    """The results file: what was run, how, on what, and what came out.

    Raises:
        ValueError: if it is larger than a results file may be.
    """
    seeds = [run["seed"] for run in runs]
    cpus = sorted({run["cpu"] for run in runs})
    kept = [{k: v for k, v in run.items() if k != "cpu"} for run in runs]
    result = {
        "name": experiment.name,
        "title": experiment.title,
        "command": command(experiment.name, seeds),
        "settings": dict(experiment.settings),
        "seeds": seeds,
        "date": date.today().isoformat(),
        "versions": versions(),
        "machine": {"cpu": " and ".join(cpus), "threads_per_run": 1},
        "seconds": rounded(sum(run["seconds"] for run in runs)),
        "runs": kept,
        "rows": rounded(experiment.rows(kept)),
    }
    text = json.dumps(result, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    if len(text.encode()) > LIMIT:
        raise ValueError(
            f"a results file may have {LIMIT} bytes, {experiment.name!r} would have "
            f"{len(text.encode())}; measure less or sweep fewer seeds"
        )
    return text


def command(name: str, seeds: Sequence[int]) -> str:
    """The line that runs these seeds again."""
    first = min(seeds)
    if list(seeds) != list(range(first, first + len(seeds))):
        listed = ", ".join(map(str, seeds))
        return f"mininet.sweeps.sweep(EXPERIMENTS[{name!r}], [{listed}])"
    start = f" --first {first}" if first else ""
    return f"python -m mininet sweep {name} --seeds {len(seeds)}{start}"


def fingerprint(experiment: Experiment) -> str:
    """Changes when anything that shapes the numbers does: settings, code, versions."""
    settings = json.dumps(dict(experiment.settings), sort_keys=True)
    parts = [experiment.name, settings, json.dumps(versions()), code_mark()]
    with suppress(OSError, TypeError):  # defined where no source is kept
        parts.append(inspect.getsource(experiment.run))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def check_seeds(seeds: Iterable[int]) -> list[int]:
    """Seeds as a list, refused if empty, repeated or not whole numbers from 0."""
    wanted = list(seeds)
    if not wanted:
        raise ValueError("a sweep needs at least one seed, got none")
    for seed in wanted:
        if not isinstance(seed, Integral) or isinstance(seed, bool) or seed < 0:
            raise ValueError(f"a seed must be a whole number from 0, got {seed!r}")
    wanted = [int(seed) for seed in wanted]
    if len(set(wanted)) < len(wanted):
        raise ValueError(f"each seed must be given once, got {wanted}")
    return wanted


def partial_folder(name: str, folder: str | Path) -> Path:
    """Where a sweep keeps its finished seeds until all are done."""
    return Path(folder) / ".partial" / name


def read_partial(parts: Path, mark: str) -> dict[int, Run]:
    """The finished seeds of an interrupted sweep with this fingerprint."""
    done = {}
    for path in sorted(parts.glob("*.json")):
        try:
            part = json.loads(path.read_text(encoding="utf-8"))
            if part["fingerprint"] == mark:
                done[int(path.stem)] = part["run"]
        except (ValueError, KeyError, TypeError):
            continue  # not ours, or of another time: run that seed again
    return done


def _chosen(backend: str | None) -> AbstractContextManager[Any]:
    if backend is None:
        return nullcontext()
    try:
        chosen: AbstractContextManager[Any] = joblib.parallel_config(backend=backend)
        return chosen
    except (ValueError, ImportError) as error:
        raise ValueError(
            f"joblib cannot use the backend {backend!r}: {error}"
        ) from None


@contextmanager
def _bar(name: str, total: int, done: int, progress: bool) -> Iterator[Any]:
    form = "{desc} {percentage:3.0f}%|{bar}| seed {n_fmt}/{total_fmt}, {elapsed} min"
    with tqdm(
        desc=name,
        total=total,
        initial=done,
        disable=not progress,
        file=sys.stderr,
        ascii=False,
        ncols=78,
        bar_format=form,
    ) as bar:
        yield bar


def _write(path: Path, text: str) -> None:
    """Write a whole file or none: a reader never meets half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _remove_if_empty(*folders: Path) -> None:
    for folder in folders:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
