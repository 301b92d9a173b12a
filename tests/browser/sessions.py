"""Helpers of the browser tests of the whole page: a served page, and a session in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from footnote.rag.assistant import Assistant
from footnote.rag.settings import load_settings
from footnote.ui.serving import Running, start
from tests.browser.test_page import CHAMELEONS, PORT, URIAL, Reader

TABS = ("Ask", "Library", "Add papers")


@contextmanager
def serving(home: Path, **settings: object) -> Iterator[Running]:
    """The page over the library in `home`, with these settings."""
    assistant = Assistant(load_settings(home=home, **settings))
    running = start(assistant, host="127.0.0.1", port=PORT)
    try:
        yield running
    finally:
        running.close()
        assistant.close()


@contextmanager
def visit(
    browser: Browser, url: str, size: tuple[int, int], *, dark: bool = False
) -> Iterator[tuple[BrowserContext, Reader]]:
    """A session at the page. Fails if the browser contacts another host or reports an error."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        reduced_motion="reduce",
        color_scheme="dark" if dark else "light",
    )
    reader = Reader(context.new_page(), url)
    try:
        yield context, reader
        reader.assert_stayed_home(url)
        assert reader.page.evaluate("window.pwned") is None
    finally:
        context.close()


def open_tab(page: Page, name: str) -> None:
    """Opens a tab and waits until it is shown."""
    page.get_by_role("tab", name=name, exact=True).click()
    expect(page.get_by_role("tab", name=name, exact=True)).to_have_attribute("aria-selected", "true")
    if name == "Library":
        expect(page.locator("#fn-map .fn-dot").first).to_be_attached(timeout=20_000)


def open_sidebar(page: Page) -> None:
    """Opens the list of conversations."""
    page.get_by_role("button", name="Toggle Sidebar").click()
    expect(page.locator("#fn-conversations-search :is(input, textarea)")).to_be_in_viewport()


def sideways(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    return int(page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth"))


__all__ = [
    "CHAMELEONS",
    "TABS",
    "URIAL",
    "Reader",
    "open_sidebar",
    "open_tab",
    "serving",
    "sideways",
    "visit",
]
