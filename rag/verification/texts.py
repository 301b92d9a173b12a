"""A claim and the sentences that it cites, as the checks read them: each text once, its parts when needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from footnote.rag.language.english import is_foreign
from footnote.rag.language.negation import Denials
from footnote.rag.language.numbers import Quantity, quantities
from footnote.rag.language.source_names import SourceNames
from footnote.rag.language.tokens import TokenizedText, tokenize
from footnote.rag.verification.instructions import is_instruction
from footnote.store.protocols import TokenStates

States = Callable[[str], TokenStates]
"""A text → what each of its tokens means where it stands."""
MAX_CLAIM_CHARS = 2_000
MAX_EVIDENCE_CHARS = 20_000
"""Of all sentences, and of all titles, of one claim. The rest is not read, and so supports nothing."""
_NEARLY = 0.6
"""Share of the most words in common from which a sentence is one of the nearest."""


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
    def denials(self) -> Denials:
        """What the text denies."""
        return Denials(self.tokens)

    def shared(self, other: CheckedText) -> int:
        """How many stems of content the two texts have in common."""
        return len(self.tokens.stems & other.tokens.stems)


@dataclass(frozen=True, eq=False)
class ClaimText(CheckedText):
    """A claim. `tokens` are without the titles that it names as its sources; raw: as it was written."""

    raw: str

    @classmethod
    def of(cls, claim: str, titles: Iterable[str]) -> ClaimText:
        """A claim that cites papers with these titles: of "In TITLE, …" the rest is checked."""
        text = claim
        for title in titles:
            if len(title) >= 12 and (at := text.lower().find(title.lower())) >= 0:
                text = f"{text[:at]} {text[at + len(title) :]}"
        return cls(tokenize(text, MAX_CLAIM_CHARS), claim)


class CitedSentence(NamedTuple):
    """A sentence that a claim cites. title: of its paper, "" where that isn't known."""

    text: str
    title: str = ""


@dataclass(frozen=True, eq=False)
class EvidenceText:
    """All that a claim cites, in order.

    titles: of the papers cited; what they name, the claim may name. states: of an embedder, which
    show how near texts are in meaning; without them, words alone count.
    """

    cited: tuple[CitedSentence, ...]
    titles: tuple[str, ...] = ()
    states: States | None = None

    @cached_property
    def honest(self) -> tuple[CitedSentence, ...]:
        """The sentences that aren't orders to their reader, which support nothing."""
        return tuple(sentence for sentence in self.cited if not is_instruction(sentence.text))

    @cached_property
    def sentences(self) -> tuple[CheckedText, ...]:
        """The honest sentences, as far as they are read."""
        return _checked(sentence.text for sentence in self.honest)

    @cached_property
    def headings(self) -> tuple[CheckedText, ...]:
        """The titles, as far as they are read."""
        return _checked(self.titles)

    @cached_property
    def by_title(self) -> Mapping[str, tuple[CheckedText, ...]]:
        """Title of a paper → its sentences, those of unknown papers under ""."""
        found: dict[str, tuple[CheckedText, ...]] = {}
        for cited, text in zip(self.honest, self.sentences, strict=False):
            found[cited.title] = (*found.get(cited.title, ()), text)
        return found

    @cached_property
    def names(self) -> SourceNames:
        """What sentences and titles name."""
        return SourceNames(tuple(text.tokens for text in (*self.sentences, *self.headings)))

    @cached_property
    def whole(self) -> CheckedText:
        """The honest sentences as one text."""
        return _read("\n".join(sentence.text for sentence in self.honest), MAX_EVIDENCE_CHARS)

    def main(self, claim: CheckedText) -> CheckedText:
        """The sentence that shares most words with the claim, the first of several."""
        return max(self.sentences, key=claim.shared)

    def nearest(self, claim: CheckedText) -> CheckedText:
        """The sentences that share most words with the claim, or nearly most, as one text."""
        least = _NEARLY * claim.shared(self.main(claim))
        near = [text.tokens.text for text in self.sentences if claim.shared(text) >= least]
        return _read("\n".join(near), MAX_EVIDENCE_CHARS)


@lru_cache(maxsize=32)
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
