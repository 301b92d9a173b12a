"""The pure parts of the tab "Library": map, table, a paper's page, and requests, with arbitrary text."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.store.authors import displayed
from footnote.store.contents import PaperRow
from footnote.store.display import plain_text
from footnote.store.ingest import ingest
from footnote.store.library import Library
from footnote.store.papers import Paper, Section
from footnote.ui.escape import replace_surrogates
from footnote.ui.library import requests
from footnote.ui.library.library_views import table
from footnote.ui.library.map_svg import Dot, map_html, thinned
from footnote.ui.library.paper_page import nearest_html, paper_html
from footnote.ui.library.papers_table import ROWS, TableView, chosen_html, table_html
from tests.ui.html_reader import Element, Reader, read
from tests.ui.strategies import papers, words

SHARED = {"class", "id", "title", "href", "value", "type", "tabindex", "target", "rel", "scope", "disabled"}
DRAWN = {"x", "y", "d", "width", "height", "text-anchor", "style"}


def ids() -> st.SearchStrategy[str]:
    return st.one_of(words, st.text(min_size=1, max_size=20)).map(
        lambda text: replace_surrogates(text).replace("\0", "")
    )


@st.composite
def dots(draw: st.DrawFn) -> Dot:
    share = st.floats(0, 1)
    return Dot(
        paper=draw(ids()),
        title=draw(words),
        date=draw(st.sampled_from([None, "2024-10", "--10-09"])),
        x=draw(share),
        y=draw(share),
        cluster=draw(st.integers(0, 13)),
    )


def listed(strategy: st.SearchStrategy[Dot]) -> st.SearchStrategy[list[Dot]]:
    return st.lists(strategy, min_size=1, max_size=12, unique_by=lambda dot: dot.paper)


def assert_safe(page: Reader, html: str) -> None:
    """Only what the tab's own code writes: no handler, no script, no line that Markdown ends at."""
    assert "\n" not in html
    for element in page.elements:
        assert element.tag in {
            "a", "article", "bdi", "button", "div", "g", "h2", "h3", "input", "li", "ol", "p", "path",
            "section", "span", "strong", "svg",
            "table", "tbody", "td", "text", "th", "thead", "title", "tr", "ul",
        }  # fmt: skip
        assert set(element.attributes) <= SHARED | DRAWN
        href = element.attributes.get("href") or "#"
        assert href.startswith(
            ("#open=", "#", "https://arxiv.org/abs/", "https://doi.org/", "https://pubmed.ncbi.nlm.nih.gov/")
        )


def of_class(page: Reader, name: str) -> list[Element]:
    return [element for element in page.elements if name in (element.attributes.get("class") or "").split()]


@given(listed(dots()), st.lists(st.lists(words, max_size=3), max_size=14), st.integers(0, 5))
def test_every_paper_is_on_the_map_once_inside_it_with_its_title(
    drawn: list[Dot], names: list[list[str]], lit: int
) -> None:
    html = map_html(drawn, names, highlighted=[dot.paper for dot in drawn[:lit]], papers=len(drawn))
    page = read(html)
    assert_safe(page, html)
    points = of_class(page, "fn-dot")
    assert sorted(p.attributes["id"] or "" for p in points) == sorted(f"dot:{dot.paper}" for dot in drawn)
    for point in points:
        for at in ("x", "y"):
            number = (point.attributes[at] or "").removesuffix("%")
            assert 0 < float(number) < 100
    message = {p.attributes["id"]: p.text for p in points}
    for dot in drawn:
        assert message[f"dot:{dot.paper}"].startswith(plain_text(dot.title))
    assert len(of_class(page, "fn-highlighted")) == min(lit, len(drawn))
    keys = of_class(page, "fn-key")
    assert [int(k.attributes["value"] or "") for k in keys] == sorted({dot.cluster for dot in drawn})
    assert len(of_class(page, "fn-name")) == len(keys)


