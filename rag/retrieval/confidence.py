"""How likely the library, and the best paper found, answer a question, judged from what was retrieved.

Three chances, each a logistic model of features that a reader can check:

- *near*: the library has papers about what is asked.
- *found*: the best paper is the right one.
- *stated*: a paper that is about it also states the answer. Abstracts leave much out, and a question about
  what they leave out is as near to them as any other. What tells them apart is which words of the question
  the paper lacks, and what kind of thing is asked for: the closed class of question words ("did", "than",
  "how many") shows that, and is the same in every field.

The library answers with the chance *near* times *stated*, the best paper with *found* times *stated*.
`footnote eval fit confidence` fits all three over libraries of several fields, and docs/confidence.md
shows how good they are on a field that they haven't seen. They are fitted to searches without a chat model,
and to the embedder that ships: with another one (`Settings.embedder`) they are not calibrated.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from footnote.rag.language.names import question_names
from footnote.rag.language.stopwords import QUESTION_STOP_WORDS
from footnote.rag.retrieval import question_kind
from footnote.rag.retrieval.retrieve import Retrieval
from footnote.rag.retrieval.sentence_scores import term_share
from footnote.rag.retrieved_paper import RetrievedPaper
from footnote.rag.weights import FITS, Fit
from footnote.store.display import plain_text
from footnote.store.lexical import analyzer
from footnote.store.library import Library
from footnote.store.papers import Paper
from footnote.store.protocols import Embedder

_READ = 4
"""How many sentences of the best paper, the nearest ones, a question's words are looked up in."""
_LEFT_OUT = 2
"""How many words of a question, the rarest ones, are left out, one at a time."""
_NEAREST = 3
"""Sentences whose mean cosine says how near a paper is: one may be near by chance, rarely three."""
_RIVALS = 5
"""How many of the first papers are compared."""
_NEIGHBOUR = 0.7
"""Cosine in context from which a word of the paper can stand for a word of the question."""
NOWHERE = 0.5
"""`ConfidenceFeatures.missing` from which a paper isn't taken to answer, however near the rest is. By hand.

That is a word that hardly any paper has, with no word near it in the best one (cosine below .2).
"""
ASKED_LIMIT = 1.5
"""The question words never count for more than this (log odds): whoever writes questions has habits."""
_WORD = re.compile(r"\w+")

QUESTION_WORDS: tuple[str, ...] = tuple(sorted(QUESTION_STOP_WORDS - {"why"}))
"""The closed class of words that say what is asked for, whatever the topic.

Not "why": a question with it takes for granted what it asks about, which no search can check.
"""


@dataclass(frozen=True, kw_only=True)
class ConfidenceFeatures:
    """The evidence for and against an answer.

    Of the best paper: support: how near, in context, each of the question's content words is to the nearest
    word of the paper's title and nearest sentences, weighted by idf. leads_away: by how much the paper is
    nearer without one of the question's rarest words. unknown_names: names in the question that the paper
    doesn't contain, at most 2. kind_far: where only a number, a date, a price or a maker can answer, how much
    fewer of the question's terms the sentences with one have than the others, 0 … 1. missing: how rare the
    rarest content word is (0 … 1) that the paper neither has nor comes near to, times how far it is from it.

    Of the search: passage: cosine of the nearest passage, through the lens where there is one. lead: how far
    the best paper's score is above the second's. nearer: how much nearer its nearest sentence is than those
    of the papers after it.

    Of the question: pieces: word pieces a content word, of which technical words and names have more; one
    for a word that the best paper has. question_words: those of the closed class that it contains.
    """

    passage: float
    support: float
    lead: float
    nearer: float
    leads_away: float
    unknown_names: float
    kind_far: float
    missing: float
    pieces: float
    question_words: frozenset[str] = frozenset()


class _ContentWord(NamedTuple):
    """A content word of the question.

    near: cosine of its nearest word in the paper's title and nearest sentences. had: whether the paper has
    it.
    """

    idf: float
    pieces: int
    near: float
    had: bool


def confidence_features(question: str, found: Retrieval, library: Library) -> ConfidenceFeatures | None:
    """The features of what was found for a standalone question; None where nothing was found.

    question: as it was asked.
    """
    evidence = found.evidence
    if not evidence:
        return None
    best = evidence[0]
    idf = library.lexical.idf(analyzer().analyze(found.question))
    unseen = library.lexical.idf([""])[""]
    asked = question_kind.asked_kind(question)
    words = _content_words(found, best, idf, library)
    weight = sum(word.idf for word in words)
    scores = [fused.score for fused in found.ranking[:2]]
    others = [float((paper.vectors @ found.vector).max()) for paper in evidence[1:_RIVALS]]
    return ConfidenceFeatures(
        passage=max((f.dense for f in found.ranking if f.dense is not None), default=0.0),
        support=sum(word.idf * word.near for word in words) / weight if weight else 0.0,
        lead=scores[0] - (scores[1] if len(scores) > 1 else 0.0),
        nearer=float((best.vectors @ found.vector).max()) - max(others, default=0.0),
        leads_away=_leads_away(found, best, idf, library.embedder),
        unknown_names=float(min(len(_unknown_names(question, best.paper)), 2)),
        kind_far=_kind_far(best, idf, asked) if asked else 0.0,
        missing=_missing(words, unseen),
        pieces=float(np.mean([1 if word.had else word.pieces for word in words])) if words else 1.0,
        question_words=frozenset(_WORD.findall(question.casefold())).intersection(QUESTION_WORDS),
    )


