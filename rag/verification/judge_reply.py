"""A judge's reply, read leniently. Pure.

Asked for are lines of JSON, one a claim. Models also write one list or object, fences and prose around
it, other names of the fields, or lines such as "1: yes". What can't be read is no verdict.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from footnote.rag.llm.replies.marker_groups import Marker
from footnote.rag.llm.replies.numbered import numbered_lines
from footnote.rag.llm.replies.visible import visible_text

_MAX_REPLY_CHARS = 100_000
_MAX_OBJECTS = 500
_NUMBERS = ("n", "claim", "number", "id", "no", "index")
_VERDICTS = ("follows", "verdict", "supported", "judgement", "judgment", "answer")
_YES = re.compile(r"\W*(?:yes|true|follows|supported|entailed)\b", re.IGNORECASE)
_NO = re.compile(
    r"\W*(?:no|false|unsupported|contradicted|(?:does(?:n't| not)|not) (?:follow|support)\w*)\b",
    re.IGNORECASE,
)
_NEXT_ON_LINE = re.compile(r"(?<=[A-Za-z.])[\s,;|]+(?=\d{1,3}\s?:)")
_MARKER = re.compile(r"(\d{1,3})\.(\d{1,3})")


@dataclass(frozen=True)
class Opinion:
    """What a reply has on one claim. rewording: "" where it has none."""

    follows: bool
    missing: str = ""
    rewording: str = ""
    against: tuple[Marker, ...] = ()


def read_opinions(reply: str, count: int) -> dict[int, Opinion]:
    """The opinions on the claims numbered 1 to `count`, by number.

    A claim is missing where the reply has no legible verdict on it, or two that differ.
    """
    text = visible_text(reply[:_MAX_REPLY_CHARS])
    found: dict[int, Opinion] = {}
    unclear: set[int] = set()
    for number, opinion in _in_json(text) or _in_lines(text, count):
        if not 1 <= number <= count:
            continue
        known = found.setdefault(number, opinion)
        if known.follows != opinion.follows:
            unclear.add(number)
    return {number: opinion for number, opinion in found.items() if number not in unclear}


def _in_json(text: str) -> list[tuple[int, Opinion]]:
    found: list[tuple[int, Opinion]] = []
    for value in _values(text):
        found += _opinions(value)
    return found


def _values(text: str) -> Iterator[Any]:
    """The JSON values in a text, whatever stands around them."""
    decoder, at = json.JSONDecoder(strict=False), 0
    for _ in range(_MAX_OBJECTS):
        starts = [place for mark in "{[" if (place := text.find(mark, at)) >= 0]
        if not starts:
            return
        at = min(starts)
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):  # prose, or cut off: what is inside may be whole
            at += 1
            continue
        yield value


def _opinions(value: Any) -> Iterator[tuple[int, Opinion]]:
    if isinstance(value, list):
        for item in value:
            yield from _opinions(item)
    if not isinstance(value, dict):
        return
    number = next((_number(value[name]) for name in _NUMBERS if name in value), None)
    if number is not None:
        if opinion := _opinion(value):
            yield number, opinion
        return
    for key, item in value.items():
        number = _number(key)
        if number is None:
            yield from _opinions(item)
        elif opinion := _opinion(item if isinstance(item, dict) else {"follows": item}):
            yield number, opinion


def _opinion(value: Mapping[str, Any]) -> Opinion | None:
    given = next((value[name] for name in _VERDICTS if name in value), None)
    follows = _verdict(given)
    if follows is None:
        return None
    return Opinion(
        follows,
        _text(value.get("missing", value.get("reason"))),
        _text(value.get("rewording", value.get("reworded"))),
        tuple((int(m[1]), int(m[2])) for m in _MARKER.finditer(str(value.get("against", "")))),
    )


def _in_lines(text: str, count: int) -> list[tuple[int, Opinion]]:
    """Lines such as "1: yes" and "2: no, it isn't said"."""
    lines = numbered_lines(_NEXT_ON_LINE.sub("\n", text), count)
    read = ((number, _verdict(line)) for number, line in lines.items())
    return [(number, Opinion(follows)) for number, follows in read if follows is not None]


def _verdict(given: Any) -> bool | None:
    if isinstance(given, bool):
        return given
    if not isinstance(given, str):
        return None
    if _NO.match(given):
        return False
    return True if _YES.match(given) else None


def _number(given: Any) -> int | None:
    if isinstance(given, bool) or not isinstance(given, (int, str)):
        return None
    digits = re.fullmatch(r"\D{0,8}(\d{1,3})\D{0,2}", str(given))
    return int(digits[1]) if digits else None


def _text(given: Any) -> str:
    return " ".join(given.split()) if isinstance(given, str) else ""
