"""Whether a text is in English, the language that the shipped embedder and stems know."""

from __future__ import annotations

import re

from footnote.rag.language.tokens import is_function_word

# Small words that English doesn't have, of languages in Latin script.
_OTHERS = frozenset(
    """der das und ist nicht ein eine einen einem einer eines mit von zu den dem des auf für sich auch als
    werden wird wurde sind durch bei nach über aus wie oder zur zum dass im ohne mehr sie hat haben
    le la les des une du et est pas dans pour qui sur avec par plus sont aux ce cette ces que ne
    el los las un una de y en es no se por con para del al su como más sin son lo
    il gli di che è non per una della nel alla dei delle sono con più dal
    o os uma do da não em para com das dos ao mais é são pelo pela sem
    de het een van niet op met voor zijn te door bij wordt meer dan ook naar
    och att det som en på är av för med den inte till om ett har de
    og på er af til ikke med som det at en et
    i w na z się nie jest że do dla przez oraz jak
    ve bir bu için ile da daha olarak olan
    ja on ei se että ovat kuin
    nu este și cu la din pe care mai sau""".split()
)
_ENGLISH_TOO = frozenset(
    "in an on no a i do me as at so was so he die war am will den to per son non as or is".split()
)
_WORD = re.compile(r"[^\W\d_]+")


def is_foreign(text: str) -> bool:
    """Whether `text` is clearly not English: another script, or another language's small words.

    In doubt it is English, whose claims are checked in full.
    """
    words = [word.lower() for word in _WORD.findall(text[:4_000])]
    letters = sum(map(len, words))
    if not letters:
        return False
    if sum(len(word) for word in words if not _is_latin(word)) > 0.4 * letters:
        return True
    theirs = [word for word in words if word in _OTHERS and word not in _ENGLISH_TOO]
    ours = [word for word in words if is_function_word(word) and word not in (_OTHERS - _ENGLISH_TOO)]
    return len(set(theirs)) >= 2 and len(theirs) > 1.5 * len(ours) and len(theirs) >= 0.12 * len(words)


def _is_latin(word: str) -> bool:
    return ord(word[0]) < 0x250
