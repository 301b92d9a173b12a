"""True claims made from a sentence by rule: other words, the same meaning."""

from __future__ import annotations

import re
from random import Random

from footnote.eval.verification.lexicon import NUMBER_WORDS, SYNONYMS

_OPENERS = re.compile(
    r"(?:Moreover|Furthermore|Additionally|Notably|Specifically|However|Finally|In addition|Besides|Further|"
    r"Also|Surprisingly|Importantly|Lastly|Therefore|Thus|Consequently|In particular|Intuitively|Overall|"
    r"Meanwhile|In summary), "
)
_FRONTED = re.compile(
    r"((?:While|Although|Though|Despite|When|Through|By|Under|Using|With|Across|Unlike|Without|After|Given|"
    r"Because|Since|Compared to|Compared with|Based on|During|Among|For) [^,]{8,120}), "
    r"(?!and |or |but |which |where )([^,]{20,200})\."
)
_TRAILING = re.compile(r"([A-Z][^,]{25,200}), (while|whereas|although) ([^,]{15,150})\.")
_REPORTS = re.compile(
    r"(?:(?:Our|The) (?:[a-z]+ )?(?:experiments|results|findings|analysis) "
    r"|We (?:further |also |empirically )?)"
    r"(?:show|demonstrate|find|reveal|indicate|suggest|observe)s? that (.{30,})"
)
_ORDINARY = frozenset(
    "A Across After Aligning Although Among An As Based Because By Common Compared Comprehensive "
    "Conventional Current Despite During Empirical Existing Experimental Experiments Extensive Fine- "
    "tuning For From Given Human If In It Its Language Large Many Most Naturally One Our Past Previous "
    "Prior Recent Recently Several Since Some Such That The Their There These They This Through To "
    "Training Two Under Unlike Using We What When Where While With Without".split()
)
_PERCENT = re.compile(r"(?<=\d)%")
_MULTIPLE = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)x\b")
_GREAT = re.compile(r"(?<![\w.-])(\d+(?:\.\d+)?)([KMBk])\b(?!-)")
_GREAT_WORDS = {"K": " thousand", "k": " thousand", "M": " million", "B": " billion"}
_SMALL = re.compile(r"(?<= )(\d{1,2})(?= [a-z])")
_SPELLED = re.compile(rf"(?<= )({'|'.join(NUMBER_WORDS)})(?= [a-z])")
_SPELL = {digits: word for word, digits in NUMBER_WORDS.items()}


def bare(text: str) -> str:
    """Without "Moreover," and its like, with which no claim of an answer begins."""
    return capital(_OPENERS.sub("", text, count=1)) if _OPENERS.match(text) else text


def capital(text: str) -> str:
    """With a capital at the front."""
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """Without the capital at the front, unless it is of a name or an acronym."""
    first = text.split(" ", 1)[0]
    return text[:1].lower() + text[1:] if first.rstrip(",") in _ORDINARY else text


def third_person(text: str) -> str:
    """What authors say of themselves, as others say it of them."""
    for pattern, other in (
        (r"\bWe\b", "The authors"), (r"\bwe\b", "the authors"), (r"\bOur\b", "Their"), (r"\bour\b", "their"),
        (r"\bours\b", "theirs"), (r"\bus\b", "them"), (r"\bIn this (?:paper|work), the\b", "The"),
    ):  # fmt: skip
        text = re.sub(pattern, other, text)
    return text


def reordered(text: str) -> str | None:
    """The clauses in the other order; None where no two can be found."""
    text = bare(text)
    if (match := _FRONTED.fullmatch(text)) and not re.search(
        r"\b(?:it|they|its|their|this|these)\b", match[2]
    ):
        lead = match[1][:1].lower() + match[1][1:]
        return third_person(f"{capital(match[2])}{',' if _is_clause(match[1]) else ''} {lead}.")
    if match := _TRAILING.fullmatch(text):
        return third_person(f"{capital(match[2])} {match[3]}, {small(match[1])}.")
    return None


def _is_clause(lead: str) -> bool:
    return lead.split(" ", 1)[0] in {"While", "Although", "Though", "Despite", "Unlike", "Without"}


def reworded(text: str, random: Random) -> str | None:
    """One to four words replaced by synonyms; None where none is known."""
    text = bare(text)
    known = [word for word in SYNONYMS if re.search(rf"(?<![\w-]){word}(?![\w-])", text)]
    if not known:
        return None
    # A word that another's synonym has put in must not be put back.
    for word in sorted(random.sample(known, min(len(known), random.randint(1, 4)))):
        if SYNONYMS.get(SYNONYMS[word]) == word and SYNONYMS[word] in text:
            continue
        text = re.sub(rf"(?<![\w-]){word}(?![\w-])", SYNONYMS[word], text, count=1)
    return third_person(text)


def respelled(text: str) -> str | None:
    """Numbers and units in another form: digits as words or words as digits, "%" and "7B" in words."""
    changed = bare(text)
    changed = _GREAT.sub(lambda match: match[1] + _GREAT_WORDS[match[2]], changed)
    changed = _MULTIPLE.sub(r"\1 times", changed)
    changed = _PERCENT.sub(" percent", changed)
    if _SMALL.search(changed):
        changed = _SMALL.sub(lambda match: _SPELL.get(match[1], match[1]), changed)
    else:
        changed = _SPELLED.sub(lambda match: NUMBER_WORDS[match[1]], changed)
    return third_person(changed) if changed != bare(text) else None


def framed(text: str, title: str, random: Random) -> str:
    """The claim as a report on a paper."""
    text = bare(text)
    if (match := _REPORTS.fullmatch(text)) is not None:
        said = third_person(match[1])
        return random.choice(
            (
                f"The authors show that {said}",
                capital(said),
                f"According to {title}, {said}",
            )
        )
    said = small(third_person(text))
    if said.startswith("the authors"):
        return random.choice((capital(said), f"In {title}, {said}"))
    return random.choice((f"According to the authors, {said}", f"In {title}, the authors state that {said}"))
