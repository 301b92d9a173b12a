"""Reads rendered HTML the way a browser does, as far as tests need it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = dict[str, str | None]


@dataclass
class Element:
    """An element with the text inside it, its children's included."""

    tag: str
    attributes: Attributes
    text: str = ""


@dataclass
class Reader(HTMLParser):
    """All elements in order of their start, and the whole text."""

    elements: list[Element] = field(default_factory=list)
    text: str = ""
    _open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop().tag == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        self.text += data
        for element in self._open:
            element.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data!r}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl!r}")

    def named(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]


def read(html: str) -> Reader:
    """The elements and text of `html`; AssertionError where tags don't match."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert not reader._open, "an element is never closed"
    return reader
