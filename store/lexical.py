"""The lexical index: BM25 over titles and abstracts, on tantivy; it also knows which papers pass a filter.

One document a paper. It is committed in batches; a batch that was cut off leaves no trace, and
a paper that is added again replaces its document.
"""

from __future__ import annotations

import hashlib
import math
import re
import shutil
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from pathlib import Path

import tantivy

from footnote.store.display import plain_text
from footnote.store.errors import LibraryError
from footnote.store.filters import Filters, days
from footnote.store.papers import Paper
from footnote.store.spelling_variants import spelling_variants

_WORDS = "footnote"
_GRAMS = "grams"
_GRAM = 4
"""Characters. With 5 besides, the same ranking from an index three times as large."""
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


@cache
def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("version", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("body", tokenizer_name=_WORDS, index_option="freq")
    builder.add_text_field("grams", tokenizer_name=_GRAMS, index_option="freq")
    builder.add_text_field("page", tokenizer_name="raw", index_option="basic")
    for field in ("first_day", "last_day"):
        builder.add_integer_field(field, indexed=True, fast=True)
    return builder.build()


class TantivyIndex:
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
                "`footnote ingest` to build it again"
            ) from error
        self._index.register_tokenizer(_WORDS, analyzer())
        self._index.register_tokenizer(_GRAMS, _gram_analyzer())

    def add(self, papers: Iterable[Paper]) -> None:
        """Adds papers, or replaces them, and commits: all of them or none.

        Papers that are there unchanged are left alone: a replaced document would count
        in the statistics of BM25 until its segment is merged.
        """
        documents = {_version(paper): paper for paper in papers}
        for known in self._versions(documents):
            del documents[known]
        if not documents:
            return
        writer = self._index.writer(_WRITER_BYTES, 1)
        for version, paper in documents.items():
            writer.delete_documents_by_term("id", paper.id)
            writer.add_document(_document(paper, version))
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
        writer = self._index.writer(_WRITER_BYTES, 1)
        for paper in present:
            writer.delete_documents_by_term("id", paper)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def _versions(self, versions: Collection[str]) -> set[str]:
        """Those of `versions` that are in the index."""
        searcher = self._index.searcher()
        query = _set("version", versions)
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
        found = searcher.search(_boolean(_passing(filters)), 1)
        return int(found.count)  # type: ignore[attr-defined]  # not in tantivy's stubs

    def passing(self, filters: Filters) -> list[str]:
        """The ids of the papers that pass, in no order."""
        return list(self._scores(_passing(filters), limit=max(1, self.count())))

    def among(self, papers: Collection[str], filters: Filters) -> set[str]:
        """Those of `papers` that pass."""
        return set(self._scores([_one_of(papers), *_passing(filters)], limit=len(papers)))

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
            clauses = [(tantivy.Occur.Must, _boolean(clauses)), *_passing(filters)]
        return list(self._scores(clauses, limit=k).items())

    def having_all(self, words: str, filters: Filters | None = None) -> list[tuple[str, float]]:
        """The papers that have all of `words`, in any form, as (paper id, BM25 score), best first."""
        groups = self._groups(words)
        if not groups:
            return []
        clauses = [(tantivy.Occur.Must, _one_form(group)) for group in groups]
        clauses += _passing(filters) if filters else []
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
        scores = self._scores([_one_of(papers), *_any_of("grams", grams)], limit=len(papers))
        return {paper: score for paper, score in scores.items() if score > 0}

    def _scores(self, clauses: Sequence[_Clause], *, limit: int) -> dict[str, float]:
        """Paper → score, best first."""
        if limit < 1:
            return {}
        searcher = self._index.searcher()
        found = searcher.search(_boolean(clauses), limit, count=False).hits
        return {str(searcher.doc(address)["id"][0]): float(score) for score, address in found}


_WORD = re.compile(r"[^\W_]+")
_Clause = tuple[tantivy.Occur, tantivy.Query]


def _version(paper: Paper) -> str:
    """Names a paper and all of it that is indexed."""
    parts = (paper.id, paper.title, paper.abstract, paper.date or "", *paper.pages)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _document(paper: Paper, version: str) -> tantivy.Document:
    text = f"{plain_text(paper.title)}\n{plain_text(paper.abstract)}"
    document = tantivy.Document()
    document.add_text("id", paper.id)
    document.add_text("version", version)
    document.add_text("body", text)
    document.add_text("grams", text)
    for page in paper.pages:
        document.add_text("page", page)
    if paper.year is not None and paper.date is not None:
        first, last = days(paper.date)
        document.add_integer("first_day", first)
        document.add_integer("last_day", last)
    return document


def _terms(question: str) -> list[str]:
    return list(dict.fromkeys(analyzer().analyze(question)))[:MAX_QUERY_TERMS]


def _term(field: str, term: str) -> tantivy.Query:
    return tantivy.Query.term_query(_schema(), field, term, "freq")


def _any_of(field: str, terms: Iterable[str]) -> list[_Clause]:
    return [(tantivy.Occur.Should, _term(field, term)) for term in terms]


def _one_form(group: Sequence[str]) -> tantivy.Query:
    """Has a word in one of its forms; counts the one that counts most."""
    queries = [_term("body", term) for term in group]
    return queries[0] if len(queries) == 1 else tantivy.Query.disjunction_max_query(queries)


def _boolean(clauses: Sequence[_Clause]) -> tantivy.Query:
    return tantivy.Query.boolean_query(list(clauses))


def _set(field: str, values: Collection[str]) -> tantivy.Query:
    """Has one of `values`; counts nothing in the score."""
    return tantivy.Query.const_score_query(tantivy.Query.term_set_query(_schema(), field, list(values)), 0.0)


def _one_of(papers: Collection[str]) -> _Clause:
    return tantivy.Occur.Must, _set("id", papers)


def _passing(filters: Filters) -> list[_Clause]:
    """What a document must fulfil; nothing of it counts in the score."""
    clauses: list[_Clause] = []
    if not filters.pages and filters.only is None:
        # What only leaves out finds nothing: there must be something to leave out from.
        clauses.append((tantivy.Occur.Must, tantivy.Query.const_score_query(tantivy.Query.all_query(), 0.0)))
    if filters.since:
        clauses.append((tantivy.Occur.Must, _days("last_day", lower=days(filters.since).first)))
    if filters.until:
        clauses.append((tantivy.Occur.Must, _days("first_day", upper=days(filters.until).last)))
    if filters.pages:
        clauses.append((tantivy.Occur.Must, _set("page", filters.pages)))
    if filters.only is not None:
        clauses.append((tantivy.Occur.Must, _set("id", filters.only)))
    if filters.exclude:
        clauses.append((tantivy.Occur.MustNot, _set("id", filters.exclude)))
    return clauses


def _days(field: str, *, lower: int | None = None, upper: int | None = None) -> tantivy.Query:
    days_in = tantivy.Query.range_query(_schema(), field, tantivy.FieldType.Integer, lower, upper)
    return tantivy.Query.const_score_query(days_in, 0.0)


def discard(folder: Path) -> None:
    """Deletes the index in `folder`, also one that an older version made and that doesn't open.

    It is renamed first: half of an index doesn't open either.
    """
    aside = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(aside, ignore_errors=True)
    if folder.exists():
        folder.rename(aside)
    shutil.rmtree(aside, ignore_errors=True)
