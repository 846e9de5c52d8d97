"""The tools: executing and checking notebooks, serving and building the book."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
import tomllib
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, writes

from mininet.same import same
from tools import (
    book,
    browser,
    elsewhere,
    freshness,
    longest_first,
    notebooks,
    outputs,
    serve,
    types,
)

ROOT = notebooks.ROOT

PACKAGE = '''"""What the notebook uses."""


def double(number):
    """Twice the number."""
    return 2 * number
'''

CELLS = (
    "import sys, time\nfrom mininet.doubling import double\nprint(double(21))",
    "for step in (1, 2):\n"
    "    print(f'\\r{step} in {time.time()} s', end='', file=sys.stderr)\n"
    "print(open('../data.txt').read())",
    "open('scratch.txt', 'w').write('x')\nopen('scratch.txt').read(), object()",
)


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small repository with one notebook, executed."""
    root = tmp_path_factory.mktemp("repository")
    (root / "mininet").mkdir()
    (root / "mininet" / "__init__.py").write_text("")
    (root / "mininet" / "unused.py").write_text("")
    (root / "mininet" / "doubling.py").write_text(PACKAGE)
    (root / "data.txt").write_text("some data")
    (root / "notebooks").mkdir()
    cells = [new_code_cell(source, id=f"c{n}") for n, source in enumerate(CELLS)]
    cells.insert(1, new_markdown_cell("Words.", id="words"))
    (root / "notebooks" / "01-small.ipynb").write_text(
        writes(new_notebook(cells=cells))
    )
    assert notebooks.main(["--root", str(root)]) == 0
    return root


@pytest.fixture
def repository(executed: Path, tmp_path: Path) -> Path:
    """A copy of the executed repository, to spoil."""
    for path in executed.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            copy = tmp_path / path.relative_to(executed)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    return tmp_path


def small(root: Path) -> Path:
    return root / "notebooks" / "01-small.ipynb"


def reason(root: Path) -> str | None:
    return freshness.reason_stale(notebooks.read(small(root)), root)


def test_the_used_files_are_recorded_and_no_others(executed: Path):
    stored = notebooks.read(small(executed))["metadata"]["mininet"]
    used = ["data.txt", "mininet/__init__.py", "mininet/doubling.py"]
    assert list(stored["files"]) == used


def test_stored_outputs_hold_nothing_of_one_run(executed: Path):
    text = small(executed).read_text(encoding="utf-8")
    assert str(executed) not in text
    assert "1 in" not in text and "2 in" in text  # the progress's last line alone
    assert "object at 0x…" in text
    cells = freshness.code_cells(notebooks.read(small(executed)))
    counts = [cell["execution_count"] for cell in cells]
    assert counts == [1, 2, 3]


def test_a_notebook_is_read_as_nbformat_reads_it(executed: Path):
    for path in (small(executed), *notebooks.stored(ROOT)):
        node = nbformat.read(path, as_version=4)
        assert notebooks.read(path) == json.loads(writes(node, split_lines=False))


def test_a_second_execution_changes_not_one_byte(repository: Path):
    before = small(repository).read_bytes()
    assert notebooks.main(["--root", str(repository), "--force"]) == 0
    assert small(repository).read_bytes() == before


def test_a_current_notebook_is_not_executed(
    repository: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(notebooks, "execute", lambda *_: pytest.fail("executed"))
    assert notebooks.main(["--root", str(repository)]) == 0


@pytest.mark.parametrize(
    ("name", "old", "new", "stale"),
    [
        ("mininet/doubling.py", "2 * number", "3 * number", True),
        ("mininet/doubling.py", "Twice the number.", "The number, doubled.", False),
        ("mininet/doubling.py", "    return", "    # Why.\n\n    return", False),
        ("mininet/unused.py", "", "x = 1", False),
        ("data.txt", "some", "other", True),
    ],
)
def test_only_a_change_that_matters_makes_outputs_stale(
    repository: Path, name: str, old: str, new: str, stale: bool
):
    path = repository / name
    path.write_text(path.read_text().replace(old, new, 1))
    expected = f"{name} has changed since the outputs were stored" if stale else None
    assert reason(repository) == expected


def test_weights_that_a_notebook_loads_are_among_the_files_it_used(
    executed: Path, tmp_path: Path
):
    """Read through Python, so that it is seen: one byte changed, or no file at all."""
    copy = tmp_path / "repository"
    shutil.copytree(executed, copy)
    for part in ("mininet", "results"):
        shutil.copytree(ROOT / part, copy / part, dirs_exist_ok=True)
    load = (
        "from mininet.checkpoints import load\n"
        "from mininet.models.neural_gpu import DiagonalNeuralGPU\n"
        "from mininet.tasks.arithmetic import Copying as task\n"
        "model = DiagonalNeuralGPU(task.input_size, task.output_size, maps=24)\n"
        "load(model, 'neural-gpu-copying')['seed']"
    )
    small(copy).write_text(writes(new_notebook(cells=[new_code_cell(load, id="only")])))
    assert notebooks.main(["--root", str(copy), str(small(copy))]) == 0
    assert reason(copy) is None
    weights = copy / "results" / "neural-gpu-copying.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert reason(copy) == (
        "results/neural-gpu-copying.safetensors has changed since the outputs were "
        "stored"
    )
    weights.unlink()
    assert "is gone" in str(reason(copy))


