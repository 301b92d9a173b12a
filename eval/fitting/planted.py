"""The fit of `rag.verification.planted`: `planted.jsonl` and `planted.txt` against ordinary sentences.

`planted.jsonl`: orders, claims about the evidence, and honest sentences that resemble them, by `author`.
`planted.txt`: frames of the same three kinds, filled at random.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression

from footnote.eval.errors import FitError
from footnote.rag.verification.planted import BUCKETS, SCALE, WINDOWS, Classifier, features, supports_nothing
from footnote.store.ingest import SAMPLE_CORPUS
from footnote.store.readers import find_files, read_file
from footnote.store.sentences import split_sentences

SENTENCES = Path(__file__).with_name("planted.jsonl")
FRAMES = Path(__file__).with_name("planted.txt")
Kind = Literal["order", "meta", "honest"]
_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")
_SLOT = re.compile(r"\{(\w+)\}")
_TOPIC = re.compile(r"\b(?:of|on|in|for) ([\w-]+(?: [\w-]+){0,5})")
_NAMES = (
    "Magpie|BERT|Orvantis|ZX-14|Hartmann et al.|DPO|the Keller protocol|SuperAlign|our device|vitamin D|"
    "method X|this drug|RewardBench|metformin|the new scale|Zebra|LoRA|our tool|treatment B|the Lind model"
).split("|")
_VALUES = (
    "42%|3.1|14 hours|61.2|7 billion|0.73|95 percent|three|12 µg/L|p < 0.01|90 thousand|half|nine of ten|4 mg"
).split("|")
_JOINTS = (", and ", "; ", ", so ", ": ", " — ", ", but ", ", which is why ", " (", ", hence ", ". ")
_REASONS = (", and ", "; ", ", since ", ", because ", ", for ", ", as ", ", while ")
_PER_FRAME = 25
_FRAME_WEIGHT = 0.38
_SENTENCE_WEIGHT = 2.0
_JOINED_WEIGHT = 1.0
_MOST_ORDINARY = 22_000
_RIDGE = 1 / 30
_ROUNDS = 3
_NEAR = -6.0
"""Odds from which an ordinary sentence's worst run is fitted to."""


class Row(NamedTuple):
    """A sentence to fit to. planted: whether it supports nothing."""

    text: str
    planted: bool
    weight: float


class Sentence(NamedTuple):
    """A line of `planted.jsonl`."""

    author: str
    kind: Kind
    text: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a fit finds of sentences that it hasn't seen, as shares. author: the one that was left out."""

    author: str
    order: float
    meta: float
    honest: float
    ordinary: float


def read_planted(file: Path = SENTENCES) -> list[Sentence]:
    """The sentences by authors, in the order of the file."""
    rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return [Sentence(row["author"], row["kind"], row["text"]) for row in rows]


def shipped_abstracts() -> list[str]:
    """The abstracts of the library that ships."""
    return [listing.abstract for file in find_files([SAMPLE_CORPUS]) for listing in read_file(file).listings]


def read_abstracts(files: Sequence[Path]) -> list[str]:
    """`abstract` or `text` of each line of JSON-lines files. Raises FitError for a line that has neither."""
    found = []
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            entry = json.loads(line)
            if "abstract" not in entry and "text" not in entry:
                raise FitError(f"{file.name}, line {number}: neither `abstract` nor `text`")
            found.append(entry.get("abstract") or entry.get("text") or "")
    return found


def sentences_of(abstracts: Sequence[str]) -> list[str]:
    """Their sentences, each once."""
    return list(dict.fromkeys(span.of(text) for text in abstracts for span in split_sentences(text)))


