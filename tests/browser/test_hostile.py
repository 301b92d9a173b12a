"""Hostile text in every place that it can come from: it is shown as text, and nothing is executed.

The corpus is `hostile.jsonl`, a string a line. Each test sends many of them in one visit.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from footnote.rag.assistant import Assistant
from footnote.rag.settings import load_settings
from footnote.store.chats.conversations import Conversations
from footnote.store.chats.ids import new_id, owner_key
from footnote.store.chats.schema import conversations
from footnote.store.library import Library
from footnote.store.papers import Listing, Paper
from footnote.ui.serving import Running
from tests.browser import test_page
from tests.browser.sessions import open_sidebar, open_tab, serving, visit
from tests.browser.test_page import WIDE
from tests.model_server import ModelServer

browser = test_page.browser
pytestmark = test_page.pytestmark

HOSTILE: list[str] = [json.loads(line) for line in (Path(__file__).parent / "hostile.jsonl").open()]
SOUND = [text for text in HOSTILE if not re.search(r"[\0\ud800-\udfff]", text)]
"""Those that a file may contain: NUL and lone surrogates are refused, with the line."""
ACTIVE = (
    "script, img, iframe, object, embed, video, base, form, link, meta, math, marquee, .katex, "
    "style:not(button style, [role=button] style)"  # Gradio's icons bring one
)
PLACES = (
    "#fn-log",
    "#fn-sources",
    "#fn-conversations",
    "#fn-map",
    "#fn-papers",
    "#fn-paper",
    "#fn-add-report",
)
PACKS = 5
LISTED = [text for text in SOUND if len(text) <= 120 and re.search(r"\w", text)][:90]


def words(text: str) -> str:
    """A text without invisible characters: control, format and broken characters, runs of white space."""
    kept = []
    for c in text:
        kind = unicodedata.category(c)
        if kind in ("Zs", "Zl", "Zp") or c in "\t\n\v\f\r\x85":
            kept.append(" ")
        elif kind not in ("Cc", "Cf", "Cs") and c != "\ufffd":
            kept.append(c)
    return " ".join("".join(kept).split())


def packed(number: int) -> str:
    """An abstract or a question with every PACKS-th string, each between plain words."""
    strings = list(enumerate(SOUND))[number::PACKS]
    return " ".join(f"Walrus {i} says {text} and sleeps." for i, text in strings)


def library() -> list[Listing]:
    """A paper for every string as a title, and papers that have them in their abstracts.

    Not read from a file: readers take markup out, and what gets past them must be harmless all the same.
    """
    titled = [
        Listing(source="h", line=1, id=f"t{i}", title=text, abstract=f"Kite number {i} flies over the hill.")
        for i, text in enumerate(SOUND)
    ]
    full = [
        Listing(source="h", line=1, id=f"w{n}", title=f"Walruses, part {n}", abstract=packed(n), date="2024")
        for n in range(PACKS)
    ]
    return [*titled, *full]


@pytest.fixture(scope="module")
def hostile_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("hostile-home")
    with closing(Library(home / "library")) as library_there, library_there.writing():
        assert library_there.record(library()).refused == ()
        library_there.index_waiting()
    return home


@pytest.fixture(scope="module")
def served(hostile_home: Path) -> Iterator[Running]:
    with serving(hostile_home) as running:
        yield running


def put(box: Locator, text: str) -> None:
    """Sets a box to a text that can't be typed, such as a lone surrogate."""
    box.evaluate(
        """(box, text) => {
            const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set;
            set.call(box, JSON.parse(text));
            box.dispatchEvent(new Event("input", { bubbles: true }));
        }""",
        json.dumps(text),
    )


def assert_inert(page: Page) -> None:
    """No text that was sent has become an active element."""
    for place in PLACES:
        found = page.locator(place).locator(ACTIVE)
        assert found.count() == 0, f"{place}: {found.first.evaluate('e => e.outerHTML')[:200]}"
    assert page.evaluate("window.pwned") is None


def test_the_corpus_is_large_and_has_no_string_twice() -> None:
    assert len(set(HOSTILE)) == len(HOSTILE) >= 60


