"""Makes a follow-up stand alone by rule, without a model: the last whole question is put before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from footnote.rag.answer import Answer
from footnote.rag.conversation.chitchat import is_courtesy, is_format_request
from footnote.rag.conversation.context_dependence import depends_on_context, without_filler
from footnote.rag.conversation.messages import Message, cleaned
from footnote.rag.conversation.references import resolve_references
from footnote.rag.language.english import is_foreign
from footnote.rag.language.names import NAME, is_name_in_question
from footnote.rag.language.stopwords import content_words

MAX_HISTORY_CHARS = 4000
_BETWEEN = 2
"""Follow-ups kept between a question and the last whole one before it."""
_CORRECTS = frozenset("sorry no nope not wait oops actually mean meant thinking thought".split())
_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"[“\"«][^”\"»]{2,300}[”\"»]|[^\s,;:?!“”\"«»]+")
_OPENS = re.compile(r"^(?:(?:and|or|but|also|what about|how about)\b[, ]*)+", re.IGNORECASE)


@dataclass(frozen=True)
class _Context:
    """What a follow-up is read with: the last whole question, and the follow-ups after it."""

    whole: str = ""
    between: tuple[str, ...] = ()


def condense(question: str, history: Sequence[Message]) -> str:
    """The standalone form of `question`, cleaned.

    References to papers of an earlier answer ("the second one") become their titles. A question that
    depends on context, or only asks for another form of the answer, comes after the last whole question
    and the last follow-ups to that. A name that corrects another ("sorry, I meant TPO") or is asked about
    instead ("and PPO?") replaces it there. A courtesy, and what isn't English, is returned as it is.
    At most `MAX_HISTORY_CHARS` characters are added.
    """
    asked = resolve_references(cleaned(question), history)
    dependent = is_format_request(asked) or (depends_on_context(asked) and not is_foreign(asked))
    if not (asked and dependent) or is_courtesy(asked):
        return asked
    context = _read_context(history)
    return _with_other_names(context, asked) or _joined(context, asked)


def _read_context(history: Sequence[Message]) -> _Context:
    context = _Context()
    for asked, answer in _questions(history):
        form = cleaned(answer.standalone) if answer else asked
        if asked not in form:
            context = _Context(form)  # rewritten by a model
        elif is_foreign(asked):
            context = context if context.whole else _Context(asked)
        elif not (context.whole and depends_on_context(asked)):
            context = _Context(asked)
        elif other := _with_other_names(context, asked):
            context = _Context(other)
        elif content_words(asked):
            context = _Context(context.whole, (*context.between, asked)[-_BETWEEN:])
    return context


def _questions(history: Sequence[Message]) -> Iterator[tuple[str, Answer | None]]:
    """The messages that ask something of the papers, oldest first, each with its answer if it is known."""
    for at, message in enumerate(history):
        asked = resolve_references(cleaned(message.content), history[:at]) if message.role == "user" else ""
        answer = history[at + 1].answer if at + 1 < len(history) else None
        of_papers = answer is None or answer.kind == "papers"
        if asked and of_papers and not (is_courtesy(asked) or is_format_request(asked)):
            yield asked, answer


def _with_other_names(context: _Context, asked: str) -> str | None:
    """The last question with the names of a message that says nothing else; None where it does.

    The name replaced is the one that the message rejects ("not DPO, PRO"), else one after the same word
    ("with"), else the one spelt most alike.
    """
    text = _OPENS.sub("", without_filler(asked))
    named, before = _names(text), " ".join((context.whole, *context.between))
    rest = text
    for name in named:
        rest = rest.replace(name, " ")
    corrects = not _CORRECTS.isdisjoint(_WORD.findall(rest.casefold()))
    if set(content_words(rest)) - _CORRECTS or not (corrects or text.startswith(tuple(named))):
        return None
    there = _names(before)
    rejected = [name for name in named if name in there]
    new = [name for name in named if name not in there]
    if new and not there and text.startswith("“"):
        return text  # a paper of the last answer, which nothing of the question needs to describe
    if not (new and there) or len(before) + len(asked) > MAX_HISTORY_CHARS:
        return None
    alike = [name for name in there if _word_before(name, before) == _word_before(new[0], text)]
    old = rejected[0] if rejected else max(alike or there, key=lambda name: _likeness(name, new))
    return re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _: " and ".join(new), before)


def _names(text: str) -> list[str]:
    """The names in a question, each once; what stands in quotation marks is one."""
    found = [token[0].rstrip(".'") for token in _TOKEN.finditer(text)]
    return list(
        dict.fromkeys(n for at, n in enumerate(found) if (is_name_in_question(n) if at else NAME.search(n)))
    )


def _word_before(name: str, text: str) -> str | None:
    found = re.search(rf"(\w+) {re.escape(name)}", text)
    return found[1].casefold() if found else None


def _likeness(name: str, others: Sequence[str]) -> float:
    return max(SequenceMatcher(None, name.casefold(), other.casefold()).ratio() for other in others)


def _joined(context: _Context, asked: str) -> str:
    """The parts in order; where they are too long, the oldest follow-ups are left out first."""
    room, kept = MAX_HISTORY_CHARS, set[str]()
    for part in (context.whole, *reversed(context.between)):
        if len(part) < room:
            kept.add(part)
            room -= len(part) + 1
    return " ".join([part for part in (context.whole, *context.between) if part and part in kept] + [asked])
