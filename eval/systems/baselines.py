"""Systems to compare with, over the library that Footnote asks: word search and vectors, each plain.

Both always answer: they have no confidence to refuse by.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from footnote.eval.questions import Question
from footnote.eval.runs.provenance import code_digest
from footnote.eval.systems.system import KEPT, Cited, SystemAnswer, SystemFacts
from footnote.rag.language.tokens import tokenize
from footnote.store.library import Library
from footnote.store.papers import Paper
from footnote.store.sentences import Span, split_sentences

READ = 3
QUOTES = 3
_K1, _B = 1.2, 0.75
_MAX_CHARS = 2_000


class _Quoting:
    """A ranking, and the best sentences of its first papers as the answer."""

    name: str

    def __init__(self, library: Library) -> None:
        self._library = library
        settings = {"ranked": KEPT, "read": READ, "quotes": QUOTES}
        self.facts = SystemFacts(name=self.name, mode="extractive", settings=settings, code=code_digest())
        self.secrets: tuple[str, ...] = ()

    async def warm_up(self, title: str) -> None:
        """Opens the index."""
        await asyncio.to_thread(self._ranking, title or "paper")

    async def answer(self, question: Question) -> SystemAnswer:
        """The quotes, best first; without a paper, no answer."""
        return await asyncio.to_thread(self._answer, question.question)

    def _answer(self, question: str) -> SystemAnswer:
        ranking = self._ranking(question)
        shown = tuple(ranking[:READ])
        records = self._library.catalog.get(shown)
        sentences = [
            (records[ident].paper, span)
            for ident in shown
            for span in split_sentences(records[ident].paper.abstract)
        ]
        scores = self._scores(question, [span.of(paper.abstract) for paper, span in sentences])
        best = sorted(range(len(sentences)), key=lambda n: -scores[n])[:QUOTES]
        cited = [_cite(*sentences[n]) for n in best if scores[n] > 0]
        return SystemAnswer(
            ranking=tuple(ranking),
            shown=shown,
            text=" ".join(f"“{c.quote}” [{n}]" for n, c in enumerate(cited, start=1)),
            status="answered" if cited else "unsupported",
            citations=tuple(cited),
            mode="extractive",
        )

    def _ranking(self, question: str) -> list[str]:
        raise NotImplementedError

    def _scores(self, question: str, sentences: Sequence[str]) -> list[float]:
        raise NotImplementedError


def _cite(paper: Paper, span: Span) -> Cited:
    return Cited(paper=paper.id, start=span.start, end=span.end, quote=span.of(paper.abstract))


class BM25(_Quoting):
    """BM25 over abstracts, then over the sentences of the first papers (Robertson and Zaragoza 2009)."""

    name = "bm25"

    def _ranking(self, question: str) -> list[str]:
        return [paper for paper, _ in self._library.lexical.search(question, KEPT)]

    def _scores(self, question: str, sentences: Sequence[str]) -> list[float]:
        """BM25 with these sentences as the collection."""
        asked = tokenize(question, _MAX_CHARS).stems
        counts = [Counter(word.stem for word in tokenize(text, _MAX_CHARS).content) for text in sentences]
        lengths = [sum(count.values()) for count in counts]
        mean = sum(lengths) / len(lengths) if any(lengths) else 1.0
        having = {term: sum(term in count for count in counts) for term in asked}
        idf = {t: math.log(1 + (len(counts) - n + 0.5) / (n + 0.5)) for t, n in having.items()}
        return [
            sum(
                idf[term] * count[term] * (_K1 + 1) / (count[term] + _K1 * (1 - _B + _B * length / mean))
                for term in asked
            )
            for count, length in zip(counts, lengths, strict=True)
        ]


class Dense(_Quoting):
    """The nearest passages by the library's embedder, then the nearest sentences of their papers."""

    name = "dense"

    def _ranking(self, question: str) -> list[str]:
        vector = self._library.embedder.embed_question(question)
        return list(dict.fromkeys(paper for paper, *_ in self._library.nearest(vector, KEPT)))

    def _scores(self, question: str, sentences: Sequence[str]) -> list[float]:
        vectors = self._library.embedder.embed(sentences)
        return [float(s) for s in np.asarray(vectors @ self._library.embedder.embed_question(question))]
