"""The inverse cloze task over abstracts: a sentence is taken out and is to find what is left.

Lee et al., "Latent Retrieval for Weakly Supervised Open Domain Question Answering", 2019. It stands
in for questions, which a library doesn't have: sentence and rest are about the same, in other words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from footnote.store.display import plain_text
from footnote.store.embedder import Vectors
from footnote.store.papers import Paper
from footnote.store.sentences import split_sentences

LEAST_PAPERS = 40
"""With fewer papers there is nothing to tell apart, and too little held back to judge by."""
MOST_PAPERS = 2_000
"""More would teach more, but take hours; a larger library is learned from a sample."""
_HELD_BACK = 0.12
_MOST_HELD_BACK = 150  # exercises: enough to judge by, few enough to embed several times
_DROPPED = 0.2
_LEAST_WORDS = 4


@dataclass(frozen=True)
class Text:
    """A paper as the embedder reads it: title, and at least two sentences."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Exercise:
    """Sentences, one or two, what is left of their abstract under the title, and whose they are."""

    paper: int
    sentences: tuple[str, ...]
    rest: str


def sample(papers: Iterable[Paper], rng: np.random.Generator, most: int = MOST_PAPERS) -> list[Text]:
    """Papers with two sentences or more, at most `most`, each as likely as another.

    Reads `papers` once and keeps no more than it gives (Vitter's algorithm R, 1985).
    """
    kept: list[Text] = []
    seen = 0
    for paper in papers:
        sentences = tuple(plain_text(span.of(paper.abstract)) for span in split_sentences(paper.abstract))
        if len(sentences) < 2:
            continue
        seen += 1
        text = Text(plain_text(paper.title), sentences)
        if len(kept) < most:
            kept.append(text)
        elif (place := int(rng.integers(seen))) < most:
            kept[place] = text
    return kept


def hold_back(texts: Sequence[Text], rng: np.random.Generator) -> tuple[list[Text], list[Exercise]]:
    """Papers to learn from, and exercises of other papers to judge by, their sentences whole."""
    order = [texts[n] for n in rng.permutation(len(texts))]
    count = max(1, int(_HELD_BACK * len(order)))
    held = [x for paper, text in enumerate(order[:count]) for x in _taken_out(paper, text, rng)]
    return order[count:], [held[n] for n in rng.permutation(len(held))[:_MOST_HELD_BACK]]


def exercises(texts: Sequence[Text], rng: np.random.Generator) -> list[Exercise]:
    """One pass: every sentence once, in random order, some words of each dropped, as a question
    doesn't repeat them all.
    """
    made = [
        replace(x, sentences=tuple(_thinned(sentence, rng) for sentence in x.sentences))
        for paper, text in enumerate(texts)
        for x in _taken_out(paper, text, rng)
    ]
    return [made[n] for n in rng.permutation(len(made))]


def _taken_out(paper: int, text: Text, rng: np.random.Generator) -> Iterator[Exercise]:
    """Each sentence once, by twos where that leaves any.

    Two that share a rest cost little more than one. What is left begins anywhere and goes round, for
    a rest longer than the window is cut.
    """
    count = len(text.sentences)
    order = rng.permutation(count)
    size = 2 if count > 2 else 1
    for at in range(0, count, size):
        out = order[at : at + size]
        left = [sentence for n, sentence in enumerate(text.sentences) if n not in out]
        start = int(rng.integers(len(left)))
        rest = "\n".join([text.title, " ".join(left[start:] + left[:start])])
        yield Exercise(paper, tuple(text.sentences[n] for n in out), rest)


def _thinned(sentence: str, rng: np.random.Generator) -> str:
    words = sentence.split()
    kept = [word for word in words if rng.random() >= _DROPPED]
    return " ".join(kept if len(kept) >= _LEAST_WORDS else words)


def reciprocal_rank(embed: Callable[[Sequence[str]], Vectors], asked: Sequence[Exercise]) -> float:
    """Mean reciprocal rank of each sentence's own rest among one rest of every other paper.

    embed: texts → unit rows.
    """
    counts = [len(x.sentences) for x in asked]
    sentences = embed([sentence for x in asked for sentence in x.sentences])
    rests = embed([x.rest for x in asked])
    whose = np.array([x.paper for x in asked])
    scores = sentences @ rests.T
    own = scores[np.arange(len(scores)), np.repeat(np.arange(len(asked)), counts)]
    _, firsts = np.unique(whose, return_index=True)
    others = scores[:, firsts]
    others[np.repeat(whose, counts)[:, None] == whose[firsts][None, :]] = -np.inf
    return float((1 / (1 + (others > own[:, None]).sum(axis=1))).mean())