def test_what_another_processor_would_store_differs_in_last_digits_alone(
    tmp_path: Path,
):
    """And is as current as what is stored here, so that `make test` can be tried."""
    name = "05-ntm-machine.ipynb"  # with figures, drawings and weights it loads
    for part in ("mininet", "results", f"notebooks/{name}"):
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        (tmp_path / part).parent.mkdir(exist_ok=True)
        copy(ROOT / part, tmp_path / part)
    assert elsewhere.main([str(tmp_path)]) == 0
    here, there = (
        notebooks.read(root / "notebooks" / name) for root in (ROOT, tmp_path)
    )
    assert here != there
    for cell, moved in zip(here["cells"], there["cells"], strict=True):
        assert same(cell.get("outputs"), moved.get("outputs"))
    assert same(outputs.widget_state(here), outputs.widget_state(there))
    assert outputs.widget_state(here) != outputs.widget_state(there)
    for root, stored in ((ROOT, here), (tmp_path, there)):
        assert freshness.reason_stale(stored, root) == freshness.reason_stale(
            here, ROOT
        )
    for path in (ROOT / "results").glob("*.safetensors"):
        assert path.read_bytes() != (tmp_path / "results" / path.name).read_bytes()
    for path in (ROOT / "results").glob("*.json"):
        moved = (tmp_path / "results" / path.name).read_text(encoding="utf-8")
        assert same(json.loads(path.read_text(encoding="utf-8")), json.loads(moved))


def test_the_repository_itself_is_never_moved(capsys: pytest.CaptureFixture[str]):
    assert elsewhere.main([str(ROOT)]) == 2
    assert "is not a copy of the repository" in capsys.readouterr().err


def test_the_check_names_notebook_and_reason(
    repository: Path, capsys: pytest.CaptureFixture[str]
):
    (repository / "data.txt").unlink()
    assert notebooks.main(["--root", str(repository), "--check"]) == 1
    said = capsys.readouterr().out
    assert "notebooks/01-small.ipynb: data.txt is gone" in said
    assert "run make notebooks" in said


def test_changed_cells_are_stale_changed_words_are_not(repository: Path):
    path = small(repository)
    path.write_text(path.read_text().replace("Words.", "Other words."))
    assert reason(repository) is None
    path.write_text(path.read_text().replace("double(21)", "double(22)"))
    assert reason(repository) == (
        "its code cells have changed since the outputs were stored"
    )


def test_a_cell_that_raises_leaves_the_file_as_it_was(
    repository: Path, capsys: pytest.CaptureFixture[str]
):
    path = small(repository)
    path.write_text(path.read_text().replace("double(21)", "double(21) / 0"))
    before = path.read_bytes()
    assert notebooks.main(["--root", str(repository)]) == 1
    said = capsys.readouterr().err
    assert "cell 1 (c0) raises" in said and "double(21) / 0" in said
    assert "ZeroDivisionError: division by zero" in said
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.glob("*.tmp")] == []


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"nbformat": 4}', '{"nbformat": 3, "cells": []}']
)
def test_a_file_that_is_no_notebook_is_named(
    text: str, repository: Path, capsys: pytest.CaptureFixture[str]
):
    small(repository).write_text(text)
    assert notebooks.main(["--root", str(repository), "--check"]) == 2
    assert "01-small.ipynb is not a notebook" in capsys.readouterr().err


def test_no_process_that_reads_notebooks_builds_a_parser_of_addresses():
    says = "import tools.notebooks, sys; print('lark' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", says], cwd=ROOT, capture_output=True)
    assert done.stdout.split() == [b"False"], done.stderr


