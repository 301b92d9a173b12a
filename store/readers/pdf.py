"""The first pages of a PDF: title and abstract where they are plain. Needs the extra `pdf`."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Any, BinaryIO

from footnote.store.errors import CorpusError
from footnote.store.readers.normalise import entries_of
from footnote.store.readers.raw_record import RawRecord
from footnote.store.readers.read_result import Entry

MAX_PAGES = 2
MAX_BYTES = 50_000_000
MAX_PAGE_BYTES = 2_000_000
"""Bytes of the drawing instructions of a page: more are graphics, and take minutes."""
MAX_TEXT_CHARS = 60_000

_ABSTRACT = re.compile(r"^\s*(?:abstract|summary)\b[\s.:—–-]*", re.IGNORECASE | re.MULTILINE)
_END = re.compile(
    r"^\s*(?:(?:[1I][.\s]+)?introduction|key\s?words|index terms|ccs concepts|categories and subject)\b",
    re.IGNORECASE | re.MULTILINE,
)
_BAD_TITLE = re.compile(
    r"untitled|microsoft word|\.(?:docx?|pdf|tex|dvi|indd)\b|^\W*$|^paper\b|arxiv:", re.IGNORECASE
)
_HYPHEN = re.compile(r"(?<=[a-z])-\n(?=[a-z])")
_EXPORT = "export its record as BibTeX or RIS from the publisher or a reference manager"


class PdfReader:
    """PDF files, each one paper; see `store.readers.registry.FileReader`."""

    format = "PDF (with the extra `pdf`)"
    suffixes = (".pdf",)

    def recognizes(self, head: bytes) -> bool:
        """Whether it begins as PDF does."""
        return b"%PDF-" in head[:1024]

    def read(self, file: BinaryIO, source: str, *, page_year: int | None = None) -> Iterator[Entry]:
        """As `FileReader` has it: one record of at most two pages, or CorpusError where title or abstract
        isn't certain.
        """
        try:
            import pypdf
        except ModuleNotFoundError:
            install = "to read its first pages, run `.venv/bin/pip install -e '.[pdf]'`"
            reason = f"looks like a PDF: {install}; or {_EXPORT}"
            raise CorpusError(source, None, reason) from None
        data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise CorpusError(source, None, f"the PDF has more than {MAX_BYTES:,} bytes: {_EXPORT}")
        logging.getLogger("pypdf").setLevel(logging.ERROR)  # it warns of every oddity of a file
        try:
            document = pypdf.PdfReader(io.BytesIO(data))
            pages = [page for page in document.pages[:MAX_PAGES] if _is_small(page)]
            text = "\n".join(page.extract_text() for page in pages)[:MAX_TEXT_CHARS]
            title = _title(str(document.metadata.title if document.metadata else ""), pages)
        # What a damaged PDF makes of pypdf can be any error.
        except Exception as error:
            problem = f"the PDF can't be read ({type(error).__name__}): {_EXPORT}"
            raise CorpusError(source, None, problem) from error
        yield from entries_of(_raw(text, title, source), source)


def _is_small(page: Any) -> bool:
    contents = page.get_contents()
    return contents is not None and len(contents.get_data()) <= MAX_PAGE_BYTES


def _title(named: str, pages: list[Any]) -> str:
    """The title that the file names, else the text in the largest letters before the abstract; "" without
    one."""
    if _is_title(named):
        return named
    runs: list[tuple[float, str]] = []

    def visit(text: str, _: Any, matrix: list[float], __: Any, size: float) -> None:
        # Level text only: arXiv's stamp runs up the margin in large letters.
        if text.strip() and abs(matrix[1]) < 1e-6:
            runs.append((round(size * abs(matrix[0]), 1), text))

    if pages:
        pages[0].extract_text(visitor_text=visit)
    before = list(takewhile(lambda run: not _ABSTRACT.match(run[1]), runs))
    largest = max((size for size, _ in before), default=0.0)
    found = " ".join(" ".join(text for size, text in before if size == largest).split())
    return found if _is_title(found) else ""


def _is_title(text: str) -> bool:
    return not _BAD_TITLE.search(text) and 2 <= len(text.split()) <= 40


def _raw(text: str, title: str, source: str) -> RawRecord:
    begin = _ABSTRACT.search(text)
    if begin is None:
        raise CorpusError(source, None, f"the PDF has no heading “Abstract” on its first pages: {_EXPORT}")
    end = _END.search(text, begin.end())
    if end is None:
        raise CorpusError(source, None, f"where the abstract of the PDF ends isn't certain: {_EXPORT}")
    abstract = _HYPHEN.sub("", text[begin.end() : end.start()])
    if len(abstract) > 6_000 or len(abstract.split()) < 30:
        raise CorpusError(source, None, f"what follows “Abstract” in the PDF isn't one: {_EXPORT}")
    if not title:
        raise CorpusError(source, None, f"the title of the PDF isn't certain: {_EXPORT}")
    return RawRecord(line=1, title=title, abstract=abstract)
