"""What fits where: the frame stays in view, an answer keeps its room, a shared page has margins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import test_page
from tests.browser.test_page import WIDE
from tests.browser.visits import CHAMELEONS, room, serving, visit
from ui.serving import Running

browser = test_page.browser
pytestmark = test_page.pytestmark


@pytest.fixture(scope="module")
def served(library_home: Path) -> Iterator[Running]:
    with serving(library_home) as running:
        yield running


def too_tall(page: Page) -> int:
    """By how many pixels the page is taller than the window."""
    return int(page.evaluate("document.scrollingElement.scrollHeight - window.innerHeight"))


def height(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["height"]


def test_the_frame_stays_in_view_and_an_answer_keeps_its_room(browser: Browser, served: Running) -> None:
    with visit(browser, served.url, WIDE) as (_, reader):
        page = reader.page
        new_chat = page.get_by_role("button", name="New chat")
        reader.ask(CHAMELEONS)
        assert too_tall(page) <= 0
        expect(new_chat).to_be_in_viewport(ratio=1)
        room(page, "Library")
        room(page, "Ask")
        assert too_tall(page) <= 0
        for panel in ("Which papers", "How to answer", "Feedback"):
            page.get_by_role("button", name=panel).click()
        expect(page.locator("#fn-opinion-send")).to_be_visible()
        assert too_tall(page) > 0
        assert height(page, "#fn-log") > 350
        assert height(page, "#fn-log .panel-wrap") > 350
