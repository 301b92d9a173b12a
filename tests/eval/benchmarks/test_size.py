"""The benchmark of sizes: papers made by number, vectors composed, and the command at tiny sizes."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from footnote.eval.benchmarks.graph_recall import HnswGraph
from footnote.eval.benchmarks.stopwatch import Stopwatch
from footnote.eval.commands.evaluate import bench_app
from footnote.eval.datasets.recombine import ComposingEmbedder, Original, Recombiner, originals, skeleton
from footnote.eval.errors import BenchError
from footnote.eval.questions import SHIPPED
from footnote.store.embedders.minilm import MiniLM
from footnote.store.ingest import SAMPLE_CORPUS
from footnote.store.library import Library
from footnote.store.readers import read_file

PAPERS, QUESTIONS = 24, 25


@pytest.fixture(scope="module")
def shipped(library_home: Path) -> list[Original]:
    library = Library(library_home / "library")
    ids = [paper.id for paper in library.catalog.papers()]
    found = originals(list(library.catalog.get(ids).values()))
    library.close()
    return found


def test_a_paper_depends_on_its_number_alone(shipped: list[Original]) -> None:
    one, other = Recombiner(shipped), Recombiner(shipped)
    for number in (7, 3, 1_234_567):
        assert one.listing(number) == other.listing(number)
    assert one.listing(3) != one.listing(4)


def test_sentences_are_those_that_ship_but_for_swapped_words(shipped: list[Original]) -> None:
    known = {skeleton(sentence) for paper in shipped for sentence in paper.sentences}
    recombiner = Recombiner(shipped)
    listings = [recombiner.listing(number) for number in range(50)]
    shipped_text = " ".join(sentence for paper in shipped for sentence in paper.sentences)
    new = {word for x in listings for word in x.abstract.split()} - set(shipped_text.split())
    assert new  # the vocabulary grows
    for listing in listings:
        left = skeleton(listing.abstract)
        for sentence in sorted(known, key=len, reverse=True):
            left = left.replace(sentence, "")
        assert not left.strip()


def test_a_fifth_of_the_papers_are_of_a_year_and_a_thousandth_on_a_page(shipped: list[Original]) -> None:
    recombiner = Recombiner(shipped)
    listings = [recombiner.listing(number) for number in range(2_000)]
    assert sum((x.date or "").startswith("2022") for x in listings) == 400
    assert sum(x.source == "page-007.jsonl" for x in listings) == 2


def test_a_composed_vector_is_near_the_sentence_it_was_made_from(shipped: list[Original]) -> None:
    composer = ComposingEmbedder(shipped)
    composer.composing = True
    sentence, vector = shipped[0].sentences[1], shipped[0].vectors[1]
    (row,) = composer.embed([sentence])
    assert (composer.composed, composer.embedded) == (1, 0)
    assert np.linalg.norm(row) == pytest.approx(1, abs=1e-5)
    assert 0.9 < float(row @ vector) < 0.99
    assert np.array_equal(composer.embed([sentence])[0], row)


def test_what_was_not_recombined_is_embedded(shipped: list[Original]) -> None:
    composer = ComposingEmbedder(shipped)
    composer.composing = True
    text = "Nothing of this kind ships."
    assert np.array_equal(composer.embed([text]), MiniLM().embed([text]))
    assert (composer.composed, composer.embedded) == (0, 1)
    assert composer.embed([]).shape == (0, 384)


def test_composed_papers_are_laid_out_as_embedded_ones(shipped: list[Original]) -> None:
    composer, model = ComposingEmbedder(shipped), MiniLM()
    composer.composing = True
    recombiner = Recombiner(shipped)
    for number in range(50):
        abstract = recombiner.listing(number).abstract
        assert composer.count_tokens(abstract) == model.count_tokens(abstract)


def test_a_part_inside_another_is_taken_off_it(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: clock[0])

    class Thing:
        def outer(self) -> None:
            clock[0] += 1
            self.inner()

        def inner(self) -> None:
            clock[0] += 4

    thing, watch = Thing(), Stopwatch()
    watch.watch(thing, "outer", "a")
    watch.watch(thing, "inner", "b")
    thing.outer()
    Thing().outer()  # another object isn't watched
    assert watch.take() == {"a": 1, "b": 4}
    assert watch.take() == {}


@pytest.mark.parametrize("text", ["", "32", "32:", "a:b", "0:100", "16:0", "-1:5"])
def test_a_graph_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BenchError, match="such as 32:200"):
        HnswGraph.parse(text)


@pytest.fixture
def some_papers(tmp_path: Path) -> Path:
    """A file of some papers that ship; to embed them all takes ten times as long."""
    listings = read_file(SAMPLE_CORPUS / "000_33191604a80920a0.txt").listings[:PAPERS]
    file = tmp_path / "some.jsonl"
    file.write_text("".join(json.dumps({"title": x.title, "abstract": x.abstract}) + "\n" for x in listings))
    return file


@pytest.fixture
def some_questions(tmp_path: Path) -> Path:
    """A file of some questions that ship."""
    file = tmp_path / "questions.jsonl"
    file.write_text("".join(SHIPPED.read_text().splitlines(keepends=True)[:QUESTIONS]))
    return file


def test_the_command_measures_tiny_libraries_and_keeps_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, some_papers: Path, some_questions: Path
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("footnote.eval.benchmarks.size_library.SAMPLE_CORPUS", some_papers)
    monkeypatch.setattr("footnote.eval.questions.SHIPPED", some_questions)
    asked = ["size", "--embedded", "5", "--added", "10", "--papers", "60"]
    both = [*asked, "--papers", "120", "--ef", "1000", "--graph", "8:50"]
    ran = CliRunner().invoke(bench_app, [*both, "--json", "--out", str(tmp_path / "out")])
    assert ran.exit_code == 0, ran.stderr
    record = json.loads(ran.stdout)
    assert record == json.loads((tmp_path / "out" / "size.json").read_text())
    small, large = record["sizes"]
    assert (small["papers"], large["papers"]) == (60, 120)
    for size in record["sizes"]:
        assert size["build"]["true"]["papers"] == 5
        assert size["build"]["rest"]["papers"] == size["papers"] - 5
        assert 0 < size["build"]["embedded"] < size["build"]["composed"]
        assert size["sentences"] > size["searched"]["passages"] >= size["papers"]
        assert set(size["bytes"]) == {"catalog", "dense", "lexical", "tokens"}
        assert all(size["bytes"].values())
        assert size["adding"]["here"]["papers"] == size["adding"]["empty"]["papers"] == 10
        latency = size["searched"]["latency"]
        passing = [one["passing"] for one in latency.values()]
        assert passing == [size["papers"], size["papers"] // 5, 1]
        for one in latency.values():
            assert one["questions"] == QUESTIONS
            assert sum(one["parts_ms"].values()) == pytest.approx(one["mean_ms"])
        own, other = size["recall"]
        assert own["build_s"] is None
        assert other["graph"] == {"max_neighbors": 8, "ef_construction": 50}
        assert own["recall"] > 0.95  # there are hardly more passages than are asked for
    kept = sorted((tmp_path / "home" / "eval" / "size").glob("*/build.json"))
    assert len(kept) == 2
    built = [file.stat().st_mtime_ns for file in kept]

    again = CliRunner().invoke(bench_app, [*asked, "--no-recall"], env={"COLUMNS": "100"})
    assert again.exit_code == 0, again.stderr
    assert "Milliseconds of a search" in again.stdout
    assert [file.stat().st_mtime_ns for file in kept] == built
