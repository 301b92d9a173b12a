"""PubMed's, EndNote's and arXiv's XML, and what XML can do to its reader."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.store.errors import CorpusError
from footnote.store.papers import Listing, Section
from footnote.store.readers import ReadFile, read_file, xml_elements

PUBMED = """<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2024//EN" "https://example.org/p.dtd">
<PubmedArticleSet>{}</PubmedArticleSet>"""
ARTICLE = """<PubmedArticle><MedlineCitation><PMID Version="1">123</PMID><Article>
<Journal><JournalIssue><PubDate><Year>2020</Year><Month>Mar</Month><Day>5</Day></PubDate></JournalIssue>
<Title>Sheep &amp; Wool</Title></Journal>
<ArticleTitle>On <i>Ovis</i> sheep with H<sub>2</sub>O.</ArticleTitle>
<ELocationID EIdType="doi">10.1000/a</ELocationID>
<Abstract><AbstractText Label="METHODS" NlmCategory="METHODS">We count, P &lt; 0.05.</AbstractText>
<AbstractText Label="RESULTS">There are
<mml:math xmlns:mml="http://m"><mml:mn>7</mml:mn></mml:math>.</AbstractText></Abstract>
<AuthorList><Author><LastName>K&#xF6;hler</LastName><ForeName>Anna M</ForeName><Initials>AM</Initials>
</Author>
<Author><LastName>Berg</LastName><Initials>P</Initials><Suffix>Jr</Suffix></Author>
<Author><CollectiveName>Sheep Group</CollectiveName></Author></AuthorList>
<Language>eng</Language><PublicationTypeList><PublicationType>Journal Article</PublicationType>
</PublicationTypeList>
</Article>{extra}<KeywordList><Keyword>wool</Keyword></KeywordList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="doi">10.1000/a</ArticleId></ArticleIdList>
<ReferenceList><Reference><ArticleIdList><ArticleId IdType="pubmed">9</ArticleId></ArticleIdList></Reference>
</ReferenceList></PubmedData></PubmedArticle>"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "papers"


def read(file: Path, text: str | bytes) -> ReadFile:
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_file(file)


def article(**parts: str) -> str:
    return PUBMED.format(ARTICLE.format(extra=parts.get("extra", "")))


def test_a_pubmed_article_is_read(file: Path) -> None:
    (listing,) = read(file, article()).listings
    assert listing == Listing(
        source="papers", line=1, title="On Ovis sheep with H2O.", abstract="We count, P < 0.05. There are 7.",
        sections=(Section(start=0, label="Methods"), Section(start=20, label="Results")), date="2020-03-05",
        authors=("Köhler, Anna M", "Berg, Jr, P", "{Sheep Group}"), venue="Sheep & Wool",
        type="article-journal",
        language="en", keywords=("wool",), doi="10.1000/a", pmid="123",
    )  # fmt: skip


def test_a_retracted_article_is_marked(file: Path) -> None:
    notice = '<CommentsCorrectionsList><CommentsCorrections RefType="{}"><RefSource>Wool 2021;3:4</RefSource>'
    notice += "</CommentsCorrections></CommentsCorrectionsList>"
    (listing,) = read(file, article(extra=notice.format("RetractionIn"))).listings
    assert listing.retraction == "Retraction in: Wool 2021;3:4"
    (listing,) = read(file, article(extra=notice.format("CommentIn"))).listings
    assert listing.retraction is None


@pytest.mark.parametrize(("date", "read_as"), [
    ("<MedlineDate>2012 Mar-Apr</MedlineDate>", "2012"),
    ("<Year>2012</Year><Month>03</Month>", "2012-03"),
    ("<Year>2012</Year><Season>Spring</Season>", "2012"),
])  # fmt: skip
def test_dates_of_pubmed(file: Path, date: str, read_as: str) -> None:
    text = article().replace("<Year>2020</Year><Month>Mar</Month><Day>5</Day>", date)
    assert read(file, text).listings[0].date == read_as


def test_a_chapter_of_a_book_is_read(file: Path) -> None:
    book = """<PubmedBookArticle><BookDocument><PMID>5</PMID><Book><BookTitle>Wool</BookTitle><PubDate>
<Year>2019</Year>
    </PubDate></Book><ArticleTitle>Sheep</ArticleTitle><Abstract><AbstractText>We count.</AbstractText>
</Abstract>
    <AuthorList Type="authors"><Author><LastName>Li</LastName></Author></AuthorList>
    </BookDocument></PubmedBookArticle>"""
    (listing,) = read(file, PUBMED.format(book)).listings
    assert (listing.title, listing.venue, listing.type, listing.date) == ("Sheep", "Wool", "chapter", "2019")
    assert listing.authors == ("Li",)


