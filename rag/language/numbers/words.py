"""Numbers that are words: "twenty-five", "third", "doubled", "both"."""

from __future__ import annotations

import re
from collections.abc import Mapping

SMALL = {
    word: float(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen".split()
    )
} | {word: 10.0 * n for n, word in enumerate(
    "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)}  # fmt: skip
SCALES: Mapping[str, float] = {
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
}
TIMES = {"double": 2, "doubles": 2, "doubled": 2, "doubling": 2, "twice": 2, "twofold": 2, "triple": 3,
          "triples": 3, "tripled": 3, "tripling": 3, "thrice": 3, "threefold": 3, "quadruple": 4,
          "quadruples": 4, "quadrupled": 4, "fourfold": 4, "fivefold": 5, "tenfold": 10}  # fmt: skip
HALVED = {"halve", "halves", "halved", "halving"}
_GROUPS = {
    word: n
    for n, words in {
        1: "single sole only once alone",
        2: "both pair pairs pairwise dual couple duo twin twofold bi binary biphasic bimodal bilateral "
        "bilingual bidirectional bipartite",
        3: "trio triple triplet trilingual tripartite",
        10: "decade",
        12: "dozen",
        100: "century",
    }.items()
    for word in words.split()
}
_ORDINALS = {
    word: n
    for n, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), start=1
    )
}
_ORDINAL = re.compile(rf"\b(?:(\d{{1,4}})(?:st|nd|rd|th)|({'|'.join(_ORDINALS)}))\b", re.IGNORECASE)


def is_number_word(lower: str) -> bool:
    """Whether a word, or each part of a compound, is a number: "twenty-five", "million"."""
    parts = lower.split("-")
    return all(part in SMALL or part in SCALES for part in parts) or lower in (
        "percent",
        "dozen",
        "times",
        "fold",
    )


def ordinals(text: str) -> dict[int, bool]:
    """Ordinals of a plain text → whether one is written in digits. "a third" is a fraction."""
    found: dict[int, bool] = {}
    for match in _ORDINAL.finditer(text):
        value = int(match[1]) if match[1] else _ORDINALS[match[2].lower()]
        before = text[max(0, match.start() - 5) : match.start()].lower()
        if not match[1] and before.endswith(("a ", "one ", "two ", "-")):
            continue
        found[value] = found.get(value, False) or bool(match[1])
    return found


def implied_counts(text: str) -> set[float]:
    """Counts that words carry without being numbers: "both" is 2, "pairwise" 2, "single" 1."""
    words = {word.lower() for word in re.findall(r"[A-Za-z]+", text)}
    return {float(n) for word, n in (_GROUPS | TIMES).items() if word in words}


_ITEM = r"[^,;.()]{1,60}"
_LISTED = re.compile(rf"(?:{_ITEM}[,;] ){{1,10}}(?:and|or|as well as) {_ITEM}")
_NUMBERED = re.compile(r"\(?\b(\d|i{1,3}|iv|vi{0,3})\)")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8}


def listed_counts(text: str) -> set[float]:
    """How many things the lists of a text may have: "A, B, and C" is 3, "A and B" 2, "1) … 2) …" 2."""
    found: set[float] = {2.0} if re.search(r"\b(?:and|or)\b", text) else set()
    for match in _LISTED.finditer(text):
        marks = len(re.findall(r"[,;] ", match[0]))
        # The list may begin after any of its marks, and "A, B and C" has one less than "A, B, and C".
        found.update(
            float(n) for n in range(2, marks + (1 if re.search(r"[,;] (?:and|or)", match[0]) else 2) + 1)
        )
    numbered = [int(m[1]) if m[1].isdigit() else _ROMAN[m[1]] for m in _NUMBERED.finditer(text)]
    return found | {float(n) for n in (max(numbered, default=0),) if n > 1}


def count(word: str) -> float:
    """The value of "a", a number word or digits. Raises KeyError, ValueError for other words."""
    word = word.lower()
    return 1.0 if word in ("a", "an") else float(word) if word.isdigit() else SMALL[word]


def spoken(words: str) -> float | None:
    """The value of number words, None where they have none ("hundreds")."""
    total = current = 0.0
    seen = False
    for word in re.split(r"[\s-]+", words.lower()):
        if word in SMALL:
            current, seen = current + SMALL[word], True
        elif word in ("dozen",):
            current, seen = (current or 1) * 12, True
        elif word in SCALES and seen:
            current *= SCALES[word]
            if word != "hundred":
                total, current = total + current, 0.0
    return total + current if seen else None
