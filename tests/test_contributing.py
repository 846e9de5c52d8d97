"""What is written for those who write agrees with what is asked and what is there."""

from __future__ import annotations

import ast
import re
import sys
import tomllib

import pytest
import yaml

from tools import chapters
from tools.notebooks import ROOT

sys.path.insert(0, str(ROOT / "book" / "_ext"))

from book_ext import systems

CONTRIBUTING = " ".join((ROOT / "CONTRIBUTING.md").read_text("utf8").split())
README = (ROOT / "README.md").read_text("utf8")
CHAPTERS = [f"notebooks/{path.stem}" for path in chapters.chapters(ROOT)]
NUMBERED = [f"notebooks/{path.stem}" for path in chapters.numbered(ROOT)]


def widest() -> int:
    """Columns of code in a notebook."""
    settings = (ROOT / "notebooks" / "ruff.toml").read_text("utf8")
    return int(tomllib.loads(settings)["line-length"])


def fewest_answers() -> dict[str, int]:
    """How many wrong and right answers each check is tried on."""
    tests = (ROOT / "tests" / "exercises" / "test_exercises.py").read_text("utf8")
    found = re.search(r"^FEWEST = (\{.*?\})", tests, re.MULTILINE)
    assert found
    return dict(ast.literal_eval(found[1]))


SAID = {
    "lines": f"at most {chapters.MEDIAN_LINES} lines of code at the median and "
    f"{chapters.LONG_LINES} at the 95th percentile",
    "folded": f"at most {chapters.FOLDED_LINES} in a folded one; {widest()} columns",
    "words": "{} to {} words of prose to a line of code; {} to {} in the book".format(
        *chapters.WORDS_A_LINE, *chapters.WORDS_A_LINE_OF_THE_BOOK
    ),
    "time": "{} to {} minutes at {} words a minute".format(
        *chapters.MINUTES, chapters.WORDS_A_MINUTE
    ),
    "short": f"with {chapters.SENTENCES_IN_SHORT} sentences to carry away",
    "assertions": f"at least {100 * chapters.ASSERTING:.0f} % of the code cells assert",
    "figures": f"alt text of at least {chapters.WORDS_OF_ALT} words each",
    "exercises": f"at least {chapters.EXERCISES}, each with a folded solution",
    "answers": "at least {WRONG} wrong answers and accepts at least {RIGHT} right "
    "ones".format(**fewest_answers()),
}


@pytest.mark.parametrize("what", SAID)
def test_the_numbers_that_an_author_reads_are_those_that_are_asked(what: str):
    assert SAID[what] in CONTRIBUTING


def test_alt_texts_and_captions_are_asked_for_the_same_length():
    assert chapters.WORDS_OF_ALT == chapters.WORDS_OF_CAPTION  # said in one number


def test_each_command_it_names_is_there():
    for name in re.findall(r"`make ([a-z-]+)`", CONTRIBUTING):
        assert re.search(rf"^{name}:", (ROOT / "Makefile").read_text("utf8"), re.M)
    for name in re.findall(r"-m tools\.(\w+)", CONTRIBUTING):
        assert (ROOT / "tools" / f"{name}.py").is_file()


# Lists of the chapters that people keep by hand.


def test_the_readmes_list_is_that_of_the_contents():
    listed = re.findall(r"^(\d+)\. \[[^\]]+\]\((\S+)\.ipynb\)", README, re.M)
    assert listed == [(str(n), name) for n, name in enumerate(NUMBERED, start=1)]
    more = re.findall(r"^- \[[^\]]+\]\((notebooks/\S+)\.ipynb\)", README, re.M)
    assert more == [name for name in CHAPTERS if name not in NUMBERED]


def test_a_chapter_without_a_number_stands_behind_those_that_have_one():
    assert CHAPTERS[: len(NUMBERED)] == NUMBERED
    assert [int(name[10:12]) for name in NUMBERED] == [*range(1, len(NUMBERED) + 1)]


def test_a_part_without_numbers_is_told_from_one_that_has_them(tmp_path):
    part = "  - caption: {}\n{}    chapters:\n      - file: notebooks/{}\n"
    parts = [
        part.format("First", "    numbered: true\n", "01-rnn"),
        part.format("More", "", "01-rnn-more"),
        part.format("Second", "    numbered: true\n", "02-lstm"),
    ]
    (tmp_path / "_toc.yml").write_text("".join(parts), "utf8")
    assert [path.stem for path in chapters.numbered(tmp_path)] == ["01-rnn", "02-lstm"]
    assert len(chapters.chapters(tmp_path)) == 3


@pytest.mark.parametrize("key", [system.key for system in systems.all_systems()])
def test_the_map_links_a_chapter_that_has_a_number(key: str):
    assert systems.chapter_of(key, CHAPTERS) in NUMBERED


def systems_of(page: str) -> set[str]:
    """The systems of the map whose chapter a page may be, by its name."""
    keys = {system.key for system in systems.all_systems()}
    return {key for key in keys if systems.chapter_of(key, [page])}


@pytest.mark.parametrize("page", CHAPTERS)
def test_each_chapter_belongs_to_one_system_of_the_map(page: str):
    assert len(systems_of(page)) == 1, "add it to book/_ext/book_ext/systems.py"


def test_a_chapter_that_the_map_does_not_know_is_noticed():
    assert systems_of("notebooks/09-perceptron") == set()


def test_the_welcome_page_links_the_chapters_that_stand_and_counts_none():
    text = (ROOT / "book" / "welcome.md").read_text("utf8")
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
    assert contents["root"] == "book/welcome"
    linked = re.findall(r"\[\]\(/(notebooks/\S+?)\.ipynb\)", text)
    assert set(linked) <= set(CHAPTERS)
    counted = re.compile(
        r"\b(two|three|four|five|six|seven|eight|nine|ten|\w+teen|\d+) chapters", re.I
    )
    assert not counted.search(text), "the map shows them"
