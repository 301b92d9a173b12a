"""What speaks against a claim without being certain: shown to a judge, or to the reader where there is none.

Each was measured to be right in seven of ten claims or more that it speaks against (docs/verification.md).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping

from footnote.rag.language.names import is_name
from footnote.rag.language.numbers import is_number_word
from footnote.rag.language.tokens import TokenizedText, kin_of, parts
from footnote.rag.verification.findings import Finding
from footnote.rag.verification.texts import ClaimText, EvidenceText

_LEAST_OVERLAP = 0.3
"""Share of a claim's words of content, numbers apart, that its evidence must have."""
_FEW = 3
"""Words of content from which a claim must have one of them from its evidence."""


def cautions(claim: ClaimText, evidence: EvidenceText) -> list[Finding]:
    """All that speaks against a claim; the claim and its evidence are in English."""
    return [
        *_overlap(claim, evidence),
        *_negation(claim, evidence),
        *_overclaims(claim.tokens.text, evidence.main(claim).tokens.text),
        *_role_swap(claim, evidence),
    ]


# Few words in common


def unrelated(claim: ClaimText, evidence: EvidenceText) -> bool:
    """Whether a claim of three words or more, without a number, has none of its words from its evidence."""
    shares = _shares(claim, evidence)
    return len(shares) >= _FEW and not any(shares) and not claim.quantities


def _overlap(claim: ClaimText, evidence: EvidenceText) -> list[Finding]:
    shares = _shares(claim, evidence)
    if not shares or sum(shares) / len(shares) >= _LEAST_OVERLAP:
        return []
    return [Finding("overlap", "has few words in common with the sentences cited")]


def _shares(claim: ClaimText, evidence: EvidenceText) -> list[float]:
    """How much of each word of content, numbers apart, the evidence has: 0 … 1."""
    known = frozenset(
        stem for text in (*evidence.sentences, *evidence.headings) for stem in text.tokens.stems
    )
    spelt = evidence.names.abbreviated(claim.tokens)
    shares = []
    for word in claim.tokens.content:
        if word.text[0].isdigit() or is_number_word(word.lower):
            continue
        own = parts(word.lower)
        had = sum(part in known or kin_of(part, known) is not None for part in own)
        named = word.start in spelt or (not word.text.islower() and evidence.names.has(word.text))
        shares.append(1.0 if named or not own else had / len(own))
    return shares


# Negation

_DENIES = frozenset(
    "not no never cannot without neither none nothing hardly barely rarely seldom nor lack lacks".split()
)
_DOUBTS = re.compile(
    r"\b(?:fail\w*|unable|instead|rather|avoid\w*|prevent\w*|eliminat\w*|remov\w*|un\w{4,}|in(?:ability|sufficient\w*|"
    r"effective\w*|accurate\w*|consistent\w*)|dis(?:agree|advantage)\w*|ir\w{4,}|im(?:possible|perfect)\w*|only|less|"
    r"few\w*|little|limited|hard|difficult\w*|free|loss|lost|lower|wors\w*|absen\w*|miss\w*|except\w*|beyond|"
    r"dropp?\w*|reduc\w*|ignor\w*|neglect\w*|overlook\w*|challeng\w*|depriv\w*|deficien\w*|replac\w*|bypass\w*|weak\w*|"
    r"reject\w*|refus\w*|poor\w*|insignificant|alone|despite|although|though|independent\w*|regardless|same|equal\w*|"
    r"identical\w*|differ\w*|contrary|opposite|stop\w*|omit\w*|\w+-free|\w+less|un-\w+|non-?\w+)\b|<|≤",
    re.IGNORECASE,
)
"""Words by which a text may deny something in other words."""
_NO_DENIAL = frozenset("only just merely simply solely more less fewer longer later doubt".split())
_REACH = 5


def _negation(claim: ClaimText, evidence: EvidenceText) -> list[Finding]:
    """A word that one side denies and the other states, where the other side has no word that could deny."""
    source = evidence.nearest(claim)
    for denying, stating, text in (
        (claim.tokens, source.tokens, "says “{}”, which the sentences cited don't deny"),
        (source.tokens, claim.tokens, "leaves out “{}” of the sentences cited"),
    ):
        if _denials(stating) or _DOUBTS.search(stating.text):
            continue
        for cue, denied in _denials(denying).items():
            if denied and denied <= stating.stems and len(claim.tokens.stems & source.tokens.stems) >= 3:
                return [Finding("negation", text.format(cue))]
    return []


def _denials(tokens: TokenizedText) -> dict[str, frozenset[str]]:
    """Each denial, as it is shown → the stems of the two words of content behind it, within its clause."""
    found = {}
    words = tokens.words
    for n, word in enumerate(words):
        if not (word.lower in _DENIES or word.lower.endswith("n't")):
            continue
        following = [other for other in words[n + 1 : n + 1 + _REACH] if other.clause == word.clause]
        if following and following[0].lower in _NO_DENIAL:
            continue
        heavy = [other for other in following if other.stem][:2]
        if heavy:
            shown = tokens.text[word.start : heavy[-1].start + len(heavy[-1].text)]
            found[shown] = frozenset(part for other in heavy for part in parts(other.lower))
    return found


# Overclaims

