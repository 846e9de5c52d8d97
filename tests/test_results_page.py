"""The page of results: what is drawn and said is what the files hold."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "book" / "_ext"))

from book_ext import dots, measures, results  # noqa: E402
from book_ext.measures import Block, ResultError, Row  # noqa: E402

FOLDER, DESCRIPTION = ROOT / "results", ROOT / results.DESCRIPTION
SYSTEMS = measures.read(DESCRIPTION, FOLDER)
FILES = {
    path.stem: json.loads(path.read_text("utf8")) for path in FOLDER.glob("*.json")
}
DRAWN = [
    pytest.param(block, row, id=f"{row.file}-{row.row}-{number}")
    for number, (block, row) in enumerate(
        (block, row) for one in SYSTEMS for block in one.block for row in block.rows
    )
]
each_row = pytest.mark.parametrize(("block", "row"), DRAWN)
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def numbers(text: str) -> set[float]:
    """All numbers of a text; of "45 %" 0.45 as well."""
    found = [float(one.replace(",", "")) for one in NUMBER.findall(text)]
    return {*found, *(round(one / 100, 9) for one in found)}


def test_every_row_of_every_file_is_drawn():
    drawn = {(row.file, row.row) for _, row in (one.values for one in DRAWN)}
    there = {(n, k) for n, f in FILES.items() for k, _ in enumerate(f["rows"], 1)}
    assert drawn == there, "say in book/results.toml what is to be drawn of it"


@each_row
def test_the_papers_number_is_the_one_of_its_claim(block: Block, row: Row):
    claims = " ".join(one.said["claim"] for one in block.rows)
    if row.paper_from:
        assert numbers(row.paper_from) <= numbers(claims)
    else:
        assert {round(one, 9) for one in row.paper} <= numbers(row.said["claim"])


def test_what_is_below_zero_has_a_minus_and_no_dash_beside_it():
    said = [measures.sentence(row, block) for block, row in (o.values for o in DRAWN)]
    assert any("−0.207 to 0.154" in each for each in said)
    assert not [each for each in said if re.search(r"-\d|−[\d.]+–", each)]


SEEDS = re.compile(r"(\d+) of (\d+) seeds")
# The others have no goal of their own, or are held against the paper's number. Single
# digits of products have a goal of their own; the file counts by both. A file that says
# who "came to" the goal counts those that lost it again.
COUNTED = [
    one
    for one in DRAWN
    if SEEDS.match(one.values[1].said["ours"])
    and one.values[1].goal is not None
    and one.values[1].goal not in one.values[1].paper
    and one.values[1].value[0] != "digits_right"
    and "came to" not in one.values[1].said["ours"]
]


@pytest.mark.parametrize(("block", "row"), COUNTED)
def test_as_many_seeds_reach_the_goal_as_the_file_says(block: Block, row: Row):
    said = SEEDS.match(row.said["ours"])
    assert said is not None
    assert (block.met(row), len(row.numbers)) == (int(said[1]), int(said[2]))
    if row.role == "claim":
        assert block.reached(row) == row.said["reached"]


def test_most_goals_are_counted_in_their_files_too():
    with_goal = [one for one in DRAWN if one.values[1].goal is not None]
    assert len(COUNTED) > 0.5 * len(with_goal)


@each_row
def test_every_seed_is_a_dot_and_a_comparison_is_hollow_without_a_verdict(
    block: Block, row: Row
):
    drawn = dots.line(row, block, "1 s")
    assert drawn.count("<circle") == len(row.known)
    assert len(row.numbers) == len(FILES[row.file]["runs"])
    assert drawn.count('"#paper-number"') == len(row.paper)
    shapes = set(re.findall(r'<use href="#([\w-]+)"', drawn))
    assert shapes <= set(re.findall(r'id="([\w-]+)"', dots.legend()))
    assert ('class="goal"' in drawn) == (row.goal is not None)
    compared = row.role == "comparison"
    assert ('<g class="hollow">' in drawn) == compared
    assert ('<g class="ours">' in drawn) == (not compared)
    assert any(sign in drawn for sign in "✓✗") == (row.role == "claim")


def test_a_time_says_that_it_is_of_a_seed():
    block, row = DRAWN[0].values
    drawn = dots.line(row, block, "20 s")
    (time,) = re.findall(r'<span class="time">(.*)</span></li>', drawn)
    hidden = r'<span class="visually-hidden">[^<]*</span>'
    seen = re.sub("<[^>]*>", "", re.sub(hidden, "", time))
    aloud = re.sub("<[^>]*>", "", time)
    assert (seen, aloud) == ("20 s a seed", "20 s of processor time a seed")


def test_a_range_and_a_share_stay_on_one_line():
    def whole(text: str) -> list[str]:
        return re.findall(r'<span class="whole">([^<]*)</span>', dots.unbroken(text))

    assert whole("0 of 10 seeds; 0.163–0.174") == ["0.163–0.174"]
    assert whole("9 of 10 seeds; 93.5–100 %") == ["93.5–100 %"]
    assert whole("20 seeds: 970–1,171") == ["970–1,171"]
    assert whole("5 of 5 seeds; all 100 %") == ["100 %"]
    assert whole("1 of 5 seeds; 500, others never") == []


@each_row
def test_every_dashed_line_is_named_once(block: Block, row: Row):
    shown = dots.heading(block) + dots.line(row, block, "1 s")
    named = re.findall(r"Goal: ([^<]+)<", shown)
    if row.goal is None:
        assert named == []
    else:
        assert len(named) == 1
        assert named[0].startswith(measures.worded(row.goal, block.scale))


@each_row
def test_what_is_read_aloud_names_every_number_that_is_drawn(block: Block, row: Row):
    (label,) = re.findall(r'role="img" aria-label="([^"]*)"', dots.picture(row, block))
    said = unescape(label)
    for number in (*row.known, *row.paper, *block.ends):
        assert measures.worded(number, block.scale) in said
    if row.goal is not None:
        assert measures.worded(row.goal, block.scale) in said
    assert f"{block.better} is better" in said and row.name in said


@each_row
def test_dots_stay_within_their_row_and_near_their_place(block: Block, row: Row):
    placed = list(dots.positions([block.at(number) for number in row.known]))
    dot, high = dots.size(len(placed)), dots.height(placed)
    assert high <= 34
    assert len({(round(x * 2000), y, z) for x, y, z in placed}) >= len(set(row.known))
    for place, right, down in placed:
        assert 0 <= place <= 1
        assert abs(down) + dot.radius <= high / 2
        assert abs(right) <= dot.apart


@pytest.mark.parametrize(
    ("number", "scale", "words"),
    [
        (0.0, "percent", "0 %"),
        (-0.2071, "linear", "−0.207"),
        (1.0, "percent", "100 %"),
        (0.124, "percent", "12.4 %"),
        (0.99996, "percent", "99.996 %"),
        (0.0004, "percent", "0.04 %"),
        (0.00002, "percent", "0.002 %"),
        (0.000886, "log", "0.000886"),
        (1032.0, "log", "1,032"),
        (800, "linear", "800"),
    ],
)
def test_no_number_is_rounded_to_nothing_or_to_all(
    number: float, scale: str, words: str
):
    assert measures.worded(number, scale) == words


@pytest.mark.parametrize("seeds", [1, 3, 5, 10, 20])
def test_equal_seeds_are_stacked_and_none_covers_another(seeds: int):
    for place in (0.0, 0.5, 1.0):
        found = list(dots.positions([place] * seeds))
        assert len(set(found)) == seeds
        apart = 2 * dots.size(seeds).radius
        for k, (_, x, y) in enumerate(found):
            for _, other_x, other_y in found[:k]:
                assert (x - other_x) ** 2 + (y - other_y) ** 2 >= apart**2
        assert sum({x for _, x, _ in found}) == pytest.approx(0)  # none reads as less


@each_row
def test_the_papers_mark_lies_behind_the_dots_and_is_wider(block: Block, row: Row):
    drawn = dots.picture(row, block)
    assert "<use" not in drawn[drawn.index("<g class=") :]
    placed = list(dots.positions([block.at(number) for number in row.known]))
    reach = max((abs(right) for _, right, _ in placed), default=0)
    (tip,) = re.findall(r"M0-12 (\d+)", dots.DIAMOND)
    assert reach + dots.size(len(placed)).radius < int(tip)


def test_the_papers_mark_stays_within_its_column():
    style = (ROOT / "book/_static/results.css").read_text(encoding="utf8")
    aside = re.search(r"\.strip \{\s*padding: 0 ([\d.]+)rem", style)
    assert aside is not None
    for shape in (dots.DIAMOND, *dots.ARROWS.values()):
        across = [abs(float(x)) for x in re.findall(r"[MH ](-?\d+)", shape)]
        assert max(across) <= 16 * float(aside[1])


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda one: one.title)
def test_the_blocks_of_a_system_stand_in_two_columns_in_their_order(
    system: measures.System,
):
    found = results.columns(system.block)
    assert [block for column in found for block in column] == list(system.block)
    assert len(found) == min(2, len(system.block)) and all(found)
    high = [sum(len(b.rows) + results.FRAME for b in column) for column in found]
    most = max(len(block.rows) for block in system.block) + results.FRAME
    assert max(high) - min(high) <= most


# ---- results.json ----

DATA: list[dict[str, Any]] = json.loads(results.data(ROOT))["results"]


@pytest.mark.parametrize("number", range(len(DATA)))
def test_an_entry_of_the_data_is_what_its_file_holds(number: int):
    entry, row = DATA[number], DRAWN[number].values[1]
    held = json.loads((ROOT / entry["file"]).read_text(encoding="utf8"))
    said = held["rows"][entry["row"] - 1]
    assert entry["seeds"] == held["seeds"] and len(entry["ours"]) == len(held["runs"])
    for key in ("command", "date", "versions"):
        assert entry[key] == held[key]
    assert entry["processor"] == held["machine"]["cpu"]
    assert entry["says"] == said["ours"] and entry["seconds"] == said["seconds"]
    assert entry["paper"]["says"] == said["claim"]
    assert entry["paper"]["citation"] == said["citation"]
    if "*" not in row.value and row.take == "mean":
        for run, ours in zip(held["runs"], entry["ours"], strict=True):
            for key in row.value:
                run = run[key]
            assert run == ours


def test_a_mean_over_tasks_is_that_of_the_file():
    (entry,) = [one for one in DATA if one["file"] == "results/dynamic-memory.json"]
    for run, ours in zip(FILES["dynamic-memory"]["runs"], entry["ours"], strict=True):
        errors = [run[task]["errors"][task] for task in run if task.isdigit()]
        assert len(errors) == 19 and ours == pytest.approx(sum(errors) / 19)
    assert [f"{ours:.1%}" for ours in entry["ours"]] == re.findall(
        r"\d\.\d%", entry["says"]
    )[1:]


def test_the_page_documents_every_key_of_the_data():
    page = (ROOT / "book/results.md").read_text(encoding="utf8")
    described = page[page.index("(results-as-data)=") :]
    for entry in DATA:
        for key in (*entry, *entry["paper"]):
            assert f"`{key}`" in described, key


# ---- What is refused ----

ROW = 'file = "adding-100", row = 1, name = "LSTM", value = ["lstm", "mse"]'
PAGE = """[[system]]
title = "S"
pages = ["notebooks/02-lstm"]
[[system.block]]
title = "T"
unit = "u"
better = "less"
rows = [{{ {row} }}]
{more}
"""


@pytest.mark.parametrize(
    ("row", "more", "reason"),
    [
        (ROW.replace("adding-100", "gone"), "", "no file gone.json"),
        (ROW.replace("row = 1", "row = 9"), "", "no row 9"),
        (ROW.replace("mse", "msee"), "", "no number at lstm > msee"),
        (ROW + ', take = "most"', "", "take is 'most'"),
        (ROW + ', role = "best"', "", "role is 'best'"),
        (ROW + ", pape = 1", "", "pape"),
        (ROW, "ends = [0, 0.001]", "not on its scale"),
        (ROW, 'scale = "cubic"', "scale"),
        (ROW, "= 3", "not TOML"),
        (
            'file = "forget-bias", row = 1, name = "b", '
            'value = ["solved_at", "forget 3, input 0"]',
            "",
            "has no number",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_its_place(
    row: str, more: str, reason: str, tmp_path: Path
):
    page = tmp_path / "results.toml"
    page.write_text(PAGE.format(row=row, more=more), encoding="utf8")
    with pytest.raises(ResultError, match=re.escape(reason)):
        measures.read(page, FOLDER)


def test_a_page_that_says_enough_is_read(tmp_path: Path):
    page = tmp_path / "results.toml"
    page.write_text(PAGE.format(row=ROW, more=""), encoding="utf8")
    ((block,),) = (one.block for one in measures.read(page, FOLDER))
    assert block.rows[0].numbers == tuple(
        run["lstm"]["mse"] for run in FILES["adding-100"]["runs"]
    )
    assert block.ends == (0.0, 0.005)


def test_a_verdict_follows_the_numbers():
    block, row = next(one.values for one in DRAWN if one.values[1].role == "claim")
    assert block.reached(row) is True and "✓" in dots.line(row, block, "1 s")
    worse = replace(row, numbers=(*row.numbers[1:], 1.0))
    assert block.reached(worse) is False and "✗" in dots.line(worse, block, "1 s")
