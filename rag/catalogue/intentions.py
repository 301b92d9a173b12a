"""What a reader wants: something of the papers, or of the catalogue, or only to be polite.

Multinomial logistic regression over the question's vector and its frame words: words of example questions
outside of their topics. `footnote eval fit intentions` makes `intentions.npz`; docs/catalogue.md tells what
it is worth.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from footnote.store.protocols import Vectors

Intention = Literal[
    "count",
    "list",
    "years",
    "date",
    "sources",
    "authors",
    "venues",
    "topics",
    "abilities",
    "greeting",
    "thanks",
]
PAPERS = "papers"
"""The class of ordinary questions."""
CLASSES = (*get_args(Intention), PAPERS)
WEIGHTS = Path(__file__).parent / "intentions.npz"
THRESHOLD = 0.5
"""Probability from which a question isn't an ordinary one. See docs/catalogue.md."""
MOST_CHARS = 200
"""A longer question asks for more than the catalogue knows."""
VECTOR_SCALE = 3.0
WORD_SCALE = 0.7
"""Scale the two kinds of features, which the fit's ridge treats alike."""
_WORD = re.compile(r"[^\W\d_][\w'’]*|\d{4}")

Features = npt.NDArray[np.float32]


def words(text: str) -> list[str]:
    """The words of a question and its years, in lower case."""
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]


def features(texts: Sequence[str], vectors: Vectors, columns: Mapping[str, int]) -> Features:
    """One row a text: its vector, its frame words, the share of other words, and whether it has a year.

    vectors: of shape (len(texts), dimensions). columns: of the frame words.
    """
    table = np.zeros((len(texts), len(columns) + 2), np.float32)
    for row, text in zip(table, texts, strict=True):
        found = words(text)
        row[[columns[word] for word in found if word in columns]] = 1
        row[-2] = sum(word not in columns for word in found) / max(1, len(found))
        row[-1] = any(word.isdigit() for word in found)
    return np.hstack([vectors * VECTOR_SCALE, table * WORD_SCALE]).astype(np.float32)


@dataclass(frozen=True)
class Classifier:
    """Probabilities of the classes.

    weights: a row a class. columns: of the frame words. embedder: name and version of the one whose vectors
    it was fitted to.
    """

    weights: Features
    bias: Features
    columns: Mapping[str, int]
    embedder: str

    @classmethod
    def load(cls) -> Classifier:
        """The one that ships."""
        with np.load(WEIGHTS, allow_pickle=False) as held:
            facts = json.loads(held["facts"].tobytes())
            return cls(
                held["weights"].astype(np.float32),
                held["bias"].astype(np.float32),
                {word: column for column, word in enumerate(facts["words"])},
                facts["embedder"],
            )

    def save(self, command: str, path: Path = WEIGHTS) -> None:
        """Writes it. command: makes it again."""
        facts = {"embedder": self.embedder, "command": command, "words": list(self.columns)}
        with path.open("wb") as file:
            np.savez(
                file,
                weights=self.weights.astype(np.float16),
                bias=self.bias.astype(np.float16),
                facts=np.frombuffer(json.dumps(facts).encode(), np.uint8),
            )

    def probabilities(self, table: Features) -> Features:
        """One row for each row of `table`, in the order of `CLASSES`: see `features`."""
        odds = table @ self.weights.T + self.bias
        odds = np.exp(odds - odds.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True), np.float32)

    def intentions(self, texts: Sequence[str], vectors: Vectors) -> list[Intention | None]:
        """What each text wants; None for ordinary questions and where it isn't clear enough."""
        table = self.probabilities(features(texts, vectors, self.columns))
        return [_decided(text, row) for text, row in zip(texts, table, strict=True)]


def _decided(text: str, row: Features) -> Intention | None:
    if len(text) > MOST_CHARS or 1 - row[CLASSES.index(PAPERS)] < THRESHOLD:
        return None
    return get_args(Intention)[int(row[: CLASSES.index(PAPERS)].argmax())]  # type: ignore[no-any-return]


@cache
def classifier() -> Classifier:
    """The classifier that ships, read once."""
    return Classifier.load()
