"""Figures in a real browser: page against torch, keyboard, bad input, no scripts."""

from __future__ import annotations

import base64
import functools
import http.server
import re
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from mininet import live, palette
from mininet.live import bundle
from mininet.live.record import settings
from tests.live import examples
from tests.live.browser import chromium
from tests.live.page import page as html_of
from tests.live.stored import READ, assert_steps, headless

NAMES = list(examples.ALL)


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    return {name: make() for name, make in examples.ALL.items()}


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
def address(folder: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


class Opened:
    """A page, and everything it complained about or asked other hosts for."""

    def __init__(self, browser: Any, url: str, **settings: Any) -> None:
        self.context = browser.new_context(**settings)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self._check(request.url))
        self.go(url)

    def go(self, url: str) -> Opened:
        """Open a page in this window, where it takes less than in a new one."""
        self.url = url
        self.complaints.clear()
        self.page.goto(url)
        return self

    def _check(self, wanted: str) -> None:
        if wanted != self.url and not wanted.startswith(("data:", "blob:")):
            self.complaints.append(f"asked for {wanted}")

    def figure(self, name: str) -> Any:
        return self.page.locator(".live-figure").nth(NAMES.index(name))


@pytest.fixture(scope="module")
def window(browser: Any) -> Iterator[Opened]:
    found = Opened(browser, "about:blank")
    yield found
    found.context.close()


@pytest.fixture(params=["file", "http"])
def opened(
    request: Any, window: Opened, folder: Path, address: str
) -> Iterator[Opened]:
    base = folder.as_uri() if request.param == "file" else address
    yield window.go(f"{base}/light.html")
    assert window.complaints == []


@pytest.fixture
def at_home(window: Opened, folder: Path) -> Iterator[Opened]:
    """The page, just opened, in a window that shows it for one test after the other."""
    window.page.set_viewport_size({"width": 1280, "height": 720})
    window.page.mouse.move(0, 0)
    yield window.go(f"{folder.as_uri()}/light.html")
    assert window.complaints == []


@pytest.fixture(scope="module")
def one_page(browser: Any, folder: Path) -> Iterator[Opened]:
    """The page, opened once for the tests that set what they start from."""
    found = Opened(browser, f"{folder.as_uri()}/light.html")
    yield found
    found.context.close()


@pytest.fixture
def still_open(one_page: Opened) -> Iterator[Opened]:
    """That page; it has complained about nothing since the test before."""
    one_page.complaints.clear()
    yield one_page
    assert one_page.complaints == []


def assert_equal(figure: Any, values: dict[str, Any], steps: list[Any]) -> None:
    """What the page computed is what torch computes."""
    expected = figure.description.compute(values)
    assert len(steps) == len(expected)
    for outputs, wanted in zip(steps, expected, strict=True):
        for name, value in wanted.items():
            found = torch.tensor(
                [float(x.replace("Infinity", "inf")) for x in outputs[name]]
            )
            torch.testing.assert_close(
                found.reshape(value.shape),
                value,
                rtol=1e-5,
                atol=1e-5,
                equal_nan=True,
                msg=lambda text, name=name: f"{name} at {values}: {text}",
            )


def test_the_page_computes_what_the_function_computes(
    opened: Opened, figures: dict[str, Any]
) -> None:
    for name in NAMES:
        element, figure = opened.figure(name), figures[name]
        for values in settings(figure.description)[::5]:
            element.evaluate("(figure, values) => figure.live.set(values)", values)
            now = element.evaluate("(figure) => figure.live.values")
            assert_equal(figure, now, element.evaluate(READ))


@pytest.mark.parametrize("name", NAMES)
def test_the_pages_code_computes_what_torch_computes(
    name: str, figures: dict[str, Any]
) -> None:
    made = figures[name].description
    cases = settings(made)
    found = headless().outputs(made.spec, made.program, cases)
    for values, steps in zip(cases, found, strict=True):
        assert_steps(steps, made.compute(values), f"{name} at {values}")


