"""Replies with one line for each of several numbered items. Pure.

Models write such lines in different ways: "1: yes", "[1] yes", "- **1.** yes", "Claim 1: yes" and the
JSON {"1": "yes"} all mean the same.
"""

from __future__ import annotations

import json
import re

from footnote.rag.llm.replies.visible import visible_text

_MAX_REPLY_CHARS = 100_000
_LINE = re.compile(
    r"""[\s>*_|"'`\#({\[•–-]{0,12} (?:(?:sentence|claim|number|no\.)\s)?
    (?P<number>\d{1,3}) [*_"'`]{0,4} (?:\s?[:：.)\]|}] | \s[–—-]\s) (?!\d)
    [\s*_:|]{0,6} (?P<text>.*)""",
    re.IGNORECASE | re.VERBOSE,
)


def numbered_lines(reply: str, count: int) -> dict[int, str]:
    """The texts of the items numbered 1 to `count`, by number.

    Reasoning and code fences are ignored, and so are other numbers and lines before the first item. A
    line without a number continues the item before it; a blank line ends the item. Where a number
    occurs twice, the first counts. Only the first 100,000 characters of a reply are read.
    """
    text = visible_text(reply[:_MAX_REPLY_CHARS]).strip()
    found: dict[int, list[str]] = {}
    current: list[str] | None = None
    for line in _lines(text):
        if match := _LINE.match(line):
            number = int(match["number"])
            current = None
            if 1 <= number <= count and number not in found:
                current = found[number] = [match["text"]]
        elif not line.strip():
            current = None
        elif current is not None:
            current.append(line)
    return {number: "\n".join(lines).strip() for number, lines in sorted(found.items())}


def _lines(text: str) -> list[str]:
    if text.startswith("{"):
        try:
            given = json.loads(text, strict=False, parse_int=str)
        except (ValueError, RecursionError):  # it isn't JSON
            return text.splitlines()
        text = "\n\n".join(f"{number}: {' '.join(str(item).split())}" for number, item in given.items())
    return text.splitlines()
