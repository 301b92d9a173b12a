"""The tab "Library" in a real browser, on a page of its own with the page's policy and theme."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from starlette.middleware import Middleware

from footnote.rag.assistant import Assistant
from footnote.rag.settings import load_settings
from footnote.store.additions import AdditionsByVisitor
from footnote.ui.library import library_tab
from footnote.ui.security import SecurityHeaders
from footnote.ui.serving import theme
from tests.browser.test_page import PHONE, WIDE, browser, on_both_sizes

__all__ = ["browser"]  # a fixture

pytestmark = [
    pytest.mark.skipif(os.environ.get("NO_BROWSER_TESTS") == "1", reason="NO_BROWSER_TESTS=1 is set"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),
]
SHOTS = os.environ.get("TAB_SHOTS")
"""A folder for screenshots of the page."""


@pytest.fixture(scope="module")
def assistant(library_home: Path) -> Iterator[Assistant]:
    opened = Assistant(load_settings(home=library_home))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def cited(assistant: Assistant) -> list[str]:
    assert assistant.library.map is not None
    return list(assistant.library.map.papers[:4])


@pytest.fixture(scope="module")
def url(assistant: Assistant, cited: list[str]) -> Iterator[str]:
    def times_cited(owner: str) -> Mapping[str, int]:
        return {paper: 5 - n for n, paper in enumerate(cited)} if owner == "me" else {}

    static = resources.files("footnote.ui") / "static"
    with gr.Blocks(analytics_enabled=False, fill_width=True) as page:
        owner = gr.State("me")
        tab = library_tab.build(
            assistant,
            owner=owner,
            times_cited=times_cited,
            additions=AdditionsByVisitor(assistant.library.catalog),
        )
        asked = gr.Textbox(label="Asked about")
        again = gr.Button("Draw again")
        light = gr.Button("Light up")
        quiet: dict[str, Any] = {"api_visibility": "private"}
        tab.ask_these.click(lambda ids: " ".join(ids), tab.chosen, asked, **quiet)
        tab.ask_this.click(lambda ids: " ".join(ids), tab.opened, asked, **quiet)
        page.load(tab.draw, tab.inputs, tab.outputs, **quiet)
        again.click(tab.draw, tab.inputs, tab.outputs, **quiet)
        light.click(lambda: cited, None, tab.highlighted, **quiet).then(
            tab.draw, tab.inputs, tab.outputs, **quiet
        )
    scripts = [(static / "library.js").read_text("utf-8")]
    _, address, _ = page.queue(api_open=False).launch(
        server_name="127.0.0.1",
        prevent_thread_lock=True,
        quiet=True,
        ssr_mode=False,
        run_history=False,
        footer_links=[],
        theme=theme(),
        css="".join((static / name).read_text("utf-8") for name in ("page.css", "library.css")),
        head=f"<script>{scripts[0]}</script>",
        app_kwargs={"middleware": [Middleware(SecurityHeaders, scripts=scripts)]},
    )
    yield address
    page.close(verbose=False)


class Visitor:
    """A session in the tab, and the browser's errors."""

    def __init__(self, page: Page, url: str, scheme: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        page.on(
            "request",
            lambda r: None if r.url.startswith((url, "data:", "blob:")) else self.elsewhere.append(r.url),
        )
        page.goto(f"{url}?__theme={scheme}")
        expect(self.dots).to_have_count(295)

    @property
    def dots(self) -> Locator:
        return self.page.get_by_role("listbox", name="Map of the papers").get_by_role("option")

    @property
    def chosen(self) -> Locator:
        return self.page.locator("#fn-map [aria-selected=true]")

    def expect_chosen(self, words: str) -> None:
        expect(self.page.locator("#fn-chosen")).to_contain_text(words)

    def asked(self) -> list[str]:
        """The ids that "Ask about these" gives."""
        box = self.page.get_by_label("Asked about")
        before = box.input_value()
        self.page.get_by_role("button", name="Ask about these").click()
        expect(box).not_to_have_value(before)
        return box.input_value().split()

    def shot(self, name: str) -> None:
        if SHOTS:
            self.page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.fixture
def size() -> tuple[int, int]:
    return WIDE


@pytest.fixture
def scheme() -> str:
    return "light"


@pytest.fixture
def visitor(size: tuple[int, int], scheme: str, browser: Browser, url: str) -> Iterator[Visitor]:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce", has_touch=size == PHONE
    )
    visitor = Visitor(context.new_page(), url, scheme)
    yield visitor
    assert visitor.complaints == []
    assert visitor.elsewhere == []
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()


