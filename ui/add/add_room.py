"""The room in which papers are added: drop files, see what became of each, ask about them, take them back.

A visitor removes only what they added themselves since the server started, and can undo it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from footnote.ui import strings
from footnote.ui.add import add_render, uploads
from footnote.ui.add.adding import Adding, add
from footnote.ui.add.removing import Removing, short_title
from footnote.ui.add.visits import Visit, Visits
from footnote.ui.escape import encode

if TYPE_CHECKING:
    from footnote.rag import Assistant

log = logging.getLogger(__name__)

LISTED = 100
"""Papers that the list of additions shows at most: the latest."""
ONE_AT_A_TIME: dict[str, Any] = {"concurrency_limit": 1, "concurrency_id": "remove"}
"""How events are declared that remove papers, or bring them back."""


@dataclass(frozen=True)
class AddRoom:
    """What the page connects. Its style and script are static/add_room.css and .js.

    papers: a list of the ids of the papers in the last files dropped, without those removed since.
    ask: the button "ask about these", off while there are none. changed: counts the changes that this
    visitor made to the library; its `.change` is the moment to read counts and lists again. shown: what
    `views` gives values for: of a visitor's id, and what to say.
    """

    papers: gr.State
    ask: gr.Button
    changed: gr.State
    shown: list[Any]
    views: Callable[[str | None, str], list[Any]]


def build(assistant: Assistant, *, owner: gr.State, visits: Visits, removing: Removing) -> AddRoom:
    """The room's layout and events, inside a `gr.Blocks` that is being built.

    owner: whose value is the visitor's id. visits: where it is remembered what they added.
    """
    papers: gr.State = gr.State([])
    changed = gr.State(0)
    with gr.Column(elem_id="fn-add"):
        intro = strings.ADD_INTRO.format(most=uploads.MAX_FILES, size=uploads.MAX_FILE_BYTES // 1_000_000)
        _html(f"<h2>{encode(strings.ADD_TITLE)}</h2><p>{encode(intro)}</p>", "fn-add-intro")
        files = uploads.box(strings.ADD_FILES, elem_id="fn-add-files")
        told = _html("", "fn-add-report")
        ask = gr.Button(strings.ADD_ASK_NONE, elem_id="fn-add-ask", interactive=False)
        with gr.Column(elem_id="fn-add-list", visible=False) as listing:
            chosen = gr.CheckboxGroup(label=strings.ADDED_LIST, elem_id="fn-add-chosen")
            with gr.Row(elem_id="fn-add-buttons"):
                remove = gr.Button(strings.REMOVE_CHOSEN, size="sm", scale=0)
                remove_all = gr.Button(strings.REMOVE_ALL, size="sm", scale=0)
                undo = gr.Button(strings.REMOVE_UNDO, size="sm", scale=0, visible=False)
        said = _html("", "fn-add-said")
    shown = [papers, changed, ask, listing, chosen, remove, remove_all, undo, said]

    def views(owner: str | None, said: str) -> list[Any]:
        return _views(assistant, visits.of(owner), said)

    def take(paths: list[str] | None, owner: str | None) -> Iterator[list[Any]]:
        # No drop and no removal meanwhile: it would be of a visit that is about to change.
        busy = [
            gr.update(interactive=False) if part in (remove, remove_all, undo) else gr.skip()
            for part in shown
        ]
        adding = Adding()
        try:
            for adding in add(assistant.library, paths or []):
                yield [gr.update(value=None, interactive=False), add_render.report(adding), *busy]
        except Exception:  # Gradio would draw "Error" over the report of what was done
            log.exception("Files that were dropped on the page could not be added")
            adding = replace(adding, trouble=strings.ADD_BROKEN)
        visits.change(owner, lambda visit: visit.with_files(adding))
        yield [gr.update(value=None, interactive=True), add_render.report(adding), *views(owner, "")]

    def take_out(choice: Sequence[str], owner: str | None) -> list[Any]:
        return views(owner, removing.take_out(owner, choice))

    def take_all_out(owner: str | None) -> list[Any]:
        return views(owner, removing.take_out(owner, visits.of(owner).there))

    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    # Several at once, of which one writes: the others can be told that they wait.
    files.upload(take, [files, owner], [files, told, *shown], concurrency_limit=4, **quiet)
    owner.change(lambda owner: views(owner, ""), [owner], shown, **quiet)  # who comes back
    quiet |= ONE_AT_A_TIME
    remove.click(take_out, [chosen, owner], shown, **quiet)
    remove_all.click(take_all_out, [owner], shown, **quiet)
    undo.click(lambda owner: views(owner, removing.bring_back(owner)), [owner], shown, **quiet)
    return AddRoom(papers, ask, changed, shown, views)


def _views(assistant: Assistant, visit: Visit, said: str) -> list[Any]:
    """A visit as values of the room's parts, in the order of `shown` there."""
    there, to_ask = visit.there, visit.to_ask
    listed = there[:LISTED]
    known = assistant.library.catalog.get(listed)
    titles = [(known[paper].paper.display_title, paper) for paper in listed if paper in known]
    label = strings.ADDED_LIST
    if len(there) > LISTED:
        label = strings.ADDED_LIST_CUT.format(shown=LISTED, count=f"{len(there):,}")
    return [
        list(to_ask),
        visit.changes,
        gr.update(
            value=add_render.counted(strings.ADD_ASK, len(to_ask)) if to_ask else strings.ADD_ASK_NONE,
            interactive=bool(to_ask),
        ),
        gr.update(visible=bool(there or visit.removed)),
        gr.update(
            choices=[(short_title(title), paper) for title, paper in titles],
            value=[],
            label=label,
            visible=bool(there),
        ),
        gr.update(visible=bool(there), interactive=True),
        gr.update(
            value=strings.REMOVE_ALL.format(count=f"{len(there):,}"), visible=len(there) > 1, interactive=True
        ),
        gr.update(visible=bool(visit.removed), interactive=True),
        f'<p class="fn-said">{encode(said)}</p>' if said else "",
    ]


def _html(value: str, elem_id: str) -> gr.Markdown:
    # As in `ui.page`: gr.HTML doesn't sanitise.
    return gr.Markdown(value, elem_id=elem_id, latex_delimiters=[], container=False)
