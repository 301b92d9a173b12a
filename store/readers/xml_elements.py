"""XML → one element after another, of any size of file, without what XML can do to its reader.

No DTD is loaded and no entity is expanded beyond HTML's names; an element that is too large or too deep ends
the reading. Bytes that aren't of the file's encoding, and characters that XML forbids (EndNote writes them),
are dropped or replaced, for they would end the parse of the whole file.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from footnote.store.errors import CorpusError
from footnote.store.readers.normalise import entries_of
from footnote.store.readers.raw_record import RawRecord
from footnote.store.readers.read_result import Entry

MAX_ELEMENT_CHARS = 4_000_000
MAX_DEPTH = 100
_CHUNK = 65_536

_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,8})|(\d{1,8}));")
_NAME_IN_DTD = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_OPEN_REFERENCE = re.compile(r"&[#\w]{0,33}$")
_XML_NAMES = frozenset(("amp", "lt", "gt", "quot", "apos"))


class XmlError(ValueError):
    """The rest of an XML file can't be read: why."""


def elements(file: BinaryIO, names: frozenset[str]) -> Iterator[Element]:
    """Each element with one of `names` (without namespaces), in order, as a tree without namespaces.

    Raises XmlError where the rest can't be read.
    """
    builder = _Elements(names)
    for text in _texts(file):
        builder.feed(text)
        yield from builder.taken()
    builder.feed("", is_final=True)
    yield from builder.taken()


def record_entries(
    file: BinaryIO, source: str, names: frozenset[str], raw: Callable[[Element, int], RawRecord]
) -> Iterator[Entry]:
    """What the elements with one of `names` give, each made a record by `raw`, with its number as its
    line."""
    number = 0
    try:
        for number, element in enumerate(elements(file, names), 1):
            yield from entries_of(raw(element, number), source)
    except XmlError as error:
        yield CorpusError(source, number + 1, f"{error}; what follows isn't read")


class _Elements:
    """Builds the elements asked for, and nothing of what stands around them."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self._tree: TreeBuilder | None = None
        self._depth = 0
        self._size = 0
        self._found: list[Element] = []
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.EntityDeclHandler = self._refuse_entity
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._data

    def feed(self, text: str, *, is_final: bool = False) -> None:
        try:
            self._parser.Parse(text, is_final)
        except expat.ExpatError as error:
            what = expat.ErrorString(error.code)
            raise XmlError(f"not XML: {what} at line {error.lineno}, character {error.offset + 1}") from None

    def taken(self) -> list[Element]:
        """The elements that are complete by now, each once."""
        found, self._found = self._found, []
        return found

    def _refuse_entity(self, name: str, *_: object) -> None:
        raise XmlError(
            f"it declares the entity “{name[:40]}”: entities aren't read, so replace it by its text"
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if self._tree is None:
            if name not in self._names:
                return
            self._tree, self._depth, self._size = TreeBuilder(), 0, 0
        self._depth += 1
        self._grow(len(name) + sum(map(len, attributes.values())))
        if self._depth > MAX_DEPTH:
            raise XmlError(f"elements are nested more than {MAX_DEPTH} deep")
        self._tree.start(name, attributes)

    def _data(self, text: str) -> None:
        if self._tree is not None:
            self._grow(len(text))
            self._tree.data(text)

    def _end(self, name: str) -> None:
        if self._tree is None:
            return
        self._tree.end(name.rpartition(":")[2])
        self._depth -= 1
        if self._depth == 0:
            self._found.append(self._tree.close())
            self._tree = None

    def _grow(self, chars: int) -> None:
        self._size += chars
        if self._size > MAX_ELEMENT_CHARS:
            raise XmlError(f"a record has more than {MAX_ELEMENT_CHARS:,} characters")


def _texts(file: BinaryIO) -> Iterator[str]:
    """The file's text in parts, with nothing in it that a parser would stop at."""
    raw = file.read(_CHUNK)
    try:
        decoder = codecs.getincrementaldecoder(_encoding(raw))(errors="replace")
    except LookupError as error:
        raise XmlError(f"its encoding isn't known: {error}") from None
    held = ""
    while raw:
        text = held + decoder.decode(raw)
        # A reference that the end of this part cuts in two waits for the next.
        cut = _OPEN_REFERENCE.search(text, max(0, len(text) - 34))
        held = text[cut.start() :] if cut else ""
        yield _clean(text[: cut.start()] if cut else text)
        raw = file.read(_CHUNK)
    yield _clean(held + decoder.decode(b"", final=True))


def _encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    declared = _DECLARED.search(head[:300])
    name = declared[1].decode() if declared else "utf-8"
    return (
        "utf-8-sig"
        if name.lower().replace("_", "-") in ("utf-8", "utf8", "utf-16", "ascii", "us-ascii")
        else name
    )


def _clean(text: str) -> str:
    text = _FORBIDDEN.sub("", text)
    if "&" in text:
        text = _NAME_IN_DTD.sub(_named, _REFERENCE.sub(_numbered, text))
    return text


def _numbered(reference: re.Match[str]) -> str:
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    is_good = (
        code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF
    )
    return reference[0] if is_good else ""


def _named(reference: re.Match[str]) -> str:
    """HTML's names are declared in DTDs that aren't loaded: "&nbsp;" → its character."""
    if reference[1] in _XML_NAMES:
        return reference[0]
    text = html.unescape(reference[0])
    return reference[0] if text == reference[0] else text


def text_of(element: Element | None) -> str:
    """All text in an element, in order, inline markup left out; "" of None."""
    return "" if element is None else " ".join("".join(element.itertext()).split())
