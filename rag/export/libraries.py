"""A library's papers as files for other programs, written one by one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal

from footnote.rag.export.bibtex import bibtex_entries
from footnote.rag.export.cited import type_word
from footnote.rag.export.csl import csl_items
from footnote.rag.export.ris import ris_records
from footnote.store.papers import Paper

PaperFormat = Literal["jsonl", "bibtex", "ris", "csl"]


def paper_lines(papers: Iterable[Paper]) -> Iterator[str]:
    """JSON lines, one for each paper, with all that is known of it; `footnote ingest` reads them back."""
    for paper in papers:
        known = paper.model_dump(mode="json", exclude={"pages"}, exclude_defaults=True)
        if paper.type:
            known["type"] = type_word(paper)
        yield json.dumps(known, ensure_ascii=False) + "\n"


PAPER_FORMATS: Mapping[PaperFormat, Callable[[Iterable[Paper]], Iterator[str]]] = {
    "jsonl": paper_lines,
    "bibtex": bibtex_entries,
    "ris": ris_records,
    "csl": csl_items,
}
"""The parts of a file in each format."""
