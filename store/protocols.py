"""What a library needs of its parts: an embedder, token states, and indexes by meaning, words and tokens.

The library and its callers are typed against these, so that another implementation needs no change there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from footnote.store.filters import Filters
from footnote.store.papers import Paper

Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """Texts → unit vectors; cosine is the dot product. Safe to use from several threads at once.

    An embedder that calls a server raises EmbedderError where that fails, from every method and property.
    """

    @property
    def name(self) -> str:
        """The model. An index is stamped with `name` and `version`: others give other vectors."""

    @property
    def version(self) -> str:
        """Changes whenever the same text gets another vector."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """`texts` → float32 of shape (len(texts), dimensions), each row of length 1.

        Of a text that is longer than the model reads, the beginning counts.
        """

    def embed_question(self, text: str) -> Vectors:
        """One question → float32 of shape (dimensions,), of length 1."""


class TokenStates(NamedTuple):
    """A text as a model reads it, token by token: what each token means in its context.

    vector: of the whole text. spans: where each token begins and ends in the text. rows: a unit vector a
    token. pieces: the number of each token in the model's vocabulary. Tokens beyond the model's window are
    left out.
    """

    vector: Vectors
    spans: tuple[tuple[int, int], ...]
    rows: Vectors
    pieces: tuple[int, ...]


@runtime_checkable
class TokenEmbedder(Protocol):
    """Texts → the states of their tokens. Safe to use from several threads at once."""

    @property
    def name(self) -> str:
        """The model. A token index is stamped with `name` and `version`: others give other states."""

    @property
    def version(self) -> str:
        """Changes whenever the same text gets other states."""

    def states(self, text: str) -> TokenStates:
        """The states of a text's tokens."""

    def states_of_all(self, texts: Sequence[str]) -> list[TokenStates]:
        """The same of several texts, on all cores."""

    def question_states(self, text: str) -> TokenStates:
        """The same for a question, which is computed once however often it is asked for."""


@dataclass(frozen=True)
class PassageText:
    """A passage as it is embedded: under its paper's title."""

    paper: str
    number: int
    text: str


PassageHit = tuple[str, int, float]
"""Paper id, passage number, cosine."""


class VectorIndex(Protocol):
    """Passages by meaning. Searching is safe from several threads. Methods raise LibraryError."""

    def add(self, papers: Sequence[str], passages: Sequence[PassageText]) -> None:
        """Adds the passages of `papers`, embedding them, in place of the passages they had."""

    def remove(self, papers: Sequence[str]) -> None:
        """Removes the passages of `papers`; papers without passages here are ignored."""

    def close(self) -> None:
        """Releases files and threads; the object is of no use afterwards."""

    def count(self) -> int:
        """Passages in the index."""

    def search(self, vector: Vectors, k: int) -> list[PassageHit]:
        """The `k` passages nearest to a unit vector, nearest first."""

    def search_among(self, vector: Vectors, k: int, passages: Mapping[str, int]) -> list[PassageHit]:
        """The same among the passages of some papers alone, each compared: exact.

        passages: paper id → how many it has; those that aren't in the index are ignored.
        """


class LexicalIndex(Protocol):
    """Papers by their words. Searching is safe from several threads. Methods raise LibraryError."""

    def add(self, papers: Iterable[Paper]) -> None:
        """Adds papers, or replaces them, and commits: all of them or none."""

    def remove(self, papers: Collection[str]) -> None:
        """Removes papers by id and commits: all of them or none."""

    def reload(self) -> None:
        """Reads again what is on disk, where another process may have written."""

    def count(self, filters: Filters | None = None) -> int:
        """Papers in the index; those that pass, with `filters`."""

    def passing(self, filters: Filters) -> list[str]:
        """The ids of the papers that pass, in no order."""

    def among(self, papers: Collection[str], filters: Filters) -> set[str]:
        """Those of `papers` that pass."""

    def similar(self, field: Literal["author", "venue"], name: str, limit: int) -> list[str]:
        """The ids of papers with an author or venue that is spelled almost as `name` is."""

    def idf(self, terms: Iterable[str]) -> dict[str, float]:
        """The inverse document frequency of analysed terms."""

    def search(
        self, question: str, k: int, filters: Filters | None = None, *, also: str = ""
    ) -> list[tuple[str, float]]:
        """The `k` best (paper id, score above 0), best first. also: words of less weight."""

    def having_all(self, words: str, filters: Filters | None = None) -> list[tuple[str, float]]:
        """Every paper that has all of `words`, in any of their forms, as (paper id, score), best first."""

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """How many papers have each analysed term."""

    def gram_scores(self, question: str, papers: Collection[str]) -> dict[str, float]:
        """Scores by runs of characters, for those of `papers` that share one with the question."""


class QuestionTokens(NamedTuple):
    """A question's tokens. pieces: their numbers in the vocabulary. rows: a unit vector a token."""

    pieces: tuple[int, ...]
    rows: Vectors


class SignedTokens(NamedTuple):
    """A text's tokens as an index keeps them: the sign of each dimension alone.

    pieces: uint32, the different tokens' numbers in the vocabulary, ascending. signs: uint8 of shape
    (tokens, dimensions / 8), a bit a dimension, set where the state is above 0.
    """

    pieces: npt.NDArray[np.uint32]
    signs: npt.NDArray[np.uint8]


class TokenIndex(Protocol):
    """Papers token by token, for late interaction. Searching is safe from several threads. Methods raise
    LibraryError.
    """

    def add(self, papers: Mapping[str, SignedTokens]) -> None:
        """Adds papers by id, or replaces them: all of them or none."""

    def remove(self, papers: Collection[str]) -> None:
        """Removes papers by id: all of them or none."""

    def close(self) -> None:
        """Releases the index's files; the object is of no use afterwards."""

    def count(self) -> int:
        """Papers in the index."""

    def papers(self) -> set[str]:
        """The ids of all papers in the index."""

    def scores(self, question: QuestionTokens, papers: Collection[str]) -> dict[str, float]:
        """How near each of `papers` comes to all of the question's tokens: −1 … 1, by id.

        The mean of each token's nearest in the paper, weighted by the token's inverse document frequency.
        Papers that aren't in the index, or have no token, are left out.
        """
