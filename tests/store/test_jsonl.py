"""Papers as JSON lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.store.errors import CorpusError
from footnote.store.papers import Listing
from footnote.store.readers import ReadFile, read_file, read_result
from footnote.store.readers.jsonl import MAX_LINE_BYTES


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
    listing = one(file, id="W1", date="2024-10-09", authors=["Ada L.", "Bo"], arxiv="2401.00010",
                  doi="10.1/x", pmid=12345, year=1999)  # fmt: skip
    assert listing == Listing(
        source="papers.jsonl", line=1, title="On Sheep", abstract="We count.", id="W1", date="2024-10-09",
        authors=("Ada L.", "Bo"), arxiv="2401.00010", doi="10.1/x", pmid="12345",
    )  # fmt: skip


def test_a_beir_corpus_is_read(file: Path) -> None:
    entry = {"_id": "4983", "title": "On Sheep", "text": "We count.", "metadata": {"url": None}}
    (listing,) = read(file, entry).listings
    assert (listing.id, listing.title, listing.abstract) == ("4983", "On Sheep", "We count.")


def test_an_abstract_stands_exactly_as_given(file: Path) -> None:
    assert one(file, abstract="  We  count\r\n\u2028é. ").abstract == "  We  count\r\n\u2028é. "


def test_missing_null_and_blank_fields_are_alike(file: Path) -> None:
    fields = ["id", "date", "authors", "arxiv", "doi", "pmid"]
    bare = one(file)
    assert one(file, **dict.fromkeys(fields)) == bare
    assert one(file, **dict.fromkeys(fields, " ")) == bare
    assert bare.id is None
    assert bare.authors == ()


def test_an_empty_abstract_gives_way_to_the_text(file: Path) -> None:
    assert one(file, abstract=" ", text="We count sheep.").abstract == "We count sheep."


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


@pytest.mark.parametrize("date", ["2024-13", "2023-02-29", "0000", "--02-30", "--02", "-", "Oct 9, 2024",
                                  "2024-1-1", "2024\n1", "２０２４", "2024-10-09T00:00:00Z"])  # fmt: skip
def test_a_bad_date_is_refused_with_the_forms_that_are_good(file: Path, date: str) -> None:
    reason = refusal(file, {"title": "A", "abstract": "We a.", "date": date})
    assert '"date"' in reason
    assert "YYYY-MM-DD" in reason


@pytest.mark.parametrize(("entry", "says"), [
    ([1], "a list instead of an object"),
    ("A", "a string instead of an object"),
    (None, "null instead of an object"),
    ({"title": "A"}, 'no abstract: give it as "abstract" or "text"'),
    ({"title": "A", "abstract": " \n"}, "no abstract"),
    ({"abstract": "We a."}, 'no title: give it as "title"'),
    ({"title": 3, "abstract": "We a."}, '"title" is a number: write it as a string'),
    ({"title": "A", "abstract": ["We a."]}, '"abstract" is a list'),
    ({"title": "A", "abstract": "We a.", "authors": [{"name": "Ada"}]}, '"authors" is an object'),
    ({"title": "A", "abstract": "We a.", "authors": True}, '"authors" is true or false'),
    ({"title": "A", "abstract": "We a.", "date": 2024}, '"date" is a number'),
    ({"title": "A", "abstract": "We a.", "id": True}, '"id" is true or false'),
    ({"title": "A", "abstract": "We a.", "arxiv": 2401.0001}, '"arxiv" is a number with a fraction'),
    ({"title": "A", "abstract": "We a.", "id": "a\nb"}, '"id" must be at most 200 printable'),
    ({"title": "A", "abstract": "We a.", "id": "x" * 201}, '"id" must be at most 200 printable'),
    ({"title": "A", "abstract": "We a.", "id": ["W1"]}, '"id" is a list'),
    ({"title": "x" * 1001, "abstract": "We a."}, "the title has 1,001 characters"),
    ({"title": "A", "abstract": "x" * 50_001}, "50,001 characters, at most 50,000"),
    ({"title": "A", "abstract": "We\0a."}, "NUL"),
    ({"title": "A\ud800", "abstract": "We a."}, '"title" holds half of a surrogate pair'),
    ({"title": "A", "abstract": "We a.", "authors": ["\udc00"]}, '"authors" holds half of a surrogate'),
])  # fmt: skip
def test_a_bad_entry_is_refused_by_line_and_field_and_the_others_are_read(
    file: Path, entry: object, says: str
) -> None:
    assert says in refusal(file, entry)


@pytest.mark.parametrize("line", [b"{", b'{"title": "A", }', b"[" * 200_000, b"9" * 5_000, b"NaN", b"?"],
                         ids=["cut off", "comma", "nesting", "digits", "NaN", "junk"])  # fmt: skip
def test_a_line_that_is_not_an_object_of_json_is_refused(file: Path, line: bytes) -> None:
    file.write_bytes(b"\n" + line + b'\n{"title": "A", "abstract": "We a."}\n')
    result = read_file(file)
    assert [listing.line for listing in result.listings] == [3]
    assert [error.line for error in result.refused] == [2]


def test_a_line_without_end_is_refused_and_the_next_is_read(file: Path) -> None:
    with file.open("wb") as out:
        out.write(b'{"title": "A", "abstract": "' + b"x" * (2 * MAX_LINE_BYTES) + b'"}\n')
        out.write(b'{"title": "B", "abstract": "We b."}')
    result = read_file(file)
    assert [(listing.title, listing.line) for listing in result.listings] == [("B", 2)]
    assert [error.line for error in result.refused] == [1]
    assert "4,000,000 bytes" in result.refused[0].reason


def test_blank_lines_carriage_returns_and_a_byte_order_mark_do_not_matter(file: Path) -> None:
    file.write_bytes(b'\xef\xbb\xbf{"title": "A", "abstract": "We a."}\r\n\r\n  \n{"id": 2, "text": "We b."}')
    result = read_file(file)
    assert [(listing.title, listing.line) for listing in result.listings] == [("A", 1), ("2", 4)]
    assert result.refused == ()


def test_a_line_that_is_not_utf8_is_an_error_of_the_file_with_the_place(file: Path) -> None:
    file.write_bytes(b'{"title": "A", "abstract": "We a."}\n{"title": "\xe9", "abstract": "We b."}\n')
    with pytest.raises(CorpusError, match="byte 12 of the line isn't UTF-8") as error:
        read_file(file)
    assert (error.value.source, error.value.line) == ("papers.jsonl", 2)


def test_a_file_without_any_paper_is_an_error(file: Path) -> None:
    file.write_bytes(b"\n \n")
    with pytest.raises(CorpusError, match=r"papers\.jsonl: no paper"):
        read_file(file)


def test_a_file_of_too_many_entries_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_result, "MAX_ENTRIES", 2)
    assert len(read(file, {}, {}).refused) == 2
    with pytest.raises(CorpusError, match="more than 2 entries: split the file"):
        read(file, {}, {}, {})


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)


@settings(max_examples=100)
@given(title=words.filter(str.strip), abstract=words.filter(str.strip), authors=st.lists(words))
def test_what_is_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, title: str, abstract: str, authors: list[str]
) -> None:
    file = tmp_path_factory.getbasetemp() / "round-trip.jsonl"
    (listing,) = read(file, {"title": title, "abstract": abstract, "authors": authors}).listings
    assert (listing.title, listing.abstract) == (title.strip(), abstract)
    assert listing.authors == tuple(name.strip() for name in authors if name.strip())


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
    result = read(tmp_path_factory.getbasetemp() / "any.jsonl", *entries)
    lines = [listing.line for listing in result.listings] + [error.line for error in result.refused]
    assert sorted(line for line in lines if line) == list(range(1, len(entries) + 1))
