"""A paper's page in the library. Pure: a paper in, safe HTML out, as in `ui.chat.render`."""

from __future__ import annotations

from collections.abc import Sequence

from footnote.rag.export import readable_date
from footnote.store.papers import Paper
from footnote.ui import strings
from footnote.ui.escape import encode
from footnote.ui.library.papers_table import link
from footnote.ui.links import identifier_links

_AUTHORS_SHOWN = 12


def paper_html(paper: Paper) -> str:
    """The page, without the nearest papers."""
    return (
        f'<article class="fn-page-paper"><h2 tabindex="-1"><bdi>{encode(paper.display_title)}</bdi></h2>'
        f"{_authors(paper)}{_facts(paper)}"
        f'<p class="fn-abstract">{encode(paper.abstract)}</p></article>'
    )


def nearest_html(papers: Sequence[tuple[str, str]]) -> str:
    """The list of nearest papers. papers: id and title of each."""
    if not papers:
        return ""
    items = "".join(f"<li>{link(ident, title)}</li>" for ident, title in papers)
    button = f'<button type="button" class="fn-choose-listed">{encode(strings.CHOOSE_LISTED)}</button>'
    head = f"<h3>{encode(strings.PAPER_NEAREST)}</h3>"
    return f'<section class="fn-listing">{head}<ol>{items}</ol>{button}</section>'


def nothing_html(reason: str) -> str:
    """The page if no paper is open."""
    return f'<p class="fn-empty">{encode(reason)}</p>'


def _authors(paper: Paper) -> str:
    names = list(paper.authors[:_AUTHORS_SHOWN])
    more = max(paper.author_count or 0, len(paper.authors)) - len(names)
    if names and more > 0:
        names.append(strings.AUTHORS_MORE.format(count=more))
    known = ", ".join(names)
    if paper.organisation:
        known = f"{known} · {paper.organisation}" if known else paper.organisation
    return f'<p class="fn-facts"><bdi>{encode(known)}</bdi></p>' if known else ""


def _facts(paper: Paper) -> str:
    facts = [encode(readable_date(paper.date))] if paper.date else []
    facts += identifier_links(paper)
    if paper.pages:
        facts.append(f"<bdi>{encode(strings.SEEN_IN.format(pages=', '.join(paper.pages)))}</bdi>")
    return f'<p class="fn-facts">{" · ".join(facts)}</p>' if facts else ""
