"""Archives of files of records: `.gz` and `.zip`, unpacked one member at a time, within bounds."""

from __future__ import annotations

import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, BinaryIO

from footnote.store.errors import CorpusError

MAX_UNPACKED_BYTES = 200_000_000
"""Bytes of all members of one archive together."""
MAX_MEMBERS = 1_000
_CHUNK = 1_048_576
_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"

# Documents that are ZIP archives, by a member that each has.
_DOCUMENTS = {
    "xl/workbook.xml": ("a spreadsheet", "save the sheet with the records as CSV (comma-separated values)"),
    "xl/workbook.bin": ("a spreadsheet", "save the sheet with the records as CSV (comma-separated values)"),
    "word/document.xml": (
        "a Word document",
        "export the records as BibTeX, RIS or CSV from where they are from",
    ),
    "ppt/presentation.xml": (
        "a presentation",
        "export the records as BibTeX, RIS or CSV from where they are from",
    ),
    "META-INF/container.xml": ("an e-book", "export its reference as BibTeX or RIS"),
    "META-INF/MANIFEST.MF": ("a Java program", "export the records as BibTeX, RIS or CSV"),
    "content.xml": ("an OpenDocument file", "of a spreadsheet, save the sheet with the records as CSV"),
}


def is_container(head: bytes) -> bool:
    """Whether a file that begins with `head` is an archive that is unpacked."""
    return head.startswith((_ZIP, _GZIP))


def members(file: BinaryIO, source: str) -> Iterator[tuple[str, BinaryIO | CorpusError]]:
    """Each file in an archive by name, or why it isn't read; it can be read until the next is asked for.

    Nothing is unpacked to a place that a member names. Raises CorpusError for an archive that is damaged or
    too large, and for documents that only are archives by their form.
    """
    start = file.read(4)
    file.seek(0)
    try:
        if start.startswith(_GZIP):
            yield from _of_gzip(file, source)
        else:
            yield from _of_zip(file, source)
    except (zipfile.BadZipFile, zlib.error, gzip.BadGzipFile, EOFError, NotImplementedError) as error:
        raise CorpusError(source, None, f"the archive is damaged ({error}): pack it again") from None


def _of_gzip(file: BinaryIO, source: str) -> Iterator[tuple[str, BinaryIO | CorpusError]]:
    with gzip.GzipFile(fileobj=file) as packed, tempfile.TemporaryFile() as unpacked:
        _unpack(packed, unpacked, MAX_UNPACKED_BYTES, source)
        yield source, unpacked


def _of_zip(file: BinaryIO, source: str) -> Iterator[tuple[str, BinaryIO | CorpusError]]:
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        for name, (what, fix) in _DOCUMENTS.items():
            if name in names:
                raise CorpusError(
                    source, None, f"looks like {what}, which holds no records that can be read: {fix}"
                )
        infos = [info for info in archive.infolist() if not info.is_dir() and not _is_hidden(info.filename)]
        if len(infos) > MAX_MEMBERS:
            reason = f"the archive has {len(infos):,} files, at most {MAX_MEMBERS:,} are read"
            raise CorpusError(source, None, reason)
        left = MAX_UNPACKED_BYTES
        for info in infos:
            name = f"{source}/{_printable(info.filename)}"
            if info.flag_bits & 1:
                yield name, CorpusError(name, None, "it is encrypted: unpack it with its password")
                continue
            with archive.open(info) as packed, tempfile.TemporaryFile() as unpacked:
                left -= _unpack(packed, unpacked, left, source)
                yield name, unpacked


def _unpack(packed: IO[bytes] | gzip.GzipFile, unpacked: IO[bytes], limit: int, source: str) -> int:
    """Copies to `unpacked`, and returns how many bytes; CorpusError beyond `limit`."""
    size = 0
    while chunk := packed.read(_CHUNK):
        size += len(chunk)
        if size > limit:
            reason = f"the archive has more than {MAX_UNPACKED_BYTES:,} bytes unpacked: split it"
            raise CorpusError(source, None, reason)
        unpacked.write(chunk)
    unpacked.seek(0)
    return size


def _is_hidden(name: str) -> bool:
    """Hidden files, and what macOS adds."""
    parts = set(PurePosixPath(name).parts) - {".", ".."}
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)
