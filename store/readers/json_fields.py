"""A JSON object → a raw record, by the names under which services and programs write its fields. Pure.

One table for all: our own JSON lines, BEIR's corpora, arXiv's metadata snapshot, OpenAlex, Semantic Scholar,
Crossref, Europe PMC, CSL-JSON, Zotero. Case and signs of a name don't count ("container-title",
"containerTitle").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from footnote.store.readers import identifiers
from footnote.store.readers.abstracts import noted_retraction
from footnote.store.readers.json_abstracts import of_index, sections_of_json
from footnote.store.readers.names import split_names
from footnote.store.readers.raw_record import RawRecord

_MAX_AUTHORS = 10_000
_MOST = 1_000_000

_TITLE = "title displayname articletitle documenttitle papertitle"
_ABSTRACT = "abstract abstracttext abstractnote paperabstract"
# Words that other JSON has too: an abstract only where the object has another sign of a paper.
_TEXT = "text summary"
_AUTHORS = "authorsparsed authorships authors author creators creator authorlist"
_DATE = """date published publicationdate publisheddate datepublished publishedprint publishedonline issued
    publicationyear publishedyear pubyear year pubdate firstpublicationdate"""
_CHANGED = "updatedate updated"
"""Dates that anything has, no sign of a paper."""
_VENUE = """venue journal containertitle journalref journaltitle publicationtitle publicationvenue booktitle
    sourcetitle conference primarylocation hostvenue publication"""
_IN_NOTES = frozenset(("doi", "arxiv", "pmid", "openalex"))
_SIGNS = ("id", "authors", "date", "venue", "doi", "arxiv", "pmid", "openalex")

_SEPARATOR = re.compile(r"[,;|]|\s(?:and|&)\s")
_BARE = re.compile(r"[^a-z0-9]")


class NoPaper(ValueError):
    """Why an object isn't a record of a paper, and the fix."""


Warn = Callable[[str, str], None]
"""Is called with a field that is left out, and the problem."""


def raw_record(entry: Any, line: int, warn: Warn) -> RawRecord:
    """The record that an object holds. Raises NoPaper for what has no sign of being one."""
    if not isinstance(entry, dict):
        raise NoPaper(f"{kind(entry)} instead of an object: write each paper as {{…}}")
    fields = {
        _BARE.sub("", key.lower()): value for key, value in entry.items() if value not in (None, "", [], {})
    }
    if isinstance(inner := fields.get("data"), dict) and "title" not in fields:  # Zotero's
        return raw_record(inner, line, warn)
    read = _Record(fields, warn)
    raw = RawRecord(
        line=line,
        title=read.required(_TITLE),
        abstract=read.required(_ABSTRACT) or of_index(fields.get("abstractinvertedindex")),
        authors=list(read.authors()),
        author_count=read.count("authorcount"),
        organisation=read.text("organisation"),
        date=read.custom("date") or read.date(),
        venue=read.text(_VENUE),
        type=read.custom("csltype")
        or _csl_preprint(fields)
        or read.text("type documenttype itemtype publicationtypes publicationtype"),
        language=read.text("language lang"),
        keywords=read.words("keywords keyword authorkeywords"),
        url=read.text("url link doiurl landingpageurl pdfurl openaccesspdf"),
        doi=read.identifier("doi"),
        arxiv=read.arxiv(),
        pmid=read.identifier("pmid pubmedid pubmed"),
        openalex=read.identifier("openalex openalexid"),
        retraction=read.retraction(),
    )
    _place_id(raw, read.identifier("id"), fields)
    if not raw.pmid and identifiers.pmid(raw.url):  # PubMed's address of the paper
        raw.pmid = raw.url
    signs = [name for name in _SIGNS if getattr(raw, name) and not (name == "date" and read.only_changed)]
    if not raw.abstract and signs:
        raw.abstract = read.required(_TEXT)
    if not raw.title and "title" in entry and raw.id and raw.abstract:
        raw.title = raw.id  # BEIR's corpora have passages without a title
    if not raw.title:
        raise NoPaper('no title: give it as "title"')
    if not raw.abstract and (len(signs) < 2 or signs == ["id", "date"]):
        raise NoPaper('no abstract: give it as "abstract"')
    if sections := sections_of_json(fields.get("sections"), raw.abstract):
        raw.sections, raw.abstract = sections, ""
    return raw


