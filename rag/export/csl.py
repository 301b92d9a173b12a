"""Papers as CSL-JSON (Citation Style Language 1.0.2, csl-data.json), which Zotero and pandoc read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from footnote.rag.answer import Answer
from footnote.rag.export.cited import citation_key, cited_papers, retraction_note, type_left_out, type_of
from footnote.rag.export.readable import keyword_line, labelled_abstract, line, readable_date
from footnote.store.authors import is_group, parts
from footnote.store.papers import Paper


def to_csl(*answers: Answer) -> str:
    """The papers cited as CSL-JSON, each once, in order of first citation; empty for refusals."""
    papers = cited_papers(answers)
    return "".join(csl_items(papers)) if papers else ""


def csl_items(papers: Iterable[Paper]) -> Iterator[str]:
    """The parts of one JSON array with an item for each paper."""
    before = "["
    for paper in papers:
        yield f"{before}\n  {json.dumps(_item(paper), ensure_ascii=False)}"
        before = ","
    yield "\n]\n" if before == "," else "[]\n"


def _item(paper: Paper) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": citation_key(paper),
        "type": type_of(paper),
        "title": line(paper.display_title),
        "author": [name for name in map(_author, paper.authors) if name],
        "container-title": line(paper.venue or ""),
        "issued": _issued(paper),
        "DOI": paper.doi,
        "PMID": paper.pmid,
        "URL": paper.url,
        "keyword": line(keyword_line(paper.keywords)),
        "language": paper.language,
        "abstract": line(labelled_abstract(paper)),
        "note": "\n".join(_notes(paper)),
        "custom": _custom(paper),
    }
    return {name: value for name, value in fields.items() if value}


def _author(author: str) -> dict[str, str]:
    family, given, suffix = (line(part) for part in parts(author))
    if is_group(author):
        return {"literal": family} if family else {}
    name = {"family": family, "given": given, "suffix": suffix}
    return {part: value for part, value in name.items() if value}


def _issued(paper: Paper) -> dict[str, Any] | None:
    """The date, as exact as it is known; one without a year is given in words."""
    if paper.date is None:
        return None
    if paper.year is None:
        return {"literal": readable_date(paper.date)}
    return {"date-parts": [[int(part) for part in paper.date.split("-")]]}


def _custom(paper: Paper) -> dict[str, str]:
    """What CSL has no field for: that a type is only likely, and a date without a year."""
    date = paper.date if paper.date and paper.year is None else ""
    found = {"csltype": type_left_out(paper, type_of(paper)), "date": date}
    return {name: value for name, value in found.items() if value}


def _notes(paper: Paper) -> Iterator[str]:
    """Lines "name: value", which Zotero keeps in its field Extra."""
    if paper.retraction:
        yield line(retraction_note(paper))
    if paper.arxiv:
        yield f"arXiv: {paper.arxiv}" + (f"v{paper.arxiv_version}" if paper.arxiv_version else "")
    if paper.openalex:
        yield f"OpenAlex: {paper.openalex}"
