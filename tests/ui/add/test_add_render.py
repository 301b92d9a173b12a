"""The report on uploaded files, word by word, in each of its states."""

from __future__ import annotations

from dataclasses import replace

import pytest

from footnote.store.errors import CorpusError
from footnote.store.ingest import FileReport
from footnote.ui.add import add_render, strings
from footnote.ui.add.add_papers import AddProgress
from tests.ui.html_reader import read

FILE = FileReport(
    file="a.jsonl",
    listings=1_205,
    added=("p1", "p2"),
    restored=("p3",),
    changed=("p4",),
    merged=("p5", "p6"),
    differing=("p6",),
    titles=2,
    refused=(CorpusError("a.jsonl", 3, "no title"), CorpusError("a.jsonl", None, "x" * 401)),
    refused_count=1_022,
    warnings={"year": 2, "doi": 3},
    first_titles=("On $x^2$", "Ice"),
)
REFUSED = FileReport(file="c.pdf", refused=(CorpusError("c.pdf", None, "no text"),), refused_count=1)


def items(progress: AddProgress) -> list[str]:
    return [element.text for element in read(add_render.report(progress)).named("li")]


def state(progress: AddProgress) -> str:
    (found,) = read(add_render.report(progress)).named("p")
    return found.text


def test_a_file_that_was_read_shows_what_became_of_its_papers_and_its_errors() -> None:
    shown, first, second, more = items(AddProgress(names=("a.jsonl",), reports=(FILE,), done=True))
    assert shown.startswith(
        "a.jsonl 2 new · 1 restored · 1 changed · 2 already in the library · 1 differ · "
        "2 without an abstract left out · left out: doi (3), year (2) · 1,022 refused"
    )
    assert first == "Line 3: no title"
    assert second == "x" * 399 + "…"
    assert more == "and 1,020 more"
    tips = [
        x.attributes["title"]
        for x in read(add_render.report(AddProgress(reports=(FILE,)))).named("span")
        if "title" in x.attributes
    ]
    assert tips == [
        "",
        strings.ADD_BACK_TIP,
        strings.ADD_CHANGED_TIP,
        strings.ADD_MERGED_TIP,
        strings.ADD_DIFFERING_TIP,
    ]
    assert items(AddProgress(reports=(REFUSED,))) == ["c.pdf not readno text", "no text"]
    whole = replace(FILE, refused=(CorpusError("a.jsonl", 1, "x" * 400),), refused_count=1)
    assert items(AddProgress(reports=(whole,)))[1:] == ["Line 1: " + "x" * 400]
    titles = replace(FILE, listings=0, titles=1)
    assert "1,022 refused" in items(AddProgress(reports=(titles,)))[0]


def test_twenty_errors_are_shown() -> None:
    for count in (20, 21):
        errors = tuple(CorpusError("a.jsonl", n + 1, "bad") for n in range(count))
        shown = items(AddProgress(reports=(replace(FILE, refused=errors, refused_count=count),)))
        assert shown[1:] == [f"Line {n}: bad" for n in range(1, 21)] + ["and 1 more"] * (count - 20)


def test_files_are_read_one_after_the_other() -> None:
    waiting = AddProgress(
        names=("a.jsonl", "b.jsonl", "c.jsonl"), reports=(replace(FILE, refused=(), refused_count=0),)
    )
    assert items(waiting)[1:] == ["b.jsonl reading…", "c.jsonl waiting"]
    assert items(replace(waiting, read=1_500))[1:] == ["b.jsonl reading: 1,500 records…", "c.jsonl waiting"]
    for stopped in (
        replace(waiting, waits=True),
        replace(waiting, error="broken"),
        replace(waiting, done=True),
    ):
        assert items(stopped)[1:] == ["b.jsonl waiting", "c.jsonl waiting"]
    refused = AddProgress(refused=(CorpusError("d.jsonl", None, "too large"),))
    assert items(refused) == ["d.jsonl not readtoo large", "too large"]


KNOWN = FileReport(file="a.jsonl", listings=1, merged=("p1",))


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (AddProgress(error="broken", waits=True), "broken"),
        (AddProgress(waits=True, done=True), strings.ADD_WAITS),
        (AddProgress(), ""),
        (AddProgress(indexing=(5, 1_200)), "Indexing: 5 of 1,200 papers…"),
        (AddProgress(reports=(FILE,), done=True), "Done: 3 new papers. Ready for questions."),
        (AddProgress(reports=(replace(KNOWN, restored=("p",)),), done=True),
         "Done: 1 new paper. Ready for questions."),
        (AddProgress(reports=(KNOWN,), done=True), strings.ADD_DONE_KNOWN),
        (AddProgress(reports=(KNOWN,), done=True, preview=True), strings.ADD_DONE_KNOWN),
        (AddProgress(done=True), strings.ADD_DONE_NONE),
    ],
)  # fmt: skip
def test_the_state_of_an_upload(progress: AddProgress, words: str) -> None:
    assert state(progress) == words


def test_a_preview_counts_what_adding_would_do() -> None:
    page = read(add_render.report(AddProgress(reports=(FILE, REFUSED), done=True, preview=True)))
    shown = dict(zip((x.text for x in page.named("dt")), (x.text for x in page.named("dd")), strict=True))
    assert shown == {
        "Records": "2,230",
        "with an abstract": "1,205",
        "New papers": "2",
        "Restored": "1",
        "Changed": "1",
        "Already in the library": "2",
        "of these, the files say something else": "1",
        "Refused": "1,023",
        "Fields left out": "doi (3), year (2)",
    }
    assert strings.ADD_PREVIEW in page.text
    assert strings.ADD_FIRST_TITLES in page.text
    assert [x.text for x in page.named("bdi")][-2:] == ["On x^2", "Ice"]
    changed = read(
        add_render.report(AddProgress(reports=(replace(KNOWN, changed=("p1",)),), done=True, preview=True))
    )
    assert [x.text for x in changed.named("dt")][2:4] == ["New papers", "Changed"]
    assert strings.ADD_FIRST_TITLES not in changed.text
    for progress in (AddProgress(reports=(FILE,), preview=True), AddProgress(reports=(FILE,), done=True)):
        assert not read(add_render.report(progress)).named("dt")


def test_what_an_upload_adds_and_lists() -> None:
    other = FileReport(file="b.jsonl", added=("p7", "p1"), changed=("p4",))
    progress = AddProgress(reports=(FILE, other))
    assert progress.added == ("p1", "p2", "p3", "p7")
    assert progress.papers == ("p1", "p2", "p3", "p4", "p5", "p6", "p7")
    for changes in ({"added": ("p",)}, {"restored": ("p",)}, {"changed": ("p",)}):
        assert AddProgress(reports=(KNOWN, replace(KNOWN, **changes))).changes_library
    assert not AddProgress(reports=(KNOWN,)).changes_library
    assert not AddProgress().waits
    assert not AddProgress().read
