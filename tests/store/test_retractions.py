"""A list of retractions marks the papers that it names, and can be undone."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from footnote.store.errors import CorpusError
from footnote.store.library import Library
from footnote.store.papers import Listing
from footnote.store.retractions import read_retractions

HEADER = (
    "Record ID,Title,RetractionDate,RetractionDOI,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,"
    "Reason\n"
)
ROWS = (
    HEADER
    + '1,"Bees, dancing",3/2/2021 0:00,10.1000/r,10.1000/BEES,0,Retraction,+Error in Data;+Duplication;\n'
    + "2,Ice,3/2/2021 0:00,10.1000/r,unavailable,77,Retraction,\n"
    + "3,Ash,3/2/2021 0:00,10.1000/r,10.1000/ash,0,Correction,+Error\n"
    + "4,Short\n"
)


def paper(name: str, **details: str) -> Listing:
    return Listing(
        source="a.jsonl",
        line=1,
        id=name,
        title=f"On {name}",
        abstract=f"We count {name}.",
        **details,  # type: ignore[arg-type]
    )


def test_papers_are_marked_by_doi_and_pubmed_id(tmp_path: Path) -> None:
    file = tmp_path / "rw.csv"
    file.write_text(ROWS)
    with closing(Library(tmp_path / "library")) as library:
        library.record(
            [paper("bees", doi="10.1000/bees"), paper("ice", pmid="77"), paper("ash", doi="10.1000/ash")]
        )
        report = library.mark_retractions(file)
        assert (report.listed, report.marked) == (2, ("bees", "ice"))
        marks = {p.id: p.retraction for p in library.catalog.papers()}
        assert marks == {
            "bees": "Retracted 2021-03-02: Error in Data; Duplication",
            "ice": "Retracted 2021-03-02",
            "ash": None,
        }
        again = library.mark_retractions(file)
        assert (again.marked, again.batch) == ((), None)
        assert report.batch is not None
        library.undo(report.batch)
        assert {p.retraction for p in library.catalog.papers()} == {None}


def test_another_file_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(CorpusError, match=r"other\.csv: no column OriginalPaperDOI"):
        list(read_retractions(file))
    with pytest.raises(CorpusError, match=r"none\.csv: can't be read"):
        list(read_retractions(tmp_path / "none.csv"))
