"""The tab "Add papers": upload files, see what they hold, add them, ask about the papers, remove them again.

A visitor can remove only what they added themselves, and can undo it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from footnote.store.additions import Additions, AdditionsByVisitor
from footnote.ui import strings as shared
from footnote.ui.accounts import visitors
from footnote.ui.add import add_render, strings, uploads
from footnote.ui.add.add_papers import AddProgress, add
from footnote.ui.add.removal import Removal, short_title, upload_name
from footnote.ui.components import QUIET, html
from footnote.ui.escape import encode

if TYPE_CHECKING:
    from footnote.rag import Assistant

log = logging.getLogger(__name__)

LISTED = 100
"""The maximum number of papers in the list of additions: the latest."""
ONE_AT_A_TIME: dict[str, Any] = {"concurrency_limit": 1, "concurrency_id": "remove"}
"""Options of the events that remove papers or restore them."""


@dataclass(frozen=True)
class AddTab:
    """What the page connects to. Style and script: static/add_papers.css and .js.

    papers: state with the ids of the papers in the last upload, without those removed since. ask: the
    button "Ask about these", disabled if there are none. changed: a counter of this visitor's changes to
    the library; its `.change` event means that counts and lists must be read again. shown: the components
    that take the values of `views`. views: the values for a visitor's id and a message.
    """

    papers: gr.State
    ask: gr.Button
    changed: gr.State
    shown: list[Any]
    views: Callable[[str | None, str], list[Any]]


def build(
    assistant: Assistant, *, owner: gr.State, additions: AdditionsByVisitor, removal: Removal
) -> AddTab:
    """Creates the tab's components and events within the Blocks that are open.

    owner: state with the visitor's id. additions: which visitor added which papers.
    """
    papers: gr.State = gr.State([])
    changed = gr.State(0)
    with gr.Column(elem_id="fn-add"):
        intro = html(_intro(), "fn-add-intro")
        files = uploads.box(strings.ADD_FILES, elem_id="fn-add-files")
        report = html("", "fn-add-report")
        pending: gr.State = gr.State([])  # paths of the files in the preview
        with gr.Row(elem_id="fn-add-confirm", visible=False) as confirmation:
            confirm = gr.Button(strings.ADD_CONFIRM[1], elem_id="fn-add-yes", size="sm", scale=0)
            cancel = gr.Button(strings.ADD_CANCEL, elem_id="fn-add-no", size="sm", scale=0)
        ask = gr.Button(strings.ADD_ASK_NONE, elem_id="fn-add-ask", interactive=False)
        with gr.Column(elem_id="fn-add-list", visible=False) as listing:
            chosen = gr.CheckboxGroup(label=strings.ADDED_LIST, elem_id="fn-add-chosen")
            with gr.Row(elem_id="fn-add-buttons"):
                remove = gr.Button(strings.REMOVE_CHOSEN, size="sm", scale=0)
                remove_all = gr.Button(strings.REMOVE_ALL, size="sm", scale=0)
                undo = gr.Button(shared.REMOVE_UNDO, size="sm", scale=0, visible=False)
                undo_upload = gr.Button(strings.UPLOAD_UNDO, size="sm", scale=0, visible=False)
        message = html("", "fn-add-message")
    shown = [papers, changed, ask, listing, chosen, remove, remove_all, undo, undo_upload, message]

    def views(owner: str | None, message: str) -> list[Any]:
        return _views(assistant, additions.of(owner), message)

    of_files = [files, report, pending, confirmation, confirm, *shown]
    hidden = [[], gr.update(visible=False), gr.skip()]

    def busy() -> list[Any]:
        """No upload and no removal meanwhile: the visitor's additions are about to change."""
        buttons = (remove, remove_all, undo, undo_upload)
        return [gr.update(interactive=False) if part in buttons else gr.skip() for part in shown]

    def upload(paths: list[str] | None, before: list[str], owner: str | None) -> Iterator[list[Any]]:
        """Reads the files and shows what adding them would do."""
        uploads.discard(before)
        progress = AddProgress(preview=True)
        for step in _steps(assistant, paths or [], owner, progress):
            progress = step
            yield [gr.update(value=None, interactive=False), add_render.report(progress), *hidden, *busy()]
        done = [gr.update(value=None, interactive=True), add_render.report(progress)]
        if progress.changes_library and not progress.error:
            count = len(progress.added)
            words = add_render.counted(strings.ADD_CONFIRM, count) if count else strings.ADD_CONFIRM_CHANGES
            asked = [paths, gr.update(visible=True), gr.update(value=words, interactive=True)]
            yield [*done, *asked, *views(owner, "")]
            return
        uploads.discard(paths or [])
        yield [*done, *hidden, *_asking(views(owner, ""), progress.papers)]

    def commit(paths: list[str], owner: str | None) -> Iterator[list[Any]]:
        """Adds the papers of the files in the preview."""
        progress = AddProgress()
        for step in _steps(assistant, paths, owner, progress):
            progress = step
            yield [gr.update(value=None, interactive=False), add_render.report(progress), *hidden, *busy()]
        done = [gr.update(value=None, interactive=True), add_render.report(progress), *hidden]
        yield [*done, *_asking(views(owner, ""), progress.papers)]

    def put_away(paths: list[str], owner: str | None) -> list[Any]:
        uploads.discard(paths)
        message = f'<p class="fn-adding">{encode(strings.ADD_CANCELLED)}</p>'
        return [gr.skip(), message, *hidden, *views(owner, "")]

    def remove_chosen(choice: Sequence[str], owner: str | None) -> list[Any]:
        return views(owner, removal.remove(owner, choice))

    def remove_everything(owner: str | None) -> list[Any]:
        return views(owner, removal.remove(owner, additions.of(owner).present))

    # Several at the same time, of which one writes: the others show that they wait.
    files.upload(upload, [files, pending, owner], of_files, concurrency_limit=4, **QUIET)
    confirm.click(commit, [pending, owner], of_files, concurrency_limit=4, **QUIET)
    cancel.click(put_away, [pending, owner], of_files, **QUIET)
    # A visitor who returns, or may not add papers.
    owner.change(lambda owner: [*_allowed(), *views(owner, "")], [owner], [intro, files, *shown], **QUIET)
    options = {**QUIET, **ONE_AT_A_TIME}
    remove.click(remove_chosen, [chosen, owner], shown, **options)
    remove_all.click(remove_everything, [owner], shown, **options)
    undo.click(lambda owner: views(owner, removal.undo(owner)), [owner], shown, **options)
    undo_upload.click(lambda owner: views(owner, removal.undo_upload(owner)), [owner], shown, **options)
    return AddTab(papers, ask, changed, shown, views)


