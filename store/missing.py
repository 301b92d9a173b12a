"""Fills an index that lacks papers which others hold, from the catalog: without embedding what is known."""

from __future__ import annotations

from footnote.store import contents
from footnote.store.catalog import Catalog
from footnote.store.encoding import PaperEncoder
from footnote.store.filters import Filters
from footnote.store.progress import Progress
from footnote.store.protocols import LexicalIndex, TokenIndex

_WORDS_BATCH = 2_000
"""Papers of one commit where only words are indexed."""
_TOKENS_BATCH = 64


def add_missing_words(catalog: Catalog, lexical: LexicalIndex, progress: Progress | None) -> None:
    """Adds the indexed papers that `lexical` lacks."""
    ids = contents.indexed_ids(catalog)
    for at in range(0, len(ids), _WORDS_BATCH):
        some = ids[at : at + _WORDS_BATCH]
        missing = set(some) - lexical.among(some, Filters())
        lexical.add(entry.paper for entry in catalog.get(sorted(missing)).values())
        if progress:
            progress(at + len(some), len(ids))


def add_missing_tokens(
    catalog: Catalog, tokens: TokenIndex, encoder: PaperEncoder, progress: Progress | None
) -> None:
    """Adds the indexed papers that `tokens` lacks."""
    held = tokens.papers()
    missing = [ident for ident in contents.indexed_ids(catalog) if ident not in held]
    for at in range(0, len(missing), _TOKENS_BATCH):
        papers = catalog.get(missing[at : at + _TOKENS_BATCH])
        tokens.add(encoder.tokens(encoder.passages(list(papers.values()))))
        if progress:
            progress(at + len(papers), len(missing))
