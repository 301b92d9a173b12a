"""A follow-up becomes a question that stands alone, by rule: no model is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from footnote.rag.answer import Answer
from footnote.rag.conversation.chitchat import is_courtesy, is_wish
from footnote.rag.conversation.context_dependence import has_topic, leans_back
from footnote.rag.conversation.corrections import (
    correction,
    exchanged,
    instead,
    most_like,
    name_after,
    names_in,
)
from footnote.rag.conversation.messages import MAX_MESSAGES, Message, as_messages, checked, cleaned
from footnote.rag.conversation.pronouns import bare, in_full
from footnote.rag.conversation.references import name_references
from footnote.rag.conversation.subjects import Subjects, quoted_most, subjects_of
from footnote.rag.language.names import is_name_in_question
from footnote.rag.language.stopwords import content_words

__all__ = [
    "MAX_HISTORY_CHARS",
    "MAX_MESSAGES",
    "Message",
    "as_messages",
    "checked",
    "cleaned",
    "condense",
    "leans_back",
]

MAX_HISTORY_CHARS = 4000
_BETWEEN = 2
"""Follow-ups that are kept between a question and the one that it leans on."""

_POINTS = re.compile(r"\b(?:this|that|these|those)\b", re.IGNORECASE)
"""What may point at all that a question says, not only at its subject."""
_CIRCUMSTANCE = re.compile(
    r"(?:in|on|at|by|for|from|with|without|to|under|since|until|against|than|compared|even|only)\b",
    re.IGNORECASE,
)
"""What opens a piece of the question before it: "in which version?"."""
_TOGETHER = re.compile(r"\b(?:the two|both|(?:of|between) them|compare them)\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Talk:
    """What a conversation has come to, which a follow-up leans on.

    first: the last question that was whole as it was written. question: it, or one since then that could
    be put in full. subjects: what they are about; before: what the one before them was about. between:
    follow-ups since `question` that bring a topic. written, last: the last question of all, as written and
    as it stands alone.
    """

    first: str = ""
    question: str = ""
    subjects: Subjects = field(default_factory=Subjects)
    between: tuple[str, ...] = ()
    written: str = ""
    last: str = ""
    before: Subjects = field(default_factory=Subjects)

    def whole(self, question: str) -> _Talk:
        """What it comes to with a question that is whole."""
        about = subjects_of(question)
        return _Talk(question, question, about, (), question, question, before=self.subjects)


def condense(question: str, history: Sequence[Message]) -> str:
    """The standalone form of `question`, cleaned.

    What points at papers of an earlier answer ("the second one") becomes their titles. In a question
    that leans back, the names or the short phrase that the one before is about take the place of its
    pronoun; a name that is corrected ("no, I meant …") or exchanged ("and PPO?") takes the old one's
    place there. Only where there is nothing to be put in does it stand behind what it leans on, with
    those between that bring a topic. A wish for the answer's form stands behind the last question and
    is forgotten after it; a courtesy stands alone. All within `MAX_HISTORY_CHARS`, the question itself
    not counted.
    """
    asked = name_references(cleaned(question), history)
    if is_courtesy(asked) or not (leans_back(asked) or is_wish(asked) or correction(asked)):
        return asked
    return _followed(_talk(history), asked, _answer_before(history, len(history))).last


def _talk(history: Sequence[Message]) -> _Talk:
    """What the conversation has come to: from its last two questions that are whole, one after the other."""
    whole = 0
    turns: list[tuple[int, str]] = []
    for at in reversed(range(len(history))):
        if history[at].role != "user" or not (written := cleaned(history[at].content)):
            continue
        asked = name_references(written, history[:at])
        if is_courtesy(asked) or is_wish(asked):
            continue
        turns.insert(0, (at, asked))
        whole += not leans_back(asked) and not correction(asked)
        if whole == 2:
            break
    talk = _Talk()
    for at, asked in turns:
        talk = _followed(talk, asked, _answer_before(history, at))
        answer = history[at + 1].answer if at + 1 < len(history) else None
        if answer and (by_model := _by_model(answer, asked, talk.last)):
            talk = talk.whole(by_model)
    return talk


def _by_model(answer: Answer, asked: str, by_rule: str) -> str | None:
    """The form that a model gave a question, where its answer has one: not what a rule makes, or made."""
    said = cleaned(answer.standalone)
    return None if said == by_rule or said.endswith((asked, cleaned(answer.question))) else said


def _answer_before(history: Sequence[Message], at: int) -> Answer | None:
    """The newest answer before a message that quotes something."""
    answers = (m.answer for m in reversed(history[:at]) if m.answer is not None and m.answer.citations)
    return next(answers, None)


def _followed(talk: _Talk, asked: str, answer: Answer | None) -> _Talk:
    """What the conversation has come to with what is asked next; its `last` is that, standing alone.

    answer: the last one that quotes something.
    """
    if is_wish(asked):
        return replace(talk, last=_within(MAX_HISTORY_CHARS, talk.last, (), asked))
    if changed := _corrected(talk, asked) or _exchanged(talk, asked):
        return changed
    if not (leans_back(asked) and talk.question):
        return talk.whole(asked)
    subjects = _meant(talk, asked, answer)
    whole = in_full(asked, subjects)
    if whole and len(whole) <= len(asked) + MAX_HISTORY_CHARS:
        return replace(talk, question=whole, between=(), written=asked, last=whole)
    if _by_name(talk, asked):
        last = _within(MAX_HISTORY_CHARS, f"{subjects}:", talk.between, bare(asked))
    else:
        last = _within(MAX_HISTORY_CHARS, talk.question, talk.between, asked)
    if name := instead(asked):
        talk = replace(talk, subjects=Subjects((name,)))
    between = (*talk.between, asked)[-_BETWEEN:] if has_topic(asked) else talk.between
    return replace(talk, between=between, written=asked, last=last)


def _by_name(talk: _Talk, asked: str) -> bool:
    """Whether the name of the subject tells what a follow-up without a pronoun leans on.

    It does where the question before was about nothing else, or enough is said of it now: more words of
    that question would be searched for, and found, in place of these.
    """
    if not talk.subjects.names or (talk.question != talk.first and _CIRCUMSTANCE.match(bare(asked))):
        return False
    said = len(content_words(asked))
    return said > 0 if talk.subjects.whole else said > 1 and not _POINTS.search(asked)


def _meant(talk: _Talk, asked: str, answer: Answer | None) -> Subjects:
    """What a pronoun means: of several subjects the one that the answer quotes most, all where that isn't
    clear; both where two were asked of in turn and they are spoken of together.
    """
    subjects, before = talk.subjects, talk.before
    if _TOGETHER.search(asked):
        two = len(subjects.names) == len(before.names) == 1 and not subjects.many
        return replace(subjects, names=before.names + subjects.names) if two else subjects
    most = quoted_most(subjects.names, answer) if len(subjects.names) > 1 else None
    return replace(subjects, names=(most,)) if most else subjects


def _corrected(talk: _Talk, asked: str) -> _Talk | None:
    """The question that a correction corrects, with the new name in the old one's place.

    The old name is the one that was said to be wrong, or stands behind the same small word ("with DPO"),
    else one that was written last, else the subject.
    """
    if not (meant := correction(asked)):
        return None
    if meant.at:
        old = name_after(meant.at, talk.last)
        return _changed(talk, talk.last, old, meant.new) if old else None
    subject = talk.subjects.names[0] if len(talk.subjects.names) == 1 else None
    written = names_in(talk.written) if is_name_in_question(meant.new) else ()
    if old := meant.old or most_like(meant.new, written):
        return _changed(talk, talk.last, old, meant.new) or _changed(talk, talk.first, old, meant.new)
    question = talk.question if talk.last == talk.question else talk.first
    if old := subject or most_like(meant.new, names_in(question)):
        return _changed(talk, question, old, meant.new)
    return None


def _exchanged(talk: _Talk, asked: str) -> _Talk | None:
    """The last question asked of another name: "and PPO?"."""
    new = instead(asked)
    if not new or len(talk.subjects.names) != 1 or not leans_back(asked):
        return None
    return _changed(talk, talk.question, talk.subjects.names[0], new)


def _changed(talk: _Talk, question: str, old: str, new: str) -> _Talk | None:
    changed = exchanged(question, old, new)
    if changed is None or len(changed) > MAX_HISTORY_CHARS:
        return None
    after = talk.whole(changed)
    names = tuple(new if name.casefold() == old.casefold() else name for name in talk.subjects.names)
    return after if after.subjects.names else replace(after, subjects=replace(talk.subjects, names=names))


def _within(room: int, first: str, between: Sequence[str], asked: str) -> str:
    """The parts joined; where they are too long, the oldest of those between go first."""
    parts = [first] if len(first) <= room else []
    room -= sum(map(len, parts))
    kept: list[str] = []
    for part in reversed(between):
        room -= len(part) + 1
        if room < 0 or len(kept) == _BETWEEN:
            break
        kept.insert(0, part)
    return " ".join(filter(None, [*parts, *kept, asked]))