def kind(value: object) -> str:
    """What a JSON value is, in words."""
    kinds = {bool: "true or false", int: "a number", float: "a number", str: "a string", list: "a list",
             dict: "an object"}  # fmt: skip
    return kinds.get(type(value), "null")


class _Record:
    """The fields of one object, by their bare names."""

    def __init__(self, fields: dict[str, Any], warn: Warn) -> None:
        ids = (fields.get("externalids"), fields.get("ids"))
        within = {
            _BARE.sub("", k.lower()): v for found in ids if isinstance(found, dict) for k, v in found.items()
        }
        self._notes = _text(fields.get("note") or fields.get("extra")).splitlines()
        named = {name: value for name, value in _named_lines(self._notes) if name in _IN_NOTES}
        self._fields = {**named, **{k: v for k, v in within.items() if k != "id"}, **fields}
        self._warn = warn

    def required(self, names: str) -> str:
        """Title or abstract: NoPaper where it is something else than text."""
        for name in names.split():
            value = self._fields.get(name)
            if isinstance(value, list) and value and name in _TITLE:  # Crossref's titles
                value = value[0]
            if value is None or value == [] or (isinstance(value, str) and not value.strip()):
                continue
            if not isinstance(value, str):
                raise NoPaper(f'"{name}" is {kind(value)}: write it as a string')
            if _has_surrogate(value):
                raise NoPaper(
                    f'"{name}" holds bytes that aren\'t UTF-8, or half of a surrogate pair: remove them'
                )
            return value
        return ""

    def text(self, names: str) -> str:
        """The first of several fields that has a text, of an object its name."""
        for name in names.split():
            value = self._fields.get(name)
            text = _text(value)
            if text:
                return text
            if value is not None and not isinstance(value, (str, dict, list)):
                self._warn(name, f"it is {kind(value)}")
        return ""

    def identifier(self, names: str) -> str:
        """An identifier: text, or a whole number."""
        for name in names.split():
            value = self._fields.get(name)
            if isinstance(value, (bool, float, list, dict)):  # 2401.0010 would lose its zero
                self._warn(name, f"it is {kind(value)}: write it as a string")
            elif value is not None and str(value).strip():
                return str(value).strip()
        return ""

    def custom(self, name: str) -> str:
        """What our CSL-JSON keeps where CSL has no field for it."""
        custom = self._fields.get("custom")
        return _text(custom.get(name)) if isinstance(custom, dict) else ""

    def arxiv(self) -> str:
        """The arXiv id, with its version where that stands apart."""
        given, version = self.identifier("arxiv arxivid eprint"), self.count("arxivversion")
        return f"{given}v{version}" if given and version else given

    def count(self, name: str) -> int | None:
        """A number of things."""
        value = self._fields.get(name)
        return value if isinstance(value, int) and 0 < value <= _MOST and value is not True else None

    @property
    def only_changed(self) -> bool:
        """Whether there is no date but that of the last change."""
        return not any(name in self._fields for name in (*_DATE.split(), "versions"))

    def date(self) -> str:
        """The date: of arXiv's snapshot that of the first version."""
        versions = self._fields.get("versions")
        if isinstance(versions, list) and versions and isinstance(versions[0], dict):
            created = versions[0].get("created")
            if isinstance(created, str):
                return created
        for name in f"{_DATE} {_CHANGED}".split():
            value = self._fields.get(name)
            if value is None:
                continue
            text = _date(value)
            if text:
                return text
            self._warn(name, f"it is {kind(value)} without a date")
        return ""

    def authors(self) -> Iterator[str]:
        for name in _AUTHORS.split():
            value = self._fields.get(name)
            if value is None:
                continue
            if isinstance(value, dict):  # Europe PMC: {"author": […]}
                value = value.get("author", [value])
            if isinstance(value, str):  # all of them in one text
                # arXiv breaks lines within names, where a comma parts them.
                yield from split_names(" ".join(value.split()) if _SEPARATOR.search(value) else value)
                return
            odd = 0
            for person in (value if isinstance(value, list) else [value])[:_MAX_AUTHORS]:
                text = _author(person)
                odd += text is None
                if text:
                    yield text
            if odd:
                self._warn(name, f"{odd:,} of them have no name that can be read")
                continue
            return

    def words(self, names: str) -> list[str]:
        for name in names.split():
            value = self._fields.get(name)
            if isinstance(value, str):
                return re.split(r"[;\n]" if ";" in value else r"[,\n]", value)
            if isinstance(value, dict):
                value = value.get("keyword")
            if isinstance(value, list):
                return [text for text in map(_text, value) if text]
        return []

    def retraction(self) -> str:
        if self._fields.get("isretracted") is True:
            return "is_retracted"
        noted = next((line for line in self._notes if "retract" in line.lower()), "")
        return _text(self._fields.get("retraction")) or noted_retraction(noted) or noted


