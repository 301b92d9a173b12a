"""Tokens of English text: words and marks with stems and clauses."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property, lru_cache

from footnote.rag.language.stopwords import is_function_word
from footnote.store.display import plain_text
from footnote.store.lexical import analyzer

# A word keeps what joins its parts: GPT-4, doesn't, 3.5, input/output, R^3.
_TOKEN = re.compile(r"[^\W_]+(?:[-‐-–.'’^_&][^\W_]+)*|[^\w\s]")
_CLAUSE_ENDS = frozenset('.,;:!?()[]—–"“”…|')
_CLAUSE_WORDS = frozenset(
    "but while whereas although though however yet because since if unless when".split()
)


@dataclass(frozen=True)
class Word:
    """A word or a mark. `stem` is "" for marks and for words that carry no content."""

    text: str
    lower: str
    stem: str
    start: int
    clause: int


@dataclass(frozen=True)
class TokenizedText:
    """A text without markup and its tokens; equal texts give equal tokens."""

    text: str
    words: tuple[Word, ...]

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of the words that carry content, those of a compound's parts among them."""
        return frozenset(part for word in self.words if word.stem for part in parts(word.lower))

    @cached_property
    def content(self) -> tuple[Word, ...]:
        """The words that carry content, in order."""
        return tuple(word for word in self.words if word.stem)


def tokenize(text: str, limit: int) -> TokenizedText:
    """Tokenizes the first `limit` characters of `text`."""
    plain = plain_text(text[:limit]).replace("’", "'")[:limit]
    words: list[Word] = []
    clause = 0
    for match in _TOKEN.finditer(plain):
        token = match[0]
        lower = token.lower()
        marks = not token[0].isalnum()
        clause += (token in _CLAUSE_ENDS) if marks else (lower in _CLAUSE_WORDS)
        stem = "" if marks or is_function_word(lower) else stem_of(lower)
        words.append(Word(token, lower, stem, match.start(), clause))
    return TokenizedText(plain, tuple(words))


@lru_cache(maxsize=50_000)
def stem_of(lower: str) -> str:
    """The stem of one word, as the lexical index has it; of a compound, its stems joined."""
    return "-".join(analyzer().analyze(lower[:60]))


@lru_cache(maxsize=50_000)
def parts(lower: str) -> tuple[str, ...]:
    """Stems of a word's parts: "fine-tuned" → fine, tune."""
    return tuple(analyzer().analyze(lower[:60]))


def kin_of(stem: str, known: Collection[str]) -> str | None:
    """One of the known stems of the same family (robust, robustness; evaluat, evalu), or None."""
    if len(stem) < 5:
        return None
    short = stem[: max(4, len(stem) - 3)]
    return next((o for o in known if o.startswith(short) and abs(len(o) - len(stem)) <= 4), None)
