"""Whether a text is in English, the language that the shipped embedder and stems know."""

from __future__ import annotations

import re

from footnote.rag.language.stopwords import FOREIGN_STOP_WORDS, SHARED_STOP_WORDS, is_function_word

_FOREIGN_ONLY = FOREIGN_STOP_WORDS - SHARED_STOP_WORDS
_WORD = re.compile(r"[^\W\d_]+")


def is_foreign(text: str) -> bool:
    """Whether `text` is clearly not English: another script, or another language's stop words.

    In doubt it is English, whose claims are checked in full.
    """
    words = [word.lower() for word in _WORD.findall(text[:4_000])]
    letters = sum(map(len, words))
    if not letters:
        return False
    if sum(len(word) for word in words if not _is_latin(word)) > 0.4 * letters:
        return True
    theirs = [word for word in words if word in _FOREIGN_ONLY]
    ours = [word for word in words if is_function_word(word) and word not in _FOREIGN_ONLY]
    return len(set(theirs)) >= 2 and len(theirs) > 1.5 * len(ours) and len(theirs) >= 0.12 * len(words)


def _is_latin(word: str) -> bool:
    return ord(word[0]) < 0x250
