"""Papers as JSON: lines, arrays, replies of services, and what is odd in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.store.errors import CorpusError
from footnote.store.papers import Listing
from footnote.store.readers import ReadFile, json_stream, read_file, read_result
from footnote.store.readers.json_stream import MAX_RECORD_BYTES


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "papers.jsonl"


def read(file: Path, *entries: object) -> ReadFile:
    file.write_text("".join(json.dumps(entry) + "\n" for entry in entries), "utf-8")
    return read_file(file)


def one(file: Path, **fields: Any) -> Listing:
    result = read(file, {"title": "On Sheep", "abstract": "We count.", **fields})
    assert result.refused == ()
    return result.listings[0]


def refusal(file: Path, entry: object) -> str:
    """Why `entry` is refused; the entries around it must be read."""
    good = {"title": "On Sheep", "abstract": "We count."}
    result = read(file, good, entry, good)
    assert [listing.line for listing in result.listings] == [1, 3]
    (error,) = result.refused
    assert (error.source, error.line) == ("papers.jsonl", 2)
    return error.reason


def test_all_fields_are_read(file: Path) -> None:
    listing = one(file, id="W1", date="2024-10-09", authors=["Ada Lovelace", "Bo"], arxiv="2401.00010",
                  doi="10.1000/x", pmid=12345, year=1999)  # fmt: skip
    assert listing == Listing(
        source="papers.jsonl", line=1, title="On Sheep", abstract="We count.", id="W1", date="2024-10-09",
        authors=("Lovelace, Ada", "Bo"), arxiv="2401.00010", doi="10.1000/x", pmid="12345",
    )  # fmt: skip


def test_a_beir_corpus_is_read(file: Path) -> None:
    entry = {"_id": "4983", "title": "On Sheep", "text": "We count.", "metadata": {"url": None}}
    (listing,) = read(file, entry).listings
    assert (listing.id, listing.title, listing.abstract) == ("4983", "On Sheep", "We count.")


def test_missing_null_and_blank_fields_are_alike(file: Path) -> None:
    fields = ["id", "date", "authors", "arxiv", "doi", "pmid"]
    bare = one(file)
    assert one(file, **dict.fromkeys(fields)) == bare
    assert one(file, **dict.fromkeys(fields, " ")) == bare
    assert bare.id is None
    assert bare.authors == ()


def test_an_empty_abstract_gives_way_to_the_text(file: Path) -> None:
    assert one(file, abstract=" ", text="We count sheep.", id=1).abstract == "We count sheep."


def test_one_author_string_stays_one(file: Path) -> None:
    assert one(file, authors="Lovelace, Ada").authors == ("Lovelace, Ada",)


def test_a_number_as_id_becomes_a_string(file: Path) -> None:
    assert one(file, id=0).id == "0"
    assert one(file, id="", _id=7).id == "7"


def test_a_paper_without_a_title_is_called_by_its_id(file: Path) -> None:
    (listing,) = read(file, {"_id": "4983", "title": "", "text": "We count."}).listings
    assert (listing.id, listing.title) == ("4983", "4983")


@pytest.mark.parametrize("date", ["2024", "2024-10", "2024-02-29", "--02-29"])
def test_a_date_may_be_as_short_as_is_known(file: Path, date: str) -> None:
    assert one(file, date=date).date == date


@pytest.mark.parametrize(("fields", "date"), [
    ({"date": 2020}, "2020"),
    ({"date": 2020.0}, "2020"),
    ({"date": "2012 Mar"}, "2012-03"),
    ({"year": 2019}, "2019"),
    ({"year": "2019"}, "2019"),
    ({"publication_date": "2019-04-01", "publication_year": 2019}, "2019-04-01"),
    ({"issued": {"date-parts": [[2021, 3]]}}, "2021-03"),
    ({"date": "", "year": 2001}, "2001"),
])  # fmt: skip
def test_dates_are_read_in_the_ways_that_people_write_them(
    file: Path, fields: dict[str, Any], date: str
) -> None:
    assert one(file, **fields).date == date


@pytest.mark.parametrize(("authors", "read_as"), [
    ([{"name": "Ada Lovelace"}], ("Lovelace, Ada",)),
    ([{"family": "Köhler", "given": "Anna"}, {"literal": "WHO"}], ("Köhler, Anna", "WHO")),
    ([{"author": {"display_name": "Ada Lovelace"}}], ("Lovelace, Ada",)),
    ([{"lastName": "Köhler", "firstName": "Anna", "creatorType": "author"},
      {"lastName": "Edit", "creatorType": "editor"}], ("Köhler, Anna",)),
    ([["Balázs", "C.", ""], ["Yuan", "C. -P.", "Jr."]], ("Balázs, C.", "Yuan, Jr., C. -P.")),
    ("Anna Köhler; Ben Okafor", ("Köhler, Anna", "Okafor, Ben")),
])  # fmt: skip
def test_authors_are_read_in_the_ways_that_services_write_them(
    file: Path, authors: object, read_as: tuple[str, ...]
) -> None:
    field = "authors_parsed" if isinstance(authors, list) and isinstance(authors[0], list) else "authors"
    assert one(file, **{field: authors}).authors == read_as


@pytest.mark.parametrize(("field", "value"), [
    ("authors", True),
    ("authors", [{"orcid": "0"}]),
    ("date", {"season": "spring"}),
    ("date", "soon"),
    ("arxiv", 2401.0001),
    ("id", True),
    ("id", "x" * 201),
    ("id", ["W1"]),
    ("doi", "10.1000/" + "x" * 300),
    ("doi", "see the paper"),
    ("url", "ask me"),
])  # fmt: skip
def test_an_odd_optional_field_costs_itself_with_a_warning(file: Path, field: str, value: object) -> None:
    result = read(file, {"title": "On Sheep", "abstract": "We count.", field: value})
    assert [listing.title for listing in result.listings] == ["On Sheep"]
    assert getattr(result.listings[0], field) in (None, ())
    assert [(warning.field, warning.line) for warning in result.warnings] == [(field, 1)]


@pytest.mark.parametrize(("entry", "says"), [
    ([1], "a list instead of an object"),
    ("A", "a string instead of an object"),
    (None, "null instead of an object"),
    ({"title": "A"}, 'no abstract: give it as "abstract"'),
    ({"title": "A", "abstract": " \n"}, "no abstract"),
    ({"abstract": "We a."}, 'no title: give it as "title"'),
    ({"id": 2, "text": "Hi! Did you see it?"}, "no title"),
    ({"title": "A chat", "text": "Hi! Did you see it?"}, "no abstract"),
    ({"title": 3, "abstract": "We a."}, '"title" is a number: write it as a string'),
    ({"title": "A", "abstract": ["We a."]}, '"abstract" is a list'),
    ({"title": "x" * 1001, "abstract": "We a."}, "the title has 1,001 characters"),
    ({"title": "A", "abstract": "x" * 50_001}, "50,001 characters, at most 50,000"),
    ({"title": "A\ud800", "abstract": "We a."}, 'half of a surrogate pair'),
])  # fmt: skip
def test_a_bad_entry_is_refused_by_line_and_field_and_the_others_are_read(
    file: Path, entry: object, says: str
) -> None:
    assert says in refusal(file, entry)


@pytest.mark.parametrize("line", [b"{", b'{"title": "A", }', b'{"a": ' + b"[" * 200_000, b"9" * 5_000,
b"NaN", b"?"],
                         ids=["cut off", "comma", "nesting", "digits", "NaN", "junk"])  # fmt: skip
def test_a_line_that_is_not_an_object_of_json_is_refused(file: Path, line: bytes) -> None:
    file.write_bytes(b"\n" + line + b'\n{"title": "A", "abstract": "We a."}\n')
    result = read_file(file)
    assert [listing.line for listing in result.listings] == [3]
    assert [error.line for error in result.refused] == [2]


def test_a_line_without_end_is_refused_and_the_next_is_read(file: Path) -> None:
    with file.open("wb") as out:
        out.write(b'{"title": "A", "abstract": "' + b"x" * (2 * MAX_RECORD_BYTES) + b'"}\n')
        out.write(b'{"title": "B", "abstract": "We b."}')
    result = read_file(file)
    assert [(listing.title, listing.line) for listing in result.listings] == [("B", 2)]
    assert [error.line for error in result.refused] == [1]
    assert "4,000,000 bytes" in result.refused[0].reason


def test_blank_lines_carriage_returns_and_a_byte_order_mark_do_not_matter(file: Path) -> None:
    file.write_bytes(
        b'\xef\xbb\xbf{"title": "A", "abstract": "We a."}\r\n\r\n  \n{"id": 2, "title": "", "text": "We b."}'
    )
    result = read_file(file)
    assert [(listing.title, listing.line) for listing in result.listings] == [("A", 1), ("2", 4)]
    assert result.refused == ()


def test_a_line_that_is_not_utf8_costs_itself(file: Path) -> None:
    good = b'{"title": "A", "abstract": "We a."}\n'
    file.write_bytes(good + b'{"title": "\xe9", "abstract": "We b."}\n' + good)
    result = read_file(file)
    assert [listing.line for listing in result.listings] == [1, 3]
    assert [error.line for error in result.refused] == [2]
    assert "byte 12 of the line isn't UTF-8" in result.refused[0].reason


def test_a_file_without_any_paper_is_an_error(file: Path) -> None:
    file.write_bytes(b"\n \n")
    with pytest.raises(CorpusError, match=r"papers\.jsonl: no paper is in this file: it is empty"):
        read_file(file)


def test_a_file_of_too_many_entries_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_result, "MAX_ENTRIES", 2)
    assert len(read(file, SHEEP, SHEEP).listings) == 2
    with pytest.raises(CorpusError, match="more than 2 entries: split the file"):
        read(file, SHEEP, SHEEP, SHEEP)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
fields = st.sampled_from(
    ["id", "_id", "title", "abstract", "text", "date", "authors", "arxiv", "doi", "pmid"]
)


@settings(max_examples=200)
@given(st.lists(st.dictionaries(fields, json_values) | json_values, min_size=1))
def test_every_entry_is_either_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, entries: list[object]
) -> None:
    good = {"title": "On Sheep", "abstract": "We count."}
    result = read(tmp_path_factory.getbasetemp() / "any.jsonl", *[good] * len(entries), *entries)
    lines = [found.line for found in (*result.listings, *result.titles, *result.refused)]
    assert sorted(line for line in lines if line) == list(range(1, 2 * len(entries) + 1))


# Documents, and the shapes of services

SHEEP = {"title": "On Sheep", "abstract": "We count."}
GOATS = {"title": "On Goats", "abstract": "We count too."}


@pytest.mark.parametrize("document", [
    [SHEEP, GOATS],
    {"meta": {"count": 2}, "results": [SHEEP, GOATS]},
    {"total": 2, "offset": 0, "data": [SHEEP, GOATS]},
    {"header": {"type": "esummary"}, "result": {"uids": ["1", "2"], "1": SHEEP, "2": GOATS}},
    {"status": "ok", "message-type": "work-list", "message": {"facets": {}, "items": [SHEEP, GOATS]}},
])  # fmt: skip
@pytest.mark.parametrize("indent", [None, 2])
def test_arrays_and_replies_of_services_are_read(
    tmp_path: Path, document: object, indent: int | None
) -> None:
    file = tmp_path / "reply"
    file.write_text(json.dumps(document, indent=indent))
    assert [listing.title for listing in read_file(file).listings] == ["On Sheep", "On Goats"]


def test_a_single_record_over_several_lines_is_read(file: Path) -> None:
    file.write_text(json.dumps(SHEEP, indent=1))
    assert [listing.title for listing in read_file(file).listings] == ["On Sheep"]


def test_of_a_document_that_is_cut_off_what_stands_before_is_read(file: Path) -> None:
    file.write_text(json.dumps([SHEEP, GOATS], indent=1)[:-20])
    result = read_file(file)
    assert [listing.title for listing in result.listings] == ["On Sheep"]
    assert [error.line for error in result.refused] == [2]
    assert "what follows isn't read" in result.refused[0].reason


def test_a_document_larger_than_a_record_may_be_is_read_record_by_record(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_stream, "MAX_RECORD_BYTES", 100_000)
    file.write_text(json.dumps({"results": [{**SHEEP, "abstract": "We count. " * 100}] * 300}))
    assert len(read_file(file).listings) == 300
    file.write_text(json.dumps({"results": [{**SHEEP, "abstract": "x" * 300_000}]}))
    assert ["more than 100,000" in error.reason for error in read_file(file).refused] == [True]


def test_an_openalex_work_is_read(file: Path) -> None:
    listing = one(
        file, title=None, display_name="On Sheep", abstract=None, id="https://openalex.org/W12",
        abstract_inverted_index={"We": [0], "sheep.": [2], "count": [1]},
        authorships=[{"author": {"display_name": "Ada Lovelace"}}], publication_date="2020-02-03",
        primary_location={"source": {"display_name": "Journal of Wool"}}, doi="https://doi.org/10.1000/a",
        ids={"pmid": "https://pubmed.ncbi.nlm.nih.gov/123"}, language="en", is_retracted=True, type="article",
        keywords=[{"display_name": "Wool"}],
    )  # fmt: skip
    assert listing == Listing(
        source="papers.jsonl", line=1, title="On Sheep", abstract="We count sheep.",
        authors=("Lovelace, Ada",), date="2020-02-03", venue="Journal of Wool",
        doi="10.1000/a", pmid="123", openalex="W12", language="en",
        retraction="is_retracted", type="article-journal", keywords=("Wool",),
    )  # fmt: skip


def test_an_inverted_index_with_huge_places_is_bounded(file: Path) -> None:
    index = {"We": [0, 10**9], "count.": [1, -1]}
    assert one(file, abstract=None, abstract_inverted_index=index).abstract == "We count."


def test_a_semantic_scholar_paper_is_read(file: Path) -> None:
    listing = one(
        file, paperId="f00", externalIds={"DOI": "10.1000/a", "ArXiv": "2401.00010", "PubMed": "5"},
        authors=[{"authorId": "1", "name": "Ada Lovelace"}], year=2020, journal={"name": "Wool",
        "pages": "1"},
    )  # fmt: skip
    assert (listing.doi, listing.arxiv, listing.pmid) == ("10.1000/a", "2401.00010", "5")
    assert (listing.authors, listing.venue, listing.id) == (("Lovelace, Ada",), "Wool", None)


def test_arxiv_s_snapshot_is_read(file: Path) -> None:
    listing = one(
        file, id="0704.0001", authors="C. Balázs, E. L. Berger", authors_parsed=[["Balázs", "C.", ""]],
        categories="hep-ph", versions=[{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}],
        update_date="2008-11-26",
    )  # fmt: skip
    assert (listing.arxiv, listing.id, listing.date) == ("0704.0001", None, "2007-04-02")
    assert listing.authors == ("Balázs, C.",)


def test_csl_json_is_read_and_its_keys_are_not_ids(file: Path) -> None:
    item = {
        "id": "koehler2020", "type": "article", "DOI": "10.1000/a", "issued": {"date-parts": [[2020, 3, 1]]},
        "container-title": "Wool", "author": [{"family": "Berg", "non-dropping-particle": "van den",
        "given": "A"}],
    }  # fmt: skip
    listing = one(file, **item)
    assert (listing.id, listing.type, listing.date, listing.venue) == (None, "article", "2020-03-01", "Wool")
    assert listing.authors == ("van den Berg, A",)


def test_identifiers_in_a_note_are_read(file: Path) -> None:
    note = "Read twice: yes\narXiv: 2401.00010v2\nOpenAlex: W5\nRetraction in: Wool 2021"
    listing = one(file, issued={"date-parts": [[2020]]}, note=note)
    assert (listing.arxiv, listing.arxiv_version, listing.openalex) == ("2401.00010", 2, "W5")
    assert listing.retraction == "Retraction in: Wool 2021"


def test_json_of_something_else_is_refused_after_its_first_records(file: Path) -> None:
    file.write_text('{"level": "info", "message": "started"}\n' * 1_000)
    with pytest.raises(CorpusError, match=r"papers\.jsonl: looks like JSON of something else than papers"):
        read_file(file)


def test_a_title_without_an_abstract_is_kept_apart(file: Path) -> None:
    (title,) = read(file, {"title": "On Sheep", "doi": "10.1000/a", "year": 2020}).titles
    assert (title.title, title.details.doi, title.details.date) == ("On Sheep", "10.1000/a", "2020")
