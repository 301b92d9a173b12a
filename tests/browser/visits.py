"""What browser tests of the whole page share: a page that is served, and somebody at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from footnote.rag.assistant import Assistant
from footnote.rag.settings import load_settings
from footnote.ui.serving import Running, start
from tests.browser.test_page import CHAMELEONS, URIAL, Reader

ROOMS = ("Ask", "Library", "Add papers")


@contextmanager
def serving(home: Path, **settings: object) -> Iterator[Running]:
    """The page over the library in `home`, with these settings."""
    assistant = Assistant(load_settings(home=home, **settings))
    running = start(assistant, host="127.0.0.1", port=17880)
    try:
        yield running
    finally:
        running.close()
        assistant.close()


@contextmanager
def visit(
    browser: Browser, url: str, size: tuple[int, int], *, dark: bool = False
) -> Iterator[tuple[BrowserContext, Reader]]:
    """Somebody at the page, whose browser may talk to that server alone and must report no error."""
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


def room(page: Page, name: str) -> None:
    """Goes to a room and waits until it is there."""
    page.get_by_role("tab", name=name, exact=True).click()
    expect(page.get_by_role("tab", name=name, exact=True)).to_have_attribute("aria-selected", "true")
    if name == "Library":
        expect(page.locator("#fn-map .fn-dot").first).to_be_attached(timeout=20_000)


def open_sidebar(page: Page) -> None:
    """Opens the list of conversations."""
    page.get_by_role("button", name="Toggle Sidebar").click()
    expect(page.locator("#fn-talks-search input, #fn-talks-search textarea")).to_be_in_viewport()


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth"))


__all__ = ["CHAMELEONS", "ROOMS", "URIAL", "Reader", "open_sidebar", "room", "serving", "sideways", "visit"]
