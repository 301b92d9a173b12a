"""Names in a claim: systems, data sets, acronyms, people; and whether a source has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from footnote.rag.language.measures import measure
from footnote.rag.language.tokens import Reading, Word, is_function_word, stem_of

_ATOM = re.compile(r"\d+(?:\.\d+)*[a-z]?(?![A-Za-z])|[^\W\d_]+|\d+")
_OPENERS = frozenset('.!?:;“"‘([|•')
_LONGEST = 6
"""Neighbouring parts that are tried as one name: Llama-3.1-8B-Instruct has five."""

# What any writer on the subject may say without the source spelling it so. The value: words of
# which the source must have one.
_COMMON = {
    "ai": (), "ml": (), "nlp": (), "i.e": (), "e.g": (), "ok": (),
    "llm": ("model", "llms", "llm", "lm", "lms"), "lm": ("model", "llm", "llms"),
    "vlm": ("vision", "visual", "multimodal"), "mllm": ("multimodal", "vision"), "lvlm": ("vision", "visual"),
    "rl": ("reinforcement", "rlhf", "ppo", "grpo"), "rlhf": ("feedback",),
    "cot": ("chain-of-thought", "chain"),
    "sft": ("supervised", "fine-tuning"), "rag": ("retrieval-augmented", "retrieval"), "qa": ("question",),
    "t2i": ("text-to-image",), "ood": ("out-of-distribution", "distribution"), "moe": ("experts",),
}  # fmt: skip
# Countries and peoples of which one doesn't begin as the other does.
_PEOPLES = {
    one: other
    for pair in (
        "denmark danish, netherlands dutch, france french, spain spanish, britain british, ireland irish, "
        "switzerland swiss, wales welsh, greece greek, turkey turkish, poland polish, sweden swedish, "
        "finland finnish, norway norwegian, scotland scottish"
    ).split(", ")
    for one, other in (pair.split(), pair.split()[::-1])
}
# First words of sentences that no name would be, where an unknown word before a verb would be one.
_GENERIC = frozenset(
    """research training alignment work data performance accuracy evidence feedback learning there this
    that it each every one everyone nobody everything nothing analysis evaluation quality safety bias
    noise fine-tuning finetuning pretraining prompting human humanity society science knowledge
    information theory practice success failure progress reward cost time scale scaling increasing
    decreasing lower higher better optimization regularization supervision language text context memory
    reasoning software code adding removing using combining applying doing only currently finally
    overall also further additionally moreover however thus therefore hence interestingly notably
    importantly specifically empirically""".split()
)
# Verbs whose form is no plural noun: "Chat models" are not what "Falcon collects" is.
_VERBS = frozenset(
    """outperforms beats surpasses exceeds achieves attains reaches obtains gets uses utilizes employs
    leverages applies adopts combines integrates introduces proposes presents offers provides gives
    yields produces generates creates collects gathers builds constructs trains learns optimizes aligns
    improves enhances increases boosts raises reduces decreases lowers mitigates eliminates removes
    prevents enables allows lets makes helps supports requires relies treats formulates extends replaces
    selects evaluates assesses detects predicts shows demonstrates finds reveals lags underperforms wins
    loses consists contains comprises includes retains keeps maintains preserves generalizes performs
    solves tackles addresses fails succeeds converts rewrites encourages penalizes""".split()
)
_AUXILIARY = frozenset("is was has can does cannot also will".split())


@dataclass(frozen=True)
class Naming:
    """What a source offers a claim to name, made once for many claims' names.

    texts: evidence and titles.
    """

    readings: tuple[Reading, ...]

    @cached_property
    def _words(self) -> list[Word]:
        return [word for reading in self.readings for word in reading.words if word.text[0].isalnum()]

    @cached_property
    def _joined(self) -> frozenset[str]:
        """Every run of up to `_LONGEST` neighbouring parts, joined: "Llama 3" and "Llama-3" are one."""
        found: set[str] = set()
        for reading in self.readings:
            atoms = [part.lower() for part in _ATOM.findall(reading.text)]
            for n in range(len(atoms)):
                for size in range(1, _LONGEST + 1):
                    found.add("".join(atoms[n : n + size]))
        return frozenset(found)

    @cached_property
    def _compounds(self) -> list[list[str]]:
        return [atoms for word in self._words if len(atoms := _atoms(word.text)) > 1]

    @cached_property
    def _initials(self) -> str:
        """First letters of all words and word parts, with and without the small words, as one string."""
        every, heavy = [], []
        for reading in self.readings:
            for word in reading.words:
                letters = [part[0].lower() for part in re.split(r"[-–_]", word.text) if part[:1].isalnum()]
                every += letters
                heavy += [] if is_function_word(word.lower) else letters
            every.append("|")
            heavy.append("|")
        return "".join(every) + "||" + "".join(heavy)

    @cached_property
    def _acronyms(self) -> frozenset[str]:
        return frozenset(word.text for word in self._words if word.text.isupper() and len(word.text) > 1)

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(stem for reading in self.readings for stem in reading.stems)

    @cached_property
    def _plain_capitals(self) -> frozenset[str]:
        return frozenset(w.lower for w in self._words if w.text[:1].isupper() and w.text[1:].islower())

    @cached_property
    def _lower_words(self) -> frozenset[str]:
        return frozenset(word.lower for word in self._words)

    def has(self, name: str) -> bool:
        """Whether the source has a name: in any spelling, as a part of a longer one, or spelt out."""
        key = "".join(_atoms(name))
        if not key or any(form in self._joined for form in _singulars(key)):
            return True
        atoms = _atoms(name)
        if len(atoms) > 1 and any(_is_subsequence(atoms, compound) for compound in self._compounds):
            return True
        if key in _COMMON or key.removesuffix("s") in _COMMON:
            wanted = _COMMON.get(key, _COMMON.get(key.removesuffix("s"), ()))
            return not wanted or any(
                word in self._lower_words or stem_of(word) in self._stems for word in wanted
            )
        if name[1:].islower() or name.islower():
            lower = name.lower()
            twin = _PEOPLES.get(lower, lower)
            return not self._stems.isdisjoint((stem_of(lower), stem_of(twin))) or self._has_kin(lower)
        return self._spelt_out(name)

    def abbreviated(self, claim: Reading, *, named: bool = False) -> frozenset[int]:
        """Places of the claim's words whose initials are an acronym of the source.

        "Beck Depression Inventory", where the source has "BDI". named: two letters stand only for
        words with capitals, since any two words may begin with them.
        """
        letters: list[tuple[str, Word]] = []
        for word in claim.words:
            if word.text[0].isalpha() and (word.stem or word.lower in ("of", "from", "for")):
                letters += [(part[0], word) for part in word.lower.split("-") if part]
        whole = "".join(letter for letter, _ in letters)
        found: set[int] = set()
        for acronym in self._acronyms:
            at = whole.find(acronym.lower())
            words = [word for _, word in letters[at : at + len(acronym)]] if at >= 0 else []
            if not named or len(acronym) > 2 or all(word.text[0].isupper() for word in words):
                found |= {word.start for word in words}
        return frozenset(found)

    def _spelt_out(self, name: str) -> bool:
        """Whether the letters of an acronym are the initials of neighbouring words."""
        letters = name.removesuffix("s").replace("-", "").replace("/", "")
        capitals = "".join(c for c in letters if c.isupper()).lower()
        # CD4 is not "cells detected": two letters are looked for only where they are all of the name.
        return any(len(each) >= 2 and each in self._initials for each in {letters.lower(), capitals} if
                   len(each) >= 3 or (letters.isupper() and letters.isalpha()))  # fmt: skip

    def _has_kin(self, lower: str) -> bool:
        """Chinese and China, October and Oct: much of the beginning in common."""
        for other in self._plain_capitals:
            common = 0
            while common < min(len(lower), len(other)) and lower[common] == other[common]:
                common += 1
            if (common >= 4 and common >= 0.55 * max(len(lower), len(other))) or common == len(
                other
            ) >= 3 > len(lower) - 9:
                return True
        return False


def names(claim: Reading, *, foreign: bool = False, known: Set[int] = frozenset()) -> list[str]:
    """The names of a claim in order, each once, but for words that begin at one of the places `known`.

    foreign: only what can't be a word of its language, since German writes every noun with a capital.
    """
    found: dict[str, None] = {}
    words = claim.words
    for n, word in enumerate(words):
        if not word.text[0].isalnum() or word.start in known:
            continue
        if n and words[n - 1].text[0].isdigit() and measure(word.text):
            continue
        opens = _opens(words, n)
        for part in _name_parts(word.text, opens=opens, foreign=foreign):
            if not _defined(words, n, part):
                found[part] = None
        if opens and not foreign and _is_subject(words, n):
            found[word.text] = None
    return list(found)


def _defined(words: Sequence[Word], n: int, name: str) -> bool:
    """Whether the claim itself spells an acronym out just before: "systemic lupus erythematosus (SLE)"."""
    if n < 2 or words[n - 1].text != "(" or not name.removesuffix("s").isupper():
        return False
    letters = name.removesuffix("s").lower()
    before = [part[0] for word in words[max(0, n - 10) : n - 1] for part in word.lower.split("-") if part]
    heavy = [
        part[0]
        for word in words[max(0, n - 10) : n - 1]
        if word.stem
        for part in word.lower.split("-")
        if part
    ]
    return "".join(before).endswith(letters) or "".join(heavy).endswith(letters)


def is_name(word: Word) -> bool:
    """Whether a word by itself is written as a name."""
    return bool(_name_parts(word.text, opens=False, foreign=False)) if word.text[0].isalnum() else False


def absent(claim_names: Iterable[str], source: Naming) -> list[str]:
    """Those of the names that the source doesn't have."""
    return [name for name in claim_names if not source.has(name)]


