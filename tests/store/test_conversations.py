"""Conversations that last: kept whole, found again, and nobody's but their owner's."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.store.chats import conversations as room
from footnote.store.chats.conversations import FILE, MAX_TURNS, Conversations
from footnote.store.chats.errors import ContentError, NoConversation, OwnerError
from footnote.store.chats.ids import new_id
from footnote.store.chats.schema import SCHEMA, metadata
from footnote.store.chats.texts import MAX_JSON_CHARS, MAX_QUESTION_CHARS, MAX_TITLE_CHARS
from footnote.store.database import Database
from footnote.store.errors import DatabaseError
from tests.store.chats_databases import postgres_url

ANSWER = json.dumps({"text": "Rewards are implicit. [1]", "claims": [{"verdict": "supported"}]})
AT_ONCE = timedelta(seconds=-1)


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


def asked(kept: Conversations, owner: str, *questions: str) -> str:
    """A conversation of these questions, each answered."""
    ident = kept.begin(owner)
    for question in questions:
        kept.append(owner, ident, question, ANSWER)
    return ident


def test_turns_come_back_as_they_were(kept: Conversations, owner: str) -> None:
    before = datetime.now(UTC)
    ident = kept.begin(owner)
    filters = json.dumps({"since": "2024"})
    assert kept.append(owner, ident, "What is DPO? 🧪", ANSWER, filters=filters, settings="abc123") == 1
    assert kept.append(owner, ident, "And PPO?", None, fault="The model is away.") == 2
    first, second = kept.turns(owner, ident)
    assert (first.number, first.question, first.answer) == (1, "What is DPO? 🧪", ANSWER)
    assert (first.filters, first.settings, first.fault) == (filters, "abc123", None)
    assert (second.number, second.answer, second.fault) == (2, None, "The model is away.")
    assert before <= first.asked <= second.asked <= datetime.now(UTC)


def test_they_survive_a_restart(tmp_path: Path, owner: str) -> None:
    kept = Conversations.in_folder(tmp_path / "home")
    ident = asked(kept, owner, "What is DPO?")
    kept.close()
    again = Conversations.in_folder(tmp_path / "home")
    assert [turn.question for turn in again.turns(owner, ident)] == ["What is DPO?"]


def test_the_list_has_the_newest_first(kept: Conversations, owner: str) -> None:
    one, two = asked(kept, owner, "One?"), asked(kept, owner, "Two?", "Two and a half?")
    kept.begin(owner)  # nothing was asked in it
    assert [(c.id, c.title, c.turns) for c in kept.listed(owner)] == [(two, "Two?", 2), (one, "One?", 1)]
    kept.append(owner, one, "Again?", ANSWER)
    newest, oldest = kept.listed(owner)
    assert (newest.id, newest.turns, newest.shared) == (one, 2, False)
    assert newest.created < oldest.created < oldest.updated < newest.updated
    assert [c.id for c in kept.listed(owner, limit=1)] == [one]
    assert kept.listed(owner, limit=-3) == []


def test_a_search_goes_through_titles_questions_and_answers(kept: Conversations, owner: str) -> None:
    def found(search: str) -> set[str]:
        return {c.id for c in kept.listed(owner, search)}

    one = kept.begin(owner)
    kept.append(
        owner, one, "Wie groß ist Ärger?", json.dumps({"text": "The “Straße” is 100% WIDE_open \\ /"})
    )
    two = asked(kept, owner, "What is a reward?")
    kept.rename(owner, two, "Önskan")
    assert found("ärger") == found("STRASSE groß") == found("ÄRGER wide") == {one}
    assert found("reward") == found("implicit") == found("öNSKAN") == {two}
    assert found("reward ärger") == set()
    assert found("100%") == found("wide_open") == found("\\") == found("/") == {one}
    assert found("%") == {one}
    assert found("w_de") == found("1%0") == found("' OR 1=1 --") == set()
    assert found("verdict") == set(), "keys of the JSON aren't words of the answer"
    assert found("") == found(" \t\0") == {one, two}
    assert found("x" * 1_000_000) == set()


def test_a_title_is_the_first_question_cut_between_words(kept: Conversations, owner: str) -> None:
    def title(question: str) -> str:
        ident = asked(kept, owner, question, "And then?")
        return next(c.title for c in kept.listed(owner) if c.id == ident)

    assert title("  What\n is\tDPO? ") == "What is DPO?"
    long = title("Why do " + "models " * 100)
    assert long.endswith("models…")
    assert len(long) <= MAX_TITLE_CHARS
    assert len(title("x" * 5_000)) == MAX_TITLE_CHARS
    assert title(" " * 5_000 + "late") == "late"


def test_renaming_keeps_the_name(kept: Conversations, owner: str) -> None:
    ident = kept.begin(owner)
    kept.rename(owner, ident, " My\u2028 own\0 <b>name</b> ")
    kept.append(owner, ident, "What is DPO?", ANSWER)
    assert kept.listed(owner)[0].title == "My own <b>name</b>"
    for bad in ("", " \n", "\0", "x" * (MAX_TITLE_CHARS + 1)):
        with pytest.raises(ContentError, match="the title"):
            kept.rename(owner, ident, bad)


def test_what_was_deleted_comes_back_until_it_is_purged(kept: Conversations, owner: str) -> None:
    ident = asked(kept, owner, "What is DPO?")
    kept.append(owner, ident, "Cite!", ANSWER, papers=["p1"])
    token = kept.share(owner, ident)
    kept.delete(owner, ident)
    assert kept.listed(owner) == []
    assert kept.cited(owner) == {}
    for gone in (
        lambda: kept.turns(owner, ident),
        lambda: kept.append(owner, ident, "More?", ANSWER),
        lambda: kept.delete(owner, ident),
        lambda: kept.shared(token),
    ):
        with pytest.raises(NoConversation):
            gone()
    assert kept.purge() == 0
    kept.restore(owner, ident)
    assert len(kept.turns(owner, ident)) == len(kept.shared(token).turns) == 2
    with pytest.raises(NoConversation):
        kept.restore(owner, ident)
    kept.delete(owner, ident)
    assert kept.purge(AT_ONCE) == 1
    with pytest.raises(NoConversation):
        kept.restore(owner, ident)
    with kept.database.reading() as connection:
        assert [connection.execute(sa.select(sa.func.count()).select_from(t)).scalar()
                for t in metadata.sorted_tables] == [0, 0, 0, 0]  # fmt: skip


def test_a_purge_takes_what_was_never_used_and_nothing_else(kept: Conversations, owner: str) -> None:
    kept.begin(owner)
    ident = asked(kept, owner, "What is DPO?")
    assert kept.purge() == 0
    assert kept.purge(AT_ONCE) == 1
    assert [c.id for c in kept.listed(owner)] == [ident]


def test_a_link_shows_what_was_shared_and_not_whose(kept: Conversations, owner: str) -> None:
    ident = asked(kept, owner, "One?", "Two?")
    token = kept.share(owner, ident)
    kept.append(owner, ident, "A private afterthought?", ANSWER)
    shared = kept.shared(token)
    assert (shared.title, [turn.question for turn in shared.turns]) == ("One?", ["One?", "Two?"])
    assert owner not in repr(shared)
    assert ident not in repr(shared)
    assert kept.listed(owner)[0].shared
    assert kept.share(owner, ident) == token
    assert len(kept.shared(token).turns) == 3
    kept.unshare(owner, ident)
    assert not kept.listed(owner)[0].shared
    with pytest.raises(NoConversation):
        kept.shared(token)
    assert kept.share(owner, ident) != token


def test_how_often_a_paper_was_cited(kept: Conversations, owner: str) -> None:
    one, two = kept.begin(owner), kept.begin(owner)
    kept.append(owner, one, "a?", ANSWER, papers=["p1", "p2", "p1"])
    kept.append(owner, one, "b?", ANSWER, papers=["p1"])
    kept.append(owner, two, "c?", ANSWER, papers=iter(["p1"]))
    assert kept.cited(owner) == {"p1": 3, "p2": 1}
    assert kept.cited(new_id()) == {}


def test_foreign_and_unknown_ids_are_the_same_error(kept: Conversations, owner: str) -> None:
    ident, stranger = asked(kept, owner, "What is DPO?"), new_id()
    methods: list[Callable[[str, str], object]] = [
        kept.turns,
        kept.delete,
        kept.restore,
        kept.share,
        kept.unshare,
        lambda o, c: kept.rename(o, c, "Mine"),
        lambda o, c: kept.append(o, c, "Mine?", ANSWER),
    ]
    for method in methods:
        told = set()
        for who, which in [
            (stranger, ident),
            (owner, new_id()),
            (owner, "x"),
            (owner, "\0" * 22),
            (owner, ""),
        ]:
            with pytest.raises(NoConversation) as caught:
                method(who, which)
            told.add(str(caught.value))
        assert len(told) == 1
    with pytest.raises(NoConversation):
        kept.shared(ident)
    assert [turn.question for turn in kept.turns(owner, ident)] == ["What is DPO?"]


@pytest.mark.parametrize(
    "bad", ["", "x", "a" * 21, "a" * 23, "a" * 21 + "\n", "a" * 21 + "é", "%" * 22, None, 7]
)
def test_an_owner_is_known_by_form_and_not_repeated(tmp_path: Path, bad: str) -> None:
    kept = Conversations.in_folder(tmp_path)
    for method in (kept.begin, kept.listed, kept.cited):
        with pytest.raises(OwnerError) as caught:
            method(bad)
        assert not isinstance(bad, str) or len(bad) < 2 or bad not in str(caught.value)


def test_an_owners_id_is_not_in_the_file(tmp_path: Path, owner: str) -> None:
    kept = Conversations.in_folder(tmp_path)
    asked(kept, owner, "What is DPO?")
    kept.close()
    data = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"What is DPO?" in data
    assert owner.encode() not in data


@pytest.mark.parametrize(
    ("question", "answer", "more", "culprit"),
    [
        ("", ANSWER, {}, "the question is empty"),
        ("x" * (MAX_QUESTION_CHARS + 1), ANSWER, {}, "the question has 100001 characters"),
        ("?", "{", {}, "the answer is no JSON"),
        ("?", "[" * 100_000, {}, "the answer is no JSON"),
        ("?", "[]", {}, "the answer is no JSON object"),
        ("?", '{"text": "%s"}' % ("x" * MAX_JSON_CHARS), {}, "the answer has"),
        ("?", '{"text": "\ud83d"}', {}, "the answer is no JSON object"),
        ("?", ANSWER, {"filters": "since 2024"}, "filters is no JSON"),
        ("?", ANSWER, {"papers": ["x" * 201]}, "the id of a paper"),
        ("?", ANSWER, {"papers": [str(n) for n in range(1001)]}, "cites 1001 papers"),
        ("?", ANSWER, {"settings": "x" * 65}, "the digest"),
    ],
)  # fmt: skip
def test_what_can_not_be_kept_is_refused_and_leaves_nothing(
    tmp_path: Path, owner: str, question: str, answer: str, more: dict[str, object], culprit: str
) -> None:
    kept = Conversations.in_folder(tmp_path)
    ident = kept.begin(owner)
    with pytest.raises(ContentError, match=culprit):
        kept.append(owner, ident, question, answer, **more)  # type: ignore[arg-type]
    assert kept.turns(owner, ident) == []


def test_a_full_conversation_takes_no_more(
    tmp_path: Path, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_TURNS >= 100
    monkeypatch.setattr(room, "MAX_TURNS", 3)
    kept = Conversations.in_folder(tmp_path)
    ident = asked(kept, owner, "1", "2", "3")
    with pytest.raises(ContentError, match="begin a new one"):
        kept.append(owner, ident, "4", ANSWER)
    assert len(kept.turns(owner, ident)) == 3


@pytest.mark.parametrize(
    "text", ["\0nul", "half \ud83d", "<script>alert(1)</script>", "'; DROP TABLE turns; --", "‮rtl"]
)
def test_any_text_is_kept(kept: Conversations, owner: str, text: str) -> None:
    ident = kept.begin(owner)
    kept.append(owner, ident, text, json.dumps({"text": text}), fault=text * 5_000)
    (turn,) = kept.turns(owner, ident)
    whole = text.replace("\0", "").replace("\ud83d", "?")
    assert turn.question == whole
    assert turn.answer is not None
    assert json.loads(turn.answer)["text"] == text
    assert kept.listed(owner, whole)[0].title == whole


# Many at once


def test_turns_of_many_threads_are_numbered_one_by_one(kept: Conversations, owner: str) -> None:
    ident, others = kept.begin(owner), [kept.begin(owner) for _ in range(4)]
    ready = threading.Barrier(8)

    def work(worker: int) -> list[int]:
        ready.wait()
        numbers = []
        for n in range(10):
            numbers.append(kept.append(owner, ident, f"{worker}/{n}?", ANSWER, papers=[f"p{worker}"]))
            kept.append(owner, others[worker % 4], "elsewhere?", ANSWER)
            kept.listed(owner, "elsewhere")
        return numbers

    with ThreadPoolExecutor(8) as pool:
        numbers = [number for found in pool.map(work, range(8)) for number in found]
    assert sorted(numbers) == list(range(1, 81))
    assert [turn.number for turn in kept.turns(owner, ident)] == list(range(1, 81))
    assert kept.cited(owner) == {f"p{worker}": 10 for worker in range(8)}


def test_processes_that_open_and_write_at_once_lose_nothing(tmp_path: Path, owner: str) -> None:
    code = (
        "import sys; from pathlib import Path; from footnote.store.chats.conversations import Conversations\n"
        "kept = Conversations.in_folder(Path(sys.argv[1])); ident = kept.begin(sys.argv[2])\n"
        "for n in range(20): kept.append(sys.argv[2], ident, f'{n}?', '{}')"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "new"), owner]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    for process in processes:
        _, told = process.communicate(timeout=60)
        assert process.returncode == 0, told
    kept = Conversations.in_folder(tmp_path / "new")
    assert [c.turns for c in kept.listed(owner)] == [20] * 4


def test_killed_in_the_middle_every_turn_is_whole(tmp_path: Path, owner: str) -> None:
    """kill -9 while turns are written: each is there with the papers that it cites, or not at all."""
    kept = Conversations.in_folder(tmp_path)
    ident = kept.begin(owner)
    code = (
        "import sys; from pathlib import Path; from footnote.store.chats.conversations import Conversations\n"
        "kept = Conversations.in_folder(Path(sys.argv[1]))\n"
        "for n in range(400):\n"
        "    papers = [f'p{i}' for i in range(50)]\n"
        "    number = kept.append(sys.argv[2], sys.argv[3], f'{n}?', '{}', papers=papers)\n"
        "    print(number, flush=True)"
    )
    promised = 0
    for lines in (3, 7, 12):
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path), owner, ident], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        for _ in range(lines):
            promised = int(process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
        kept.close()
        kept = Conversations.in_folder(tmp_path)
        turns = kept.turns(owner, ident)
        assert [turn.number for turn in turns] == list(range(1, len(turns) + 1))
        assert len(turns) >= promised
        assert kept.cited(owner) == {f"p{i}": len(turns) for i in range(50)}
        assert kept.listed(owner)[0].turns == len(turns)


def test_an_error_half_way_through_a_turn_leaves_nothing_of_it(tmp_path: Path, owner: str) -> None:
    kept = Conversations.in_folder(tmp_path)
    ident = asked(kept, owner, "One?")
    before = kept.listed(owner)
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON cited WHEN NEW.paper = 'last' "
            "BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    private = new_id()
    with pytest.raises(DatabaseError, match="disk full") as caught:
        kept.append(owner, ident, private, ANSWER, papers=["p1", "last"])
    assert private not in "".join(traceback.format_exception(caught.value))
    assert kept.listed(owner) == before
    assert kept.cited(owner) == {}


# The file and its schema


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_owner_of_the_file_may_read_it(tmp_path: Path, owner: str) -> None:
    kept = Conversations.in_folder(tmp_path)
    asked(kept, owner, "What is DPO?")
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes == dict.fromkeys([FILE, f"{FILE}-wal", f"{FILE}-shm"], 0o600)
    kept.close()
    (tmp_path / FILE).chmod(0o644)
    Conversations.in_folder(tmp_path)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_the_migrations_make_the_tables_as_they_are_declared(kept: Conversations) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with kept.database.reading() as connection:
        options = {"version_table": SCHEMA.version_table, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def older(url: sa.URL, revision: str) -> None:
    """A database as an older Footnote left it, with a conversation in it."""
    from alembic import command
    from alembic.config import Config

    engine = sa.create_engine(url)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(SCHEMA.scripts))
        config.attributes |= {"connection": connection, "version_table": SCHEMA.version_table}
        command.upgrade(config, revision)
    engine.dispose()


@pytest.mark.parametrize("where", ["sqlite", "postgresql"])
def test_an_older_schema_is_brought_up_to_date_with_all_that_it_holds(
    tmp_path: Path, owner: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(url: sa.URL) -> None:
        older(url, "c001")
        as_it_was = SCHEMA.__class__(**{**vars(SCHEMA), "head": "c001"})
        with monkeypatch.context() as patched:
            patched.setattr(room, "SCHEMA", as_it_was)
            before = Conversations(url)
            ident = asked(before, owner, "What is DPO?")
            before.close()
        with (opened := Conversations(url)).database.reading() as connection:
            assert sa.inspect(connection).has_table("feedback")
        assert [turn.question for turn in opened.turns(owner, ident)] == ["What is DPO?"]
        opened.close()

    if where == "sqlite":
        check(sa.URL.create("sqlite", database=str(tmp_path / "old.sqlite")))
    else:
        with postgres_url() as url:
            check(url)


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    Conversations.in_folder(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute(f"UPDATE {SCHEMA.version_table} SET version_num = 'c999'")
    with pytest.raises(DatabaseError, match=r"revision c999.*newer version"):
        Conversations.in_folder(tmp_path)


def test_a_migration_that_is_killed_leaves_nothing(tmp_path: Path, owner: str) -> None:
    code = (
        "import os, sys; from pathlib import Path; import alembic.op as op\n"
        "made = []; create = op.create_table\n"
        "def killed(*a, **k):\n    made.append(1)\n    os._exit(9) if len(made) == 3 else create(*a, **k)\n"
        "op.create_table = killed\n"
        "from footnote.store.chats.conversations import Conversations\n"
        "Conversations.in_folder(Path(sys.argv[1]))"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 9
    with sqlite3.connect(tmp_path / FILE) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
    kept = Conversations.in_folder(tmp_path)
    assert len(kept.turns(owner, asked(kept, owner, "What is DPO?"))) == 1


def test_they_may_share_a_database_with_the_catalog(tmp_path: Path, owner: str) -> None:
    from footnote.store.catalog import Catalog

    url = sa.URL.create("sqlite", database=str(tmp_path / "one.sqlite"))
    kept = Conversations(url)
    catalog = Catalog(url)
    asked(kept, owner, "What is DPO?")
    assert catalog.count() == 0
    assert len(Conversations(url).listed(owner)) == 1


def test_a_file_that_is_no_database_and_a_folder_that_is_none_are_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("These are my notes, and no database at all.\n" * 50)
    with pytest.raises(DatabaseError, match=r"conversations\.sqlite can't be read or written \(file is not"):
        Conversations.in_folder(tmp_path)
    with pytest.raises(DatabaseError, match="FOOTNOTE_HOME"):
        Conversations.in_folder(tmp_path / FILE / "folder")


@pytest.mark.parametrize("url", ["nonsense", "postgresql+nodriver://u:sesame@h/d"])
def test_an_address_that_is_none_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        Database(url, SCHEMA)
    assert "sesame" not in str(caught.value)


# Nobody sees another's

OPERATIONS = st.sampled_from(
    ["begin", "append", "rename", "delete", "restore", "share", "unshare", "turns", "list", "cited", "shared"]
)
STEPS = st.lists(st.tuples(st.integers(0, 1), OPERATIONS, st.integers(0, 20)), max_size=40)


@settings(max_examples=60)
@given(steps=STEPS)
def test_two_owners_never_see_each_others(tmp_path_factory: pytest.TempPathFactory, steps: list) -> None:
    """Whatever two readers do, to whichever conversation: each sees theirs alone, as they left it."""
    kept = Conversations.in_folder(tmp_path_factory.mktemp("two"))
    owners = [new_id(), new_id()]
    model: list[tuple[int, str, list[str]]] = []  # whose, id, questions
    deleted: set[str] = set()
    links: dict[str, tuple[str, int]] = {}  # id → token, turns

    for step, (who, operation, pick) in enumerate(steps):
        owner, word = owners[who], f"word{step}of{who}"
        if operation == "begin" or not model:
            model.append((who, kept.begin(owner), []))
            continue
        whose, ident, questions = model[pick % len(model)]
        allowed = whose == who and (ident in deleted) == (operation == "restore")
        mine = [(i, q) for w, i, q in model if w == who and i not in deleted]
        if operation == "list":
            assert {c.id: c.turns for c in kept.listed(owner)} == {i: len(q) for i, q in mine if q}
            assert kept.listed(owner, f"of{1 - who}") == []
        elif operation == "cited":
            assert kept.cited(owner) == {q: 1 for _, said in mine for q in said}
        elif operation == "shared":
            if ident in links and ident not in deleted:
                token, count = links[ident]
                assert [t.question for t in kept.shared(token).turns] == questions[:count]
        else:
            calls: dict[str, Callable[[], object]] = {
                "append": lambda o=owner, i=ident, w=word: kept.append(o, i, w, ANSWER, papers=[w]),
                "rename": lambda o=owner, i=ident, w=word: kept.rename(o, i, w),
                "delete": lambda o=owner, i=ident: kept.delete(o, i),
                "restore": lambda o=owner, i=ident: kept.restore(o, i),
                "share": lambda o=owner, i=ident: kept.share(o, i),
                "unshare": lambda o=owner, i=ident: kept.unshare(o, i),
                "turns": lambda o=owner, i=ident: kept.turns(o, i),
            }
            if not allowed:
                with pytest.raises(NoConversation):
                    calls[operation]()
                continue
            done = calls[operation]()
            if operation == "append":
                questions.append(word)
                assert done == len(questions)
            elif operation == "delete":
                deleted.add(ident)
            elif operation == "restore":
                deleted.discard(ident)
            elif operation == "share":
                links[ident] = (str(done), len(questions))
            elif operation == "unshare":
                links.pop(ident, None)
            elif operation == "turns":
                assert [t.question for t in kept.turns(owner, ident)] == questions
    for who, owner in enumerate(owners):
        for whose, ident, questions in model:
            if whose == who and ident not in deleted:
                assert [t.question for t in kept.turns(owner, ident)] == questions
            else:
                with pytest.raises(NoConversation):
                    kept.turns(owner, ident)
    kept.close()