def test_of_the_notebooks_those_that_trained_longest_are_begun_first(tmp_path: Path):
    took = {"a": ["00:04"], "b": [], "c": ["00:55", "00:12"], "d": ["01:02"]}
    for name, times in took.items():
        bars = [f"100%|██| step 9/9, loss 0.0001, {time} min" for time in times]
        (tmp_path / name).write_text("In 03:00 min more.\n" + "\n".join(bars))
    cells = [
        SimpleNamespace(path=tmp_path / name, at=at) for name in took for at in "01"
    ]
    longest_first.pytest_collection_modifyitems(cells)
    found = " ".join(cell.path.name + cell.at for cell in cells)
    assert found == "c0 c1 d0 d1 a0 a1 b0 b1"


def test_a_docstring_alone_is_a_body_and_does_not_count():
    assert freshness.hash_python('def f():\n    "a"') == freshness.hash_python(
        'def f():\n    "b"'
    )
    assert freshness.hash_python("f('a')") != freshness.hash_python("f('b')")


def test_magics_are_part_of_the_code():
    timed = freshness.hash_python("%time x = 1\nfor i in x:\n    !ls {i}")
    assert timed == freshness.hash_python(
        "%time x = 1\nfor i in x:  # all\n    !ls {i}"
    )
    assert timed != freshness.hash_python("%time x = 2\nfor i in x:\n    !ls {i}")


def test_the_hash_of_code_is_the_same_on_every_python():
    source = (
        "async def f(x: int, /, *a, y=None, **k):\n"
        "    match x:\n"
        "        case [1, *_] if y: return f'{x!r:>{3}} {y}'\n"
        "    with a as b: return lambda: (yield -1.5e-3j)\n"
    )
    assert freshness.hash_python(source) == "49ff16be2a71b32c"


def test_streams_become_one_of_each_name_progress_first():
    def stream(name: str, text: str) -> dict[str, str]:
        return {"output_type": "stream", "name": name, "text": text}

    picture = {"output_type": "display_data", "data": {}, "metadata": {}}
    given = [
        stream("stdout", "a\n"),
        stream("stderr", "\r 10%\x1b[A"),
        stream("stdout", "b\n"),
        stream("stderr", "\r100%\n"),
        picture,
        stream("stdout", "c\n"),
    ]
    assert outputs.clean(given, Path("/nowhere")) == [
        stream("stderr", "100%\n"),
        stream("stdout", "a\nb\n"),
        picture,
        stream("stdout", "c\n"),
    ]


def figured(number: float) -> dict[str, Any]:
    """A notebook that shows a number, a drawing of it, and a widget that holds it."""
    drawing = f'<svg><path d="M{36 + number:.5f} 4"/></svg>'
    shown = {"text/plain": f"tensor({number:.6f})", "image/svg+xml": drawing}
    output = {"output_type": "execute_result", "data": shown, "execution_count": 1}
    cell = {"id": "a", "cell_type": "code", "source": "f", "outputs": [output]}
    state = {"figure": {"state": {"spec": {"data": [number, 2.0]}}}}
    widgets = {outputs.WIDGETS: {"state": state}}
    return {
        "cells": [cell | {"execution_count": 1}],
        "metadata": {"widgets": widgets},
    }


@pytest.mark.parametrize(("number", "kept"), [(0.8588412, True), (0.87, False)])
def test_a_last_digit_changes_no_stored_output(number: float, kept: bool):
    old, new = figured(0.858841), figured(number)
    outputs.keep_old(new, old)
    assert new == (old if kept else figured(number))


def test_a_pictures_plain_text_says_what_it_shows():
    cell = figured(1.0)["cells"][0] | {
        "metadata": {"mystnb": {"image": {"alt": "A line\nthat falls."}}}
    }
    outputs.put_alt(cell)
    assert cell["outputs"][0]["data"]["text/plain"] == "A line that falls."


def test_progress_is_kept_only_where_the_result_is_the_same():
    def notebook(result: str, progress: str) -> dict[str, Any]:
        cell_outputs = [
            {"output_type": "stream", "name": "stderr", "text": progress},
            {"output_type": "stream", "name": "stdout", "text": result},
        ]
        cell = {"id": "a", "cell_type": "code", "source": "x", "outputs": cell_outputs}
        return {"cells": [cell], "metadata": {}}

    same, other = notebook("1", "5 s"), notebook("2", "5 s")
    outputs.keep_old(same, notebook("1", "4 s"))
    outputs.keep_old(other, notebook("1", "4 s"))
    assert same == notebook("1", "4 s")
    assert other == notebook("2", "5 s")