def _content_words(
    found: Retrieval, best: RetrievedPaper, idf: Mapping[str, float], library: Library
) -> list[_ContentWord]:
    """Late interaction as in Khattab and Zaharia, "ColBERT" (2020), by whole words."""
    embedder = library.token_embedder
    texts = [plain_text(span.of(best.paper.abstract)) for span in best.sentences]
    rarest = max(idf, key=lambda term: idf[term], default="")
    # What has the question's rarest word is read first: vectors of whole sentences know few names.
    without = np.array([rarest not in analyzer().analyze(text) for text in texts])
    nearest = np.lexsort((-(best.vectors @ found.vector), without))[:_READ]
    title = plain_text(best.paper.display_title)
    stated = np.concatenate([embedder.states(text).rows for text in (title, *(texts[n] for n in nearest))])
    known = set(analyzer().analyze(". ".join([title, *texts])))
    states = embedder.question_states(found.question)
    # Not `@`: BLAS's threads would spin on all cores, which others' questions need.
    near = np.einsum("ik,jk->ij", states.rows, stated).max(axis=1, initial=0.0)
    words: list[_ContentWord] = []
    for match in _WORD.finditer(found.question):
        weight = _weight(match[0], idf)
        tokens = [n for n, (a, b) in enumerate(states.spans) if match.start() <= a and b <= match.end()]
        if weight and tokens and match[0].casefold() not in QUESTION_STOP_WORDS:
            had = not known.isdisjoint(analyzer().analyze(match[0]))
            words.append(_ContentWord(weight, len(tokens), float(near[tokens].mean()), had))
    return words


def _missing(words: list[_ContentWord], unseen: float) -> float:
    """unseen: the idf of a word that no paper has."""
    far = (word.idf / unseen * max(0.0, _NEIGHBOUR - word.near) for word in words if not word.had)
    return max(far, default=0.0)


def _leads_away(
    found: Retrieval, best: RetrievedPaper, idf: Mapping[str, float], embedder: Embedder
) -> float:
    words = found.question.split()
    weights = [_weight(word, idf) for word in words]
    rarest = sorted((n for n, weight in enumerate(weights) if weight), key=lambda n: -weights[n])[:_LEFT_OUT]
    if len(rarest) < 2:  # what is left would be no question
        return 0.0
    shorter = embedder.embed([" ".join(words[:n] + words[n + 1 :]) for n in rarest])
    without = max(_nearness(best, vector) for vector in shorter)
    return max(0.0, without - _nearness(best, found.vector))


def _nearness(paper: RetrievedPaper, vector: npt.NDArray[np.float32]) -> float:
    return float(np.sort(paper.vectors @ vector)[-_NEAREST:].mean())


def _weight(word: str, idf: Mapping[str, float]) -> float:
    """The idf of a word as written; 0 for a stop word."""
    return max((idf.get(term, 0.0) for term in analyzer().analyze(word)), default=0.0)


def _unknown_names(question: str, paper: Paper) -> set[str]:
    known = question_kind.words(f"{paper.title} {paper.display_title} {paper.abstract}")
    # Bare numbers are no names: a paper may write them in another way ("1K").
    names = {name for name in question_names(question) if not name.isdigit()}
    return {n for n in names if n not in known and n.removesuffix("s") not in known}


def _kind_far(best: RetrievedPaper, idf: Mapping[str, float], asked: question_kind.QuestionKind) -> float:
    texts = [plain_text(span.of(best.paper.abstract)) for span in best.sentences]
    shares = np.array([term_share(text, idf) for text in texts])
    stating = np.array([question_kind.states_kind(text, asked) for text in texts])
    if not shares.max() or not stating.any():
        return 1.0
    return float(1 - shares[stating].max() / shares.max())


class Trust(NamedTuple):
    """Probabilities, 0 … 1. confidence: that the library answers. quotes: that the best paper does.

    found: that the best paper is the right one, if the library answers.
    """

    confidence: float
    quotes: float
    found: float


NO_TRUST = Trust(0.0, 0.0, 0.0)
"""Where nothing was found, or nothing is asked."""


def trust(question: str, found: Retrieval, library: Library) -> Trust:
    """How far what was found for a standalone question can be trusted. question: as it was asked."""
    return trust_of(confidence_features(question, found, library))


def trust_of(features: ConfidenceFeatures | None) -> Trust:
    """The probabilities by their features; 0 where nothing was found."""
    if features is None:
        return NO_TRUST
    asked = math.fsum(FITS.asked.weights.get(word, 0.0) for word in features.question_words)
    asked = max(-ASKED_LIMIT, min(asked, ASKED_LIMIT))
    near, found = (_sigmoid(_log_odds(features, fit)) for fit in (FITS.near, FITS.found))
    stated = _sigmoid(_log_odds(features, FITS.stated) + asked)
    return Trust(near * stated, found * stated if features.missing < NOWHERE else 0.0, found)


def confidence(features: ConfidenceFeatures | None) -> float:
    """The probability that the library answers; 0 where nothing was found."""
    return trust_of(features).confidence


def _log_odds(features: ConfidenceFeatures, fit: Fit) -> float:
    return fit.bias + math.fsum(weight * getattr(features, name) for name, weight in fit.weights.items())


def _sigmoid(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))
