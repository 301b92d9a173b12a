"""A reply as words to search for, and an abstract that follows a question in one reply. Pure."""

from __future__ import annotations

import re

MAX_CHARS = 1200
"""A reply is cut here: about as much as the embedder reads at once (256 tokens)."""
ABSTRACT = "ABSTRACT:"
"""What the line begins with that an abstract follows."""

_LIST_MARK = re.compile(r"^\s*(?:[-*•‣–—#>]+|\d{1,2}[.)])\s+")
_ABSTRACT_LINE = re.compile(r"^[\s*_#>-]{0,10}abstract[\s*_]{0,4}[:：]", re.IGNORECASE | re.MULTILINE)


def search_words(reply: str) -> str:
    """A reply as one line of words to search for, at most `MAX_CHARS` characters.

    List marks, bold marks and introductory lines ("Here is an abstract:") are left out. Empty where the
    reply has no word.
    """
    lines = [_LIST_MARK.sub("", line).replace("**", "").strip() for line in reply.splitlines()]
    useful = [line for line in lines if line and not line.endswith((":", "："))] or lines
    text = " ".join(" ".join(useful).split())
    if not any(char.isalnum() for char in text):
        return ""
    if len(text) <= MAX_CHARS:
        return text
    whole, _, _ = text[: MAX_CHARS + 1].rpartition(" ")
    return whole or text[:MAX_CHARS]  # scripts without spaces


def split_abstract(reply: str) -> tuple[str, str]:
    """What stands before the line that begins with `ABSTRACT`, and the words after that mark.

    The second is empty where there is no such line.
    """
    found = _ABSTRACT_LINE.search(reply)
    return (reply[: found.start()], search_words(reply[found.end() :])) if found else (reply, "")
