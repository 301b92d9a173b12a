"""Whether two records are of one paper. Pure; `store.recording` looks the candidates up.

Identifiers alone are not enough: conference supplements give one DOI to a thousand abstracts, and files hold
"NA". Nor is a title alone: "Editorial" is many papers. So each sign needs another that agrees with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from footnote.store.authors import parts
from footnote.store.papers import MADE_ID_START, abstract_words, title_key

_DOI = re.compile(r"10\.\d{4,9}/\S+")
_MADE_ID = re.compile(MADE_ID_START + "[0-9a-f]{12}")

# Titles of other works on a paper, which repeat its title: one side alone begins with such a word.
_ABOUT_ANOTHER = frozenset(
    "erratum errata corrigendum corrigenda correction addendum reply response re comment comments commentary "
    "author authors letter editorial retraction expression concern supplement supplementary".split()
)
_JOINING = frozenset("a an and as at by for from in into is of on or the to with".split())
_ROMAN = re.compile(r"[ivx]+")

_SPECIFIC_WORDS = 4
"""A title with fewer words, or fewer letters than the next, can be that of many papers."""
_SPECIFIC_CHARS = 20
_NEAR = 0.8
"""Part of the words of the longer title that the other must share."""
_SAME_ABSTRACT = 0.8
_SAME_SHORT = 0.9
_RELATED_ABSTRACT = 0.3
_ABSTRACT_WORDS = 15
"""Different words that a text must have to be recognised as part of a longer one."""


@dataclass(frozen=True)
class Identity:
    """What tells a paper from others. Identifiers are as `doi_key` and the readers make them, or None."""

    title: str
    abstract: str
    authors: Sequence[str] = ()
    year: int | None = None
    doi: str | None = None
    arxiv: str | None = None
    pmid: str | None = None
    openalex: str | None = None

    @cached_property
    def title_key(self) -> str:
        """Letters and digits of the title."""
        return title_key(self.title)

    @cached_property
    def title_words(self) -> frozenset[str]:
        """The words of the title that carry meaning, without case and accents."""
        return frozenset(_words(self.title)) - _JOINING

    @cached_property
    def abstract_words(self) -> frozenset[str]:
        """The different words of the abstract."""
        return abstract_words(self.abstract)

    @cached_property
    def first_author(self) -> str:
        """The first author's family name in letters; "" where it isn't known."""
        return title_key(parts(self.authors[0]).family) if self.authors else ""


def doi_key(doi: str | None) -> str | None:
    """A DOI as it is compared (in small letters); None for what isn't one, such as "NA"."""
    if not doi:
        return None
    found = _DOI.search(doi.casefold())
    return found[0].rstrip(".,;") if found else None


def is_made_id(ident: str) -> bool:
    """Whether an id has the form of those that `papers.paper_id` makes, and so wasn't given by a file."""
    return _MADE_ID.fullmatch(ident) is not None


def same_paper(one: Identity, other: Identity) -> bool:
    """Whether two records are of one paper. Symmetric.

    One of these: arXiv, PubMed or OpenAlex id, with title or abstract that agree; DOI, with title or abstract
    that agree; the same specific title with year (± 1) or first author; such a title with the same abstract.
    """
    if _share(one, other, ("arxiv", "pmid", "openalex")):
        return titles_agree(one, other) or texts_agree(one, other)
    if one.doi and one.doi == other.doi:
        return titles_agree(one, other) or (not _marks_differ(one, other) and texts_agree(one, other))
    if _contradict(one, other):
        return False
    return _same_by_title(one, other)


def _same_by_title(one: Identity, other: Identity) -> bool:
    year = _years_agree(one, other)
    author = _authors_agree(one, other)
    text = texts_agree(one, other)
    if author is False or (year is False and not text):
        return False
    if one.title_key != other.title_key:
        return titles_agree(one, other) and text and author is True and year is not False
    if is_specific(one):
        return text or (bool(year or author) and texts_related(one, other))
    return text and year is not False


def same_by_own_id(one: Identity, other: Identity) -> bool:
    """Whether two records under one id of a file are of one paper: title or abstract agree."""
    return titles_agree(one, other) or texts_agree(one, other)


def is_specific(record: Identity) -> bool:
    """Whether the title is long enough that no other paper is likely to have it."""
    return len(_words(record.title)) >= _SPECIFIC_WORDS and len(record.title_key) >= _SPECIFIC_CHARS


def titles_agree(one: Identity, other: Identity) -> bool:
    """Whether two titles are one title, as two databases write it: most words are shared, and all numbers."""
    if one.title_key == other.title_key:
        return True
    if _marks_differ(one, other):
        return False
    a, b = one.title_words, other.title_words
    if len(a & b) >= _NEAR * max(len(a), len(b)) and min(len(a), len(b)) >= _SPECIFIC_WORDS:
        return True
    # The subtitle is left out, or words are parted in another way ("cell-based", "cellbased").
    short, long = sorted((one.title_key, other.title_key), key=len)
    return len(short) >= _SPECIFIC_CHARS and long.startswith(short)


def texts_agree(one: Identity, other: Identity) -> bool:
    """Whether two abstracts are readings of one text: the words of the shorter lie in the longer one.

    A link may differ and an end be missing; but a few words aren't taken for an abstract cut off.
    """
    a, b = one.abstract_words, other.abstract_words
    least, most = sorted((len(a), len(b)))
    if least < _ABSTRACT_WORDS:
        return least > 0 and len(a & b) >= _SAME_SHORT * most
    return len(a & b) >= _SAME_ABSTRACT * least


def texts_related(one: Identity, other: Identity) -> bool:
    """Whether two abstracts share enough words to be versions of one, or one of them is too short to tell."""
    a, b = one.abstract_words, other.abstract_words
    least = min(len(a), len(b))
    return least < _ABSTRACT_WORDS or len(a & b) >= _RELATED_ABSTRACT * least


def _share(one: Identity, other: Identity, fields: Sequence[str]) -> bool:
    return any(getattr(one, name) and getattr(one, name) == getattr(other, name) for name in fields)


def _contradict(one: Identity, other: Identity) -> bool:
    """Whether both have an identifier of a kind, and not the same."""
    pairs = ((getattr(one, name), getattr(other, name)) for name in ("doi", "arxiv", "pmid"))
    return any(a and b and a != b for a, b in pairs)


def _marks_differ(one: Identity, other: Identity) -> bool:
    """Whether titles differ in a number ("Part II") or in what says that a work is on another one."""
    a, b = one.title_words, other.title_words
    return any(_is_mark(word) for word in a ^ b)


def _is_mark(word: str) -> bool:
    return word in _ABOUT_ANOTHER or word.isdigit() or _ROMAN.fullmatch(word) is not None


def _years_agree(one: Identity, other: Identity) -> bool | None:
    if one.year is None or other.year is None:
        return None
    return abs(one.year - other.year) <= 1


def _authors_agree(one: Identity, other: Identity) -> bool | None:
    """Whether the first authors agree; None where one isn't known.

    Files differ in which part of a name comes first, so a family name is also looked for in the whole of it.
    """
    if not (one.first_author and other.first_author):
        return None
    if one.first_author == other.first_author:
        return True
    a, b = (set(_words(record.authors[0])) for record in (one, other))
    return any(len(word) > 2 for word in a & b)


def _words(text: str) -> list[str]:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", bare)
