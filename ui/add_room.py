"""The room in which papers are added: drop files, see what became of each, ask about them, take them back.

A visitor removes only what they added themselves since they opened the page, and can undo it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from store.errors import FootnoteError, LibraryBusy
from store.papers import Paper
from ui import add_render, strings, uploads
from ui.adding import Adding, add
from ui.escape import encode, sound

if TYPE_CHECKING:
    from rag import Assistant

log = logging.getLogger(__name__)

LISTED = 100
"""Papers that the list of additions shows at most: the latest."""
_TITLE_CHARS = 160
_WAIT_S = 5


@dataclass(frozen=True)
class AddRoom:
    """What the page connects. Its style and script are static/add_room.css and .js.

    papers: a list of the ids of the papers in the last files dropped, without those removed since.
    ask: the button "ask about these", off while there are none. changed: counts the changes that this
    visitor made to the library; its `.change` is the moment to read counts and lists again.
    """

    papers: gr.State
    ask: gr.Button
    changed: gr.State


@dataclass(frozen=True)
class Visit:
    """What one visitor has added. added: ids, the latest first. dropped: of the last files, in order.

    removed: what each removal took that isn't undone, the last one last. changes: of the library.
    """

    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    removed: tuple[tuple[str, ...], ...] = ()
    changes: int = 0

    @property
    def gone(self) -> set[str]:
        """All that is removed."""
        return {paper for papers in self.removed for paper in papers}

    @property
    def there(self) -> tuple[str, ...]:
        """What was added and isn't removed, the latest first."""
        gone = self.gone
        return tuple(paper for paper in self.added if paper not in gone)

    @property
    def to_ask(self) -> tuple[str, ...]:
        """Of the last files' papers, those that aren't removed."""
        gone = self.gone
        return tuple(paper for paper in self.dropped if paper not in gone)

    def with_files(self, adding: Adding) -> Visit:
        """As it is once files were added; what came back by them is no longer removed."""
        back = {*adding.papers, *adding.added}
        removed = tuple(tuple(paper for paper in papers if paper not in back) for papers in self.removed)
        return Visit(
            added=tuple(dict.fromkeys((*reversed(adding.added), *self.added))),
            dropped=adding.papers,
            removed=tuple(papers for papers in removed if papers),
            changes=self.changes + bool(adding.reports),
        )

    def without(self, papers: tuple[str, ...]) -> Visit:
        """As it is once these were removed."""
        return replace(self, removed=(*self.removed, papers), changes=self.changes + 1)

    def undone(self) -> Visit:
        """As it is once the last removal was taken back."""
        return replace(self, removed=self.removed[:-1], changes=self.changes + 1)


def build(assistant: Assistant) -> AddRoom:
    """The room's layout and events, inside a `gr.Blocks` that is being built."""
    visit = gr.State(Visit())
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
    shown = [visit, papers, changed, ask, listing, chosen, remove, remove_all, undo, said]

    def take(paths: list[str] | None, now: Visit) -> Iterator[list[Any]]:
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
        views = _views(assistant, now.with_files(adding), "")
        yield [gr.update(value=None, interactive=True), add_render.report(adding), *views]

    def take_out(choice: Sequence[str], now: Visit) -> list[Any]:
        which = tuple(paper for paper in now.there if paper in set(choice))
        if not which:
            return _views(assistant, now, strings.REMOVE_NOTHING)
        return _changed(
            assistant, now, now.without(which), lambda: assistant.library.remove(which), strings.REMOVED_ONE,
            strings.REMOVED_MANY,
        )  # fmt: skip

    def bring_back(now: Visit) -> list[Any]:
        if not now.removed:
            return _views(assistant, now, "")
        return _changed(
            assistant, now, now.undone(), lambda: assistant.library.restore(now.removed[-1]),
            strings.RESTORED_ONE, strings.RESTORED_MANY,
        )  # fmt: skip

    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    # Several at once, of which one writes: the others can be told that they wait.
    files.upload(take, [files, visit], [files, told, *shown], concurrency_limit=4, **quiet)
    quiet |= {"concurrency_limit": 1, "concurrency_id": "remove"}
    remove.click(take_out, [chosen, visit], shown, **quiet)
    remove_all.click(lambda now: take_out(now.there, now), [visit], shown, **quiet)
    undo.click(bring_back, [visit], shown, **quiet)
    return AddRoom(papers=papers, ask=ask, changed=changed)


def _changed(
    assistant: Assistant,
    now: Visit,
    then: Visit,
    change: Callable[[], tuple[Paper, ...]],
    one: str,
    many: str,
) -> list[Any]:
    """Changes the library and shows `then`; where it can't be changed, says so and shows `now`."""
    try:
        with assistant.library.writing(wait_s=_WAIT_S):
            papers = change()
    except LibraryBusy:
        return _views(assistant, now, strings.REMOVE_BUSY)
    except (FootnoteError, OSError):
        log.exception("Papers could not be removed or brought back")
        return _views(assistant, now, strings.REMOVE_BROKEN)
    title = _short(papers[0].display_title)
    return _views(
        assistant, then, one.format(title=title) if len(papers) == 1 else many.format(count=len(papers))
    )


def _views(assistant: Assistant, visit: Visit, said: str) -> list[Any]:
    """A visit as values of the room's parts, in the order of `shown` there."""
    there, to_ask = visit.there, visit.to_ask
    listed = there[:LISTED]
    known = assistant.library.catalog.get(listed)
    label = strings.ADDED_LIST
    if len(there) > LISTED:
        label = strings.ADDED_LIST_CUT.format(shown=LISTED, count=f"{len(there):,}")
    return [
        visit,
        list(to_ask),
        visit.changes,
        gr.update(
            value=add_render.counted(strings.ADD_ASK, len(to_ask)) if to_ask else strings.ADD_ASK_NONE,
            interactive=bool(to_ask),
        ),
        gr.update(visible=bool(there or visit.removed)),
        gr.update(
            choices=[(_short(known[paper].paper.display_title), paper) for paper in listed if paper in known],
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


def _short(title: str) -> str:
    whole = sound(" ".join(title.split()))
    return whole if len(whole) <= _TITLE_CHARS else whole[: _TITLE_CHARS - 1] + "…"


def _html(value: str, elem_id: str) -> gr.Markdown:
    # As in `ui.page`: gr.HTML doesn't sanitise.
    return gr.Markdown(value, elem_id=elem_id, latex_delimiters=[], container=False)
