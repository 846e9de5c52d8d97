"""What a reader builds up in a real browser: steps, a story, a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from mininet import live
from tests.live import examples
from tests.live.browser import chromium
from tests.live.page import page as html_of
from tests.live.stored import READ, assert_steps

NAMES = ["stacking", "running_on", "remembering", "selecting", "looking"]
PHONE = {"viewport": {"width": 390, "height": 800}}


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    return {name: examples.ALL[name]() for name in NAMES}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def folder(figures: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pages")
    for theme in ("light", "dark"):
        text = html_of(list(figures.values()), theme)
        (path / f"{theme}.html").write_text(text, encoding="utf8")
    return path


@pytest.fixture(scope="module")
def window(browser: Any) -> Iterator[tuple[Any, list[str]]]:
    """A window, in which a page takes less than in a new one; what it complains of."""
    found = browser.new_page()
    complaints: list[str] = []
    found.on("console", lambda message: complaints.append(message.text))
    found.on("pageerror", lambda error: complaints.append(str(error)))
    yield found, complaints
    found.close()


@pytest.fixture
def page(window: tuple[Any, list[str]], folder: Path) -> Iterator[Any]:
    """The page, just opened, which complains about nothing."""
    found, complaints = window
    complaints.clear()
    found.mouse.move(0, 0)
    found.goto(f"{folder.as_uri()}/light.html")
    yield found
    assert complaints == []


def of(page: Any, name: str) -> Any:
    return page.locator(".live-figure").nth(NAMES.index(name))


def values(figure: Any) -> Any:
    return figure.evaluate("(f) => f.live.values")


def assert_torch(place: Any, figure: Any) -> None:
    """What the page shows is what torch computes at the page's own values."""
    now = values(place)
    assert_steps(place.evaluate(READ), figure.description.compute(now), str(now))


def press(figure: Any, name: str) -> None:
    figure.get_by_role("button", name=name, exact=True).press("Enter")


def test_a_button_makes_a_step_undo_takes_it_back_and_clear_all(
    page: Any, figures: dict[str, Any]
) -> None:
    figure = of(page, "stacking")
    first = values(figure)["action"]
    figure.get_by_label("One step back").click()  # a new step is shown at once
    figure.get_by_label("push", exact=True).press("Home")
    figure.get_by_label("symbol").select_option("b")
    assert values(figure)["action"] == first  # settings alone do nothing
    figure.get_by_role("button", name="push and pop", exact=True).click()
    assert values(figure)["action"] == [*first, {"push": 0, "pop": 0, "symbol": "b"}]
    assert figure.evaluate("(f) => f.live.step") == 3
    assert figure.locator(".lf-acts output").inner_text() == "4 of 6"
    assert_torch(figure, figures["stacking"])
    press(figure, "undo")
    press(figure, "undo")
    assert values(figure)["action"] == first[:2]
    assert figure.evaluate("(f) => f.live.step") == 1
    assert_torch(figure, figures["stacking"])
    press(figure, "clear")
    assert values(figure)["action"] == []
    assert figure.locator(".lf-marks text", has_text="empty").count() == 2
    assert_torch(figure, figures["stacking"])
    for name in ("undo", "clear"):
        button = figure.get_by_role("button", name=name, exact=True)
        assert button.get_attribute("aria-disabled") == "true"
        press(figure, name)  # nothing is left, and nothing happens
    assert values(figure)["action"] == []


def test_the_last_step_that_fits_is_followed_by_a_sentence(page: Any) -> None:
    figure = of(page, "stacking")
    error = figure.locator(".lf-error")
    for _ in range(3):
        press(figure, "push and pop")
    assert error.inner_text() == ""
    full = values(figure)
    press(figure, "push and pop")
    assert "At most 6 steps fit: undo one first." in error.inner_text()
    assert values(figure) == full
    press(figure, "undo")
    assert error.inner_text() == ""


def test_a_step_is_made_and_undone_by_keyboard_and_announced(page: Any) -> None:
    figure = of(page, "stacking")
    figure.get_by_label("push", exact=True).focus()
    for _ in range(3):  # pop, symbol, the button
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert len(values(figure)["action"]) == 4
    page.wait_for_timeout(900)
    said = figure.locator("[aria-live]").text_content()
    assert said.startswith("step 4 of 4. now: from the top a 1.00, c 0.70")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert len(values(figure)["action"]) == 3
    assert page.evaluate("document.activeElement.textContent") == "undo"


def test_steps_set_from_python_are_shown_and_bad_ones_change_nothing(
    page: Any,
) -> None:
    figure = of(page, "stacking")
    set_ = "(f, action) => f.live.set({ action })"
    one = [{"push": 0.5, "pop": 0, "symbol": "c"}]
    figure.evaluate(set_, one)
    assert values(figure)["action"] == one
    for bad in ["x", [1, None], [{"symbol": "z"}], [{}] * 7, None]:
        figure.evaluate(set_, bad)
        assert values(figure)["action"] == one
    assert figure.locator(".lf-acts output").inner_text() == "1 of 6"


def test_a_figure_runs_on_after_the_last_symbol(
    page: Any, figures: dict[str, Any]
) -> None:
    figure = of(page, "running_on")
    assert figure.locator(".lf-player output").inner_text() == "step 4 of 8"
    figure.get_by_label("brackets", exact=True).fill("((")
    figure.get_by_label("Step", exact=True).press("End")
    assert figure.locator(".lf-player output").inner_text() == "step 6 of 6"
    assert_torch(figure, figures["running_on"])
    sign = figure.locator("rect[aria-label=sign]")
    sign.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert re.fullmatch(r"step 6: [+-] .*", sign.get_attribute("aria-valuetext"))


