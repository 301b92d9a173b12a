"""The library's room: the map, the table and a paper's page, and how they act together.

The three are HTML in Markdown, which the content security policy and Gradio's sanitiser let pass.
What a reader does there is seen by `static/library.js`, which keeps the papers that are chosen and
writes them, and what else is wished for, into two hidden textboxes (`ui.library.requests`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from footnote.rag import Assistant
from footnote.ui import strings
from footnote.ui.add.visits import Visits
from footnote.ui.library import library_views, requests
from footnote.ui.library.paper_page import nothing_html
from footnote.ui.library.papers_table import TableView, chosen_html

TimesCited = Callable[[str], Mapping[str, int]]
"""Owner → how often each paper, by id, is cited in that owner's chats."""

_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


@dataclass(frozen=True)
class LibraryRoom:
    """What the page connects the room by.

    chosen: state with the ids of the papers that are chosen, for `ask_these`. opened: state with the
    ids of the open paper, one or none, for `ask_this`. lit: state with the ids to light up on the map.
    remove, undo: buttons of a paper's page, for who may. They take look_inputs (the paper's id, though it
    may be gone, and the visitor's); after them, `look_again` with these shows the page anew in
    look_outputs. said: what came of them.
    draw, with inputs and outputs: shows the library as it is now; to be called when the room is first
    shown, after papers were added or removed, and after `lit` has changed.
    """

    chosen: gr.State
    ask_these: gr.Button
    opened: gr.State
    ask_this: gr.Button
    lit: gr.State
    remove: gr.Button
    undo: gr.Button
    said: gr.Markdown
    look_again: Callable[..., dict[Any, Any]]
    look_inputs: list[Any]
    look_outputs: list[Any]
    draw: Callable[..., list[Any]]
    inputs: list[Any]
    outputs: list[Any]


def build(
    assistant: Assistant, *, owner: gr.components.Component, times_cited: TimesCited, visits: Visits
) -> LibraryRoom:
    """Lays the room out within the Blocks that are open, with its events.

    owner: a component whose value names whose chats count for `times_cited`. visits: who added what,
    and may therefore remove it.
    """
    library = assistant.library
    chosen, opened, lit, view = gr.State([]), gr.State([]), gr.State([]), gr.State(TableView())
    looked_at = gr.State("")
    # On the page, but shown to nobody: `library.js` writes into them.
    wish, choice = (
        gr.Textbox(elem_id=name, visible="hidden", show_label=False, container=False)
        for name in ("fn-wish", "fn-choice")
    )
    with gr.Row(elem_id="fn-library"):
        with gr.Column(elem_id="fn-library-map", scale=3, min_width=300):
            plan = _html(elem_id="fn-map")
            with gr.Row(elem_id="fn-chosen-row"):
                chosen_list = _html(chosen_html([]), "fn-chosen")
                ask_these = _button(strings.ASK_THESE, "fn-ask-these")
        with gr.Column(elem_id="fn-library-paper", scale=2, min_width=300):
            paper = _html(nothing_html(strings.PAPER_NONE), "fn-paper")
            with gr.Row(elem_id="fn-paper-row"):
                ask_this = _button(strings.ASK_THIS, "fn-ask-this")
                remove, undo = (
                    gr.Button(name, elem_id=elem_id, size="sm", visible=False, scale=0)
                    for name, elem_id in (
                        (strings.REMOVE_THIS, "fn-remove-this"),
                        (strings.REMOVE_UNDO, "fn-undo-this"),
                    )
                )
            said = _html(elem_id="fn-paper-said")
            nearest = _html(elem_id="fn-nearest")
        with gr.Column(elem_id="fn-library-table", min_width=300):
            search = gr.Textbox(
                label=strings.PAPERS_SEARCH,
                placeholder=strings.PAPERS_SEARCH_PLACEHOLDER,
                max_length=200,
                elem_id="fn-papers-search",
            )
            table = _html(elem_id="fn-papers")

    def draw(lit: Sequence[str], view: TableView, owner: str | None) -> list[Any]:
        return [library_views.map_of(library, lit), _table(view, owner)]

    def _table(view: TableView, owner: str | None) -> str:
        return library_views.table(library, view, times_cited(owner) if owner else {})

    def searched(words: str | None, view: TableView, owner: str | None) -> list[Any]:
        view = view.searched(words or "")
        return [view, _table(view, owner)]

    def choose(text: str | None, owner: str | None) -> dict[Any, Any]:
        papers = requests.read_chosen(text)
        if papers is None:
            return {}
        titles = library_views.titles(library, papers)
        update = {
            chosen: [ident for ident, _ in titles],
            chosen_list: chosen_html(titles),
            ask_these: gr.update(interactive=bool(titles)),
        }
        return update | (page(titles[0][0], owner) if len(titles) == 1 else {})

    def grant(text: str | None, now: TableView, owner: str | None) -> dict[Any, Any]:
        match requests.read(text):
            case requests.Open(paper=ident):
                return page(ident, owner)
            case requests.Sort(by=column):
                now = now.sorted_by(column)
            case requests.Turn(offset=offset):
                now = now.turned(offset)
            case None:
                return {}
        return {view: now, table: _table(now, owner)}

    def page(ident: str, owner: str | None) -> dict[Any, Any]:
        return look_again(ident, owner) | {looked_at: ident, said: ""}

    def look_again(ident: str, owner: str | None) -> dict[Any, Any]:
        shown = library_views.page(library, ident)
        visit = visits.of(owner)
        html, near = shown or (nothing_html(strings.PAPER_GONE), "")
        return {
            opened: [ident] if shown else [],
            paper: html,
            ask_this: gr.update(interactive=bool(shown)),
            nearest: near,
            remove: gr.update(visible=bool(shown) and ident in visit.there),
            undo: gr.update(visible=not shown and visit.undoes(ident)),
        }

    look_outputs = [opened, paper, ask_this, nearest, remove, undo]
    of_paper = [*look_outputs, looked_at, said]
    # Not `input`, which Gradio sends for key presses alone. Of several choices the last counts, since
    # each names all papers that are chosen; of other wishes each does.
    of_choice = [chosen, chosen_list, ask_these, *of_paper]
    choice.change(choose, [choice, owner], of_choice, trigger_mode="always_last", **_QUIET)
    wish.change(grant, [wish, view, owner], [*of_paper, view, table], trigger_mode="multiple", **_QUIET)
    search.change(searched, [search, view, owner], [view, table], trigger_mode="always_last", **_QUIET)
    return LibraryRoom(
        chosen=chosen,
        ask_these=ask_these,
        opened=opened,
        ask_this=ask_this,
        lit=lit,
        remove=remove,
        undo=undo,
        said=said,
        look_again=look_again,
        look_inputs=[looked_at, owner],
        look_outputs=look_outputs,
        draw=draw,
        inputs=[lit, view, owner],
        outputs=[plan, table],
    )


def _html(value: str = "", elem_id: str = "") -> gr.Markdown:
    # Sanitised, and not compiled in the browser: see `ui.page`.
    return gr.Markdown(value, elem_id=elem_id, latex_delimiters=[], container=False)


def _button(name: str, elem_id: str) -> gr.Button:
    return gr.Button(name, elem_id=elem_id, size="sm", variant="primary", interactive=False, scale=0)
