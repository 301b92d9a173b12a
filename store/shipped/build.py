"""Computes what ships for the papers that ship: `python -m footnote.store.shipped.build`."""

from __future__ import annotations

import logging
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from footnote.store import contents
from footnote.store.display import plain_text
from footnote.store.ingest import SAMPLE_CORPUS, ingest
from footnote.store.library import Library
from footnote.store.precomputed import SHIPPED, Precomputed
from footnote.store.protocols import Vectors
from footnote.store.signed_tokens import signed_tokens

log = logging.getLogger(__name__)


def build(corpus: Path = SAMPLE_CORPUS, to: Path = SHIPPED) -> None:
    """Makes a library of `corpus`, computing everything, and keeps in `to` what was computed.

    Raises LibraryError.
    """
    with TemporaryDirectory(prefix="footnote-build-") as scratch:
        folder = Path(scratch)
        with closing(Library(folder, precomputed=Precomputed(folder / "nothing"))) as library:
            ingest(library, [corpus])
            sentences, texts = indexed_texts(library)
            # Not read from the index, which brings vectors to length 1 once more and so changes the last bit.
            passages = dict(zip(texts, library.embedder.embed(texts), strict=True))
            states = library.token_embedder.states_of_all(texts)
            Precomputed(to).keep(
                library.embedder_stamp,
                contents.digest(library.catalog),
                sentences=sentences,
                passages=passages,
                tokens=dict(zip(texts, map(signed_tokens, texts, states), strict=True)),
                token_stamp=library.token_stamp,
                lens=folder / "lens.npz",
                paper_map=folder / "map.npz",
            )
    log.info("%d sentences and %d passages are in %s", len(sentences), len(passages), to)


def indexed_texts(library: Library) -> tuple[dict[str, Vectors], list[str]]:
    """What a library indexed: its sentences' texts with the vectors that it keeps, and its passages'."""
    sentences: dict[str, Vectors] = {}
    passages: dict[str, None] = {}
    for entry in library.catalog.get(contents.indexed_ids(library.catalog)).values():
        paper = entry.paper
        if entry.vectors is not None:
            texts = (plain_text(span.of(paper.abstract)) for span in entry.sentences)
            sentences |= zip(texts, entry.vectors, strict=True)
        passages |= dict.fromkeys(library.layouts.embedded_text(paper, span) for span in entry.passages)
    return sentences, list(passages)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    build()
