"""Names for clusters, of the words that tell each from the others.

Class-based tf-idf (Grootendorst, "BERTopic: Neural topic modeling with a class-based TF-IDF
procedure", 2022) over words and pairs of words of titles and abstracts. Words are matched by their
stems and shown as the papers mostly write them.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from footnote.store.display import plain_text
from footnote.store.lexical import analyzer

TERMS = 3
MAX_CHARS = 3_000
"""Of an abstract; what a paper is about stands at its beginning."""
_WORD = re.compile(r"[^\W_]+(?:[-–'’][^\W_]+)*")
_LONGEST_WORD = 30
_PAIR_WEIGHT = 2.0
"""A pair says more than a word that is as frequent."""
_LEAST_SHARE = 0.15
"""Share of a cluster's papers that must have a term for it to name the cluster."""
_TITLE_WEIGHT = 2
_EMPTY = frozenset(
    "about above according achieve across address aforementioned after aim all allow also although among "
    "another any approximately are argue around as available based be because been before being best "
    "better between beyond both but by call called can cannot code com compared comprehensive could "
    "current currently demonstrate despite did different directly do does during each effective "
    "effectively either emerged enable enables end-to-end enhance especially etc even every existing "
    "explore extensive far few final finally find finds first five four from full fully fundamental "
    "further furthermore general generally github good great growing had has have having hence here high "
    "high-quality higher highly how however http https human-like if important in inefficient into "
    "introduce investigate io is it its itself key large large-scale largely lead leading less leverage "
    "leveraging like likely low lower main make makes many may means might more moreover most much "
    "multiple must namely near nearly need new next no not notably novel now number of often on one only "
    "onto open or other others our ours out outperform outperforming outperforms over own particular "
    "particularly per performant perhaps possible potential present presents previous prior promising "
    "propose proposed proposes provide provides rather real-world recent recently remain remains report "
    "require reveal same second see several should show shown shows significant significantly simple "
    "simply since single small so some specifically state-of-the-art still strong substantial "
    "substantially such suggest than that the their them then there these they third this those three "
    "through thus to together too toward towards two typical typically under understand until up upon url "
    "us use used useful uses using usually various very via was way we well were what when where whether "
    "which while who whose why wide widely will with within without would www yet you your".split()
)
"""Words that name nothing, and so stand in no term."""
_VAGUE = frozenset(
    "ability abstract academic analysis application approach art baseline benchmark capability case "
    "challenge conduct configuration context core data dataset develop development effectiveness "
    "efficiency evaluate evaluation evidence experiment finding fine-tuning framework generate generation "
    "goal human impact improve improvement inference information insight issue language learning level "
    "limitation llm llms method model nature output paper paradigm people performance pre-trained "
    "pretrained pretraining problem process project quality question range research resource response "
    "result revisit science set setting source strategy study system task technique time tool traditional "
    "training tuning understanding user value work year".split()
)
"""Words of nearly every paper, which name something only beside another word."""

Key = tuple[str, ...]


class Term(NamedTuple):
    """A word or a pair of words: the stems that it is matched by, and how a text writes it."""

    key: Key
    surface: str


def terms(text: str) -> list[Term]:
    """The words of a text that carry meaning, and pairs of them that stand side by side."""
    found: list[Term] = []
    before: tuple[int, str, Key] | None = None
    for match in _WORD.finditer(text):
        word = match[0]
        key = _stems(word) if len(word) <= _LONGEST_WORD else ()
        if not key:
            before = None
            continue
        found.append(Term(key, word))
        if before and text[before[0] : match.start()] == " " and len(before[2]) + len(key) <= 3:
            found.append(Term(before[2] + key, f"{before[1]} {word}"))
        before = (match.end(), word, key)
    return found


@lru_cache(maxsize=50_000)
def _stems(word: str) -> Key:
    """The stems of a word's parts; empty for words that say little, and for numbers."""
    if word.isdigit() or len(word) < 2 or word.lower() in _EMPTY:
        return ()
    return tuple(analyzer().analyze(word))


@lru_cache(maxsize=1)
def _vague_stems() -> frozenset[str]:
    return frozenset(stem for word in _VAGUE for stem in _stems(word))


def names(texts: Iterable[tuple[str, str]], labels: Sequence[int], clusters: int) -> list[tuple[str, ...]]:
    """The name of each cluster: up to three terms that no other cluster has.

    texts: title and abstract of each paper. labels: the cluster of each, from 0. Empty where a
    cluster's papers share no words.
    """
    counts: list[Counter[Key]] = [Counter() for _ in range(clusters)]
    papers: Counter[int] = Counter(labels)
    surfaces: dict[Key, Counter[str]] = defaultdict(Counter)
    for (title, abstract), label in zip(texts, labels, strict=True):
        found: Counter[Key] = Counter()
        for text, weight in ((title, _TITLE_WEIGHT), (abstract[:MAX_CHARS], 1)):
            for term in terms(plain_text(text)):
                found[term.key] = max(found[term.key], weight)
                surfaces[term.key][term.surface] += 1
        counts[label].update(found)
    ranked = [_ranked(n, counts, papers) for n in range(clusters)]
    return [tuple(_surface(surfaces[key]) for key in keys) for keys in _distinct(ranked)]


def _ranked(own: int, counts: Sequence[Counter[Key]], papers: Counter[int]) -> list[tuple[float, Key]]:
    """The terms of cluster `own`, those that tell most first."""
    vague = _vague_stems()
    total: Counter[Key] = Counter()
    for count in counts:
        total.update(count)
    mean = sum(total.values()) / max(1, len(counts))
    least = max(2.0, _LEAST_SHARE * papers[own])
    ranked = []
    for key, frequency in counts[own].items():
        if frequency < least or vague.issuperset(key) or (len(key) == 1 and len(key[0]) < 3):
            continue
        share = frequency / total[key]  # of all its occurrences, those in this cluster
        weight = frequency * math.log(1 + mean / total[key]) * share
        if len(key) > 1:
            weight *= _PAIR_WEIGHT
        ranked.append((-weight, key))
    return sorted(ranked)


def _distinct(ranked: Sequence[list[tuple[float, Key]]]) -> list[list[Key]]:
    """Up to `TERMS` terms a cluster, taken in turns, none that shares a stem with one taken before."""
    chosen: list[list[Key]] = [[] for _ in ranked]
    taken: set[Key] = set()
    for _ in range(TERMS):
        for own, candidates in zip(chosen, ranked, strict=True):
            used = {stem for key in own for stem in key}
            for _, key in candidates:
                if key not in taken and not used & set(key):
                    own.append(key)
                    taken.add(key)
                    break
    return chosen


def _surface(written: Counter[str]) -> str:
    """The commonest way to write a term: in small letters, but for names and acronyms."""
    folded: Counter[str] = Counter()
    for surface, count in written.items():
        folded[surface.casefold()] += count
    best = max(folded, key=lambda word: (folded[word], word))
    shown = max((s for s in written if s.casefold() == best), key=lambda s: (written[s], s))
    return " ".join(word if any(c.isupper() for c in word[1:]) else word.lower() for word in shown.split(" "))
