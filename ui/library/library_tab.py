"""The tab "Library": the map, the table and a paper's page, and the events that connect them.

The three are HTML in Markdown, which the content security policy and Gradio's sanitiser allow.
`static/library.js` handles what a reader does there: it writes the ids of the selected papers and the
other requests (`ui.library.requests`) into two hidden textboxes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from footnote.rag import Assistant
from footnote.store.additions import AdditionsByVisitor
from footnote.ui import strings
from footnote.ui.components import QUIET, hidden_textbox, html
from footnote.ui.library import library_views, requests
from footnote.ui.library.paper_page import nothing_html
from footnote.ui.library.papers_table import TableView, chosen_html

TimesCited = Callable[[str], Mapping[str, int]]
"""A reader's id → how often each paper, by id, is cited in their conversations."""


@dataclass(frozen=True)
class LibraryTab:
    """The components and handlers that the rest of the page connects to.

    chosen: state with the ids of the selected papers, for `ask_these`. opened: state with the id of the
    open paper, in a list that may be empty, for `ask_this`. highlighted: state with the ids to mark on
    the map. remove, undo: buttons of a paper's page, visible to the visitor who added it; their handlers
    take the values of paper_inputs (the ids of the paper, which may have been removed, and of the
    visitor). message: the result of these. refresh_paper, with paper_inputs and paper_outputs: shows the
    paper's page again. draw, with inputs and outputs: shows the library as it is now; call it when the
    tab is shown, and when papers were added or removed.
    """

    chosen: gr.State
    ask_these: gr.Button
    opened: gr.State
    ask_this: gr.Button
    highlighted: gr.State
    remove: gr.Button
    undo: gr.Button
    message: gr.Markdown
    refresh_paper: Callable[..., dict[Any, Any]]
    paper_inputs: list[Any]
    paper_outputs: list[Any]
    draw: Callable[..., list[Any]]
    inputs: list[Any]
    outputs: list[Any]


def build(
    assistant: Assistant,
    *,
    owner: gr.components.Component,
    times_cited: TimesCited,
    additions: AdditionsByVisitor,
) -> LibraryTab:
    """Creates the tab's components and events within the Blocks that are open.

    owner: a component whose value is the reader's id, for `times_cited`. additions: which visitor added
    which papers, and so may remove them.
    """
    library = assistant.library
    chosen, opened, highlighted, view = gr.State([]), gr.State([]), gr.State([]), gr.State(TableView())
    paper_id = gr.State("")
    # `library.js` writes into these.
    request, choice = hidden_textbox("fn-library-request"), hidden_textbox("fn-library-chosen")
    with gr.Row(elem_id="fn-library"):
        with gr.Column(elem_id="fn-library-map", scale=3, min_width=300):
            map_html = html(elem_id="fn-map")
            with gr.Row(elem_id="fn-chosen-row"):
                chosen_list = html(chosen_html([]), "fn-chosen")
                ask_these = _button(strings.ASK_THESE, "fn-ask-these")
        with gr.Column(elem_id="fn-library-paper", scale=2, min_width=300):
            paper = html(nothing_html(strings.PAPER_NONE), "fn-paper")
            with gr.Row(elem_id="fn-paper-row"):
                ask_this = _button(strings.ASK_THIS, "fn-ask-this")
                remove, undo = (
                    gr.Button(name, elem_id=elem_id, size="sm", visible=False, scale=0)
                    for name, elem_id in (
                        (strings.REMOVE_THIS, "fn-remove-this"),
                        (strings.REMOVE_UNDO, "fn-undo-this"),
                    )
                )
            message = html(elem_id="fn-paper-message")
            nearest = html(elem_id="fn-nearest")
        with gr.Column(elem_id="fn-library-table", min_width=300):
            search = gr.Textbox(
                label=strings.PAPERS_SEARCH,
                placeholder=strings.PAPERS_SEARCH_PLACEHOLDER,
                max_length=200,
                elem_id="fn-papers-search",
            )
            table = html(elem_id="fn-papers")

    def draw(highlighted: Sequence[str], view: TableView, owner: str | None) -> list[Any]:
        return [library_views.map_of(library, highlighted), _table(view, owner)]

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

    def handle(text: str | None, now: TableView, owner: str | None) -> dict[Any, Any]:
        match requests.read(text):
            case requests.OpenPaper(paper=ident):
                return page(ident, owner)
            case requests.SortTable(by=column):
                now = now.sorted_by(column)
            case requests.PageTable(offset=offset):
                now = now.paged(offset)
            case None:
                return {}
        return {view: now, table: _table(now, owner)}

    def page(ident: str, owner: str | None) -> dict[Any, Any]:
        return refresh_paper(ident, owner) | {paper_id: ident, message: ""}

    def refresh_paper(ident: str, owner: str | None) -> dict[Any, Any]:
        shown = library_views.page(library, ident)
        added = additions.of(owner)
        body, near = shown or (nothing_html(strings.PAPER_GONE), "")
        return {
            opened: [ident] if shown else [],
            paper: body,
            ask_this: gr.update(interactive=bool(shown)),
            nearest: near,
            remove: gr.update(visible=bool(shown) and ident in added.present),
            undo: gr.update(visible=not shown and added.undo_restores(ident)),
        }

    paper_outputs = [opened, paper, ask_this, nearest, remove, undo]
    of_paper = [*paper_outputs, paper_id, message]
    # Not `input`, which Gradio sends for key presses only. Of several selections the last is enough, since
    # each names all selected papers; other requests are all handled.
    of_choice = [chosen, chosen_list, ask_these, *of_paper]
    choice.change(choose, [choice, owner], of_choice, trigger_mode="always_last", **QUIET)
    request.change(handle, [request, view, owner], [*of_paper, view, table], trigger_mode="multiple", **QUIET)
    search.change(searched, [search, view, owner], [view, table], trigger_mode="always_last", **QUIET)
    return LibraryTab(
        chosen=chosen,
        ask_these=ask_these,
        opened=opened,
        ask_this=ask_this,
        highlighted=highlighted,
        remove=remove,
        undo=undo,
        message=message,
        refresh_paper=refresh_paper,
        paper_inputs=[paper_id, owner],
        paper_outputs=paper_outputs,
        draw=draw,
        inputs=[highlighted, view, owner],
        outputs=[map_html, table],
    )


def _button(name: str, elem_id: str) -> gr.Button:
    return gr.Button(name, elem_id=elem_id, size="sm", variant="primary", interactive=False, scale=0)
