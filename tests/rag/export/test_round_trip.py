"""Papers that were exported are read back equal by the parsers that others use."""

from __future__ import annotations

import json
from typing import Any

import bibtexparser
import pybtex.database
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import given, settings
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text

from footnote.rag.export.bibtex import bibtex_entries
from footnote.rag.export.csl import csl_items
from footnote.rag.export.libraries import PAPER_FORMATS, PaperFormat
from footnote.rag.export.readable import find_on_arxiv, line, reference, source_address
from footnote.rag.export.ris import ris_records
from footnote.store.papers import Details, Listing, Paper, paper_id
from footnote.store.readers import read_entries
from footnote.store.readers.normalise import entries_of
from footnote.store.readers.raw_record import RawRecord

PAPER = Paper(
    id="p1",
    title="RLHF for BERT: 50% of what Müller's a_b costs",
    abstract="Costs $5 & more. {Braces} stay; so does \\emph and #1.",
    date="2023-05-06",
    authors=("Köhler, Anna M.", "{World Health Organization and Partners}", "Smith, Jr., John"),
    venue="Nature & Friends",
    type="article-journal",
    doi="10.1000/x_(1)%5b;2-#",
    url="https://a.example/c_d?x=1&y=%20#z~",
    keywords=("deep learning", "a_b"),
    arxiv="2401.00001",
    arxiv_version=2,
    pmid="123",
    openalex="W12",
    retraction="Retracted by the publisher",
)
WORDS = st.text(
    st.sampled_from("ab ÄéÖß{}\\%$&#_^~,.'-`?!<>\"/ \n\t@=*") | st.characters(codec="utf-8"), max_size=60
)
NAMES = st.sampled_from(["Köhler, Anna", "and", "Sand and Sea", "{A and B}", "Li, Jr., B", "a,b,c,d", ", x"])
HOSTILE = st.builds(
    Paper,
    id=st.just("p"),
    title=WORDS.filter(lambda text: bool(line(text))),
    abstract=WORDS.filter(lambda text: bool(line(text))),
    date=st.sampled_from([None, "2020", "2021-03", "2021-03-04", "--03-04"]),
    authors=st.lists(NAMES, max_size=3).map(tuple),
    venue=st.none() | WORDS,
    type=st.sampled_from([None, "article-journal", "paper-conference", "book", "thesis", "dataset"]),
    doi=st.none() | st.sampled_from(["10.1/a_b", "10.1/(x)<1>;2-#", "10.1/%5b"]),
    retraction=st.none() | WORDS,
)


def bibtex_fields(paper: Paper) -> dict[str, str]:
    library = bibtexparser.parse_string("".join(bibtex_entries([paper])))
    assert not library.failed_blocks
    [entry] = library.entries
    return {field.key: field.value for field in entry.fields}


def decoded(latex: str) -> str:
    # The decoder has its own circumflex, and TeX its ligatures, which are no words of ours.
    return line(LatexNodes2Text().latex_to_text(latex)).replace("ˆ", "^")


def test_bibtex_has_all_that_is_known() -> None:
    fields = bibtex_fields(PAPER)
    assert fields["title"].startswith("{RLHF} for {BERT}: 50\\% of what {Müller}'s a\\_b costs")
    assert decoded(fields["title"]) == PAPER.title
    assert decoded(fields["abstract"]) == PAPER.abstract
    assert (
        fields["author"]
        == "Köhler, Anna M. and {World Health Organization and Partners} and Smith, Jr., John"
    )
    assert (fields["doi"], fields["url"]) == (PAPER.doi, PAPER.url)
    assert (fields["year"], fields["month"], fields["day"]) == ("2023", "5", "6")
    assert (fields["archiveprefix"], fields["eprint"]) == ("arXiv", "2401.00001v2")
    assert (decoded(fields["journal"]), decoded(fields["keywords"])) == (PAPER.venue, "deep learning, a_b")
    assert fields["note"] == "RETRACTED: Retracted by the publisher"


def test_a_title_in_capitals_keeps_only_names_from_being_changed() -> None:
    paper = Paper(id="p", title="Scaling Laws of BERT and GPT-4 in the Wild", abstract="a")
    assert bibtex_fields(paper)["title"] == "Scaling Laws of {BERT} and {GPT-4} in the Wild"