# A kernel's model, whose weights stand in a message after other bytes.
IN_A_KERNEL = """async ([code, spec, values, graph, weights]) => {
  const { render } = await import(URL.createObjectURL(
    new Blob([code], { type: "text/javascript" })));
  const bytes = Uint8Array.from(atob("AAAAAAAA" + weights), (c) => c.charCodeAt(0));
  const model = (state) => ({
    get: (name) => state[name], set: (name, value) => { state[name] = value; },
    on() {}, off() {}, save_changes() { globalThis.saved = state.values; },
  });
  const program = model({ graph, weights: new DataView(bytes.buffer, 6) });
  const el = document.body.appendChild(document.createElement("div"));
  el.id = "kernel";
  const figure = model({ spec, values, program: "IPY_MODEL_p" });
  figure.widget_manager = { get_model: async () => program };
  await render({ model: figure, el });
}"""


@pytest.mark.parametrize("name", NAMES)
def test_with_a_kernel_the_numbers_are_the_same_and_python_is_told(
    name: str, window: Opened, figures: dict[str, Any]
) -> None:
    figure, page = figures[name], window.go("about:blank").page
    program = figure.description.program
    weights = base64.b64encode(program.weights).decode()
    code = bundle.for_kernel(palette.css())
    given = [code, figure.spec, figure.values, program.graph, weights]
    page.evaluate(IN_A_KERNEL, given)
    element = page.locator("#kernel")
    assert_equal(figure, {}, element.evaluate(READ))
    page.locator("input[type=range]").last.press("End")
    told = page.evaluate("globalThis.saved ?? null")
    if told is not None:  # the last one may be the steps'
        assert_equal(figure, told, element.evaluate(READ))
        figure.description.sent(told)
    assert window.complaints == []


def test_a_broken_model_is_noticed(at_home: Opened, figures: dict[str, Any]) -> None:
    figure = figures["gates"]
    steps = at_home.figure("gates").evaluate(READ)
    assert_equal(figure, {}, steps)
    weights = examples.MODEL.recur.weight
    with torch.no_grad():
        weights.add_(1e-3)
    try:
        with pytest.raises(AssertionError):
            assert_equal(figure, {}, steps)
    finally:
        with torch.no_grad():
            weights.sub_(1e-3)


def marks(svg: ET.Element) -> list[tuple[str, dict[str, str], str]]:
    """The drawn elements of a picture, without a home's own colour fallbacks."""
    found = []
    for element in svg.iter():
        tag = element.tag.split("}")[-1]
        if tag not in ("svg", "g"):
            kept = {
                k: re.sub(r"var\(--(?:role-)?([\w-]+).*\)", r"\1", v)
                for k, v in element.attrib.items()
            }
            found.append((tag, kept, element.text or ""))
    return found


@pytest.mark.parametrize("width", [360, 680])
def test_the_stored_picture_is_the_one_the_page_draws(
    width: int, at_home: Opened, figures: dict[str, Any]
) -> None:
    resize = f"(figure) => {{ figure.style.width = '{width}px' }}"
    for name in NAMES:
        at_home.figure(name).evaluate(resize)
    at_home.page.wait_for_timeout(200)
    for name in NAMES:
        element = at_home.figure(name).locator(".lf-marks")
        drawn = element.evaluate("(marks) => marks.outerHTML")
        stored = figures[name].description.picture(width=width)
        found, wanted = marks(ET.fromstring(drawn)), marks(ET.fromstring(stored))
        assert [(tag, text) for tag, _, text in found] == [(t, x) for t, _, x in wanted]
        for (_, a, _), (_, b, _) in zip(found, wanted, strict=True):
            assert set(a) == set(b)
            for key in a:
                wanted_ = b[key].replace("pst-color-background", "live-page")
                assert _close(a[key], wanted_), (name, a, b)


def _close(a: str, b: str) -> bool:
    """Equal texts, but for the last digit of the numbers in them."""
    number = re.compile(r"-?\d+\.?\d*")
    return number.sub("#", a) == number.sub("#", b) and all(
        abs(float(x) - float(y)) < 0.02
        for x, y in zip(number.findall(a), number.findall(b), strict=True)
    )


def test_without_scripts_the_stored_picture_and_values_are_shown(
    browser: Any, folder: Path, figures: dict[str, Any]
) -> None:
    opened = Opened(browser, f"{folder.as_uri()}/light.html", java_script_enabled=False)
    for name in NAMES:
        picture = opened.figure(name).locator("svg[role=img]")
        assert picture.is_visible()
        assert picture.get_attribute("aria-label") == figures[name].spec["alt"]
    assert "strength β: 6" in opened.figure("addressing").inner_text()
    assert "number: 9223372036854775813" in opened.figure("digits").inner_text()
    opened.context.close()


