"""As many abstracts as are wanted, recombined from those that ship, and vectors for them.

Paper `n` depends on the shipped papers, on `SEED` and on `n`, and on nothing else. It takes the title
and the number of sentences of one shipped paper, and in each place a sentence that stands at about the
same place in that paper or in one of its nearest. Some of its rarer words are swapped for made-up
ones, drawn so that the vocabulary goes on growing as a power of the text (Heaps' law; see
`_Words.variant`). So word frequencies, lengths, segment sizes and topics are about what real
abstracts give. The text means nothing, so it can't be used to measure how good a search is.
"""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

import numpy as np

from footnote.store.display import plain_text
from footnote.store.embedders.minilm import MiniLM
from footnote.store.paper_records import PaperRecord
from footnote.store.papers import Listing
from footnote.store.protocols import TokenStates, Vectors
from footnote.store.sentences import split_sentences

VERSION = "2"
"""Raised when the same number gives another paper or another vector."""
SEED = 1
YEARS = range(2020, 2025)
"""One paper in five has each."""
PAGES = 1_000
"""One paper in a thousand is listed on each."""

_WORD = re.compile(r"(?<![\w-])[a-z]{5,}(?![\w-])")
"""What may be swapped, and what comes in its place: such a word for such a word."""
_NEAREST = 20
_SHIFT = 0.15
"""How far from its own place in an abstract, as a share of it, a sentence is taken from."""
_RARE = 0.1
"""Share of the papers that a word stands in, at most, to be swapped."""
_SWAPPED = 0.15
_HEAPS = 0.6
"""Exponent by which a vocabulary grows with its text; .4 to .6 in English, more in technical writing."""
_MOST_VARIANTS = 1_000_000
_NOISE = 0.3
"""Length of what is added to a composed vector: its cosine to what it was made from is .958."""
_NOISE_ROWS = 4_096


@dataclass(frozen=True)
class Original:
    """A shipped paper: its sentences as they stand, and a unit row for each."""

    title: str
    sentences: tuple[str, ...]
    vectors: Vectors


def originals(entries: Sequence[PaperRecord]) -> list[Original]:
    """Papers of a catalog as sources; those without a sentence or not indexed are left out."""
    return [
        Original(
            title=entry.paper.title,
            sentences=tuple(span.of(entry.paper.abstract) for span in entry.sentences),
            vectors=entry.vectors,
        )
        for entry in entries
        if entry.sentences and entry.vectors is not None
    ]


class Recombiner:
    """Makes papers by their numbers."""

    def __init__(self, papers: Sequence[Original]) -> None:
        self._papers = papers
        self._words = _Words(papers)

    @cached_property
    def _nearest(self) -> list[list[int]]:
        """Of each paper the nearest ones, itself first."""
        means = _units(np.stack([paper.vectors.mean(axis=0) for paper in self._papers]))
        return np.argsort(-(means @ means.T), axis=1, kind="stable")[:, :_NEAREST].tolist()  # type: ignore[no-any-return]

    def listing(self, number: int) -> Listing:
        """Paper `number`, with an id, a date in one of `YEARS` and one of `PAGES` pages."""
        random = Random(f"{SEED}:{number}")
        at = random.randrange(len(self._papers))
        own = self._papers[at]
        taken: list[str] = []
        for place in range(len(own.sentences)):
            other = self._papers[random.choice(self._nearest[at])].sentences
            share = (place + 0.5) / len(own.sentences) + random.uniform(-_SHIFT, _SHIFT)
            taken.append(other[min(len(other) - 1, max(0, int(share * len(other))))])
        abstract = " ".join(dict.fromkeys(taken))
        swaps = self._words.swaps(f"{own.title} {abstract}", random)
        day = f"{YEARS[number % len(YEARS)]}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"
        return Listing(
            source=f"page-{number % PAGES:03d}.jsonl",
            line=1 + number // PAGES,
            id=f"r{number:07d}",
            title=_swapped(own.title, swaps)[:1_000],
            abstract=_swapped(abstract, swaps),
            date=day,
        )


