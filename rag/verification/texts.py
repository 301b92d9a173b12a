"""A claim and the sentences that it cites, as the checks read them: each text once, its parts when needed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from footnote.rag.language.english import is_foreign
from footnote.rag.language.names import names
from footnote.rag.language.numbers import Quantity, quantities
from footnote.rag.language.source_names import SourceNames
from footnote.rag.language.tokens import TokenizedText, tokenize
from footnote.rag.verification.planted import supports_nothing
from footnote.store.sentences import split_sentences

MAX_CLAIM_CHARS = 2_000
MAX_EVIDENCE_CHARS = 20_000
"""Of all sentences, titles and abstracts of a claim. The rest is not read, so it supports nothing."""
_SURE = 2.0
"""Odds from which a cited sentence is planted: a true claim mustn't be refused for its evidence's manner."""
_NEARLY = 0.6
"""Share of the most words in common from which a sentence is one of the nearest."""
_SHORT_TITLE = re.compile(r"[^\s:]{2,40}(?: [^\s:]{1,40})?(?=:\s)")
"""A title's part before the colon, where it is a name: one or two words."""
_PRIVATE = 0xE000
"""In a claim, the private character `_PRIVATE + n` stands for the title of the n-th paper."""
_SPLIT = re.compile(
    r"[,;:.]\s+|\s+(?=(?:and|while|whereas|but|versus|vs\.?|compared)\s)|(?<=\))\s+", re.IGNORECASE
)


@dataclass(frozen=True, eq=False)
class CheckedText:
    """A text with what the checks look at."""

    tokens: TokenizedText

    @cached_property
    def quantities(self) -> list[Quantity]:
        """The numbers, with their units."""
        return quantities(self.tokens.text, foreign=self.foreign)

    @cached_property
    def foreign(self) -> bool:
        """Whether the text is clearly not English."""
        return is_foreign(self.tokens.text)

    @cached_property
    def clauses(self) -> list[tuple[int, int]]:
        """Spans that cover the text: cut at a mark or joining word that has a number on both sides."""
        starts = [quantity.start for quantity in self.quantities]
        cuts = [0]
        for match in _SPLIT.finditer(self.tokens.text):
            at = match.end()
            if any(cuts[-1] <= start < at for start in starts) and any(start >= at for start in starts):
                cuts.append(at)
        return list(zip(cuts, [*cuts[1:], len(self.tokens.text)], strict=True))

    def clause_of(self, quantity: Quantity) -> str:
        """The clause that a number of this text stands in."""
        return next(self.tokens.text[a:b] for a, b in self.clauses if a <= quantity.start < b)

    def shared(self, other: CheckedText) -> int:
        """How many stems of content the two texts have in common."""
        return len(self.tokens.stems & other.tokens.stems)


@dataclass(frozen=True, eq=False)
class ClaimText(CheckedText):
    """A claim. raw: as written; in `tokens` a private character stands for each title that it names."""

    raw: str

    @classmethod
    def of(cls, claim: str, titles: Iterable[str]) -> ClaimText:
        """A claim that cites papers with these titles, in the order of `EvidenceText.papers`."""
        text = claim
        for n, title in enumerate(titles):
            if len(title) >= 12 and (at := text.lower().find(title.lower())) >= 0:
                text = f"{text[:at]} {chr(_PRIVATE + n)} {text[at + len(title) :]}"
        return cls(tokenize(text, MAX_CLAIM_CHARS), claim)


class CitedPaper(NamedTuple):
    """A paper that a claim cites. byline: its authors and year."""

    title: str
    abstract: str = ""
    byline: str = ""


class CitedSentence(NamedTuple):
    """A sentence that a claim cites. title: of its paper, "" where that isn't known."""

    text: str
    title: str = ""


