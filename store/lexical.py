"""The lexical index: BM25 over titles and abstracts, on tantivy.

One document a paper. It is committed in batches; a batch that was cut off leaves no trace, and
a paper that is added again replaces its document.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from pathlib import Path

import tantivy

from store.display import plain_text
from store.errors import LibraryError
from store.papers import Paper

_ANALYZER = "footnote"
_WRITER_BYTES = 50_000_000
MAX_QUERY_TERMS = 256


@cache
def analyzer() -> tantivy.TextAnalyzer:
    """Words in lower case, without accents and English endings; for documents and questions."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (
        tantivy.Filter.remove_long(60),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.stopword("english"),
        tantivy.Filter.stemmer("english"),
    ):
        builder = builder.filter(step)
    return builder.build()


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("title", tokenizer_name=_ANALYZER, index_option="freq")
    builder.add_text_field("body", tokenizer_name=_ANALYZER, index_option="freq")
    return builder.build()


class LexicalIndex:
    """BM25 search over the papers of one library. Searching is safe from several threads."""

    def __init__(self, folder: Path) -> None:
        """Opens the index in `folder`, making it where there is none.

        Raises LibraryError if what is there can't be read.
        """
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._index = tantivy.Index(_schema(), path=str(folder), reuse=True)
        except ValueError as error:
            raise LibraryError(
                f"the lexical index in {folder} can't be read ({error}); delete that folder and run "
                "`footnote ingest` to make it anew"
            ) from error
        self._index.register_tokenizer(_ANALYZER, analyzer())

    def add(self, papers: Iterable[Paper]) -> None:
        """Adds papers, or replaces them, and commits: all of them or none."""
        writer = self._index.writer(_WRITER_BYTES, 1)
        for paper in papers:
            title = plain_text(paper.title)
            writer.delete_documents_by_term("id", paper.id)
            document = tantivy.Document()
            document.add_text("id", paper.id)
            document.add_text("title", title)
            document.add_text("body", f"{title}\n{plain_text(paper.abstract)}")
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def clear(self) -> None:
        """Takes every paper out."""
        writer = self._index.writer(_WRITER_BYTES, 1)
        writer.delete_all_documents()
        writer.commit()
        self._index.reload()

    def count(self) -> int:
        """Papers in the index."""
        return int(self._index.searcher().num_docs)

    def idf(self, terms: Iterable[str]) -> dict[str, float]:
        """How much each analysed term tells papers apart (BM25's inverse document frequency)."""
        searcher = self._index.searcher()
        total = searcher.num_docs
        counts = {term: searcher.doc_freq("body", term) for term in set(terms)}
        return {t: math.log(1 + (total - n + 0.5) / (n + 0.5)) for t, n in counts.items()}

    def unknown_share(self, terms: Collection[str]) -> float:
        """Share of analysed terms that stand in no paper; 0 of no terms."""
        searcher = self._index.searcher()
        return sum(searcher.doc_freq("body", t) == 0 for t in terms) / len(terms) if terms else 0.0

    def search(self, question: str, k: int) -> list[tuple[str, float]]:
        """The `k` best (paper id, BM25 score), best first; scores are above 0, without a bound.

        The question is taken as words: no query syntax is read in it.
        """
        terms = list(dict.fromkeys(analyzer().analyze(question)))[:MAX_QUERY_TERMS]
        if not terms:
            return []
        searcher = self._index.searcher()
        found = searcher.search(self._query(terms), k).hits
        return [(str(searcher.doc(address)["id"][0]), float(score)) for score, address in found]

    def _query(self, terms: Sequence[str]) -> tantivy.Query:
        schema = self._index.schema
        words = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, "body", term, "freq")) for term in terms
        ]
        return tantivy.Query.boolean_query(words)
