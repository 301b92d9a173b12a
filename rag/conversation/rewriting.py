"""A model's rewrite of a follow-up: parsed as one question, and rejected where it isn't one. Pure.

A model may obey text in the conversation, or answer the question. So a rewrite must ask, name nothing that
the conversation doesn't name, and share a word with what the reader asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from footnote.rag.language.english import is_foreign
from footnote.rag.language.names import spelled_as_names
from footnote.rag.language.stopwords import content_words
from footnote.rag.llm.replies.visible import is_invisible

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
_REQUEST = re.compile(
    r"(?:what|which|who|whom|whose|how|why|when|where|whether|is|are|was|were|do|does|did|has|have|can|could|"
    r"should|explain|describe|define|compare|contrast|list|name|find|show|give|tell|summari[sz]e|papers)\b",
    re.IGNORECASE,
)
"""What a request that has no question mark opens with."""
_ADDRESS = re.compile(r"\w+://\S+")
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
    limit: the most characters of a question. A translation is checked for its form alone: names and words
    differ between languages.
    """
    asked = " ".join([*reader, question])
    if not any(c.isalnum() for c in rewrite):
        return "it holds no question"
    if len(rewrite) > min(limit, len(question) + MAX_ADDED_CHARS):
        return "it is too long"
    if not (rewrite.endswith(_ENDS) or _REQUEST.match(rewrite)):
        return "it is no question"
    if is_foreign(question):
        return None
    names = spelled_as_names(question)
    if names and not any(_atoms(name) & _atoms(rewrite) for name in names):
        return f"it leaves out {names[0][:_SHOWN]}"
    seen = _atoms(f"{' '.join(known)} {asked}")
    named = [*spelled_as_names(rewrite), *_ADDRESS.findall(rewrite)]
    if new := [name for name in named if not _atoms(name) <= seen]:
        return f"it brings in {new[0][:_SHOWN]}"
    if not (is_foreign(asked) or _stems(rewrite) & _stems(asked)):
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
    """Parts of words in lower case, with and without the plural's s; a possessive's s is none."""
    atoms = _ATOM.findall(re.sub(r"['’]s\b", "", text.casefold()))
    return {*atoms, *(atom.removesuffix("s") for atom in atoms)}


def _stems(text: str) -> set[str]:
    """Beginnings of the words with content of their own."""
    return {part[:_STEM] for word in content_words(text) for part in _ATOM.findall(word)}
