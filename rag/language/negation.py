"""Negation: which words of a text stand in the reach of a "not"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from footnote.rag.language.tokens import TokenizedText, Word, parts

_CUES = frozenset(
    """not no never cannot without neither nor none hardly barely rarely seldom scarcely unable
    incapable nothing nobody nowhere absence absent lack lacks lacked lacking fail fails failed failing
    failure devoid insufficiently""".split()
)
PLAIN_DENIALS = frozenset("not no never cannot n't neither nor without".split())
"""The denials that stand right before what they deny; `Denials` reads more, with their reach."""
_SOFT = frozenset(
    """deficiency deficient deficiencies loss knockout null deletion deleted depleted depletion ablation
    eliminate eliminates eliminated eliminating remove removes removed removing removal avoid avoids
    avoided avoiding avoidance prevent prevents prevented preventing instead rather bypass bypasses
    bypassing bypassed obviate obviates obviating replace replaces replacing replaced dispense dispenses
    skip skips skipping skipped omit omits omitting free less little few limited hard difficult struggle
    struggles struggling unlikely nor unlike beyond exclude excludes excluding except circumvent
    circumvents circumventing reduce reduces reducing minimal challenging overlook overlooks neglect
    neglects neglected ignore ignores ignored miss missing unable unclear insufficient deny denies
    denied refute stop stops drop drops dropping abandon abandons only far suffer suffers impossible
    unnecessary independent regardless untrained poor poorly inability challenge challenges unresolved
    unexplored underexplored below under refuse refuses refused harder""".split()
)
_AFTER_NOT = frozenset("only just merely simply solely to mention least".split())
_NO_DENIAL = re.compile(r"(?:matter|doubt|less|fewer|more|later|longer than)\b")
_NO_ENDS = frozenset("and or but while which that who".split())
_TURNS = frozenset(
    """instead rather avoid avoids avoided avoiding prevent prevents prevented preventing unlike
    eliminate eliminates eliminating without bypass bypasses bypassing obviate obviates unlikely replace
    replaces replacing""".split()
)
"""Words whose reach goes neither way: what follows them is neither stated nor plainly denied."""
_PRIVATIVE = ("-free", "-less", "-deficient", "-null", "-knockout", "-depleted", "-negative", "-naive")
_FINITE = frozenset("is are was were has have had".split())
_SUBJECTS = frozenset("no none neither nobody nothing few".split())
"""A denial at the subject reaches the verb, however far: "no method that … can …"."""
_BEFORE = 7
"""Words before a denied word in which its denial is looked for."""
_FAR = 40
"""Words that a denial at the subject reaches, within its sentence."""
_OF_THINGS = frozenset("lack lacks lacked lacking without absence absent devoid no neither nor none".split())
"""Denials of a thing: they end with its name, where those of a verb reach on."""
MOST = 32
"""Denials read of one text; later ones are ignored, and what they deny counts as stated."""
REACH = 8
"""Words after a denial that it can reach, within its clause."""
HEADS = 3
"""The first words of content after a denial: what is denied."""


@dataclass(frozen=True)
class Denial:
    """A denial: the place of its cue, the words in its reach, the stems of what it denies."""

    cue: str
    place: int
    reach: frozenset[int]
    heads: tuple[str, ...]


@dataclass(frozen=True)
class Denials:
    """The denials of a tokens, and what a weaker word ("instead of", "avoids") puts in doubt."""

    tokens: TokenizedText

    @cached_property
    def by_clause(self) -> dict[int, set[str]]:
        """The stems of each clause that has any."""
        found: dict[int, set[str]] = {}
        for word in self.tokens.words:
            found.setdefault(word.clause, set()).update(stem_parts(word))
        return found

    @cached_property
    def hard(self) -> list[Denial]:
        """ "not", "no", "without", "fails to" …"""
        words = self.tokens.words
        places = (n for n in range(len(words)) if _denies(words, n))
        return [_denial(words, n) for n in islice(places, MOST)]

    @cached_property
    def reached(self) -> frozenset[int]:
        """Places of words that an odd number of denials reach."""
        odd: set[int] = set()
        for denial in self.hard:
            odd ^= set(denial.reach)
        return frozenset(odd)

    @cached_property
    def turned(self) -> frozenset[int]:
        """Places shortly after a word that neither states nor denies: "rather than increasing"."""
        words = self.tokens.words
        return frozenset(
            i
            for n, word in enumerate(words)
            if word.lower in _TURNS
            for i in range(n + 1, min(len(words), n + 5))
            if words[i].clause == word.clause
        )

    @cached_property
    def any_reach(self) -> frozenset[int]:
        """Places of words that a denial or a weaker word reaches or that stand just before it."""
        found: set[int] = set()
        words = self.tokens.words
        for n, word in enumerate(words):
            if word.lower in _SOFT or _denies(words, n) or _is_privative(word.lower):
                found |= set(range(max(0, n - 4), min(len(words), n + 12)))
        return frozenset(found)

    def doubts(self, place: int) -> bool:
        """Whether a word of denial, however weak, stands near the word at `place` or reaches it."""
        words = self.tokens.words
        for n in range(max(0, place - _BEFORE), min(len(words), place + 3)):
            if n != place and self._weak(n, prefixes=abs(n - place) <= 3):
                return True
        return _has_negative_prefix(words[place].lower) or self._subject_denied(place)

    def _subject_denied(self, place: int) -> bool:
        """Whether the sentence's subject is nothing: "no system can be both (i) … and (ii) …"."""
        words = self.tokens.words
        for n in range(place - 1, max(-1, place - _FAR), -1):
            if words[n].text in ".!?;":
                return False
            if words[n].lower in _SUBJECTS:
                return True
        return False

    def _weak(self, n: int, *, prefixes: bool = True) -> bool:
        words = self.tokens.words
        lower = words[n].lower
        if lower in _SOFT or _denies(words, n) or _is_privative(lower):
            return True
        return prefixes and _has_negative_prefix(lower)

    def doubtful(self, clauses: set[int]) -> bool:
        """Whether a word of denial, however weak, stands in one of the clauses."""
        return any(
            word.clause in clauses and (self._weak(n) or (word.stem and self._subject_denied(n)))
            for n, word in enumerate(self.tokens.words)
        )


