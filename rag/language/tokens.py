"""A text as the gate reads it: plain words with stems and clauses, the same for claim and evidence."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from footnote.store.display import plain_text
from footnote.store.lexical import analyzer

# A word keeps what joins its parts: GPT-4, doesn't, 3.5, input/output, R^3.
_TOKEN = re.compile(r"[^\W_]+(?:[-‐-–.'’^_&][^\W_]+)*|[^\w\s]")
_CLAUSE_ENDS = frozenset('.,;:!?()[]—–"“”…|')
_CLAUSE_WORDS = frozenset(
    "but while whereas although though however yet because since if unless when".split()
)
_FUNCTION = frozenset(
    """a an the this that these those it its they their them there he she his her we our us i you your
    and or nor but so if then than as at by for from in into of on onto over to with within without upon
    via per about above across after against along among around before behind below beneath beside
    between beyond despite down during except inside like near off out outside past through throughout
    toward towards under until up is are was were be been being am do does did doing done has have had
    having will would shall should can could may might must not no never cannot neither none both either
    each every all any some such same own other another only just also too very much many more most less
    least few fewer several when while where which who whom whose what how why whether because since
    although though however thus therefore hence yet still even rather quite well further moreover
    additionally respectively e.g i.e etc vs using use used uses based whereas one ones paper study work
    show shows shown showed find finds found report reports reported propose proposes proposed present
    presents presented introduce introduces introduced authors author here new novel namely
    versus according researchers team developers called s t""".split()
)
_ROUND = frozenset(
    "half twice one two three four five six seven eight nine ten twenty fifty third quarter fifth tenth "
    "dozen hundred thousand million billion percent".split()
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
class Reading:
    """A text made plain, in words; equal texts give equal readings."""

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


def read(text: str, limit: int) -> Reading:
    """The reading of the first `limit` characters of `text`."""
    plain = plain_text(text[:limit]).replace("’", "'")[:limit]
    words: list[Word] = []
    clause = 0
    for match in _TOKEN.finditer(plain):
        token = match[0]
        lower = token.lower()
        marks = not token[0].isalnum()
        clause += (token in _CLAUSE_ENDS) if marks else (lower in _CLAUSE_WORDS)
        stem = "" if marks or lower in _FUNCTION else stem_of(lower)
        words.append(Word(token, lower, stem, match.start(), clause))
    return Reading(plain, tuple(words))


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


def bounds_number(words: Sequence[Word], n: int) -> bool:
    """Whether a comparative only hedges a number: the first word of "more than 20 %"."""
    following = [word.lower for word in words[n + 1 : n + 4]]
    if following[1:2] in (["a"], ["an"]):
        del following[1]
        return following[1:] != [] and following[1] in _ROUND
    return following[:1] == ["than"] and len(following) > 1 and (
        following[1][0].isdigit() or following[1] in _ROUND)  # fmt: skip


def is_function_word(lower: str) -> bool:
    """Whether a word carries no content of its own."""
    return lower in _FUNCTION
