"""False claims made from a sentence by rule: one thing changed, so that the sentence contradicts it.

Each takes the sentence without LaTeX and gives the claim, or None where it has nothing to change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from random import Random

from footnote.eval.verification.lexicon import (
    DIRECTIONS,
    FAMILIES,
    NEGATED,
    NUMBER_WORDS,
    PLURAL_VERBS,
    THIRD_PERSON,
)

# A number by itself: not in a name ("GPT-4"), not after one ("AlpacaEval 2"), not of a list ("(1)").
_NUMBER = re.compile(
    r"(?:(?<= )|(?<=[ (][~<>≥≤≈+$]))(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?=[ ,.;%)x×KMBk]|-fold|$)"
)
_AFTER_NAME = re.compile(r"(?:[A-Z][\w.-]*|[Tt]op|@|\bversion) $")
_YEAR = re.compile(r"(?:19|20)\d\d$")
_LISTED = re.compile(r"(?:[%KMBkx+~\d.,\s]|\b(?:to|and)\b)*")
_DATE = re.compile(r" (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)")
_SPELLED = re.compile(rf"(?<= )({'|'.join(NUMBER_WORDS)})(?= [a-z])")
_SIGNED = re.compile(r"(?<= )([+-])(?=\d)")
_UNIT = re.compile(r"(?<![\w.-])(\d[\d.]* ?)(million|billion|thousand|[KMB])\b(?!-)")
_OTHER_UNIT = {
    "K": "M",
    "M": "B",
    "B": "M",
    "thousand": "million",
    "million": "billion",
    "billion": "million",
}
_RELATIVE = re.compile(
    r"(?<=\d)%(?= (?:improvement|reduction|gain|increase|higher|relative (?:improvement|gain)))"
)
_NAME = re.compile(
    r"(?<![\w-])(?=[\w.-]*[A-Z])(?:[A-Za-z]*[A-Z][\w.]*[A-Z0-9]\w*|[A-Z]\w*[A-Z]\w*)(?:-[\w.]+)*(?![\w-])"
)
_NO_NAME = re.compile(
    r"^..$|s$|LLM|LM-|AI$|-(?:based|enhanced|style|trained|only|free|as|of|the)\b|^(?:[A-Z]\d|API|URL|GPU|SOTA)$"
)
_ADVERB = (
    r"(?:consistently|significantly|substantially|effectively|generally|greatly|also|often|further|still)"
)
_MODAL = re.compile(
    r"\b(is|are|can|will|was|were|should)\b"
    r"(?! (?:not|also|still|no|never|that|often|typically|approximately|about)\b|[^,]{0,40} only\b)"
)
_PERFECT = re.compile(r"\b(has|have) (?=(?:been|become|shown|demonstrated|achieved|gained|emerged)\b)")
_FINITE = re.compile(rf"(?<![\w-])(?:{_ADVERB} )?({'|'.join(THIRD_PERSON)})\b(?! (?:and|or|that) )")
_PLURAL = re.compile(rf"(?<=s )(?:{_ADVERB} )?({'|'.join(sorted(PLURAL_VERBS))})\b(?! (?:and|or) )")
_SINGULAR = {plural: singular for singular, plural in THIRD_PERSON.items()}
_NOT = re.compile(rf"\b(do|does) not ({'|'.join(_SINGULAR)})\b(?: any\b)?")
_COMPARES = re.compile(
    r"\b(?:outperform(?:s|ed|ing)?|surpass(?:es|ed|ing)?|exceed(?:s|ed|ing)?|beats?|than|superior to)\b"
)
_PURPOSE = re.compile(r"\b[Tt]o (?:\w+ and )?$|\b(?:their|potential) $")


def wrong_number(text: str, random: Random) -> str | None:
    """A digit, magnitude, sign or unit changed, or a number word; never to a number that stands there."""
    claims = [
        _other_number(text, match, random) for match in _NUMBER.finditer(text) if _stands_alone(text, match)
    ]
    claims += [_other_word(text, match, random) for match in _SPELLED.finditer(text)]
    claims += [_put(text, match, "-" if match[1] == "+" else "+") for match in _SIGNED.finditer(text)]
    made = [claim for claim in claims if claim is not None]
    return random.choice(made) if made else None


def wrong_unit(text: str, random: Random) -> str | None:
    """Millions for billions, or points for percent."""
    found = [*_UNIT.finditer(text), *_RELATIVE.finditer(text)]
    if not found:
        return None
    match = random.choice(found)
    if match[0] == "%":
        return _put(text, match, " percentage points").replace("points relative ", "points absolute ", 1)
    return _put(text, match, match[1] + _OTHER_UNIT[match[2]])


def _other_number(text: str, match: re.Match[str], random: Random) -> str | None:
    number = match[1]
    digits = [place for place, character in enumerate(number) if character.isdigit()]
    for _ in range(20):
        if random.random() < 0.25:
            changed = f"{float(number.replace(',', '')) * random.choice((10, 0.1)):g}"
        else:
            place = random.choice(digits)
            digit = random.choice([d for d in "123456789" if d != number[place]])
            changed = number[:place] + digit + number[place + 1 :]
        stands_there = re.search(rf"(?<!\d){re.escape(changed)}(?!\d)", text)
        if not stands_there and "e" not in changed and changed != "0":
            return _put(text, match, changed)
    return None


def _other_word(text: str, match: re.Match[str], random: Random) -> str | None:
    others = [
        word
        for word, digits in NUMBER_WORDS.items()
        if word != match[1] and not re.search(rf"(?i)\b(?:{word}|{digits})\b", text)
    ]
    return _put(text, match, random.choice(others)) if others else None


def names_in(text: str) -> list[str]:
    """Names of systems, models and data sets: words with two capitals, or a capital and a digit."""
    return list(dict.fromkeys(name for name in _NAME.findall(text) if not _NO_NAME.search(name)))


def wrong_name(text: str, known: str, own: str | None, others: Sequence[str], random: Random) -> str | None:
    """A name exchanged for another of its family that `known` (evidence and titles) doesn't hold.

    own: the name of the paper's own system, which is exchanged for one of `others`.
    """
    found: list[tuple[str, Sequence[str]]] = []
    for name in names_in(text):
        if f"({name})" in text or f"{name} (" in text:
            continue  # its meaning may stand beside it
        families: list[Sequence[str]] = [family for family in FAMILIES if name in family]
        if name == own:
            families = [others]
        found.extend((name, family) for family in families)
    if not found:
        return None
    name, family = random.choice(found)
    candidates = [other for other in family if other.lower() not in known.lower()]
    if not candidates:
        return None
    return re.sub(rf"(?<![\w-]){re.escape(name)}(?!\w)", random.choice(candidates), text)


def swapped_numbers(text: str, random: Random) -> str | None:
    """With two numbers of one unit in each other's place."""
    found = [
        match for match in _NUMBER.finditer(text) if _stands_alone(text, match) and not _YEAR.match(match[1])
    ]
    twins = [
        (one, other)
        for place, one in enumerate(found)
        for other in found[place + 1 :]
        if one[1] != other[1]
        and _unit_after(text, one) == _unit_after(text, other)
        and ("." in one[1]) == ("." in other[1])
        # A range or a list is the same in another order, unless a second list goes with it.
        and ("respectively" in text or not _LISTED.fullmatch(text[one.end() : other.start()]))
    ]
    if not twins:
        return None
    one, other = random.choice(twins)
    return text[: one.start()] + other[1] + text[one.end() : other.start()] + one[1] + text[other.end() :]


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """Whether a number isn't part of a name, nor of a list's marker such as "(1)"."""
    before = text[: match.start()]
    return not _AFTER_NAME.search(before) and not (before.endswith("(") and text[match.end() :][:1] == ")")


