"""Abstracts as JSON has them: as an inverted index, or with the places of their sections. Pure."""

from __future__ import annotations

from typing import Any

from footnote.store.papers import MAX_ABSTRACT_CHARS

MAX_INDEXED_WORDS = 20_000
"""Words of an abstract that is given as an inverted index."""


def of_index(index: Any) -> str:
    """The abstract of an inverted index ({"word": [0, 7], …}), as OpenAlex gives it."""
    if not isinstance(index, dict):
        return ""
    if isinstance(inner := index.get("InvertedIndex"), dict):
        index = inner
    words: dict[int, str] = {}
    for word, places in index.items():
        for place in places if isinstance(places, list) else ():
            if isinstance(place, int) and 0 <= place < MAX_INDEXED_WORDS:
                words[place] = word
    text = " ".join(words[place] for place in sorted(words))
    return text[: MAX_ABSTRACT_CHARS + 1]


def sections_of_json(given: Any, abstract: str) -> list[tuple[str, str]]:
    """The sections of our own JSON lines ({"start": 0, "label": "METHODS"}, …), as label and text."""
    found = [
        (one["start"], one["label"])
        for one in (given if isinstance(given, list) else ())
        if isinstance(one, dict) and isinstance(one.get("start"), int) and isinstance(one.get("label"), str)
    ]
    places = [start for start, _ in found]
    if not found or places != sorted(set(places)) or not 0 <= places[0] <= places[-1] < len(abstract):
        return []
    ends = [*places[1:], len(abstract)]
    parts = [(label, abstract[start:end]) for (start, label), end in zip(found, ends, strict=True)]
    return [("", abstract[: places[0]]), *parts]
