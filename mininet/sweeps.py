"""Run a study over many seeds, in parallel, and keep what it measured.

The work goes through joblib: processes of this machine by default, or whatever backend
joblib knows by name, so that a Dask or Ray cluster is one word away. Each finished seed
is written at once; a sweep that was interrupted goes on where it stopped.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import date
from numbers import Integral
from pathlib import Path
from typing import Any, NamedTuple

import joblib
import torch
from tqdm import tqdm

from mininet import checkpoints
from mininet.learning.loop import whole_or_nothing
from mininet.provenance import code_mark, cpu_name, rounded, versions
from mininet.recurrent import check_sizes
from mininet.results import FOLDER
from mininet.source import digest
from mininet.studies import Run, Study, modules_of

LIMIT = 100_000  # bytes of a results file
# torch has one random state and one number of threads for a whole process.
ONE_AT_A_TIME = threading.Lock()


class Done(NamedTuple):
    """What came of a seed."""

    seed: int
    run: Run
    failure: str = ""  # in words, if it failed
    weights: bytes = b""  # of the system that was to be kept


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
    study: Study,
    seeds: Iterable[int],
    *,
    folder: str | Path = "results",
    keep: int | None = None,
    jobs: int = 1,
    backend: str | None = None,
    progress: bool = True,
) -> Path:
    """Run a study once a seed and write `folder/NAME.json`.

    Seeds that this result has already, or that an interrupted sweep has finished, are
    not run again, as long as settings, versions and the code that they use are the
    same.

    Args:
        study: what to run.
        seeds: whole numbers of at least 0, each once.
        folder: where the result goes; made if it does not exist.
        keep: a seed whose trained weights are kept as well, in
            `folder/NAME.safetensors`; none if not given.
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
        ValueError: if there is no seed, a seed is repeated or below 0, `keep` is none
            of them or the study has no weights to keep, there is no such backend, or
            `folder` cannot be written. Nothing has been run then.
        SweepError: if a seed failed; the others have been run and are kept.
    """
    wanted = check_seeds(seeds)
    check_sizes(jobs=jobs)
    if keep is not None and not study.keeps:
        raise ValueError(f"{study.name!r} has no weights that a chapter loads")
    if keep is not None and keep not in wanted:
        raise ValueError(f"the seed to keep must be one of {wanted}, got {keep}")
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"results need a folder, but {folder} is a file")
    parts = partial_folder(study.name, folder)
    try:
        with _chosen(backend):
            done = _run_missing(study, wanted, folder, keep, jobs, progress)
        path = folder / f"{study.name}.json"
        _write(path, report(study, [done[seed] for seed in wanted]))
        if (weights := parts / f"{keep}.safetensors").is_file():
            weights.replace(folder / f"{study.name}.safetensors")
        for seed in wanted:
            (parts / f"{seed}.json").unlink(missing_ok=True)
    finally:
        _remove_if_empty(parts, parts.parent)
    return path


def _run_missing(
    study: Study,
    wanted: list[int],
    folder: Path,
    keep: int | None,
    jobs: int,
    progress: bool,
) -> dict[int, Run]:
    """All wanted runs: those there already, and the others, written to the parts."""
    parts = partial_folder(study.name, folder)
    try:
        parts.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(f"cannot write results to {parts}: {error}") from None
    mark = fingerprint(study)
    there = read_result(study.name, folder, mark) | read_partial(parts, mark)
    done = {seed: run for seed, run in there.items() if seed in wanted}
    if keep is not None and not _has_weights(study.name, folder, keep, mark):
        done.pop(keep, None)
    failures: dict[int, str] = {}
    parallel = joblib.Parallel(n_jobs=jobs, return_as="generator_unordered")
    todo = [seed for seed in wanted if seed not in done]
    calls = [joblib.delayed(run_seed)(study, s, mark, s == keep) for s in todo]
    with _bar(study.name, len(wanted), len(done), progress) as bar:
        for seed, run, failure, weights in parallel(calls):
            if failure:
                failures[seed] = failure
            else:
                done[seed] = run
                if weights:
                    checkpoints.write(weights, parts / f"{seed}.safetensors")
                part = {"fingerprint": mark, "run": run}
                _write(parts / f"{seed}.json", json.dumps(part))
            bar.update()
    if failures:
        raise SweepError(study.name, failures, len(done))
    return done


def run_seed(study: Study, seed: int, mark: str, keep: bool = False) -> Done:
    """Run one seed on one thread.

    This is what a worker is sent. A worker with other code or other versions than the
    sweep's own refuses, so that no two kinds of numbers are mixed.
    """
    if fingerprint(study) != mark:
        here = ", ".join(f"{k} {v}" for k, v in versions().items())
        failure = f"the worker has other code or versions than here ({here})"
        return Done(seed, {}, failure)
    with ONE_AT_A_TIME, whole_or_nothing():
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        start = time.thread_time()
        try:
            weights, measured = b"", {}
            for system in study.systems:
                model, measured[system] = study.trained(seed, system)
                if keep and system == study.keeps:
                    about = about_weights(study, seed, measured[system])
                    weights = checkpoints.as_bytes(model, study.name, about)
            seconds = rounded(time.thread_time() - start)
            told = rounded(study.gathered(measured))
            run = {"seed": seed, "seconds": seconds, "cpu": cpu_name(), **told}
            json.dumps(run)
        except Exception as error:  # one bad seed must not lose the others
            return Done(seed, {}, f"{type(error).__name__}: {error}")
        finally:
            torch.set_num_threads(threads)
    return Done(seed, run, weights=weights)


def about_weights(study: Study, seed: int, measured: Run) -> dict[str, Any]:
    """What a checkpoint says of the weights of a study's kept system."""
    return {
        "command": f"python -m mininet train {study.name} --seed {seed}",
        "seed": seed,
        "date": date.today().isoformat(),
        "versions": versions(),
        "cpu": cpu_name(),
        "mark": fingerprint(study),
        **rounded(measured),
        "settings": study.settings,
    }