class _Words:
    """Which words may be swapped, and what for."""

    def __init__(self, papers: Sequence[Original]) -> None:
        held = Counter[str]()
        for paper in papers:
            held.update(set(_WORD.findall(" ".join((paper.title, *paper.sentences)))))
        self._rare = sorted(word for word, count in held.items() if count <= max(1, _RARE * len(papers)))
        self._is_rare = frozenset(self._rare)

    def swaps(self, text: str, random: Random) -> dict[str, str]:
        """Word → what stands for it all through one paper."""
        words = dict.fromkeys(word for word in _WORD.findall(text) if word in self._is_rare)
        return {word: self.variant(word, random) for word in words if random.random() < _SWAPPED}

    def variant(self, word: str, random: Random) -> str:
        """One of the word's variants: the first ones often, later ones more and more rarely.

        Drawn with a chance of about k^(−1/β), N draws give about N^β different ones.
        """
        k = min(_MOST_VARIANTS, int((1 - random.random()) ** (-1 / (1 / _HEAPS - 1))))
        other = self._rare[zlib.crc32(f"{word} {k}".encode()) % len(self._rare)]
        return word[: math.ceil(len(word) / 2)] + other[len(other) // 2 :]


def _swapped(text: str, swaps: Mapping[str, str]) -> str:
    return _WORD.sub(lambda found: swaps.get(found[0], found[0]), text)


def skeleton(text: str) -> str:
    """What swapping leaves as it is: two texts that differ by swapped words alone have the same."""
    return _WORD.sub("_", text)


class RenamedMiniLM(MiniLM):
    """MiniLM under another name, so that what was composed never passes for what was embedded."""

    name = "all-MiniLM-L6-v2-int8-recombined"


class ComposingEmbedder(RenamedMiniLM):
    """Gives recombined texts vectors composed from those of the sentences that they were made from.

    The mean of the sentences', turned by noise that the text seeds; token states are noise alone. It
    stands where embedding would take hours, so that an index has its true size. composing: while it is
    False, and for texts that weren't recombined, all is as in MiniLM. embedded, composed: how many texts
    went which way.
    """

    def __init__(self, papers: Sequence[Original]) -> None:
        super().__init__()
        self.composing = False
        self.embedded = self.composed = 0
        self._known: dict[str, Vectors] = {}
        for paper in papers:
            for sentence, vector in zip(paper.sentences, paper.vectors, strict=True):
                self._known.setdefault(skeleton(plain_text(sentence)), vector)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """`texts` → unit rows, composed where that can be."""
        found = [self._compose(text) if self.composing else None for text in texts]
        left = [text for text, row in zip(texts, found, strict=True) if row is None]
        self.embedded += len(left)
        self.composed += len(texts) - len(left)
        rows = iter(super().embed(left))
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        return np.stack([next(rows) if row is None else row for row in found])

    def states_of_all(self, texts: Sequence[str]) -> list[TokenStates]:
        """As in MiniLM; while composing, the tokens are the text's own and their states are noise."""
        if not self.composing:
            return super().states_of_all(texts)
        return [self._noise_states(text) for text in texts]

    def _noise_states(self, text: str) -> TokenStates:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        read = self.window - self._special
        spans, pieces = tuple(encoding.offsets[:read]), tuple(encoding.ids[:read])
        rows = self._noise[(zlib.crc32(text.encode()) + np.arange(len(pieces))) % _NOISE_ROWS]
        return TokenStates(rows.mean(axis=0), spans, rows, pieces)

    @cached_property
    def _noise(self) -> Vectors:
        """Unit rows for token states, drawn once: for each text it would take longer than indexing."""
        drawn = np.random.default_rng(SEED).standard_normal((_NOISE_ROWS, self.dimensions), np.float32)
        return _units(drawn)

    def _compose(self, text: str) -> Vectors | None:
        body = text.rpartition("\n")[2]  # a passage stands under its paper's title
        whole = self._known.get(skeleton(body))
        pieces = [whole] if whole is not None else self._pieces(body)
        if pieces is None:
            return None
        mean = np.mean(pieces, axis=0)
        noise = np.random.default_rng(zlib.crc32(text.encode())).standard_normal(len(mean), np.float32)
        row = mean / np.linalg.norm(mean) + _NOISE * noise / np.linalg.norm(noise)
        return np.asarray(row / np.linalg.norm(row), np.float32)

    def _pieces(self, body: str) -> list[Vectors] | None:
        found = [self._known.get(skeleton(span.of(body))) for span in split_sentences(body)]
        known = [vector for vector in found if vector is not None]
        return known if len(known) > len(found) / 2 else None


def _units(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)
