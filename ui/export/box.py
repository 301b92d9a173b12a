"""The two textboxes, shown to nobody, by which `static/takeaway.js` and the server speak."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr
from gradio.components import Component

from footnote.ui.export.files import Talk, deliver

_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def build(talk: Callable[..., Talk], inputs: Sequence[Component]) -> None:
    """Adds them, with their event, to the Blocks that are open.

    talk: makes the conversation to take away of the values of `inputs`.
    """
    hidden: dict[str, Any] = {"visible": "hidden", "show_label": False, "container": False, "lines": 2}
    choice = gr.Textbox(elem_id="fn-take-choice", **hidden)
    message = gr.Textbox(elem_id="fn-takeaway", **hidden)

    # Gradio counts a handler's parameters, and hands none to `*values` where one is named before them.
    def chosen(*given: Any) -> str:
        text, *values = given
        return deliver(text, talk(*values))

    # Not `.input`: in Gradio 6.31 that waits for a key to be pressed.
    choice.change(chosen, [choice, *inputs], message, trigger_mode="multiple", **_QUIET)
