"""The tab "Add papers" as Gradio runs it, without a browser: what each event makes its components show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from importlib import resources
from inspect import isgenerator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from footnote.rag.assistant import Assistant
from footnote.rag.settings import load_settings
from footnote.store.additions import AdditionsByVisitor
from footnote.store.chats.ids import new_id
from footnote.store.ingest import ingest
from footnote.store.library import Library
from footnote.ui import strings as shared
from footnote.ui.add import add_tab, strings
from footnote.ui.add.removal import Removal
from tests.ui.html_reader import read

PAPER = '{"id": "%s", "title": "On %s", "abstract": "We count %s by hand. There are many."}\n'
REMOVE_ALL, UNDO_UPLOAD = "Remove all", "Undo the upload"


class Page:
    """The components of one visitor, by the beginning of their label where they have no id."""

    def __init__(self, assistant: Assistant, folder: Path) -> None:
        library = assistant.library
        additions = AdditionsByVisitor(library.catalog)
        self._folder = folder
        with gr.Blocks() as self.blocks:
            owner: gr.State = gr.State(new_id())
            removal = Removal(library, additions)
            self.tab = add_tab.build(assistant, owner=owner, additions=additions, removal=removal)
        self._components: dict[int, Any] = dict(self.blocks.blocks)
        self._shown = {
            ident: {
                name: getattr(each, name, None)
                for name in ("value", "visible", "interactive", "choices", "label")
            }
            for ident, each in self._components.items()
        }
        self.steps: list[dict[str, Any]] = []

    def _id(self, name: str) -> int:
        names = {
            ident: (getattr(each, "elem_id", None), str(self._shown[ident]["value"]))
            for ident, each in self._components.items()
        }
        return next(i for i, (elem, value) in names.items() if elem == name or (not elem and value == name))

    def component(self, name: str) -> int:
        return self._id(name)

    def shown(self, component: int) -> dict[str, Any]:
        return self._shown[component]

    def fire(self, component: int, event: str = "click") -> None:
        """Runs the handler of an event with what the components show, and shows each of its steps."""
        (function,) = [each for each in self.blocks.fns.values() if (component, event) in each.targets]
        given = [self._shown[each._id]["value"] for each in function.inputs]
        result = function.fn(*given)
        self.steps = []
        for values in result if isgenerator(result) else [result]:
            for target, value in zip(function.outputs, values, strict=True):
                change = value if isinstance(value, dict) and "__type__" in value else {"value": value}
                self._shown[target._id] |= {name: v for name, v in change.items() if name != "__type__"}
            self.steps.append({ident: dict(each) for ident, each in self._shown.items()})

    def put(self, component: int, value: object) -> None:
        self._shown[component]["value"] = value

    def upload(self, content: str, name: str = "a.jsonl") -> Path:
        """Puts a file into the box, as Gradio does."""
        file = self._folder / f"{name}-uploaded" / name
        file.parent.mkdir(parents=True)
        file.write_text(content)
        self.put(self.component("fn-add-files"), [str(file)])
        self.fire(self.component("fn-add-files"), "upload")
        return file


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    home = tmp_path / "home"
    seed = tmp_path / "seed.jsonl"
    seed.write_text(PAPER % ("ore", "ore", "ore"))
    with closing(Library(home / "library")) as library:
        ingest(library, [seed])
    with closing(Assistant(load_settings(home=home))) as opened:
        yield opened


@pytest.fixture
def page(assistant: Assistant, tmp_path: Path) -> Page:
    return Page(assistant, tmp_path / "uploads")


def lines(*names: str) -> str:
    return "".join(PAPER % (name, name, name) for name in names)


def visible(page: Page, *components: int) -> list[bool]:
    return [bool(page.shown(each)["visible"]) for each in components]


def words(page: Page, name: str) -> str:
    return read(page.shown(page.component(name))["value"]).text


def test_a_visitor_uploads_confirms_removes_and_undoes(page: Page, assistant: Assistant) -> None:
    part = page.component
    confirm, yes, listing, chosen = map(
        part, ("fn-add-confirm", "fn-add-yes", "fn-add-list", "fn-add-chosen")
    )
    ask, remove = part("fn-add-ask"), part(strings.REMOVE_CHOSEN)
    remove_all, undo, undo_upload = map(part, (strings.REMOVE_ALL, shared.REMOVE_UNDO, strings.UPLOAD_UNDO))
    buttons = (remove, remove_all, undo, undo_upload)
    present = lambda: set(assistant.library.catalog.get(["bees", "ice", "ash", "ore"]))  # noqa: E731
    assert visible(page, confirm, listing, undo, undo_upload) == [False] * 4
    assert not page.shown(ask)["interactive"]

    file = page.upload(lines("bees", "ice", "ore"))
    for step in page.steps[:-1]:
        assert [step[each]["interactive"] for each in buttons] == [False] * 4
        assert not step[part("fn-add-files")]["interactive"]
        assert not step[confirm]["visible"]
    assert file.exists()
    assert present() == {"ore"}
    assert visible(page, confirm, listing) == [True, False]
    assert page.shown(yes) | {"value": "Add 2 papers", "interactive": True} == page.shown(yes)
    assert strings.ADD_PREVIEW in words(page, "fn-add-report")
    assert not page.shown(ask)["interactive"]

    page.fire(yes)
    for step in page.steps[:-1]:
        assert [step[each]["interactive"] for each in buttons] == [False] * 4
        assert not step[part("fn-add-files")]["interactive"]
    assert not file.exists()
    assert present() == {"bees", "ice", "ore"}
    assert page.shown(part("fn-add-files"))["interactive"]
    assert page.shown(part("fn-add-files"))["value"] is None
    assert visible(page, confirm, listing, *buttons) == [False, True, True, True, False, True]
    assert [page.shown(each)["interactive"] for each in buttons] == [True] * 4
    assert page.shown(ask) | {"value": "Ask about these 3 papers", "interactive": True} == page.shown(ask)
    assert page.shown(page.tab.papers._id)["value"] == ["bees", "ice", "ore"]
    assert page.shown(page.tab.changed._id)["value"] == 1
    shown = page.shown(chosen)
    assert sorted(shown["choices"]) == [("On bees", "bees"), ("On ice", "ice")]
    assert (shown["value"], shown["label"], shown["visible"]) == ([], strings.ADDED_LIST, True)
    assert page.shown(remove_all)["value"] == "Remove all 2"
    assert page.shown(undo_upload)["value"] == "Undo the upload of a.jsonl"

    page.put(chosen, ["bees", "ore"])  # the second isn't theirs
    page.fire(remove)
    assert present() == {"ice", "ore"}
    assert words(page, "fn-add-message") == "Removed “On bees”."
    assert visible(page, remove, remove_all, undo) == [True, False, True]
    assert page.shown(chosen)["value"] == []
    page.fire(undo)
    assert present() == {"bees", "ice", "ore"}
    assert "Restored “On bees”." in words(page, "fn-add-message")
    page.fire(remove_all)
    assert present() == {"ore"}
    assert visible(page, listing, chosen, remove, undo) == [True, False, False, True]
    page.fire(undo)
    page.fire(undo_upload)
    assert present() == {"ore"}
    assert visible(page, listing, undo_upload) == [False, False]
    assert "Undone: a.jsonl." in words(page, "fn-add-message")
    assert page.shown(page.tab.changed._id)["value"] == 6


def test_what_changes_nothing_is_not_confirmed_and_can_be_asked_about(page: Page) -> None:
    file = page.upload(lines("ore"))
    assert visible(page, page.component("fn-add-confirm")) == [False]
    assert not file.exists()
    assert page.shown(page.component("fn-add-ask"))["value"] == "Ask about this paper"
    assert page.shown(page.component("fn-add-ask"))["interactive"]
    assert page.shown(page.component("fn-add-files"))["interactive"]
    assert strings.ADD_DONE_KNOWN in words(page, "fn-add-report")


def test_who_uploads_again_or_cancels_leaves_no_file(page: Page, assistant: Assistant) -> None:
    first = page.upload(lines("bees"))
    assert page.shown(page.component("fn-add-yes"))["value"] == "Add 1 paper"
    second = page.upload(lines("ice"), "b.jsonl")
    assert (first.exists(), second.exists()) == (False, True)
    page.fire(page.component("fn-add-no"))
    assert not second.exists()
    assert visible(page, page.component("fn-add-confirm"), page.component("fn-add-list")) == [False, False]
    assert strings.ADD_CANCELLED in words(page, "fn-add-report")
    assert assistant.library.catalog.count() == 1


def test_of_more_papers_than_are_listed_the_latest_are(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(add_tab, "LISTED", 2)
    chosen, yes = page.component("fn-add-chosen"), page.component("fn-add-yes")
    for name in ("bees", "ice", "ash"):
        page.upload(lines(name), f"{name}.jsonl")
        page.fire(yes)
    assert [paper for _, paper in page.shown(chosen)["choices"]] == ["ash", "ice"]
    assert page.shown(chosen)["label"] == "Added by you: the latest 2 of 3"


def test_a_library_that_fails_is_reported_and_the_box_is_free_again(
    page: Page, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("footnote.ui.add.uploads.tempfile.tempdir", "/proc/nowhere")
    page.upload(lines("bees"))
    assert strings.ADD_BROKEN.split(";")[0] in words(page, "fn-add-report")
    assert page.shown(page.component("fn-add-files"))["interactive"]
    assert visible(page, page.component("fn-add-confirm")) == [False]


def test_style_and_script_name_components_of_the_tab(page: Page) -> None:
    built = {getattr(each, "elem_id", None) for each in page.blocks.blocks.values()}
    static = resources.files("footnote.ui") / "static"
    for file in ("add_papers.css", "add_papers.js"):
        assert set(re.findall(r"#(fn-add[a-z-]*)", (static / file).read_text("utf-8"))) <= built


def test_events_are_private_and_one_at_a_time_where_papers_are_removed(page: Page) -> None:
    events = {event: function for function in page.blocks.fns.values() for event in [function.targets[0]]}
    assert {function.api_visibility for function in events.values()} == {"private"}
    removing = [f for f in events.values() if f.concurrency_id == "remove"]
    assert len(removing) == 4
    assert {function.concurrency_limit for function in removing} == {1}
    adding = [events[page.component("fn-add-files"), "upload"], events[page.component("fn-add-yes"), "click"]]
    assert [function.concurrency_limit for function in adding] == [4, 4]
