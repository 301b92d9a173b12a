"""Accessibility: audited by axe-core, usable with the keyboard only, and on a narrow phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from footnote.ui.serving import Running
from tests.browser import test_page
from tests.browser.sessions import (
    CHAMELEONS,
    TABS,
    URIAL,
    open_sidebar,
    open_tab,
    sideways,
    visit,
)
from tests.browser.test_page import PHONE, WIDE

browser = test_page.browser
pytestmark = test_page.pytestmark

SEVERE = ("serious", "critical")
GRADIO: dict[str, re.Pattern[str]] = {}
"""Findings inside Gradio that no style or script of ours can fix: rule → the HTML it is found in."""


def severe(page: Page, place: str) -> list[str]:
    """The serious and critical findings of axe-core on what is shown now."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{place}: {rule['id']} at {node['target']}: {node['html'][:160]}\n  {node['failureSummary'][:300]}"
        for rule in found
        if rule["impact"] in SEVERE
        for node in rule["nodes"]
        if not (rule["id"] in GRADIO and GRADIO[rule["id"]].search(node["html"]))
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_no_room_has_a_serious_or_critical_finding_or_scrolls_sideways(
    browser: Browser, served: Running, size: tuple[int, int], dark: bool
) -> None:
    findings: list[str] = []
    wide: list[str] = []

    def look(page: Page, place: str) -> None:
        findings.extend(severe(page, place))
        if sideways(page) > 0:
            wide.append(place)

    with visit(browser, served.url, size, dark=dark) as (context, reader):
        page = reader.page
        look(page, "Welcome")
        reader.ask(CHAMELEONS).locator("a.fn-cite").first.click()
        look(page, "A citation")
        reader.leave_sheet()
        reader.ask("What is the usual adult dose of ibuprofen for a headache?")
        page.get_by_role("button", name="Ask about this paper").first.click()
        expect(page.locator("#fn-scope-row .fn-chip")).to_be_visible()
        look(page, "A scope")
        for accordion in ("Which papers", "How to answer", "Feedback"):
            page.get_by_role("button", name=accordion).click()
        look(page, "Ask")
        for name in TABS[1:]:
            open_tab(page, name)
            if name == "Library":
                page.locator("#fn-papers .fn-to-paper").first.click()
                expect(page.get_by_role("button", name="Ask about this paper")).to_be_enabled()
                page.wait_for_timeout(500)  # its colour changes by and by
            look(page, name)
        open_tab(page, "Ask")
        open_sidebar(page)
        page.get_by_role("button", name="This conversation").click()
        page.get_by_role("button", name="Create a link that anyone can open").click()
        link = page.locator("#fn-conversation-link textarea, #fn-conversation-link input")
        expect(link).to_have_value(re.compile(r"/shared/"))
        page.wait_for_timeout(500)
        look(page, "Sidebar")
        shared = context.new_page()
        shared.goto(link.input_value())
        look(shared, "Shared page")
    assert not findings, "\n".join(findings)
    assert not wide, f"wider than the window: {wide}"


def tab_to(page: Page, matches: str, *, limit: int = 120, key: str = "Tab") -> None:
    """Presses Tab until an element that matches the selector has the focus."""
    for _ in range(limit):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement?.matches(selector) ?? false", matches):
            return
    pytest.fail(f"{matches} can't be reached with {limit} times {key}")


def test_the_keyboard_alone_does_everything(browser: Browser, served: Running) -> None:
    with visit(browser, served.url, WIDE) as (_, reader):
        page, keys = reader.page, reader.page.keyboard
        expect(page.locator("#fn-box textarea")).to_be_focused()  # one needn't even look for it
        keys.type(CHAMELEONS)
        keys.press("Enter")
        expect(page.locator(".fn-checked")).to_have_count(1, timeout=30_000)
        reader.settle()

        tab_to(page, "#fn-log a.fn-cite[href='#cite-1-1']", key="Shift+Tab")
        keys.press("Enter")
        expect(page.locator("mark#cite-1-1")).to_be_focused()
        keys.press("Escape")
        expect(page.locator("#fn-log a.fn-cite[href='#cite-1-1']")).to_be_focused()

        tab_to(page, "#fn-log .fn-menu summary")
        keys.press("Enter")
        tab_to(page, "#fn-log button.fn-export[value='1:bib']")
        with page.expect_download() as download:
            keys.press("Enter")
        assert "@" in Path(download.value.path()).read_text("utf-8")

        tab_to(page, "#fn-scope button.label-wrap, #fn-scope .label-wrap")
        keys.press("Enter")
        tab_to(page, "#fn-since input, #fn-since textarea")
        keys.type("2024-13")
        tab_to(page, "#fn-box textarea", key="Shift+Tab")
        keys.type(URIAL)
        keys.press("Enter")
        # The scope was read.
        expect(page.get_by_test_id("toast-body").filter(has_text="2024-13")).to_be_visible()
        expect(page.locator(".user-row")).to_have_count(1)

        tab_to(page, "#fn-tabs [role=tab]", key="Shift+Tab")
        for key in ("ArrowRight", "ArrowRight", "Shift+Tab", "Shift+Tab"):
            if page.evaluate("document.activeElement.textContent.trim()") == "Library":
                break
            keys.press(key)
        keys.press("Enter")
        expect(page.locator("#fn-map .fn-dot").first).to_be_attached(timeout=20_000)
        tab_to(page, "#fn-papers a.fn-to-paper, #fn-papers button.fn-to-paper")
        keys.press("Enter")
        expect(page.get_by_role("button", name="Ask about this paper")).to_be_enabled()

        tab_to(page, ".sidebar .toggle-button, #fn-conversations-bar .toggle-button", key="Shift+Tab")
        keys.press("Enter")
        tab_to(page, "#fn-conversations input")
        keys.press("Space")
        reader.settle()
        expect(page.locator(".user-row")).to_have_count(1)
