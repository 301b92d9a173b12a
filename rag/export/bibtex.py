"""The papers that answers cite, as BibTeX."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

from footnote.rag.answer import Answer
from footnote.rag.export.readable import line
from footnote.store.papers import Paper


def cited_papers(answers: Sequence[Answer]) -> list[Paper]:
    """The papers that answers cite, each once, in order of first citation."""
    papers: dict[str, Paper] = {}
    for answer in answers:
        for citation in answer.citations:
            papers.setdefault(citation.paper.id, citation.paper)
    return list(papers.values())


def to_bibtex(*answers: Answer) -> str:
    """BibTeX entries of the papers cited, each once, in order of first citation; empty for refusals."""
    papers = cited_papers(answers)
    return "\n\n".join(_entry(paper) for paper in papers) + ("\n" if papers else "")


def citation_key(paper: Paper) -> str:
    """A BibTeX key that depends on nothing but the paper: its first words, year and id.

    Two ids have two keys: ids often begin or end alike, so a hash of the whole stands for them.
    """
    words = re.findall(r"[a-z0-9]+", unicodedata.normalize("NFKD", paper.display_title).casefold())
    ident = hashlib.sha256(paper.id.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return ("".join(words[:2]) or "paper") + str(paper.year or "") + "-" + ident


def _entry(paper: Paper) -> str:
    fields = {
        "title": _escape(paper.display_title),
        "author": " and ".join(filter(None, map(_author, paper.authors))),
        "year": str(paper.year or ""),
        "archiveprefix": "arXiv" if paper.arxiv else "",
        "eprint": _escape(paper.arxiv or ""),
        "doi": _escape(paper.doi or ""),
    }
    rows = "".join(f",\n  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@misc{{{citation_key(paper)}{rows}\n}}"


def _author(name: str) -> str:
    escaped = _escape(name)
    # "Institute of Science and Technology" would be two authors.
    return f"{{{escaped}}}" if re.search(r"\band\b", escaped, re.IGNORECASE) else escaped


def _escape(text: str) -> str:
    bare = text.replace("\\", r"\textbackslash ").replace("{", "").replace("}", "")
    return re.sub(r"([&%$#_])", r"\\\1", line(bare)).replace("^", r"\^{}").replace("~", r"\~{}")
