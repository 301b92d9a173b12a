"""A paper laid out for search: sentences, and passages as they are embedded."""

from __future__ import annotations

from footnote.store.display import plain_text
from footnote.store.embedders.minilm import MiniLM
from footnote.store.paper_records import Layout
from footnote.store.papers import Paper
from footnote.store.sentences import Span, make_passages, split_sentences

LAYOUT_VERSION = "2"
"""Raised when sentences or passages change: older indexes don't match."""
_TITLE_TOKENS = 64
MAX_SENTENCES = 300
MAX_PASSAGES = 32
"""What a text has beyond these is found by its words alone, and not quoted: no abstract has as much, and each
costs the embedder's time."""


class LayoutMaker:
    """Lays papers out.

    Passages are as long as the shipped model reads, whatever embeds them: ranking and confidence were
    fitted to such passages, and its tokenizer is always at hand.
    """

    def __init__(self, shipped: MiniLM) -> None:
        self._tokens = shipped

    def of(self, title: str, abstract: str) -> Layout:
        """Sentences of an abstract, and passages that fit the shipped model's window under the title."""
        head = self._head(title)
        sentences = split_sentences(abstract)[:MAX_SENTENCES]

        def fits(text: str) -> bool:
            return self._tokens.count_tokens(head + plain_text(text)) <= self._tokens.window

        passages = make_passages(abstract, sentences, fits)[:MAX_PASSAGES]
        covered = [span for span in sentences if passages and span.start < passages[-1].end]
        return Layout(covered, passages)

    def embedded_text(self, paper: Paper, passage: Span) -> str:
        """A passage as it is embedded: readable, under its paper's title."""
        return self._head(paper.title) + plain_text(passage.of(paper.abstract))

    def _head(self, title: str) -> str:
        words = plain_text(title).split()
        while words and self._tokens.count_tokens(" ".join(words)) > _TITLE_TOKENS:
            words = words[: len(words) // 2]
        return " ".join(words) + "\n"
