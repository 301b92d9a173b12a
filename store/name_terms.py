"""Names of authors and venues as the lexical index keeps them: spelling, accents and order don't count.

Pure. "Köhler, Anna M." is found as Köhler, Kohler, Koehler, A. Köhler, Anna Köhler and Köhler, Anna.
"""

from __future__ import annotations

import re
import unicodedata

from footnote.store.authors import PARTICLES, SUFFIXES, is_group, parts

_BASE = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_EXPANDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = re.compile(r"['’‘`´]")
_MOST_INITIALS = 3
"""Capitals of given names that are written without dots: "Köhler AM"."""


def folded(text: str) -> tuple[str, ...]:
    """`text` as lower-case words without accents and marks, in the one or two spellings that it has in
    English: "Köhler" is "kohler" and "koehler", "Koehler" is "koehler" alone. () without any word.
    """
    lower = unicodedata.normalize("NFC", _APOSTROPHES.sub("", text)).casefold()
    spellings = (_words(lower), _words(lower.translate(_EXPANDED)))
    return tuple(dict.fromkeys(spelling for spelling in spellings if spelling))


def _words(lower: str) -> str:
    bare = unicodedata.normalize("NFKD", lower.translate(_BASE))
    return " ".join(_WORD.findall("".join(c for c in bare if not unicodedata.combining(c))))


def author_terms(author: str) -> set[str]:
    """The terms by which an author is found: each family name, alone and with the first given name.

    A family name of several words is also found by each of them: "García Márquez" by García.
    """
    readings = {_parts(author)}
    before, _, last = author.rpartition(" ")
    if "," not in author and not is_group(author) and before and _is_initials(last):
        readings.add((before, last))  # "Köhler AM"
    return {
        term
        for family, given in readings
        for name in {family, *([] if is_group(author) else _family_words(family))}
        for spelling in folded(name)
        for term in (spelling, *(f"{spelling}, {first}" for first in _kept_given(given)))
    }


def wanted_terms(name: str) -> set[str]:
    """The terms of which an author that `name` means has one.

    "Köhler", "Anna Köhler", "A. Köhler", "Köhler, Anna" and, as names are written in Chinese, "Köhler Anna".
    A given name finds authors with that name or that initial alone; an initial finds every name that begins
    with it.
    """
    readings = {_parts(name)}
    if "," not in name and not is_group(name):
        first, _, rest = name.strip().partition(" ")
        readings |= {(name, ""), (first, rest)}
    return {
        f"{spelling}, {first}" if first else spelling
        for family, given in readings
        for spelling in folded(family)
        for first in (_wanted_given(given) or [""])
    }


def _parts(name: str) -> tuple[str, str]:
    """Family and given names; a name whose family name has no letter stays whole."""
    family, given, suffix = parts(name)
    family = f"{family} {suffix}".strip()
    return (family, given) if folded(family) else (name, "")


def _family_words(family: str) -> list[str]:
    """The words of a family name that could stand alone; () where it is one."""
    words = [word for word in re.split(r"[\s\-‐–]+", family) if word.lower() not in PARTICLES | SUFFIXES]
    return [word for word in words if len(word) > 1]


def _given(given: str) -> tuple[tuple[str, ...], bool]:
    """The spellings of the first given name, and whether it is an initial alone."""
    first = _WORD.search(_APOSTROPHES.sub("", given))
    if first is None:
        return (), False
    initials = _is_initials(first[0])
    return folded(first[0][:1] if initials else first[0]), initials


def _is_initials(word: str) -> bool:
    return len(word) <= _MOST_INITIALS and word.isupper()


def _kept_given(given: str) -> set[str]:
    spellings, initial = _given(given)
    if initial:
        return {form for spelling in spellings for form in (spelling[:1], f"{spelling[:1]}.")}
    return {form for spelling in spellings for form in (spelling[:1], spelling)}


def _wanted_given(given: str) -> set[str]:
    spellings, initial = _given(given)
    if initial:
        return {spelling[:1] for spelling in spellings}
    return {form for spelling in spellings for form in (spelling, f"{spelling[:1]}.")}
