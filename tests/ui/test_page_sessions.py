"""Idle visits are freed: closed ones early, open ones late, and the rest stay."""

from __future__ import annotations

from datetime import datetime, timedelta

import gradio as gr
from gradio.state_holder import StateHolder

from footnote.ui.page_sessions import KEPT_CLOSED, KEPT_IDLE, free_idle


def test_visits_that_were_idle_for_long_are_freed() -> None:
    with gr.Blocks(analytics_enabled=False) as page:
        gr.State("")
    page.state_session_capacity = 10
    holder = StateHolder()
    holder.set_blocks(page)
    now, moment = datetime.now(), timedelta(seconds=1)
    for session, idle, closed in (
        ("asking", moment, False),
        ("open", KEPT_CLOSED + moment, False),
        ("forgotten", KEPT_IDLE + moment, False),
        ("just closed", KEPT_CLOSED - moment, True),
        ("closed", KEPT_CLOSED + moment, True),
    ):
        holder[session].is_closed = closed
        holder.time_last_used[session] = now - idle
    assert free_idle(holder, now) == 2
    assert set(holder.session_data) == set(holder.time_last_used) == {"asking", "open", "just closed"}
