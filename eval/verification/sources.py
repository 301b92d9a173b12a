"""The sentences of the papers that ship, halved by paper, from which pairs are made."""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from footnote.eval.verification import Split
from footnote.store.display import plain_text
from footnote.store.ingest import SAMPLE_CORPUS
from footnote.store.papers import title_key
from footnote.store.readers import find_files, read_file
from footnote.store.sentences import split_sentences

_MIN_CHARS, _MAX_CHARS = 60, 330
_WORD = re.compile(r"[a-z]{3,}")


@dataclass(frozen=True)
class SourceSentence:
    """A sentence as it stands in an abstract, and the paper's title."""

    title: str
    text: str

    @cached_property
    def plain(self) -> str:
        """The sentence without LaTeX."""
        return plain_text(self.text)

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words in small letters, without the very short ones."""
        return frozenset(_WORD.findall(self.plain.lower()))


def half_of(title: str) -> Split:
    """Which half all pairs of a paper are in. By title alone, so that new papers move no old ones."""
    return "dev" if hashlib.sha256(title_key(title).encode()).digest()[0] % 2 == 0 else "heldout"


def shipped_papers(half: Split) -> list[tuple[SourceSentence, ...]]:
    """The usable sentences of each paper of a half that has at least three, in the pages' order.

    Left out are very short and very long ones, addresses, and what isn't a whole sentence.
    """
    abstracts: dict[str, tuple[str, str]] = {}
    for file in find_files([SAMPLE_CORPUS]):
        for listing in read_file(file).listings:
            abstracts.setdefault(title_key(listing.title), (listing.title, listing.abstract))
    papers: list[tuple[SourceSentence, ...]] = []
    for title, abstract in abstracts.values():
        if half_of(title) == half:
            sources = (SourceSentence(title, span.of(abstract)) for span in split_sentences(abstract))
            if len(usable := tuple(source for source in sources if _is_usable(source))) >= 3:
                papers.append(usable)
    return papers


def _is_usable(source: SourceSentence) -> bool:
    plain = source.plain
    return (
        _MIN_CHARS <= len(plain) <= _MAX_CHARS
        and plain[0].isupper()
        and plain[-1] == "."
        and "http" not in plain
        and "\n" not in plain
        and not any(residue in plain for residue in "\\${}")
        and plain.count("(") == plain.count(")")
    )


class WordSimilarity:
    """How near two sentences are in words: cosine over the words' inverse document frequencies.

    In words and not by the embedder, because its vectors differ in the last digits from machine to
    machine, and the shipped sets must come out the same everywhere.
    """

    def __init__(self, sources: Sequence[SourceSentence]) -> None:
        counts = Counter(chain.from_iterable(source.words for source in sources))
        self._idf = {word: math.log(len(sources) / count) for word, count in counts.items()}

    def between(self, one: SourceSentence, other: SourceSentence) -> float:
        """0: no word shared; 1: the same words."""
        shared = self._weight(one.words & other.words)
        return shared / math.sqrt(self._weight(one.words) * self._weight(other.words) or 1)

    def share(self, one: SourceSentence, other: SourceSentence) -> float:
        """How much of what `one` says, by weight of words, stands in `other`."""
        return self._weight(one.words & other.words) / (self._weight(one.words) or 1)

    def _weight(self, words: frozenset[str]) -> float:
        return math.fsum(self._idf.get(word, 0) ** 2 for word in words)
