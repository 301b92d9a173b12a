"""A subscriber to a single-flight call, and the events that it is sent."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

from footnote.rag.errors import ModelError
from footnote.rag.llm.deadline import Deadline
from footnote.rag.llm.transport import TokenUsage

log = logging.getLogger(__name__)

_NO_TOKENS = TokenUsage()


@dataclass(frozen=True)
class CallUsage:
    """What a call has used so far, over all its attempts.

    reported: the tokens that the endpoint reports. unreported_prompts: how many more times the prompt
    was sent. reply_unreported: whether the reply's tokens are missing in `reported`.
    """

    calls: int = 0
    reported: TokenUsage = _NO_TOKENS
    unreported_prompts: int = 0
    reply_unreported: bool = False


@dataclass(frozen=True)
class End:
    """The reply is complete; or the call failed with `error`."""

    error: ModelError | None


Event = str | CallUsage | End
"""A piece of the text, what the call has used, or its end."""


@dataclass(eq=False)
class Subscriber:
    """A queue of events. Created on the event loop that awaits `events`; sent to from another one."""

    deadline: Deadline
    events: asyncio.Queue[Event] = field(default_factory=asyncio.Queue)
    timer: asyncio.TimerHandle | None = None
    """Fires at the deadline, on the loop that makes the call."""
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)

    def send(self, event: Event) -> None:
        """Puts an event into the queue; may be called from any thread."""
        try:
            self._loop.call_soon_threadsafe(self.events.put_nowait, event)
        except RuntimeError:  # its loop was closed while it was subscribed
            log.debug("a subscriber's event loop closed before the reply came")
