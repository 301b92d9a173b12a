"""The visitor who sent the request that is being handled, and what they may do.

The server's layer `ui.accounts.sign_in` puts a Visitor into each request's scope. `current` finds it in
handlers of the page's events and of the interfaces for programs; no function passes it on.
"""

from __future__ import annotations

import sys
from contextvars import ContextVar
from dataclasses import dataclass

from starlette.types import Scope

from footnote.ui import strings
from footnote.ui.accounts.rates import Rate, TooMany

_SCOPE_KEY = "footnote.visitor"


@dataclass(frozen=True)
class Visitor:
    """One visitor. key: tells visitors apart, by account or address. name: of their account, if any.

    reader: the id of an account's conversations and papers; empty where the browser keeps one. may_change:
    whether they may add papers, remove and restore them. questions: how often they may ask.
    """

    key: str
    name: str = ""
    reader: str = ""
    may_change: bool = False
    questions: Rate | None = None

    def count_question(self) -> None:
        """Counts a question. Raises TooMany if this visitor has asked too many in a minute."""
        if self.questions is not None and (wait := self.questions.take(self.key)):
            raise TooMany(strings.TOO_MANY_QUESTIONS, wait)


LOCAL = Visitor("local", may_change=True)
"""Who uses this process itself: no request came over a network."""
UNKNOWN = Visitor("unknown")
_current: ContextVar[Visitor] = ContextVar("visitor", default=LOCAL)


def enter(scope: Scope, visitor: Visitor) -> None:
    """Makes `visitor` the one of this request."""
    scope[_SCOPE_KEY] = visitor
    _current.set(visitor)


def current() -> Visitor:
    """The visitor of the request that is being handled."""
    # Events of the page run in tasks of Gradio's own, which know the request but don't have its context.
    context = sys.modules.get("gradio.context")
    event = context.LocalContext.request.get(None) if context else None
    if event is None:
        return _current.get()
    found = event.request.scope.get(_SCOPE_KEY) if event.request is not None else None
    return found if isinstance(found, Visitor) else UNKNOWN
