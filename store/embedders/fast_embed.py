"""Embeddings by the package fastembed, which downloads a model at first use and runs it here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np

from footnote.store.embedders.rows import unit_rows
from footnote.store.errors import EmbedderError
from footnote.store.protocols import Vectors

_KEPT_QUESTIONS = 16


class FastEmbedder:
    """The model `model` of fastembed's list; see `store.protocols.Embedder`."""

    def __init__(self, model: str) -> None:
        """Loads the model, downloading it where it isn't in fastembed's cache.

        Raises EmbedderError where fastembed isn't installed, has no such model or can't load it.
        """
        self.name = f"fastembed:{model}"
        try:
            from fastembed import TextEmbedding
        except ImportError as error:
            raise EmbedderError(
                f"FOOTNOTE_EMBEDDER={self.name} needs the extra fastembed: run "
                "`.venv/bin/pip install -e '.[fastembed]'`"
            ) from error
        try:
            self._model = TextEmbedding(model_name=model)
        # A name that it doesn't know is a ValueError; a download or a file that fails is any library's error.
        except Exception as error:
            raise EmbedderError(
                f"fastembed can't load the model of FOOTNOTE_EMBEDDER={self.name} ({error}): choose one that "
                "`fastembed.TextEmbedding.list_supported_models()` lists; the first use needs the network"
            ) from error
        self._questions = lru_cache(_KEPT_QUESTIONS)(self._question)

    @property
    def version(self) -> str:
        """The dimensions."""
        return str(self.dimensions)

    @cached_property
    def dimensions(self) -> int:
        """Length of a vector, as the model gives it."""
        return len(next(iter(self._model.embed(["dimensions"]))))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As `Embedder` has it."""
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        return unit_rows(list(self._model.embed(list(texts))), len(texts), self.dimensions, self.name)

    def embed_question(self, text: str) -> Vectors:
        """As `Embedder` has it, with the prefix that some models want for questions."""
        return self._questions(text)

    def _question(self, text: str) -> Vectors:
        row: Vectors = unit_rows(list(self._model.query_embed(text)), 1, self.dimensions, self.name)[0]
        row.flags.writeable = False  # it is kept, and shared
        return row