def _unit_after(text: str, match: re.Match[str]) -> str:
    following = text[match.end() :][:1]
    return following if following in "%x×KMBk" else ""


def swapped_sides(text: str) -> str | None:
    """With the two names on the sides of a comparison in each other's place."""
    for match in _COMPARES.finditer(text):
        subject = text[: match.start()].rsplit(",", 1)[-1]
        before = [] if _COMPARES.search(subject) else names_in(subject)
        after = names_in(text[match.end() :].split(",", 1)[0])
        if before and after and not {*before} & {*after} and f"({before[0]})" not in text:
            return _exchanged(text, before[0], after[0])
    return None


def _exchanged(text: str, one: str, other: str) -> str:
    either = rf"(?<![\w-])(?:{re.escape(one)}|{re.escape(other)})(?![\w-])"
    return re.sub(either, lambda name: other if name[0] == one else one, text)


def negated(text: str, random: Random) -> str | None:
    """With a negation taken out, or put in where it reads naturally."""
    if match := _NOT.search(text):
        verb = match[2] if match[1] == "do" else _SINGULAR[match[2]]
        return _put(text, match, verb)
    for negation, plain in NEGATED.items():
        pattern = re.compile(rf"\b{negation}\b(?! only)")
        if pattern.search(text):
            return pattern.sub(plain, text, count=1)
    found: list[tuple[re.Match[str], str]] = []
    for match in _MODAL.finditer(text):
        found.append((match, "cannot" if match[1] == "can" else f"{match[1]} not"))
    for match in _PERFECT.finditer(text):
        found.append((match, f"{match[1]} not "))
    for match in _FINITE.finditer(text):
        found.append((match, f"does not {THIRD_PERSON[match[1]]}"))
    for match in _PLURAL.finditer(text):
        found.append((match, f"do not {match[1]}"))
    found = [(match, words) for match, words in found if not _in_aside(text, match.start())]
    if not found:
        return None
    match, words = random.choice(found)
    return _put(text, match, words)


def _in_aside(text: str, place: int) -> bool:
    """Whether a comma or "which", "that", "where" … opens the clause that the place is in."""
    before = text[:place].rsplit(",", 1)[-1]
    return bool(
        re.search(r"\b(?:which|that|where|who|when|whether|if|as|while)\b", before)
    ) and not re.search(r"\b(?:show|find|demonstrate|reveal|indicate|suggest|observe)s? that\b", before)


def redirected(text: str, random: Random) -> str | None:
    """With the direction of a change or comparison turned around."""
    found: list[tuple[re.Match[str], str]] = []
    for word, other in DIRECTIONS.items():
        for match in re.finditer(rf"(?<![\w-]){word}(?![\w-])", text):
            before = text[: match.start()]
            if _PURPOSE.search(before) or _in_aside(text, match.start()):
                continue  # a purpose isn't a finding, and asides are asides
            found.append((match, other))
    if not found:
        return None
    match, other = random.choice(sorted(found, key=lambda one: one[0].start()))
    return _put(text, match, other)


def _put(text: str, match: re.Match[str], words: str) -> str:
    return text[: match.start()] + words + text[match.end() :]


def own_names(papers: Iterable[Sequence[str]]) -> list[str | None]:
    """For each paper (its sentences) the name that it uses most and no other paper does."""
    texts = [" ".join(paper) for paper in papers]
    holders: dict[str, int] = {}
    for text in texts:
        for name in names_in(text):
            holders[name] = holders.get(name, 0) + 1
    own: list[str | None] = []
    for text in texts:
        alone = [name for name in names_in(text) if holders[name] == 1 and text.count(name) > 1]
        own.append(max(alone, key=text.count, default=None))
    return own
