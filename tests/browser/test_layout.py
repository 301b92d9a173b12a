"""Layout: the frame stays in view, an answer has enough height, a shared page has margins."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from footnote.ui.serving import Running
from tests.browser import test_page
from tests.browser.sessions import CHAMELEONS, open_sidebar, open_tab, visit
from tests.browser.test_page import PHONE, WIDE

browser = test_page.browser
pytestmark = test_page.pytestmark


def too_tall(page: Page) -> int:
    """How many pixels the page is taller than the window."""
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
        open_tab(page, "Library")
        open_tab(page, "Ask")
        assert too_tall(page) <= 0
        for panel in ("Which papers", "How to answer", "Feedback"):
            page.get_by_role("button", name=panel).click()
        expect(page.locator("#fn-feedback-send")).to_be_visible()
        assert too_tall(page) > 0
        assert height(page, "#fn-log") > 350
        assert height(page, "#fn-log .panel-wrap") > 350


def test_a_shared_page_has_margins_on_a_phone(browser: Browser, served: Running) -> None:
    with visit(browser, served.url, PHONE) as (context, reader):
        reader.ask(CHAMELEONS)
        open_sidebar(reader.page)
        reader.page.get_by_role("button", name="This conversation").click()
        reader.page.get_by_role("button", name="Create a link that anyone can open").click()
        link = reader.page.locator("#fn-conversation-link textarea, #fn-conversation-link input")
        expect(link).to_have_value(re.compile("/shared/"))
        shared = context.new_page()
        shared.goto(link.input_value())
        for selector in ("h1", ".fn-words", "blockquote", "summary"):
            box = shared.locator(selector).first.bounding_box()
            assert box is not None
            assert box["x"] >= 16
            assert box["x"] + box["width"] <= PHONE[0] - 16
