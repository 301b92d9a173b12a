"""The reader profile as a part of a prompt: wishes in a place of their own, disarmed. Pure."""

from __future__ import annotations

from footnote import prompts
from footnote.rag.composing.sanitize import disarm
from footnote.rag.reader import Reader

ANYONE = Reader()
"""A reader without wishes."""

_LEVELS = {
    "newcomer": "Level: a newcomer to the field. Use plain words and short sentences.",
    "expert": "Level: an expert of the field. Use its terms and be dense.",
}
_LENGTHS = {
    "short": "Length: one sentence where that answers the question, never more than three.",
    "long": "Length: in full, with every finding that bears on the question, up to twelve sentences.",
}


def reader_block(reader: Reader) -> str:
    """The wishes between their delimiters, on lines of their own; empty where there are none."""
    wishes = [_LEVELS.get(reader.level), _LENGTHS.get(reader.length)]
    if reader.language:
        wishes.append(f"Language: {disarm(reader.language)}")
    if reader.instructions:
        wishes.append(f"In the reader's own words: {disarm(reader.instructions)}")
    text = "\n".join(filter(None, wishes))
    return f"\n{prompts.load('answer_reader').render(wishes=text)}\n" if text else ""
