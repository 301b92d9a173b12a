"""A paper's page in the library. Pure: a paper in, safe HTML out, as in `ui.chat.render`."""

from __future__ import annotations

from collections.abc import Sequence

from footnote.store.authors import displayed
from footnote.store.papers import Paper
from footnote.ui import strings
from footnote.ui.escape import encode, labels_of, mark
from footnote.ui.library.papers_table import link
from footnote.ui.links import retracted, source_facts

_AUTHORS_SHOWN = 20


def paper_html(paper: Paper) -> str:
    """The page, without the nearest papers."""
    return (
        f'<article class="fn-page-paper"><h2 tabindex="-1">{retracted(paper.retraction)}'
        f"<bdi>{encode(paper.display_title)}</bdi></h2>"
        f"{_authors(paper)}{source_facts(paper)}{_kind(paper)}"
        f'<p class="fn-abstract">{mark(paper.abstract, (), 0, labels_of(paper))}</p></article>'
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
    """All authors: the first ones, and the others where the reader asks for them."""
    names = [displayed(author) for author in paper.authors]
    shown, rest = names[:_AUTHORS_SHOWN], names[_AUTHORS_SHOWN:]
    more = max(paper.author_count or 0, len(names)) - len(shown)
    others = strings.AUTHORS_MORE.format(count=more)
    if shown and more > 0 and not rest:
        shown.append(others)
    parts = [f"<bdi>{encode(', '.join(shown))}</bdi>"] if shown else []
    if rest:
        all_others = f"<bdi>{encode(', '.join(rest))}</bdi>"
        parts.append(f"<details><summary>{encode(others)}</summary>{all_others}</details>")
    if paper.organisation:
        parts += ["·", f"<bdi>{encode(paper.organisation)}</bdi>"] if parts else [encode(paper.organisation)]
    return f'<div class="fn-facts fn-authors">{" ".join(parts)}</div>' if parts else ""


def _kind(paper: Paper) -> str:
    """Type, language and keywords."""
    facts = [encode(strings.PAPER_TYPES.get(paper.type, paper.type))] if paper.type else []
    facts += [f"<bdi>{encode(', '.join(paper.keywords))}</bdi>"] if paper.keywords else []
    return f'<p class="fn-facts">{" · ".join(facts)}</p>' if facts else ""
