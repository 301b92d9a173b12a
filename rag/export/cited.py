"""The papers that answers cite, and the keys by which exports name them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

from footnote.rag.answer import Answer
from footnote.rag.export.readable import RETRACTED
from footnote.store.papers import Paper

ARXIV_DOI = "10.48550/"


def cited_papers(answers: Sequence[Answer]) -> list[Paper]:
    """The papers that answers cite, each once, in order of first citation."""
    papers: dict[str, Paper] = {}
    for answer in answers:
        for citation in answer.citations:
            papers.setdefault(citation.paper.id, citation.paper)
    return list(papers.values())


def citation_key(paper: Paper) -> str:
    """A key that depends on nothing but the paper: its first words, year and id.

    Two ids have two keys: ids often begin or end alike, so a hash of the whole stands for them.
    """
    words = re.findall(r"[a-z0-9]+", unicodedata.normalize("NFKD", paper.display_title).casefold())
    ident = hashlib.sha256(paper.id.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return ("".join(words[:2]) or "paper") + str(paper.year or "") + "-" + ident


def type_of(paper: Paper) -> str:
    """The CSL type of a paper: its own, or what its identifiers say; "document" where it isn't known.

    A publisher's DOI or PubMed says that it is an article of a journal, arXiv that it is a preprint.
    """
    if paper.type:
        return paper.type
    if paper.pmid or (paper.doi and not paper.doi.startswith(ARXIV_DOI)):
        return "article-journal"
    return "article" if paper.arxiv or paper.doi else "document"


def type_left_out(paper: Paper, written: str | None) -> str:
    """What an export adds where the type that it has `written` isn't the paper's; "" where it is.

    written: the type of CSL by which readers take it; "unknown": it is only likely (`type_of`).
    """
    return "" if written == paper.type else type_word(paper) or "unknown"


def type_word(paper: Paper) -> str | None:
    """A paper's type for readers: "article", CSL's word for a preprint, is a journal's everywhere else."""
    return "preprint" if paper.type == "article" else paper.type


def retraction_note(paper: Paper) -> str:
    """A note that the paper was retracted; "" where it wasn't."""
    return f"{RETRACTED}: {paper.retraction}" if paper.retraction else ""
