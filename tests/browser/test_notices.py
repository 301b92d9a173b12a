"""Messages of the page if an action isn't possible: they are shown, and where readers look."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from footnote.ui import strings
from footnote.ui.serving import Running
from tests.browser import test_page
from tests.browser.sessions import CHAMELEONS, visit
from tests.browser.test_page import WIDE

browser = test_page.browser
pytestmark = test_page.pytestmark


def test_nothing_that_is_asked_stays_without_a_word(browser: Browser, served: Running) -> None:
    with visit(browser, served.url, WIDE) as (_, reader):
        page = reader.page
        toasts = page.get_by_test_id("toast-body")
        reader.box.fill("   ")
        reader.box.press("Enter")
        expect(toasts.filter(has_text=strings.ASK_EMPTY)).to_be_visible()
        page.get_by_role("button", name="Ask again").click()
        expect(toasts.filter(has_text=strings.ASK_AGAIN_EMPTY)).to_be_visible()
        expect(page.locator(".user-row")).to_have_count(0)

        page.get_by_role("button", name="How to answer").click()
        page.get_by_role("spinbutton", name=strings.THRESHOLD).fill("1")
        reader.settle()
        declined = reader.ask(CHAMELEONS).locator(".fn-refusal")
        expect(declined).to_contain_text("below the 100 % that you set under “How to answer”")
        page.get_by_role("spinbutton", name=strings.THRESHOLD).fill("0.5")
        reader.settle()
        reader.ask(CHAMELEONS)

        page.get_by_role("button", name="Feedback").click()
        page.get_by_role("radio", name="Wrong source").check()
        page.get_by_role("button", name="Send").click()
        expect(page.locator("#fn-feedback-message")).to_have_text(strings.FEEDBACK_WHICH_SOURCE)


def test_how_to_answer_survives_a_reload(browser: Browser, served: Running) -> None:
    with visit(browser, served.url, WIDE) as (_, reader):
        page = reader.page
        threshold = page.get_by_role("spinbutton", name=strings.THRESHOLD)
        reader.settle()
        page.get_by_role("button", name="How to answer").click()
        threshold.fill("1")
        reader.reload()
        reader.settle()
        # Though the panel wasn't opened.
        expect(reader.ask(CHAMELEONS).locator(".fn-refusal")).to_contain_text("below the 100 %")
        page.get_by_role("button", name="How to answer").click()
        expect(threshold).to_have_value("1")
        assert "1" not in page.evaluate("Object.keys(localStorage).join()")
