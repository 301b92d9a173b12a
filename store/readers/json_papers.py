"""Papers as JSON: our own JSON lines and those of services, arrays and API replies. See `json_fields`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from footnote.store.errors import CorpusError
from footnote.store.readers.json_fields import NoPaper, raw_record
from footnote.store.readers.json_stream import (
    JsonRecord,
    begins_json,
    document_records,
    is_lines,
    line_records,
)
from footnote.store.readers.normalise import entries_of
from footnote.store.readers.read_result import HEAD_BYTES, Entry, FieldWarning

MAX_REFUSED_FIRST = 100
"""Refused records at a file's beginning after which it is a file of something else."""


class JsonReader:
    """Papers as JSON and JSON lines; see `store.readers.registry.FileReader`."""

    format = "papers as JSON or JSON lines"
    suffixes = (".jsonl", ".json", ".ndjson")

    def recognizes(self, head: bytes) -> bool:
        """Whether it begins as JSON does; what isn't of papers is refused when it is read."""
        return begins_json(head)

    def read(self, file: BinaryIO, source: str, *, page_year: int | None = None) -> Iterator[Entry]:
        """As `FileReader` has it; `line` is that of JSON lines, in a document the number of the record.

        Raises CorpusError where none of the first records is a paper.
        """
        lines = is_lines(file.read(HEAD_BYTES))
        file.seek(0)
        refused: list[CorpusError] = []  # before the first paper
        has_papers = is_damaged = False
        for record in line_records(file) if lines else document_records(file):
            found = list(_entries(record, source))
            is_damaged |= record.problem is not None
            if has_papers:
                yield from found
            elif isinstance(found[0], CorpusError):
                refused.append(found[0])
                if len(refused) > MAX_REFUSED_FIRST:
                    break
            else:
                has_papers = True
                yield from (*refused, *found)
        if has_papers:
            return
        if refused and (not is_damaged or len(refused) > MAX_REFUSED_FIRST):
            reason = f"looks like JSON of something else than papers; its first record: {refused[0].reason}"
            raise CorpusError(source, None, reason)
        yield from refused


def _entries(record: JsonRecord, source: str) -> Iterator[Entry]:
    if record.problem is not None:
        tail = "; what follows isn't read" if record.is_end else ""
        yield CorpusError(source, record.number, record.problem + tail)
        return
    warnings: list[FieldWarning] = []

    def warn(field: str, problem: str) -> None:
        warnings.append(FieldWarning(source, record.number, field, problem))

    try:
        raw = raw_record(record.value, record.number, warn)
    except NoPaper as problem:
        yield CorpusError(source, record.number, str(problem))
        return
    yield from entries_of(raw, source)
    yield from warnings
