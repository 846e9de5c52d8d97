"""What publishes the book, and what it is licensed under."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools import launch

ROOT = Path(__file__).resolve().parent.parent
WORKFLOW: dict[Any, Any] = yaml.safe_load(
    (ROOT / ".github/workflows/book.yml").read_text(encoding="utf8")
)
JOBS = WORKFLOW["jobs"]


def steps(job: str, name: str) -> list[dict[str, Any]]:
    return [
        step for step in JOBS[job]["steps"] if step.get("uses", "").startswith(name)
    ]


def commands(job: str) -> list[str]:
    return [step["run"] for step in JOBS[job]["steps"] if "run" in step]


def test_what_is_published_is_what_the_readmes_test_command_has_built():
    assert commands("test") == ["make test"] and commands("publish") == []
    assert "$ make test" in (ROOT / "README.md").read_text(encoding="utf8")
    (uploaded,) = steps("test", "actions/upload-pages-artifact")
    folder = uploaded["with"]["path"]
    build = (ROOT / "tools/book.py").read_text(encoding="utf8")
    assert folder == "_build/html" and f"`{folder}`" in build
    names = [step.get("run") or step.get("uses", "") for step in JOBS["test"]["steps"]]
    assert names.index("make test") < names.index(uploaded["uses"])


def test_only_a_push_to_the_main_branch_that_passed_is_published():
    assert JOBS["launch"]["needs"] == "test"
    assert JOBS["publish"]["needs"] == ["test", "launch"]
    for job in ("launch", "publish"):
        condition = JOBS[job]["if"]
        assert "github.event_name == 'push'" in condition
        assert "github.ref_name == github.event.repository.default_branch" in condition
    assert not steps("test", "actions/deploy-pages")


def test_only_the_jobs_that_publish_may_write_and_each_only_its_own():
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert JOBS.keys() == {"test", "launch", "publish"}
    assert "permissions" not in JOBS["test"]
    assert JOBS["launch"]["permissions"] == {"contents": "write"}
    assert JOBS["publish"]["permissions"] == {"pages": "write", "id-token": "write"}


def test_the_branch_that_the_buttons_open_is_the_one_that_is_made_and_not_tested():
    assert WORKFLOW["env"]["BOOK_LAUNCH"] == launch.BRANCH
    assert WORKFLOW[True]["push"]["branches-ignore"] == [launch.BRANCH]
    assert commands("launch") == ["make launch TO=origin"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf8")
    assert '-m tools.launch --to "$$TO"' in makefile


@pytest.mark.parametrize(
    "event, versions", [("schedule", "newest"), ("push", "tested")]
)
def test_the_scheduled_run_tries_the_newest_versions(event: str, versions: str):
    (tested,) = [step for step in JOBS["test"]["steps"] if "run" in step]
    chosen = re.fullmatch(
        r"\$\{\{ github\.event_name == '(\w+)' && '(\w+)' \|\| '(\w+)' \}\}",
        tested["env"]["VERSIONS"],
    )
    assert chosen is not None
    assert versions == (chosen[2] if event == chosen[1] else chosen[3])
    assert "schedule" in WORKFLOW[True]  # YAML reads `on` as true
    help_text = (ROOT / "Makefile").read_text(encoding="utf8")
    assert "VERSIONS  tested or newest" in help_text


def test_what_may_be_done_with_the_book_is_said_once_for_code_and_once_for_texts():
    code, texts = (
        (ROOT / name).read_text("utf8") for name in ("LICENSE", "LICENSE-TEXT")
    )
    assert "MIT License" in code and "LICENSE-TEXT" in code
    assert "creativecommons.org/licenses/by/4.0/" in texts
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf8"))
    assert citation["license"] == ["MIT", "CC-BY-4.0"]
    assert citation["title"] in texts
    readme = (ROOT / "README.md").read_text(encoding="utf8")
    for file in re.findall(r"\]\((LICENSE[-A-Z]*|CITATION\.cff)\)", readme):
        assert (ROOT / file).is_file()
