"""Authors as records give them → the spelling of `store.authors`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from footnote.store.authors import NameParts, parts, written

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
# "(INRIA Futurs)", "(MAP / Crai (Nancy))", "(ISI)", "(LM-Orsay)", "(2)": where somebody works; "(Leo)" is
# a name.
_PARENTHESES = re.compile(r"\((?P<inner>(?:[^()]|\([^()]*\))*)\)")
_AFFILIATION = re.compile(r".*[\s/(].*|\d{1,3}|.*[^\W\d_a-zà-ÿ][^\W_a-zà-ÿ].*", re.DOTALL)
# "Faggion, C. M., Jr.": Scopus and RIS write the suffix last.
_SUFFIX_LAST = re.compile(
    r"\A([^,{}]+),\s*([^,]+),\s*((?:jr|sr)\.?|junior|senior|i{2,3}|iv)\Z", re.IGNORECASE
)
_INITIALS = re.compile(r"(?:[^\W\d_a-zà-ÿ]\.?[-\s]?){1,4}\.?")
_GLUED_INITIALS = re.compile(r"(?P<family>\S*[^\W\d_]{2}.*?)\s+(?P<given>(?:[^\W\d_a-zà-ÿ]\.[- ]?){1,5})")
_INITIALS_LAST = re.compile(r"(?P<family>\S*[^\W\d_]{2}.*?)\s+(?P<given>[A-ZÀ-Ý](?:[ -][A-ZÀ-Ý]){0,2})")
_ABBREVIATED = re.compile(r"(?P<family>[^\W\d_][^,.]*[a-zà-ÿ])\s+(?P<given>[A-ZÀ-Ý]{1,3})")
# "Adeli K.Lewis G. F.": names whose separators were lost.
_LOST_SEPARATOR = re.compile(r"(?<=[A-ZÀ-Ý]\.)(?=(?:v[ao]n |de |der )*[A-ZÀ-Ý][^\W\d_]*[a-zà-ÿ])")
# "Anna KöhlerBen Okafor", as Springer's tables have it; "McDonald" is one name.
_GLUED_NAMES = re.compile(
    r"(?<=[a-zà-ÿ]{2})(?<!Mac)(?<!Van)(?<!Von)(?<!Del)(?<!Des)(?<!Fitz)(?=[A-ZÀ-Ý][^\W\d_A-Z]+ )"
)
_GROUP = re.compile(
    r"\b(?:university|organi[sz]ation|group|committee|consortium|collaboration|association|society|institut\w*"
    r"|ministry|department|cent(?:er|re)|network|team|task force|council|agency|investigators|foundation"
    r"|initiative|commission|federation|college|academy|bureau|company|collaborators)\b",
    re.IGNORECASE,
)
_SPACED_AND = re.compile(r"\s+(?:and|&)\s+")


def authors_of(names: Iterable[str]) -> list[str]:
    """The authors of a record, from its list of names; one of them may be a line of several.

    Split are lines by ";", "|" and " and ", and by "," where the parts are certain to be whole names
    ("Köhler A., Okafor B."; "Anna Köhler, Ben Okafor, Chen Li"). "et al." is left out. The same name twice is
    kept: two people can have it.
    """
    whole = (name if name.startswith("{") else _without_affiliations(name) for name in names)
    authors = (_author(part) for name in whole for part in _split(name, pairs=False))
    return list(filter(None, authors))[:MAX_AUTHORS]


def split_names(text: str) -> list[str]:
    """The names of a text with all authors of a record: here "Anna Köhler, Ben Okafor" is two as well.

    Alone in its field that could as well be one person, "García Márquez, Gabriel José".
    """
    lines = (" ".join(line.split()) for line in text.splitlines())
    text = _without_affiliations("\n".join(filter(None, lines)))
    glued = _GLUED_NAMES.split(text) if not re.search("[,;|]", text) else []
    if len(glued) > 1 and all(len(name.split()) >= 2 for name in glued):
        return glued
    return _split(text, pairs=True)


def _without_affiliations(text: str) -> str:
    kept = _PARENTHESES.sub(lambda found: "" if _AFFILIATION.fullmatch(found["inner"]) else found[0], text)
    return kept.replace(" ,", ",")


def _split(text: str, *, pairs: bool) -> list[str]:
    text = text.strip()
    if text.startswith("{") and text.endswith("}") and "{" not in text[1:]:
        return [text]
    if text.endswith(",") and text.count(",") == 1 and " " in text and not re.search("[;|]", text):
        return [text]  # RIS and EndNote write a group so, which may have an "and" of its own
    parts = _LOST_SEPARATOR.split(text) if "," not in text else []
    if len(parts) > 1 and all(" " in part for part in parts):
        return parts
    for separator in (";", "|"):
        if separator in text:
            return [name for part in text.split(separator) for name in _split(part, pairs=False)]
    parts = _SPACED_AND.split(text)
    if len(parts) > 1 and all(_could_be_one(part) for part in parts):
        # "A. Köhler, B. Okafor and C. Li": the commas before an "and" part names, unless each part has one.
        if all(part.count(",") == 1 for part in parts) or not any("," in part for part in parts):
            return parts
        return [name for part in parts for name in _by_comma(part, pairs=True)]
    return _by_comma(text, pairs=pairs)


def _could_be_one(part: str) -> bool:
    """Whether it looks like names, not like half a group's ("Centers for Disease Control and Prevention")."""
    return "," in part or "." in part or 2 <= len(part.split()) <= 4


