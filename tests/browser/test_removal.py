"""Papers that a visitor added, and their removal after a reload, on the whole page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from footnote.ui.serving import Running
from tests.browser import test_page
from tests.browser.sessions import open_tab, serving, visit
from tests.browser.test_page import WIDE

browser = test_page.browser
pytestmark = test_page.pytestmark

PAPERS = (
    '{"id": "bees", "title": "Bees and dances", "abstract": "Bees dance to point at flowers."}\n'
    '{"id": "ice", "title": "Glaciers", "abstract": "Glaciers creep downhill, a metre a day at most."}\n'
)


@pytest.fixture
def served(own_library_home: Path) -> Iterator[Running]:
    with serving(own_library_home) as running:
        yield running


def open_paper(page: Page, words: str) -> None:
    open_tab(page, "Library")
    page.get_by_label("Search the papers").fill(words)
    page.locator("#fn-papers a.fn-to-paper").filter(has_text=words).click()
    expect(page.locator("#fn-paper h2")).to_contain_text(words)


def test_who_added_papers_removes_them_after_a_reload_too_and_on_their_page(
    browser: Browser, served: Running, tmp_path: Path
) -> None:
    file = tmp_path / "papers.jsonl"
    file.write_text(PAPERS)
    with visit(browser, served.url, WIDE) as (_, reader):
        page = reader.page
        reader.settle()
        open_tab(page, "Add papers")
        page.locator("#fn-add-files input[type=file]").set_input_files(file)
        page.get_by_role("button", name="Add 2 papers").click(timeout=60_000)
        expect(page.locator("#fn-add-report")).to_contain_text("Done: 2 new papers.", timeout=60_000)
        expect(page.locator(".fn-size")).to_have_text("297 papers")
        reader.reload()
        reader.settle()

        open_paper(page, "Dialectical Alignment")  # not theirs
        remove, undo = (page.locator(f"#fn-{name}-this") for name in ("remove", "undo"))
        expect(remove).to_be_hidden()
        open_paper(page, "Bees and dances")
        remove.click()
        expect(page.locator("#fn-paper-message")).to_have_text("Removed “Bees and dances”.")
        expect(page.locator("#fn-paper")).to_contain_text("no longer in the library")
        expect(page.locator(".fn-size")).to_have_text("296 papers")
        expect(remove).to_be_hidden()
        undo.click()
        expect(page.locator("#fn-paper h2")).to_have_text("Bees and dances")
        expect(page.locator(".fn-size")).to_have_text("297 papers")
        expect(undo).to_be_hidden()

        with visit(browser, served.url, WIDE) as (_, other):
            open_paper(other.page, "Bees and dances")
            expect(other.page.get_by_role("button", name="Ask about this paper")).to_be_enabled()
            expect(other.page.locator("#fn-remove-this")).to_be_hidden()

        open_tab(page, "Add papers")
        expect(page.locator("#fn-add-chosen label")).to_have_text(["Glaciers", "Bees and dances"])
        page.get_by_role("button", name="Remove all 2").click()
        expect(page.locator("#fn-add-message")).to_have_text("Removed 2 papers.")
        expect(page.locator(".fn-size")).to_have_text("295 papers")
