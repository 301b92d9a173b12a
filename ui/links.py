"""Where a paper comes from, and whether it was retracted, as safe HTML (see `ui.chat.render`). Pure."""

from __future__ import annotations

from footnote.rag.export import readable_date
from footnote.rag.export.readable import find_on_arxiv, identifiers, source_address
from footnote.store.papers import Paper
from footnote.ui import strings
from footnote.ui.escape import encode

_NEW_TAB = 'target="_blank" rel="noopener noreferrer"'


def retracted(reason: str | None) -> str:
    """The label of a paper that was retracted; empty where it wasn't. reason: as the source says it."""
    if not reason:
        return ""
    return f'<strong class="fn-retracted" title="{encode(reason)}">{encode(strings.RETRACTED)}</strong> '


def source_facts(paper: Paper) -> str:
    """What is known of where a paper comes from, as one paragraph; empty where that is nothing."""
    date = encode(readable_date(paper.date)) if paper.date else ""
    venue = f"<cite><bdi>{encode(paper.venue)}</bdi></cite>" if paper.venue else ""
    facts = [fact for fact in (venue, date, *identifier_links(paper)) if fact]
    return f'<p class="fn-facts">{" · ".join(facts)}</p>' if facts else ""


def identifier_links(paper: Paper) -> list[str]:
    """A link for each identifier that the paper has, or to its own address; without any and without authors,
    to a search for its title. Nothing is requested until a reader follows one.
    """
    links = [
        f'<a href="{encode(address)}" {_NEW_TAB}>{registry} {encode(name)}</a>'
        for registry, name, address in identifiers(paper)
    ]
    if not links and (address := source_address(paper)):
        links.append(f'<a href="{encode(address)}" {_NEW_TAB}>{encode(strings.OWN_ADDRESS)}</a>')
    if not links and (search := find_on_arxiv(paper)):
        links.append(f'<a href="{encode(search)}" {_NEW_TAB}>{encode(strings.FIND_ON_ARXIV)}</a>')
    return links