def _steps(
    assistant: Assistant, paths: Sequence[str], owner: str | None, progress: AddProgress
) -> Iterator[AddProgress]:
    """The steps of adding; where they fail, the last one with an error: Gradio would draw "Error" over it."""
    if not visitors.current().may_change:
        uploads.discard(paths)
        yield replace(progress, error=shared.UPLOADS_NOT_ALLOWED)
        return
    try:
        for step in add(assistant.library, paths, owner, preview=progress.preview):
            progress = step
            yield step
    except Exception:
        log.exception("Files that were uploaded on the page could not be added")
        yield replace(progress, error=strings.ADD_BROKEN)


def _intro(allowed: bool = True) -> str:
    intro = strings.ADD_INTRO.format(most=uploads.MAX_FILES, size=uploads.MAX_FILE_BYTES // 1_000_000)
    words = intro if allowed else shared.UPLOADS_NOT_ALLOWED
    return f"<h2>{encode(strings.ADD_TITLE)}</h2><p>{encode(words)}</p>"


def _allowed() -> list[Any]:
    """The values of the introduction and the box for files, for this visitor."""
    allowed = visitors.current().may_change
    return [_intro(allowed), gr.update(visible=allowed)]


def _asking(values: list[Any], papers: Sequence[str]) -> list[Any]:
    """The values of `AddTab.shown` where these papers are to be asked about."""
    return [list(papers), values[1], _ask_button(papers), *values[3:]]


def _ask_button(papers: Sequence[str]) -> Any:
    words = add_render.counted(strings.ADD_ASK, len(papers)) if papers else strings.ADD_ASK_NONE
    return gr.update(value=words, interactive=bool(papers))


def _views(assistant: Assistant, additions: Additions, message: str) -> list[Any]:
    """The values of the components in `AddTab.shown`, in this order."""
    present, to_ask = additions.present, additions.to_ask
    listed = present[:LISTED]
    known = assistant.library.catalog.get(listed)
    titles = [(known[paper].paper.display_title, paper) for paper in listed if paper in known]
    label = strings.ADDED_LIST
    any_change = bool(present or additions.removed or additions.upload)
    if len(present) > LISTED:
        label = strings.ADDED_LIST_CUT.format(shown=LISTED, count=f"{len(present):,}")
    return [
        list(to_ask),
        additions.changes,
        _ask_button(to_ask),
        gr.update(visible=any_change and visitors.current().may_change),
        gr.update(
            choices=[(short_title(title), paper) for title, paper in titles],
            value=[],
            label=label,
            visible=bool(present),
        ),
        gr.update(visible=bool(present), interactive=True),
        gr.update(
            value=strings.REMOVE_ALL.format(count=f"{len(present):,}"),
            visible=len(present) > 1,
            interactive=True,
        ),
        gr.update(visible=bool(additions.removed), interactive=True),
        gr.update(
            value=strings.UPLOAD_UNDO.format(files=upload_name(additions.files)),
            visible=additions.upload is not None,
            interactive=True,
        ),
        f'<p class="fn-message">{encode(message)}</p>' if message else "",
    ]
