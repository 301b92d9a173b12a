"""A paper's identifiers as links. Pure: a paper in, safe HTML out, as in `ui.chat.render`."""

from __future__ import annotations

from footnote.rag.export import identifiers
from footnote.store.papers import Paper
from footnote.ui.escape import encode

_NEW_TAB = 'target="_blank" rel="noopener noreferrer"'


def identifier_links(paper: Paper) -> list[str]:
    """A link for each identifier that the paper has."""
    return [
        f'<a href="{encode(address)}" {_NEW_TAB}>{registry} {encode(name)}</a>'
        for registry, name, address in identifiers(paper)
    ]
