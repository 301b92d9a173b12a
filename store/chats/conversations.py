"""Stored conversations: every query names the reader who owns them.

A reader is identified by an id (`store.chats.ids`) that nobody else has. Another reader's conversation, one
that never existed and one that was deleted are the same error.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa

from footnote.store.chats import texts
from footnote.store.chats.errors import ContentError, NoConversation
from footnote.store.chats.ids import is_id, new_id, owner_key
from footnote.store.chats.records import Listed, Shared, StoredTurn
from footnote.store.chats.schema import SCHEMA, cited, conversations, turns
from footnote.store.database import Database

__all__ = ["Conversations", "Listed", "Shared", "StoredTurn"]

FILE = "conversations.sqlite"
MAX_TURNS = 500
MAX_LISTED = 500
MAX_PAPERS = 1_000
MAX_PAPER_ID_CHARS = 200
MAX_SETTINGS_CHARS = 64
KEPT_DELETED = timedelta(days=30)


class Conversations:
    """All readers' conversations. Safe from several threads and processes.

    Every method raises DatabaseError where the database fails; those that take an owner raise
    OwnerError where that is no reader's id, and those that take a conversation NoConversation where
    that reader has none of that id.
    """

    def __init__(self, url: str | sa.URL) -> None:
        """Opens the database at `url`, made up to date. Raises DatabaseError."""
        self.database = Database(url, SCHEMA)

    @classmethod
    def in_folder(cls, folder: Path) -> Self:
        """Those in the SQLite file `conversations.sqlite` of a folder, made where there is none.

        Only the file's owner may read it. Raises DatabaseError.
        """
        made = cls.__new__(cls)
        made.database = Database.in_file(folder / FILE, SCHEMA)
        return made

    def close(self) -> None:
        """Closes every connection."""
        self.database.close()

    # Writing

    def begin(self, owner: str) -> str:
        """A new conversation's id. It isn't listed before it has a turn."""
        ident, now = new_id(), datetime.now(UTC)
        row = {"id": ident, "owner": owner_key(owner), "title": "", "title_words": ""}
        with self.database.writing() as connection:
            connection.execute(conversations.insert().values(**row, created=now, updated=now))
        return ident

    def append(
        self,
        owner: str,
        conversation: str,
        question: str,
        answer: str | None,
        *,
        papers: Iterable[str] = (),
        fault: str | None = None,
        filters: str | None = None,
        settings: str | None = None,
    ) -> int:
        """Adds a turn and returns its number, from 1.

        answer, filters: JSON text, as `model_dump_json()` returns it; answer None: there is none.
        papers: ids of those that the answer cites. fault: cut where it is long. settings: their digest.
        The first question names the conversation, unless it has a title.
        Raises ContentError for what is too long, empty or no JSON, and where the conversation is full.
        """
        now = datetime.now(UTC)
        row = _row(question, answer, fault, filters, settings)
        ids = _paper_ids(papers)
        mine = _mine(owner, conversation)
        with self.database.writing() as connection:
            # First, so that it locks the conversation: two turns must not get one number.
            if not connection.execute(conversations.update().where(mine).values(updated=now)).rowcount:
                raise NoConversation
            here = turns.c.conversation == conversation
            last = connection.execute(sa.select(sa.func.max(turns.c.number)).where(here)).scalar() or 0
            if last >= MAX_TURNS:
                raise ContentError(
                    f"the conversation has {last} turns, which is as many as fit: begin a new one"
                )
            connection.execute(
                turns.insert().values(**row, conversation=conversation, number=last + 1, asked=now)
            )
            if ids:
                place = {"conversation": conversation, "number": last + 1}
                connection.execute(cited.insert(), [{**place, "paper": ident} for ident in ids])
            unnamed = mine & (conversations.c.title == "")
            connection.execute(conversations.update().where(unnamed).values(_title(texts.title_of(question))))
        return last + 1

    def rename(self, owner: str, conversation: str, title: str) -> None:
        """Gives it another title. Raises ContentError for an empty or too long one."""
        title = texts.one_line(texts.bounded(title, texts.MAX_TITLE_CHARS, "the title"))
        self._change(_mine(owner, conversation), _title(title))

    def delete(self, owner: str, conversation: str) -> None:
        """Takes it away, for its link as well; `restore` brings it back until `purge`."""
        self._change(_mine(owner, conversation), {"deleted": datetime.now(UTC)})

    def restore(self, owner: str, conversation: str) -> None:
        """Brings a deleted one back, as it was."""
        self._change(_mine(owner, conversation, deleted=True), {"deleted": None})

    def purge(self, older_than: timedelta = KEPT_DELETED) -> int:
        """Removes for good what was deleted, or begun and never used, so long ago. Returns how many."""
        until = datetime.now(UTC) - older_than
        unused = ~sa.exists().where(turns.c.conversation == conversations.c.id)
        done = (conversations.c.deleted < until) | (unused & (conversations.c.updated < until))
        with self.database.writing() as connection:
            return connection.execute(conversations.delete().where(done)).rowcount

    def share(self, owner: str, conversation: str) -> str:
        """A token by which anyone can read the conversation as far as it has come.

        Shared again, it keeps its token, which then shows the turns that have come since.
        """
        mine = _mine(owner, conversation)
        with self.database.writing() as connection:
            so_far = sa.select(sa.func.max(turns.c.number)).where(turns.c.conversation == conversation)
            values = {
                "share": sa.func.coalesce(conversations.c.share, new_id()),
                "shared_turns": sa.func.coalesce(so_far.scalar_subquery(), 0),
            }
            if not connection.execute(conversations.update().where(mine).values(values)).rowcount:
                raise NoConversation
            return str(connection.execute(sa.select(conversations.c.share).where(mine)).scalar_one())

    def unshare(self, owner: str, conversation: str) -> None:
        """Withdraws its link for good."""
        self._change(_mine(owner, conversation), {"share": None, "shared_turns": None})

    def _change(self, where: sa.ColumnElement[bool], values: dict[str, Any]) -> None:
        with self.database.writing() as connection:
            if not connection.execute(conversations.update().where(where).values(values)).rowcount:
                raise NoConversation

    # Reading

    def turns(self, owner: str, conversation: str) -> list[StoredTurn]:
        """All turns, the first first."""
        with self.database.reading() as connection:
            owned(connection, owner, conversation)
            return read_turns(connection, conversation)

    def listed(self, owner: str, search: str = "", limit: int = 100) -> list[Listed]:
        """The reader's conversations, the newest first, at most `limit` and `MAX_LISTED`.

        search: each of its words must stand in the title, or in a question or an answer's text,
        whatever the case.
        """
        count = sa.select(sa.func.count()).where(turns.c.conversation == conversations.c.id).scalar_subquery()
        c = conversations.c
        query = sa.select(c.id, c.title, c.created, c.updated, c.share, count.label("turns")).where(
            c.owner == owner_key(owner),
            c.deleted.is_(None),
            sa.exists().where(turns.c.conversation == c.id),
        )
        for word in texts.search_words(search):
            said = turns.c.words.contains(word, autoescape=True)
            query = query.where(
                c.title_words.contains(word, autoescape=True)
                | sa.exists().where(turns.c.conversation == c.id, said)
            )
        query = query.order_by(c.updated.desc(), c.id).limit(max(0, min(limit, MAX_LISTED)))
        with self.database.reading() as connection:
            rows = connection.execute(query).all()
        return [
            Listed(
                id=row.id,
                title=row.title,
                created=row.created,
                updated=row.updated,
                turns=row.turns,
                shared=row.share is not None,
            )
            for row in rows
        ]

    def shared(self, token: str) -> Shared:
        """What the link with this token shows. Raises NoConversation where there is none."""
        if not is_id(token):
            raise NoConversation
        c = conversations.c
        query = sa.select(c.id, c.title, c.shared_turns).where(c.share == token, c.deleted.is_(None))
        with self.database.reading() as connection:
            row = connection.execute(query).first()
            if row is None:
                raise NoConversation
            return Shared(row.title, tuple(read_turns(connection, row.id, until=row.shared_turns)))

    def cited(self, owner: str) -> dict[str, int]:
        """How many answers of the reader's conversations cite each paper, by its id."""
        c = conversations.c
        query = (
            sa.select(cited.c.paper, sa.func.count())
            .join(conversations, c.id == cited.c.conversation)
            .where(c.owner == owner_key(owner), c.deleted.is_(None))
            .group_by(cited.c.paper)
        )
        with self.database.reading() as connection:
            return {paper: int(times) for paper, times in connection.execute(query)}


