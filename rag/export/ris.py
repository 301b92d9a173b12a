"""The papers that answers cite, as RIS, which every reference manager reads.

The format: a line a field, two letters, two spaces, a hyphen, a space, the value; CR LF after each
line; a record from TY to ER (Research Information Systems, "RIS Format Specifications", 2001, and
its revision of 2011). It has no escapes: a value is one line, and so can't begin another field.
"""

from __future__ import annotations

from collections.abc import Iterator

from footnote.rag.answer import Answer
from footnote.rag.export.bibtex import citation_key, cited_papers
from footnote.rag.export.readable import addresses, line, readable_date
from footnote.store.papers import Paper

_ARXIV_DOI = "10.48550/"


def to_ris(*answers: Answer) -> str:
    """RIS records of the papers cited, each once, in order of first citation; empty for refusals."""
    return "\r\n".join(_record(paper) for paper in cited_papers(answers))


def _record(paper: Paper) -> str:
    fields = ((tag, line(value)) for tag, value in _fields(paper))
    body = "".join(f"{tag}  - {value}\r\n" for tag, value in fields if value)
    return f"{body}ER  - \r\n"


def _fields(paper: Paper) -> Iterator[tuple[str, str]]:
    yield "TY", _type(paper)
    yield "ID", citation_key(paper)
    yield "TI", paper.display_title
    for author in paper.authors:
        yield "AU", author.replace("*", " ")  # the one sign that the format forbids there
    if paper.year is not None:
        yield "PY", f"{paper.year:04}"
    if paper.date and paper.date.startswith("--"):
        yield "N1", f"Dated {readable_date(paper.date)}"
    elif paper.date:
        # Year/month/day/other: the slashes stay where a part isn't known.
        yield "DA", "/".join([*paper.date.split("-"), "", "", ""][:4])
    yield "DO", paper.doi or ""
    yield "AN", f"arXiv:{paper.arxiv}" if paper.arxiv else (paper.pmid or "")
    for address in addresses(paper):
        yield "UR", address
    yield "AB", paper.abstract


def _type(paper: Paper) -> str:
    """JOUR where a publisher or PubMed knows the paper, UNPB for a preprint, else GEN: not known."""
    if paper.pmid or (paper.doi and not paper.doi.startswith(_ARXIV_DOI)):
        return "JOUR"
    return "UNPB" if paper.arxiv or paper.doi else "GEN"