ENDNOTE = """<?xml version="1.0" encoding="UTF-8" ?><xml><records><record>
<ref-type name="Journal Article">17</ref-type>
<contributors><authors><author><style face="normal">Köhler, Anna</style></author>
<author>Sheep Group,</author></authors>
</contributors><titles><title><style face="normal">On </style><style face="italic">Ovis</style></title>
<secondary-title>
<style>Wool</style></secondary-title></titles><dates><year>2020</year><pub-dates><date>Mar 5</date>
</pub-dates></dates>
<abstract><style face="normal">We count\x0b &#11;sheep.&nbsp;A &#xA0;B</style></abstract>
<accession-num>123</accession-num>
<remote-database-name>Medline</remote-database-name>
<electronic-resource-num>10.1000/a</electronic-resource-num>
<keywords><keyword>wool</keyword></keywords><language>eng</language>
<urls><related-urls><url>https://example.org/a</url></related-urls></urls></record></records></xml>"""


def test_a_record_of_endnote_is_read_with_what_xml_forbids(file: Path) -> None:
    (listing,) = read(file, ENDNOTE).listings
    assert listing == Listing(
        source="papers", line=1, title="On Ovis", abstract="We count sheep. A B", date="2020-03-05",
        venue="Wool",
        authors=("Köhler, Anna", "{Sheep Group}"), type="article-journal", language="en", keywords=("wool",),
        doi="10.1000/a", pmid="123", url="https://example.org/a",
    )  # fmt: skip


def test_an_atom_feed_of_arxiv_is_read(file: Path) -> None:
    feed = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><id>http://arxiv.org/api/x</id>
    <entry><id>http://arxiv.org/abs/2401.00010v3</id><published>2024-01-02T00:00:00Z</published><title>On
    Sheep</title><summary> We count.</summary><author><name>Anna Köhler</name></author>
    <arxiv:doi xmlns:arxiv="http://arxiv.org/schemas/atom">10.1000/a</arxiv:doi></entry></feed>"""
    (listing,) = read(file, feed).listings
    assert (listing.title, listing.abstract, listing.date) == ("On Sheep", "We count.", "2024-01-02")
    assert (listing.arxiv, listing.arxiv_version, listing.doi) == ("2401.00010", 3, "10.1000/a")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_encodings_of_xml(file: Path, encoding: str) -> None:
    declared = ENDNOTE.replace("UTF-8", encoding.removesuffix("-sig"))
    assert read(file, declared.encode(encoding)).listings[0].authors[0] == "Köhler, Anna"


def test_a_bad_byte_costs_no_other_record(file: Path) -> None:
    two = (
        ENDNOTE.encode().replace(b"</records>", b"").replace(b"</xml>", b"")
        + ENDNOTE.encode().partition(b"<records>")[2]
    )
    assert len(read(file, two.replace(b"On ", b"On \xff ", 1)).listings) == 2


def test_of_a_file_that_is_cut_off_what_stands_before_is_read(file: Path) -> None:
    result = read(file, PUBMED.format(ARTICLE.format(extra="") * 2)[:-300])
    assert [listing.line for listing in result.listings] == [1]
    assert [error.line for error in result.refused] == [2]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("declaration", [BOMB, OUTSIDE])
def test_entities_are_never_expanded(file: Path, declaration: str) -> None:
    text = ENDNOTE.replace("<xml>", declaration + "<xml>").replace("On </style>", "&a;</style>")
    result = read(file, text)
    assert result.listings == ()
    assert "it declares the entity “a”" in result.refused[0].reason


def test_depth_and_size_of_a_record_are_bounded(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = ENDNOTE.replace("<abstract>", "<abstract>" + "<style>" * 100_000)
    assert "nested more than 100 deep" in read(file, deep).refused[0].reason
    monkeypatch.setattr(xml_elements, "MAX_ELEMENT_CHARS", 10_000)
    assert "more than 10,000" in read(file, ENDNOTE.replace("We count", "x" * 20_000)).refused[0].reason


def test_xml_of_something_else_is_refused_by_its_root(file: Path) -> None:
    with pytest.raises(CorpusError, match=r"looks like XML of another kind \(<rss>\)"):
        read(file, '<?xml version="1.0"?><rss><channel><title>News</title></channel></rss>')


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([article(), ENDNOTE]), st.integers(0, 3_000), st.binary(max_size=8))
def test_any_damage_gives_records_or_errors_of_ours(
    tmp_path_factory: pytest.TempPathFactory, text: str, at: int, damage: bytes
) -> None:
    raw = text.encode()
    file = tmp_path_factory.getbasetemp() / "damaged.xml"
    file.write_bytes(raw[:at] + damage + raw[at + len(damage) :])
    try:
        found = read_file(file)
    except CorpusError:
        return
    assert found.listings or found.refused or found.titles
