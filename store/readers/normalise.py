"""Raw fields of a record → a listing, with a warning for each that can't be used. Done here alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from footnote.store.errors import CorpusError
from footnote.store.papers import MAX_ABSTRACT_CHARS, MAX_TITLE_CHARS, Details, Listing, Section
from footnote.store.readers import identifiers
from footnote.store.readers.abstracts import (
    is_no_abstract,
    is_scrap,
    labelled_parts,
    retraction_in,
    sections_of,
    without_copyright,
)
from footnote.store.readers.cleaning import clean, without_headings
from footnote.store.readers.dates import iso_date
from footnote.store.readers.names import authors_of
from footnote.store.readers.raw_record import RawRecord
from footnote.store.readers.read_result import Entry, FieldWarning, TitleOnly, shortened, unusable
from footnote.store.readers.vocabulary import csl_type, language_code

MAX_KEYWORDS = 100
MAX_NAMES_CHARS = 500_000
"""Characters of a record's authors: enough for thousands."""
MAX_FIELD_CHARS = 500
"""Characters of a venue, a keyword or a retraction."""

_MARKED_UP = 4
_EMPTY = re.compile(
    r"\W*(?:n/?a|nan|none|null|undefined|not available|n\.?d\.?|unknown|\W*)\W*", re.IGNORECASE
)
# As PubMed ends every title; "et al." and "U.S." keep theirs.
_FULL_STOP = re.compile(r"(?<=[a-zà-ÿ]{4}|[^\W_]{3}[)\]”’])\.\Z")
_NO_TITLE = re.compile(r"\W*(?:no title(?: available)?|untitled|title|nan|none|null|n/?a)?\W*", re.IGNORECASE)


def entries_of(raw: RawRecord, source: str) -> Iterator[Entry]:
    """What a record of a file gives: a listing, a title alone where it has no abstract, or an error.

    After it comes a warning for each field that was left out.

    Title and abstract are cleaned here and never after, for offsets count in them. A text that only says
    that there is no abstract is none.
    """
    reason = _too_long(raw)
    if reason is not None:
        yield CorpusError(source, raw.line, reason)
        return
    title = _FULL_STOP.sub("", without_headings(clean(raw.title, raw.markup)))
    if _NO_TITLE.fullmatch(title):
        yield CorpusError(source, raw.line, "no title: give the record one, or remove it")
        return
    fields = _Fields(raw, source)
    abstract, sections = _abstract(raw)
    reason = unusable(title, abstract)
    if reason is not None:
        yield CorpusError(source, raw.line, reason)
        return
    details = fields.details(title, abstract)
    if abstract:
        given = {name: getattr(details, name) for name in Details.model_fields}
        given["sections"] = sections
        yield Listing(source=source, line=raw.line, title=title, abstract=abstract, id=fields.id(), **given)
    else:
        yield TitleOnly(source=source, line=raw.line, title=title, details=details)
    yield from fields.warnings


def _too_long(raw: RawRecord) -> str | None:
    """Why a record is refused before the work of cleaning it; markup may make texts several times as long."""
    abstract = raw.abstract + "".join(text for _, text in raw.sections)
    if len(raw.title) <= _MARKED_UP * MAX_TITLE_CHARS and len(abstract) <= _MARKED_UP * MAX_ABSTRACT_CHARS:
        return None
    return unusable(raw.title, abstract)


def _abstract(raw: RawRecord) -> tuple[str, tuple[Section, ...]]:
    if raw.sections:
        parts = [(clean(label, raw.markup), _text_of(text, raw)) for label, text in raw.sections]
        if not any(label for label, _ in parts):
            parts = labelled_parts(" ".join(text for _, text in parts if text))
    else:
        parts = labelled_parts(_text_of(raw.abstract, raw))
    abstract, sections = sections_of(
        [(without_headings(label), without_headings(text)) for label, text in parts]
    )
    return ("", ()) if is_scrap(abstract) else (abstract, sections)


def _text_of(text: str, raw: RawRecord) -> str:
    cleaned = without_copyright(clean(text, raw.markup))
    return "" if is_no_abstract(cleaned) else cleaned


