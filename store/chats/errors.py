"""What can go wrong with conversations and feedback."""

from __future__ import annotations

from footnote.store.errors import FootnoteError


class ChatsError(FootnoteError):
    """A conversation, or feedback, can't be kept or found as asked."""


class OwnerError(ChatsError):
    """What should name a reader isn't such a name."""

    def __init__(self) -> None:
        # Without the value: it gives access to that reader's conversations.
        super().__init__("that is no reader's id: make one with store.chats.ids.new_id() and keep it")


class NoConversation(ChatsError):
    """There is no such conversation for this reader, whether or not another has it."""

    def __init__(self) -> None:
        super().__init__("there is no such conversation: it may have been deleted, or its link withdrawn")


class NoTurn(ChatsError):
    """The conversation has no such turn, or its answer no such footnote."""


class ContentError(ChatsError):
    """Something is too long, empty, or not in the form in which it is kept."""
