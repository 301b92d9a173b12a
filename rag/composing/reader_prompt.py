"""The reader profile as a block of a prompt: the reader's preferences, sanitized. Pure."""

from __future__ import annotations

from footnote import prompts
from footnote.rag.llm.sanitize import sanitize
from footnote.rag.reader import Reader

ANYONE = Reader()
"""A reader without preferences."""

_LEVELS = {
    "newcomer": "Level: a newcomer to the field. Use plain words and short sentences.",
    "expert": "Level: an expert of the field. Use its terms and be dense.",
}
_LENGTHS = {
    "short": "Length: one sentence where that answers the question, never more than three.",
    "long": "Length: in full, with every finding that bears on the question, up to twelve sentences.",
}


def reader_block(reader: Reader) -> str:
    """The preferences between delimiters, one a line; empty where there are none."""
    preferences = [_LEVELS.get(reader.level), _LENGTHS.get(reader.length)]
    if reader.language:
        preferences.append(f"Language: {sanitize(reader.language)}")
    if reader.instructions:
        preferences.append(f"In the reader's own words: {sanitize(reader.instructions)}")
    text = "\n".join(filter(None, preferences))
    return f"\n{prompts.load('answer_reader').render(preferences=text)}\n" if text else ""