def _opens(words: Sequence[Word], n: int) -> bool:
    return n == 0 or words[n - 1].text in _OPENERS


def _name_parts(token: str, *, opens: bool, foreign: bool) -> list[str]:
    """The names in a token: all of "GPT-4", the "DPO" of "DPO-trained", both of "SFT/DPO"."""
    token = re.sub(r"'s?$", "", token)
    if (token[0].isdigit() and not re.search(r"[A-Z]", token[1:])) or re.fullmatch(r"[a-z]\^.*", token):
        return []
    pieces = [piece for piece in re.split(r"[-‐–_&^.'](?=[^\W\d_])|[_&^]", token) if piece]
    if len(pieces) > 1 and any(_is_name(piece) for piece in pieces):
        # Lower-case words at the ends belong to the sentence, not to the name; digits stay with theirs.
        while pieces and pieces[-1].islower() and pieces[-1].isalpha():
            pieces.pop()
        while pieces and (pieces[0].islower() or (opens and not _is_name(pieces[0]))):
            pieces.pop(0)
        if all(_is_acronym(piece) for piece in pieces):
            return pieces
        return ["-".join(pieces)]
    if _is_name(token):
        return [token]
    if (
        not foreign
        and not opens
        and token[0].isupper()
        and len(token) > 1
        and not is_function_word(token.lower())
    ):
        return [piece for piece in pieces if piece[0].isupper() and len(piece) > 1]
    return []


