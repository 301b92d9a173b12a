"""One group of markers in brackets, as models write it. Pure.

[1.3] names sentence 3 of paper 1. Other accepted forms: [1.3, 2.1], [1.3; 2.1], [1.3-1.5], 【1.3】,
(1.3), and those of models that cite files and footnotes: [1.3†source], [^1.3], [S1.3]. [2] names a
paper, not a sentence: it is malformed. [0, 1] or [2024] can't be markers and remain text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

Marker = tuple[int, int]

PAIRS = {"[": "]", "【": "】", "［": "］", "(": ")", "（": "）"}
ROUND = "(（"
_MAX_GROUP = 100
_IN_ANY = re.compile(r"[\d.．,，;；:\s–—-]")
_ONLY_IN_SQUARE = "^Ss†"
_BRACKETS = frozenset("".join(PAIRS) + "".join(PAIRS.values()))

_PREFIX = re.compile(r"\^?[Ss](?=\d)|\^")
_ONE = re.compile(r"(\d{1,3})[.．](\d{1,3})")
_RANGE = re.compile(r"(\d{1,3})[.．](\d{1,3})\s*[–—-]\s*[Ss]?(?:(\d{1,3})[.．])?(\d{1,3})")
_WHOLE_PAPER = re.compile(r"\^?\d{1,3}")
_MAX_RANGE = 20


@dataclass(frozen=True)
class Group:
    """The markers of a group, and malformed ones, which name no sentence."""

    markers: tuple[Marker, ...]
    malformed: tuple[str, ...]


def may_continue(held: str, char: str) -> bool:
    """Whether `char` may follow `held` inside a group; a group's length is limited."""
    if char == "\n" or len(held) >= _MAX_GROUP:
        return False
    if _IN_ANY.match(char):
        return True
    if held[0] in ROUND or char in _BRACKETS:
        return False
    return char in _ONLY_IN_SQUARE or "†" in held


def read_group(text: str) -> Group | None:
    """The group that `text`, brackets included, stands for; None where it is plain text."""
    markers: list[Marker] = []
    malformed: list[str] = []
    for part in filter(None, (p.strip() for p in re.split(r"[,，;；]", text[1:-1]))):
        found = _read_part(part)
        if found is None:
            return None
        markers += found
        if not found:
            malformed.append(f"[{part}]")
    if not (markers or malformed) or (malformed and text[0] in ROUND):
        return None
    return Group(tuple(markers), tuple(malformed))


def _read_part(part: str) -> list[Marker] | None:
    """The markers between two commas: empty where they are malformed, None for plain text."""
    part = part.partition("†")[0].strip()
    if _WHOLE_PAPER.fullmatch(part):
        return [] if int(part.lstrip("^")) else None
    part = _PREFIX.sub("", part, count=1) if _PREFIX.match(part) else part
    if one := _ONE.fullmatch(part):
        numbers = [int(one[1]), int(one[2])]
        return [(numbers[0], numbers[1])] if all(numbers) else None
    if span := _RANGE.fullmatch(part):
        paper, first, last = int(span[1]), int(span[2]), int(span[4])
        if (span[3] and int(span[3]) != paper) or not (paper and 0 < first <= last <= first + _MAX_RANGE):
            return []
        return [(paper, n) for n in range(first, last + 1)]
    return None
