"""BEIR folders: what is read, what is mended, and how errors name their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from footnote.eval.datasets.beir import read_beir, read_documents
from footnote.eval.datasets.kept_library import beir_library
from footnote.eval.errors import BeirError
from tests.eval.beir_folder import DOCUMENTS, QUERIES, write_beir


def test_queries_without_a_relevant_document_are_left_out_and_counted(tmp_path: Path) -> None:
    unfound = [("q1", "d1", "1"), ("q1", "nowhere", "1"), ("q2", "d2", "0"), ("q8", "d1", "1")]
    beir = read_beir(write_beir(tmp_path, judgements=unfound))
    assert beir.queries == {"q1": "walrus tusks"}
    assert beir.grades == {"q1": {"d1": 1, "nowhere": 1}}
    assert (beir.left_out, beir.unknown_documents, beir.unknown_queries) == (4, 1, 1)


def test_empty_titles_and_texts_are_stood_in_for_and_ids_kept(tmp_path: Path) -> None:
    documents = [*DOCUMENTS, {"_id": 7}, {"_id": "long", "title": "t" * 2000, "text": "w " * 30_000}]
    beir = read_beir(write_beir(tmp_path, documents=documents))
    assert (beir.corpus.no_title, beir.corpus.no_text, beir.corpus.shortened) == (2, 2, 1)
    listings = {x.id: x for x in read_documents(tmp_path / "corpus.jsonl")}
    assert list(listings) == ["d1", "d2", "d3", "d4", "d5", "d6", "7", "long"]
    assert (listings["d4"].title, listings["d4"].abstract) == ("d4", "Glaciers carve valleys.")
    assert (listings["d5"].title, listings["d5"].abstract) == ("Violins", "Violins")
    assert (listings["7"].title, listings["7"].abstract) == ("7", "7")


def test_the_split_names_its_file_of_judgements(tmp_path: Path) -> None:
    write_beir(tmp_path, qrels="qrels/train.tsv", judgements=[("q1", "d1", "1")])
    assert read_beir(tmp_path, split="train").queries.keys() == {"q1"}
    with pytest.raises(BeirError, match=r"test\.tsv: no such file; --split can be train"):
        read_beir(tmp_path)
    write_beir(tmp_path, qrels="qrels/test.tsv", judgements=[("q2", "d2", "1")])
    assert read_beir(tmp_path).queries.keys() == {"q2"}
    write_beir(tmp_path, judgements=[("q3", "d2", "1")])
    assert read_beir(tmp_path).queries.keys() == {"q3"}
    with pytest.raises(BeirError, match="leave --split out"):
        read_beir(tmp_path, split="dev")


@pytest.mark.parametrize(
    ("file", "text", "line", "reason"),
    [
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nq1 d1 1\n", 2, "1 fields instead of"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nq1\td1\tyes\n", 2, "'yes' is no whole number"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nq1\t\t1\n", 2, "is empty"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td1\t2\n", 3, "otherwise than"),
        ("qrels.tsv", "q1\td1\t1\n", 1, "no header"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\n", None, "judges no document relevant"),
        ("corpus.jsonl", '{"_id": "a"}\n{"_id": "a"}\n', 2, "taken by an earlier line"),
        ("corpus.jsonl", '{"title": "no id"}\n', 1, '"_id" must be'),
        ("corpus.jsonl", '{"_id": "a", "text": 3}\n', 1, '"text" isn\'t a text'),
        ("corpus.jsonl", "\n", None, "holds no document"),
        ("queries.jsonl", "{\n", 1, "isn't JSON"),
        ("queries.jsonl", '\n["q1"]\n', 2, "isn't a JSON object"),
        ("queries.jsonl", '{"_id": "q1", "text": " "}\n', 1, "no query"),
    ],
)
def test_what_cannot_be_read_is_named_by_file_and_line(
    tmp_path: Path, file: str, text: str, line: int | None, reason: str
) -> None:
    (write_beir(tmp_path) / file).write_text(text)
    with pytest.raises(BeirError) as caught:
        read_beir(tmp_path)
    assert (caught.value.source, caught.value.line) == (str(tmp_path / file), line)
    assert reason in str(caught.value)


def test_a_missing_folder_or_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BeirError, match="no such folder"):
        read_beir(tmp_path / "absent")
    (write_beir(tmp_path) / "queries.jsonl").unlink()
    with pytest.raises(BeirError, match=r"queries\.jsonl: can't be read: No such file"):
        read_beir(tmp_path)


def test_a_library_is_made_once_for_a_corpus(tmp_path: Path) -> None:
    beir = read_beir(write_beir(tmp_path / "set"))
    reports: list[tuple[int, int]] = []
    with beir_library(beir, tmp_path / "cache", progress=lambda *r: reports.append(r)) as library:
        folder = library.folder
        assert [paper.id for paper in library.catalog.papers()] == ["d1", "d2", "d3", "d4", "d5", "d6"]
    assert reports == [(6, 6)]
    # Other queries ask the same library, another corpus has its own.
    same = read_beir(write_beir(tmp_path / "again", queries=QUERIES[:3]))
    with beir_library(same, tmp_path / "cache", progress=lambda *r: reports.append(r)) as library:
        assert library.folder == folder
    assert reports == [(6, 6)]
    other = read_beir(write_beir(tmp_path / "other", documents=DOCUMENTS[:3]))
    with beir_library(other, tmp_path / "cache", progress=lambda *r: reports.append(r)) as library:
        assert library.folder != folder
        assert library.status().papers == 3
    assert reports == [(6, 6), (3, 3)]


def test_a_library_that_was_cut_off_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("footnote.store.library.MOST_AT_ONCE", 20)
    documents = [{"_id": f"n{n}", "title": f"Note {n}", "text": f"It says {n}."} for n in range(70)]
    beir = read_beir(write_beir(tmp_path / "set", documents=documents))

    def cut_off(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), beir_library(beir, tmp_path / "cache", progress=cut_off):
        pass
    reports: list[tuple[int, int]] = []
    with beir_library(beir, tmp_path / "cache", progress=lambda *r: reports.append(r)) as library:
        status = library.status()
    assert (status.papers, status.waiting) == (70, 0)
    assert reports[-1][1] < 70