def _is_name(piece: str) -> bool:
    """Can't be an ordinary word: a capital inside, or digits together with letters."""
    letters = [c for c in piece if c.isalpha()]
    if not letters:
        return False
    if any(c.isdigit() for c in piece):
        return not re.fullmatch(r"\d+(?:[.,]\d+)*[A-Za-z]{1,2}", piece)  # 300K, 7B, 10x are numbers
    return len(letters) > 1 and any(c.isupper() for c in piece[1:])


def _is_acronym(piece: str) -> bool:
    return piece.isalpha() and piece.removesuffix("s").isupper()


def _is_subject(words: Sequence[Word], n: int) -> bool:
    """Whether a sentence's first word is, by what follows, a name: "Falcon collects …"."""
    word = words[n]
    if not re.fullmatch(r"[A-Z][a-z]{2,}", word.text) or is_function_word(word.lower) or n + 1 >= len(words):
        return False
    if word.lower in _GENERIC or re.search(
        r"(?:ing|ion|ment|ness|ity|ly|ance|ence|ism|ics|[^s]s)$", word.lower
    ):
        return False
    following = words[n + 1].lower
    return following in _AUXILIARY or following in _VERBS


def _atoms(name: str) -> list[str]:
    return [part.lower() for part in _ATOM.findall(name)]


def _singulars(key: str) -> tuple[str, ...]:
    return (key, key.removesuffix("s"), key + "s", key.removesuffix("es"))


def _is_subsequence(atoms: Sequence[str], of: Sequence[str]) -> bool:
    rest = iter(of)
    return all(any(atom == other for other in rest) for atom in atoms)
