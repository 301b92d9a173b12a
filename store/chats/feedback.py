"""What readers said of answers and of their footnotes, kept with the turn that it is about.

The turn holds all that it takes to ask again: question, answer with its standalone question,
filters, digest of the settings.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from typing import Any, Literal, get_args

import sqlalchemy as sa

from footnote.store.chats import texts
from footnote.store.chats.conversations import MAX_PAPER_ID_CHARS, Conversations, owned, read_turns
from footnote.store.chats.errors import ContentError, NoTurn
from footnote.store.chats.records import StoredTurn
from footnote.store.chats.schema import WHOLE_ANSWER, conversations, feedback, turns
from footnote.store.chats.signals import dissatisfied

MAX_COMMENT_CHARS = 4_000

FeedbackKind = Literal["up", "down", "wrong_source", "missing_paper", "comment"]
"""What a reader can say. up and down take each other's place."""
FeedbackSignal = Literal["dissatisfied"]
"""What a reader's next question says: see `store.chats.signals`."""
_OPPOSITE: Mapping[str, FeedbackKind] = {"up": "down", "down": "up"}


@dataclass(frozen=True, kw_only=True)
class Given:
    """One thing said of turn `number`.

    footnote: the 1-based place in the answer's citations, None for the answer as a whole. comment: the
    reader's words. paper: id of the one that is missing, where it is known. version: Footnote's.
    """

    number: int
    kind: FeedbackKind | FeedbackSignal
    footnote: int | None
    comment: str | None
    paper: str | None
    given: datetime
    version: str


@dataclass(frozen=True)
class Reviewed:
    """A conversation with its feedback. `name` is unique, and isn't its id."""

    name: str
    turns: tuple[StoredTurn, ...]
    given: tuple[Given, ...]


class Feedback:
    """Feedback on conversations. Only whose conversation it is can give and read it.

    Every method raises as those of `Conversations` do.
    """

    def __init__(self, conversations: Conversations) -> None:
        self._database = conversations.database

    def give(
        self,
        owner: str,
        conversation: str,
        number: int,
        kind: FeedbackKind,
        *,
        footnote: int | None = None,
        comment: str | None = None,
        paper: str | None = None,
    ) -> None:
        """Keeps what a reader says of turn `number`, in place of what they said of the kind before.

        wrong_source needs a footnote, missing_paper a comment or a paper's id, comment a comment.
        Raises NoTurn where there is no such turn or footnote, ContentError for what is too long or missing.
        """
        if kind not in get_args(FeedbackKind):
            raise ContentError(
                f"{str(kind)[:40]!r} is no kind of feedback: {', '.join(get_args(FeedbackKind))}"
            )
        comment = comment.strip() or None if comment is not None else None
        if kind == "wrong_source" and footnote is None:
            raise ContentError("wrong_source is about a footnote: name it")
        if kind == "missing_paper" and not (comment or paper):
            raise ContentError("missing_paper names the paper: give its id, or words in the comment")
        if kind == "comment" and not comment:
            raise ContentError("the comment is empty: write something")
        if comment is not None:
            comment = texts.bounded(comment, MAX_COMMENT_CHARS, "the comment")
        if paper is not None:
            paper = texts.bounded(paper, MAX_PAPER_ID_CHARS, "the id of a paper")
        with self._database.writing() as connection:
            turn = _turn(connection, owner, conversation, number)
            _check_footnote(turn, footnote)
            _put(connection, conversation, number, kind, footnote, comment, paper)

    def withdraw(
        self, owner: str, conversation: str, number: int, kind: FeedbackKind, *, footnote: int | None = None
    ) -> None:
        """Takes back what was said; nothing happens where nothing was."""
        with self._database.writing() as connection:
            _turn(connection, owner, conversation, number)
            connection.execute(feedback.delete().where(_about(conversation, number, footnote, kind)))

    def given(self, owner: str, conversation: str) -> list[Given]:
        """All that was said of a conversation, by turn and footnote, those of the whole answer first."""
        with self._database.reading() as connection:
            owned(connection, owner, conversation)
            return _read(connection, conversation)

    def notice(self, owner: str, conversation: str, number: int) -> bool:
        """To be called once turn `number` is appended: keeps it as a signal if its question objects to
        the answer before it. Returns whether it does.
        """
        with self._database.writing() as connection:
            question = _turn(connection, owner, conversation, number).question
            if number < 2 or not dissatisfied(question):
                return False
            if _turn(connection, owner, conversation, number - 1).answer is None:
                return False
            comment = question[:MAX_COMMENT_CHARS]
            _put(connection, conversation, number - 1, "dissatisfied", None, comment, None)
        return True

    def reviewed(self, since: datetime | None = None) -> Iterator[tuple[Reviewed, ...]]:
        """For each reader who gave feedback (from `since` on), their conversations that have any.

        For the export: it isn't bound to an owner, and names none.
        """
        c, f = conversations.c, feedback.c
        held = sa.select(c.owner, c.id).where(c.deleted.is_(None), sa.exists().where(f.conversation == c.id))
        readers = sa.select(c.owner).distinct().join(feedback, f.conversation == c.id)
        readers = readers.where(c.deleted.is_(None))
        if since is not None:
            readers = readers.where(f.given >= since)
        with self._database.reading() as connection:
            owners = connection.execute(readers).scalars().all()
        for owner in owners:
            with self._database.reading() as connection:
                found = connection.execute(held.where(c.owner == owner).order_by(c.created, c.id)).all()
                yield tuple(_reviewed(connection, row.id) for row in found)