def _by_comma(text: str, *, pairs: bool) -> list[str]:
    """The names between commas, where each is certain to be a whole name. pairs: also where there are two."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) < 2:
        return [text]
    names = parts[:-1] if _OTHERS.fullmatch(parts[-1]) else parts
    if all(len(name.split()) >= 2 for name in names) and not any(map(_INITIALS.fullmatch, names)):
        initials_last = all(_GLUED_INITIALS.fullmatch(n) or _ABBREVIATED.fullmatch(n) for n in names)
        # "van Daalen, Kim Robin" and "Gomez Isaza, Daniel F" are one person each.
        one_person = names[0][0].islower() or _INITIALS.fullmatch(names[-1].split()[-1]) is not None
        if len(parts) > 2 or initials_last or (pairs and not one_person):
            return names
    # "Kohler, A., Okafor, B.": families and initials by turns.
    if len(names) >= 4 and len(names) % 2 == 0 and all(map(_INITIALS.fullmatch, names[1::2])):
        return [f"{family}, {given}" for family, given in zip(names[::2], names[1::2], strict=True)]
    return [text]


def _author(name: str) -> str:
    """One author; "Köhler A." becomes "Köhler, A.": initials stand last only after a family name."""
    name = " ".join(_OTHERS.sub("", _NUMBER.sub("", name)).split())
    ends_in_comma = name.endswith(",")  # how EndNote says that a name has no parts
    name = re.sub(r"^by\s+|\s(?:and|&)$", "", name, flags=re.IGNORECASE).strip(" ,;")
    if len(name) > MAX_CHARS or _NOT_A_NAME.fullmatch(name):
        return ""
    is_group = name.startswith("{") and name.endswith("}")
    bare = name.replace("{", "").replace("}", "").strip()
    if is_group or ("," not in bare and (_GROUP.search(bare) or ends_in_comma)):
        return "{" + bare + "}" if " " in bare else bare
    if "," in bare:
        return written(parts(_SUFFIX_LAST.sub(r"\1, \3, \2", bare)))
    turned = _GLUED_INITIALS.fullmatch(bare) or _ABBREVIATED.fullmatch(bare) or _INITIALS_LAST.fullmatch(bare)
    return written(NameParts(turned["family"], turned["given"], "") if turned else parts(bare))
