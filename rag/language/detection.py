"""The language of a question, by py3langid (Lui and Baldwin, "langid.py", 2012)."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import Any

from footnote.rag.language.stopwords import FOREIGN_STOP_WORDS, FUNCTION_WORDS, QUESTION_STOP_WORDS

_LANGUAGES = {
    "ar": "Arabic", "bn": "Bengali", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew",
    "hi": "Hindi", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean",
    "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sv": "Swedish", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
_SURE = 2.2
"""Log of the odds against English. At 1.8, "gamma secretase inhibitor vs modulator" is Italian."""
_ENGLISH = FUNCTION_WORDS | QUESTION_STOP_WORDS
_FOREIGN = FOREIGN_STOP_WORDS - _ENGLISH
_WORD = re.compile(r"[^\W\d_][\w'’]*")


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # rarely needed

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(_LANGUAGES))
    return identifier


def has_foreign_words(text: str) -> bool:
    """Whether a text has function words of another language that are none of English."""
    return not _FOREIGN.isdisjoint(word.casefold() for word in _WORD.findall(text))


def foreign_language(text: str) -> str | None:
    """The language, named in English, of a text that clearly isn't in English; else None.

    The first text that isn't in plain English loads the model: a second, and some 100 MB of memory.
    """
    found = [word.casefold() for word in _WORD.findall(text)]
    if sum(word in _ENGLISH and word not in FOREIGN_STOP_WORDS for word in found) > 1:
        return None
    chances = {language: float(chance) for language, chance in _identifier().rank(text)}
    best = max(chances, key=lambda language: chances[language])
    against = math.log(chances[best]) - math.log(max(chances["en"], 1e-30))
    return _LANGUAGES[best] if against > _SURE else None