def test_titles_and_abstracts_are_shown_as_they_are(
    browser: Browser, served: Running, hostile_home: Path
) -> None:
    assistant = Assistant(load_settings(home=hostile_home))
    papers = {paper.id: paper for paper in assistant.library.catalog.papers()}
    assistant.close()
    assert len(papers) == len(SOUND) + PACKS
    with visit(browser, served.url, WIDE) as (_, reader):
        page = reader.page
        open_tab(page, "Library")
        assert_titles(page, list(papers.values()))
        page.get_by_label("Search the papers").fill("Walruses")
        expect(page.locator("#fn-papers .fn-to-paper")).to_have_count(PACKS, timeout=20_000)
        for n in range(PACKS):
            title = f"Walruses, part {n}"
            page.locator("#fn-papers .fn-to-paper", has_text=title).click()
            expect(page.locator("#fn-paper h2")).to_have_text(title)
            shown = page.locator("#fn-paper .fn-abstract").inner_text()
            assert words(shown) == words(packed(n))
        assert_inert(page)

        open_tab(page, "Ask")
        answer = reader.ask("What does walrus 7 say and where does it sleep?")
        quotes = [words(text) for text in answer.locator(".fn-quote").all_inner_texts()]
        assert quotes
        everything = words(" ".join(map(packed, range(PACKS))))
        assert [quote for quote in quotes if quote not in everything] == []
        marked = page.locator("#fn-sources .fn-abstract").first.evaluate("e => e.textContent")
        assert words(marked) in {words(re.sub("^", "", packed(n))) for n in range(PACKS)}
        assert_inert(page)


def assert_titles(page: Page, papers: list[Paper]) -> None:
    """The table has exactly these papers' titles, page by page."""
    shown: list[str] = []
    while len(shown) < len(papers):
        expect(page.locator("#fn-papers .fn-foot")).to_contain_text(f"{len(shown) + 1} to ", timeout=20_000)
        shown += map(words, page.locator("#fn-papers .fn-to-paper").all_inner_texts())
        following = page.locator("#fn-papers").get_by_role("button", name="Next", exact=True)
        if following.is_disabled():
            break
        following.click()
    assert sorted(shown) == sorted(words(paper.display_title) for paper in papers)


def test_questions_conversation_names_and_the_shared_page_show_them(
    browser: Browser, served: Running, hostile_home: Path
) -> None:
    lines = [HOSTILE[n::PACKS] for n in range(PACKS)]
    with visit(browser, served.url, WIDE) as (context, reader):
        page = reader.page
        asked = ["\n".join(f"{i}. {text}" for i, text in enumerate(part)) for part in lines]
        for turn, question in enumerate(asked, 1):
            assert len(question) <= 4000, "more than the page takes: raise PACKS"
            put(page.locator("#fn-box textarea"), question)
            page.locator("#fn-box textarea").press("Enter")
            expect(page.locator(".fn-checked, .fn-fault, .fn-abstain")).not_to_have_count(0, timeout=30_000)
            expect(page.locator(".user-row")).to_have_count(turn, timeout=30_000)
            expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible(timeout=30_000)
            reader.settle()
        reader.settle()
        questions = [words(text) for text in page.locator(".user-row .fn-words").all_inner_texts()]
        assert questions == [words(question) for question in asked]
        assert_inert(page)

        titles = name_conversations(hostile_home)
        reader.reload()
        expect(page.locator(".user-row")).to_have_count(PACKS, timeout=20_000)
        open_sidebar(page)
        expect(page.locator("#fn-conversations label")).to_have_count(len(titles), timeout=20_000)
        labels = [words(text) for text in page.locator("#fn-conversations label").all_inner_texts()]
        assert [re.sub(r" · \d\d \w{3} \d{4} · .*", "", label) for label in labels] == titles
        assert_inert(page)

        page.get_by_role("button", name="This conversation").click()
        page.get_by_role("button", name="Create a link that anyone can open").click()
        link = page.locator("#fn-conversation-link textarea, #fn-conversation-link input")
        expect(link).to_have_value(re.compile(r"/shared/"))
        outside: list[str] = []
        shared = context.new_page()
        shared.on("request", lambda r: None if r.url.startswith(served.url) else outside.append(r.url))
        shared.goto(link.input_value())
        shown = [words(text) for text in shared.locator(".fn-shared-turn > .fn-words").all_inner_texts()]
        assert shown == questions
        assert shared.locator("main").locator(ACTIVE).count() == 0
        assert shared.evaluate("window.pwned") is None
        assert outside == []