def values_of(opened: Opened, name: str) -> dict[str, Any]:
    return opened.figure(name).evaluate("(figure) => figure.live.values")


def test_a_slider_is_moved_by_keyboard(at_home: Opened) -> None:
    slider = at_home.page.get_by_label("strength β")
    slider.focus()
    at_home.page.keyboard.press("End")
    assert values_of(at_home, "addressing")["strength"] == 20
    at_home.page.keyboard.press("ArrowLeft")
    assert values_of(at_home, "addressing")["strength"] == pytest.approx(19.8)
    assert slider.get_attribute("aria-valuetext") == "19.8"


def test_a_bar_is_moved_by_keyboard_and_by_pointer(at_home: Opened) -> None:
    first = at_home.page.get_by_label("key k, 0")
    first.focus()
    at_home.page.keyboard.press("ArrowRight")
    at_home.page.keyboard.press("Home")
    assert values_of(at_home, "addressing")["key"][1] == -1
    box = at_home.figure("addressing").locator(".lf-draw").bounding_box()
    at_home.page.mouse.move(box["x"] + 2, box["y"] + 1)
    at_home.page.mouse.down()
    at_home.page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 1, steps=12)
    at_home.page.mouse.up()
    assert min(values_of(at_home, "addressing")["key"]) > 0.9


def test_values_are_read_by_keyboard(at_home: Opened) -> None:
    view = at_home.figure("addressing").locator("rect[aria-label='sharpened']")
    view.focus()
    for _ in range(3):
        at_home.page.keyboard.press("ArrowDown")
    assert re.fullmatch(r"slot 4: 0\.\d+", view.get_attribute("aria-valuetext"))


def test_everything_is_reached_by_tab_alone(at_home: Opened) -> None:
    at_home.page.locator("h1").click()
    seen = set()
    for _ in range(80):
        at_home.page.keyboard.press("Tab")
        seen.add(
            at_home.page.evaluate(
                "document.activeElement.labels?.[0]?.textContent "
                "?? document.activeElement.getAttribute('aria-label')"
            )
        )
    assert {"strength β", "recurrent scale", "sequence", "prefers", "Play"} <= seen
    assert {"Step", "sharpened", "forget gate", "temperature"} <= seen


def test_the_steps_are_taken_played_and_undone(at_home: Opened) -> None:
    figure = at_home.figure("gates")
    step = "(figure) => figure.live.step"
    assert figure.evaluate(step) == 3
    figure.get_by_label("One step ahead").press("Enter")
    assert figure.evaluate(step) == 4
    figure.get_by_label("One step back").press("Enter")
    assert figure.evaluate(step) == 3
    figure.get_by_label("To the first step").press("Enter")
    assert figure.evaluate(step) == 0
    figure.get_by_label("Play").press("Enter")
    figure.get_by_text("step 7 of 7").wait_for(timeout=8000)
    figure.get_by_label("Step", exact=True).press("Home")
    assert figure.evaluate(step) == 0


def test_playing_stops_when_it_is_paused_and_when_a_step_is_chosen(
    at_home: Opened,
) -> None:
    figure = at_home.figure("gates")
    for press in ("Pause", "To the first step"):
        figure.get_by_label("To the first step").press("Enter")
        figure.get_by_label("Play").press("Enter")
        figure.get_by_text("step 2 of 7").wait_for()
        figure.get_by_label(press).press("Enter")
        assert figure.get_by_label("Play").is_visible()
        stopped = figure.evaluate("(figure) => figure.live.step")
        at_home.page.wait_for_timeout(1300)  # two steps, were it playing
        assert figure.evaluate("(figure) => figure.live.step") == stopped


HOSTILE = [
    ("abq", "“q” is not one of a b c."),
    ("a" * 25, "At most 24 symbols fit; these are 25."),
    ("", "Type at least one of a b c."),
    ("   ", "Type at least one of a b c."),
    ("<img src=x onerror=alert(1)>", "“<” is not one of a b c."),
    ("😀", "“😀” is not one of a b c."),
    ("constructor", "“o” is not one of a b c."),
    ("ABC", "“A” is not one of a b c."),
    ("a" * 100_000, "At most 24 symbols fit; these are 100000."),
    ("\u202eabc\u0000", "is not one of a b c."),
]