def lone_dot(visitor: Visitor) -> tuple[Locator, str]:
    """A point that no other lies on, and its paper's id."""
    number = visitor.page.evaluate(
        """() => {
            const at = [...document.querySelectorAll("#fn-map .fn-dot path")].map((path) => {
                const { x, y, width, height } = path.getBoundingClientRect();
                return [x + width / 2, y + height / 2];
            });
            const apart = (a, b) => a === b || Math.hypot(a[0] - b[0], a[1] - b[1]) > 16;
            return at.findIndex((one) => at.every((other) => apart(one, other)));
        }"""
    )
    dot = visitor.dots.nth(number)
    return dot, (dot.get_attribute("id") or "").removeprefix("dot:")


@on_both_sizes
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_room_fits_and_shows_every_paper(visitor: Visitor, size: tuple[int, int], scheme: str) -> None:
    visitor.page.get_by_role("button", name="Light up").click()
    expect(visitor.page.locator("#fn-map .fn-highlighted")).to_have_count(4)
    expect(visitor.page.locator("#fn-map")).to_contain_text("4 cited in this conversation")
    visitor.shot(f"room-{scheme}-{size[0]}")
    dot, _ = lone_dot(visitor)
    dot.locator("path").click()
    expect(visitor.page.locator("#fn-paper h2")).to_be_visible()
    visitor.shot(f"paper-{scheme}-{size[0]}")


def test_a_click_chooses_one_paper_and_opens_it(visitor: Visitor) -> None:
    expect(visitor.page.get_by_role("button", name="Ask about these")).to_be_disabled()
    dot, paper = lone_dot(visitor)
    dot.locator("path").click()
    visitor.expect_chosen("1 paper is selected")
    expect(dot).to_have_attribute("aria-selected", "true")
    expect(visitor.chosen).to_have_count(1)
    title = visitor.page.locator("#fn-paper h2").inner_text()
    assert (dot.get_attribute("aria-label") or "").startswith(title)
    assert visitor.asked() == [paper]
    visitor.page.keyboard.press("Escape")
    dot.focus()
    visitor.page.keyboard.press("Escape")
    visitor.expect_chosen("No paper is selected.")
    expect(visitor.chosen).to_have_count(0)


def test_a_drag_chooses_what_lies_in_it_and_shift_adds(visitor: Visitor) -> None:
    def drag(left: float, top: float, right: float, bottom: float) -> None:
        visitor.page.locator("#fn-map").scroll_into_view_if_needed()
        field = visitor.page.locator("#fn-map .fn-field").bounding_box()
        assert field is not None
        visitor.page.mouse.move(field["x"] + left * field["width"], field["y"] + top * field["height"])
        visitor.page.mouse.down()
        visitor.page.mouse.move(
            field["x"] + right * field["width"], field["y"] + bottom * field["height"], steps=4
        )
        expect(visitor.page.locator("#fn-map .fn-band")).to_have_count(1)
        visitor.page.mouse.up()
        expect(visitor.page.locator("#fn-map .fn-band")).to_have_count(0)

    def inside(left: float, top: float, right: float, bottom: float) -> set[str]:
        places = visitor.dots.evaluate_all(
            "dots => dots.map(d => [d.id, parseFloat(d.getAttribute('x')), parseFloat(d.getAttribute('y'))])"
        )
        return {
            ident.removeprefix("dot:")
            for ident, x, y in places
            if left * 100 <= x <= right * 100 and top * 100 <= y <= bottom * 100
        }

    lower = (0.5, 0.5, 0.999, 0.999)
    drag(*lower)
    expected = inside(*lower)
    assert len(expected) > 20
    visitor.expect_chosen(f"{len(expected)} papers are selected")
    assert set(visitor.asked()) == expected

    upper = (0.45, 0.05, 0.001, 0.45)  # from right to left
    visitor.page.keyboard.down("Shift")
    drag(*upper)
    visitor.page.keyboard.up("Shift")
    more = expected | inside(0.001, 0.05, 0.45, 0.45)
    assert len(more) > len(expected)
    visitor.expect_chosen(f"{len(more)} papers are selected")
    expect(visitor.chosen).to_have_count(len(more))
    visitor.page.get_by_role("button", name="Clear").click()
    visitor.expect_chosen("No paper is selected.")
    expect(visitor.chosen).to_have_count(0)


