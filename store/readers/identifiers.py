"""Identifiers as records give them → one spelling each. Pure.

Each function returns the identifier, or None where the text holds none that can be trusted.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

MAX_CHARS = 200
"""Characters of an identifier: a longer one is damaged."""
MAX_URL_CHARS = 2_000

_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"<>{}|\\^]+")
_DOI_IN_URL = re.compile(r"doi(?:\.org/|:|=|%3A)(10\.[^&?#\s]+)", re.IGNORECASE)
_DOI_END = ".,;:'\"?!"
_BRACKETS = {")": "(", "]": "["}
_ARXIV = re.compile(
    r"(?:arxiv(?:\.org/(?:abs|pdf|html|format)/|\s*[:./]\s*|\s+)|^\s*|oai:arxiv\.org:)"
    r"(\d{4}\.\d{4,5}|[a-z]+(?:-[a-z]+)?(?:\.[a-z]{2})?/\d{7})(?:v(\d{1,3}))?(?![\d/])",
    re.IGNORECASE,
)
_PMID = re.compile(
    r"(?:PMID:?\s*|(?:MEDLINE|PUBMED):\s*|pubmed(?:\.ncbi\.nlm\.nih\.gov|/)/?)?"
    r"(\d{1,8})/?(?:\.0)?(?:\s*\[pmid\])?",
    re.IGNORECASE,
)
_OPENALEX = re.compile(r"(?:https?://(?:api\.)?openalex\.org/(?:works/)?)?(W\d{1,15})", re.IGNORECASE)
_REGISTRY = re.compile(
    r"https?://(?:www\.|dx\.)?(doi\.org|arxiv\.org|openalex\.org|pubmed\.ncbi\.nlm\.nih\.gov)/(?:abs/|works/)?",
    re.IGNORECASE,
)
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+", re.IGNORECASE)


def doi(text: str) -> str | None:
    """The first DOI in `text`, without resolver, prefix and the punctuation after it."""
    found = _DOI.search(unquote(text) if "%" in text else text)
    if found is None:
        return None
    value = found[0].rstrip(_DOI_END)
    # "(doi: 10.1000/a)": a bracket belongs to the DOI only where it was opened in it.
    while value and value[-1] in _BRACKETS and value.count(value[-1]) > value.count(_BRACKETS[value[-1]]):
        value = value[:-1].rstrip(_DOI_END)
    return value if len(value) <= MAX_CHARS and value.isprintable() else None


def arxiv(text: str) -> tuple[str, int | None] | None:
    """The arXiv id in `text` without its version, and the version; of old ids as "cs.CL/0101001"."""
    found = _ARXIV.search(text)
    if found is None:
        return None
    name = found[1]
    if "/" in name:
        archive, _, number = name.partition("/")
        group, dot, subject = archive.partition(".")
        name = f"{group.lower()}{dot}{subject.upper()}/{number}"
    return name, int(found[2]) if found[2] else None


def doi_of_url(address: str) -> str | None:
    """The DOI in an address of the DOI resolver, or after "doi:" or "doi=" in one of a link server."""
    found = _DOI_IN_URL.search(address)
    return doi(found[1]) if found else None


def pmid(text: str) -> str | None:
    """The PubMed id, from a number, "PMID: 123" or an address of PubMed."""
    bare = re.sub(r"^https?://(?:www\.)?(?:ncbi\.nlm\.nih\.gov/)?", "", text.strip(), flags=re.IGNORECASE)
    found = _PMID.fullmatch(bare)
    return found[1].lstrip("0") or None if found else None


def openalex(text: str) -> str | None:
    """The OpenAlex id of a work, "W" and digits, from itself or its address."""
    found = _OPENALEX.fullmatch(text.strip())
    return found[1].upper() if found else None


def registered(address: str) -> str | None:
    """The identifier whose own address at its registry this is: "https://doi.org/10.1000/a" → "10.1000/a"."""
    found = _REGISTRY.match(address)
    if found is None:
        return None
    rest = address[found.end() :]
    match found[1].lower():
        case "doi.org":
            return doi(rest)
        case "arxiv.org":
            paper = arxiv(address)
            return paper[0] if paper else None
        case "openalex.org":
            return openalex(rest)
    return pmid(rest)


def url(text: str) -> str | None:
    """The first http or https address in `text`."""
    found = _WEB_ADDRESS.search(text)
    if found is None:
        return None
    value = found[0].rstrip(".,;")
    try:
        host = urlsplit(value).hostname
    except ValueError:
        return None
    return value if host and len(value) <= MAX_URL_CHARS and value.isprintable() else None
