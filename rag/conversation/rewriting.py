"""A model's rewrite of a follow-up: parsed as one question, and rejected where it isn't one. Pure.

A model may obey text in the conversation, or answer the question. So a rewrite must keep the names
and numbers of the question, add none that the conversation doesn't have, and stay on the reader's
topic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from footnote.rag.conversation.context_dependence import topic_words
from footnote.rag.language.names import spelled_as_names
from footnote.rag.llm.replies.visible import is_invisible
from footnote.store.sentences import split_sentences

MAX_ADDED_CHARS = 600
"""How much longer than the question its rewritten form may be."""
_READ = 20_000
_SHOWN = 40

_MARKER = re.compile(r" ?\[\d{1,3}(?:\.\d{1,3})?\]")
_LIST_MARK = re.compile(r"^(?:[-*•‣–—#>]{1,6} +|\d{1,2}[.)] +)")
_LABEL = re.compile(
    r"^(?:the |your )?(?:(?:stand-?alone|re-?written|rephrased|reformulated|condensed|self-contained|final"
    r"|new) ){0,3}"
    r"(?:question|query|follow-up|frage|pregunta)(?: is)? ?[:：] *",
    re.IGNORECASE,
)
_ENDS = ("?", "？", "؟")
_OPENING = 3
"""A rewrite must open with one of the question's first words: "ok and does it" opens with "does"."""
_ATOM = re.compile(r"\w+")
_STEM = 5
"""Letters by which words are compared, so that "cost" and "costs" match."""


def parse_rewrite(reply: str) -> str:
    """The question in a reply, on one line; empty where there is none.

    Labels ("Standalone question:"), lines that only announce, list marks, bold and quotation
    marks around it, and markers ([1]) are left out.
    """
    lines = [_bare(line) for line in reply[:_READ].splitlines()]
    sentences = [line for line in lines if line and not line.endswith((":", "："))]
    asked = [line for line in sentences if line.endswith(_ENDS)]
    return next(iter(asked or sentences), "")


def rejection_reason(
    rewrite: str, question: str, *, reader: Iterable[str], known: Iterable[str], limit: int
) -> str | None:
    """Why a rewrite can't replace the question, as text for people; None where it can.

    reader: the reader's earlier questions. known: all that the model was shown of the conversation.
    limit: the most characters of a question.
    """
    reader, known = " ".join(reader), " ".join(known)
    if not any(c.isalnum() for c in rewrite):
        return "it holds no question"
    if len(rewrite) > min(limit, len(question) + MAX_ADDED_CHARS):
        return "it is too long"
    if not _asks(rewrite, question):
        return "it is no question"
    if len(split_sentences(rewrite)) > len(split_sentences(question)) + 1:
        return "it is more than a question"
    atoms = _atoms(rewrite)
    if lost := [name for name in spelled_as_names(question) if not _atoms(name) <= atoms]:
        return f"it leaves out {lost[0][:_SHOWN]}"
    seen = _atoms(known) | _atoms(question)
    if new := [name for name in spelled_as_names(rewrite) if not _atoms(name) <= seen]:
        return f"it brings in {new[0][:_SHOWN]}"
    return _off_subject(rewrite, question, reader, known)


def _asks(rewrite: str, question: str) -> bool:
    """Whether it ends with a question mark, or opens as a question that had none."""
    if rewrite.endswith(_ENDS) or question.endswith(_ENDS):
        return rewrite.endswith(_ENDS)
    opening = _ATOM.findall(rewrite.casefold())[:1]
    return set(opening) <= set(_ATOM.findall(question.casefold())[:_OPENING])


def _off_subject(rewrite: str, question: str, reader: str, known: str) -> str | None:
    found, wanted = _stems(rewrite), _stems(question)
    context = _stems(f"{known} {reader}") | wanted
    if 3 * len(wanted & found) < len(wanted):
        return "it asks something else"
    if len(found - context) > max(2, len(found) // 2):
        return "it asks something else"
    # An earlier answer may contain an order: beside one name, added words must be the reader's.
    added, asked = found - wanted, _stems(reader)
    if asked and added and not added & asked:
        names = [name for name in spelled_as_names(rewrite) if not _atoms(name) <= _atoms(question)]
        if len(names) > 1 or not added <= _stems(" ".join(names)):
            return "it asks something else"
    return None


def _bare(line: str) -> str:
    line = " ".join("".join(c for c in line if not is_invisible(c)).split())
    line = _LIST_MARK.sub("", line.replace("**", ""))
    line = _MARKER.sub("", _LABEL.sub("", line)).strip()
    for opening, closing in ('""', "''", "“”", "«»", "„“", "``", "**", "__"):
        if len(line) > 1 and line[0] == opening and line[-1] == closing and opening not in line[1:-1]:
            line = line[1:-1].strip()
    return line


def _atoms(text: str) -> set[str]:
    """Parts of words in lower case, with and without the plural's s."""
    atoms = _ATOM.findall(text.casefold())
    return {*atoms, *(atom.removesuffix("s") for atom in atoms)}


def _stems(text: str) -> set[str]:
    """Beginnings of the words that make a topic; single characters in scripts without spaces."""
    stems: set[str] = set()
    for word in topic_words(text):
        stems |= set(word) if word[0] >= "\u2e80" else {part[:_STEM] for part in _ATOM.findall(word)}
    return stems