def _is_privative(lower: str) -> bool:
    """Whether a word says that something is not there: "label-free", "X-deficient", "<"."""
    return lower in ("<", "≤") or lower.endswith(_PRIVATIVE)


def _has_negative_prefix(lower: str) -> bool:
    return bool(re.match(r"(?:un|non-?|in|im|ir|dis|mis)[a-z]{4,}", lower)) and not re.match(
        r"(?:under|uni|inter|intro|inf|instr|inst|imag|impr|inc|inv|input|insi|integr|int|ind|ini|import|imp|dist|disc)",
        lower)  # fmt: skip


def _denies(words: tuple[Word, ...], n: int) -> bool:
    lower = words[n].lower
    following = words[n + 1].lower if n + 1 < len(words) else ""
    if lower.endswith("n't"):
        return following not in _AFTER_NOT
    if lower not in _CUES:
        return False
    before = words[n - 1].lower if n else ""
    if lower == "not":
        return (
            following not in _AFTER_NOT
            and before not in ("or", "whether", "if")
            and following not in (".", ")")
        )
    if lower == "no":
        return not _NO_DENIAL.match(following)
    if lower.startswith("fail"):  # "failure modes" are things, "fails to" denies
        return following == "to" or (lower in ("fails", "fail", "failed") and following in ("at", "in", "on"))
    return not (lower == "nothing" and following == "but") and not (
        lower == "without" and following == "loss"
    )


def _denial(words: tuple[Word, ...], place: int) -> Denial:
    reach: set[int] = set()
    if (
        words[place].lower in ("no", "none", "neither")
        and place
        and words[place - 1].lower in ("by", "in", "for")
    ):
        # "was validated by none": what is denied stands before.
        reach = {n for n in range(max(0, place - REACH), place) if words[n].clause == words[place].clause}
    heads: list[str] = []
    for n in range(place + 1, min(len(words), place + 1 + REACH + HEADS)):
        word = words[n]
        if word.clause != words[place].clause or (heads and word.lower in _NO_ENDS):
            break
        if heads and word.lower in _FINITE and words[place].lower not in _SUBJECTS:
            break  # "those who could not do so were …": what follows is about the subject
        if len(heads) == HEADS and words[place].lower in _OF_THINGS:
            break
        reach.add(n)
        if word.stem and len(heads) < HEADS:
            heads.append(word.stem)
    return Denial(words[place].lower, place, frozenset(reach), tuple(heads))


def stem_parts(word: Word) -> tuple[str, ...]:
    """The stems of a word's parts; none for a word that carries no content."""
    return parts(word.lower) if word.stem else ()
