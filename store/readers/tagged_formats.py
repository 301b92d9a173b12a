"""The formats of tagged lines: RIS, PubMed, Web of Science, EndNote, RefWorks and CNKI. What their tags mean.

Sources: the RIS specification of Research Information Systems, "MEDLINE/PubMed Data Element Descriptions" of
the NLM, "Web of Science Core Collection Field Tags" of Clarivate, the import formats of EndNote and RefWorks.
"""

from __future__ import annotations

import re

from footnote.store.readers import identifiers
from footnote.store.readers.abstracts import noted_retraction
from footnote.store.readers.dates import fullest
from footnote.store.readers.raw_record import RawRecord
from footnote.store.readers.tagged_databases import COCHRANE, OVID
from footnote.store.readers.tagged_records import Dialect, TaggedReader, TaggedRecord, raw_record

_PMID_IN_NOTE = re.compile(r"PMID:?\s*(\d{1,8})\b|\b(\d{1,8}) \[PMID\]", re.IGNORECASE)
_CSL_TYPE = re.compile(r"csltype: (\S+)")
_RIS_TAGS = (
    "A[1-4]|AB|AD|AN|AU|AV|BT|C[1-8]|CA|CN|CP|CT|CY|DA|DB|DI|DO|DP|ED|EP|ER|ET|ID|IS|J1|J2|JA|JF|JO|KW|L[1-4]"
    "|LA|LB|LK|M[1-3]|N1|N2|NV|OP|PB|PP|PY|RI|RN|RP|SE|SN|SP|ST|T[1-3]|TA|TI|TT|TY|U[1-5]|UR|VL|VO|Y1|Y2"
)


def _ris(record: TaggedRecord) -> RawRecord:
    raw = raw_record(
        record,
        {
            "title": ("TI", "T1", "CT", "BT"),
            "abstract": ("AB", "N2"),
            "authors": ("AU", "A1"),
            "venue": ("JF", "JO", "T2", "JA", "BT", "J2"),
            "type": ("TY",),
            "language": ("LA",),
            "keywords": ("KW",),
            "url": ("UR", "L2", "L1", "LK"),
            "doi": ("DO", "DI"),
        },
    )
    raw.date = fullest(record.first("PY", "Y1"), record.first("DA")) or record.first("Y1")
    if not raw.doi:  # where older exports put it
        raw.doi = next((text for text in record.all("L3", "M3") if identifiers.doi(text)), "")
    if not raw.authors:  # a book of its editors
        raw.authors = record.all("A2", "ED") if raw.type in ("BOOK", "EDBOOK") else []
    raw.pmid = _ris_pmid(record)
    _take_addresses(raw, record)
    own = next(filter(None, map(_CSL_TYPE.match, record.all("U5"))), None)
    raw.type = own[1] if own else raw.type
    raw.retraction = next(filter(None, map(noted_retraction, record.all("N1"))), "")
    return raw


def _take_addresses(raw: RawRecord, record: TaggedRecord) -> None:
    """Takes identifiers out of the addresses of a record; of the others the first is its own."""
    others = []
    for address in record.all("UR", "L2", "L1", "LK"):
        if identifiers.registered(address) is None:
            others.append(address)
        elif "arxiv.org/" in address:
            raw.arxiv = raw.arxiv or address
        elif "openalex.org/" in address:
            raw.openalex = raw.openalex or address
        elif "pubmed." in address:
            raw.pmid = raw.pmid or address
    raw.url = next(iter(others), raw.url)


def _ris_pmid(record: TaggedRecord) -> str:
    database = " ".join(record.all("DB") + record.all("DP")).lower()
    if any(name in database for name in ("pubmed", "medline", "nlm")) and record.first("AN").isdigit():
        return record.first("AN")
    notes = (value for tag in ("AN", "U1", "N1", "C2", "M1") for value in record.all(tag))
    found = next(filter(None, map(_PMID_IN_NOTE.search, notes)), None)
    return (found[1] or found[2]) if found else ""


RIS = Dialect(
    format="RIS",
    suffixes=(".ris",),
    field=re.compile(
        rf"\s{{0,3}}(?P<tag>[A-Za-z][A-Za-z0-9](?=  |\t)|(?:{_RIS_TAGS})(?= -))"
        r"[ \t]{1,2}-[ \t]?(?P<value>.*)"
    ),
    begins=frozenset({"TY"}),
    ends=frozenset({"ER"}),
    head=re.compile(
        r"^[ \t]{0,3}(?i:TY)[ \t]{1,2}-[ \t]?[A-Za-z]+[ \t]*\n+"
        r"(?:[ \t]{0,3}[A-Za-z][A-Za-z0-9][ \t]{1,2}-|\s*\Z)",
        re.MULTILINE,
    ),
    to_raw=_ris,
)


