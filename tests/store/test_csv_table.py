"""Tables of papers: headers, delimiters and encodings of many tools, and rows that went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.store.errors import CorpusError
from footnote.store.papers import Listing
from footnote.store.readers.csv_table import MAX_ROW_LINES, CsvReader
from footnote.store.readers.read_result import Entry

ROWS = "Tides,We measured tides.,2021,10.1000/tides\n"
TABLE = "Title,Abstract,Year,DOI\n" + ROWS


def read(content: str | bytes, columns: Mapping[str, str] | None = None) -> list[Entry]:
    data = content.encode() if isinstance(content, str) else content
    return list(CsvReader().read(BytesIO(data), "a.csv", columns=columns))


def only(content: str | bytes, columns: Mapping[str, str] | None = None) -> Listing:
    (entry,) = read(content, columns)
    assert isinstance(entry, Listing), entry
    return entry


@pytest.mark.parametrize(
    "table",
    [
        TABLE,
        "\ufeff" + TABLE,
        TABLE.replace(",", ";"),
        TABLE.replace(",", "\t"),
        TABLE.replace(",", "|"),
        TABLE.replace("\n", "\r\n"),
        TABLE.replace("Title,Abstract,Year", " document TITLE ,abstract_note,Publication Year"),
        "Article Title,AB,PY,DI\n" + ROWS,
        "sep=,\n" + TABLE,
        TABLE.replace("\n", ",\n"),
        "display_name,abstract,publication_year,doi\n" + ROWS,
        "About the data: exported today\n" + TABLE,
        'Title,Abstract,Year,DOI\n"Tides","We measured\n\ntides.",2021,"https://doi.org/10.1000/tides"\n',
    ],
)
def test_a_table_of_each_kind(table: str) -> None:
    assert CsvReader().recognizes(table.encode())
    paper = only(table)
    assert (paper.title, paper.abstract) == ("Tides", "We measured tides.")
    assert (paper.date, paper.doi) == ("2021", "10.1000/tides")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252", "latin-1"])
def test_encodings(encoding: str) -> None:
    table = "Title,Abstract,Authors\nEbbe für Köln,Wir maßen.,Köhler A.; Okafor B.\n"
    assert only(table.encode(encoding)).authors == ("Köhler, A.", "Okafor, B.")


def test_chinese_encoding() -> None:
    assert (
        only("题名,摘要,作者\n潮汐研究,我们测量潮汐的高度。,吴亚东;何樟平\n".encode("gbk")).title
        == "潮汐研究"
    )


def test_fields_as_tools_write_them() -> None:
    zotero = only(
        '"Item Type","Publication Year","Author","Title","Publication Title","DOI","Url","Abstract Note",'
        '"Date","Language","Manual Tags"\n'
        '"journalArticle","2021","Köhler, Anna; Okafor, Ben","Tides","Notes","10.1000/t","https://sea.example",'
        '"We did.","2021-04-21","eng","tides; sea"\n'
    )
    assert zotero.authors == ("Köhler, Anna", "Okafor, Ben")
    assert (zotero.date, zotero.venue, zotero.type) == ("2021-04-21", "Notes", "article-journal")
    assert (zotero.language, zotero.url, zotero.keywords) == ("en", "https://sea.example", ("tides", "sea"))
    openalex = only(
        "id,title,abstract,authorships.author.display_name,publication_date,ids.pmid\n"
        "https://openalex.org/W1,Tides,We did.,Anna Köhler|Ben Okafor,2021-04-21,"
        "https://pubmed.ncbi.nlm.nih.gov/12\n"
    )
    assert (openalex.openalex, openalex.pmid) == ("W1", "12")
    assert openalex.authors == ("Köhler, Anna", "Okafor, Ben")
    wos = only(
        "PT\tAU\tAF\tTI\tSO\tLA\tDT\tDE\tAB\tPD\tPY\tDI\tPM\t\n"
        "J\tKohler, A\tKohler, Anna\tTides\tNOTES\tEnglish\tArticle\ttides; sea\tWe did.\tMAY 4\t2021\t"
        "10.1000/t\t12\t\n"
    )
    assert (wos.authors, wos.venue, wos.type) == (("Kohler, Anna",), "NOTES", "article-journal")
    assert (wos.date, wos.doi, wos.pmid) == ("2021-05-04", "10.1000/t", "12")
    scopus = only(
        "Authors,Author full names,Title,Year,Source title,Abstract\n"
        '"Köhler A.; Okafor B.","Köhler, Anna (57193001); Okafor, Ben (57193002)",Tides,2021,Notes,We did.\n'
    )
    assert scopus.authors == ("Köhler, Anna", "Okafor, Ben")
    listed = only("title,abstract,first_authors,id\nTides,We did.,\"['Köhler, Anna', 'Okafor, Ben']\",77\n")
    assert (listed.authors, listed.openalex, listed.id) == (("Köhler, Anna", "Okafor, Ben"), None, None)
    embase = only("Title,Author Names,Source,Abstract\nTides,Köhler A.,Sea Notes (2021) 3:3 (1-2),We did.\n")
    assert (embase.venue, embase.date) == ("Sea Notes", "2021")


def test_columns_are_named_by_the_user() -> None:
    table = "Bezeichnung,Inhalt,Jahr\nTides,We did.,2021\n"
    paper = only(table, {"title": "Bezeichnung", "abstract": "inhalt", "year": "Jahr"})
    assert (paper.title, paper.abstract, paper.date) == ("Tides", "We did.", "2021")


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (None, "no column is known to hold the titles (first row: Bezeichnung, Inhalt)"),
        (
            {"title": "Bezeichnung", "nonsense": "Inhalt"},
            "--columns: 'nonsense' is none of the fields title, abstract",
        ),
        (
            {"title": "Bezeichnung", "abstract": "Text"},
            "--columns: no column is called 'Text'; there are Bezeichnung",
        ),
    ],
)
def test_what_is_missing_is_named(columns: dict[str, str] | None, reason: str) -> None:
    with pytest.raises(CorpusError) as raised:
        read("Bezeichnung,Inhalt\nTides,We did.\n", columns)
    assert raised.value.reason.startswith(reason)


def test_cells_beyond_the_headers_are_left_out_where_the_others_fit() -> None:
    fits = TABLE + 'Ebb,We did.,2020,10.1000/ebb,"more\nlines",x\n'
    assert [entry.title for entry in read(fits) if isinstance(entry, Listing)] == ["Tides", "Ebb"]
    error = read(TABLE + "Ebb, and flow,We did.,soon,ebb,x\n")[1]
    assert isinstance(error, CorpusError)
    assert (error.line, error.reason[:15]) == (3, "it has 6 cells,")


def test_a_quotation_mark_that_is_not_closed_costs_its_row_alone() -> None:
    spoilt = (
        TABLE
        + 'Ebb,"We did.,2020,10.1000/ebb\n'
        + ROWS * 3
        + 'Flow,"We ""did"" it,\nall.",2020,10.1000/flow\n'
    )
    found = read(spoilt)
    assert [type(entry) for entry in found] == [Listing, CorpusError, *[Listing] * 4]
    last = found[-1]
    assert isinstance(last, Listing)
    assert (last.abstract, last.line) == ('We "did" it, all.', 7)


def test_a_row_without_end_is_given_up() -> None:
    found = read(TABLE + 'Ebb,"We did.\n' + ROWS * (MAX_ROW_LINES + 5))
    assert [type(entry) for entry in found[:3]] == [Listing, CorpusError, Listing]
    assert len(found) == MAX_ROW_LINES + 7


def test_one_bad_byte_costs_its_row() -> None:
    found = read((TABLE + "Köhn,Là-bas.,2020,\n").encode() + b"Ebb,We \xc3 did.,2020,\n" + ROWS.encode())
    assert [type(entry) for entry in found] == [Listing, Listing, CorpusError, Listing]


@pytest.mark.parametrize(
    "text",
    [
        "title,year,genre,director\nTides,2021,drama,Somebody\n",
        "bookID,title,authors,average_rating,isbn,num_pages,publication_date\n1,a,b,4,5,6,2000\n",
        "date,product,units,price\n2021-01-01,boat,3,9\n",
        "sepal_length,sepal_width,species\n1,2,a\n",
        "id;title;url;description;date\n1;a;https://x.example;b;2021\n",
        "The title, the abstract and the year\nof this text, which is none\n",
        "import csv\n",
        "",
    ],
)
def test_other_tables_and_texts_are_not_of_papers(text: str) -> None:
    assert not CsvReader().recognizes(text.encode())


_PIECES = st.sampled_from(["Title", "Abstract", "DOI", ",", '"', "\n", ";", "\t", "We did.", "2021", "\r"])


@settings(max_examples=60, deadline=None)
@given(parts=st.lists(_PIECES.map(str.encode) | st.binary(max_size=8), max_size=40))
def test_any_bytes_come_to_a_clear_end(parts: list[bytes]) -> None:
    data = b"Title,Abstract,DOI\n" + b"".join(parts)
    CsvReader().recognizes(data)
    for entry in CsvReader().read(BytesIO(data), "f"):
        assert not isinstance(entry, Listing) or entry.title
