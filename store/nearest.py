"""The passages nearest to a vector, of papers that pass filters."""

from __future__ import annotations

from footnote.store.catalog import Catalog
from footnote.store.filters import Filters
from footnote.store.protocols import LexicalIndex, PassageHit, VectorIndex, Vectors

_FEW = 30
"""Where the square of how many papers pass is at most so many times all papers, each is compared.

To compare takes time in proportion to those that pass, a wider search in inverse proportion to their
share; the two cross at some 500 of 10,000 papers and 1,700 of 100,000.
"""


def nearest_passages(
    dense: VectorIndex,
    lexical: LexicalIndex,
    catalog: Catalog,
    vector: Vectors,
    k: int,
    filters: Filters | None,
) -> list[PassageHit]:
    """The `k` passages nearest to a unit vector, nearest first.

    Where few papers pass, each of their passages is compared. Where many do, papers that don't are taken
    out of the nearest of all, and more are asked for until enough are left: Chroma's own filter goes
    through all passages before it searches, which at 100,000 papers takes ten times as long.
    """
    if not filters:
        return dense.search(vector, k)
    passing = lexical.count(filters)
    papers = lexical.count()
    if passing * passing <= _FEW * papers:
        return dense.search_among(vector, k, catalog.count_passages(lexical.passing(filters)))
    held = dense.count()
    share = passing / max(1, papers)
    wanted = int(1.5 * k / share)
    while True:
        wanted = min(wanted, held)
        found = dense.search(vector, wanted)
        fit = lexical.among({paper for paper, _, _ in found}, filters)
        kept = [hit for hit in found if hit[0] in fit][:k]
        if len(kept) == k or len(found) < wanted or wanted == held:
            return kept
        wanted *= 3
