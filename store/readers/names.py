"""Authors as records give them → the spelling of `store.authors`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

MAX_CHARS = 300
MAX_AUTHORS = 10_000

_OTHERS = re.compile(
    r"(?:,|;|\band)?\s*(?:\bet\.?\s+al\b\.?|\band others\b|^others$|^et\.?$|^al\.?$|\.{3}|…)\s*$",
    re.IGNORECASE,
)
_NOT_A_NAME = re.compile(
    r"\W*(?:\[?no authors? (?:name )?(?:available|listed|given|found)\.?\]?"
    r"|anon(?:ymous)?\.?|n/?a|nan|none|null|unknown)\W*",
    re.IGNORECASE,
)
# Scopus ("(57193)"), IEEE and others write numbers after names, OpenAlex an address of ORCID.
_NUMBER = re.compile(r"\s*\((?:orcid:?\s*)?[\dX-]{5,}\)|\s*https?://orcid\.org/[\dX-]*", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[-\s]?){1,4}\.?", re.UNICODE)
_GLUED_INITIALS = re.compile(r"(?P<family>\S*[^\W\d_]{2}.*?)\s+(?P<given>(?:[^\W\d_a-zà-ÿ]\.[- ]?){1,5})")
_ABBREVIATED = re.compile(r"(?P<family>[^\W\d_][^,.]*[a-zà-ÿ])\s+(?P<given>[A-ZÀ-Ý]{1,3})")
# "Adeli K.Lewis G. F.": names whose separators were lost.
_LOST_SEPARATOR = re.compile(r"(?<=[A-ZÀ-Ý]\.)(?=[A-ZÀ-Ý][^\W\d_]*[a-zà-ÿ])")
_GROUP = re.compile(
    r"\b(?:university|organi[sz]ation|group|committee|consortium|collaboration|association|society|institut\w*"
    r"|ministry|department|cent(?:er|re)|network|team|task force|council|agency|investigators|foundation"
    r"|initiative|commission|federation|college|academy|bureau|company|collaborators)\b",
    re.IGNORECASE,
)
_SPACED_AND = re.compile(r"\s+(?:and|&)\s+")


def authors_of(names: Iterable[str]) -> list[str]:
    """The authors of a record, of a list of names or of one line with all of them.

    Split are lines by ";", "|" and " and ", and by "," where the parts are certain to be whole names
    ("Anna Köhler, Ben Okafor"; "Köhler A., Okafor B."). "et al." is left out.
    """
    found: dict[str, None] = {}
    for text in names:
        for name in _split(text):
            author = _author(name)
            if author and not _NOT_A_NAME.fullmatch(author):
                found.setdefault(author)
    return list(found)[:MAX_AUTHORS]


def _split(text: str) -> list[str]:
    text = text.strip()
    if text.startswith("{") and text.endswith("}") and "{" not in text[1:]:
        return [text]
    if (
        "," not in text
        and len(parts := _LOST_SEPARATOR.split(text)) > 1
        and all(" " in part for part in parts)
    ):
        return [name for part in parts for name in _split(part)]
    for separator in (";", "|"):
        if separator in text:
            return [name for part in text.split(separator) for name in _split(part)]
    parts = _SPACED_AND.split(text)
    if len(parts) > 1 and all(_could_be_one(part) for part in parts):
        # "A. Köhler, B. Okafor and C. Li": the commas before an "and" part names, unless each part has just
        # one.
        if all(part.count(",") == 1 for part in parts) or not any("," in part for part in parts):
            return parts
        return [name for part in parts for name in _by_comma(part)]
    return _by_comma(text)


def _could_be_one(part: str) -> bool:
    """Whether it looks like names, not like half a group's ("Centers for Disease Control and Prevention")."""
    return "," in part or "." in part or 2 <= len(part.split()) <= 4


def _by_comma(text: str) -> list[str]:
    """The names between commas, where each is certain to be a whole name."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) < 2:
        return [text]
    *firsts, last = parts
    if not _OTHERS.fullmatch(last):
        firsts = parts
    whole = [len(part.split()) >= 2 for part in firsts]
    if all(whole) and len(firsts) >= 2 and not _INITIALS.fullmatch(firsts[1]):
        return firsts
    # "Kohler, A., Okafor, B.": families and initials by turns.
    if len(firsts) >= 4 and len(firsts) % 2 == 0 and all(_INITIALS.fullmatch(part) for part in firsts[1::2]):
        return [f"{family}, {given}" for family, given in zip(firsts[::2], firsts[1::2], strict=True)]
    return [text]


def _author(name: str) -> str:
    """One author; "Köhler A." becomes "Köhler, A.": initials stand last only after a family name."""
    name = " ".join(_OTHERS.sub("", _NUMBER.sub("", name)).split())
    ends_in_comma = name.endswith(",")  # how EndNote says that a name has no parts
    name = re.sub(r"^by\s+|\s(?:and|&)$", "", name, flags=re.IGNORECASE).strip(" ,;")
    if len(name) > MAX_CHARS:
        return ""
    if "," in name or name.startswith("{"):
        return name
    if _GROUP.search(name) or (ends_in_comma and " " in name):
        return "{" + name.replace("{", "").replace("}", "") + "}"
    turned = _GLUED_INITIALS.fullmatch(name) or _ABBREVIATED.fullmatch(name)
    return f"{turned['family']}, {turned['given']}" if turned else name
