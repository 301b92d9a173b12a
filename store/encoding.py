"""Papers → what the indexes keep of them: passages, sentence vectors and tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from footnote.store.display import plain_text
from footnote.store.known_tokens import KnownTokens
from footnote.store.layout import LayoutMaker
from footnote.store.paper_records import PaperRecord
from footnote.store.protocols import Embedder, PassageText, SignedTokens, TokenEmbedder, Vectors
from footnote.store.signed_tokens import joined, signed_tokens


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