def _named_lines(lines: list[str]) -> Iterator[tuple[str, str]]:
    """The lines "name: value" of a note: where Zotero, and CSL that is made for it, keep other
    identifiers."""
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            yield name.strip().lower(), value.strip()


def _place_id(raw: RawRecord, given: str, fields: dict[str, Any]) -> None:
    """`id` is the file's own, unless it is one of OpenAlex, arXiv or PubMed, or only a key of CSL or
    Zotero."""
    if "openalex.org/" in given.lower():
        raw.openalex = raw.openalex or given
    elif (
        "authorsparsed" in fields
        or ("categories" in fields and identifiers.arxiv(given))
        or re.search(r"arxiv\.org/|arxiv:", given, re.IGNORECASE)
    ):
        raw.arxiv = raw.arxiv or given
    elif not _is_csl(fields) and not {"externalids", "creators", "pmcid"} & fields.keys():
        raw.id = given or _text(fields.get("_id"))


def _is_csl(fields: dict[str, Any]) -> bool:
    people = fields.get("author")
    first = people[0] if isinstance(people, list) and people else None
    return "issued" in fields or (isinstance(first, dict) and bool({"family", "literal"} & first.keys()))


def _csl_preprint(fields: dict[str, Any]) -> str:
    """In CSL "article" is a preprint, everywhere else an article of a journal."""
    return "preprint" if fields.get("type") == "article" and _is_csl(fields) else ""


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return next((text for text in map(_text, value) if text), "")
    if isinstance(value, dict):
        names = ("display_name", "name", "source", "title", "url", "value", "journal", "#text")
        return next((text for text in (_text(value.get(name)) for name in names) if text), "")
    return ""


def _date(value: Any) -> str:
    """A date of any shape: text, a year, or CSL's {"date-parts": [[2020, 3, 15]]}."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return str(value).strip()
    if isinstance(value, dict):
        parts = value.get("date-parts") or value.get("dateParts")
        if isinstance(parts, list) and parts and isinstance(parts[0], list):
            numbers = [str(part) for part in parts[0][:3] if isinstance(part, (int, str))]
            return "-".join(n.zfill(2) if at else n for at, n in enumerate(numbers))
        return next(
            (
                text
                for name in ("raw", "literal", "date", "year", "value")
                if (text := _date(value.get(name)))
            ),
            "",
        )
    if isinstance(value, list) and value and all(isinstance(part, int) for part in value):
        return "-".join(str(part).zfill(2) for part in value[:3])
    return ""


def _author(person: Any) -> str | None:
    """An author as `store.authors` has it; None for what is no name, "" for an empty one."""
    if isinstance(person, str):
        return person.strip()
    if isinstance(person, list):  # arXiv: [family, given, suffix, affiliation …]
        family, given, suffix = (part if isinstance(part, str) else "" for part in [*person, "", "", ""][:3])
        return ", ".join(part.strip() for part in (family, suffix, given) if part.strip())
    if not isinstance(person, dict):
        return None if person is not None else ""
    fields = {_BARE.sub("", str(key).lower()): value for key, value in person.items()}
    if isinstance(inner := fields.get("author"), dict):  # OpenAlex
        return _author(inner)
    if fields.get("creatortype", "author") not in ("author", "inventor", "presenter"):
        return ""
    particle = _text(fields.get("nondroppingparticle"))
    family = f"{particle} {_text(_first(fields, 'family lastname last surname'))}".strip()
    given = _text(_first(fields, "given firstname first forename"))
    if family:
        given = " ".join(t for t in (given, _text(fields.get("droppingparticle"))) if t)
        return ", ".join(t for t in (family, _text(fields.get("suffix")), given) if t)
    name = _text(_first(fields, "name displayname fullname rawauthorname"))
    if name and "creatortype" not in fields:
        return name
    group = name or _text(_first(fields, "literal collectivename"))
    return "{%s}" % group.strip("{}") if group else (given or None)


def _first(fields: dict[str, Any], names: str) -> Any:
    return next((fields[name] for name in names.split() if fields.get(name)), None)


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= c <= "\udfff" for c in text)
