"""`footnote adapt`: the encoder tuned on a library's own abstracts, and used where it finds better."""

from __future__ import annotations

import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from footnote.store.adapt.cloze import LEAST_PAPERS, Exercise, exercises, hold_back, reciprocal_rank, sample
from footnote.store.adapted import Card, forget, is_adapted, keep, version_of
from footnote.store.embedder import Embedder, MiniLM
from footnote.store.errors import FootnoteError
from footnote.store.library import Library, Progress
from footnote.store.model.published import WEIGHTS_SHA256, WeightsError

log = logging.getLogger(__name__)

LEAST_GAIN = 0.01
"""Mean reciprocal rank on what is held back that a tuned encoder must add to be used."""


class AdaptError(FootnoteError):
    """A library can't be adapted to: something isn't installed, or it has too few papers."""


@dataclass(frozen=True)
class Adaptation:
    """What a tuned encoder is worth. before, after: mean reciprocal rank of the right abstract for
    sentences of papers that were held back, by the embedder that ships and by the tuned one.
    """

    papers: int
    sentences: int
    before: float
    after: float

    @property
    def helps(self) -> bool:
        """Whether it finds enough better to be used."""
        return self.after >= self.before + LEAST_GAIN


def adapt(
    library: Library,
    weights: Path | None = None,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    indexing: Progress | None = None,
) -> Adaptation:
    """Tunes the encoder on the library's abstracts; where that helps, indexes all papers with it.

    weights: wheel or folder of the published weights, None: the installed package. progress: called
    with (sentences done, in all) while it learns, which takes minutes; indexing: as
    `Library.index_waiting`. Nothing is written before it has learned, and nothing at all where it
    doesn't help; killed later, the next opening goes on. The same library and seed give the same
    encoder on the same machine. Raises AdaptError, LibraryError.
    """
    try:
        from footnote.store.adapt.train import tune
        from footnote.store.model.build import read_published, write
    except ImportError as error:
        raise AdaptError(
            f"{error.name} isn't installed: install the optional group `adapt` "
            "(.venv/bin/pip install -e '.[adapt]')"
        ) from error
    try:
        published, tokenizer = read_published(weights)
    except WeightsError as error:
        raise AdaptError(f"{error} with --weights") from error
    rng = np.random.default_rng(seed)
    texts = sample(library.catalog.papers(), rng)
    if len(texts) < LEAST_PAPERS:
        raise AdaptError(
            f"{library.folder} has {len(texts)} papers of two sentences or more; to learn from them takes "
            f"{LEAST_PAPERS}: add papers with `footnote ingest`"
        )
    learned_from, asked = hold_back(texts, rng)
    taught = exercises(learned_from, rng)
    tuned = tune(published, tokenizer, taught, asked, progress=progress)
    with tempfile.TemporaryDirectory(prefix="footnote-adapt-") as folder:
        write(tuned, tokenizer, Path(folder))
        return use_if_better(
            library,
            Path(folder),
            asked,
            papers=len(learned_from),
            sentences=sum(len(x.sentences) for x in taught),
            seed=seed,
            indexing=indexing,
        )


def use_if_better(
    library: Library,
    made: Path,
    asked: list[Exercise],
    *,
    papers: int,
    sentences: int,
    seed: int,
    shipped: Embedder | None = None,
    indexing: Progress | None = None,
) -> Adaptation:
    """Compares the int8 model in the folder `made` with the shipped one, both as they would be used;
    where it is better, makes it the library's own and indexes all papers with it.

    papers, sentences, seed: what it was made from, for the card. Raises LibraryError.
    """
    tuned = MiniLM(made)
    found = Adaptation(
        papers=papers,
        sentences=sentences,
        before=reciprocal_rank((shipped or MiniLM()).embed, asked),
        after=reciprocal_rank(tuned.embed, asked),
    )
    log.info("reciprocal rank on what is held back: %.3f → %.3f", found.before, found.after)
    if not found.helps:
        return found
    card = Card(
        version=version_of(made),
        dimensions=len(tuned.embed_question("how many numbers is a vector?")),
        window=tuned.window,
        published=WEIGHTS_SHA256,
        papers=papers,
        sentences=sentences,
        seed=seed,
        before=found.before,
        after=found.after,
    )
    with library.writing():
        library.change_embedder(lambda: keep(library.folder, made, card))
        library.index_waiting(indexing)
    return found


def undo(folder: Path, *, indexing: Progress | None = None) -> bool:
    """Takes the library in `folder` back to the embedder that ships, and indexes all papers with it.

    False where it has no embedder of its own. Works also where that embedder can't be read any more.
    Raises LibraryError.
    """
    if not is_adapted(folder):
        return False
    library = Library(folder, MiniLM())
    try:
        with library.writing():
            library.change_embedder(lambda: forget(folder))
            library.index_waiting(indexing)
    finally:
        library.close()
    return True