def test_a_story_is_typed_in_known_words(page: Any, figures: dict[str, Any]) -> None:
    figure = of(page, "remembering")
    field = figure.get_by_label("story", exact=True)
    field.fill("John dropped the milk. Mary took the milk!\n\nMary went where?")
    typed = "john dropped the milk\nmary took the milk\nmary went where"
    assert values(figure)["story"] == typed
    assert figure.locator(".lf-marks text", has_text="mary went where").count() == 1
    assert field.input_value().startswith("John dropped")  # as the reader wrote it
    assert_torch(figure, figures["remembering"])


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("Mary took the football", "“football” is not one of the 12 words below."),
        ("<img src=x onerror=alert(1)>", "“<img” is not one of"),
        (" \n . ", "Type at least one sentence."),
        ("to\n" * 6, "At most 5 sentences fit; these are 6."),
        ("to\nto to to to to to to", "At most 6 words fit in a sentence; sentence 2"),
    ],
)
def test_a_bad_story_gets_a_sentence_and_the_last_good_picture_stays(
    typed: str, answer: str, page: Any
) -> None:
    figure = of(page, "remembering")
    field = figure.get_by_label("story", exact=True)
    before = figure.locator(".lf-marks").inner_html()
    field.fill(typed)
    error = figure.locator(f"[id='{field.get_attribute('id')}-error']")
    assert answer in error.inner_text()
    assert field.get_attribute("aria-invalid") == "true"
    assert figure.locator(".lf-marks").inner_html() == before
    field.fill("mary took the milk")
    assert error.inner_text() == ""
    figure.get_by_text("Known words").first.click()
    assert "dropped" in figure.locator("details").first.inner_text()


def test_a_table_is_edited_by_keyboard(page: Any, figures: dict[str, Any]) -> None:
    figure = of(page, "selecting")
    cell = figure.get_by_label("sales, jam, price")
    cell.fill("10.25")
    cell.press("Tab")
    page.keyboard.press("ArrowUp")  # rice, pieces: from 2 to 3
    assert values(figure)["sales"] == [[3, 12.5], [5, 10.25], [3, 9], [8, 1]]
    assert_torch(figure, figures["selecting"])
    view = figure.locator("rect[aria-label=selected]")
    view.focus()
    page.keyboard.press("ArrowRight")
    said = view.get_attribute("aria-valuetext")
    assert said == "row tea, column price: 12.5, selected 1.00"


@pytest.mark.parametrize("typed", ["", "-1", "100", "-", "e"])
def test_a_bad_cell_gets_a_sentence_and_the_last_good_table_stays(
    typed: str, page: Any
) -> None:
    figure = of(page, "selecting")
    before = values(figure)
    cell = figure.get_by_label("sales, jam, price")
    cell.fill("")
    cell.press_sequentially(typed)
    assert values(figure) == before or typed == "100"  # 10 was good
    assert "jam, price: type a number from 0 to 99." in figure.inner_text()
    assert cell.get_attribute("aria-invalid") == "true"
    figure.get_by_label("sales, salt, price").fill("2")
    assert values(figure)["sales"][3] == [8, 1]  # not while a cell is wrong
    cell.fill("4")
    assert values(figure)["sales"] == [[3, 12.5], [5, 4], [2, 9], [8, 2]]


def asking(used: str | None = "used", cells: int = 2) -> Any:
    """A question that uses one of two numbers, or both."""
    kinds = {"x": torch.tensor([1.0, 0.0]), "x, y": torch.ones(2)}
    return live.figure(
        lambda kind, numbers: {
            "used": kind[:cells],
            "sum": (numbers * kind).sum(),
        },
        {
            "kind": live.choice(kinds, value="x", label="kind"),
            "numbers": live.matrix([[3, 4]], label="its numbers", used=used),
        },
        [live.text("The sum is {sum:0}.")],
        alt="The sum is 3.",
    )


def test_a_number_that_is_not_used_cannot_be_typed(
    browser: Any, tmp_path: Path
) -> None:
    (tmp_path / "asking.html").write_text(html_of([asking()]), encoding="utf8")
    page = browser.new_page()
    page.goto((tmp_path / "asking.html").as_uri())
    figure = page.locator(".live-figure")
    one, other = figure.locator("input[type=number]").all()
    assert one.is_enabled() and other.is_disabled()
    figure.locator("select").select_option("x, y")
    assert other.is_enabled() and "The sum is 7." in figure.inner_text()
    other.fill("")  # wrong, and then not used: it is what it was
    assert "type a number" in figure.inner_text()
    figure.locator("select").select_option("x")
    assert other.is_disabled() and other.input_value() == "4"
    assert "type a number" not in figure.inner_text()
    one.fill("5")
    assert "The sum is 5." in figure.inner_text()
    page.close()


def test_what_is_used_of_a_table_is_said_of_each_cell() -> None:
    with pytest.raises(ValueError, match="a number for each cell of 'numbers'"):
        asking(cells=1)
    with pytest.raises(ValueError, match="'nothing', which is no output"):
        asking(used="nothing")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_built_fits_a_phone(theme: str, browser: Any, folder: Path) -> None:
    page = browser.new_page(**PHONE)
    page.goto(f"{folder.as_uri()}/{theme}.html")
    for _ in range(3):
        press(of(page, "stacking"), "push and pop")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    beyond = page.evaluate(
        "[...document.querySelectorAll('.lf-marks > *')].map((e) => "
        "e.getBoundingClientRect()).filter((r) => r.left < 0 || r.right > 390).length"
    )
    assert beyond == 0
    page.close()
