"""The page in a real browser, on the library that ships, in extractive mode."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect, sync_playwright

from footnote.rag.assistant import Assistant
from footnote.rag.settings import load_settings
from footnote.ui.serving import Running, start

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHAMELEONS = "What are Adaptive Chameleons?"
DIALECTICAL = "Dialectical Alignment: Resolving the Tension of 3H and Security Threats of LLMs"
URIAL = "How does URIAL align a base model without tuning?"
HOSTILE = (
    "<img src=http://outside.example/a.png onerror=window.pwned=1> ![i](http://outside.example/b.png) "
    "$x^2$ [l](javascript:window.pwned=1) <script>window.pwned=1</script> www.outside.example"
)

_CUT_OFF = re.compile("AbortError|Connection errored out")

WIDE = (1280, 900)
PHONE = (360, 740)
on_both_sizes = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])

pytestmark = [
    pytest.mark.skipif(os.environ.get("NO_BROWSER_TESTS") == "1", reason="NO_BROWSER_TESTS=1 is set"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),  # its use of pandas
]
PORT = 17860 + 100 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
"""The first port that is tried: two processes that try the same at once may both take it for free."""


@pytest.fixture(scope="module")
def served(library_home: Path) -> Iterator[Running]:
    assistant = Assistant(load_settings(home=library_home))
    running = start(assistant, host="127.0.0.1", port=PORT)
    yield running
    running.close()
    assistant.close()


@pytest.fixture
def served_with_a_silent_model(library_home: Path) -> Iterator[Running]:
    """The page in model mode; the model's server accepts connections and never replies.

    Without a call before the search: a few calls without a reply in a row, and the model is no longer asked.
    """
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        settings = load_settings(
            home=library_home,
            model="silent-1",
            openai_base_url=address,
            openai_api_key="unused",
            expand="off",
        )
        assistant = Assistant(settings)
        running = start(assistant, host="127.0.0.1", port=PORT)
        yield running
        running.close()
        assistant.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail(
            f"the browser tests need {CHROMIUM}: apt-get install chromium, "
            "or set NO_BROWSER_TESTS=1 to go without them"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Reader:
    """A session at the page: its actions, and the requests of its browser."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.requests: list[Request] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        page.goto(url)
        self.box = page.get_by_label("Your question")
        expect(self.box).to_be_visible()

    def ask(self, question: str) -> Locator:
        """The answer to a question, once it is complete."""
        answers = self.page.locator(".fn-checked, .fn-fault")
        before = answers.count()
        self.box.fill(question)
        self.box.press("Enter")
        expect(answers).to_have_count(before + 1, timeout=30_000)
        expect(self.page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
        self.settle()
        return self.page.locator("#fn-log .bot-row").last

    def settle(self) -> None:
        """Waits until what the page does after an answer (lists, browser's memory) is done."""
        for _ in range(40):
            before = len(self.requests)
            self.page.wait_for_timeout(750)
            if len(self.requests) == before:
                return

    def reload(self) -> None:
        """Reloads the page. The streams that this cuts off are no fault, and the browser may report them."""
        self.settle()
        before = len(self.complaints)
        self.page.reload()
        expect(self.box).to_be_visible()
        self.complaints[before:] = [each for each in self.complaints[before:] if not _CUT_OFF.search(each)]

    @property
    def narrow(self) -> bool:
        """Whether a citation is shown on a sheet from below."""
        return self.page.viewport_size is not None and self.page.viewport_size["width"] < 900

    def leave_sheet(self) -> None:
        """Goes on from a footnote to its abstract, which takes one click more on a narrow screen."""
        if self.narrow:
            self.page.get_by_role("button", name="Open in the abstract").click()

    def shown_mark(self) -> Locator:
        """The mark that a footnote led to."""
        return self.page.locator("mark.fn-shown")

    def assert_stayed_home(self, url: str) -> None:
        """Nothing was asked of another host, and nothing failed on the page."""
        assert [r.url for r in self.requests if not r.url.startswith((url, "data:", "blob:"))] == []
        assert self.complaints == []


@pytest.fixture
def size() -> tuple[int, int]:
    return WIDE


@pytest.fixture
def reader(size: tuple[int, int], browser: Browser, served: Running) -> Iterator[Reader]:
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    reader = Reader(context.new_page(), served.url)
    yield reader
    reader.assert_stayed_home(served.url)
    assert reader.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert reader.page.evaluate("window.pwned") is None
    context.close()


@on_both_sizes
def test_a_footnote_leads_to_exactly_its_words_in_the_right_abstract(reader: Reader) -> None:
    expect(reader.page.locator(".fn-mode")).to_have_text("Quotes only, no model")
    expect(reader.page.locator(".fn-size")).to_have_text("295 papers")

    answer = reader.ask(CHAMELEONS)
    quoted = answer.locator("blockquote", has=reader.page.locator("a", has_text=re.compile(r"^\[1\]$")))
    quote = quoted.locator(".fn-quote").inner_text()
    assert "Adaptive Chameleons" in answer.inner_text()

    sent = len(reader.requests)
    footnote = answer.get_by_role("link", name="[1]", exact=True)
    footnote.click()
    reader.leave_sheet()
    mark = reader.shown_mark()
    expect(mark).to_be_focused()
    expect(mark).to_be_in_viewport(ratio=1)
    assert mark.evaluate("mark => mark.textContent") == quote
    article = reader.page.locator("article", has=mark)
    assert article.locator("h3").inner_text() in answer.inner_text()
    assert quote in article.locator(".fn-abstract").evaluate("abstract => abstract.textContent")
    assert len(reader.requests) == sent, "a footnote needs no server"

    chameleons = reader.page.locator("mark", has_text="Adaptive Chameleons").first
    expect(reader.page.locator("article", has=chameleons).locator("h3")).to_have_text(DIALECTICAL)


@on_both_sizes
def test_a_citation_can_be_looked_at_without_leaving_the_answer(reader: Reader) -> None:
    page, answer = reader.page, reader.ask(CHAMELEONS)
    quote = answer.locator("blockquote .fn-quote").first.inner_text()
    footnote = answer.locator("a.fn-cite").first
    card = page.get_by_role("dialog", name="Source [")
    if reader.narrow:
        footnote.click()
        expect(card).to_be_focused()
        place = card.bounding_box()
        assert place is not None
        assert place["x"] + place["width"] <= PHONE[0]
        assert place["y"] + place["height"] == pytest.approx(PHONE[1], abs=1)
    else:
        footnote.hover()
    expect(card.locator("blockquote")).to_have_text(quote)
    expect(card.locator(".fn-card-title")).to_have_text(DIALECTICAL)
    expect(card.get_by_role("link", name="find on arXiv")).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(page.locator("mark.fn-shown")).to_have_count(0)


@on_both_sizes
def test_footnotes_of_old_turns_work_by_keyboard_and_lead_back(reader: Reader) -> None:
    first = reader.ask(CHAMELEONS)
    old = first.get_by_role("link", name="[1]", exact=True)
    old.evaluate("link => link.id = 'old-footnote'")
    quote = first.locator(".fn-quote").first.inner_text()
    reader.ask(URIAL)
    expect(reader.page.locator("#turn-2 details")).to_have_attribute("open", "")

    reader.page.locator("#old-footnote").focus()
    reader.page.keyboard.press("Enter")
    reader.leave_sheet()
    expect(reader.shown_mark()).to_be_focused()
    expect(reader.shown_mark()).to_be_in_viewport(ratio=1)
    assert reader.shown_mark().evaluate("mark => mark.id") == "cite-1-1"
    assert reader.shown_mark().evaluate("mark => mark.textContent") == quote
    reader.page.keyboard.press("Escape")
    expect(reader.page.locator("#old-footnote")).to_be_focused()


def test_an_unanswered_question_shows_the_nearest_papers_and_a_new_chat_forgets_it(reader: Reader) -> None:
    reader.page.get_by_role("button", name=re.compile("ibuprofen")).click()
    refusal = reader.page.locator(".fn-abstain")
    expect(refusal.locator(".fn-refusal")).to_have_text("The papers in this library don't answer that.")
    nearest = refusal.get_by_role("link").first
    title = nearest.inner_text()
    nearest.click()
    expect(reader.page.locator("article.fn-shown h3")).to_have_text(title)
    expect(reader.page.locator("article.fn-shown")).to_be_focused()

    reader.page.get_by_role("button", name="New chat").click()
    expect(reader.page.locator(".fn-abstain")).to_have_count(0)
    expect(reader.page.locator("article")).to_have_count(0)
    expect(reader.page.get_by_role("button", name=re.compile("ibuprofen"))).to_be_visible()


def test_hostile_words_are_shown_as_they_were_typed(reader: Reader) -> None:
    reader.ask(HOSTILE)
    expect(reader.page.locator(".user-row .fn-words")).to_have_text(HOSTILE)
    assert reader.page.locator("#fn-log img, #fn-log script, #fn-log .katex").count() == 0


def test_each_visitor_has_a_conversation_of_their_own(
    reader: Reader, browser: Browser, served: Running
) -> None:
    reader.ask(CHAMELEONS)
    context = browser.new_context()
    other = Reader(context.new_page(), served.url)
    expect(other.page.locator(".user-row")).to_have_count(0)
    other.ask(URIAL)
    expect(other.page.locator(".user-row")).to_have_count(1)
    reader.ask(URIAL)
    expect(reader.page.locator(".user-row")).to_have_count(2)
    context.close()


def test_stop_ends_the_wait_for_a_silent_model_and_the_next_question_can_be_asked(
    browser: Browser, served_with_a_silent_model: Running
) -> None:
    page = browser.new_page()
    reader = Reader(page, served_with_a_silent_model.url)
    expect(page.locator(".fn-mode")).to_have_text("Model: silent-1")
    for turn in (1, 2):
        reader.box.fill(URIAL)
        reader.box.press("Enter")
        expect(page.locator("#fn-log")).to_contain_text("Write the answer…")
        stop = page.get_by_role("button", name="Stop", exact=True)
        expect(stop).to_be_visible()
        stop.click()
        expect(page.locator(".fn-fault")).to_have_count(turn)
        expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    expect(page.locator(".fn-fault").last).to_have_text("Stopped before there was anything to show.")
    expect(page.locator("#fn-log .error")).to_have_count(0)
    page.get_by_role("button", name="New chat").click()
    expect(page.locator(".user-row")).to_have_count(0)
    expect(page.locator("#fn-log .error")).to_have_count(0)
    reader.assert_stayed_home(served_with_a_silent_model.url)
    page.close()


def test_a_conversation_survives_a_reload_and_can_be_shared_to_read(
    browser: Browser, served: Running
) -> None:
    context = browser.new_context(reduced_motion="reduce")
    reader = Reader(context.new_page(), served.url)
    reader.page.wait_for_function("localStorage.getItem('footnote') !== null")
    reader.settle()
    before = reader.page.evaluate("localStorage.getItem('footnote')")
    answer = reader.ask(URIAL).locator(".fn-quote").first.inner_text()
    reader.page.wait_for_function("before => localStorage.getItem('footnote') !== before", arg=before)
    reader.reload()
    expect(reader.page.locator(".fn-quote").first).to_have_text(answer, timeout=20_000)
    reader.page.get_by_role("button", name="Toggle Sidebar").click()
    expect(reader.page.locator("#fn-conversations label")).to_have_count(1)
    reader.page.get_by_role("button", name="This conversation").click()
    reader.page.get_by_role("button", name="Create a link that anyone can open").click()
    link = reader.page.locator("#fn-conversation-link textarea, #fn-conversation-link input")
    expect(link).to_have_value(re.compile(r"/shared/[A-Za-z0-9_-]{22}$"))
    stranger = browser.new_context().new_page()
    stranger.goto(link.input_value())
    expect(stranger.locator(".fn-quote").first).to_have_text(answer)
    assert stranger.locator("script").count() == 0
    reader.page.get_by_role("button", name="Disable the link").click()
    expect(link).to_have_value("")
    gone = stranger.reload()
    assert gone is not None
    assert gone.status == 404
    reader.assert_stayed_home(served.url)
    context.close()


def test_papers_chosen_in_the_library_are_asked_about(browser: Browser, served: Running) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    reader = Reader(context.new_page(), served.url)
    reader.page.get_by_role("tab", name="Library").click()
    expect(reader.page.locator("#fn-papers tbody tr").first).to_be_visible(timeout=30_000)
    reader.settle()
    reader.page.get_by_label("Search the papers").fill("Adaptive Chameleons poisoned")
    row = (
        reader.page.locator("#fn-papers button, #fn-papers a").filter(has_text="Dialectical Alignment").first
    )
    row.click()
    ask = reader.page.get_by_role("button", name="Ask about this paper")
    expect(ask).to_be_enabled()
    ask.click()
    expect(reader.page.get_by_role("tab", name="Ask")).to_have_attribute("aria-selected", "true")
    answer = reader.ask("What does it do against poisoned context?")
    assert "Dialectical Alignment" in answer.inner_text()
    context.close()


def test_a_paper_beside_an_answer_is_asked_about_alone(browser: Browser, served: Running) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    reader = Reader(context.new_page(), served.url)
    reader.ask(CHAMELEONS)
    reader.page.get_by_role("button", name="Ask about this paper").first.click()
    expect(reader.page.locator("#fn-scope-row")).to_contain_text("Dialectical Alignment")
    reader.settle()
    answer = reader.ask("What does it do against poisoned data?")
    expect(answer.locator(".fn-read-as").last).to_contain_text("Searched only")
    context.close()