def test_the_keyboard_alone_walks_the_map_and_chooses(visitor: Visitor) -> None:
    first = visitor.page.locator("#fn-map .fn-dot[tabindex='0']")
    expect(first).to_have_count(1)
    first.focus()
    focused = visitor.page.locator("#fn-map .fn-dot:focus")

    def place() -> tuple[float, float]:
        at = focused.evaluate("d => [parseFloat(d.getAttribute('x')), parseFloat(d.getAttribute('y'))]")
        return at[0], at[1]

    for key, axis, sign in (
        ("ArrowRight", 0, 1),
        ("ArrowLeft", 0, -1),
        ("ArrowDown", 1, 1),
        ("ArrowUp", 1, -1),
    ):
        before = place()
        visitor.page.keyboard.press(key)
        assert (place()[axis] - before[axis]) * sign > 0
    expect(visitor.page.locator("#fn-map .fn-readout")).to_have_text(
        focused.get_attribute("aria-label") or "no label"
    )
    visitor.page.keyboard.press("Enter")
    visitor.expect_chosen("1 paper is selected")
    visitor.page.keyboard.press("PageDown")
    visitor.page.keyboard.press("Space")
    visitor.expect_chosen("2 papers are selected")
    visitor.page.keyboard.press("Space")
    visitor.expect_chosen("1 paper is selected")
    visitor.page.keyboard.press("End")
    expect(visitor.dots.last).to_be_focused()
    visitor.page.keyboard.press("Escape")
    visitor.expect_chosen("No paper is selected.")
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.locator("#fn-map .fn-key").first).to_be_focused()
    visitor.page.keyboard.press("Enter")
    size = visitor.page.locator("#fn-map .fn-key span").first.inner_text()
    visitor.expect_chosen(f"{size} papers are selected")


def test_the_table_is_searched_sorted_turned_and_leads_to_a_papers_page(visitor: Visitor) -> None:
    page = visitor.page
    table = page.get_by_role("table")
    rows = table.get_by_role("row")
    expect(rows).to_have_count(26)
    expect(page.locator("#fn-papers th[aria-sort=descending]")).to_have_text("Date ↓")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#fn-papers .fn-foot")).to_contain_text("26 to 50 of 295")
    page.get_by_role("button", name="Cited in your chats").click()
    expect(rows.nth(1)).to_contain_text("5 times")
    expect(rows.nth(5)).not_to_contain_text("times")

    page.get_by_label("Search the papers").fill("Adaptive Chameleons")
    expect(rows.nth(1)).to_contain_text("Dialectical Alignment")
    page.get_by_label("Search the papers").fill("qqqq zzzz")
    expect(page.locator("#fn-papers")).to_contain_text("No paper has these words")
    page.get_by_label("Search the papers").fill("dialectical")
    link = table.get_by_role("link", name="Dialectical Alignment")
    link.focus()
    page.keyboard.press("Enter")
    head = page.locator("#fn-paper h2")
    expect(head).to_be_focused()
    expect(head).to_contain_text("Dialectical Alignment")
    expect(page.locator("#fn-paper .fn-abstract")).to_contain_text("Adaptive Chameleons")
    page.get_by_role("button", name="Ask about this paper").click()
    paper = (link.get_attribute("href") or "").removeprefix("#open=")
    expect(page.get_by_label("Asked about")).to_have_value(paper)

    table.get_by_role("checkbox").first.check()
    visitor.expect_chosen("1 paper is selected")
    expect(page.locator(f'[id="dot:{paper}"]')).to_have_attribute("aria-selected", "true")
    nearest = page.locator("#fn-nearest li")
    expect(nearest).to_have_count(6)
    page.locator("#fn-nearest").get_by_role("button", name="Select the papers listed here").click()
    visitor.expect_chosen("7 papers are selected")
    expect(visitor.chosen).to_have_count(7)
    page.get_by_role("button", name="Draw again").click()
    page.get_by_role("button", name="Light up").click()
    expect(page.locator("#fn-map .fn-highlighted")).to_have_count(4)
    expect(visitor.chosen).to_have_count(7)
    assert len(visitor.asked()) == 7
    table.get_by_role("checkbox").first.uncheck()
    visitor.expect_chosen("6 papers are selected")


@pytest.mark.parametrize("size", [PHONE], ids=["phone"])
def test_a_tap_adds_a_paper_and_takes_it_back(visitor: Visitor) -> None:
    dot, paper = lone_dot(visitor)
    dot.locator("path").tap()
    visitor.expect_chosen("1 paper is selected")
    other = visitor.dots.nth(295 - 1)
    other.locator("path").tap(force=True)
    expect(visitor.chosen).to_have_count(2)
    dot.locator("path").tap()
    visitor.expect_chosen("1 paper is selected")
    assert paper not in visitor.asked()