def test_widgets_are_named_in_the_order_of_the_page():
    def widgets(first: str, second: str) -> dict[str, Any]:
        state = {second: {"layout": f"IPY_MODEL_{first}"}, first: {}}
        return {
            "cells": [{"outputs": [{"data": {"model_id": second}}]}],
            "metadata": {"widgets": {outputs.WIDGETS: {"state": state}}},
        }

    one = outputs.name_widgets(widgets("b" * 32, "a" * 32), "chapter")
    two = outputs.name_widgets(widgets("1" * 32, "2" * 32), "chapter")
    assert one == two
    assert "a" * 32 not in json.dumps(one)


# Types.


def test_what_mypy_says_of_a_cell_names_notebook_cell_and_line(tmp_path: Path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "mininet").mkdir()
    (tmp_path / "mininet" / "__init__.py").write_text("")
    settings = '[tool.mypy]\nstrict = true\nfiles = ["mininet"]\n'
    (tmp_path / "pyproject.toml").write_text(settings)
    cells = [
        new_code_cell("%config x\ny = 1", id="first"),
        new_markdown_cell("Words."),
        new_code_cell("print(y)\n\nlen(y)", id="second"),
    ]
    path = tmp_path / "notebooks" / "01-small.ipynb"
    path.write_text(writes(new_notebook(cells=cells)))
    said, code = types.check(tmp_path)
    assert code == 1
    assert "notebooks/01-small.ipynb: cell second, line 3: error" in said
    path.unlink()  # a notebook that is gone is not checked
    assert types.check(tmp_path) == ("Success: no issues found in 1 source file\n", 0)


def one_cell(root: Path, *sources: str) -> Path:
    """A repository with one notebook of these cells."""
    (root / "notebooks").mkdir()
    cells = [new_code_cell(source, id=f"c{n}") for n, source in enumerate(sources)]
    small(root).write_text(writes(new_notebook(cells=cells)))
    return small(root)


def test_a_callers_settings_do_not_reach_a_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 77\n")
    monkeypatch.setenv("MATPLOTLIBRC", str(tmp_path))
    monkeypatch.setenv("MPLBACKEND", "svg")
    monkeypatch.setenv("PYTHONOPTIMIZE", "1")
    asks = "import matplotlib as m\nm.get_backend(), m.rcParams['lines.linewidth']"
    raises = "try:\n    assert False\nexcept AssertionError:\n    print('asked')"
    path = one_cell(tmp_path, asks, raises)
    assert notebooks.main(["--root", str(tmp_path)]) == 0
    said = json.dumps([c["outputs"] for c in notebooks.read(path)["cells"]])
    assert "inline" in said and "1.5" in said and "asked" in said


