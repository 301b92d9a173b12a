"""The list of conversations in a real browser: the open one is marked, and deleting it starts another."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from footnote.ui.serving import Running
from tests.browser import test_page
from tests.browser.sessions import CHAMELEONS, URIAL, open_sidebar, visit
from tests.browser.test_page import WIDE

browser = test_page.browser
pytestmark = test_page.pytestmark

MARK = "box => [getComputedStyle(box).backgroundImage, getComputedStyle(box).backgroundColor].join()"


def test_the_open_conversation_is_marked_and_deleting_it_begins_another(
    browser: Browser, served: Running
) -> None:
    with visit(browser, served.url, WIDE) as (_, reader):
        page = reader.page
        open_sidebar(page)
        page.get_by_role("button", name="This conversation").click()
        for name in ("Rename", "Delete", "Undo", "Disable the link"):
            expect(page.get_by_role("button", name=name)).to_be_disabled()
        reader.ask(CHAMELEONS)
        page.get_by_role("button", name="New chat").click()
        expect(page.locator(".user-row")).to_have_count(0)
        reader.ask(URIAL)
        opened, other = (page.get_by_role("radio", name=question) for question in (URIAL, CHAMELEONS))
        expect(opened).to_be_checked()
        assert opened.evaluate(MARK) != other.evaluate(MARK)

        undo = page.get_by_role("button", name="Undo")
        page.get_by_role("button", name="Delete").click()
        expect(page.locator(".user-row")).to_have_count(0)
        expect(opened).to_have_count(0)
        expect(undo).to_be_enabled()
        reader.settle()
        reader.ask(CHAMELEONS)
        expect(page.locator(".fn-fault")).to_have_count(0)
        undo.click()
        expect(page.locator(".user-row .fn-words")).to_have_text(URIAL)
        expect(undo).to_be_disabled()
