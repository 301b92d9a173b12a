"""Token states kept as signs, and how near a question's tokens come to them.

Late interaction: Khattab and Zaharia, "ColBERT: Efficient and Effective Passage Search via Contextualized
Late Interaction over BERT" (2020). One bit a dimension for what is stored and the question as it is: Dong,
Charikar and Li, "Asymmetric Distance Estimation with Sketches for Similarity Search in High-Dimensional
Spaces" (2008).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from footnote.store.lexical import analyzer
from footnote.store.protocols import QuestionTokens, SignedTokens, TokenStates, Vectors

TOKENS_VERSION = "1"
"""Raised when the same text gets other tokens: older token indexes don't match."""
_KEPT_WORDS = 50_000
_PRODUCT = 250_000
"""Multiplications of one matrix product. BLAS computes one of more than 262,144 on several threads, which
then spin on all cores through the searches that follow."""


@lru_cache(_KEPT_WORDS)
def _tells_apart(word: str) -> bool:
    """Whether a token is no punctuation and no stop word, as the lexical index has it."""
    return bool(analyzer().analyze(word))


def question_tokens(text: str, states: TokenStates) -> QuestionTokens:
    """A question's tokens but for punctuation and stop words."""
    kept = _kept(text, states)
    return QuestionTokens(tuple(states.pieces[n] for n in kept), states.rows[kept])


def signed_tokens(text: str, states: TokenStates) -> SignedTokens:
    """The same of a text that is indexed."""
    kept = _kept(text, states)
    pieces = np.unique(np.array([states.pieces[n] for n in kept], np.uint32))
    return SignedTokens(pieces, np.packbits(states.rows[kept] > 0, axis=1))


def _kept(text: str, states: TokenStates) -> list[int]:
    return [n for n, (start, end) in enumerate(states.spans) if _tells_apart(text[start:end])]


def joined(parts: Sequence[SignedTokens]) -> SignedTokens:
    """The tokens of a paper's passages, at least one, as one text's."""
    return SignedTokens(
        np.unique(np.concatenate([part.pieces for part in parts])),
        np.concatenate([part.signs for part in parts]),
    )


def similarities(
    question: Vectors, weights: npt.NDArray[np.float64], papers: Sequence[npt.NDArray[np.uint8]]
) -> npt.NDArray[np.float64]:
    """Each paper's weighted mean of the question's tokens' greatest cosines to its own, shape (len(papers),).

    question: unit rows, one a token at least. weights: of these, sum 1. papers: the signs of each, one row
    at least.
    """
    dimensions = question.shape[1]
    sizes = [len(signs) for signs in papers]
    signs = np.concatenate(papers)
    across = np.ascontiguousarray(question.T)
    products = np.empty((len(signs), len(question)), np.float32)
    step = max(1, _PRODUCT // question.size)
    for at in range(0, len(signs), step):
        bits = np.unpackbits(signs[at : at + step], axis=1).astype(np.float32)
        np.matmul(bits, across, out=products[at : at + step])
    # A bit is 0 or 1 where a sign is −1 or 1: q · sign = 2 q · bit − Σ q; a row of signs has the length √d.
    best = np.maximum.reduceat(products, np.cumsum([0, *sizes[:-1]]), axis=0)
    cosines = (2 * best - question.sum(axis=1)) / np.sqrt(dimensions)
    return np.asarray(np.einsum("pq,q->p", cosines, weights), np.float64)
