"""A small Gradio page with two private events, and the same interfaces for programs as Footnote's page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import gradio as gr

from footnote.rag.assistant import Assistant
from footnote.ui.api.interfaces import app_options
from footnote.ui.serving import middleware


def secretly(words: str) -> str:
    return f"secretly {words}"


def secretly_at_once(words: str) -> str:
    return f"secretly {words}"


@contextmanager
def serving(assistant: Assistant) -> Iterator[str]:
    """Serves it; yields its address, without a slash at the end."""
    with gr.Blocks(analytics_enabled=False) as page:
        box = gr.Textbox()
        box.submit(secretly, box, box, api_visibility="private")
        box.blur(secretly_at_once, box, box, queue=False, api_visibility="private")
    _, url, _ = page.queue(api_open=False).launch(
        server_name="127.0.0.1",
        prevent_thread_lock=True,
        inline=False,
        quiet=True,
        share=False,
        ssr_mode=False,
        run_history=False,
        footer_links=[],
        app_kwargs={"middleware": middleware("127.0.0.1"), **app_options(assistant)},
    )
    yield url.rstrip("/")
    page.close(verbose=False)
