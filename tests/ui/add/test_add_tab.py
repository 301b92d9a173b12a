"""The tab "Add papers" without a browser: uploads, ingestion, and each visitor's additions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from gradio.data_classes import FileData, ListFiles
from gradio.processing_utils import async_move_files_to_cache
from hypothesis import given
from hypothesis import strategies as st

from footnote.store.errors import CorpusError
from footnote.store.ingest import FileReport
from footnote.store.library import Library
from footnote.ui.add import add_render, strings, uploads
from footnote.ui.add.add_papers import AddProgress, add
from footnote.ui.add.uploads import bare_name, moved
from tests.ui.html_reader import read
from tests.ui.strategies import words

PAPER = '{"id": "%s", "title": "On %s", "abstract": "We count %s by hand. There are many."}\n'
INERT = {"ul", "ol", "li", "dl", "dt", "dd", "bdi", "span", "strong", "p"}


def lines(*about: str) -> str:
    return "".join(PAPER % (x, x, x) for x in about)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture
def upload(tmp_path: Path) -> Callable[[str, str], str]:
    """Puts a file where Gradio would: in a folder named after its content."""

    def put(name: str, content: str) -> str:
        file = tmp_path / "gradio" / str(abs(hash(content))) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
        return str(file)

    return put


Upload = Callable[[str, str], str]


@given(st.one_of(words, st.sampled_from(["..", ".", "", "/", "a\\..\\..", "..\u200b", "x" * 300 + ".jsonl"])))
def test_a_bare_name_is_one_safe_part_of_a_path(name: str) -> None:
    bare = bare_name(name)
    assert bare
    assert bare not in (".", "..")
    assert Path("folder", bare).parent == Path("folder")
    assert Path("folder", bare).name == bare
    assert bare.isprintable()
    assert len(bare) <= 132


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("page.txt", "page.txt"),
        ("/etc/page one.txt", "page one.txt"),
        ("C:\\me\\page.md", "page.md"),
        ("Seite über α.txt", "Seite über α.txt"),
        ("\u202egpj.txt", "gpj.txt"),
        ("x" * 500 + ".jsonl", "x" * 120 + ".jsonl"),
    ],
)
def test_a_bare_name_stays_readable(name: str, bare: str) -> None:
    assert bare_name(name) == bare


def test_uploads_are_read_under_their_bare_names_and_deleted(temporary: Path, upload: Upload) -> None:
    one, two = upload("a.jsonl", "1"), upload("a.jsonl", "2")
    with moved([one, two, one]) as taken:
        assert [(file.name, file.read_text()) for file in taken.files] == [("a.jsonl", "1"), ("a.jsonl", "2")]
        assert taken.refused == ()
    assert list(Path(one).parents[1].rglob("*")) == list(temporary.iterdir()) == []


def test_uploads_are_deleted_when_reading_fails(temporary: Path, upload: Upload) -> None:
    one = upload("a.jsonl", "1")
    with pytest.raises(ValueError, match="broken"), moved([one]):
        raise ValueError("broken")
    assert not Path(one).exists()
    assert list(temporary.iterdir()) == []


def test_too_many_too_large_and_lost_files_are_told_by_name(
    temporary: Path, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_FILES", 3)
    monkeypatch.setattr(uploads, "MAX_FILE_BYTES", 4)
    lost = upload("lost.jsonl", "lost")
    Path(lost).unlink()
    paths = [upload("fits.jsonl", "1234"), upload("large.jsonl", "12345"), lost, upload("more.jsonl", "x")]
    with moved(paths) as taken:
        assert [file.name for file in taken.files] == ["fits.jsonl"]
        assert [error.source for error in taken.refused] == ["large.jsonl", "lost.jsonl", "more.jsonl"]
        large, gone, more = taken.refused
        assert "more than 4 bytes" in large.reason
        assert "add it again" in gone.reason
        assert "more than 3 files" in more.reason
    assert not any(Path(path).exists() for path in paths)


def test_the_browser_cuts_files_where_the_server_refuses_them() -> None:
    script = resources.files("footnote.ui") / "static" / "add_papers.js"
    assert f"MOST = {uploads.MAX_FILE_BYTES:_};" in script.read_text("utf-8")
    assert uploads.MAX_FILE_BYTES < uploads.LAUNCH_MAX_FILE_SIZE


async def test_only_what_was_uploaded_is_read_and_no_address_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "gradio"))
    with gr.Blocks():
        field = uploads.box("Files", elem_id="files")
    mine = tmp_path / "gradio" / "abc" / "a.jsonl"
    mine.parent.mkdir(parents=True)
    mine.write_text("")
    deeper = mine.parent / "more" / "b.jsonl"
    deeper.parent.mkdir()
    deeper.write_text("")
    outside = tmp_path / "secret.jsonl"
    outside.write_text("")
    asked = [
        {"path": path, "meta": {"_type": "gradio.FileData"}}
        for path in (
            str(mine),
            str(outside),
            str(mine.parents[1]),
            str(mine.parent),
            str(deeper),
            f"{mine.parent}/../../secret.jsonl",
            "http://127.0.0.1:9/a.jsonl",
        )
    ]
    moved: Any = await async_move_files_to_cache(asked, field, check_in_upload_folder=True)
    payload = ListFiles(root=[FileData(**each) for each in moved])
    assert field.preprocess(payload) == [str(mine)]
    assert field.preprocess(None) == []
    assert {path for path in mine.parents[1].rglob("*") if path.is_file()} == {mine, deeper}, (
        "no stub is left behind"
    )


def test_files_are_added_step_by_step(tmp_path: Path, temporary: Path, upload: Upload) -> None:
    library = Library(tmp_path / "library")
    first = upload("a.jsonl", lines("bees", "ice"))
    *steps, last = add(
        library, [first, upload("b.jsonl", lines("ice", "ash") + "no\n"), upload("c.pdf", "")], "me"
    )
    assert steps[0].names == ("a.jsonl", "b.jsonl", "c.pdf")
    assert not any(step.done for step in steps)
    assert last.done
    assert last.indexing == (3, 3)
    a, b, c = last.reports
    assert (a.added, a.merged, a.refused) == (("bees", "ice"), (), ())
    assert (b.added, b.merged, [error.line for error in b.refused]) == (("ash",), ("ice",), [3])
    assert (c.file, [error.line for error in c.refused]) == ("c.pdf", [None])
    assert (last.added, last.papers) == (("bees", "ice", "ash"), ("bees", "ice", "ash"))
    assert library.catalog.pages() == ["a.jsonl", "b.jsonl"]
    assert library.status().waiting == 0
    assert list(temporary.iterdir()) == []
    library.remove(["ice"])
    *_, again = add(library, [upload("d.jsonl", lines("ice", "bees"))], "me")
    assert (again.added, again.papers) == (("ice",), ("ice", "bees"))


def test_a_preview_shows_what_adding_does_and_writes_nothing(
    tmp_path: Path, temporary: Path, upload: Upload
) -> None:
    library = Library(tmp_path / "library")
    list(add(library, [upload("a.jsonl", lines("bees"))], "other"))
    file = upload("b.jsonl", lines("ice", "bees", "ash") + "no\n")
    *_, preview = add(library, [file], "me", preview=True)
    assert (preview.added, preview.changes_library) == (("ice", "ash"), True)
    assert library.catalog.count() == 1
    assert Path(file).exists()
    page = read(add_render.report(preview))
    assert strings.ADD_PREVIEW in page.text
    shown = dict(zip((x.text for x in page.named("dt")), (x.text for x in page.named("dd")), strict=True))
    assert shown == {
        strings.ADD_RECORDS: "4",
        strings.ADD_WITH_ABSTRACT: "3",
        strings.ADD_FIELD_NEW: "2",
        strings.ADD_FIELD_KNOWN: "1",
        strings.ADD_FIELD_REFUSED: "1",
    }
    assert {"On ice", "On ash"} <= {element.text for element in page.named("bdi")}
    *_, added = add(library, [file], "me")
    assert replace(added.reports[0], refused=()) == replace(preview.reports[0], refused=())
    assert not Path(file).exists()
    *_, known = add(library, [upload("b.jsonl", lines("ice"))], "me", preview=True)
    assert not known.changes_library
    assert strings.ADD_DONE_KNOWN in read(add_render.report(known)).text
    assert list(temporary.iterdir()) == []


def test_who_comes_second_is_told_and_has_their_turn(
    tmp_path: Path, temporary: Path, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("footnote.ui.add.add_papers._RETRY_S", 0.05)
    library = Library(tmp_path / "library")
    writing, done = threading.Event(), threading.Event()

    def write() -> None:
        with library.writing():
            writing.set()
            done.wait(30)

    writer = threading.Thread(target=write)
    writer.start()
    writing.wait(30)
    steps = add(library, [upload("a.jsonl", lines("bees"))], "me")
    waiting = next(step for step in steps if step.waits)
    assert strings.ADD_WAITS in read(add_render.report(waiting)).text
    done.set()
    writer.join()
    *_, last = steps
    assert (last.added, last.waits, last.error) == (("bees",), False, "")


def test_who_waits_too_long_is_told_that_nothing_was_done(
    tmp_path: Path, temporary: Path, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("footnote.ui.add.add_papers._RETRY_S", 0.05)
    monkeypatch.setattr("footnote.ui.add.add_papers._WAIT_S", 0)
    library, other = Library(tmp_path / "library"), Library(tmp_path / "library")
    file = upload("a.jsonl", lines("bees"))
    with other.writing():
        *_, last = add(library, [file], "me")
    assert (last.error, last.done, last.papers) == (strings.ADD_BUSY, True, ())
    assert library.catalog.count() == 0
    assert not Path(file).exists()


def test_an_addition_goes_on_when_nobody_listens_any_more(
    tmp_path: Path, temporary: Path, upload: Upload
) -> None:
    library = Library(tmp_path / "library")
    steps = add(library, [upload("a.jsonl", lines("bees", "ice"))], "me")
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    (adding,) = (thread for thread in threading.enumerate() if thread.name == "adding")
    adding.join(60)
    assert (library.status().papers, library.status().waiting) == (2, 0)
    assert list(temporary.iterdir()) == []


def test_a_library_that_cannot_be_written_is_told_without_its_folder(
    tmp_path: Path, temporary: Path, upload: Upload
) -> None:
    library = Library(tmp_path / "library")
    (tmp_path / "library" / "dense").mkdir()
    (tmp_path / "library" / "dense" / "built-by.txt").write_text("another@1\n")
    *_, last = add(library, [upload("a.jsonl", lines("bees"))], "me")
    assert last.error == strings.ADD_BROKEN
    assert str(tmp_path) not in add_render.report(last)


errors = st.builds(CorpusError, words, st.none() | st.integers(1, 10_000), st.one_of(words, st.text()))
ids = st.lists(st.text(max_size=3), max_size=3).map(tuple)
reports = st.builds(
    FileReport,
    file=words,
    listings=st.integers(0, 3),
    added=ids,
    restored=ids,
    changed=ids,
    merged=ids,
    differing=ids,
    titles=st.integers(0, 3),
    refused=st.lists(errors, max_size=30).map(tuple),
    refused_count=st.integers(0, 40),
    warnings=st.dictionaries(words, st.integers(1, 3), max_size=2),
    first_titles=st.lists(words, max_size=3).map(tuple),
)


@given(
    st.builds(
        AddProgress,
        names=st.lists(words, max_size=4).map(tuple),
        reports=st.lists(reports, max_size=3).map(tuple),
        refused=st.lists(errors, max_size=3).map(tuple),
        indexing=st.none() | st.just((1, 2)),
        error=st.sampled_from(["", strings.ADD_BROKEN]),
        done=st.booleans(),
        preview=st.booleans(),
    )
)
def test_a_report_shows_every_name_and_reason_as_words(adding: AddProgress) -> None:
    page = read(add_render.report(adding))
    assert {element.tag for element in page.elements} <= INERT
    for element in page.elements:
        assert set(element.attributes) <= {"class", "title"}
    names = [report.file for report in adding.reports] + list(adding.names[len(adding.reports) :])
    for error in adding.refused:
        names.append(error.source)
        assert error.reason[:399] in page.text
    shown = [element.text for element in page.named("bdi")]
    assert [name for name in names if name not in shown] == []


def test_no_more_than_a_bounded_part_of_a_report_is_shown() -> None:
    refused = tuple(CorpusError("a.jsonl", line, "x" * 5_000) for line in range(1, 1_001))
    report = add_render.report(
        AddProgress(reports=(FileReport(file="a.jsonl", refused=refused, refused_count=1_000),), done=True)
    )
    assert "and 980 more" in read(report).text
    assert len(report) < 12_000
