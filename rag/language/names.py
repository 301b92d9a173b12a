"""Names in a text: systems, data sets, acronyms, people.

Names are recognized in three ways, because three kinds of text are read:

- `names` and `is_name`: tokens of a claim. What belongs to the sentence is cut off ("DPO-trained" names
  DPO), numbers with a unit ("7B") are no names, nor is a sentence's first word unless its spelling says so.
- `NAME` and `is_name_in_question`: a reader's question, which has a topic of its own as soon as a word is
  spelled as a name or stands in quotation marks. A capital counts behind a lower-case word or a comma only.
- `question_names` and `spelled_as_names`: whole words of a question. Each word with a digit counts, numbers
  too: a rewritten question has to keep them, and a paper that answers has to have them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from footnote.rag.language.numbers import currency_places, measure
from footnote.rag.language.stopwords import QUESTION_STOP_WORDS, is_function_word
from footnote.rag.language.tokens import TokenizedText, Word

NAME = re.compile(
    r"\b\w*[a-z0-9][A-Z]\w*\b|\b[A-Z]{2,}\w*\b|\b[A-Za-z]+\d\w*\b|(?<=[a-z,;:] )[A-Z][a-z]{2,}"
    r"|[“\"«][^”\"»]{2,300}[”\"»]"
)
"""A name within a question; what stands in quotation marks is one."""
_OPENERS = frozenset('.!?:;“"‘([|•')
_LOOK_BACK = 20
"""Characters before a word that show whether a sentence begins with it."""
_SENTENCE_END = re.compile(r"[.?!:]['\"”’)]*\s+[\"'“‘(]*\Z")
_ENGLISH = 0.2
"""The share of stop words from which a text counts as English, where capitals mean names."""


def names(claim: TokenizedText, *, foreign: bool = False, known: Set[int] = frozenset()) -> list[str]:
    """The names of a claim in order, each once, but for words that begin at one of the places `known`.

    foreign: only what can't be a word of its language, since German writes every noun with a capital.
    """
    found: dict[str, None] = {}
    words = claim.words
    known = known | currency_places(claim.text)
    for n, word in enumerate(words):
        if not word.text[0].isalnum() or word.start in known:
            continue
        if n and words[n - 1].text[0].isdigit() and measure(word.text):
            continue
        opens = _opens(words, n)
        for part in _name_parts(word.text, opens=opens, foreign=foreign):
            if foreign and _is_acronym(part):
                continue  # each language has its own: KI for AI, VIH for HIV
            if not _defined(words, n, part):
                found[part] = None
    return list(found)


def _defined(words: Sequence[Word], n: int, name: str) -> bool:
    """Whether the claim itself spells an acronym out just before: "systemic lupus erythematosus (SLE)"."""
    if n < 2 or words[n - 1].text != "(" or not name.removesuffix("s").isupper():
        return False
    letters = name.removesuffix("s").lower()
    before = [part[0] for word in words[max(0, n - 10) : n - 1] for part in word.lower.split("-") if part]
    heavy = [
        part[0]
        for word in words[max(0, n - 10) : n - 1]
        if word.stem
        for part in word.lower.split("-")
        if part
    ]
    return "".join(before).endswith(letters) or "".join(heavy).endswith(letters)


def is_name(word: Word) -> bool:
    """Whether a word by itself is written as a name."""
    return bool(_name_parts(word.text, opens=False, foreign=False)) if word.text[0].isalnum() else False


def _opens(words: Sequence[Word], n: int) -> bool:
    return n == 0 or words[n - 1].text in _OPENERS


def _name_parts(token: str, *, opens: bool, foreign: bool) -> list[str]:
    """The names in a token: all of "GPT-4", the "DPO" of "DPO-trained", both of "SFT/DPO"."""
    token = re.sub(r"'s?$", "", token)
    if (token[0].isdigit() and not re.search(r"[A-Z]", token[1:])) or re.fullmatch(r"[a-z]\^.*", token):
        return []
    pieces = [piece for piece in re.split(r"[-‐–_&^.'](?=[^\W\d_])|[_&^]", token) if piece]
    if len(pieces) > 1 and any(_is_name(piece) for piece in pieces):
        # Lower-case words at the ends belong to the sentence, not to the name; digits stay with theirs.
        while pieces and pieces[-1].islower() and pieces[-1].isalpha():
            pieces.pop()
        while pieces and (pieces[0].islower() or (opens and not _is_name(pieces[0]))):
            pieces.pop(0)
        if all(_is_acronym(piece) for piece in pieces):
            return pieces
        return ["-".join(pieces)]
    if _is_name(token):
        return [token]
    if (
        not foreign
        and not opens
        and token[0].isupper()
        and len(token) > 1
        and not is_function_word(token.lower())
    ):
        return [piece for piece in pieces if piece[0].isupper() and len(piece) > 1]
    return []


def _is_name(piece: str) -> bool:
    """Can't be an ordinary word: a capital inside, or digits together with letters."""
    letters = [c for c in piece if c.isalpha()]
    if not letters:
        return False
    if any(c.isdigit() for c in piece):
        return not re.fullmatch(r"\d+(?:[.,]\d+)*[A-Za-z]{1,2}", piece)  # 300K, 7B, 10x are numbers
    return len(letters) > 1 and any(c.isupper() for c in piece[1:])


def _is_acronym(piece: str) -> bool:
    return piece.isalpha() and piece.removesuffix("s").isupper()


def is_name_in_question(text: str) -> bool:
    """Whether a word of a question, or what is in quotation marks, names something."""
    return bool(NAME.search(f"a {text}")) and (text[:1] in '“"«' or " " not in text)


def question_names(text: str) -> set[str]:
    """Words of a question with digits, inner capitals, or a capital that begins no sentence.

    In lower case, split at hyphens and the like; single letters are left out.
    """
    found: set[str] = set()
    for match in re.finditer(r"[\w@-]+", text):
        token = match[0]
        before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
        begins = not before.rstrip(" \"'“‘(") or _SENTENCE_END.search(before)
        if _is_marked(token) or (token[0].isupper() and not begins):
            found |= {word for word in re.findall(r"\w+", token.casefold()) if len(word) > 1}
    return found


def spelled_as_names(text: str) -> list[str]:
    """The words that a rewritten question must keep, as written: names as in `question_names` and numbers.

    Capitals at a word's start count only in English, and only within a sentence.
    """
    words = re.findall(r"[^\W_][\w.’'/-]*", text)
    stop_words = sum(word.casefold() in QUESTION_STOP_WORDS for word in words)
    capitals = stop_words >= _ENGLISH * len(words)
    found: list[str] = []
    for before, word in zip(["", *words], words, strict=False):
        begins = not before or before.endswith(".")
        if _is_marked(word) or (capitals and not begins and word[0].isupper() and word != "I"):
            found.append(word.rstrip(".'’"))
    return found


def _is_marked(word: str) -> bool:
    """Whether a word has a digit anywhere or a capital inside."""
    return any(c.isdigit() for c in word) or any(c.isupper() for c in word[1:])