@pytest.mark.parametrize(("typed", "answer"), HOSTILE)
def test_bad_input_gets_a_sentence_and_the_last_good_picture_stays(
    typed: str, answer: str, still_open: Opened
) -> None:
    figure = still_open.figure("gates")
    field = figure.get_by_label("sequence", exact=True)
    field.fill("cab")
    before = figure.locator(".lf-marks").inner_html()
    field.fill(typed)
    assert answer in figure.locator(".lf-error").inner_text()
    assert field.get_attribute("aria-invalid") == "true"
    assert figure.locator(".lf-marks").inner_html() == before
    field.fill("ba")
    assert figure.locator(".lf-error").inner_text() == ""
    assert values_of(still_open, "gates")["x"] == "ba"


def written(opened: Opened) -> str:
    return opened.figure("digits").locator(".lf-marks text").last.text_content()


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1234", 1234),
        ("0b1011", 11),
        ("0B0011", 3),
        (" 7 ", 7),
        ("000", 0),
        ("9007199254740993", 2**53 + 1),  # the first that a float64 has not
        ("18446744073709551615", 2**64 - 1),
        ("0b1" + "0" * 63, 2**63),
        ("0" * 5000 + "5", 5),
    ],
)
def test_a_typed_whole_number_becomes_its_bits(
    typed: str, number: int, still_open: Opened, figures: dict[str, Any]
) -> None:
    figure = still_open.figure("digits")
    field = figure.get_by_label("number", exact=True)
    field.fill(typed)
    assert values_of(still_open, "digits")["number"] == str(number)
    bits = figure.evaluate("(f) => Array.from(f.live.outputs.number.data)")
    assert sum(int(bit) << i for i, bit in enumerate(bits)) == number
    assert written(still_open) == f"{number} has {number.bit_count()} ones."
    assert field.input_value() == typed
    assert_equal(figures["digits"], {"number": typed}, figure.evaluate(READ))


LIKE = "like 11 or in binary 0b1011."


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("", f"Type a whole number, {LIKE}"),
        ("  ", f"Type a whole number, {LIKE}"),
        ("12a", f"“12a” is not a whole number from 0, {LIKE}"),
        ("-5", f"“-5” is not a whole number from 0, {LIKE}"),
        ("1.5", f"“1.5” is not a whole number from 0, {LIKE}"),
        ("1e3", f"“1e3” is not a whole number from 0, {LIKE}"),
        ("1 000", f"“1 000” is not a whole number from 0, {LIKE}"),
        ("0b", f"“0b” is not a whole number from 0, {LIKE}"),
        ("0b102", f"“0b102” is not a whole number from 0, {LIKE}"),
        ("0x1f", f"“0x1f” is not a whole number from 0, {LIKE}"),
        ("٣", f"“٣” is not a whole number from 0, {LIKE}"),
        ("<img src=x onerror=alert(1)>", "“<img src=x o” is not a whole number"),
        (str(2**64), "At most 18446744073709551615 fits, which is 64 bits."),
        ("0b1" + "0" * 64, "At most 18446744073709551615 fits, which is 64 bits."),
        ("9" * 10_000, "At most 18446744073709551615 fits, which is 64 bits."),
    ],
)
def test_a_bad_whole_number_gets_a_sentence_and_the_last_good_picture_stays(
    typed: str, answer: str, still_open: Opened, figures: dict[str, Any]
) -> None:
    figure = still_open.figure("digits")
    field = figure.get_by_label("number", exact=True)
    field.fill("21")
    before = figure.locator(".lf-marks").inner_html()
    field.fill(typed)
    assert answer in figure.locator(".lf-error").inner_text()
    assert field.get_attribute("aria-invalid") == "true"
    assert figure.locator(".lf-marks").inner_html() == before
    with pytest.raises(ValueError, match="not a whole number|at most"):
        figures["digits"].values = {"number": typed}
    field.fill("22")
    assert figure.locator(".lf-error").inner_text() == ""
    assert values_of(still_open, "digits")["number"] == "22"


