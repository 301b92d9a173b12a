"""Papers as RIS, which every reference manager reads.

The format: a line a field, two letters, two spaces, a hyphen, a space, the value; CR LF after each
line; a record from TY to ER (Research Information Systems, "RIS Format Specifications", 2001, and
its revision of 2011). It has no escapes: a value is one line, and so can't begin another field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from footnote.rag.answer import Answer
from footnote.rag.export.cited import citation_key, cited_papers, retraction_note, type_left_out, type_of
from footnote.rag.export.readable import identifiers, labelled_abstract, line
from footnote.store.authors import is_group, parts
from footnote.store.papers import Paper
from footnote.store.readers.vocabulary import csl_type

_TYPES = {
    "article-journal": "JOUR",
    "article-magazine": "MGZN",
    "article-newspaper": "NEWS",
    "article": "UNPB",
    "manuscript": "UNPB",
    "paper-conference": "CONF",
    "chapter": "CHAP",
    "book": "BOOK",
    "report": "RPRT",
    "thesis": "THES",
    "dataset": "DATA",
    "software": "COMP",
    "webpage": "ELEC",
    "post-weblog": "BLOG",
    "patent": "PAT",
    "standard": "STAND",
    "motion_picture": "VIDEO",
    "pamphlet": "PAMP",
    "entry-encyclopedia": "ENCYC",
    "entry-dictionary": "DICT",
}
"""CSL type → type of reference; any other is GEN. UNPB: a preprint."""


def to_ris(*answers: Answer) -> str:
    """RIS records of the papers cited, each once, in order of first citation; empty for refusals."""
    return "\r\n".join(ris_records(cited_papers(answers)))


def ris_records(papers: Iterable[Paper]) -> Iterator[str]:
    """A record for each paper, each with a line break at its end."""
    return map(_record, papers)


def _record(paper: Paper) -> str:
    fields = ((tag, line(value)) for tag, value in _fields(paper))
    body = "".join(f"{tag}  - {value}\r\n" for tag, value in fields if value)
    return f"{body}ER  - \r\n"


def _fields(paper: Paper) -> Iterator[tuple[str, str]]:
    kind = _TYPES.get(type_of(paper), "GEN")
    yield "TY", kind
    yield "ID", citation_key(paper)
    yield "TI", paper.display_title
    for author in paper.authors:
        yield "AU", _author(author).replace("*", " ")  # the one sign that the format forbids there
    yield "T2", paper.venue or ""
    if paper.year is not None:
        yield "PY", f"{paper.year:04}"
    if paper.date:
        # Year/month/day/other: the slashes stay where a part isn't known.
        yield "DA", "/".join([*paper.date.removeprefix("-").split("-"), "", "", ""][:4])
    yield "N1", retraction_note(paper)
    yield "DO", paper.doi or ""
    yield "AN", f"arXiv:{paper.arxiv}" if paper.arxiv else (paper.pmid or "")
    yield "UR", paper.url or ""
    version = f"v{paper.arxiv_version}" if paper.arxiv_version else ""
    for registry, _, address in identifiers(paper):
        yield "UR", address + (version if registry == "arXiv" else "")
    for keyword in paper.keywords:
        yield "KW", keyword
    yield "LA", paper.language or ""
    left_out = type_left_out(paper, csl_type(kind))
    yield "U5", f"csltype: {left_out}" if left_out else ""
    yield "AB", labelled_abstract(paper)


def _author(author: str) -> str:
    """ "Family, Given, Jr."; a group with a comma at its end, as reference managers write one."""
    family, given, suffix = (part.strip() for part in parts(author))
    if is_group(author):
        return f"{family}," if family else ""
    return ", ".join(filter(None, (family, given, suffix if family and given else "")))
