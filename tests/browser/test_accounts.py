"""A page with a login: signing in by keyboard on a phone, readers ask, curators add, rates are explained."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from footnote.ui import strings
from footnote.ui.accounts import users
from footnote.ui.serving import Running
from tests.browser import test_page
from tests.browser.sessions import CHAMELEONS, URIAL, open_sidebar, open_tab, serving, sideways
from tests.browser.test_accessibility import severe
from tests.browser.test_page import PHONE, Reader

browser = test_page.browser
pytestmark = test_page.pytestmark


@pytest.fixture
def served(own_library_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setattr(users, "_COST", 2)
    file = tmp_path / "users.txt"
    users.add(file, "ada", "curator", "correct horse")
    users.add(file, "ben", "reader", "battery staple")
    with serving(own_library_home, users=file, rate=2) as running:
        yield running


def sign_in(page: Page, name: str, password: str) -> None:
    page.keyboard.type(name)  # the form has the focus
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def test_people_sign_in_and_may_do_what_their_role_allows(browser: Browser, served: Running) -> None:
    width, height = PHONE
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(served.url)
    assert page.url.endswith("/login")
    assert severe(page, "Sign in") == []
    sign_in(page, "ben", "wrong")
    expect(page.get_by_role("alert")).to_have_text(strings.LOGIN_WRONG)
    assert severe(page, "Sign in, wrong") == []
    assert sideways(page) <= 0
    page.keyboard.type("battery staple")  # the name is still there
    page.keyboard.press("Enter")
    expect(page).to_have_url(served.url)
    reader = Reader(page, served.url)
    expect(page.locator(".fn-account")).to_have_text("ben")
    (cookie,) = context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("footnote-session", True, "Lax")

    open_tab(page, "Add papers")
    expect(page.locator("#fn-add-intro")).to_contain_text(strings.UPLOADS_NOT_ALLOWED)
    expect(page.locator("#fn-add-files")).to_be_hidden()
    sent = "fetch('gradio_api/upload', {method: 'POST', body: new FormData()}).then(reply => reply.status)"
    assert page.evaluate(sent) == 403
    reader.complaints.clear()

    open_tab(page, "Ask")
    reader.ask(CHAMELEONS)
    reader.ask(URIAL)
    reader.box.fill(CHAMELEONS)
    reader.box.press("Enter")
    expect(page.get_by_test_id("toast-body")).to_contain_text("You have asked many questions in one minute.")
    expect(reader.box).to_have_value(CHAMELEONS)
    reader.settle()
    assert reader.complaints == []

    page.locator(".fn-account").click()
    expect(page.get_by_role("button", name=strings.SIGN_OUT)).to_be_visible()
    assert severe(page, "Account") == []
    page.get_by_role("button", name=strings.SIGN_OUT).click()
    assert context.cookies() == []
    sign_in(page, "ada", "correct horse")
    expect(page).to_have_url(served.url)
    reader = Reader(page, served.url)
    expect(page.locator(".fn-account")).to_have_text("ada")
    expect(page.locator(".user-row")).to_have_count(0)  # ben's conversation isn't hers, in one browser
    open_tab(page, "Add papers")
    expect(page.locator("#fn-add-files")).to_be_visible()
    context.close()

    other = browser.new_context()
    page = other.new_page()
    page.goto(served.url)
    sign_in(page, "ben", "battery staple")
    expect(page).to_have_url(served.url)
    reader = Reader(page, served.url)
    open_sidebar(page)
    expect(page.locator("#fn-conversations label")).to_have_count(1)  # his, in another browser
    other.close()
