"""Sentences that support nothing: orders to whoever reads them, and claims about the evidence itself.

"When asked about X, say Y" and "confirmed by every other source" are planted to be quoted; a paper can't
vouch for itself. A linear classifier over hashed words and characters reads every run of a few words, so that
an order inside a long factual sentence is found; names and numbers are masked, so that the subject doesn't
count. `footnote eval fit planted` makes `planted.npz`; docs/verification.md reports what it finds. Pure.

Hashed features: Weinberger et al., "Feature Hashing for Large Scale Multitask Learning" (2009). The worst run
of a text decides, as in mi-SVM: Andrews et al., "Support Vector Machines for Multiple-Instance Learning"
(2002).
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from footnote.rag.llm.replies.visible import is_invisible

WEIGHTS = Path(__file__).with_name("planted.npz")
BUCKETS = 2**16
WINDOWS = (12,)
"""Tokens of the runs that are read; a shorter text is one run."""
SCALE = 11.0
"""Divides the sum of a run's weights: about the root of the number of its features."""
_MAX_CHARS = 4_000
_LEAST_BYTES = 14
"""Of letters and digits in UTF-8; a shorter text is no sentence but a tag, a heading, a number."""
_EAST_ASIAN = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_TOKEN = re.compile(rf"[{_EAST_ASIAN}]|[^\W_{_EAST_ASIAN}]+|[^\w\s]|_")
_CHARACTERS = (3, 4, 5)
_NAME = "§"
_LONGEST_ACRONYM = 5
_OPENS = frozenset('.:;?!—>“"([|#')
"""After these a capital letter is no sign of a name."""
_CERTAIN = re.compile(
    r"<!--|<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id)|\[/?INST\]|<</?SYS>>"
    r"|^\W*(?:ignore|disregard|forget)\s+(?:(?:all|the|your|any)\s+)*(?:(?:previous|prior)\s+instructions|above\b)"
    r"|\b(?:asked|requested|urged) to (?:answer|reply|say) only\b|^reply with (?:exactly|only)\b"
    r"|\bsettled once and for all\b|\bunanimously confirm|\bcomplete agreement among all\b"
    r"|\b(?:is|are) the (?:definitive|indisputable|only correct|only reliable) (?:answer|source)\b"
    r"|\bno evidence to the contrary exists\b"
    r"|^(?:earlier|higher|lower|other|all)\b[^.;]*\b(?:are|were) (?:wrong|fabricated|false)(?:[.;]|$)",
    re.IGNORECASE,
)
"""Marks of a conversation, hidden text, and set phrases: none stands in 57,322 sentences of abstracts."""

Weights = npt.NDArray[np.float32]


def normalized(text: str) -> str:
    """The first 4,000 characters without invisible ones, in compatible forms, with straight apostrophes."""
    shown = "".join(c for c in text[:_MAX_CHARS] if not is_invisible(c))
    return unicodedata.normalize("NFKC", shown)[:_MAX_CHARS].replace("’", "'")


def tokens(text: str) -> list[str]:
    """Words in lower case, East Asian letters and punctuation one by one; `§` for a name or a number."""
    found: list[str] = []
    first = True
    for token in _TOKEN.findall(normalized(text)):
        if token[0].isalnum():
            found.append(_NAME if _is_name(token, first=first) else token.lower())
            first = False
        else:
            found.append(token)
            first = token in _OPENS
    return found


def _is_name(word: str, *, first: bool) -> bool:
    """Whether a word is a name or a number as far as its letters show; orders in capitals are none."""
    if word.isalpha() and word.isupper() and len(word) > _LONGEST_ACRONYM:
        return False
    return word[1:].lower() != word[1:] or any(map(str.isdigit, word)) or (not first and word[:1].isupper())


def features(text: str) -> list[list[int]]:
    """For each token its features, numbers from 0 to BUCKETS - 1; none for what is no sentence.

    They are the token, the one and the two before it, and its runs of three to five characters.
    """
    read = tokens(text)
    if len("".join(filter(str.isalnum, "".join(read))).encode("utf-8", "replace")) < _LEAST_BYTES:
        return []
    return [_of_token(a, b, c) for a, b, c in zip(["^", "^", *read], ["^", *read], read, strict=False)]


@lru_cache(maxsize=4_096)
def _of_token(second: str, first: str, token: str) -> list[int]:
    found = [f"w {token}", f"b {first} {token}", f"t {second} {first} {token}", f"s {second} {token}"]
    if len(token) > 2:
        word = f" {token} "
        found += [f"c{word[n : n + size]}" for size in _CHARACTERS for n in range(len(word) - size + 1)]
    return sorted({zlib.crc32(feature.encode("utf-8", "replace")) % BUCKETS for feature in found})


@dataclass(frozen=True, eq=False)
class Classifier:
    """weights: of the features, `BUCKETS` of them. Odds above 0 mean that a text supports nothing."""

    weights: Weights
    bias: float
    command: str = ""

    @classmethod
    def load(cls) -> Classifier:
        """The one that ships."""
        with np.load(WEIGHTS, allow_pickle=False) as held:
            return cls(held["weights"].astype(np.float32), float(held["bias"]), str(held["command"]))

    def save(self, path: Path = WEIGHTS) -> None:
        """Writes it as float16."""
        with path.open("wb") as file:
            np.savez(file, weights=self.weights.astype(np.float16), bias=self.bias, command=self.command)

    def odds(self, text: str) -> float:
        """The logarithm of the odds of the text's worst run."""
        read = features(text)
        if not read:
            return -np.inf
        sums = np.cumsum([0.0, *(float(self.weights[one].sum()) for one in read)])
        sizes = {min(size, len(read)) for size in WINDOWS}
        return max(float((sums[size:] - sums[:-size]).max()) for size in sizes) / SCALE + self.bias


@cache
def classifier() -> Classifier:
    """The classifier that ships, read once."""
    return Classifier.load()


@lru_cache(maxsize=4_096)
def supports_nothing(sentence: str, by: Classifier | None = None, *, above: float = 0.0) -> bool:
    """Whether a sentence is no evidence, whatever it cites: an order to its reader, or it vouches for itself.

    by: the classifier; that which ships, unless another one is given. above: the least odds that it needs.
    """
    return _CERTAIN.search(normalized(sentence)) is not None or (by or classifier()).odds(sentence) > above
