"""Headers of tables → fields: those of Scopus, Web of Science, IEEE, Zotero and others. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# Field of a raw record → headers, without case, spaces and signs, in order of preference: where a table has
# several, the first that isn't empty counts. "year" and "day" make the date together.
ALIASES: Mapping[str, Sequence[str]] = {
    field: tuple(headers.split())
    for field, headers in {
        "title": """title documenttitle articletitle papertitle primarytitle worktitle itemtitle displayname
        ti t1 titles
            publicationtitleoriginal titleofarticle titleofreference maintitle 题名 标题 title题名 titre titel
            título titulo originaltitle""",
        "abstract": """abstract abstractnote abstracttext abstracts ab n2 paperabstract abstracten
        originalabstract
            摘要 summary摘要 resumen résumé resume zusammenfassung resumo notesabstract""",
        "authors": """authorfullnames authors author authornames authorsnames authorship
            authorshipsauthordisplayname authorshipsrawauthorname firstauthors af au a1 creator creators
            authorlist authornamesraw 作者 author作者 auteur auteurs autores autor fullauthors""",
        "year": """publicationyear year pubyear py yr copyrightyear yearofpublication publishedyear y1
            年 year年 pubyr année año issueyear""",
        "day": """date publicationdate datepublished published pubdate coverdate publisheddate dp pd issuedate
            onlinedate pubtime发表时间 发表时间 dateofpublication""",
        "venue": """sourcetitle publicationtitle journal journaltitle journalbook journalname containertitle
        venue
            primarylocationsourcedisplayname sourcetitleanthologytitle publicationname secondarytitle so jf
            jo t2 hostvenuedisplayname booktitle conferencename conferencetitle 来源 文献来源
            source文献来源 revue source journalorbook fullsourcetitle""",
        "type": """documenttype itemtype publicationtype typeofreference referencetype type dt ty pt
        articletype
            contenttype pubtype document类型""",
        "language": "languageoforiginaldocument language la languages lang languageofpublication",
        "keywords": """authorkeywords keywords keyword manualtags kw de tags subjects k1 关键词 keyword关键词
        indexkeywords
            ieeeterms meshterms keywordsplus emtreemedicalindexterms""",
        "url": """url link doilink pdflink externalurl ur landingpageurl primarylocationlandingpageurl
        articleurl urls
            sourceurls openurllink links weblink lk fulltexturl""",
        "doi": "doi di digitalobjectidentifier itemdoi doinumber articledoi do",
        "pmid": "pmid pubmedid pm idspmid pubmed pubmedpmid medlinepmid",
        "arxiv": "arxiv arxivid idsarxiv arxivnumber",
        "openalex": "openalexid idsopenalex openalex id",
    }.items()
}
# Beside a title these show that a table is of papers: films and shops have titles, years and authors as well.
_SIGNS = ("abstract", "doi", "pmid", "arxiv")
_TITLES_OF_PAPERS = frozenset(
    ("documenttitle", "articletitle", "papertitle", "primarytitle", "题名", "title题名")
)
_VENUES_OF_PAPERS = frozenset(
    """sourcetitle publicationtitle journal journaltitle journalbook journalname containertitle
    primarylocationsourcedisplayname sourcetitleanthologytitle publicationname secondarytitle
        journalorbook""".split()
)
_FIELDS_OF = {header: field for field, headers in ALIASES.items() for header in headers}


def bare(header: str) -> str:
    """A header as it is compared: letters and digits in small letters."""
    return "".join(c for c in header.casefold() if c.isalnum())


def columns_of(headers: Sequence[str]) -> dict[str, list[int]]:
    """Field → the columns that give it, the best first."""
    bares = [bare(header) for header in headers]
    found: dict[str, list[int]] = {}
    for field, aliases in ALIASES.items():
        if columns := [bares.index(alias) for alias in aliases if alias in bares]:
            found[field] = columns
    return found


def known_headers(headers: Sequence[str]) -> int:
    """How many of `headers` are known."""
    return sum(bare(header) in _FIELDS_OF for header in headers)


def is_of_papers(headers: Sequence[str]) -> bool:
    """Whether a table with these headers is a list of papers."""
    bares = {bare(header) for header in headers}
    fields = columns_of(headers)
    if "title" not in fields:
        return False
    return (
        any(sign in fields for sign in _SIGNS)
        or not bares.isdisjoint(_TITLES_OF_PAPERS)
        or (not bares.isdisjoint(_VENUES_OF_PAPERS) and ("authors" in fields or "year" in fields))
    )
