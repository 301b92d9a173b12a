"""Batches: what records change in known papers, who may change them, and undoing all of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from footnote.store.additions import AdditionsByVisitor
from footnote.store.batches import BatchError
from footnote.store.ingest import FileReport, IngestReport, ingest
from footnote.store.library import Library
from footnote.store.papers import Paper

ABSTRACT = (
    "We measured how sleep before an exam changes what students remember of a lecture on geology and rocks."
)
CORRECTED = ABSTRACT.replace("geology", "botany")
SLEEP = {
    "title": "Sleep before an exam and memory for lectures",
    "abstract": ABSTRACT,
    "doi": "10.1000/sleep",
}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(Library(tmp_path / "library")) as opened:
        yield opened


class Files:
    """Files of records, which are ingested under their names."""

    def __init__(self, folder: Path, library: Library) -> None:
        self._folder, self._library = folder, library

    def ingest(self, name: str, *records: dict[str, Any], **options: Any) -> IngestReport:
        file = self._folder / name
        file.write_text("".join(json.dumps(record) + "\n" for record in records))
        return ingest(self._library, [file], **options)

    def report(self, name: str, *records: dict[str, Any], **options: Any) -> FileReport:
        (report,) = self.ingest(name, *records, **options).files
        return report


@pytest.fixture
def files(tmp_path: Path, library: Library) -> Files:
    return Files(tmp_path, library)


def the_paper(library: Library) -> Paper:
    (paper,) = library.catalog.papers()
    return paper


def test_the_fuller_value_wins_field_by_field(library: Library, files: Files) -> None:
    short = {**SLEEP, "authors": ["Köhler, A."], "date": "2019"}
    full = {
        **SLEEP,
        "doi": "10.1000/SLEEP",
        "authors": ["Köhler, Anna", "Li, Wei"],
        "date": "2019-03-02",
        "pmid": "77",
    }
    files.ingest("short.jsonl", short)
    report = files.report("full.jsonl", full)
    assert (report.added, len(report.changed), report.merged) == ((), 1, ())
    paper = the_paper(library)
    assert (paper.authors, paper.date, paper.pmid) == (("Köhler, Anna", "Li, Wei"), "2019-03-02", "77")
    assert paper.doi == "10.1000/sleep"
    assert files.report("short.jsonl", short).changed == files.report("full.jsonl", full).changed == ()
    assert the_paper(library) == paper


def test_a_corrected_abstract_replaces_the_old_one_until_it_is_undone(library: Library, files: Files) -> None:
    files.ingest("a.jsonl", SLEEP)
    before = the_paper(library)
    report = files.ingest("b.jsonl", {**SLEEP, "abstract": CORRECTED})
    assert the_paper(library).abstract == CORRECTED
    assert {p for p, _ in library.lexical.search("botany", 5)} == {before.id}
    assert files.report("a.jsonl", SLEEP).changed == (), (
        "a file that says what it said before corrects nothing"
    )
    assert report.batch is not None
    library.undo(report.batch)
    assert the_paper(library) == before
    assert library.lexical.search("botany", 5) == []


@pytest.mark.parametrize("abstract", ["😀", "sleep", "We measured sleep."])
def test_less_than_what_is_known_replaces_nothing(library: Library, files: Files, abstract: str) -> None:
    files.ingest("a.jsonl", {**SLEEP, "id": "s"})
    files.ingest("b.jsonl", {**SLEEP, "id": "s", "abstract": abstract})
    assert the_paper(library).abstract == ABSTRACT
    report = files.report("c.jsonl", {"id": "s", "title": "Bridges rust", "abstract": abstract})
    assert (report.added, report.changed, report.merged) == ((), (), ())
    assert report.titles or "belongs to another paper" in report.refused[0].reason


def test_one_doi_on_many_titles_joins_nothing(library: Library, files: Files) -> None:
    records = [
        {"title": f"Abstract on {x}", "abstract": f"We count {x} by hand.", "doi": "10.1000/supplement"}
        for x in ("bees", "glaciers", "violins")
    ]
    assert len(files.report("a.jsonl", *records).added) == 3


def test_a_visitor_changes_only_what_they_added(library: Library, files: Files) -> None:
    files.ingest("a.jsonl", SLEEP)
    before = the_paper(library)
    other = {**SLEEP, "abstract": CORRECTED, "authors": ["Nobody"], "pmid": "1"}
    for owner in ("visitor", ""):
        report = files.report("visitor.jsonl", other, owner=owner)
        assert (report.changed, report.merged, report.differing) == ((), (before.id,), (before.id,))
        assert the_paper(library).model_copy(update={"pages": before.pages}) == before
    assert files.report("visitor.jsonl", other).changed == (before.id,), "the owner of the library may"
    bees = {
        "title": "Bees dance in the dark hive",
        "abstract": "Bees dance to point at flowers.",
        "doi": "10.1/bees",
    }
    (mine,) = files.report("mine.jsonl", bees, owner="visitor").added
    assert files.report("mine.jsonl", {**bees, "date": "2020"}, owner="another").differing == (mine,)
    assert files.report("mine.jsonl", {**bees, "date": "2020"}, owner="visitor").changed == (mine,)


def test_an_ingestion_is_undone_whole(library: Library, files: Files) -> None:
    bees = {"id": "bees", "title": "On bees", "abstract": "We count bees by hand."}
    ice = {"id": "ice", "title": "On ice", "abstract": "We count floes of ice."}
    files.ingest("a.jsonl", bees, SLEEP)
    library.remove(["bees"])
    before = {paper.id: paper for paper in library.catalog.papers()}
    batch = files.ingest("b.jsonl", bees, ice, {**SLEEP, "pmid": "77"}).batch
    assert batch is not None
    summary = library.batches()[0]
    assert (summary.number, summary.files, summary.owner) == (batch, ("b.jsonl",), None)
    assert (summary.added, summary.restored, summary.changed) == (1, 1, 1)
    library.undo(batch)
    assert {paper.id: paper for paper in library.catalog.papers()} == before
    assert library.lexical.count() == library.tokens.count() == len(before)
    assert library.batches()[0].undone
    with pytest.raises(BatchError, match="undone already"):
        library.undo(batch)
    with pytest.raises(BatchError, match="no batch 99"):
        library.undo(99)
    assert set(files.report("b.jsonl", bees, ice).restored) == {"bees", "ice"}


def test_undoing_a_batch_leaves_what_later_ones_said(library: Library, files: Files) -> None:
    first = files.ingest("a.jsonl", {**SLEEP, "date": "2019"}).batch
    second = files.ingest("b.jsonl", {**SLEEP, "date": "2019-03"}).batch
    files.ingest("c.jsonl", {**SLEEP, "date": "2019-03-02"})
    assert first is not None
    assert second is not None
    library.undo(second)
    assert (the_paper(library).date, the_paper(library).pages) == ("2019-03-02", ("a.jsonl", "c.jsonl"))
    library.undo(first)
    assert the_paper(library).pages == ("c.jsonl",), "another batch lists the paper too"
    third = library.batches()[0].number
    library.undo(third)
    assert library.catalog.count() == 1
    assert the_paper(library).date == "2019", "as it was before the third"


def test_what_changes_nothing_is_no_batch(library: Library, files: Files) -> None:
    files.ingest("a.jsonl", SLEEP)
    assert files.ingest("a.jsonl", SLEEP).batch is None
    assert len(library.batches()) == 1


def test_a_dry_run_tells_what_would_be_done_and_does_nothing(library: Library, files: Files) -> None:
    files.ingest("a.jsonl", SLEEP)
    bees = {"title": "On bees", "abstract": "We count bees by hand."}
    (told,) = files.ingest("b.jsonl", {**SLEEP, "pmid": "7"}, bees, bees, dry_run=True).files
    assert (library.catalog.count(), len(library.batches()), library.status().waiting) == (1, 1, 0)
    (done,) = files.ingest("b.jsonl", {**SLEEP, "pmid": "7"}, bees, bees).files
    assert told == done
    assert (len(done.added), len(done.changed), done.first_titles) == (1, 1, ("On bees",))


def test_a_file_that_cannot_be_read_to_its_end_leaves_nothing(
    library: Library, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("footnote.store.readers.read_result.MAX_ENTRIES", 2)
    records = [{"title": f"On {x}", "abstract": f"We count {x}."} for x in ("bees", "ice", "ash")]
    report = files.ingest("a.jsonl", *records)
    assert "more than 2 entries" in report.refused[0].reason
    assert (library.catalog.count(), library.batches(), report.batch) == (0, [], None)


def test_what_a_visitor_added_is_known_after_a_restart_and_can_be_undone(tmp_path: Path) -> None:
    with closing(Library(tmp_path / "library")) as library:
        files = Files(tmp_path, library)
        files.ingest(
            "a.jsonl",
            *({"id": x, "title": f"On {x}", "abstract": f"We count {x}."} for x in ("bees", "ice")),
            owner="me",
        )
        files.ingest("b.jsonl", {"id": "ash", "title": "On ash", "abstract": "We count ash."}, owner="other")
    with closing(Library(tmp_path / "library")) as library:
        additions = AdditionsByVisitor(library.catalog)
        mine = additions.of("me")
        assert (mine.present, mine.to_ask, mine.files) == (("ice", "bees"), ("bees", "ice"), ("a.jsonl",))
        assert additions.of("") == additions.of(None)
        assert additions.of(None).present == ()
        library.remove(["ice"], owner="me")
        assert additions.of("me").present == ("bees",)
        assert additions.of("me").undo_restores("ice")
        with pytest.raises(BatchError):
            library.undo(mine.upload or 0, owner="other")
        library.undo(mine.upload or 0, owner="me")
        assert additions.of("me").present == ()
        assert {paper.id for paper in library.catalog.papers()} == {"ash"}


def test_a_table_with_headers_of_its_own_is_read_by_naming_them(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text("Name,Summary\nOn bees,We count bees by hand.\n")
    assert ingest(library, [file]).refused
    (report,) = ingest(library, [file], columns={"title": "Name", "abstract": "Summary"}).files
    assert len(report.added) == 1