_ALL = re.compile(
    r"\b(?:all|every|always|any|entirely|completely|invariably|universally|never)\b", re.IGNORECASE
)
_ALL_IN_SOURCE = re.compile(
    r"(?<!nearly )(?<!almost )(?<!not )\b(?:all|every|always|each|any|entire(?:ly)?|complete(?:ly)?|"
    r"invariably|"
    r"universal(?:ly)?|whole|full(?:y)?|consistent(?:ly)?|both|across|never|no|none|100\s?%)\b",
    re.IGNORECASE,
)
_NOT_ALL = re.compile(
    r"\b(?:nearly|almost|most(?:ly)?|often|sometimes|many|some|several|majority|typically|usually|generally|tends?|"
    r"frequently|may|might|can|could|part(?:ial)?ly|occasionally|largely|mainly|rarely)\b",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\b(?:caus(?:es|ed|ing|e)|because of|due to|leads? to|led to|results? in|triggers?)\b", re.IGNORECASE
)
_LINK = re.compile(r"\b(?:associat|correlat|linked|predict(?:s|ed)\b|relat(?:ed|ion))\w*", re.IGNORECASE)
_GUESS = re.compile(r"\b(?:hypothes[ie][sz]|conjectur|speculat|suspect)\w*", re.IGNORECASE)
_HEDGE = re.compile(
    r"\b(?:hypothes|conjectur|speculat|assum|suspect|suggest|possibl|argue|believ|propos|appear|seem|expect)\w*|"
    r"\b(?:may|might|could|likely|perhaps|thought|think)\b",
    re.IGNORECASE,
)


def _overclaims(claim: str, source: str) -> Iterator[Finding]:
    """Ways in which a claim is stronger than its sentence: in force, not in matter."""
    every = _ALL.search(claim)
    if every and _NOT_ALL.search(source) and not (_NOT_ALL.search(claim) or _ALL_IN_SOURCE.search(source)):
        yield Finding("overclaim", f"says “{every[0]}”, where the source doesn't go so far")
    cause = _CAUSE.search(claim)
    if cause and _LINK.search(source) and not (_LINK.search(claim) or _CAUSE.search(source)):
        yield Finding("overclaim", f"says “{cause[0]}”, where the source reports only a link")
    if (guess := _GUESS.search(source)) and not _HEDGE.search(claim):
        yield Finding("overclaim", f"states as a finding what the source takes as a guess (“{guess[0]}”)")


# Role swaps

_CUTS = frozenset(
    "and but while whereas although though with versus vs compared than when if because since so which who "
    "that then after before unlike".split()
)
_MARKS = frozenset(",;:.—–")
_MOST_THEIRS, _MOST_OURS, _MOST_WORDS = 48, 12, 10
"""Stretches of the sources and of the claim, and words of one of the claim's, that are compared."""


def _role_swap(claim: ClaimText, evidence: EvidenceText) -> list[Finding]:
    """Two things of the sentences that have changed places in the claim; at most one finding.

    Of two stretches of the claim, one has A with X and the other B with Y; in the sources A stands with Y
    and B with X, and A never with X nor B with Y.
    """
    sources = [text.tokens for text in evidence.sentences]
    if any("respectively" in text.text.lower() for text in (claim.tokens, *sources)):
        return []
    theirs = itertools.islice(itertools.chain.from_iterable(map(_stretches, sources)), _MOST_THEIRS)
    places: dict[str, int] = {}  # stem → the stretches that it stands in, a bit each
    for n, stretch in enumerate(theirs):
        for stem in stretch:
            places[stem] = places.get(stem, 0) | 1 << n
    ours = [_placed(stretch, places) for stretch in itertools.islice(_stretches(claim.tokens), _MOST_OURS)]
    for one, other in itertools.combinations(ours, 2):
        both = one.keys() & other.keys()
        found = _crossed([one[s] for s in one if s not in both], [other[s] for s in other if s not in both])
        if found:
            a, x, b, y = found
            text = f"puts “{a}” with “{x}” and “{b}” with “{y}”, which in the source are the other way round"
            return [Finding("role_swap", text)]
    return []


def _crossed(one: list[tuple[str, int]], other: list[tuple[str, int]]) -> tuple[str, str, str, str] | None:
    for (a, at_a), (x, at_x) in itertools.combinations(one, 2):
        if at_a & at_x:
            continue
        for (b, at_b), (y, at_y) in itertools.permutations(other, 2):
            if at_a & at_y and at_b & at_x and not at_b & at_y:
                return a, x, b, y
    return None


def _stretches(tokens: TokenizedText) -> Iterator[dict[str, str]]:
    """What stands between marks and joining words: stem → word, for words that carry content."""
    stretch: dict[str, str] = {}
    for n, word in enumerate(tokens.words):
        if (word.text in _MARKS or word.lower in _CUTS) and not _in_list_of_names(tokens, n):
            if stretch:
                yield stretch
            stretch = {}
        elif word.text[0].isdigit():
            stretch[word.lower] = word.text
        elif word.stem:
            for part in parts(word.lower):
                stretch.setdefault(part, word.text)
    if stretch:
        yield stretch


def _in_list_of_names(tokens: TokenizedText, n: int) -> bool:
    """Whether a comma or "and" stands in a list of names: "DPO, IPO, KTO, and ORPO"."""
    words = tokens.words
    if words[n].lower not in (",", "and"):
        return False
    follows = [word for word in words[n + 1 : n + 3] if word.lower not in ("and", "or")]
    before = [word for word in words[max(0, n - 2) : n] if word.text != ","]
    return bool(follows and before) and is_name(follows[0]) and is_name(before[-1])


def _placed(stretch: Mapping[str, str], places: Mapping[str, int]) -> dict[str, tuple[str, int]]:
    """Of a claim's stretch the words that the sources have: stem there → the word, and where they have it."""
    found = {}
    for stem, word in itertools.islice(stretch.items(), _MOST_WORDS):
        key = stem if stem in places else kin_of(stem, places.keys())
        if key is not None:
            found[key] = word, places[key]
    return found
