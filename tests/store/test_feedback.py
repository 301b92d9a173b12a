"""Feedback: what a reader said of an answer, kept with it, replaced, taken back, and nobody else's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.store.chats import feedback as room
from footnote.store.chats.conversations import Conversations
from footnote.store.chats.errors import ContentError, NoConversation, NoTurn, OwnerError
from footnote.store.chats.feedback import MAX_COMMENT_CHARS, Feedback, FeedbackKind
from footnote.store.chats.ids import new_id
from tests.store.chats_databases import postgres_url

ANSWER = json.dumps({"text": "One. [1] Two. [2]", "citations": [{"quote": "One."}, {"quote": "Two."}]})
KINDS: tuple[FeedbackKind, ...] = ("up", "down", "wrong_source", "missing_paper", "comment")


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Conversations]:
    if request.param == "sqlite":
        opened = Conversations.in_folder(tmp_path)
        yield opened
        opened.close()
        return
    with postgres_url() as url:
        opened = Conversations(url)
        yield opened
        opened.close()


@pytest.fixture
def owner() -> str:
    return new_id()


@pytest.fixture
def ident(kept: Conversations, owner: str) -> str:
    """A conversation with an answer of two footnotes, a fault, and an answer."""
    ident = kept.begin(owner)
    kept.append(owner, ident, "One?", ANSWER)
    kept.append(owner, ident, "Two?", None, fault="The model is away.")
    kept.append(owner, ident, "Three?", ANSWER)
    return ident


def said(kept: Conversations, owner: str, ident: str) -> list[tuple[object, ...]]:
    return [(g.number, g.footnote, g.kind, g.comment, g.paper) for g in Feedback(kept).given(owner, ident)]


def test_everything_that_is_said_comes_back(kept: Conversations, owner: str, ident: str) -> None:
    feedback, before = Feedback(kept), datetime.now(UTC)
    feedback.give(owner, ident, 3, "comment", comment=" Well put. ")
    feedback.give(owner, ident, 1, "up")
    feedback.give(owner, ident, 1, "wrong_source", footnote=2, comment="It says the opposite.")
    feedback.give(owner, ident, 1, "missing_paper", paper="p1")
    feedback.give(owner, ident, 1, "down", footnote=1)
    assert said(kept, owner, ident) == [
        (1, None, "missing_paper", None, "p1"),
        (1, None, "up", None, None),
        (1, 1, "down", None, None),
        (1, 2, "wrong_source", "It says the opposite.", None),
        (3, None, "comment", "Well put.", None),
    ]
    for one in Feedback(kept).given(owner, ident):
        assert before <= one.given <= datetime.now(UTC)
        assert one.version == metadata.version("footnote-qa")


def test_the_newest_of_a_kind_stands(kept: Conversations, owner: str, ident: str) -> None:
    feedback = Feedback(kept)
    feedback.give(owner, ident, 1, "missing_paper", comment="TPO")
    feedback.give(owner, ident, 1, "missing_paper", paper="p7")
    feedback.give(owner, ident, 1, "up", footnote=2)
    assert said(kept, owner, ident) == [(1, None, "missing_paper", None, "p7"), (1, 2, "up", None, None)]


def test_up_and_down_take_each_others_place_where_they_stand(
    kept: Conversations, owner: str, ident: str
) -> None:
    feedback = Feedback(kept)
    feedback.give(owner, ident, 1, "up")
    feedback.give(owner, ident, 1, "up", footnote=1)
    feedback.give(owner, ident, 1, "down")
    assert said(kept, owner, ident) == [(1, None, "down", None, None), (1, 1, "up", None, None)]


def test_what_is_withdrawn_is_gone_alone(kept: Conversations, owner: str, ident: str) -> None:
    feedback = Feedback(kept)
    feedback.give(owner, ident, 1, "up")
    feedback.give(owner, ident, 1, "up", footnote=1)
    feedback.withdraw(owner, ident, 1, "up")
    feedback.withdraw(owner, ident, 1, "comment")
    assert said(kept, owner, ident) == [(1, 1, "up", None, None)]


@pytest.mark.parametrize(
    ("kind", "more", "error", "told"),
    [
        ("wrong_source", {}, ContentError, "name it"),
        ("missing_paper", {"comment": " "}, ContentError, "names the paper"),
        ("comment", {}, ContentError, "the comment is empty"),
        ("comment", {"comment": "\0"}, ContentError, "the comment is empty"),
        ("comment", {"comment": "x" * (MAX_COMMENT_CHARS + 1)}, ContentError, "the comment has 4001"),
        ("missing_paper", {"paper": "x" * 201}, ContentError, "the id of a paper has 201"),
        ("dissatisfied", {}, ContentError, "no kind of feedback: up, down"),
        ("up", {"footnote": 0}, NoTurn, "no footnote 0, but 2"),
        ("up", {"footnote": 3}, NoTurn, "no footnote 3, but 2"),
        ("up", {"number": 4}, NoTurn, "no turn 4"),
        ("up", {"number": 2, "footnote": 1}, NoTurn, "no footnote 1, but 0"),
    ],
)
def test_what_can_not_be_said_is_refused(
    kept: Conversations,
    owner: str,
    ident: str,
    kind: FeedbackKind,
    more: dict,
    error: type[Exception],
    told: str,
) -> None:
    with pytest.raises(error, match=told):
        Feedback(kept).give(owner, ident, **{"number": 1, "kind": kind, **more})
    assert said(kept, owner, ident) == []


def test_nobody_gives_or_reads_feedback_on_anothers(kept: Conversations, owner: str, ident: str) -> None:
    feedback, stranger = Feedback(kept), new_id()
    feedback.give(owner, ident, 1, "up")
    for who, which in ((stranger, ident), (owner, new_id()), (owner, "\0")):
        with pytest.raises(NoConversation):
            feedback.give(who, which, 1, "down")
        with pytest.raises(NoConversation):
            feedback.withdraw(who, which, 1, "up")
        with pytest.raises(NoConversation):
            feedback.given(who, which)
        with pytest.raises(NoConversation):
            feedback.notice(who, which, 1)
    with pytest.raises(OwnerError):
        feedback.given("me", ident)
    assert said(kept, owner, ident) == [(1, None, "up", None, None)]


def test_an_objection_is_kept_on_the_answer_before_it(kept: Conversations, owner: str, ident: str) -> None:
    feedback = Feedback(kept)
    assert not feedback.notice(owner, ident, 1)
    assert not feedback.notice(owner, ident, 3), "a question like any other"
    number = kept.append(owner, ident, "No, I meant four.", ANSWER)
    assert feedback.notice(owner, ident, number)
    assert feedback.notice(owner, ident, number), "said twice is said once"
    assert said(kept, owner, ident) == [(3, None, "dissatisfied", "No, I meant four.", None)]


def test_an_objection_to_no_answer_says_nothing(kept: Conversations, owner: str) -> None:
    ident = kept.begin(owner)
    kept.append(owner, ident, "That's wrong.", ANSWER)
    kept.append(owner, ident, "Two?", None, fault="The model is away.")
    kept.append(owner, ident, "That's not what I asked.", ANSWER)
    assert [Feedback(kept).notice(owner, ident, n) for n in (1, 2, 3)] == [False, False, False]
    assert said(kept, owner, ident) == []


def test_feedback_of_many_threads_on_one_thing_leaves_one(
    kept: Conversations, owner: str, ident: str
) -> None:
    def give(n: int) -> None:
        Feedback(kept).give(owner, ident, 1, "up" if n % 2 else "down", comment=str(n))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(give, range(40)))
    assert len(said(kept, owner, ident)) == 1


def test_what_is_reviewed_is_by_reader_and_names_none(kept: Conversations, owner: str, ident: str) -> None:
    feedback, other = Feedback(kept), new_id()
    second, unsaid, theirs, gone = kept.begin(owner), kept.begin(owner), kept.begin(other), kept.begin(owner)
    for who, which in ((owner, second), (owner, unsaid), (other, theirs), (owner, gone)):
        kept.append(who, which, f"About {which}?", ANSWER)
    feedback.give(owner, ident, 1, "up")
    feedback.give(owner, second, 1, "down", footnote=2)
    feedback.give(other, theirs, 1, "up")
    feedback.give(owner, gone, 1, "up")
    kept.delete(owner, gone)
    between = datetime.now(UTC)
    readers = sorted(feedback.reviewed(), key=len)
    assert [[len(c.turns) for c in reader] for reader in readers] == [[1], [3, 1]]
    mine = readers[1]
    assert [[(g.number, g.footnote, g.kind) for g in c.given] for c in mine] == [
        [(1, None, "up")],
        [(1, 2, "down")],
    ]
    names = {c.name for reader in readers for c in reader}
    assert len(names) == 3
    assert not names & {owner, other, ident, second, theirs}
    assert owner not in repr(readers)
    assert list(feedback.reviewed(between)) == []
    feedback.give(other, theirs, 1, "comment", comment="Late.")
    assert [len(reader) for reader in feedback.reviewed(between)] == [1]
    assert len(list(feedback.reviewed(between - timedelta(days=1)))) == 2


def test_a_purge_takes_the_feedback_too(kept: Conversations, owner: str, ident: str) -> None:
    Feedback(kept).give(owner, ident, 1, "up")
    kept.delete(owner, ident)
    with pytest.raises(NoConversation):
        Feedback(kept).given(owner, ident)
    kept.restore(owner, ident)
    assert len(said(kept, owner, ident)) == 1
    kept.delete(owner, ident)
    kept.purge(timedelta(seconds=-1))
    assert list(Feedback(kept).reviewed()) == []


GIVEN = st.tuples(
    st.integers(0, 1), st.sampled_from(["give", "withdraw"]), st.sampled_from(KINDS),
    st.sampled_from([None, 1, 2]), st.integers(0, 1),
)  # fmt: skip


@settings(max_examples=60)
@given(steps=st.lists(GIVEN, max_size=25))
def test_each_owner_finds_what_they_last_said(tmp_path_factory: pytest.TempPathFactory, steps: list) -> None:
    kept = Conversations.in_folder(tmp_path_factory.mktemp("two"))
    feedback, owners = Feedback(kept), [new_id(), new_id()]
    ids = [kept.begin(owner) for owner in owners]
    for owner, ident in zip(owners, ids, strict=True):
        kept.append(owner, ident, "One?", ANSWER)
    model: list[dict[tuple[int, str], str]] = [{}, {}]
    for n, (who, operation, kind, footnote, whose) in enumerate(steps):
        if kind == "wrong_source" and footnote is None:
            continue
        if who != whose:
            with pytest.raises(NoConversation):
                feedback.give(owners[who], ids[whose], 1, kind, footnote=footnote, comment="x")
            continue
        place = (footnote or 0, kind)
        model[who].pop(place, None)
        if operation == "give":
            feedback.give(owners[who], ids[who], 1, kind, footnote=footnote, comment=str(n))
            model[who].pop((footnote or 0, room._OPPOSITE.get(kind, kind)), None)
            model[who][place] = str(n)
        else:
            feedback.withdraw(owners[who], ids[who], 1, kind, footnote=footnote)
    for who in (0, 1):
        found = {(g.footnote or 0, g.kind): g.comment for g in feedback.given(owners[who], ids[who])}
        assert found == model[who]
    kept.close()
