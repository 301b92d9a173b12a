"""Files of text → lines, in whichever encoding they are; a line that can't be decoded is marked, not lost.

UTF-8 and UTF-16 (with or without byte order mark), GBK, and else Windows-1252: what bibliographic tools
write.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from footnote.store.readers.read_result import HEAD_BYTES

MAX_LINE_BYTES = 4_000_000
BAD_BYTE, TOO_LONG = "\ufdd2", "\ufdd3"
"""Noncharacters that mark a byte that can't be decoded, and a line that was cut at MAX_LINE_BYTES."""

_CHUNK_BYTES = 65_536
_GBK_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
# The rows of GBK where the characters of everyday Chinese and its punctuation stand.
_COMMON_GBK = re.compile(rb"(?:[\xb0-\xf7][\xa1-\xfe]|\xa3[\xa1-\xfe]|\xa1[\xa1-\xfe])")


def _mark(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return BAD_BYTE, error.end


codecs.register_error("footnote-mark", _mark)


def encoding_of(head: bytes) -> str | None:
    """The encoding of a file that begins with `head`; None where that is ASCII, so anything may follow."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if len(head) >= 4:  # ASCII letters in UTF-16 have a zero byte each, on one side
        even, odd = head[0:2000:2].count(0), head[1:2000:2].count(0)
        half = min(len(head), 2000) // 2
        if odd > 0.4 * half and even == 0:
            return "utf-16-le"
        if even > 0.4 * half and odd == 0:
            return "utf-16-be"
    if head.isascii():
        return None
    return _of_line(head)


def _of_line(data: bytes) -> str:
    """The encoding of bytes that aren't all ASCII."""
    text = codecs.getincrementaldecoder("utf-8")("footnote-mark").decode(data)
    bad = text.count(BAD_BYTE)
    # A bad byte among valid letters doesn't make it another encoding; in another one few are valid by chance.
    if sum(not c.isascii() for c in text) - bad >= bad:
        return "utf-8"
    pairs, common = len(_GBK_PAIR.findall(data)), len(_COMMON_GBK.findall(data))
    high = sum(byte >= 0x80 for byte in data)
    # Chinese comes in pairs of high bytes; an accent in a Western text stands alone, before a letter or a
    # space.
    return "gb18030" if common >= 0.8 * pairs and 2 * common >= 0.9 * high else "windows-1252"


def decoded_head(head: bytes) -> str:
    """The first bytes of a file as text, to recognise it by; "" for one with NUL bytes, which is no text."""
    encoding = encoding_of(head) or "utf-8"
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head).removeprefix("\ufeff")
    return "" if "\0" in text else text.replace("\r\n", "\n").replace("\r", "\n")


def lines(file: BinaryIO) -> Iterator[tuple[int, str]]:
    """The lines of `file`, read from its beginning, with their numbers from 1 and without their ends.

    Where the beginning is ASCII, each line that isn't is decoded by itself. In a UTF-8 file a byte that
    isn't UTF-8 becomes BAD_BYTE.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    encoding = encoding_of(head)
    if encoding is not None and encoding.startswith("utf-16"):
        texts = _utf16_lines(file, encoding)
    else:
        end = b"\r" if b"\r" in head and b"\n" not in head else b"\n"
        texts = (_decoded(line, encoding) for line in _byte_lines(file, end))
    for number, text in enumerate(texts, 1):
        yield number, text.removeprefix("\ufeff").rstrip("\r\n") if number == 1 else text.rstrip("\r\n")


def _decoded(line: bytes, encoding: str | None) -> str:
    if encoding == "windows-1252" or (encoding is None and not line.isascii() and _of_line(line) != "utf-8"):
        # Its five unused bytes mean what they mean in Latin-1: nothing that is seen.
        return line.decode("windows-1252", errors="ignore")
    return line.decode(encoding or "utf-8", errors="footnote-mark")


def _byte_lines(file: BinaryIO, end: bytes) -> Iterator[bytes]:
    marker = TOO_LONG.encode()
    rest = b""
    skipping = False
    while chunk := file.read(_CHUNK_BYTES):
        *whole, rest = (rest + chunk).split(end) if not skipping else chunk.split(end)
        if skipping and whole:
            whole, skipping = whole[1:], False
        yield from whole
        if len(rest) > MAX_LINE_BYTES and not skipping:
            yield rest[:MAX_LINE_BYTES].decode(errors="ignore").encode() + marker
            skipping = True
        if skipping:
            rest = b""
    if rest:
        yield rest


def _utf16_lines(file: BinaryIO, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("footnote-mark")
    rest = ""
    while chunk := file.read(_CHUNK_BYTES):
        *whole, rest = (rest + decoder.decode(chunk)).split("\n")
        yield from whole
        if len(rest) > MAX_LINE_BYTES:
            yield rest + TOO_LONG
            rest = ""
    if rest:
        yield rest