@dataclass(frozen=True, eq=False)
class EvidenceText:
    """All that a claim cites, in order.

    papers: those cited; what title, byline and abstract name, the claim may name.
    """

    cited: tuple[CitedSentence, ...]
    papers: tuple[CitedPaper, ...] = ()

    @cached_property
    def honest(self) -> tuple[CitedSentence, ...]:
        """The sentences but orders to their reader and claims about the evidence: see `planted`."""
        return tuple(sentence for sentence in self.cited if not supports_nothing(sentence.text, above=_SURE))

    @cached_property
    def sentences(self) -> tuple[CheckedText, ...]:
        """The honest sentences, as far as they are read."""
        return _checked(sentence.text for sentence in self.honest)

    @cached_property
    def headings(self) -> tuple[CheckedText, ...]:
        """The titles and bylines, as far as they are read."""
        return _checked(f"{paper.title} | {paper.byline}" for paper in self.papers)

    @cached_property
    def foreign(self) -> bool:
        """Whether the sentences are clearly not English."""
        return is_foreign("\n".join(sentence.text for sentence in self.honest))

    @cached_property
    def names(self) -> SourceNames:
        """What sentences, titles, bylines and abstracts name."""
        abstracts = _checked(_honest(paper.abstract) for paper in self.papers if paper.abstract)
        return SourceNames(tuple(text.tokens for text in (*self.sentences, *self.headings, *abstracts)))

    def of_paper(self, title: str) -> tuple[CheckedText, ...]:
        """The honest sentences of one paper."""
        pairs = zip(self.honest, self.sentences, strict=False)
        return tuple(text for cited, text in pairs if cited.title == title)

    def paper_named(self, clause: str) -> CitedPaper | None:
        """The one paper that a clause names, by its title or a name of its own; else None."""
        if len(self.papers) < 2 or any(not sentence.title for sentence in self.cited):
            return None
        spelled = names(tokenize(clause, MAX_CLAIM_CHARS))
        found = set()
        for n, own in enumerate(self._names_by_paper):
            others = [each for m, each in enumerate(self._names_by_paper) if m != n]
            short = _SHORT_TITLE.match(self.papers[n].title)
            mine = [*spelled, *([short[0]] if short and short[0] in clause else [])]
            if chr(_PRIVATE + n) in clause or any(
                own.has(name) and not any(other.has(name) for other in others) for name in mine
            ):
                found.add(n)
        return self.papers[found.pop()] if len(found) == 1 else None

    @cached_property
    def _names_by_paper(self) -> list[SourceNames]:
        return [
            SourceNames((
                *(text.tokens for text in self.of_paper(paper.title)),
                _read(f"{paper.title} | {paper.byline}", MAX_EVIDENCE_CHARS).tokens,
                _read(_honest(paper.abstract), MAX_EVIDENCE_CHARS).tokens,
            ))
            for paper in self.papers
        ]  # fmt: skip

    def main(self, claim: CheckedText) -> CheckedText:
        """The sentence that shares most words with the claim, the first of several."""
        return max(self.sentences, key=claim.shared)

    def nearest(self, claim: CheckedText) -> CheckedText:
        """The sentences that share most words with the claim, or nearly most, as one text."""
        least = _NEARLY * claim.shared(self.main(claim))
        near = [text.tokens.text for text in self.sentences if claim.shared(text) >= least]
        return _read("\n".join(near), MAX_EVIDENCE_CHARS)


@lru_cache(maxsize=64)
def _honest(abstract: str) -> str:
    """An abstract without the sentences that support nothing."""
    read = abstract[:MAX_EVIDENCE_CHARS]
    sentences = (span.of(read) for span in split_sentences(read))
    return "\n".join(sentence for sentence in sentences if not supports_nothing(sentence))


@lru_cache(maxsize=64)
def _read(text: str, limit: int) -> CheckedText:
    """A sentence is checked alone and with others, and several checks ask for the nearest ones."""
    return CheckedText(tokenize(text, limit))


def _checked(texts: Iterable[str]) -> tuple[CheckedText, ...]:
    found: list[CheckedText] = []
    left = MAX_EVIDENCE_CHARS
    for text in texts:
        if left <= 0:
            break
        found.append(_read(text, left))
        left -= len(text)
    return tuple(found)