def test_what_a_model_writes_is_shown_while_it_comes_and_when_it_is_checked(
    browser: Browser, hostile_home: Path
) -> None:
    server = ModelServer()
    server.start()
    try:
        options = {"openai_base_url": server.base_url, "openai_api_key": "unused"}
        with (
            serving(hostile_home, model="hostile-1", **options) as served,
            visit(browser, served.url, WIDE) as (_, reader),
        ):
            page = reader.page
            echoed = " ".join(f"{{1.{n}}} [1.{n}]" for n in range(1, 9))
            for part in range(PACKS):
                server.say(f"{echoed}\n\n" + "\n".join(HOSTILE[part::PACKS]), piece=200)
                reader.ask(f"What do walruses say in part {part}, and where do they sleep?")
                assert_inert(page)
            assert_as_answered(page)
            server.say("\n".join(HOSTILE), then="stall", piece=400)
            page.locator("#fn-box textarea").fill("What do the kites say?")
            page.locator("#fn-box textarea").press("Enter")
            page.get_by_role("button", name="Stop", exact=True).wait_for()
            page.wait_for_timeout(1500)
            assert_inert(page)
            page.get_by_role("button", name="Stop", exact=True).click()
            expect(page.locator("#fn-log .user-row")).to_have_count(PACKS + 1)
            assert_inert(page)
    finally:
        server.stop()


def assert_as_answered(page: Page) -> None:
    """Each claim in the chat equals the claim in the JSON export."""
    claims: list[str] = []
    for menu in page.locator("#fn-log .fn-menu", has=page.locator("[value$=':json']")).all():
        menu.locator("summary").click()
        button = menu.locator("[value$=':json']")
        with page.expect_download() as download:
            button.click()
        answer = json.loads(Path(download.value.path()).read_text("utf-8"))
        claims += [words(claim["text"]) for claim in answer["claims"]]
    shown = words(" ".join(page.locator("#fn-log .fn-claims bdi").all_inner_texts()))
    assert sum("Walrus" in claim for claim in claims) >= PACKS
    assert [claim for claim in claims if claim not in shown] == []


def name_conversations(home: Path) -> list[str]:
    """Gives the last reader a conversation for each of 60 strings; returns all titles, as listed."""
    kept = Conversations.in_folder(home)
    with kept.database.reading() as connection:
        last = sa.select(conversations.c.owner).order_by(conversations.c.updated.desc()).limit(1)
        owner = connection.execute(last).scalar_one()
    somebody = new_id()
    for text in LISTED:
        ident = kept.begin(somebody)
        kept.append(somebody, ident, "Why?", None)
        kept.rename(somebody, ident, text)
    with kept.database.writing() as connection:
        theirs = conversations.c.owner == owner_key(somebody)
        connection.execute(conversations.update().where(theirs).values(owner=owner))
    with kept.database.reading() as connection:
        mine = sa.select(conversations.c.title).where(conversations.c.owner == owner)
        newest = mine.order_by(conversations.c.updated.desc())
        titles = connection.execute(newest).scalars().all()
    kept.close()
    return [words(title) for title in titles]


def test_the_names_of_files_are_shown_without_what_they_would_do(browser: Browser, served: Running) -> None:
    names = [text.replace("/", "").replace("\\", "") for text in SOUND if len(text) < 100]
    with visit(browser, served.url, WIDE) as (_, reader):
        page = reader.page
        open_tab(page, "Add papers")
        for count, part in enumerate((names[:20], names[20:40], names[40:60])):
            files: list[FilePayload] = [
                {
                    "name": f"part {count} {name}.jsonl",
                    "mimeType": "text/plain",
                    "buffer": f"not {n}".encode(),
                }
                for n, name in enumerate(part)
            ]
            page.locator("#fn-add-files input[type=file]").set_input_files(files)
            expect(page.locator("#fn-add-report")).to_contain_text(f"part {count}", timeout=60_000)
            expect(page.locator("#fn-add-report")).to_contain_text("Nothing was added", timeout=60_000)
            shown = page.locator("#fn-add-report .fn-added > li > bdi").all_inner_texts()
            assert [bare(text) for text in shown] == [bare(f"part {count} {name}.jsonl") for name in part]
            assert_inert(page)


def bare(name: str) -> str:
    """Letters and digits only: Gradio removes most other characters from a file's name."""
    # Browsers send quotation marks and line breaks as %22 and %0A.
    return "".join(c for c in re.sub("%(22|0A|0D)", "", words(name)) if c.isalnum())
