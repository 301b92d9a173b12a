"""All that a library holds, for comparing two of them."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import sqlalchemy as sa

from footnote.store.library import Library
from footnote.store.schema import papers, sightings


def contents(library: Library) -> dict[str, object]:
    """All that a library holds, for comparing two of them."""
    with library.catalog.database.reading() as connection:
        rows = {
            table.name: [
                tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))
            ]
            for table in (papers, sightings)
        }
    stored = library.dense._chroma.get(include=["embeddings", "documents", "metadatas"])
    vectors = {
        ident: (document, metadata, np.asarray(vector).round(5).tolist())
        for ident, document, metadata, vector in zip(
            stored["ids"], stored["documents"], stored["metadatas"], stored["embeddings"], strict=True
        )
    }
    words = {
        question: sorted(library.lexical.search(question, 500))
        for question in ("alignment", "reward model preference", "honesty benchmark", "diffusion")
    }
    lens = None if library.lens is None else library.lens.matrix.round(3).tolist()
    return {
        **rows,
        "lens": lens,
        "dense": vectors,
        "lexical": words,
        "documents": library.lexical.count(),
        "tokens": tokens_of(library),
    }


def tokens_of(library: Library) -> list[list[tuple[object, ...]]]:
    """All that the token index holds."""
    library.tokens.count()  # made where there is none
    with closing(sqlite3.connect(library.folder / "tokens" / "tokens.sqlite")) as connection:
        return [
            connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            for table in ("papers", "counts")
        ]
