"""A paper as the lexical index keeps it, and queries over its exact fields: id, page, author, venue, days."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from functools import cache

import tantivy

from footnote.store.display import plain_text
from footnote.store.filters import Filters, days
from footnote.store.name_terms import author_terms, folded, wanted_terms
from footnote.store.papers import Paper

LEXICAL_VERSION = "3"
"""Changes with the fields and the analyser: an index that another version built is made again from the
catalog."""
WORDS = "footnote"
GRAMS = "grams"

Clause = tuple[tantivy.Occur, tantivy.Query]


@cache
def schema() -> tantivy.Schema:
    """The fields of the index."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("version", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("body", tokenizer_name=WORDS, index_option="freq")
    builder.add_text_field("grams", tokenizer_name=GRAMS, index_option="freq")
    builder.add_text_field("page", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("author", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("venue", tokenizer_name="whitespace", index_option="position")
    for field in ("first_day", "last_day"):
        builder.add_integer_field(field, indexed=True, fast=True)
    return builder.build()


def paper_version(paper: Paper) -> str:
    """Names a paper and all of it that is indexed."""
    parts = (paper.id, paper.title, paper.abstract, paper.date or "", *paper.pages)
    parts += ("", *paper.authors, "", paper.venue or "")
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def document_of(paper: Paper, version: str) -> tantivy.Document:
    """The paper as a document. version: see `paper_version`."""
    text = f"{plain_text(paper.title)}\n{plain_text(paper.abstract)}"
    document = tantivy.Document()
    document.add_text("id", paper.id)
    document.add_text("version", version)
    document.add_text("body", text)
    document.add_text("grams", text)
    for page in paper.pages:
        document.add_text("page", page)
    for term in sorted({term for author in paper.authors for term in author_terms(author)}):
        document.add_text("author", term)
    for spelling in folded(paper.venue or ""):
        document.add_text("venue", spelling)
    if paper.year is not None and paper.date is not None:
        first, last = days(paper.date)
        document.add_integer("first_day", first)
        document.add_integer("last_day", last)
    return document


def having_one(field: str, values: Collection[str]) -> tantivy.Query:
    """Has one of `values`; counts nothing in the score."""
    return tantivy.Query.const_score_query(tantivy.Query.term_set_query(schema(), field, list(values)), 0.0)


def one_of(papers: Collection[str]) -> Clause:
    """Must be one of these papers, by id."""
    return tantivy.Occur.Must, having_one("id", papers)


def passing_clauses(filters: Filters) -> list[Clause]:
    """What a document must fulfil; nothing of it counts in the score."""
    clauses: list[Clause] = []
    if not (filters.pages or filters.authors or filters.venues) and filters.only is None:
        # What only leaves out finds nothing: there must be something to leave out from.
        clauses.append((tantivy.Occur.Must, tantivy.Query.const_score_query(tantivy.Query.all_query(), 0.0)))
    if filters.since:
        clauses.append((tantivy.Occur.Must, _days("last_day", lower=days(filters.since).first)))
    if filters.until:
        clauses.append((tantivy.Occur.Must, _days("first_day", upper=days(filters.until).last)))
    if filters.pages:
        clauses.append((tantivy.Occur.Must, having_one("page", filters.pages)))
    if filters.authors:
        terms = {term for name in filters.authors for term in wanted_terms(name)}
        clauses.append((tantivy.Occur.Must, having_one("author", terms)))
    if filters.venues:
        clauses.append((tantivy.Occur.Must, _venues(filters.venues)))
    if filters.only is not None:
        clauses.append((tantivy.Occur.Must, having_one("id", filters.only)))
    if filters.exclude:
        clauses.append((tantivy.Occur.MustNot, having_one("id", filters.exclude)))
    return clauses


def _venues(names: Iterable[str]) -> tantivy.Query:
    """Has the words of one of `names` in a row in its venue; counts nothing in the score."""
    spellings = sorted({spelling for name in names for spelling in folded(name)})
    phrases = [_phrase("venue", spelling.split()) for spelling in spellings]
    either = tantivy.Query.boolean_query([(tantivy.Occur.Should, phrase) for phrase in phrases])
    return tantivy.Query.const_score_query(either, 0.0)


def _phrase(field: str, words: Sequence[str]) -> tantivy.Query:
    # tantivy refuses a phrase of one word.
    if len(words) == 1:
        return tantivy.Query.term_query(schema(), field, words[0], "basic")
    return tantivy.Query.phrase_query(schema(), field, list(words))


def _days(field: str, *, lower: int | None = None, upper: int | None = None) -> tantivy.Query:
    days_in = tantivy.Query.range_query(schema(), field, tantivy.FieldType.Integer, lower, upper)
    return tantivy.Query.const_score_query(days_in, 0.0)