def test_a_whole_number_is_typed_by_keyboard_and_its_hint_is_read(
    at_home: Opened,
) -> None:
    field = at_home.figure("digits").get_by_label("number", exact=True)
    named = field.get_attribute("aria-describedby").split()
    texts = [at_home.page.locator(f"#{name}").inner_text() for name in named]
    assert texts == ["", "like 11 or in binary 0b1011"]
    field.focus()
    at_home.page.keyboard.press("ControlOrMeta+A")
    at_home.page.keyboard.type("0b101")
    assert written(at_home) == "5 has 2 ones."


def test_what_means_the_same_is_not_written_anew_while_it_is_typed(
    at_home: Opened,
) -> None:
    figure = at_home.figure("digits")
    field = figure.get_by_label("number", exact=True)
    field.fill("0b101")
    figure.evaluate("(f) => f.live.set(f.live.values)")  # as a kernel answers
    assert field.input_value() == "0b101"
    figure.evaluate("(f) => f.live.set({ number: '6' })")
    assert field.input_value() == "6"
    figure.evaluate("(f) => f.live.set({ number: 7 })")
    assert values_of(at_home, "digits")["number"] == "7"


def test_a_whole_number_set_from_python_keeps_every_digit() -> None:
    figure = examples.digits()
    assert figure.values["number"] == str(2**63 + 5)
    figure.values = {"number": 2**64 - 1}
    assert figure.values["number"] == str(2**64 - 1)
    assert figure.outputs["ones"] == 64
    assert f"number: {2**64 - 1}" in figure.html()
    assert f"{2**64 - 1} has 64 ones." in figure.html()


@pytest.mark.parametrize(
    "values",
    [
        {"strength": float("1e999")},
        {"strength": "x"},
        {"strength": None},
        {"key": "x"},
        {"key": [None, {}]},
        {"nobody": 1},
        {"__proto__": 1},
        {},
    ],
)
def test_bad_values_from_outside_change_nothing(
    values: dict[str, Any], still_open: Opened
) -> None:
    before = values_of(still_open, "addressing")
    still_open.figure("addressing").evaluate(
        "(f, values) => f.live.set(values)", values
    )
    assert values_of(still_open, "addressing") == before


def test_a_goal_says_how_close_the_reader_is_and_when_it_is_met(
    at_home: Opened,
) -> None:
    figure = at_home.figure("addressing")
    assert "of 0.90" in figure.locator(".lf-goal").inner_text()
    won = {"gate": 1, "move": 1, "strength": 20, "sharpness": 5}
    memory = figure.evaluate("(f) => [...f.live.outputs.memory.data]")
    won["key"] = [max(-1, min(1, x)) for x in memory[18:24]]  # the fourth slot
    figure.evaluate("(figure, values) => figure.live.set(values)", won)
    assert "✓ reached" in figure.locator(".lf-goal").inner_text()


def test_on_a_phone_a_goals_number_stands_beside_its_meter(at_home: Opened) -> None:
    at_home.page.set_viewport_size({"width": 390, "height": 800})
    for name in ("addressing", "fading"):
        far = at_home.figure(name).locator(".lf-far")
        boxes = [far.locator("> span").nth(k).bounding_box() for k in (0, 1)]
        meter, number = (box["y"] + box["height"] / 2 for box in boxes)
        assert meter == pytest.approx(number, abs=2)


def test_a_goal_is_read_at_the_last_step_whichever_is_shown(at_home: Opened) -> None:
    figure = at_home.figure("fading")
    assert figure.evaluate("(f) => f.live.step") == 0
    goal = figure.locator(".lf-goal")
    assert "0.81 of 0.90" in goal.inner_text()  # 0.95 ** 4, though 0.95 is shown
    figure.evaluate("(f) => f.live.set({ rate: 0.99 })")
    assert "✓ reached" in goal.inner_text()


def test_a_log_slider_multiplies_when_it_is_moved(
    at_home: Opened, figures: dict[str, Any]
) -> None:
    slider = at_home.page.get_by_label("kept a step")
    rate = lambda: values_of(at_home, "fading")["rate"]  # noqa: E731
    slider.press("Home")
    assert rate() == 0.01
    slider.press("ArrowRight")
    assert rate() == pytest.approx(0.01 * 100 ** (1 / 200))
    assert slider.get_attribute("aria-valuetext") == "0.01"
    slider.press("End")
    assert rate() == 1  # not a last digit beyond: the kernel would refuse it
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    at_home.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert rate() == pytest.approx(0.1, rel=0.05)
    figure = at_home.figure("fading")
    assert_equal(figures["fading"], {"rate": rate()}, figure.evaluate(READ))


