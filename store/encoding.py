"""Papers → what the indexes keep of them: passages, sentence vectors and tokens."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from footnote.store.display import plain_text
from footnote.store.errors import FootnoteError
from footnote.store.known_tokens import KnownTokens
from footnote.store.layout import LayoutMaker
from footnote.store.paper_records import PaperRecord
from footnote.store.protocols import Embedder, PassageText, SignedTokens, TokenEmbedder, Vectors
from footnote.store.signed_tokens import joined, signed_tokens

log = logging.getLogger(__name__)

_ANY_TEXT = "Any text."


class Encoded(NamedTuple):
    """What is indexed of some papers, and why others can't be: id → reason."""

    papers: list[PaperRecord]
    passages: list[PassageText]
    vectors: dict[str, Vectors]
    tokens: dict[str, SignedTokens]
    set_aside: dict[str, str]


class PaperEncoder:
    """Computes what is indexed of papers, but for tokens that are known already."""

    def __init__(
        self,
        layouts: LayoutMaker,
        embedder: Embedder,
        tokens: TokenEmbedder,
        known: Callable[[], KnownTokens],
    ) -> None:
        """known: called when tokens are computed, not before: a library that is only read needs none."""
        self._layouts = layouts
        self._embedder = embedder
        self._tokens = tokens
        self._known = known

    def encode(self, papers: Sequence[PaperRecord]) -> Encoded:
        """All that is indexed of these papers. Those that can't be encoded are set aside, with the reason.

        Raises what the embedder raises where it fails for any text.
        """
        usable = [entry for entry in papers if entry.sentences and entry.passages]
        set_aside = {e.paper.id: "the abstract holds no sentence" for e in papers if e not in usable}
        try:
            return self._encode(usable, set_aside)
        except (FootnoteError, OSError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001  # what a text makes a tokenizer or embedder raise is any error
            log.warning("a paper can't be indexed (%s): each is tried alone", error)
            self._embedder.embed([_ANY_TEXT])
            self._tokens.states_of_all([_ANY_TEXT])
        good: list[PaperRecord] = []
        for entry in usable:
            try:
                self._encode([entry], {})
                good.append(entry)
            except Exception as error:  # noqa: BLE001
                set_aside[entry.paper.id] = f"its text can't be indexed ({type(error).__name__}: {error})"
        return self._encode(good, set_aside)

    def _encode(self, papers: Sequence[PaperRecord], set_aside: dict[str, str]) -> Encoded:
        passages = self.passages(papers)
        vectors = self.sentence_vectors(papers) if papers else {}
        # Before the dense index, which needn't read again what this reads.
        return Encoded(list(papers), passages, vectors, self.tokens(passages), set_aside)

    def passages(self, papers: Sequence[PaperRecord]) -> list[PassageText]:
        """All passages of these papers."""
        return [
            PassageText(entry.paper.id, number, self._layouts.embedded_text(entry.paper, span))
            for entry in papers
            for number, span in enumerate(entry.passages)
        ]

    def sentence_vectors(self, papers: Sequence[PaperRecord]) -> dict[str, Vectors]:
        """By paper a unit row a sentence."""
        texts = [plain_text(span.of(e.paper.abstract)) for e in papers for span in e.sentences]
        rows = iter(self._embedder.embed(texts))
        return {e.paper.id: np.stack([next(rows) for _ in e.sentences]) for e in papers}

    def tokens(self, passages: Sequence[PassageText]) -> dict[str, SignedTokens]:
        """By paper the tokens of its passages. A title's are there once a passage."""
        known = self._known()
        found = {passage.text: known.get(passage.text) for passage in passages}
        unknown = [text for text, tokens in found.items() if tokens is None]
        states = self._tokens.states_of_all(unknown)
        computed = dict(zip(unknown, map(signed_tokens, unknown, states), strict=True))
        parts: dict[str, list[SignedTokens]] = {}
        for passage in passages:
            held = found[passage.text]
            parts.setdefault(passage.paper, []).append(computed[passage.text] if held is None else held)
        return {paper: joined(some) for paper, some in parts.items()}
