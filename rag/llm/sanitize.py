"""Sanitizes untrusted text, so that a model can't read markers, delimiters or chat roles in it. Pure.

Abstracts, titles, questions and readers' preferences may contain orders. Orders can't be distinguished
from prose, so they stay, as numbered text; but they can't imitate the structure of the prompt. Harmless
text is left as it is, except for what looks like a marker ([12] becomes {12}).
"""

from __future__ import annotations

import re
import unicodedata

from footnote.rag.llm.replies.marker_groups import read_group
from footnote.rag.llm.replies.visible import is_invisible

_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters of other kinds that show nothing: fillers and joiners."""
_VARIATIONS = ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
_MAX_MARKS = 4
"""Accents on one letter; no script has more, and a pile of them can cover others."""

_HEADING = re.compile(r"(?<!\S)#{2,6}(?!\S)")
_SQUARE_OPEN = "[【［〔〖⟦⁅❲﹝〘〚⦋"
_SQUARE_CLOSE = "]】］〕〗⟧⁆❳﹞〙〛⦌"
_DOTS = "․‧·∙•｡。٫"
_BODY = rf"[\d.．,，;；:：\s–—−‐‑^Ss{_DOTS}-]{{1,100}}(?:†[^\[\]【】［］]{{0,100}})?"
_GROUP = re.compile(
    rf"[{re.escape(_SQUARE_OPEN)}](?P<square>{_BODY})[{re.escape(_SQUARE_CLOSE)}]"
    r"|[(（](?P<round>[\d.．,，;；:\s–—-]{1,100})[)）]"
)
_SAME = str.maketrans({**dict.fromkeys(_DOTS + "．", "."), **dict.fromkeys("−‐‑", "-")})
_LOOSE = re.compile(r"(?<=\S)\s*([.,;-])\s*|\s+")

_BLOCKS = "papers|question|reader|claims|sentences"
_TAG = re.compile(
    r"[<＜﹤](?=[!?|｜<＜﹤]|/?[^\W\d_])|◁(?=/?[A-Za-z])"
    rf"|(?:[<＜﹤⟨〈《❮❬]|&lt;)(?=\s{{0,5}}/?\s{{0,5}}(?:{_BLOCKS})\b)",
    re.IGNORECASE,
)
_CHAT_MARK = re.compile(
    r"\[(/?(?:INST|SYS|SYSTEM|SYSTEM_PROMPT|USER|ASSISTANT|THINK|TOOL_CALLS|TOOL_RESULTS|AVAILABLE_TOOLS))\]",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"((?:[\W_]|\d{1,2}[.)])*"
    r"(?:system|developer|user|human|assistant|instructions?|response|open|drop|\d{1,3}(?![:：]\d))"
    r"(?:[^\w:：–]|_)*)[:：]+",
    re.IGNORECASE,
)
"""A turn of a chat, or a line that a reply is read by, at the start."""
_PRINTABLE = re.compile(r"[!-~]{101,}")
_LONGEST_RUN = 100
_LONGEST_WORD = 1000


def sanitize(text: str) -> str:
    """`text` on one line in a form that can't pass for a marker, a delimiter or a chat token.

    [1.3] becomes {1.3}, <papers> ‹papers> and "System:" at the start "System –"; characters that
    show nothing are removed, runs of more than 100 characters (1,000 in scripts without spaces) cut.
    """
    text = " ".join(_shown(text).split())
    text = " ".join(_HEADING.sub(" ", text).split())
    text = _CHAT_MARK.sub(r"{\1}", text)
    text = _GROUP.sub(_group, text)
    text = _TAG.sub("‹", text)
    if label := _LABEL.match(text):
        text = f"{label[1].rstrip()} –{text[label.end() :]}"
    return " ".join(map(_cut, text.split(" ")))


def _shown(text: str) -> str:
    """The text without characters that show nothing or pile up; white space becomes spaces."""
    if text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    marks = 0
    for char in text:
        if char.isspace() or "\x80" <= char <= "\x9f":  # the latter: a dash, read by a wrong encoding
            char = " "
        elif is_invisible(char) or char in _BLANKS or _is_variation(char):
            continue
        marks = marks + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if marks <= _MAX_MARKS:
            kept.append(char)
    return "".join(kept)


def _is_variation(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _VARIATIONS)


def _group(match: re.Match[str]) -> str:
    """The group in braces where it could be read as markers, whatever its brackets and dots are."""
    square = match["square"]
    if square is None:
        return "{" + match["round"] + "}" if read_group(match[0]) else match[0]
    plain = _LOOSE.sub(r"\1", unicodedata.normalize("NFKC", square.translate(_SAME)).translate(_SAME)).strip()
    return "{" + square + "}" if read_group(f"[{plain}]") or read_group(match[0]) else match[0]


def _cut(word: str) -> str:
    if len(word) <= _LONGEST_RUN:
        return word
    word = _PRINTABLE.sub(lambda run: f"{run[0][:60]}…", word)
    return f"{word[:500]}…" if len(word) > _LONGEST_WORD else word