@given(HOSTILE)
def test_bibtexparser_reads_what_was_written(paper: Paper) -> None:
    fields = bibtex_fields(paper)
    assert decoded(fields["title"]) == decoded_plain(paper.display_title)
    assert decoded(fields["abstract"]) == decoded_plain(paper.abstract)
    assert fields.get("year", "") == (f"{paper.year}" if paper.year else "")
    assert fields.get("doi") == paper.doi
    assert "note" in fields or not line(paper.retraction or "")
    library = bibtexparser.parse_string(
        "".join(bibtex_entries([paper, PAPER])), append_middleware=[LatexDecodingMiddleware()]
    )
    assert len(library.entries) == 2


def decoded_plain(text: str) -> str:
    return line(text).replace("ˆ", "^")


@given(HOSTILE)
def test_pybtex_reads_what_was_written(paper: Paper) -> None:
    [entry] = pybtex.database.parse_string("".join(bibtex_entries([paper])), "bibtex").entries.values()
    assert entry.fields.get("doi") == paper.doi
    assert decoded(entry.fields["title"]) == decoded_plain(paper.display_title)
    assert len(entry.persons.get("author", [])) == len(paper.authors)


@given(st.lists(HOSTILE, max_size=3))
def test_rispy_reads_what_was_written(papers: list[Paper]) -> None:
    records = rispy.loads("\r\n".join(ris_records(papers)))
    assert len(records) == len(papers)
    for record, paper in zip(records, papers, strict=True):
        assert line(record["title"]) == line(paper.display_title)
        assert line(record["abstract"]) == line(paper.abstract)
        assert record.get("doi") == paper.doi
        assert record.get("year", "") == (f"{paper.year}" if paper.year else "")
        assert line(record.get("secondary_title", "")) == line(paper.venue or "")
        assert len(record.get("authors", [])) == len(paper.authors)


@given(st.lists(HOSTILE, max_size=3))
def test_csl_is_one_array(papers: list[Paper]) -> None:
    items: list[dict[str, Any]] = json.loads("".join(csl_items(papers)))
    assert [item["title"] for item in items] == [line(paper.display_title) for paper in papers]
    assert [item.get("DOI") for item in items] == [paper.doi for paper in papers]


def test_csl_has_people_groups_and_suffixes() -> None:
    [item] = json.loads("".join(csl_items([PAPER])))
    assert item["author"] == [
        {"family": "Köhler", "given": "Anna M."},
        {"literal": "World Health Organization and Partners"},
        {"family": "Smith", "given": "John", "suffix": "Jr."},
    ]
    assert item["issued"] == {"date-parts": [[2023, 5, 6]]}
    assert (item["container-title"], item["PMID"]) == (PAPER.venue, PAPER.pmid)
    assert item["note"].splitlines() == [
        "RETRACTED: Retracted by the publisher",
        "arXiv: 2401.00001v2",
        "OpenAlex: W12",
    ]


