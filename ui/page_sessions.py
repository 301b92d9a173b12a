"""Frees what the server keeps of visits to the page: Gradio keeps the last 10,000, whatever their size.

A visit with 20 answered questions takes some 4 MB. Conversations are in the database all the same.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

from gradio.state_holder import StateHolder

log = logging.getLogger(__name__)

MAX_SESSIONS = 400
"""Visits kept; above it the one that was idle for the longest time is freed."""
KEPT_CLOSED, KEPT_IDLE = timedelta(hours=1), timedelta(hours=12)
"""How long a visit is kept after its last event: one whose page was closed (a phone may only
sleep), and one whose page is still open."""
_EVERY_S = 60.0


def free_idle(holder: StateHolder, now: datetime) -> int:
    """Frees visits that were idle for too long; returns their number."""
    freed = 0
    for session, state in list(holder.session_data.items()):
        kept = KEPT_CLOSED if state.is_closed else KEPT_IDLE
        if now - holder.time_last_used.get(session, now) > kept:
            with holder.lock:
                holder.session_data.pop(session, None)
                holder.time_last_used.pop(session, None)
            freed += 1
    return freed


def keep_freeing(holder: StateHolder, stopped: threading.Event) -> None:
    """Frees idle visits every minute, in a thread of its own, until `stopped` is set."""

    def run() -> None:
        while not stopped.wait(_EVERY_S):
            if freed := free_idle(holder, datetime.now()):
                log.info("%d idle visits were freed", freed)

    threading.Thread(target=run, daemon=True, name="freeing visits").start()