def test_a_value_that_is_pointed_at_lies_above_all_other_marks(
    at_home: Opened,
) -> None:
    figure = at_home.figure("gates")
    figure.locator("rect[aria-label='forget gate']").hover()
    last = figure.locator(".lf-marks > *").last
    assert last.get_attribute("class") == "halo"
    assert re.fullmatch(r"0\.\d\d", last.text_content())


def test_a_change_is_announced_once_it_rests(at_home: Opened) -> None:
    slider = at_home.page.get_by_label("temperature")
    slider.press("End")
    region = at_home.figure("attention").locator("[aria-live]")
    at_home.page.wait_for_timeout(900)
    assert region.text_content().startswith("The largest weight is")


def test_a_figure_that_cannot_live_leaves_its_picture(
    browser: Any, folder: Path, tmp_path: Path
) -> None:
    text = (folder / "light.html").read_text(encoding="utf8")
    path = tmp_path / "broken.html"
    path.write_text(text.replace('"softmax"', '"softmin"'), encoding="utf8")
    opened = Opened(browser, path.as_uri())
    figure = opened.figure("addressing")
    assert figure.locator("svg[role=img]").is_visible()
    assert "could not be brought to life" in figure.inner_text()
    assert opened.figure("gradients").locator(".lf-controls").is_visible()
    assert any("unknown operation softmin" in text for text in opened.complaints)
    opened.context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_fit_a_phone(theme: str, browser: Any, folder: Path) -> None:
    opened = Opened(
        browser,
        f"{folder.as_uri()}/{theme}.html",
        viewport={"width": 360, "height": 740},
    )
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 360
    sizes = opened.page.evaluate(
        "[...document.querySelectorAll('.live-figure *')].filter((e) => "
        "e.childNodes.length && e.firstChild.nodeType === 3 && e.textContent.trim())"
        ".map((e) => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 12
    opened.context.close()


def test_a_program_is_stored_once_however_many_figures_use_it() -> None:
    first, second = examples.gates(), examples.gates()
    assert first.program is second.program
    assert first.model_id != second.model_id


@pytest.mark.parametrize("typed", [11, "11", "0b1011", " 0B001011 "])
def test_the_function_gets_a_whole_numbers_bits_the_ones_first(typed: Any) -> None:
    number = live.whole(typed, bits=6, label="n")
    assert number.value == "11"
    assert torch.equal(number.tensor(), torch.tensor([1.0, 1, 0, 1, 0, 0]))
    assert torch.equal(number.tensor("0b100000"), torch.eye(6)[5])
    assert torch.equal(number.tensor(0), torch.zeros(6))


def test_a_whole_number_may_be_larger_than_any_float() -> None:
    number = live.whole(2**1024 - 1, bits=1024, label="n")
    assert torch.equal(number.tensor(), torch.ones(1024))
    assert int(number.value) == 2**1024 - 1


def test_values_set_from_python_are_checked() -> None:
    figure = examples.addressing()
    figure.values = {"gate": 0.0}
    assert figure.values["strength"] == 6
    assert torch.allclose(figure.outputs["gated"], torch.eye(8)[6])
    with pytest.raises(ValueError, match="no control called 'nobody'|nobody"):
        figure.values = {"nobody": 1}


def plain(**changes: Any) -> Any:
    settings: dict[str, Any] = {
        "function": lambda x: x * 2,
        "inputs": {"x": live.slider(0, 1, value=0.5, label="x")},
        "views": [live.text("{output}")],
        "alt": "A number.",
    }
    return live.figure(**{**settings, **changes})


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"alt": " "}, "alt must say"),
        ({"views": [live.text("{nothing}")]}, "'nothing'"),
        ({"inputs": {"x": 3.0}}, "must be a live.slider"),
        ({"state": {"output": "x"}, "steps": 3}, r"must be an input live.constant"),
        ({"state": {"y": "x"}, "steps": 3}, "no output called 'y'"),
        (
            {"views": [live.bars("output", role="read", label="b", names="abc")]},
            "names must be a list",
        ),
        (
            {
                "inputs": {"x": live.whole(5, bits=3, label="x")},
                "views": [live.tape("x", role="read", label="x")],
            },
            "'x' is one whole number",
        ),
        ({"state": {}}, "needs a sequence input, or steps"),
        (
            {
                "inputs": {
                    "x": live.sequence("ab", value="a", max_length=2, label="x", more=1)
                }
            },
            "more steps need a figure with state",
        ),
        ({"goal": live.goal(lambda z: z, label="z", at_least=1)}, "asks for z"),
        (
            {
                "function": lambda **x: sum(x.values()),
                "inputs": {n: live.slider(0, 1, value=0, label=n) for n in "abcde"},
            },
            "5 controls",
        ),
    ],
)
def test_a_figure_that_does_not_fit_is_refused(
    changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        plain(**changes)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: live.slider(1, 0, value=0, label="s"), "min must be below max"),
        (lambda: live.slider(0, 1, value=2, label="s"), r"must be in \[0"),
        (lambda: live.slider(0, 1, value=0, label="s", log=True), "above 0"),
        (lambda: live.slider(0, 1, value=0, label="s", role="x"), "no role"),
        (lambda: live.slider(0, float("inf"), value=0, label="s"), "min must"),
        (lambda: live.choice({"a": 1}, label="c"), "two or more"),
        (lambda: live.choice({"a": 1, "b": [1, 2]}, label="c"), "one shape"),
        (lambda: live.choice("ab", value="c", label="c"), "'c' is not one of"),
        (lambda: live.vector([], label="v"), "at least one bar"),
        (lambda: live.vector([2.0], label="v"), r"must be in \[0"),
        (lambda: live.sequence("ab", value="c", max_length=3, label="q"), "'c'"),
        (lambda: live.sequence("ab", value="aaaa", max_length=3, label="q"), "1 to 3"),
        (lambda: live.whole(8, bits=3, label="n"), "n: at most 7 fits, which is 3"),
        (lambda: live.whole(-1, bits=3, label="n"), "n: '-1' is not a whole number"),
        (lambda: live.whole("1.0", bits=3, label="n"), "'1.0' is not a whole number"),
        (lambda: live.whole(0, bits=0, label="n"), "bits must be in"),
        (lambda: live.whole(0, bits=4, label="n", role="x"), "no role"),
        (
            lambda: live.sequence("ab", value="a", max_length=3, label="q", more=-1),
            "more",
        ),
        (
            lambda: live.sequence("ab", value="a", max_length=3, label="q", blank="a"),
            "more must be at least 1 with a blank",
        ),
        (
            lambda: live.sequence(
                "ab", value="a", max_length=3, label="q", more=1, blank="c"
            ),
            "'c' is not one of",
        ),
        (lambda: live.actions({}, max_steps=3, label="a"), "slider or live.choice"),
        (
            lambda: live.actions(
                {"v": live.vector([1.0], label="v")}, max_steps=3, label="a"
            ),
            "slider or live.choice",
        ),
        (
            lambda: live.story(["a b"], value="a", sentences=1, words=1, label="s"),
            "'a b' is not one word",
        ),
        (
            lambda: live.story(["a"], value="b", sentences=1, words=1, label="s"),
            "'b' is not one of: a",
        ),
        (lambda: live.matrix([1.0], label="m"), "rows and columns"),
        (lambda: live.matrix([[200.0]], label="m"), r"m: value must be in \[-100"),
        (lambda: live.matrix([[2]], names="ab", label="m"), "1 by 1 numbers, but 2"),
        (lambda: live.symbols("x", role="x", label="s", letters="ab"), "no role"),
        (
            lambda: live.symbols("x", role="read", label="s", letters="ab", top=0),
            "top must be",
        ),
        (
            lambda: live.stack("x", strengths="s", role="read", label="s", room=0),
            "room must be",
        ),
        (lambda: live.table("x", label="t", selected="y"), "needs a role"),
        (lambda: live.picture("x", label="t", attention="y"), "needs a role"),
        (lambda: live.bars("x", role="x", label="b"), "no role"),
        (lambda: live.lines("x", roles=[], across="t", min=0, max=1), "1 curves"),
    ],
)
def test_a_control_or_view_that_makes_no_sense_is_refused(make: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        make()
