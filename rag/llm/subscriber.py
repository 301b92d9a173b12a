"""Someone who waits for a reply, and what he is told of it."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

from footnote.rag.errors import ModelError
from footnote.rag.llm.deadline import Deadline
from footnote.rag.llm.transport import TokensUsed

log = logging.getLogger(__name__)

_NO_TOKENS = TokensUsed()


@dataclass(frozen=True)
class Bill:
    """What a call took so far.

    told: what the endpoint says, over all attempts. prompts_untold: how often the prompt was read
    besides, and reply_untold: whether the reply isn't in `told`.
    """

    calls: int = 0
    told: TokensUsed = _NO_TOKENS
    prompts_untold: int = 0
    reply_untold: bool = False


@dataclass(frozen=True)
class End:
    """The reply is complete, or failed."""

    error: ModelError | None


Event = str | Bill | End
"""A piece of the text, what the call took, or its end."""


@dataclass(eq=False)
class Asker:
    """Made on the event loop that awaits `events`; told from another."""

    deadline: Deadline
    events: asyncio.Queue[Event] = field(default_factory=asyncio.Queue)
    timer: asyncio.TimerHandle | None = None
    """On the loop of whoever tells: when the deadline is over."""
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)

    def tell(self, event: Event) -> None:
        """Hands over an event; may be called from any thread."""
        try:
            self._loop.call_soon_threadsafe(self.events.put_nowait, event)
        except RuntimeError:  # his loop is closed: he left without a word
            log.debug("an asker's event loop closed before the reply came")
