"""Spelling of a question, corrected against the library's own vocabulary.

A word that no paper has is replaced by its British or American form that papers have; if it isn't English,
by the library's word that is one slip away. Slips as in Damerau, "A technique for computer detection and
correction of spelling errors" (1964); candidates as in Norvig, "How to write a spelling corrector" (2007).
English is what `rag/language/english_words.txt.gz` and the tokenizer's vocabulary have.
"""

from __future__ import annotations

import gzip
import re
import string
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from footnote.rag.language.stopwords import FUNCTION_WORDS, QUESTION_STOP_WORDS
from footnote.store.display import plain_text
from footnote.store.embedders.minilm import word_pieces
from footnote.store.lexical import analyzer
from footnote.store.library import Library
from footnote.store.spelling_variants import spelling_variants

_LEAST = 5
"""Letters; in shorter words a slip can't be told from another word."""
_LEAST_PAPERS = 2
"""That have a word which another is corrected to: one paper's may be a slip itself, or a name."""
_CLEARLY = 4
"""Times as many papers have the word that is chosen as have any other word as near."""
_READ = 12
"""Papers read to see how a term is written."""
_LEAST_STOP_WORD = 6
"""Letters of a stop word that another is corrected to: "theres" isn't "there"."""
_STOP_WORDS = FUNCTION_WORDS | QUESTION_STOP_WORDS
_ENGLISH = Path(__file__).parents[1] / "language" / "english_words.txt.gz"
_WORD = re.compile(r"[^\W_]+")
_JOINS_BEFORE, _JOINS_AFTER = frozenset("-_@/."), frozenset("-_@/")


@dataclass(frozen=True)
class SpellingCheck:
    """A question as it is searched. corrected: the words that were misspelt, as written, in order.

    unknown: words that are neither English nor in the library, and stay.
    """

    question: str
    corrected: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def check_spelling(question: str, library: Library) -> SpellingCheck:
    """The question as it is searched.

    Names are left alone: words with a digit or a capital inside, and with any capital within the question.
    """
    corrected: list[str] = []
    unknown: list[str] = []
    parts: list[str] = []
    at = 0
    for match in _WORD.finditer(question):
        word = match[0]
        if not word.isalpha() or _is_in_library(word.lower(), library):
            continue
        found = _other_form(word.lower(), library)
        if found is None and not _is_english(word.lower()):
            found = _correction(word.lower(), library) if _may_be_misspelt(question, match) else None
            (corrected if found else unknown).append(word)
        if found is None:
            continue
        found = found.capitalize() if word[0].isupper() else found
        parts += [question[at : match.start()], found]
        at = match.end()
    return SpellingCheck("".join([*parts, question[at:]]), tuple(corrected), tuple(unknown))


def _may_be_misspelt(question: str, match: re.Match[str]) -> bool:
    word = match[0]
    first = not question[: match.start()].strip()
    return (
        len(word) >= _LEAST
        and word.isascii()
        and word[1:].islower()
        and (word[0].islower() or first)
        and question[: match.start()][-1:] not in _JOINS_BEFORE
        and question[match.end() :][:1] not in _JOINS_AFTER
    )


def _is_in_library(word: str, library: Library) -> bool:
    terms = analyzer().analyze(word)
    return word in _STOP_WORDS or not terms or _papers(terms, library) > 0


def _other_form(word: str, library: Library) -> str | None:
    """The British or American form of a word that papers have."""
    forms = (form for form in spelling_variants(word) if _papers(analyzer().analyze(form), library))
    return next(forms, None)


def _is_english(word: str) -> bool:
    return word in _english_words() or not _english_stems().isdisjoint(analyzer().analyze(word))


@cache
def _english_words() -> frozenset[str]:
    return word_pieces() | set(gzip.decompress(_ENGLISH.read_bytes()).decode().split())


@cache
def _english_stems() -> frozenset[str]:
    """By which any other inflection of these words is known."""
    words = (word for word in _english_words() if len(word) >= _LEAST - 1 and word.isalpha())
    return frozenset(stem for word in words for stem in analyzer().analyze(word))


def _correction(word: str, library: Library) -> str | None:
    """The word that was meant; None where none is near, or several are."""
    near = tuple(dict.fromkeys(_one_slip(word)))
    if stop_word := next(
        (other for other in near if other in _STOP_WORDS and len(other) >= _LEAST_STOP_WORD), None
    ):
        return stop_word
    term_of = {other: terms[0] for other in near if len(terms := analyzer().analyze(other)) == 1}
    papers = library.lexical.frequencies(term_of.values())
    by_term: dict[str, list[str]] = {}
    for other, term in term_of.items():
        if papers[term] >= _LEAST_PAPERS:
            by_term.setdefault(term, []).append(other)
    for term, others in by_term.items():
        written = _written(term, library)
        by_term[term] = sorted((other for other in others if other in written), key=lambda w: -written[w])
    ranked = sorted((term for term, others in by_term.items() if others), key=lambda term: -papers[term])
    if not ranked or (len(ranked) > 1 and papers[ranked[0]] < _CLEARLY * papers[ranked[1]]):
        return None
    return by_term[ranked[0]][0]


def _papers(terms: Sequence[str], library: Library) -> int:
    return max(library.lexical.frequencies(terms).values(), default=0)


def _written(term: str, library: Library) -> Counter[str]:
    """The words of a term, as papers write them."""
    found = [ident for ident, _ in library.lexical.search(term, _READ)]
    words: Counter[str] = Counter()
    for entry in library.catalog.get(found).values():
        text = f"{plain_text(entry.paper.title)} {plain_text(entry.paper.abstract)}".lower()
        words.update(word for word in _WORD.findall(text) if analyzer().analyze(word) == [term])
    return words


def _one_slip(word: str) -> Iterator[str]:
    """All words one slip away: a letter missing, added, changed, or two in the wrong order."""
    for at in range(len(word) + 1):
        left, right = word[:at], word[at:]
        if right:
            yield left + right[1:]
        if len(right) > 1:
            yield left + right[1] + right[0] + right[2:]
        for letter in string.ascii_lowercase:
            yield left + letter + right
            if right:
                yield left + letter + right[1:]