def _reviewed(connection: sa.Connection, conversation: str) -> Reviewed:
    name = hashlib.sha256(conversation.encode()).hexdigest()[:16]
    return Reviewed(name, tuple(read_turns(connection, conversation)), tuple(_read(connection, conversation)))


def _turn(connection: sa.Connection, owner: str, conversation: str, number: int) -> sa.Row[Any, Any]:
    """A turn of a conversation, which is locked for the transaction. Raises NoConversation, NoTurn."""
    owned(connection, owner, conversation, lock=True)
    here = (turns.c.conversation == conversation) & (turns.c.number == number)
    row = connection.execute(sa.select(turns.c.question, turns.c.answer).where(here)).first()
    if row is None:
        raise NoTurn(f"the conversation has no turn {number}: reload it")
    return row


def _check_footnote(turn: sa.Row[Any, Any], footnote: int | None) -> None:
    if footnote is None:
        return
    citations = texts.json_object(turn.answer, "the answer").get("citations")
    count = len(citations) if isinstance(citations, list) else 0
    if not 1 <= footnote <= count:
        raise NoTurn(f"the answer has no footnote {footnote}, but {count}: reload the conversation")


def _about(
    conversation: str, number: int, footnote: int | None, kind: FeedbackKind | FeedbackSignal
) -> sa.ColumnElement[bool]:
    f = feedback.c
    place = WHOLE_ANSWER if footnote is None else footnote
    return (f.conversation == conversation) & (f.number == number) & (f.footnote == place) & (f.kind == kind)


def _put(
    connection: sa.Connection,
    conversation: str,
    number: int,
    kind: FeedbackKind | FeedbackSignal,
    footnote: int | None,
    comment: str | None,
    paper: str | None,
) -> None:
    for former in {kind, _OPPOSITE.get(kind, kind)}:
        connection.execute(feedback.delete().where(_about(conversation, number, footnote, former)))
    connection.execute(
        feedback.insert().values(
            conversation=conversation,
            number=number,
            footnote=WHOLE_ANSWER if footnote is None else footnote,
            kind=kind,
            comment=comment,
            paper=paper,
            given=datetime.now(UTC),
            version=_version(),
        )
    )


def _read(connection: sa.Connection, conversation: str) -> list[Given]:
    f = feedback.c
    query = sa.select(f.number, f.kind, f.footnote, f.comment, f.paper, f.given, f.version)
    rows = connection.execute(
        query.where(f.conversation == conversation).order_by(f.number, f.footnote, f.kind)
    ).mappings()
    return [Given(**{**row, "footnote": row["footnote"] or None}) for row in rows]


def _version() -> str:
    try:
        return metadata.version("footnote-qa")[:40]
    except metadata.PackageNotFoundError:  # run from its source, not installed
        return "unknown"
