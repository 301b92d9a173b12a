"""Files of tagged lines: every record that begins is one, whatever its lines have suffered."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.store.errors import CorpusError
from footnote.store.papers import Details, Listing
from footnote.store.readers.read_result import HEAD_BYTES, Entry, TitleOnly
from footnote.store.readers.registry import reader_for
from footnote.store.readers.tagged_formats import tagged_readers

RIS = """\
TY  - JOUR
AU  - Köhler, Anna
AU  - Okafor, Ben
TI  - Tides of the
inner sea
T2  - Notes of the Sea
PY  - 2021
DA  - 2021/04/21/
AB  - We measured tides.
They were high.
KW  - tides
sea
DO  - 10.1000/tides
UR  - https://sea.example/1
LA  - eng
U1  - 123 [PMID]
ER  -

TY  - CHAP
A1  - World Tide Organization,
T1  - Second
N2  - Another text.
Y1  - 2020///
ER  -
"""
PUBMED = """\
PMID- 123
OWN - NLM
DP  - 2021 Apr
TI  - Tides of the
      inner sea.
LID - 10.1000/tides [doi]
AB  - BACKGROUND: We measured
      tides. RESULTS: High.
FAU - Köhler, Anna
AU  - Köhler A
CN  - Tide Group
LA  - eng
PT  - Journal Article
PT  - Retracted Publication
JT  - Notes of the Sea
OT  - tides

PMID- 124
TI  - Second.
AU  - Okafor BC
"""
WEB_OF_SCIENCE = """\
FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Kohler, A
   Okafor, B
AF Kohler, Anna
   Okafor, Ben
TI Tides of the
   inner sea
SO NOTES OF THE SEA
LA English
DT Article
DE tides; inner
   sea
AB We measured
   tides.
PD MAY 4
PY 2021
DI 10.1000/tides
PM 123
DA 2024-05-31
ER

EF
"""
ENDNOTE = """\
%0 Journal Article
%A Köhler, Anna
%A Okafor, Ben
%T Tides of the inner sea
%J Notes of the Sea
%D 2021
%K tides
%X We measured tides.
%R 10.1000/tides

%0 Book
%T Second
"""
REFWORKS = """\
RT Journal Article
SR 1
A1 Köhler, Anna;Okafor, Ben
T1 Tides of the inner sea
JF Notes of the Sea
YR 2021
vo
K1 tides;sea
AB We measured tides.
LA 中文;
DO 10.1000/tides
"""
CNKI = """\
SrcDatabase-来源库: 期刊
Title-题名: 潮汐研究
Author-作者: 吴亚东;何樟平;
Source-文献来源: 海洋
PubTime-发表时间: 2021-04-21
Keyword-关键词: 潮汐;海
Summary-摘要: 我们测量潮汐。
"""
NOTE_EXPRESS = """\
{Reference Type}: Journal Article
{Title}: Tides of the inner sea
{Author}: Köhler, Anna
{Author}: Okafor, Ben
{Year}: 2021
{Abstract}: We measured tides.
{DOI}: 10.1000/tides
"""


def read(content: str | bytes, name: str = "a.txt") -> list[Entry]:
    data = content.encode() if isinstance(content, str) else content
    reader = reader_for(data[:HEAD_BYTES])
    assert reader is not None
    return list(reader.read(BytesIO(data), name))


def papers(content: str | bytes) -> list[Listing]:
    return [entry for entry in read(content) if isinstance(entry, Listing)]


OVID = """\
<1. >
VN  - Ovid Technologies
DB  - Ovid MEDLINE(R) <1946 to Present>
UI  - 123
AU  - Köhler A [Author, Reprint Author]
FA  - Köhler, Anna [Author]
FA  - Okafor, Ben
TI  - Tides of the inner sea.
SO  - Notes of the Sea. 12(3):1950-60, 2021 Apr.
AB  - We measured tides.
  They were high.