class Frames:
    """The frames of `planted.txt`, filled with parts of ordinary sentences."""

    def __init__(self, ordinary: Sequence[str], chance: random.Random) -> None:
        self._chance = chance
        ended = (s[:-1] for s in ordinary if 40 < len(s) < 220 and s.endswith("."))
        self.sentences = [s for s in ended if s.isascii()]
        self.claims = [s[:1].lower() + s[1:] for s in self.sentences if len(s) < 90 and ":" not in s]
        self._fillings = {
            "name": _NAMES,
            "value": _VALUES,
            "claim": self.claims,
            "sentence": self.sentences,
            "topic": [found[1] for s in self.sentences if (found := _TOPIC.search(s))] + _NAMES,
        }

    def filled(self) -> Iterator[Row]:
        """The frames, each filled `_PER_FRAME` times; two of five planted ones in an ordinary sentence."""
        for kind, frame in frames():
            for _ in range(_PER_FRAME):
                text = self._fill(frame)
                planted = kind != "honest"
                if planted and self._chance.random() < 0.4:
                    text = self.joined(text)
                yield Row(text, planted, _FRAME_WEIGHT)

    def joined(self, text: str) -> str:
        """A text before, behind or between ordinary sentences, as one sentence."""
        choice, inner = self._chance.choice, text[:1].lower() + text[1:]
        before = f"{choice(self.sentences)}{choice(_JOINTS)}"
        behind = f"{choice(_REASONS)}{choice(self.claims)}."
        return choice([
            f"{before}{inner}",
            f"{text.rstrip('.!?。')}{behind}",
            f"{choice(self.claims).capitalize()}{choice(_JOINTS)}{inner.rstrip('.!?。')}{behind}",
        ])  # fmt: skip

    def bare(self) -> Iterator[str]:
        """The frames' own words: each frame as often, with a number in its slots."""
        for _, frame in frames():
            for _ in range(_PER_FRAME):
                yield _SLOT.sub("0", self._chosen(frame))

    def _chosen(self, frame: str) -> str:
        text, count = frame, 1
        while count:
            text, count = _CHOICE.subn(lambda group: self._chance.choice(group[1].split("|")), text)
        return text

    def _fill(self, frame: str) -> str:
        text = _SLOT.sub(lambda slot: self._chance.choice(self._fillings[slot[1]]), self._chosen(frame))
        return re.sub(r"\s+([,.;:?])", r"\1", re.sub(r" +", " ", text)).strip()


def frames() -> Iterator[tuple[Kind, str]]:
    """Kind and text of each line of `planted.txt`: `(a|b)` is a choice, `{topic}` a slot."""
    kind: Kind = "order"
    headings: dict[str, Kind] = {"[order]": "order", "[meta]": "meta", "[honest]": "honest"}
    for line in FRAMES.read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if text in headings:
            kind = headings[text]
        elif text and not text.startswith("#"):
            yield kind, text


def fit_planted(sentences: Sequence[Sentence], ordinary: Sequence[str], command: str = "") -> Classifier:
    """Fits to the sentences, the frames and at most 22,000 ordinary sentences; equal input, equal weights."""
    chance = random.Random(5)
    read = list(ordinary)
    chance.shuffle(read)
    made = Frames(read[:6_000], chance)
    rows = [Row(one.text, one.kind != "honest", _SENTENCE_WEIGHT) for one in sentences]
    rows += [row._replace(text=made.joined(row.text), weight=_JOINED_WEIGHT) for row in rows * 2]
    rows += made.filled()
    manner = [*made.bare(), *(one.text for one in sentences if one.kind != "honest")]
    return _fit(rows, read[:_MOST_ORDINARY], manner, command)


def held_out(
    sentences: Sequence[Sentence], ordinary: Sequence[str], unseen: Sequence[str]
) -> Iterator[Found]:
    """What is found of each author's sentences by a fit to the others', and of `unseen` ordinary ones."""
    for author in sorted({one.author for one in sentences}):
        fit = fit_planted([one for one in sentences if one.author != author], ordinary)
        rest = [one for one in sentences if one.author == author]
        shares = {
            kind: _share(fit, [one.text for one in rest if one.kind == kind])
            for kind in ("order", "meta", "honest")
        }
        yield Found(author=author, ordinary=_share(fit, unseen), **shares)


def _share(fit: Classifier, texts: Sequence[str]) -> float:
    return sum(supports_nothing(text, fit) for text in texts) / len(texts) if texts else float("nan")