def report(study: Study, runs: Sequence[Run]) -> str:
    """The results file: what was run, how, on what, and what came out.

    Raises:
        ValueError: if it is larger than a results file may be.
    """
    seeds = [run["seed"] for run in runs]
    cpus = sorted({cpu for run in runs for cpu in run["cpu"].split(" and ")})
    kept = [{k: v for k, v in run.items() if k != "cpu"} for run in runs]
    result = {
        "name": study.name,
        "title": study.title,
        "command": command(study.name, seeds),
        "settings": study.settings,
        "seeds": seeds,
        "date": date.today().isoformat(),
        "versions": versions(),
        "machine": {"cpu": " and ".join(cpus), "threads_per_run": 1},
        "mark": fingerprint(study),
        "seconds": rounded(sum(run["seconds"] for run in runs)),
        "runs": kept,
        "rows": rounded(study.rows(kept)),
    }
    text = json.dumps(result, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    if len(text.encode()) > LIMIT:
        raise ValueError(
            f"a results file may have {LIMIT} bytes, {study.name!r} would have "
            f"{len(text.encode())}; measure less or sweep fewer seeds"
        )
    return text


def command(name: str, seeds: Sequence[int]) -> str:
    """The line that runs these seeds again."""
    first = min(seeds)
    if list(seeds) != list(range(first, first + len(seeds))):
        listed = ", ".join(map(str, seeds))
        return f"mininet.sweeps.sweep(find()[{name!r}], [{listed}])"
    start = f" --first {first}" if first else ""
    return f"python -m mininet sweep {name} --seeds {len(seeds)}{start}"


def fingerprint(study: Study) -> str:
    """Changes when anything that shapes the numbers does.

    That is settings, versions, checkpoints that the study starts from, and what the
    code does that it uses; not docstrings, nor another study.
    """
    settings = json.dumps(study.settings, sort_keys=True)
    parts = [
        study.name,
        settings,
        json.dumps(versions()),
        code_mark(*modules_of(study)),
    ]
    for name in study.reads:
        parts.append(digest((FOLDER / f"{name}.safetensors").read_bytes()))
    return digest("\0".join(parts).encode())


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


def read_result(name: str, folder: Path, mark: str) -> dict[int, Run]:
    """The seeds that a result has already, if it is of this fingerprint."""
    try:
        result = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        if result["mark"] != mark:
            return {}
        cpu = result["machine"]["cpu"]
        return {
            run["seed"]: {"seed": run["seed"], "seconds": run["seconds"], "cpu": cpu}
            | run
            for run in result["runs"]
        }
    except (OSError, ValueError, KeyError, TypeError):
        return {}  # none, or of another time


def _has_weights(name: str, folder: Path, seed: int, mark: str) -> bool:
    """Whether the weights of this seed are there, in the folder or in its parts."""
    parts = partial_folder(name, folder)
    for path in (folder / f"{name}.safetensors", parts / f"{seed}.safetensors"):
        with suppress(OSError, ValueError):
            about = checkpoints.told(path.read_bytes())
            if (about.get("seed"), about.get("mark")) == (seed, mark):
                return True
    return False


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