def test_clusters_differ_in_colour_or_shape() -> None:
    drawn = [Dot(f"p{n}", "T", None, 0.5, 0.5, n) for n in range(14)]
    page = read(map_html(drawn, [], papers=14))
    shapes = [e.attributes["d"] for e in page.named("path")][:14]
    colours = [e.attributes["class"] for e in of_class(page, "fn-dot")]
    assert len(set(zip(shapes, colours, strict=True))) == 14


def test_a_map_without_papers_says_so_and_a_thinned_one_too() -> None:
    assert "no map yet" in read(map_html([], [], papers=0)).text
    dot = Dot("p", "Title", "2024", 0.2, 0.3, 0)
    assert "some are left out" not in read(map_html([dot], [("bees",)], papers=1)).text
    assert "1 of 9,000 papers are shown" in read(map_html([dot], [("bees",)], papers=9_000)).text


@given(st.integers(0, 400), st.integers(1, 200), st.lists(st.integers(0, 399), max_size=5))
def test_thinning_keeps_the_sparse_and_those_that_matter(count: int, most: int, keep: Sequence[int]) -> None:
    rng = np.random.default_rng(count)
    points = rng.random((count, 2)).astype(np.float32)
    points[: count // 2] = [0.5, 0.5]
    keep = [row for row in keep if row < count]
    rows = thinned(points, keep, most)
    assert rows == sorted(set(rows))
    if count <= most:
        assert rows == list(range(count))
        return
    assert set(keep) <= set(rows)
    assert most <= len(rows) <= most + len(keep)
    crowded = [row for row in rows if row < count // 2 and row not in keep]
    sparse = [row for row in rows if row >= count // 2]
    assert len(crowded) <= max(1, len(sparse))


table_rows = st.builds(
    PaperRow,
    id=ids(),
    title=words,
    date=st.sampled_from([None, "2024", "--10-09"]),
    pages=st.lists(words, max_size=3).map(tuple),
    cited=st.integers(0, 3),
    byline=st.just("") | words,
    venue=st.none() | words,
)


@given(st.lists(table_rows, min_size=1, max_size=6, unique_by=lambda row: row.id), st.integers(0, 60))
def test_the_table_shows_each_row_with_its_paper(rows: list[PaperRow], more: int) -> None:
    html = table_html(rows, TableView(), len(rows) + more)
    page = read(html)
    assert_safe(page, html)
    assert [e.attributes["id"] for e in of_class(page, "fn-pick")] == [f"pick:{row.id}" for row in rows]
    assert [e.text for e in of_class(page, "fn-to-paper")] == [
        replace_surrogates(plain_text(row.title)) for row in rows
    ]
    assert f"1 to {len(rows)} of {len(rows) + more}" in page.text
    on = [e for e in of_class(page, "fn-table-page") if "disabled" not in e.attributes]
    assert [e.attributes["value"] for e in on] == ([str(ROWS)] if more else [])


def test_the_table_names_authors_and_venue_and_finds_papers_by_them(tmp_path: Path) -> None:
    file = tmp_path / "papers.jsonl"
    lines = (
        {"title": "On bees", "abstract": "They dance a lot.", "authors": ["Köhler, Anna"], "venue": "Nature"},
        {"title": "On ants", "abstract": "They dance a bit.", "authors": ["Li, Bo", "Okafor, Ben"]},
    )
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with closing(Library(tmp_path / "library")) as library:
        ingest(library, [file])

        def shown(words: str) -> str:
            return read(table(library, TableView().searched(words), {})).text

        everything = shown("")
        assert "Köhler, Nature" in everything
        assert "Li and Okafor" in everything
        for words in ("koehler", "nature", "Anna Köhler"):
            assert "On bees" in shown(words)
            assert "On ants" not in shown(words)
        assert "No paper has these words" in shown("Kolher")
        assert "Did you mean Anna Köhler?" in shown("Kolher")
        assert "Did you mean" not in shown("quasars")


def test_columns_sort_both_ways_and_a_search_begins_at_the_best() -> None:
    view = TableView(offset=50).sorted_by("title")
    assert (view.sort, view.descending, view.offset) == ("title", False, 0)
    assert view.sorted_by("title").descending
    assert view.sorted_by("cited").descending
    found = view.searched("  bees \n dance ")
    assert (found.words, found.sort, found.offset) == ("bees dance", None, 0)
    assert found.searched("") == TableView()
    assert TableView().paged(60).offset == 50
    head = read(table_html([PaperRow("p", "T", None, (), 0)], view, 1))
    assert "fn-sorted-ascending" in (of_class(head, "fn-col-title")[0].attributes["class"] or "")


@given(st.lists(st.tuples(ids(), words), max_size=9))
def test_chosen_papers_are_listed_and_counted(titles: list[tuple[str, str]]) -> None:
    html = chosen_html(titles)
    assert_safe(read(html), html)
    count = len(titles)
    expected = {0: "No paper is selected", 1: "1 paper is selected"}.get(
        count, f"{count} papers are selected"
    )
    assert expected in read(html).text
    if count > 6:
        assert f"and {count - 6} more" in read(html).text


@given(papers(), st.lists(st.tuples(ids(), words), max_size=3), words)
def test_a_papers_page_shows_its_words_as_they_are(
    paper: Paper, nearest: list[tuple[str, str]], author: str
) -> None:
    html = paper_html(paper.model_copy(update={"authors": (author,), "author_count": 3}))
    page = read(html)
    assert_safe(page, html)
    assert page.named("h2")[0].text == replace_surrogates(paper.display_title)
    assert of_class(page, "fn-abstract")[0].text == replace_surrogates(paper.abstract)
    assert f"{displayed(author)}, and 2 more" in page.text
    links = [e.text for e in page.named("a")]
    assert len(links) == sum(bool(value) for value in (paper.arxiv, paper.doi, paper.pmid))
    near = nearest_html(nearest)
    assert_safe(read(near), near)
    assert len(read(near).named("li")) == len(nearest)


def test_wishes_are_read_and_what_is_none_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    def as_text(**what: object) -> str:
        return json.dumps({"number": 1, **what})

    opened = requests.read(as_text(do="open", paper="p1"))
    assert isinstance(opened, requests.OpenPaper)
    assert opened.paper == "p1"
    assert isinstance(requests.read(as_text(do="sort", by="cited")), requests.SortTable)
    assert isinstance(requests.read(as_text(do="page", offset=25)), requests.PageTable)
    assert requests.read_chosen('["a", "b"]') == ["a", "b"]
    with caplog.at_level(logging.WARNING):
        for text in (
            None,
            "",
            "null",
            as_text(do="sort", by="abstract; DROP TABLE papers"),
            as_text(do="open", paper="x" * 201),
            as_text(do="page", offset=-1),
            as_text(do="open", paper="p", more=1),
            "[" * 100_000,
            " " * (requests.MAX_CHARS + 1),
        ):
            caplog.clear()
            assert requests.read(text) is None
            assert caplog.records
            assert all(len(record.getMessage()) < 500 for record in caplog.records)
        assert requests.read_chosen(json.dumps(["p"] * 5_001)) is None


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading_of_wishes(text: str) -> None:
    requests.read(text)
    requests.read_chosen(text)


def test_a_papers_page_names_all_authors_and_where_it_appeared() -> None:
    authors = tuple(f"Family{n}, Given" for n in range(25))
    paper = Paper(
        id="p", title="On bees", abstract="We looked. They dance.", authors=authors, venue="Nature",
        date="2023",
        type="article-journal", keywords=("bees", "dance"), openalex="W1", retraction="Retracted",
        sections=(Section(start=11, label="Results"),),
    )  # fmt: skip
    text = read(paper_html(paper)).text
    assert "Given Family19 and 5 moreGiven Family20, " in text
    assert "Nature · 2023 · OpenAlex W1" in text
    assert "Journal article · bees, dance" in text
    assert "RetractedOn bees" in text.replace("Retracted On", "RetractedOn")
    assert "We looked. Results: They dance." in text