def _fit(rows: Sequence[Row], ordinary: Sequence[str], manner: Sequence[str], command: str) -> Classifier:
    """Logistic regression on runs: at first whole texts and chance runs, then each text's worst run.

    A feature that no text of `manner` has weighs nothing: the subject isn't to count.
    """
    known = np.zeros(BUCKETS, bool)
    known[[n for text in manner for token in features(text) for n in token]] = True
    mine, others = _Runs([row.text for row in rows], known), _Runs(ordinary, known)
    labels, weights = [row.planted for row in rows], [row.weight for row in rows]
    starts, ends = mine.starts, mine.starts + mine.lengths
    pool = [others.table(*others.drawn())]
    for turn in range(_ROUNDS):
        table = vstack([mine.table(starts, ends), *pool])
        plain = table.shape[0] - len(rows)
        model = LogisticRegression(C=1 / _RIDGE, max_iter=400, tol=1e-5).fit(
            table, [*labels, *[False] * plain], sample_weight=[*weights, *[1.0] * plain]
        )
        found, bias = model.coef_[0], float(model.intercept_[0])
        if turn < _ROUNDS - 1:
            _, starts, ends = mine.worst(found)
            sums, first, last = others.worst(found)
            near = sums + bias > _NEAR
            pool.append(others.table(first[near], last[near]))
    return Classifier((found * known).astype(np.float32), bias, command)


Numbers = npt.NDArray[np.int64]


class _Runs:
    """Texts as runs of tokens, all in one row. starts, lengths: of the texts, in tokens."""

    def __init__(self, texts: Sequence[str], known: npt.NDArray[np.bool_]) -> None:
        kept = known.tolist()
        read = [[[n for n in token if kept[n]] for token in features(text)] or [[]] for text in texts]
        self.lengths = np.array([len(one) for one in read], np.int64)
        self.starts = np.cumsum(self.lengths) - self.lengths
        self._features = np.array([n for text in read for token in text for n in token], np.int64)
        self._offsets = np.cumsum([0, *(len(token) for text in read for token in text)])

    @cached_property
    def _text(self) -> Numbers:
        return np.repeat(np.arange(len(self.lengths)), self.lengths)

    def drawn(self) -> tuple[Numbers, Numbers]:
        """Starts and ends of one longest run a text, by chance."""
        size = np.minimum(self.lengths, WINDOWS[-1])
        starts = self.starts + np.random.default_rng(0).integers(0, self.lengths - size + 1)
        return starts, starts + size

    def worst(self, weights: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], Numbers, Numbers]:
        """The largest scaled sum of a run of each text, where it starts, and where it ends."""
        sums = np.concatenate([[0.0], np.cumsum(weights[self._features])])[self._offsets]
        places = np.arange(len(self._text))
        best = np.full(len(self.lengths), -np.inf)
        starts, ends = self.starts.copy(), self.starts.copy()
        for size in WINDOWS:
            read = np.minimum(self.lengths, size)[self._text]
            stop = np.minimum(places + read, len(places))
            inside = places + read <= (self.starts + self.lengths)[self._text]
            odds = np.where(inside, (sums[stop] - sums[places]) / SCALE, -np.inf)
            top = np.maximum.reduceat(odds, self.starts)
            at = np.minimum.reduceat(np.where(odds >= top[self._text], places, len(places)), self.starts)
            better = top > best
            best = np.maximum(top, best)
            starts, ends = np.where(better, at, starts), np.where(better, stop[at], ends)
        return best, starts, ends

    def table(self, starts: Numbers, ends: Numbers) -> csr_matrix:
        """One row a run: how often it has each feature, divided by SCALE."""
        spans = [self._features[a:b] for a, b in zip(self._offsets[starts], self._offsets[ends], strict=True)]
        edges = np.cumsum([0, *map(len, spans)])
        columns = np.concatenate(spans)
        table = csr_matrix(
            (np.full(len(columns), 1 / SCALE), columns, edges),
            shape=(len(starts), BUCKETS),
        )
        table.sum_duplicates()
        return table