RAW = st.text(
    st.sampled_from("abcdefghij ÄéÖß{}\\%$&#_^~,.'-`?!<>\"/ \n:;@=*$^\\{}") | st.characters(codec="utf-8"),
    min_size=1, max_size=80,
)  # fmt: skip
PHRASES = [
    "METHODS: We looked. RESULTS: We saw.", "Background: It is old. Aims: To see.", "$\\hat{x}$", "$x^2$",
    "&amp;lt;b&amp;gt;", "P&lt;0.001", "<i>in vitro</i>", "\\alpha", "19\\%", "{BERT}", "{\\'e}", "9 % & c",
    "`a' and ``b''", "© 2020 Elsevier.", "\\frac{a}{b}", "\\textbf{so}", "--- and --", "\\x{e9}", "深度学习",
]  # fmt: skip
PIECES = st.lists(RAW | st.sampled_from(PHRASES), min_size=1, max_size=5).map(" ".join)
AUTHORS = [
    "Köhler, Anna M.", "Anna Köhler", "Ludwig van Beethoven", "van den Berg, Piet", "King, Jr., Martin L.",
    "Okafor, B. C., III", "{World Health Organization}", "{Centers for Disease Control and Prevention}",
    "Plato", "杨柳", "O'Brien, Seán", "Smith-Jones, A.-B.", "{R&D Group of 100% Wool}", "{OpenAI}",
]  # fmt: skip
TYPES = [
    "", "JOUR", "preprint", "conference paper", "book", "thesis", "dataset", "report", "speech", "manuscript",
    "chapter", "document", "book review", "magazine article",
]  # fmt: skip
RECORDS = st.builds(
    RawRecord,
    line=st.just(1),
    markup=st.sampled_from(["none", "html", "latex"]),
    title=PIECES,
    abstract=PIECES,
    authors=st.lists(st.sampled_from(AUTHORS), max_size=4),
    date=st.sampled_from(["", "2020", "2021-03", "2021-03-04", "--03-04", "2012 Mar"]),
    venue=st.sampled_from(["", "Nature & Co", "NeurIPS 2017", "Proc. of the {ACL} 50%", "Z. Wärme, B"]),
    type=st.sampled_from(TYPES),
    language=st.sampled_from(["", "English", "zh"]),
    keywords=st.lists(
        st.sampled_from(["wool", "Axons, physiology", "a_b", "R&D", "深度", "x; y"]), max_size=3
    ),
    url=st.sampled_from(["", "https://a.example/c_d?x=1&y=%20#z~", "https://doi.org/10.1000/a_b"]),
    arxiv=st.sampled_from(["", "2401.00001", "2401.00001v2", "quant-ph/0701054"]),
    doi=st.sampled_from(["", "10.1000/a_b", "10.1000/x(1)%5b", "10.48550/arXiv.2401.00001"]),
    pmid=st.sampled_from(["", "123"]),
    openalex=st.sampled_from(["", "W12"]),
    retraction=st.sampled_from(["", "Retracted by the publisher", "RETRACTED: Wool"]),
)
LISTED = RECORDS.map(lambda raw: next(entries_of(raw, "a"))).filter(lambda e: isinstance(e, Listing))


def known_of(record: Listing | Paper) -> dict[str, Any]:
    """What a record says, without where it stands."""
    return record.model_dump(include={"title", "abstract", *Details.model_fields})


@pytest.mark.parametrize("form", PAPER_FORMATS)
@settings(max_examples=30)
@given(found=st.lists(LISTED, min_size=1, max_size=3))
def test_papers_that_were_exported_are_read_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, form: PaperFormat, found: list[Listing]
) -> None:
    papers = [Paper(id=paper_id(listing), **known_of(listing)) for listing in found]
    file = tmp_path_factory.getbasetemp() / f"papers.{form}"
    file.write_text("".join(PAPER_FORMATS[form](papers)), encoding="utf-8", newline="")
    assert [known_of(entry) for entry in read_entries(file)] == [known_of(paper) for paper in papers]


@pytest.mark.parametrize("form", PAPER_FORMATS)
def test_a_library_of_no_papers_is_a_file_of_none(form: Any) -> None:
    assert "".join(PAPER_FORMATS[form]([])) in ("", "[]\n")


def test_json_lines_keep_all() -> None:
    [text] = PAPER_FORMATS["jsonl"]([PAPER.model_copy(update={"pages": ("a.txt",)})])
    assert Paper.model_validate_json(text) == PAPER


def test_a_reference_names_who_when_and_where() -> None:
    assert reference(PAPER) == (
        "[RETRACTED] Köhler et al. 2023. RLHF for BERT: 50% of what Müller's a_b costs. "
        "Nature & Friends, 6 May 2023"
    )
    plain = Paper(id="p", title="What is it?", abstract="a", date="2020", venue="Nature")
    assert reference(plain) == "What is it? Nature, 2020"
    assert (source_address(plain), source_address(PAPER)) == (
        None,
        "https://doi.org/10.1000/x_(1)%255b;2-%23",
    )


def test_only_a_paper_of_unknown_origin_is_looked_for_by_title() -> None:
    plain = Paper(id="p", title="Is A&B = 5%?", abstract="a")
    assert find_on_arxiv(plain) == (
        "https://arxiv.org/search/?query=Is%20A%26B%20%3D%205%25%3F&searchtype=title"
    )
    assert find_on_arxiv(plain.model_copy(update={"authors": ("Li",)})) is None
    assert find_on_arxiv(plain.model_copy(update={"url": "https://a.example"})) is None
    assert source_address(plain.model_copy(update={"url": "javascript:alert(1)"})) is None