def test_a_notebook_without_a_cell_and_one_whose_kernel_dies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "empty").mkdir()
    one_cell(tmp_path / "empty")
    assert notebooks.main(["--root", str(tmp_path / "empty")]) == 0
    (tmp_path / "dies").mkdir()
    path = one_cell(tmp_path / "dies", "import os\nos._exit(1)")
    before = path.read_bytes()
    assert notebooks.main(["--root", str(tmp_path / "dies")]) == 1
    assert "left as it was, the kernel died" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_a_notebook_that_cannot_be_written_stays_as_it_was(
    repository: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    def full(path: Path, text: str, **_: Any) -> int:
        path.write_bytes(text.encode()[:100])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    spoil = notebooks.read(small(repository))
    spoil["cells"][0]["source"] += "\nprint('more')"
    notebooks.write(spoil, small(repository))
    before = small(repository).read_bytes()
    monkeypatch.setattr(Path, "write_text", full)
    assert notebooks.main(["--root", str(repository)]) == 1
    said = capsys.readouterr().err
    assert "cannot be written: [Errno 28]" in said and "Traceback" not in said
    assert small(repository).read_bytes() == before
    assert [path.name for path in (repository / "notebooks").glob("*.tmp")] == []


def test_ctrl_c_ends_a_notebook_that_runs_with_a_sentence(tmp_path: Path):
    path = one_cell(tmp_path, "import time\nopen('runs', 'w')\ntime.sleep(60)")
    before = path.read_bytes()
    child = subprocess.Popen(
        [sys.executable, "-m", "tools.notebooks", "--root", str(tmp_path)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    for _ in range(600):
        if (path.parent / "runs").exists() or child.poll() is not None:
            break
        time.sleep(0.1)
    child.send_signal(signal.SIGINT)
    said = child.communicate(timeout=60)[1]
    assert child.returncode == 130, said
    assert said.strip() == "interrupted; the notebook that ran is as it was"
    assert path.read_bytes() == before


@pytest.mark.parametrize("tool", [notebooks, book])
def test_ctrl_c_leaves_a_tool_with_a_sentence(
    tool: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    one_cell(tmp_path, "1")
    monkeypatch.setattr(notebooks, "execute", interrupted)
    monkeypatch.setattr(book, "build", interrupted)
    assert tool.main(["--root", str(tmp_path)]) == 130
    assert "interrupted" in capsys.readouterr().err


def test_types_are_checked_where_mypys_processes_do_not_get_through(
    monkeypatch: pytest.MonkeyPatch,
):
    tried: list[str] = []

    def lonely(arguments: list[str]) -> tuple[str, str, int]:
        tried.append(os.environ["MYPY_NUM_WORKERS"])
        if tried[-1] != "0":
            raise OSError("Cannot connect to build worker(s): 0, 1")
        return "fine", "", 0

    monkeypatch.setenv("MYPY_NUM_WORKERS", "2")
    monkeypatch.setattr(types.api, "run", lonely)
    assert types.mypy(["a.py"]) == ("fine", "", 0)
    assert tried == ["2", "0"]


# Serving.


@pytest.fixture
def served(tmp_path: Path):
    """A folder with a page and a module, served; its address."""
    (tmp_path / "index.html").write_text("<h1>hello</h1>")
    (tmp_path / "figure.mjs").write_text("export default 1")
    server = serve.start(tmp_path, 0)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_page_is_served_to_this_machine_only(served: Any):
    address, server = served
    with urllib.request.urlopen(address, timeout=10) as answer:
        assert answer.read() == b"<h1>hello</h1>"
        assert answer.headers["Cache-Control"] == "no-cache"
    assert server.server_address[0] == "127.0.0.1"


def test_a_module_is_served_as_javascript(served: Any):
    with urllib.request.urlopen(served[0] + "figure.mjs", timeout=10) as answer:
        assert answer.headers["Content-Type"] == "text/javascript"


def test_a_page_that_is_not_there_is_not_found(served: Any):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(served[0] + "nothing.html", timeout=10)


def test_a_port_in_use_and_a_missing_folder_get_a_sentence(
    served: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    port = str(served[1].server_address[1])
    assert serve.main([str(tmp_path), "--port", port]) == 2
    assert f"port {port} cannot be used" in capsys.readouterr().err
    assert serve.main([str(tmp_path / "no")]) == 2
    assert "there is no folder" in capsys.readouterr().err


def test_a_machine_without_a_free_port_gets_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def refuse(*_: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(serve, "Server", refuse)
    assert serve.main([str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "no port of 127.0.0.1 can be used: [Errno 1]" in said and "None" not in said


def test_no_browser_is_opened_without_a_person(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("CI", "1")
    assert not serve.can_open_browser()
    monkeypatch.delenv("CI")
    assert serve.can_open_browser()
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(serve.platform, "system", lambda: "Linux")
    assert not serve.can_open_browser()


# Setting up.


def test_a_browser_that_is_not_there_is_an_error_never_a_skip(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    assert browser.main([]) == 1
    assert "CHROMIUM is no-such-browser" in capsys.readouterr().err
    monkeypatch.delenv("CHROMIUM")
    monkeypatch.setattr(browser, "NAMES", ())
    monkeypatch.setattr(browser, "playwrights_own", lambda: None)
    assert browser.main([]) == 1
    assert "apt-get install chromium" in capsys.readouterr().err


def test_the_book_installs_the_same_with_and_without_the_package():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = (ROOT / "requirements-book.txt").read_text().splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    assert extras["optional-dependencies"]["book"] == wanted


def test_the_tested_set_is_exact_and_names_no_address():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(pin.count("==") == 1 and "/" not in pin for pin in pins)
    assert not any("+" in pin for pin in pins)
    assert "torch==2.13.0" in pins


def fake_python(folder: Path, body: str) -> str:
    path = folder / "fake-python"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("exit 1", "needs Python 3.11 or newer"),
        (
            f'case "$2" in *ensurepip*) exit 1;; *) exec {sys.executable} "$@";; esac',
            "-venv)",
        ),
    ],
)
def test_what_is_missing_to_set_up_is_said(tmp_path: Path, body: str, says: str):
    python = fake_python(tmp_path, body)
    done = subprocess.run(
        ["sh", str(ROOT / "tools" / "create_venv.sh"), str(tmp_path / "venv"), python],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert says in done.stderr and done.stderr.count("\n") == 1
    assert not (tmp_path / "venv").exists()


@pytest.mark.parametrize(
    ("minor", "versions", "constrained"),
    [("3.11", "tested", True), ("3.11", "newest", False), ("3.13", "tested", False)],
)
def test_the_tested_versions_are_for_the_tested_python(
    tmp_path: Path, minor: str, versions: str, constrained: bool
):
    python = fake_python(
        tmp_path, f'if [ "$1" = -c ]; then echo {minor}; else echo "$@"; fi'
    )
    script = str(ROOT / "tools" / "install.sh")
    done = subprocess.run(
        ["sh", script, python, versions, "-r", "requirements.txt"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ("-c constraints.txt" in done.stdout) == constrained
    assert "-r requirements.txt" in done.stdout


@pytest.mark.parametrize(
    "name",
    [
        "_config.yml",
        "_toc.yml",
        "book/_ext/a.py",
        "book/_templates/a.html",
        "mininet/live/bundle.py",
        "mininet/live/static/views.mjs",
        "mininet/palette.py",
    ],
)
def test_the_fingerprint_sees_what_all_pages_share(tmp_path: Path, name: str):
    before = book.fingerprint(tmp_path)
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("1")
    there = book.fingerprint(tmp_path)
    (tmp_path / name).write_text("2")
    assert len({before, there, book.fingerprint(tmp_path)}) == 3


def test_the_fingerprint_leaves_single_pages_to_sphinx(tmp_path: Path):
    before = book.fingerprint(tmp_path)
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "page.md").write_text("a page")
    assert book.fingerprint(tmp_path) == before


@pytest.mark.parametrize(
    ("arguments", "built", "code"),
    [([], True, 0), ([], False, 1), (["--fresh"], True, 1)],
)
def test_a_folder_that_cannot_be_written_shows_the_pages_it_has(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    built: bool,
    code: int,
):
    def locked(path: Path, **_: Any) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    if built:
        (tmp_path / "_build" / "html").mkdir(parents=True)
        (tmp_path / "_build" / "html" / "index.html").write_text("the book")
    monkeypatch.setattr(book, "fingerprint", lambda _: "1")
    monkeypatch.setattr(book.shutil, "rmtree", lambda *_, **__: None)
    monkeypatch.setattr(Path, "unlink", locked)
    line = [*arguments, "--no-serve", "--root", str(tmp_path)]
    assert book.main(line) == code
    said = capsys.readouterr().err
    assert "The book cannot be built here: [Errno 30]" in said
    assert ("as they were built before" in said) == (code == 0)


@pytest.mark.slow
def test_the_book_is_built_for_a_terminal_that_lacks_letters_and_refused_in_words(
    tmp_path: Path,
):
    root = tmp_path / "büch & it's"
    for name in ("book/_ext", "book/_static", "book/_templates", "mininet"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, root / name, ignore=ignored)
    for name in ("_config.yml", "book/references.bib"):
        shutil.copy(ROOT / name, root / name)
    (root / "_toc.yml").write_text("format: jb-book\nroot: book/page\n")
    (root / "book" / "page.md").write_text("# A page\n")
    command = [sys.executable, "-m", "tools.book", "--no-serve", "--root", str(root)]
    plain = os.environ | {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    done = subprocess.run(command, cwd=ROOT, env=plain, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (root / "_build" / "html" / "index.html").is_file()
    told = plain | {"BOOK_REPOSITORY": "it's"}
    done = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True)
    assert done.returncode == 1
    assert "BOOK_REPOSITORY must look like" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_make_help_names_every_command_a_reader_needs():
    done = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for command in ("read", "lab", "test", "notebooks", "sweep", "clean"):
        assert f"make {command} " in done.stdout


def test_make_sweep_without_a_name_says_what_is_missing():
    done = subprocess.run(
        ["make", "sweep", "FULL=", f"PY={sys.executable}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {"NAME": ""},
    )
    assert done.returncode == 2
    assert "make sweep NAME=" in done.stdout
