"""Papers as BibTeX that biber, pybtex and bibtexparser read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from footnote.rag.answer import Answer
from footnote.rag.export.cited import citation_key, cited_papers, retraction_note, type_left_out, type_of
from footnote.rag.export.readable import keyword_line, labelled_abstract, line
from footnote.store.authors import is_group, parts
from footnote.store.papers import Paper
from footnote.store.readers.vocabulary import csl_type

_ENTRY_TYPES = {
    "article-journal": "article",
    "article-magazine": "article",
    "article-newspaper": "article",
    "paper-conference": "inproceedings",
    "chapter": "incollection",
    "book": "book",
    "report": "techreport",
    "thesis": "phdthesis",
    "manuscript": "unpublished",
}
"""CSL type → entry type; any other is `misc`."""
_VENUE_FIELDS = {
    "article": "journal",
    "inproceedings": "booktitle",
    "incollection": "booktitle",
    "techreport": "institution",
    "phdthesis": "school",
    "book": "publisher",
}
_PUBLISHERS = ("institution", "school", "publisher")
_CONTROL_WORDS = {"\\": r"{\textbackslash}", "^": r"{\textasciicircum}", "~": r"{\textasciitilde}"}
_CONTROL_WORDS |= {"{": r"{\lbrace}", "}": r"{\rbrace}"}  # an escaped brace would still count for BibTeX
_ESCAPED = re.compile(r"[\\^~{}&%$#_]")
_LIGATURES = re.compile(r"(?<=-)(?=-)|(?<=')(?=')|(?<=[`?!])(?=`)|(?<=,)(?=,)|(?<=<)(?=<)|(?<=>)(?=>)")
"""Where two signs would be set as another one: "--" as a dash."""
_NAME_COMMAS = 2
"""As many as a name may have: "Family, Jr., Given"."""
_LONGER = 4
"""Letters of a word that has a capital wherever titles are written in capitals: not "of" and "the"."""
_WORD = re.compile(r"[^\W\d_]\w*(?:[-‐.&/+]\w+)*")


def to_bibtex(*answers: Answer) -> str:
    """BibTeX entries of the papers cited, each once, in order of first citation; empty for refusals."""
    return "\n".join(bibtex_entries(cited_papers(answers)))


def bibtex_entries(papers: Iterable[Paper]) -> Iterator[str]:
    """An entry for each paper, each with a line break at its end."""
    return map(_entry, papers)


def _entry(paper: Paper) -> str:
    kind = _ENTRY_TYPES.get(type_of(paper), "misc")
    rows = "".join(f",\n  {name} = {{{value}}}" for name, value in _fields(paper, kind) if value)
    return f"@{kind}{{{citation_key(paper)}{rows}\n}}\n"


def _fields(paper: Paper, kind: str) -> Iterator[tuple[str, str]]:
    yield "title", _title(paper.display_title)
    yield "author", " and ".join(filter(None, map(_author, paper.authors)))
    place, venue = _VENUE_FIELDS.get(kind, "howpublished"), _escape(paper.venue or "")
    yield place, venue
    if place in _PUBLISHERS:  # which is no venue where other programs write it
        yield "venue", venue
    yield "year", f"{paper.year:04}" if paper.year is not None else ""
    yield from _day(paper)
    yield "doi", _verbatim(paper.doi)
    yield "archiveprefix", "arXiv" if paper.arxiv else ""
    version = f"v{paper.arxiv_version}" if paper.arxiv_version else ""
    yield "eprint", _verbatim(f"{paper.arxiv}{version}" if paper.arxiv else None)
    yield "pmid", _verbatim(paper.pmid)
    yield "openalex", _verbatim(paper.openalex)
    yield "url", _verbatim(paper.url)
    yield "keywords", _escape(keyword_line(paper.keywords))
    yield "language", _escape(paper.language or "")
    yield "csltype", type_left_out(paper, None if kind == "misc" else csl_type(kind))
    yield "abstract", _escape(labelled_abstract(paper))
    yield "note", _escape(retraction_note(paper))


def _day(paper: Paper) -> Iterator[tuple[str, str]]:
    """Month and day as numbers, as far as they are known."""
    parts = (paper.date or "").removeprefix("-").split("-")[1:]
    for name, value in zip(("month", "day"), parts, strict=False):
        yield name, str(int(value))


def _author(author: str) -> str:
    if is_group(author):
        name = _escape(author[1:-1])
        return f"{{{name}}}" if name else ""
    escaped = _escape(author)
    # "Institute of Science and Technology" would be two authors.
    whole = re.search(r"\band\b", escaped, re.IGNORECASE) or author.count(",") > _NAME_COMMAS
    return f"{{{escaped}}}" if whole or not parts(author).family.strip() else escaped


def _title(title: str) -> str:
    """The title with braces around words that have capitals, which styles would make small letters.

    Not around words whose only capital is their first letter, where most words of the title are written so.
    """
    title = line(title)
    every = _is_title_case(title)
    out, at = "", 0
    for word in _WORD.finditer(title):
        inner = word[0][1:] if every or not word.start() else word[0]
        escaped = _escape(word[0])
        kept = f"{{{escaped}}}" if any(c.isupper() for c in inner) else escaped
        out, at = f"{out}{_escape(title[at : word.start()], strip=False)}{kept}", word.end()
    return out + _escape(title[at:], strip=False)


def _is_title_case(title: str) -> bool:
    """Whether most longer words behind the first begin with a capital, names such as BERT left out."""
    found: list[str] = _WORD.findall(title)
    words = [word for word in found[1:] if len(word) >= _LONGER and word[1:].islower()]
    return sum(word[0].isupper() for word in words) > len(words) / 2


def _escape(text: str, *, strip: bool = True) -> str:
    """One line in which no character is LaTeX's. strip: False for a piece of such a line."""
    plain = _LIGATURES.sub("\0", line(text) if strip else text)
    return _ESCAPED.sub(lambda m: _CONTROL_WORDS.get(m[0], f"\\{m[0]}"), plain).replace("\0", "{}")


def _verbatim(text: str | None) -> str:
    """A field that BibTeX reads as it stands: only what would end the field is percent-encoded."""
    return re.sub(r"[{}\s\\%]", lambda m: f"%{ord(m[0]):02X}" if m[0] != "%" else "%", line(text or ""))
