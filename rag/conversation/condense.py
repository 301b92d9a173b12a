"""Rewrites a follow-up as a standalone question by rule, without a model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from footnote.rag.answer import Answer
from footnote.rag.conversation.chitchat import is_courtesy, is_format_request
from footnote.rag.conversation.context_dependence import depends_on_context, has_topic
from footnote.rag.conversation.corrections import (
    correction,
    most_similar,
    name_after,
    names_in,
    replace_name,
    replacement_name,
)
from footnote.rag.conversation.messages import Message, cleaned
from footnote.rag.conversation.pronouns import resolve_pronoun, without_opening
from footnote.rag.conversation.references import resolve_references
from footnote.rag.conversation.subjects import Subjects, most_cited, subjects_of
from footnote.rag.language.names import is_name_in_question
from footnote.rag.language.stopwords import content_words

MAX_HISTORY_CHARS = 4000
_BETWEEN = 2
"""Follow-ups kept between a question and the earlier one that it depends on."""

_POINTS = re.compile(r"\b(?:this|that|these|those)\b", re.IGNORECASE)
"""Words that may refer to the whole earlier question, not only to its subject."""
_CIRCUMSTANCE = re.compile(
    r"(?:in|on|at|by|for|from|with|without|to|under|since|until|against|than|compared|even|only)\b",
    re.IGNORECASE,
)
"""Words that open a fragment of the question before it: "in which version?"."""
_TOGETHER = re.compile(r"\b(?:the two|both|(?:of|between) them|compare them)\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Dialogue:
    """The state of a conversation that a follow-up depends on.

    first: the last question that was standalone as written. question: the same, or a later follow-up
    whose pronoun could be resolved. subjects: what these are about; before: what the standalone question
    before them was about. between: follow-ups since `question` that add a topic. written, last: the last
    question of all, as written and in its standalone form.
    """

    first: str = ""
    question: str = ""
    subjects: Subjects = field(default_factory=Subjects)
    between: tuple[str, ...] = ()
    written: str = ""
    last: str = ""
    before: Subjects = field(default_factory=Subjects)

    def whole(self, question: str) -> _Dialogue:
        """The state after a standalone question."""
        about = subjects_of(question)
        return _Dialogue(question, question, about, (), question, question, before=self.subjects)


def condense(question: str, history: Sequence[Message]) -> str:
    """The standalone form of `question`, cleaned.

    References to papers of an earlier answer ("the second one") become their titles. In a question that
    depends on context, the subject of the question before it (a name or a short phrase) replaces the
    pronoun; a name that corrects another ("no, I meant …") or is asked about instead ("and PPO?")
    replaces the old name in the question before. Only where nothing can be replaced is the follow-up
    appended to the earlier question, with the follow-ups between them that add a topic. A request for
    the answer's form is appended to the last question and not kept after it; a courtesy is returned as
    it is. At most `MAX_HISTORY_CHARS` characters are added.
    """
    asked = resolve_references(cleaned(question), history)
    if is_courtesy(asked) or not (depends_on_context(asked) or is_format_request(asked) or correction(asked)):
        return asked
    return _next(_read_dialogue(history), asked, _answer_before(history, len(history))).last


def _read_dialogue(history: Sequence[Message]) -> _Dialogue:
    """The state of a conversation, built from its last two standalone questions on."""
    standalone = 0
    questions: list[tuple[int, str]] = []
    for at in reversed(range(len(history))):
        if history[at].role != "user" or not (written := cleaned(history[at].content)):
            continue
        asked = resolve_references(written, history[:at])
        if is_courtesy(asked) or is_format_request(asked):
            continue
        questions.insert(0, (at, asked))
        standalone += not depends_on_context(asked) and not correction(asked)
        if standalone == 2:
            break
    dialogue = _Dialogue()
    for at, asked in questions:
        dialogue = _next(dialogue, asked, _answer_before(history, at))
        answer = history[at + 1].answer if at + 1 < len(history) else None
        if answer and (by_model := _by_model(answer, asked, dialogue.last)):
            dialogue = dialogue.whole(by_model)
    return dialogue


def _by_model(answer: Answer, asked: str, by_rule: str) -> str | None:
    """The standalone form that a model gave a question; None where a rule made it."""
    form = cleaned(answer.standalone)
    return None if form == by_rule or form.endswith((asked, cleaned(answer.question))) else form


def _answer_before(history: Sequence[Message], at: int) -> Answer | None:
    """The newest answer before message `at` that has citations."""
    answers = (m.answer for m in reversed(history[:at]) if m.answer is not None and m.answer.citations)
    return next(answers, None)


def _next(dialogue: _Dialogue, asked: str, answer: Answer | None) -> _Dialogue:
    """The state after the next question; its `last` is the standalone form of that question.

    answer: the last one that has citations.
    """
    if is_format_request(asked):
        return replace(dialogue, last=_joined(MAX_HISTORY_CHARS, dialogue.last, (), asked))
    if changed := _with_correction(dialogue, asked) or _with_other_name(dialogue, asked):
        return changed
    if not (depends_on_context(asked) and dialogue.question):
        return dialogue.whole(asked)
    subjects = _referents(dialogue, asked, answer)
    whole = resolve_pronoun(asked, subjects)
    if whole and len(whole) <= len(asked) + MAX_HISTORY_CHARS:
        return replace(dialogue, question=whole, between=(), written=asked, last=whole)
    if _name_suffices(dialogue, asked):
        last = _joined(MAX_HISTORY_CHARS, f"{subjects}:", dialogue.between, without_opening(asked))
    else:
        last = _joined(MAX_HISTORY_CHARS, dialogue.question, dialogue.between, asked)
    if name := replacement_name(asked):
        dialogue = replace(dialogue, subjects=Subjects((name,)))
    between = (*dialogue.between, asked)[-_BETWEEN:] if has_topic(asked) else dialogue.between
    return replace(dialogue, between=between, written=asked, last=last)


def _name_suffices(dialogue: _Dialogue, asked: str) -> bool:
    """Whether a follow-up without a pronoun needs only the subject's name to be understood.

    That holds where the question before was about nothing else, or where the follow-up has enough
    words of its own: more words of the earlier question would draw the search away from it.
    """
    if not dialogue.subjects.names or (
        dialogue.question != dialogue.first and _CIRCUMSTANCE.match(without_opening(asked))
    ):
        return False
    words = len(content_words(asked))
    return words > 0 if dialogue.subjects.whole else words > 1 and not _POINTS.search(asked)


def _referents(dialogue: _Dialogue, asked: str, answer: Answer | None) -> Subjects:
    """The antecedents of a pronoun: of several subjects the one that the answer cites most, all of them
    where that isn't clear; both where two were asked about in turn and the follow-up means both.
    """
    subjects, before = dialogue.subjects, dialogue.before
    if _TOGETHER.search(asked):
        two = len(subjects.names) == len(before.names) == 1 and not subjects.many
        return replace(subjects, names=before.names + subjects.names) if two else subjects
    most = most_cited(subjects.names, answer) if len(subjects.names) > 1 else None
    return replace(subjects, names=(most,)) if most else subjects


def _with_correction(dialogue: _Dialogue, asked: str) -> _Dialogue | None:
    """The question that a correction is about, with the new name in place of the old one.

    The old name is the one that the reader rejects, or the one after the same preposition ("with DPO"),
    else one of the last question as written, else the subject.
    """
    if not (meant := correction(asked)):
        return None
    if meant.at:
        old = name_after(meant.at, dialogue.last)
        return _with_name(dialogue, dialogue.last, old, meant.new) if old else None
    subject = dialogue.subjects.names[0] if len(dialogue.subjects.names) == 1 else None
    written = names_in(dialogue.written) if is_name_in_question(meant.new) else ()
    if old := meant.old or most_similar(meant.new, written):
        return _with_name(dialogue, dialogue.last, old, meant.new) or _with_name(
            dialogue, dialogue.first, old, meant.new
        )
    question = dialogue.question if dialogue.last == dialogue.question else dialogue.first
    if old := subject or most_similar(meant.new, names_in(question)):
        return _with_name(dialogue, question, old, meant.new)
    return None


def _with_other_name(dialogue: _Dialogue, asked: str) -> _Dialogue | None:
    """The last question about another name: "and PPO?"."""
    new = replacement_name(asked)
    if not new or len(dialogue.subjects.names) != 1 or not depends_on_context(asked):
        return None
    return _with_name(dialogue, dialogue.question, dialogue.subjects.names[0], new)


def _with_name(dialogue: _Dialogue, question: str, old: str, new: str) -> _Dialogue | None:
    changed = replace_name(question, old, new)
    if changed is None or len(changed) > MAX_HISTORY_CHARS:
        return None
    after = dialogue.whole(changed)
    names = tuple(new if name.casefold() == old.casefold() else name for name in dialogue.subjects.names)
    return after if after.subjects.names else replace(after, subjects=replace(dialogue.subjects, names=names))


def _joined(room: int, first: str, between: Sequence[str], asked: str) -> str:
    """The parts joined; where they are too long, the oldest of `between` are left out first."""
    parts = [first] if len(first) <= room else []
    room -= sum(map(len, parts))
    kept: list[str] = []
    for part in reversed(between):
        room -= len(part) + 1
        if room < 0 or len(kept) == _BETWEEN:
            break
        kept.insert(0, part)
    return " ".join(filter(None, [*parts, *kept, asked]))