MH  - *Tides
DO  - https://dx.doi.org/10.1000/tides
PT  - Journal Article
LG  - English
XL  - https://ovidsp.example/123
<2. >
VN  - Ovid Technologies
DB  - Embase
TI  - Second
AB  - Another text.
"""
COCHRANE = """\
Record #1 of 2
ID: CN-001
AU: Köhler, Anna
AU: Okafor, Ben
TI: Tides of the inner sea
SO: Notes of the Sea
YR: 2021
PM: PUBMED 123
PT: Journal Article
KY: *Tides; inner sea
DOI: 10.1000/tides
AB: We measured tides. RESULTS: They were high.

Record #2 of 2
ID: CN-002
TI: Second
AB: Another text.
"""


@pytest.mark.parametrize(
    "content", [RIS, PUBMED, WEB_OF_SCIENCE, ENDNOTE, REFWORKS, NOTE_EXPRESS, OVID, COCHRANE]
)
def test_a_record_of_each_format(content: str) -> None:
    paper = papers(content)[0]
    assert paper.title.rstrip(".") == "Tides of the inner sea"
    assert paper.abstract.startswith("We measured tides.")
    assert paper.doi == "10.1000/tides"
    assert paper.date is not None
    assert paper.date.startswith("2021")
    assert paper.authors[0].startswith(("Köhler, Anna", "Kohler, Anna"))
    assert paper.type == "article-journal"


def test_ris_fields() -> None:
    first, second = papers(RIS)
    assert first.authors == ("Köhler, Anna", "Okafor, Ben")
    assert (first.line, second.line) == (1, 19)
    assert first.keywords == ("tides", "sea")
    assert (first.date, first.venue, first.language) == ("2021-04-21", "Notes of the Sea", "en")
    assert (first.url, first.pmid) == ("https://sea.example/1", "123")
    assert second.authors == ("{World Tide Organization}",)
    assert (second.title, second.abstract, second.date) == ("Second", "Another text.", "2020")


def test_pubmed_fields() -> None:
    first, second = read(PUBMED)
    assert isinstance(first, Listing)
    assert first.authors == ("Köhler, Anna", "{Tide Group}")
    assert (first.pmid, first.date, first.language) == ("123", "2021-04", "en")
    assert first.retraction == "Retracted Publication"
    assert [s.label for s in first.sections] == ["BACKGROUND", "RESULTS"]
    details = Details(authors=("Okafor, BC",), pmid="124")
    assert second == TitleOnly("a.txt", 18, "Second", details)


def test_web_of_science_fields() -> None:
    (paper,) = papers(WEB_OF_SCIENCE)
    assert paper.authors == ("Kohler, Anna", "Okafor, Ben")
    assert paper.keywords == ("tides", "inner sea")
    assert (paper.date, paper.pmid) == ("2021-05-04", "123")


@pytest.mark.parametrize("content", [OVID, COCHRANE])
def test_fields_of_ovid_and_cochrane(content: str) -> None:
    first, second = papers(content)
    assert first.authors == ("Köhler, Anna", "Okafor, Ben")
    assert (first.pmid, first.venue, first.keywords[0]) == ("123", "Notes of the Sea", "Tides")
    assert first.abstract.endswith("They were high.")
    assert (second.title, second.abstract) == ("Second", "Another text.")


def test_cnki_fields() -> None:
    (paper,) = papers(CNKI)
    assert (paper.title, paper.abstract) == ("潮汐研究", "我们测量潮汐。")
    assert paper.authors == ("吴亚东", "何樟平")
    assert (paper.date, paper.type) == ("2021-04-21", "article-journal")


@pytest.mark.parametrize(
    "spoilt",
    [
        "\ufeff" + RIS,
        RIS.replace("  - ", " - "),
        RIS.replace("ER  -", ""),
        RIS.replace("TY  ", "ty  ").replace("TI  ", "ti  "),
        RIS.replace("\n", "\r\n"),
        RIS.replace("\n", "\r"),
        "1.\n" + RIS.replace("ER  -\n\n", "ER  -\nLink to the text\n\n2.\n"),
        "Provider: Sea Press\nContent: text/plain\n\n" + RIS,
    ],
)
def test_each_beginning_of_ris_is_a_record(spoilt: str) -> None:
    found = read(spoilt)
    assert [type(entry) for entry in found] == [Listing, Listing]
    assert [entry.title for entry in found if isinstance(entry, Listing)] == [
        "Tides of the inner sea",
        "Second",
    ]


def test_a_second_abstract_is_joined_and_the_same_one_is_not() -> None:
    (paper,) = papers("TY  - JOUR\nTI  - T1\nAB  - One.\nAB  - Two.\nAB  - One.\nER  -\n")
    assert paper.abstract == "One. Two."


def test_a_record_whose_beginning_is_missing_is_named() -> None:
    spoilt = RIS.replace("TY  - CHAP\n", "")
    first, second = read(spoilt)
    assert isinstance(first, Listing)
    assert isinstance(second, CorpusError)
    assert (second.line, second.reason) == (19, "its first line (TY) is missing")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"])
def test_encodings(encoding: str) -> None:
    assert papers(RIS.encode(encoding))[0].authors[0] == "Köhler, Anna"


def test_chinese_encoding() -> None:
    assert papers(CNKI.encode("gbk"))[0].title == "潮汐研究"


def test_letters_after_a_long_beginning_in_ascii() -> None:
    filler = "TY  - JOUR\nTI  - T1\nAB  - We did.\nER  -\n" * 2_000
    for encoding in ("utf-8", "cp1252"):
        assert papers(filler.encode() + RIS.encode(encoding))[-2].authors[0] == "Köhler, Anna"


def test_one_bad_byte_costs_its_record() -> None:
    spoilt = (RIS + RIS).encode().replace("Köhler".encode(), b"K\xc3hler", 1)
    first, *others = read(spoilt)
    assert isinstance(first, CorpusError)
    assert first.line == 1
    assert "UTF-8" in first.reason
    assert [type(entry) for entry in others] == [Listing] * 3


def test_a_record_or_line_without_end_is_refused_and_the_next_is_read() -> None:
    endless = "TY  - JOUR\nTI  - T1\nAB  - " + "word " * 1_000_000 + "\nER  -\n"
    many = "TY  - JOUR\nTI  - T2\nAB  - x\n" + ("word " * 20 + "\n") * 50_000 + "ER  -\n"
    one, two, *others = read(endless + many + RIS)
    assert isinstance(one, CorpusError)
    assert isinstance(two, CorpusError)
    assert [type(entry) for entry in others] == [Listing, Listing]


@pytest.mark.parametrize(
    "text",
    [
        "# Notes\n\nA reference manager writes `TY  - JOUR` first.\n",
        "def tide():\n    return 1\n",
        "PT  - what it means\n",
        "2021-01-01 INFO started\n",
        "Title: Tides\nAuthor: Köhler\n",
        "%T is a format\n%A another\n",
        "RT @somebody: look\n",
        "\0\0TY  - JOUR\nTI  - x\n",
        "",
    ],
)
def test_other_texts_are_none_of_these_formats(text: str) -> None:
    assert not any(reader.recognizes(text.encode()) for reader in tagged_readers())


_LINES = st.sampled_from(
    [
        *RIS.splitlines(),
        *PUBMED.splitlines(),
        *WEB_OF_SCIENCE.splitlines(),
        *ENDNOTE.splitlines(),
        *CNKI.splitlines(),
        *OVID.splitlines(),
        *COCHRANE.splitlines(),
    ]
)


@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(_LINES.map(str.encode) | st.binary(max_size=12), max_size=25),
    which=st.integers(0, len(tagged_readers()) - 1),
)
def test_any_bytes_come_to_a_clear_end(parts: list[bytes], which: int) -> None:
    data = b"\n".join(parts)
    reader = tagged_readers()[which]
    reader.recognizes(data)
    for entry in reader.read(BytesIO(data), "f"):
        assert not isinstance(entry, Listing) or entry.title
