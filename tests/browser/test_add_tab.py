"""The tab "Add papers" in a real browser: upload, report line by line, asking, removal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import gradio as gr
import pytest
from gradio.themes import Base
from playwright.sync_api import Browser, Page, expect

from footnote.rag.assistant import Assistant
from footnote.rag.settings import load_settings
from footnote.store.additions import AdditionsByVisitor
from footnote.store.chats.ids import new_id
from footnote.ui.add import add_tab, uploads
from footnote.ui.add.removal import Removal
from footnote.ui.serving import middleware, theme
from tests.browser import test_page
from tests.browser.test_page import PHONE, WIDE

browser = test_page.browser
STATIC = resources.files("footnote.ui") / "static"

pytestmark = test_page.pytestmark

GOOD = (
    '{"id": "bees", "title": "Bees & dances < $x^2$", "abstract": "Bees dance to point at flowers."}\n'
    '{"id": "ice", "title": "Glaciers", "abstract": "Glaciers creep downhill, a metre a day at most."}\n'
)
BROKEN_LINE = (
    '{"id": "ash", "title": "Ash", "abstract": "Ash clouds ground aircraft for days."}\n'
    "not <img src=http://outside.example/a.png>\n"
    '{"id": "ice", "title": "Glaciers", "abstract": "Glaciers creep downhill, a metre a day at most."}\n'
)
HOSTILE_NAME = "![i](http&outside.example) $x^2$ 'a' & *b* ; script onerror=1 .jsonl"


@dataclass(frozen=True)
class Served:
    """A page with this tab only, and the folder of its uploads."""

    url: str
    assistant: Assistant
    uploads: Path

    def left_over(self) -> list[Path]:
        """Files of visitors that are still on disk."""
        own = list(self.uploads.parent.glob("footnote-upload-*"))
        return own + [path for path in self.uploads.rglob("*") if path.is_file()]


@pytest.fixture
def served(own_library_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(temporary / "gradio"))
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    assistant = Assistant(load_settings(home=own_library_home))
    with gr.Blocks(title="Room", analytics_enabled=False, fill_width=True) as page:
        additions = AdditionsByVisitor(assistant.library.catalog)
        tab = add_tab.build(
            assistant,
            owner=gr.State(new_id()),
            additions=additions,
            removal=Removal(assistant.library, additions),
        )
        asked = gr.Textbox(label="Asked about", elem_id="asked")
        changes = gr.Textbox(label="Changes", elem_id="changes")
        tab.ask.click(lambda papers: " ".join(papers), tab.papers, asked)
        tab.changed.change(str, tab.changed, changes)
    look: Base = theme()
    scripts = [(STATIC / "add_papers.js").read_text("utf-8")]
    _, url, _ = page.queue(default_concurrency_limit=4).launch(
        prevent_thread_lock=True,
        quiet=True,
        ssr_mode=False,
        run_history=False,
        footer_links=[],
        max_file_size=uploads.LAUNCH_MAX_FILE_SIZE,
        theme=look,
        head=f"<script>{scripts[0]}</script>",
        css="".join((STATIC / name).read_text("utf-8") for name in ("page.css", "add_papers.css")),
        app_kwargs={"middleware": middleware("127.0.0.1", scripts=scripts)},
    )
    yield Served(url, assistant, temporary / "gradio")
    page.close(verbose=False)
    assistant.close()


class Visitor:
    """A session in the tab. Fails on requests to another host, errors, and a page wider than the window."""

    def __init__(self, browser: Browser, served: Served, size: tuple[int, int]) -> None:
        width, height = size
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        self.page: Page = self.context.new_page()
        self.outside: list[str] = []
        self.complaints: list[str] = []
        self.page.on(
            "request",
            lambda r: (
                None if r.url.startswith((served.url, "data:", "blob:")) else self.outside.append(r.url)
            ),
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(served.url)
        expect(self.page.get_by_role("heading", name="Add papers")).to_be_visible()

    def drop(self, *files: Path) -> None:
        self.page.locator("#fn-add-files input[type=file]").set_input_files(list(files))

    def picture(self, name: str) -> None:
        """A screenshot for people, where SCREENSHOTS names a folder; nothing is compared with it."""
        if folder := os.environ.get("SCREENSHOTS"):
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    def leave(self) -> None:
        assert self.outside == []
        assert self.complaints == []
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        self.context.close()


def file(folder: Path, name: str, content: str) -> Path:
    made = folder / name
    made.write_text(content)
    return made


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_files_are_told_of_line_by_line_asked_about_and_taken_back(
    browser: Browser, served: Served, tmp_path: Path, size: tuple[int, int]
) -> None:
    visitor = Visitor(browser, served, size)
    page, library = visitor.page, served.assistant.library
    report, ask = page.locator("#fn-add-report"), page.locator("#fn-add-ask")
    expect(ask).to_be_disabled()
    expect(page.locator("#fn-add-list")).to_be_hidden()
    visitor.picture(f"add-{size[0]}-empty")

    large = tmp_path / "large.jsonl"
    with large.open("wb") as opened:
        opened.truncate(uploads.MAX_FILE_BYTES + 1)
    visitor.drop(
        file(tmp_path, "good.jsonl", GOOD),
        file(tmp_path, HOSTILE_NAME, BROKEN_LINE),
        file(tmp_path, "paper.pdf", "%PDF"),
        large,
    )
    expect(report).to_contain_text("Nothing is added yet.", timeout=60_000)
    expect(report.locator("dl")).to_contain_text("New papers3")
    expect(report.locator("ol li")).to_have_text(["Bees & dances < x^2", "Glaciers", "Ash"])
    assert report.locator("img, script, a, .katex, b").count() == 0
    assert library.status().papers == 295
    visitor.picture(f"add-{size[0]}-preview")
    add = page.get_by_role("button", name="Add 3 papers")
    add.focus()
    page.keyboard.press("Enter")
    expect(report).to_contain_text("Done: 3 new papers.", timeout=60_000)
    expect(add).to_be_hidden()
    items = report.locator(".fn-added > li")
    expect(items).to_have_count(4)
    expect(items.nth(0)).to_have_text("good.jsonl 2 new")
    shown = items.nth(1).locator("bdi").first.inner_text()
    expect(items.nth(1)).to_contain_text("1 new · 1 already in the library · 1 refused")
    expect(items.nth(1)).to_contain_text("Line 2: not JSON")
    expect(items.nth(2)).to_contain_text("paper.pdf not read")
    expect(items.nth(3)).to_contain_text("large.jsonl not read")
    expect(items.nth(3)).to_contain_text("more than 20,000,000 bytes")
    assert report.locator("img, script, a, .katex").count() == 0
    assert library.catalog.get(["ash"])["ash"].paper.pages == (shown,)
    assert shown == "[i](http&outside.example) x^2 'a' & b ; script onerror=1 .jsonl", "as Gradio keeps it"
    assert served.left_over() == []
    visitor.picture(f"add-{size[0]}-report")

    expect(ask).to_have_text("Ask about these 3 papers")
    ask.click()
    expect(page.get_by_label("Asked about")).to_have_value("bees ice ash")
    expect(page.get_by_label("Changes")).to_have_value("1")

    listed = page.locator("#fn-add-chosen label")
    expect(listed).to_have_text(["Ash", "Glaciers", "Bees & dances < x^2"])
    page.get_by_label("Glaciers", exact=True).check()
    page.get_by_role("button", name="Remove selected").click()
    expect(page.locator("#fn-add-message")).to_have_text("Removed “Glaciers”.")
    expect(listed).to_have_count(2)
    expect(ask).to_have_text("Ask about these 2 papers")
    assert library.status().papers == 297
    page.get_by_role("button", name="Remove all 2").click()
    expect(page.locator("#fn-add-message")).to_have_text("Removed 2 papers.")
    expect(ask).to_be_disabled()
    assert library.status().papers == 295
    visitor.picture(f"add-{size[0]}-removed")

    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator("#fn-add-message")).to_have_text("Restored 2 papers.")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator("#fn-add-message")).to_have_text("Restored “Glaciers”.")
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_hidden()
    expect(listed).to_have_text(["Ash", "Glaciers", "Bees & dances < x^2"])
    expect(ask).to_have_text("Ask about these 3 papers")
    expect(page.get_by_label("Changes")).to_have_value("5")
    assert library.status().papers == 298
    visitor.picture(f"add-{size[0]}-undone")

    page.get_by_role("button", name="Undo the upload of good.jsonl and 1 more").click()
    expect(page.locator("#fn-add-message")).to_contain_text("Undone: good.jsonl")
    expect(page.locator("#fn-add-list")).to_be_hidden()
    assert library.status().papers == 295
    visitor.leave()


def test_who_cancels_adds_nothing_and_leaves_no_file(
    browser: Browser, served: Served, tmp_path: Path
) -> None:
    visitor = Visitor(browser, served, WIDE)
    report = visitor.page.locator("#fn-add-report")
    visitor.drop(file(tmp_path, "good.jsonl", GOOD))
    expect(report).to_contain_text("Nothing is added yet.", timeout=60_000)
    visitor.page.get_by_role("button", name="Cancel").click()
    expect(report).to_have_text("Nothing was added.")
    expect(visitor.page.get_by_role("button", name="Cancel")).to_be_hidden()
    assert served.assistant.library.status().papers == 295
    assert served.left_over() == []
    visitor.leave()


LARGE_AND_GOOD = """(content) => {
    const all = new DataTransfer();
    all.items.add(new File([new Uint8Array(30_000_000)], "<img src=x onerror=window.pwned=1>.jsonl"));
    all.items.add(new File([content], "good.jsonl"));
    return all;
}"""


@pytest.mark.parametrize("way", ["drop", "choose"])
def test_a_file_much_too_large_does_not_keep_the_others_out(
    browser: Browser, served: Served, tmp_path: Path, way: str
) -> None:
    visitor = Visitor(browser, served, WIDE)
    page = visitor.page
    if way == "drop":
        files = page.evaluate_handle(LARGE_AND_GOOD, GOOD)
        page.locator("#fn-add-files button").first.dispatch_event("drop", {"dataTransfer": files})
    else:
        large = tmp_path / "large.jsonl"
        with large.open("wb") as opened:
            opened.truncate(30_000_000)
        visitor.drop(large, file(tmp_path, "good.jsonl", GOOD))
    items = page.locator(".fn-added > li")
    page.get_by_role("button", name="Add 2 papers").click(timeout=60_000)
    expect(page.locator("#fn-add-report")).to_contain_text("Done: 2 new papers.", timeout=60_000)
    expect(items).to_have_count(2)
    expect(items.nth(0)).to_have_text("good.jsonl 2 new")
    expect(items.nth(1)).to_contain_text("not read")
    expect(items.nth(1)).to_contain_text("more than 20,000,000 bytes")
    expect(page.locator(".toast-wrap")).not_to_contain_text("Error")
    assert page.evaluate("window.pwned") is None
    assert served.left_over() == []
    visitor.leave()