class _Fields:
    """The fields of a record beside title and abstract, and a warning for each that was left out."""

    def __init__(self, raw: RawRecord, source: str) -> None:
        self._raw = raw
        self._source = source
        self.warnings: list[FieldWarning] = []

    def details(self, title: str, abstract: str) -> Details:
        raw = self._raw
        arxiv = self._arxiv()
        doi = self._read("doi", identifiers.doi, "no DOI") or identifiers.doi_of_url(raw.url)
        pmid = self._read("pmid", identifiers.pmid, "no PubMed id")
        openalex = self._read("openalex", identifiers.openalex, "no OpenAlex id")
        url = self._read("url", identifiers.url, "no http or https address")
        known = [name for name in (doi, arxiv and arxiv[0], pmid, openalex) if name]
        retraction = self._text("retraction") or retraction_in(title, abstract)
        return Details(
            date=self._read("date", iso_date, "no date that can be read"),
            authors=self._authors(),
            author_count=raw.author_count,
            organisation=self._text("organisation"),
            venue=self._text("venue"),
            type=self._read("type", csl_type, "no kind of work that is known"),
            language=self._read("language", language_code, "no language that is known"),
            keywords=self._keywords(),
            url=None if url and identifiers.registered(url) in known else url,
            arxiv=arxiv[0] if arxiv else None,
            arxiv_version=arxiv[1] if arxiv else None,
            doi=doi,
            pmid=pmid,
            openalex=openalex,
            retraction=retraction[:MAX_FIELD_CHARS] if retraction else None,
        )

    def id(self) -> str | None:
        return self._read("id", _identifier, f"more than {identifiers.MAX_CHARS} characters, or unprintable")

    def _read(self, field: str, read: Callable[[str], str | None], problem: str) -> str | None:
        """A field as `read` makes it; a warning where it holds something that `read` can't use."""
        given: str = getattr(self._raw, field).strip()
        if not given or _EMPTY.fullmatch(given[:50]):
            return None
        value = read(given)
        if value is None:
            self._warn(field, f"{problem}: “{_printable(given)}”")
        return value

    def _arxiv(self) -> tuple[str, int | None] | None:
        raw = self._raw
        given = raw.arxiv.strip()
        if given and identifiers.arxiv(given) is None and not _EMPTY.fullmatch(given[:50]):
            self._warn("arxiv", f"no arXiv id: “{_printable(given)}”")
        # It may also stand in the address, the DOI that arXiv gives ("10.48550/arXiv.2401.00001") or the
        # venue.
        others = (text for text in (raw.doi, raw.url, raw.venue) if "arxiv" in text.lower())
        found = [one for one in map(identifiers.arxiv, (given, *others)) if one is not None]
        if not found:
            return None
        name = found[0][0]
        return name, next((version for other, version in found if other == name and version), None)

    def _text(self, field: str) -> str | None:
        given: str = getattr(self._raw, field)
        text = (
            without_headings(clean(given, self._raw.markup))
            if len(given) <= _MARKED_UP * MAX_FIELD_CHARS
            else given
        )
        if not text or _EMPTY.fullmatch(text[:50]):
            return None
        if len(text) > MAX_FIELD_CHARS:
            self._warn(field, f"it has {len(text):,} characters, at most {MAX_FIELD_CHARS:,} are read")
            return None
        return text

    def _authors(self) -> tuple[str, ...]:
        length = sum(map(len, self._raw.authors))
        if length > MAX_NAMES_CHARS:
            self._warn("authors", f"they have {length:,} characters, at most {MAX_NAMES_CHARS:,} are read")
            return ()
        names = (name for value in self._raw.authors for name in value.split("\n"))
        return tuple(authors_of(_cleaned_name(name, self._raw) for name in names))

    def _keywords(self) -> tuple[str, ...]:
        words = (
            word for word in self._raw.keywords[: _MARKED_UP * MAX_KEYWORDS] if len(word) <= MAX_FIELD_CHARS
        )
        cleaned = (without_headings(clean(word, self._raw.markup)) for word in words)
        found = dict.fromkeys(part.strip(" ;,") for word in cleaned for part in word.split(";"))
        return tuple(filter(None, found))[:MAX_KEYWORDS]

    def _warn(self, field: str, problem: str) -> None:
        self.warnings.append(FieldWarning(self._source, self._raw.line, field, problem))


def _cleaned_name(name: str, raw: RawRecord) -> str:
    """A name without markup; of a group's the braces around it stay."""
    name = name.strip()
    if name.startswith("{") and name.endswith("}"):
        return "{" + without_headings(clean(name[1:-1], raw.markup)) + "}"
    return without_headings(clean(name, raw.markup))


def _identifier(text: str) -> str | None:
    return text if len(text) <= identifiers.MAX_CHARS and text.isprintable() else None


def _printable(text: str) -> str:
    return shortened("".join(c if c.isprintable() else " " for c in text[:200]))
