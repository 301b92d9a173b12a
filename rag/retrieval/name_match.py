"""Names in a question, as the library itself spells them, and the papers that have them.

A word of a question is a name where few papers have it and these write it as a name, however the question
spells it: "cream" is one where a paper calls its method CREAM. No list of names is kept: the lexical index
says which papers have a word.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from footnote.rag.language.stopwords import QUESTION_STOP_WORDS
from footnote.store.display import plain_text
from footnote.store.filters import Filters
from footnote.store.lexical import analyzer
from footnote.store.library import Library
from footnote.store.papers import Paper

MOST_HOLDERS = 3
"""A name that more papers have is a topic of the library: it doesn't say which paper is meant."""
_READ = 10
"""Papers read for a compound, more than `MOST_HOLDERS`: its parts ("V2") stand in others too."""
WORD = re.compile(r"[^\W_]+(?:[-‐-–_.@/&^][^\W_]+)*")
"""A word of a question; a compound is one."""
_ATOM = re.compile(r"[^\W\d_]+|\d+")
_TITLE_HEAD = re.compile(r"[^:–—]{1,60}[:–—]")
"""A title often begins with the name of what the paper presents, and a colon."""


@dataclass(frozen=True, kw_only=True)
class NamedPapers:
    """A name of a question and the papers that have it, at least one. name: as the question writes it.

    start: its place in the question. papers: ids, those that have it in their title first.
    titled: how many of them have it in their title.
    """

    name: str
    start: int
    papers: tuple[str, ...]
    titled: int

    @property
    def subject(self) -> str | None:
        """The id of the paper that the name stands for: the only one that has it, or has it in its title."""
        return self.papers[0] if len(self.papers) == 1 or self.titled == 1 else None


def named_papers(question: str, library: Library, filters: Filters | None = None) -> list[NamedPapers]:
    """The names of a question that one to three papers have, in the question's order.

    Takes one lexical search for each rare word.
    """
    words = [m for m in WORD.finditer(question) if m[0].casefold() not in QUESTION_STOP_WORDS]
    searches = {m.start(): _search_words(m[0]) for m in words}
    weights = library.lexical.idf(t for text in searches.values() for t in analyzer().analyze(text))
    total = library.lexical.count()
    proposed: dict[int, list[str]] = {}
    for match in words:
        start = match.start()
        terms = analyzer().analyze(searches[start])
        most = MOST_HOLDERS if len(terms) == 1 else _READ
        if max((weights[term] for term in terms), default=0.0) >= _weight_of(most, total):
            hits = library.lexical.search(searches[start], most, filters)
            proposed[start] = [ident for ident, _ in hits]
    entries = library.catalog.get(sorted({ident for found in proposed.values() for ident in found}))
    found: list[NamedPapers] = []
    for match in words:
        candidates = [entries[i].paper for i in proposed.get(match.start(), ()) if i in entries]
        if named := _named(match[0], match.start(), candidates):
            found.append(named)
    return found


def _search_words(name: str) -> str:
    """A name, and joined what it joins with marks: "align-x" and "alignx"."""
    joined = "".join(_ATOM.findall(name))
    return name if joined == name else f"{name} {joined}"


def _weight_of(holders: int, papers: int) -> float:
    """The idf of a term that so many papers have; see `TantivyIndex.idf`."""
    return math.log(1 + max(0, papers - holders + 0.5) / (holders + 0.5))


def _named(name: str, start: int, candidates: Sequence[Paper]) -> NamedPapers | None:
    pattern = name_pattern(name)
    holders = [paper for paper in candidates if has_name(paper, name)]
    if pattern is None or not 0 < len(holders) <= MOST_HOLDERS:
        return None
    if not is_written_as_name(pattern, holders):
        return None
    titled = [paper for paper in holders if pattern.search(plain_text(paper.title))]
    others = [paper for paper in holders if paper not in titled]
    ids = tuple(paper.id for paper in (*titled, *others))
    return NamedPapers(name=name, start=start, papers=ids, titled=len(titled))


def has_name(paper: Paper, name: str) -> bool:
    """Whether the parts of a name stand side by side in a title or abstract, however they are joined."""
    pattern = name_pattern(name)
    return pattern is not None and any(
        pattern.search(plain_text(text)) for text in (paper.title, paper.abstract)
    )


def name_pattern(name: str) -> re.Pattern[str] | None:
    """Matches a name however its parts are joined, as a whole word; None without letters and digits."""
    atoms = _ATOM.findall(name)
    if not atoms:
        return None
    inner = r"[\W_]?".join(map(re.escape, atoms))
    return re.compile(rf"(?<![^\W_]){inner}(?:e?s)?(?![^\W_])", re.IGNORECASE)


def is_written_as_name(pattern: re.Pattern[str], papers: Iterable[Paper]) -> bool:
    """Whether most places where papers have a word within a sentence, or as a title's head, spell a name."""
    signs: list[bool] = []
    for paper in papers:
        title = plain_text(paper.title)
        if head := _TITLE_HEAD.match(title):
            signs += [True] if pattern.fullmatch(head[0][:-1].strip()) else []
        signs += [True for found in pattern.finditer(title) if _is_marked(found[0])]
        abstract = plain_text(paper.abstract)
        for found in pattern.finditer(abstract):
            before = abstract[: found.start()].rstrip(" (“\"'")
            if _is_marked(found[0]):
                signs.append(True)
            elif before and before[-1] not in ".!?:":
                signs.append(found[0][0].isupper())
    return sum(signs) > len(signs) / 2


def _is_marked(word: str) -> bool:
    """Whether no ordinary word is written so: a capital inside, or a digit with letters."""
    letters = any(c.isalpha() for c in word)
    return letters and any(c.isdigit() or (n and c.isupper()) for n, c in enumerate(word))
