"""Export in a real browser, on a page of its own with the page's policy and theme."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any, get_args

import gradio as gr
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from starlette.middleware import Middleware

from footnote.rag.answer import Answer, Citation, Claim, Dropped, PairVerdict
from footnote.store.papers import Paper
from footnote.ui import strings
from footnote.ui.chat import claims, render, sources
from footnote.ui.export import export_events
from footnote.ui.export.downloads import ExportFormat, ExportSource, clipboard, prepare
from footnote.ui.export.export_bar import answer_bar, conversation_bar
from footnote.ui.security import SecurityHeaders
from footnote.ui.serving import theme
from tests.browser.test_page import PHONE, WIDE, browser, on_both_sizes

__all__ = ["browser"]  # a fixture

pytestmark = [
    pytest.mark.skipif(os.environ.get("NO_BROWSER_TESTS") == "1", reason="NO_BROWSER_TESTS=1 is set"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),
]
SHOTS = os.environ.get("TAB_SHOTS")
"""A folder for screenshots of the page."""

HELPS = Paper(
    id="p1",
    title="It “Helps” <img src=http://outside.example/a.png onerror=window.pwned=1>",
    abstract="The method helps in four of five trials, \u202eas 论文 say.\n=cmd|' /C calc'!A0 is cheap.",
    date="2024-10-09",
    authors=("Ada Lovelace",),
    doi="10.1000/1",
)
TWO = Paper(id="p2", title="A second trial of the method", abstract="It helps in one trial. It is dear.")
AGAINST = Paper(
    id="p3", title="A third trial of the method", abstract="The method does not help in any trial."
)
ANSWER = Answer(
    question="Does it help, and what does it cost?",
    standalone="Does it help, and what does it cost?",
    status="answered",
    claims=(
        Claim(
            text="The method helps in five trials of six.",
            citations=(1, 2),
            verdict="checked",
            pairs=(
                PairVerdict(verdict="supported"),
                PairVerdict(verdict="weak", reasons=("“five” is in no sentence",)),
            ),
            against=(3,),
        ),
        Claim(text="It is dear.", citations=(4,), verdict="checked"),
    ),
    citations=(
        Citation.of(HELPS, 0, len(HELPS.abstract)),
        Citation.of(TWO, 0, 22),
        Citation.of(AGAINST, 0, len(AGAINST.abstract)),
        Citation.of(TWO, 23, 34),
    ),
    dropped=(Dropped(text="It is blue.", verdict="refused", reasons=("“blue” is in no sentence",)),),
    mode="llm",
    model="m",
)
REFUSAL = Answer(question="Who?", standalone="Who?", status="unsupported", mode="extractive")
CONVERSATION = ExportSource({1: ANSWER, 2: REFUSAL}, "A talk")
LARGE = 3_000_000
MANY = ExportSource({1: ANSWER.model_copy(update={"question": "long " * (LARGE // 5)})})
KINDS: tuple[ExportFormat, ...] = get_args(ExportFormat)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    static = resources.files("footnote.ui") / "static"
    chat: list[Any] = []
    for number, answer in CONVERSATION.answers.items():
        body = render.answered(number, answer) + claims.section(number, answer) + answer_bar(number, answer)
        chat += [
            {"role": "user", "content": render.asked(answer.question)},
            {"role": "assistant", "content": body},
        ]
    with gr.Blocks(analytics_enabled=False, fill_width=True) as page:
        source = gr.State(CONVERSATION)
        with gr.Row(elem_id="fn-body"):
            with gr.Column(elem_id="fn-chat", min_width=300):
                gr.Chatbot(
                    chat, elem_id="fn-log", show_label=False, container=False, layout="panel", height=None,
                    buttons=[], latex_delimiters=[], allow_tags=False, line_breaks=False, autoscroll=False,
                )  # fmt: skip
                gr.Markdown(conversation_bar(CONVERSATION), latex_delimiters=[], container=False)
                more = gr.Button("Long conversation")
            with gr.Column(elem_id="fn-side", min_width=300):
                panel = sources.panel([sources.section(1, ANSWER)])
                gr.Markdown(panel, elem_id="fn-sources", latex_delimiters=[], container=False)
        export_events.build(lambda source: source, [source])
        more.click(lambda: MANY, None, source, api_visibility="private")
    scripts = [(static / name).read_text("utf-8") for name in ("page.js", "export.js")]
    _, address, _ = page.queue(api_open=False).launch(
        server_name="127.0.0.1",
        prevent_thread_lock=True,
        quiet=True,
        ssr_mode=False,
        run_history=False,
        footer_links=[],
        theme=theme(),
        css="".join((static / name).read_text("utf-8") for name in ("page.css", "export.css")),
        head="".join(f"<script>{script}</script>" for script in scripts),
        app_kwargs={"middleware": [Middleware(SecurityHeaders, scripts=scripts)]},
    )
    yield address
    page.close(verbose=False)


@pytest.fixture
def size() -> tuple[int, int]:
    return WIDE


@pytest.fixture
def scheme() -> str:
    return "light"


@pytest.fixture
def context(browser: Browser, size: tuple[int, int]) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": size[0], "height": size[1]}, accept_downloads=True)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, url: str, scheme: str) -> Iterator[Page]:
    page = context.new_page()
    complaints: list[str] = []
    elsewhere: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on(
        "request", lambda r: None if r.url.startswith((url, "data:", "blob:")) else elsewhere.append(r.url)
    )
    page.goto(f"{url}?__theme={scheme}")
    expect(page.locator(".fn-export-bar")).to_have_count(3)
    for menu in page.locator(".fn-export-bar summary").all():
        menu.click()
    yield page
    assert complaints == []
    assert elsewhere == []
    assert page.evaluate("window.pwned") is None
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def bars(page: Page, number: int) -> Locator:
    """The bar of the first answer, of the refusal, or of the whole conversation."""
    return page.locator(".fn-export-bar").nth(number)


def download(page: Page, button: Locator) -> tuple[str, bytes]:
    with page.expect_download() as coming:
        button.click()
    return coming.value.suggested_filename, Path(coming.value.path()).read_bytes()


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_each_kind_arrives_byte_by_byte(page: Page, kind: ExportFormat) -> None:
    name = strings.EXPORT_KINDS[kind]
    for place, answers, title in ((0, [ANSWER], None), (2, [ANSWER, REFUSAL], "A talk")):
        made = prepare(kind, answers, title=title)
        saved = download(page, bars(page, place).get_by_role("button", name=name, exact=True))
        assert saved == (made.filename, made.text.encode())
        expect(page.get_by_role("status").filter(has_text=made.filename)).to_be_visible()


def test_the_same_file_can_be_taken_twice_and_by_keyboard(page: Page) -> None:
    button = bars(page, 0).get_by_role("button", name="RIS", exact=True)
    first = download(page, button)
    button.focus()
    with page.expect_download() as coming:
        page.keyboard.press("Enter")
    assert Path(coming.value.path()).read_bytes() == first[1]


def test_a_long_conversation_arrives_whole(page: Page) -> None:
    page.get_by_role("button", name="Long conversation").click()
    title = MANY.answers[1].question
    made = prepare("json", [MANY.answers[1]], title=title)
    assert len(made.text) > 2 * LARGE
    button = bars(page, 2).get_by_role("button", name="JSON", exact=True)
    expect(page.locator(".pending, .generating")).to_have_count(0)
    assert download(page, button) == (made.filename, made.text.encode())


def test_copying_puts_the_answer_with_its_citations_on_the_clipboard(
    page: Page, context: BrowserContext
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    bars(page, 0).get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("status").filter(has_text=strings.COPIED)).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == clipboard([ANSWER])
    bars(page, 2).get_by_role("button", name="Copy", exact=True).click()
    whole = clipboard([ANSWER, REFUSAL], title="A talk")
    page.wait_for_function("text => navigator.clipboard.readText().then((now) => now === text)", arg=whole)


def test_where_the_page_is_not_served_securely_copying_goes_the_old_way(
    page: Page, context: BrowserContext
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("Object.defineProperty(navigator.clipboard, 'writeText', { value: undefined })")
    button = bars(page, 0).get_by_role("button", name="Copy", exact=True)
    button.click()
    expect(page.get_by_role("status").filter(has_text=strings.COPIED)).to_be_visible()
    expect(button).to_be_focused()
    assert page.evaluate("navigator.clipboard.readText()") == clipboard([ANSWER])


def test_where_only_a_click_may_copy_there_is_a_button_for_it(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(
        """() => {
            const allowed = navigator.clipboard.writeText.bind(navigator.clipboard);
            window.allow = () => Object.defineProperty(navigator.clipboard, "writeText", { value: allowed });
            const refuse = () => Promise.reject(new DOMException("no gesture", "NotAllowedError"));
            Object.defineProperty(navigator.clipboard, "writeText", { value: refuse, configurable: true });
            document.execCommand = () => false;
        }"""
    )
    bars(page, 0).get_by_role("button", name="Copy", exact=True).click()
    again = page.get_by_role("status").get_by_role("button", name=strings.COPY_AGAIN)
    expect(again).to_be_visible()
    page.evaluate("window.allow()")
    again.click()
    expect(page.get_by_role("status").filter(has_text=strings.COPIED)).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == clipboard([ANSWER])


def test_a_refusal_offers_no_file_of_what_is_cited(page: Page) -> None:
    names = bars(page, 1).locator("button").all_inner_texts()
    assert [name.strip() for name in names] == ["Copy", "Markdown", "Text", "JSON"]
    bars(page, 1).get_by_text("More").click()
    expect(bars(page, 1).locator("button:visible")).to_have_text(["Copy"])


@on_both_sizes
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_table_of_claims_scrolls_by_itself_and_leads_to_the_quotes(
    page: Page, size: tuple[int, int], scheme: str
) -> None:
    page.get_by_text(strings.CLAIMS_TITLE).click()
    table = page.get_by_role("region", name=strings.CLAIMS_TITLE)
    expect(table).to_be_visible()
    expect(table.get_by_role("columnheader")).to_have_count(4)
    expect(table.get_by_role("rowheader")).to_have_count(2)
    stands = table.locator(".fn-stand").all_inner_texts()
    assert stands == ["supports", "supports in part", "contradicts", "not cited", "supports", "not cited"]
    page.get_by_text("1 sentence of the model was left out").click()
    expect(page.get_by_text("“blue” is in no sentence")).to_be_visible()
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"claims-{scheme}-{size[0]}.png", full_page=True)
    if size == PHONE:
        assert table.evaluate("table => table.scrollWidth > table.clientWidth")
        table.focus()
        expect(table).to_be_focused()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("() => document.querySelector('.fn-matrix-scroll').scrollLeft > 0")
    table.get_by_role("link", name="[3]").click()
    expect(page.locator("mark.fn-shown")).to_have_text(AGAINST.abstract)
