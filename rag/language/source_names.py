"""Whether a source has a name: in any spelling, as a part of a longer one, or as an acronym spelled out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from footnote.rag.language.stopwords import is_function_word
from footnote.rag.language.tokens import TokenizedText, Word, stem_of

_ATOM = re.compile(r"\d+(?:\.\d+)*[a-z]?(?![A-Za-z])|[^\W\d_]+|\d+")
_GREEK = {
    "α": "alpha",
    "β": "beta",
    "γ": "gamma",
    "δ": "delta",
    "κ": "kappa",
    "λ": "lambda",
    "µ": "mu",
    "μ": "mu",
}
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


@dataclass(frozen=True)
class SourceNames:
    """The names that the texts of a source (sentences and titles) have, for many look-ups."""

    texts: tuple[TokenizedText, ...]

    @cached_property
    def _words(self) -> list[Word]:
        return [word for tokens in self.texts for word in tokens.words if word.text[0].isalnum()]

    @cached_property
    def _joined(self) -> frozenset[str]:
        """Every run of up to `_LONGEST` neighbouring parts, joined: "Llama 3" and "Llama-3" are one."""
        found: set[str] = set()
        for tokens in self.texts:
            atoms = _atoms(tokens.text)
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
        for tokens in self.texts:
            for word in tokens.words:
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
        return frozenset(stem for tokens in self.texts for stem in tokens.stems)

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

    def has_run(self, name: str) -> bool:
        """Whether the parts of a name stand side by side, however they are joined: "Llama 3", "Llama-3"."""
        return "".join(_atoms(name)) in self._joined

    def abbreviated(self, claim: TokenizedText, *, named: bool = False) -> frozenset[int]:
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
        letters = name.removesuffix("s")
        letters = re.sub(r"[-/.]", "", letters)
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


def absent(claim_names: Iterable[str], source: SourceNames) -> list[str]:
    """Those of the names that the source doesn't have."""
    return [name for name in claim_names if not source.has(name)]


def _atoms(name: str) -> list[str]:
    return [_GREEK.get(part.lower(), part.lower()) for part in _ATOM.findall(name)]


def _singulars(key: str) -> tuple[str, ...]:
    return (key, key.removesuffix("s"), key + "s", key.removesuffix("es"))


def _is_subsequence(atoms: Sequence[str], of: Sequence[str]) -> bool:
    rest = iter(of)
    return all(any(atom == other for other in rest) for atom in atoms)