def _medline(record: TaggedRecord) -> RawRecord:
    raw = raw_record(
        record,
        {
            "title": ("TI", "BTI", "TT"),
            "abstract": ("AB", "OAB"),
            "venue": ("JT", "TA", "BTI"),
            "date": ("DP", "DEP"),
            "language": ("LA",),
            "pmid": ("PMID",),
        },
    )
    full_names = any(tag == "FAU" for tag, _ in record.fields)
    for tag, value in record.fields:
        if tag == "FAU" or (tag == "AU" and not full_names):
            raw.authors.append(_medline_name(value))
        elif tag == "CN":
            raw.authors.append("{" + value.strip() + "}")
    raw.keywords = [word.replace("*", "") for word in record.all("OT", "MH")]
    types = record.all("PT")
    raw.type = next((kind for kind in types if kind == "Preprint"), ";".join(types))
    raw.retraction = next((kind for kind in types if kind.lower().startswith("retracted")), "")
    marked = (value for tag in ("LID", "AID") for value in record.all(tag) if "[doi]" in value)
    raw.doi = next(marked, "").replace("[doi]", "")
    return raw


def _medline_name(name: str) -> str:
    """ "Köhler AM" → "Köhler, AM"; a name with a comma stands."""
    family, space, initials = name.strip().rpartition(" ")
    return f"{family}, {initials}" if space and "," not in name and initials.isupper() else name


MEDLINE = Dialect(
    format="PubMed and MEDLINE text",
    suffixes=(".nbib", ".medline"),
    field=re.compile(r"(?P<tag>[A-Z]{4}|[A-Z]{3} |[A-Z]{2}  )-(?: (?P<value>.*)|(?=$))"),
    begins=frozenset({"PMID"}),
    head=re.compile(r"^PMID- ?\d{1,9}[ \t]*\n(?:[A-Z]{2,4} {0,2}- )", re.MULTILINE),
    to_raw=_medline,
)


def _web_of_science(record: TaggedRecord) -> RawRecord:
    raw = raw_record(
        record,
        {
            "title": ("TI",),
            "abstract": ("AB",),
            "authors": ("AF", "AU", "BA", "BE", "ED"),
            "venue": ("SO", "JI"),
            "language": ("LA",),
            "doi": ("DI",),
            "pmid": ("PM",),
            "type": ("DT", "PT"),
        },
    )
    raw.authors += [
        "{" + name + "}" for value in record.all("CA", "GP") for name in re.split(r"[;\n]", value)
    ]
    raw.keywords = re.split(r";\s*", " ".join(record.first("DE").split()))
    raw.date = fullest(record.first("PY"), record.first("PD")) or record.first("EA")
    raw.retraction = raw.type if raw.type.lower().startswith("retracted") else ""
    return raw


WEB_OF_SCIENCE = Dialect(
    format="Web of Science text",
    suffixes=(".ciw",),
    field=re.compile(r"(?P<tag>[A-Z][A-Z0-9])(?: (?P<value>.*)|(?=$))"),
    begins=frozenset({"PT"}),
    ends=frozenset({"ER", "EF", "FN", "VR"}),
    head=re.compile(r"^(?:FN .+\n+VR .+\n+)?PT (?:[JBSPC]|[A-Z][a-z]+)[ \t]*\n[A-Z][A-Z0-9] ", re.MULTILINE),
    to_raw=_web_of_science,
)


def _endnote(record: TaggedRecord) -> RawRecord:
    raw = raw_record(
        record,
        {
            "title": ("%T", "%!"),
            "abstract": ("%X",),
            "authors": ("%A", "%E"),
            "venue": ("%J", "%B"),
            "type": ("%0",),
            "language": ("%G",),
            "keywords": ("%K",),
            "url": ("%U",),
            "doi": ("%R",),
        },
    )
    raw.date = fullest(record.first("%D"), record.first("%8"))
    return raw


