"""The lexical index: BM25 over titles and abstracts, on tantivy; it also knows which papers pass a filter.

One document a paper. It is committed in batches; a batch that was cut off leaves no trace, and
a paper that is added again replaces its document.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Literal

import tantivy

from footnote.store.errors import LibraryError
from footnote.store.faults import REPAIR, is_panic, storage_fix
from footnote.store.filters import Filters
from footnote.store.lexical_documents import (
    GRAMS,
    WORDS,
    Clause,
    document_of,
    having_one,
    one_of,
    paper_version,
    passing_clauses,
    schema,
)
from footnote.store.name_terms import folded, wanted_terms
from footnote.store.papers import Paper
from footnote.store.spelling_variants import spelling_variants

_GRAM = 4
"""Characters. With 5 besides, the same ranking from an index three times as large."""
_SLIPS = 2
"""Letters that a name may differ in to be offered as what was meant."""
_WRITER_BYTES = 50_000_000
MAX_QUERY_TERMS = 256
MAX_QUERY_GRAMS = 1_024


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


@cache
def _gram_analyzer() -> tantivy.TextAnalyzer:
    """Runs of characters, across words: what is left of a misspelt or compounded word."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(_GRAM, _GRAM))
    return builder.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold()).build()


class TantivyIndex:
    """BM25 search over the papers of one library. Searching is safe from several threads."""

    def __init__(self, folder: Path) -> None:
        """Opens the index in `folder`, making it where there is none.

        Raises LibraryError if what is there can't be read.
        """
        folder.mkdir(parents=True, exist_ok=True)
        with _named():
            self._index = tantivy.Index(schema(), path=str(folder), reuse=True)
        self._index.register_tokenizer(WORDS, analyzer())
        self._index.register_tokenizer(GRAMS, _gram_analyzer())

    def add(self, papers: Iterable[Paper]) -> None:
        """Adds papers, or replaces them, and commits: all of them or none.

        Papers that are there unchanged are left alone: a replaced document would count
        in the statistics of BM25 until its segment is merged.
        """
        documents = {paper_version(paper): paper for paper in papers}
        for known in self._versions(documents):
            del documents[known]
        if not documents:
            return
        with _named():
            writer = self._index.writer(_WRITER_BYTES, 1)
            for version, paper in documents.items():
                writer.delete_documents_by_term("id", paper.id)
                writer.add_document(document_of(paper, version))
            writer.commit()
            writer.wait_merging_threads()
            self._index.reload()

    def remove(self, papers: Collection[str]) -> None:
        """Takes papers out and commits: all of them or none.

        What is out still counts in the statistics of BM25 until its segment is merged.
        """
        present = self.among(papers, Filters())
        if not present:
            return
        with _named():
            writer = self._index.writer(_WRITER_BYTES, 1)
            for paper in present:
                writer.delete_documents_by_term("id", paper)
            writer.commit()
            writer.wait_merging_threads()
            self._index.reload()

    def _versions(self, versions: Collection[str]) -> set[str]:
        """Those of `versions` that are in the index."""
        query = having_one("version", versions)
        with _named():
            searcher = self._index.searcher()
            found = searcher.search(query, max(1, len(versions)), count=False).hits
            return {str(searcher.doc(address)["version"][0]) for _, address in found}

    def reload(self) -> None:
        """Looks again at what is on disk, where another process may have written."""
        self._index.reload()

    def count(self, filters: Filters | None = None) -> int:
        """Papers in the index; those that pass, with `filters`."""
        searcher = self._index.searcher()
        if not filters:
            return int(searcher.num_docs)
        found = searcher.search(_boolean(passing_clauses(filters)), 1)
        return int(found.count)  # type: ignore[attr-defined]  # not in tantivy's stubs

    def passing(self, filters: Filters) -> list[str]:
        """The ids of the papers that pass, in no order."""
        return list(self._scores(passing_clauses(filters), limit=max(1, self.count())))

    def among(self, papers: Collection[str], filters: Filters) -> set[str]:
        """Those of `papers` that pass."""
        return set(self._scores([one_of(papers), *passing_clauses(filters)], limit=len(papers)))

    def similar(self, field: Literal["author", "venue"], name: str, limit: int) -> list[str]:
        """The ids of papers with an author or venue that is spelled almost as `name` is."""
        terms = sorted(
            wanted_terms(name) if field == "author" else {w for s in folded(name) for w in s.split()}
        )
        near = [tantivy.Query.fuzzy_term_query(schema(), field, term, _SLIPS) for term in terms]
        return list(self._scores([(tantivy.Occur.Should, query) for query in near], limit=limit))

    def idf(self, terms: Iterable[str]) -> dict[str, float]:
        """How much each analysed term tells papers apart (BM25's inverse document frequency)."""
        searcher = self._index.searcher()
        total = searcher.num_docs
        # A document that was taken out counts in a term's frequency, but not in the total.
        counts = {term: min(total, searcher.doc_freq("body", term)) for term in dict.fromkeys(terms)}
        return {t: math.log(1 + (total - n + 0.5) / (n + 0.5)) for t, n in counts.items()}

    def search(
        self, question: str, k: int, filters: Filters | None = None, *, also: str = ""
    ) -> list[tuple[str, float]]:
        """The `k` best (paper id, BM25 score), best first; scores are above 0, without a bound.

        The question is taken as words: no query syntax is read in it. filters: only papers that
        pass are searched. also: words that count a fifth, as in Wang et al., "Query2doc" (2023).
        """
        groups = self._groups(question)
        clauses = [(tantivy.Occur.Should, _one_form(group)) for group in groups]
        terms = {term for group in groups for term in group}
        clauses += [
            (tantivy.Occur.Should, tantivy.Query.boost_query(_term("body", term), 0.2))
            for term in _terms(also)
            if term not in terms
        ]
        if not clauses:
            return []
        if filters:
            clauses = [(tantivy.Occur.Must, _boolean(clauses)), *passing_clauses(filters)]
        return list(self._scores(clauses, limit=k).items())

    def having_all(self, words: str, filters: Filters | None = None) -> list[tuple[str, float]]:
        """The papers that have all of `words`, in any form, as (paper id, BM25 score), best first."""
        groups = self._groups(words)
        if not groups:
            return []
        clauses = [(tantivy.Occur.Must, _one_form(group)) for group in groups]
        clauses += passing_clauses(filters) if filters else []
        return list(self._scores(clauses, limit=max(1, self.count())).items())

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """How many papers have each analysed term."""
        searcher = self._index.searcher()
        return {term: searcher.doc_freq("body", term) for term in set(terms)}

    def _groups(self, question: str) -> list[tuple[str, ...]]:
        """The terms of a question, each with its other forms (British, American) that the library has."""
        groups: dict[str, tuple[str, ...]] = {}
        for word in _WORD.findall(question.lower()):
            for term in analyzer().analyze(word):
                if term not in groups:
                    forms = {t for form in spelling_variants(word) for t in analyzer().analyze(form)}
                    known = self.frequencies(forms - {term})
                    groups[term] = (term, *sorted(form for form, papers in known.items() if papers))
        return list(groups.values())[:MAX_QUERY_TERMS]

    def gram_scores(self, question: str, papers: Collection[str]) -> dict[str, float]:
        """BM25 over runs of four characters, which forgives endings and slips, of those of `papers` that
        share one with the question."""
        grams = list(dict.fromkeys(_gram_analyzer().analyze(question)))[:MAX_QUERY_GRAMS]
        scores = self._scores([one_of(papers), *_any_of("grams", grams)], limit=len(papers))
        return {paper: score for paper, score in scores.items() if score > 0}

    def _scores(self, clauses: Sequence[Clause], *, limit: int) -> dict[str, float]:
        """Paper → score, best first."""
        if limit < 1:
            return {}
        with _named():
            searcher = self._index.searcher()
            found = searcher.search(_boolean(clauses), limit, count=False).hits
            return {str(searcher.doc(address)["id"][0]): float(score) for score, address in found}


@contextmanager
def _named() -> Iterator[None]:
    """Turns tantivy's own errors into one that says what to do."""
    try:
        yield
    except BaseException as error:
        if not (isinstance(error, ValueError | OSError) or is_panic(error)):
            raise
        raise LibraryError(
            f"the lexical index can't be used ({error}); {storage_fix(error) or REPAIR}"
        ) from error


_WORD = re.compile(r"[^\W_]+")


def _terms(question: str) -> list[str]:
    return list(dict.fromkeys(analyzer().analyze(question)))[:MAX_QUERY_TERMS]


def _term(field: str, term: str) -> tantivy.Query:
    return tantivy.Query.term_query(schema(), field, term, "freq")


def _any_of(field: str, terms: Iterable[str]) -> list[Clause]:
    return [(tantivy.Occur.Should, _term(field, term)) for term in terms]


def _one_form(group: Sequence[str]) -> tantivy.Query:
    """Has a word in one of its forms; counts the one that counts most."""
    queries = [_term("body", term) for term in group]
    return queries[0] if len(queries) == 1 else tantivy.Query.disjunction_max_query(queries)


def _boolean(clauses: Sequence[Clause]) -> tantivy.Query:
    return tantivy.Query.boolean_query(list(clauses))
