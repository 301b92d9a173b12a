"""Which paper introduces what a name stands for: the one that presents it as its own.

A paper that uses, varies or explains a thing has its name too. Its own it is only where the title begins
with the name, or where the abstract says, of the paper itself, that it presents it: "we propose X", "we
present a method, X", "X, a new method". A longer name is another thing: "Inverse X", "X-style", "mini-X".
"""

from __future__ import annotations

import re

from footnote.rag.language.names import question_names
from footnote.rag.retrieval import question_kind
from footnote.rag.retrieval.name_match import has_name, is_written_as_name, name_pattern
from footnote.rag.retrieval.sentence_cues import is_about_own_paper
from footnote.store.display import plain_text
from footnote.store.filters import Filters
from footnote.store.library import Library
from footnote.store.papers import Paper
from footnote.store.sentences import split_sentences

_HOLDERS = 50
"""Papers with a name among which the one that introduces it is looked for."""
_SORT = (
    r"(?:algorithms?|approach|architecture|benchmark|corpus|data ?sets?|framework|loss|methods?|metric|"
    r"models?|objective|paradigm|pipeline|suite|system|technique|testbed|tool|toolkit)"
)
_PRESENTS = r"\b(?:introduc|propos|present|develop|releas|creat|design|devis|open-?sourc)\w*"
_IS_CALLED = (
    r"\b(?:call|nam|dubb|term|coin|titl|denot|abbreviat|refer)\w*(?: (?:it|this|them|to|as|the|an?|our))*"
)
_CLAUSE = r"(?:that|which|such|like|over|than)"
_OBJECT = rf"(?:(?!\b(?:{_CLAUSE}|includ\w*|with|of|to|in|into|on|by)\b)[^;]){{{{0,120}}}}?"
_TITLE_WORD = r"(?:[A-Z][\w-]*|with|of|for|in|to|and|by|from|the|on)"
_QUOTE = "[“\"'‘”’*]*"
_NAME = rf"{_QUOTE}{{name}}{_QUOTE}"
_END = (
    rf"(?=[,.;:()\u2013\u2014]| [(-]|$| {_SORT}\b| {_CLAUSE}\b| (?:is|to|for|and|by|as|in|on|with|using)\b)"
)
_PRESENTED = (
    # The object itself: "we introduce X", "we propose the novel benchmark X".
    rf"{_PRESENTS}(?:,? (?:also|here|the|an?|our|new|novel|[\w-]*{_SORT}))*:? {_NAME}{_END}|"
    # In apposition to it: "we propose a method, X", "a method (X)", "a method: X".
    rf"{_PRESENTS}{_OBJECT}(?:,? [(]|, |[\w)] ?[:\u2013\u2014-] ?){_NAME}{_END}(?!, (?:and|or)\b)|"
    # The short form of a title: "we propose Painting of Long Stripes (X)".
    rf"(?:{_PRESENTS}|{_IS_CALLED})(?: (?:the|an?|our|new|novel))* (?-i:{_TITLE_WORD} )+[(]{_NAME}[),;]|"
    # Named behind its description: "a method for …, called X".
    rf"{_IS_CALLED} {_NAME}{_END}|"
    r"{name}\)?(?:,| is| \() (?:our|(?:an?|the)(?: [\w-]+)?,? (?:new|novel|first))\b|"
    r"{name} (?:is|are) (?:introduced|proposed|presented)\b"
)
_TITLE = rf"{_NAME}(?: (?:technical report|system card|model card))?(?: ?[:\u2013\u2014]| - |$)"


def introduces(paper: Paper, name: str) -> bool:
    """Whether a paper presents what a name stands for as its own."""
    pattern = name_pattern(name)
    if pattern is None:
        return False
    whole = rf"(?<![-+]){pattern.pattern}(?![-+])"
    if re.match(_TITLE.format(name=whole), plain_text(paper.title), re.IGNORECASE):
        return True
    presented = re.compile(_PRESENTED.format(name=whole), re.IGNORECASE)
    text = plain_text(paper.abstract)
    return any(
        is_about_own_paper(sentence) and presented.search(sentence)
        for sentence in (span.of(text) for span in split_sentences(text))
    )


def only_mentioned(question: str, library: Library, filters: Filters | None) -> tuple[str, ...]:
    """Titles of the papers with the name whose source is asked for, if no paper introduces it; else empty.

    Empty too where no source of a name is asked for, and where no paper has the name.
    """
    name = question_kind.introduced_thing(question)
    if not name:
        return ()
    hits = library.lexical.search(name, _HOLDERS, filters)
    papers = [entry.paper for entry in library.catalog.get([ident for ident, _ in hits]).values()]
    having = [paper for paper in papers if has_name(paper, name)]
    pattern = name_pattern(name)
    is_name = bool(question_names(question) & question_kind.words(name))
    if not is_name and not (pattern and is_written_as_name(pattern, having)):
        return ()
    if any(introduces(paper, name) for paper in having):
        return ()
    return tuple(paper.display_title for paper in having)