ENDNOTE = Dialect(
    format="EndNote tagged text",
    suffixes=(".enw",),
    field=re.compile(r"(?P<tag>%[0-9A-Z!@#$&()*+=<>\[\]?^~|.,:;_'\"-])(?: (?P<value>.*)|(?=$))"),
    begins=frozenset({"%0"}),
    begins_after_blank=frozenset({"%A", "%T"}),
    head=re.compile(r"^(?:%0 [A-Z].*\n+%[A-Z0-9@] |(?:%[AT] .+\n)+(?:%[0-9A-Z@] .+\n?){2})", re.MULTILINE),
    to_raw=_endnote,
)


def _refworks(record: TaggedRecord) -> RawRecord:
    tags = {
        "title": ("T1",),
        "abstract": ("AB",),
        "authors": ("A1",),
        "venue": ("JF", "JO", "T2"),
        "type": ("RT",),
        "language": ("LA",),
        "keywords": ("K1",),
        "url": ("LK", "UL"),
        "doi": ("DO",),
    }
    raw = raw_record(record, tags)
    if not raw.venue and "thesis" in raw.type.lower():  # its university
        raw.venue = record.first("PB")
    raw.date = fullest(record.first("YR"), record.first("FD"))
    return raw


REFWORKS = Dialect(
    format="RefWorks and CNKI tagged text",
    suffixes=(),
    # CNKI leaves out the blank of some: "A1杨柳"; not of T1 and T2, which begin words there.
    field=re.compile(
        r"(?P<tag>(?:[A-Z][A-Z0-9]|vo)(?= |$)|(?:A[1-3DB]|K1|JF|PB)(?=[\u3400-\u9fff])) ?(?P<value>.*)"
    ),
    begins=frozenset({"RT"}),
    head=re.compile(r"^RT [A-Z][A-Za-z ,()/]+\n+(?:SR|ID|A1|T1) ", re.MULTILINE),
    to_raw=_refworks,
)


def _cnki(record: TaggedRecord) -> RawRecord:
    tags = {
        "title": ("TITLE",),
        "abstract": ("SUMMARY", "ABSTRACT"),
        "authors": ("AUTHOR",),
        "venue": ("SOURCE",),
        "type": ("SRCDATABASE",),
        "keywords": ("KEYWORD", "KEYWORDS"),
        "url": ("URL", "LINK"),
        "doi": ("DOI",),
    }
    raw = raw_record(record, tags)
    raw.date = record.first("PUBTIME", "YEAR")
    return raw


CNKI = Dialect(
    format="CNKI text",
    suffixes=(),
    field=re.compile(r"(?P<tag>[A-Za-z]{2,20})\s?-\s?[\u4e00-\u9fff]{1,8}\s?[:：](?P<value>.*)"),
    begins=frozenset({"SRCDATABASE"}),
    begins_after_blank=frozenset({"TITLE"}),
    head=re.compile(r"^(?:SrcDatabase|Title)\s?-\s?[\u4e00-\u9fff]{1,8}\s?[:：]", re.MULTILINE),
    to_raw=_cnki,
)


def _note_express(record: TaggedRecord) -> RawRecord:
    tags = {
        "title": ("{TITLE}",),
        "abstract": ("{ABSTRACT}",),
        "authors": ("{AUTHOR}",),
        "venue": ("{JOURNAL}", "{SECONDARY TITLE}", "{TERTIARY TITLE}"),
        "type": ("{REFERENCE TYPE}",),
        "language": ("{LANGUAGE}",),
        "keywords": ("{KEYWORDS}",),
        "url": ("{URL}",),
        "doi": ("{DOI}",),
    }
    raw = raw_record(record, tags)
    raw.date = fullest(record.first("{YEAR}"), record.first("{DATE}"))
    return raw


NOTE_EXPRESS = Dialect(
    format="NoteExpress text",
    suffixes=(),
    field=re.compile(r"(?P<tag>\{[A-Za-z][A-Za-z /()-]{1,40}\}):(?P<value>.*)"),
    begins=frozenset({"{REFERENCE TYPE}"}),
    head=re.compile(r"^\{Reference Type\}:", re.MULTILINE),
    to_raw=_note_express,
)


def tagged_readers() -> tuple[TaggedReader, ...]:
    """The readers of all these formats, and of those in `tagged_databases`."""
    dialects = (OVID, RIS, MEDLINE, WEB_OF_SCIENCE, ENDNOTE, REFWORKS, CNKI, NOTE_EXPRESS, COCHRANE)
    return tuple(TaggedReader(dialect) for dialect in dialects)
