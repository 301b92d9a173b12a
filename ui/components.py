"""Gradio components and event options that all parts of the page share. Importing this imports Gradio."""

from __future__ import annotations

from typing import Any

import gradio as gr

QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""Options of every event of the page: no event is part of the interface for programs."""


def html(value: str = "", elem_id: str = "") -> gr.Markdown:
    """A block of HTML that Gradio sanitises.

    Not gr.HTML: that doesn't sanitise, and compiles its value in the browser, which the content
    security policy would have to allow.
    """
    return gr.Markdown(value, elem_id=elem_id, latex_delimiters=[], container=False)


def hidden_textbox(elem_id: str) -> gr.Textbox:
    """A textbox that readers don't see, through which the page's scripts and the server exchange JSON.

    With two lines it is a `textarea` in the browser.
    """
    return gr.Textbox(elem_id=elem_id, visible="hidden", show_label=False, container=False, lines=2)