def owned(connection: sa.Connection, owner: str, conversation: str, *, lock: bool = False) -> None:
    """Passes where the conversation is the reader's. Raises OwnerError, NoConversation.

    lock: nothing else changes it before the transaction ends.
    """
    query = sa.select(conversations.c.id).where(_mine(owner, conversation))
    if connection.execute(query.with_for_update() if lock else query).first() is None:
        raise NoConversation


def read_turns(connection: sa.Connection, conversation: str, *, until: int | None = None) -> list[StoredTurn]:
    """The turns of a conversation, those up to number `until`. Whoever calls this has checked for whom."""
    c = turns.c
    query = sa.select(c.number, c.question, c.answer, c.fault, c.filters, c.settings, c.asked).where(
        c.conversation == conversation
    )
    if until is not None:
        query = query.where(c.number <= until)
    return [StoredTurn(**row) for row in connection.execute(query.order_by(c.number)).mappings()]


def _mine(owner: str, conversation: str, *, deleted: bool = False) -> sa.ColumnElement[bool]:
    """The condition that every query of one conversation has. Raises OwnerError, NoConversation."""
    key = owner_key(owner)
    if not is_id(conversation):
        raise NoConversation
    c = conversations.c
    gone = c.deleted.is_not(None) if deleted else c.deleted.is_(None)
    return (c.id == conversation) & (c.owner == key) & gone


def _row(
    question: str, answer: str | None, fault: str | None, filters: str | None, settings: str | None
) -> dict[str, Any]:
    """A turn's columns, of what came from outside. Raises ContentError."""
    question = texts.bounded(question, texts.MAX_QUESTION_CHARS, "the question")
    found = texts.json_object(answer, "the answer")
    texts.json_object(filters, "filters")
    if settings is not None:
        settings = texts.bounded(settings, MAX_SETTINGS_CHARS, "the digest of the settings")
    return {
        "question": question,
        "answer": answer,
        "fault": None if fault is None else texts.sound(fault)[: texts.MAX_FAULT_CHARS],
        "filters": filters,
        "settings": settings,
        "words": texts.searched(question, found),
    }


def _paper_ids(papers: Iterable[str]) -> list[str]:
    ids = list(dict.fromkeys(papers))
    if len(ids) > MAX_PAPERS:
        raise ContentError(f"the answer cites {len(ids)} papers, {MAX_PAPERS} are allowed")
    return [texts.bounded(ident, MAX_PAPER_ID_CHARS, "the id of a paper") for ident in ids]


def _title(title: str) -> dict[str, str]:
    return {"title": title, "title_words": texts.folded(title)}
