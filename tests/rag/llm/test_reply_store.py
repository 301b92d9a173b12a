"""Replies stored on disk."""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest

from footnote.rag.llm.reply_store import FILE, ReplyStore, reply_key


@pytest.fixture
def store(tmp_path: Path) -> ReplyStore:
    return ReplyStore(tmp_path / "replies", 1_000_000)


def test_what_is_put_is_found_also_by_another_process(store: ReplyStore, tmp_path: Path) -> None:
    store.put("a", "Ein Satz. 标\n")
    store.put("a", "Another.")
    store.put("b", "Two.")
    other = ReplyStore(tmp_path / "replies", 1_000_000)
    assert (other.get("a"), other.get("b"), other.get("c")) == ("Another.", "Two.", None)
    other.remove("a")
    assert store.get("a") is None


def test_looking_makes_no_file(store: ReplyStore, tmp_path: Path) -> None:
    assert store.get("a") is None
    store.remove("a")
    assert list(tmp_path.iterdir()) == []


def test_switched_off_nothing_is_written_or_found(store: ReplyStore, tmp_path: Path) -> None:
    store.put("a", "One.")
    off = ReplyStore(tmp_path / "replies", 0)
    assert off.get("a") is None
    off.put("b", "Two.")
    assert store.get("b") is None


@pytest.mark.skipif(os.name == "nt", reason="permissions are POSIX's")
def test_nobody_else_may_read_it(store: ReplyStore, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store.put("a", "One.")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "replies").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "replies" / FILE).stat().st_mode) == 0o600


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    store = ReplyStore(tmp_path, 200_000)
    for n in range(8):
        store.put(str(n), f"{n}" * 20_000)
    assert store.get("0") is not None
    store.put("8", "8" * 20_000)
    store.put("9", "9" * 20_000)
    kept = [n for n in range(10) if store.get(str(n)) is not None]
    assert kept[0] == 0, "used after the others were put"
    assert kept[1:] == list(range(kept[1], 10)), "the newest of the others"
    assert 5 <= len(kept) <= 9


def test_the_file_stays_within_its_bound_and_shrinks_with_it(tmp_path: Path) -> None:
    store = ReplyStore(tmp_path, 100_000)
    for n in range(60):
        store.put(str(n), f"{n} " * 1_000)
        assert (tmp_path / FILE).stat().st_size <= 100_000
    assert store.get("59") is not None
    assert store.get("0") is None
    ReplyStore(tmp_path, 40_000).put("last", "short")
    assert (tmp_path / FILE).stat().st_size <= 40_000
    assert store.get("last") == "short"


def test_a_reply_larger_than_all_the_room_is_not_kept(tmp_path: Path) -> None:
    store = ReplyStore(tmp_path, 50_000)
    store.put("small", "One.")
    store.put("large", "x" * 50_001)
    assert (store.get("small"), store.get("large")) == ("One.", None)


def test_half_a_character_is_not_kept(store: ReplyStore) -> None:
    store.put("a", "\ud800")
    assert store.get("a") is None


@pytest.mark.parametrize("damage", ["text", "middle"])
def test_a_broken_file_is_reported_renamed_and_replaced(
    store: ReplyStore, tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    for n in range(50):
        store.put(str(n), "One." * 1_000)
    file = tmp_path / "replies" / FILE
    size = file.stat().st_size
    if damage == "text":
        file.write_text("This is no database. " * 500)
    else:
        with file.open("r+b") as stream:
            stream.seek(4096)
            stream.write(b"\xaa" * (size - 4096))
    with caplog.at_level(logging.WARNING):
        assert store.get("7") is None
        store.put("8", "Two.")
    [record] = [r for r in caplog.records if "the file is now" in r.getMessage()]
    assert FILE in record.getMessage()
    store.put("9", "Three.")
    assert store.get("9") == "Three."
    assert file.with_name(f"{FILE}.broken").exists()


def test_a_file_that_another_process_locks_is_reported_and_left(
    store: ReplyStore, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("footnote.rag.llm.reply_store._WAIT_S", 0.05)
    store.put("a", "One.")
    with closing(sqlite3.connect(tmp_path / "replies" / FILE)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert store.get("a") is None
        store.put("b", "Two.")
    assert "can't be used: database is locked" in caplog.text
    assert store.get("a") == "One."


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("in the way")
    ReplyStore(tmp_path / "file" / "replies", 1000).put("a", "One.")
    assert "replies can't be stored in" in caplog.text


def test_many_threads_may_use_it_at_once(store: ReplyStore, caplog: pytest.LogCaptureFixture) -> None:
    def work(name: int) -> None:
        for n in range(10):
            store.put(f"{name}-{n}", f"Reply {n}.")
            assert store.get(f"{name}-{n}") == f"Reply {n}."

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(store.get(f"{name}-{n}") for name in range(4) for n in range(10))
    assert caplog.text == ""


def test_a_key_is_the_same_for_the_same_and_differs_for_what_differs() -> None:
    assert reply_key(a=1, b=["x"]) == reply_key(b=["x"], a=1)
    assert len({reply_key(a=1), reply_key(a=None), reply_key(a="1"), reply_key(b=1)}) == 4
