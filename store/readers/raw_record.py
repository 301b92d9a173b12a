"""What a reader makes of one record: its fields as the file has them, before anything is cleaned."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Markup = Literal["none", "html", "latex"]


@dataclass(kw_only=True)
class RawRecord:
    """One record of a file. Every field stands as given; `store.readers.normalise` cleans and checks them.

    line: where the record begins, counted from 1 (for one of a whole JSON or XML document, its number).
    markup: what the file's format says of its texts; HTML tags and entities are looked for in all of them.
    sections: the labelled sections of an abstract, (label, text) in order, where the format keeps them apart;
    then `abstract` is empty. authors: as `store.authors` has them where the format tells the parts, else as
    given. author_count, organisation: of a Daily Papers page. date: in any of the usual notations.
    retraction: what says that the record was retracted; "" where nothing does.
    """

    line: int
    markup: Markup = "none"
    id: str = ""
    title: str = ""
    abstract: str = ""
    sections: list[tuple[str, str]] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    author_count: int | None = None
    organisation: str = ""
    date: str = ""
    venue: str = ""
    type: str = ""
    language: str = ""
    keywords: list[str] = field(default_factory=list)
    url: str = ""
    arxiv: str = ""
    doi: str = ""
    pmid: str = ""
    openalex: str = ""
    retraction: str = ""
