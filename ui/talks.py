"""The list of a reader's conversations beside the chat: find, open, rename, delete, share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from store.talk.conversations import Listed
from ui import strings
from ui.escape import sound
from ui.keeping import Keeper

MAX_SHOWN = 100


@dataclass(frozen=True)
class Talks:
    """The controls, which the page wires."""

    search: gr.Textbox
    chosen: gr.Radio
    title: gr.Textbox
    rename: gr.Button
    delete: gr.Button
    restore: gr.Button
    share: gr.Button
    unshare: gr.Button
    link: gr.Textbox
    said: gr.Markdown


def build() -> Talks:
    """The list, empty until a reader is known."""
    search = gr.Textbox(
        label=strings.TALKS_SEARCH,
        placeholder=strings.TALKS_SEARCH,
        max_length=200,
        elem_id="fn-talks-search",
    )
    chosen = gr.Radio([], label=strings.TALKS, elem_id="fn-talks")
    with gr.Accordion(strings.TALK_THIS, open=False):
        title = gr.Textbox(label=strings.TALK_TITLE, max_length=120, elem_id="fn-talk-title")
        rename = gr.Button(strings.TALK_RENAME, size="sm")
        share = gr.Button(strings.TALK_SHARE, size="sm")
        unshare = gr.Button(strings.TALK_UNSHARE, size="sm")
        link = gr.Textbox(label=strings.TALK_LINK, interactive=False, elem_id="fn-talk-link")
        delete = gr.Button(strings.TALK_DELETE, size="sm")
        restore = gr.Button(strings.TALK_RESTORE, size="sm")
    said = gr.Markdown("", elem_id="fn-talks-said", latex_delimiters=[], container=False)
    return Talks(search, chosen, title, rename, delete, restore, share, unshare, link, said)


def listed(keeper: Keeper, owner: str, search: str = "", current: str = "") -> dict[str, Any]:
    """What the list shows: the reader's conversations, the newest first. Raises OwnerError, DatabaseError."""
    found = keeper.conversations.listed(owner, search or "", MAX_SHOWN)
    known = {talk.id for talk in found}
    return gr.update(
        choices=[(_line(talk), talk.id) for talk in found], value=current if current in known else None
    )


def _line(talk: Listed) -> str:
    count = strings.TALK_ONE if talk.turns == 1 else strings.TALK_MANY.format(count=talk.turns)
    shared = f" · {strings.TALK_SHARED}" if talk.shared else ""
    return f"{sound(talk.title)} · {talk.updated:%d %b %Y} · {count}{shared}"
