"""Authors that a question names, as the library knows them, and their papers.

No list of names is kept: the lexical index says whose papers there are. A question names authors where it
cites them ("Zhao et al.", "Hilgard and Okafor (2023)", "by Köhler") and the library has papers by them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from footnote.rag.language.stopwords import QUESTION_STOP_WORDS
from footnote.rag.retrieval.name_match import WORD
from footnote.store.filters import MAX_IDS, Filters
from footnote.store.library import Library

_CAPITAL = (
    r"(?!(?:What|Which|Who|How|When|Where|Why|Did|Does|The|In|And|Of)\b)(?=[^\W\d_])[^\Wa-z\d_][\w'’-]{0,40}"
)
_PARTICLES = r"(?:(?:van|von|der|den|de|la|le|del|di|da|dos|du|ten|ter|al|el|bin|ibn)\s+){0,3}"
_ONE = rf"(?:(?:[A-Z]\.\s?){{1,3}})?{_PARTICLES}{_CAPITAL}(?:\s{_PARTICLES}{_CAPITAL}){{0,2}}"
_JOINED = rf"(?P<names>{_ONE}(?:(?:,\s|,?\s(?:and|&)\s){_ONE}){{0,3}})"
_OTHERS = r"(?P<others>,?\s(?:et\sal\.?|and\s(?:colleagues|coworkers|co-workers)))"
_YEAR = r"(?:\s?[(\[](?P<year>(?:19|20)\d\d)[a-z]?[)\]]|,?\s(?P<bare>(?:19|20)\d\d)[a-z]?\b)"
_OWN = r"(?P<own>['’]s?)?"
_REPORTED = (
    r"(?:report|find|show|propose|argue|say|conclude|claim|suggest|study|observe|measure|introduce|present|"
    r"describe|discover|use|recommend|examine|investigate|test|compare|develop|write|think)"
)
_MENTIONS = tuple(
    re.compile(form)
    for form in (
        rf"(?:\b[Bb]y\s|\b[Aa]ccording\sto\s)?{_JOINED}{_OTHERS}{_YEAR}?{_OWN}",
        rf"(?:\b[Bb]y\s|\b[Aa]ccording\sto\s)?{_JOINED}{_YEAR}{_OWN}",
        rf"(?:\b[Bb]y\s|\b[Aa]ccording\sto\s){_JOINED}{_OWN}",
        rf"\b(?<=[Dd]id\s){_JOINED}(?=\s(?:\w+\s)?{_REPORTED}\b)",
    )
)
_SPLIT = re.compile(r",\s|,?\s(?:and|&)\s")
_ET_AL = re.compile(r",?\s+(?:et\s+al\.?|and\s+(?:colleagues|coworkers|co-workers))$", re.IGNORECASE)
_REPORTING = frozenset(
    "report find show propose argue say conclude claim suggest study observe measure introduce present "
    "describe discover recommend examine investigate paper papers work article reported found shown "
    "proposed tell write mainly main findings results".split()
)


@dataclass(frozen=True, kw_only=True)
class AuthorScope:
    """The papers that a question is about, by the authors that it names.

    question: without the authors, as it is searched among those papers. filters: of these papers alone.
    notice: a sentence for the reader. names: of the authors. asks: whether something of these papers is
    asked, and not only what they are ("What did Zhao et al. report?", who have several).
    """

    question: str
    names: tuple[str, ...]
    asks: bool
    filters: Filters
    notice: str


def author_names(text: str) -> tuple[str, ...]:
    """The single names of "Hilgard and Okafor", "Zhao et al."; each has a letter."""
    names = (name.strip(" .,()") for name in _SPLIT.split(_ET_AL.sub("", text.strip())))
    return tuple(name for name in names if any(c.isalpha() for c in name))


def papers_by(names: tuple[str, ...], library: Library, filters: Filters | None = None) -> list[str]:
    """The ids of papers that pass and of which each of `names`, at least one, is an author."""
    base = filters or Filters()
    first, *others = names
    found = library.lexical.passing(base.model_copy(update={"authors": (first,)}))
    for name in others:
        theirs = set(library.lexical.passing(Filters(authors=(name,))))
        found = [ident for ident in found if ident in theirs]
    return sorted(found)


def author_scope(question: str, library: Library, filters: Filters | None) -> AuthorScope | None:
    """The papers by the authors that a question names; None where it names none that the library has."""
    for form in _MENTIONS:
        for mention in form.finditer(question):
            names = author_names(mention["names"])
            if names and (scope := _scope(question, mention, names, library, filters)):
                return scope
    return None


def _scope(
    question: str,
    mention: re.Match[str],
    names: tuple[str, ...],
    library: Library,
    filters: Filters | None,
) -> AuthorScope | None:
    if filters and filters.authors:
        return None  # the reader has chosen
    everything = papers_by(names, library, filters)[:MAX_IDS]
    if not everything:
        return None
    groups = mention.groupdict()
    year = groups.get("year") or groups.get("bare")
    only = set(everything)
    if year:
        only &= set(library.lexical.passing(Filters(since=year, until=year)))
    who = " and ".join(names) + (" and others" if groups.get("others") else "")
    if only:
        count = "the 1 paper" if len(only) == 1 else f"the {len(only)} papers"
        notice = f"Searched only {count} by {who}{f' from {year}' if year else ''}."
    else:
        notice = f"The library has no paper by {who} from {year}: their other papers were searched."
        only = set(everything)
    scoped = (filters or Filters()).model_copy(update={"only": tuple(sorted(only))})
    asks = _asks(question, mention)
    asked = _with_pronoun(question, mention)
    if len(only) == 1 and not asks:
        [entry] = library.catalog.get(sorted(only)).values()
        asks, asked = True, f"What does “{entry.paper.display_title}” report?"
    return AuthorScope(question=asked, names=names, asks=asks, filters=scoped, notice=notice)


def _asks(question: str, mention: re.Match[str]) -> bool:
    """Whether a question has other words than those that name authors and ask what they reported."""
    rest = f"{question[: mention.start()]} {question[mention.end() :]}"
    return any(m[0].casefold() not in QUESTION_STOP_WORDS | _REPORTING for m in WORD.finditer(rest))


def _with_pronoun(question: str, mention: re.Match[str]) -> str:
    """The question with a pronoun for the authors, whose names are in no abstract."""
    before, after = question[: mention.start()], question[mention.end() :]
    lead = "by " if mention[0][:3].lower() == "by " else ""
    lead = "according to " if mention[0][:9].lower() == "according" else lead
    pronoun = "their" if mention.groupdict().get("own") else "them" if lead else "they"
    return " ".join(f"{before}{lead}{pronoun}{after}".split())
