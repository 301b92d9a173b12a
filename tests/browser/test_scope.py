"""The scope of a question: shown above the box, cleared there, and reset with the conversation."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from footnote.rag.assistant import Assistant
from footnote.rag.settings import load_settings
from footnote.ui import strings
from footnote.ui.chat import scope_text
from footnote.ui.serving import Running, start
from tests.browser import test_page
from tests.browser.sessions import CHAMELEONS, URIAL, open_sidebar, open_tab, visit
from tests.browser.test_page import DIALECTICAL, PORT, WIDE

browser = test_page.browser
pytestmark = test_page.pytestmark


def chips(page: Page) -> Locator:
    return page.locator("#fn-scope-row .fn-chip")


def ask_about_its_paper(page: Page) -> None:
    page.get_by_role("button", name="Ask about this paper").first.click()
    expect(chips(page)).to_have_text([f"“{DIALECTICAL}”"])


def test_a_scope_is_said_beside_the_box_leaves_the_answer_its_room_and_is_cleared_there(
    browser: Browser, served: Running
) -> None:
    with visit(browser, served.url, WIDE) as (_, reader):
        page = reader.page
        reader.ask(CHAMELEONS)
        ask_about_its_paper(page)
        expect(page.locator("#fn-since")).to_be_hidden()  # the panel stays closed
        log = page.locator("#fn-log").bounding_box()
        assert log is not None
        assert log["height"] > 500
        answer = reader.ask("What does it do against poisoned data?")
        expect(answer.locator(".fn-read-as").last).to_contain_text("Searched only")

        page.get_by_role("button", name="Which papers").click()
        expect(chips(page)).to_be_hidden()  # the panel says it
        page.get_by_label("From", exact=True).fill("2020")
        page.get_by_role("button", name="Which papers").click()
        expect(chips(page)).to_have_count(2)
        expect(chips(page).first).to_have_text("dated 2020 or later")
        page.get_by_role("button", name="All papers").click()
        expect(chips(page)).to_have_count(0)
        reader.settle()
        answer = reader.ask(URIAL)
        assert "Searched only" not in answer.inner_text()
        page.get_by_role("button", name="Which papers").click()
        expect(page.get_by_label("From", exact=True)).to_have_value("")


def test_the_chip_of_a_chosen_paper_stays(browser: Browser, served: Running) -> None:
    with visit(browser, served.url, WIDE) as (_, reader):
        reader.ask(CHAMELEONS)
        seen = len(reader.requests)
        for _ in range(3):
            ask_about_its_paper(reader.page)
            reader.settle()
            expect(chips(reader.page)).to_have_count(1)
        # What the page sets itself isn't sent to the server again, half set: what it says to that came late.
        joins = [request for request in reader.requests[seen:] if request.url.endswith("/queue/join?")]
        assert len(joins) == 3


def test_a_scope_ends_with_its_conversation(browser: Browser, served: Running) -> None:
    with visit(browser, served.url, WIDE) as (_, reader):
        page = reader.page
        reader.ask(CHAMELEONS)
        ask_about_its_paper(page)
        page.get_by_role("button", name="New chat").click()
        expect(chips(page)).to_have_count(0)
        reader.settle()
        assert "Searched only" not in reader.ask(URIAL).inner_text()

        page.get_by_role("button", name="Ask about this paper").first.click()
        expect(chips(page)).to_have_count(1)
        open_sidebar(page)
        page.locator("#fn-conversations label").filter(has_text=CHAMELEONS).click()
        expect(page.locator(".user-row .fn-words")).to_have_text(CHAMELEONS)
        expect(chips(page)).to_have_count(0)
        reader.settle()
        assert "Searched only" not in reader.ask(URIAL).inner_text()


def test_papers_that_are_gone_leave_the_scope_with_a_word(browser: Browser, own_library_home: Path) -> None:
    assistant = Assistant(load_settings(home=own_library_home))
    running = start(assistant, host="127.0.0.1", port=PORT)
    library = assistant.library
    with visit(browser, running.url, WIDE) as (_, reader):
        page = reader.page
        open_tab(page, "Library")
        page.get_by_label("Search the papers").fill("dialectical alignment")
        picks = page.locator("#fn-papers .fn-pick")
        expect(page.locator("#fn-papers .fn-foot")).to_contain_text("found")
        for pick in (0, 1):
            picks.nth(pick).check()
        expect(page.locator("#fn-chosen")).to_contain_text("2 papers are selected")
        ids = [(picks.nth(n).get_attribute("id") or "").removeprefix("pick:") for n in (0, 1)]
        page.get_by_role("button", name="Ask about these").click()
        expect(chips(page)).to_have_text(["2 selected papers"])

        with library.writing(wait_s=10):
            library.remove(ids[1:])
        answer = reader.ask("What does it do against poisoned data?")
        expect(answer.locator(".fn-note").first).to_have_text(scope_text.gone(1, 1))
        expect(chips(page)).to_have_count(1)
        expect(chips(page)).not_to_contain_text("selected papers")

        with library.writing(wait_s=10):
            library.remove(ids[:1])
        reader.box.fill(URIAL)
        reader.box.press("Enter")
        warning = page.get_by_test_id("toast-body")
        expect(warning).to_contain_text(strings.SCOPE_ALL_GONE)
        expect(chips(page)).to_have_count(0)
        expect(reader.box).to_have_value(URIAL)
        expect(page.locator(".user-row")).to_have_count(1)
    running.close()
    assistant.close()
