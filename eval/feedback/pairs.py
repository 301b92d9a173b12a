"""Two answers to one wish, of which the reader liked one and not the other. Pure.

As in "WildFeedback" (Shi et al., 2024), the answer that a reader objects to is the rejected one.
The chosen one isn't written by a model, as it is there, but is one that the same reader liked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from footnote.eval.feedback.reading import ReadConversation, is_new
from footnote.rag.answer import Answer
from footnote.rag.language.stopwords import content_words
from footnote.store.chats.feedback import Given
from footnote.store.papers import title_key

_ALIKE = 0.5
"""Share of content words in common from which a later question of the conversation is the same, rephrased."""

Relation = Literal["same", "rephrased", "follow-up"]


class _Judged(NamedTuple):
    """An answer with the reader's feedback. key, words: of its question, to compare questions."""

    conversation: ReadConversation
    number: int
    answer: Answer
    given: Given
    key: str
    words: frozenset[str]


def preference_pairs(reader: Sequence[ReadConversation], since: datetime | None) -> Iterator[dict[str, Any]]:
    """The pairs in one reader's conversations of which at least one side was judged from `since` on.

    prompt: the question of the chosen answer, standing alone. chosen, rejected: the answers' texts.
    relation: the question was the `same`, it was `rephrased` later in the conversation, or the chosen
    answer is to the `follow-up` in which the reader objected to the other.
    """
    liked, disliked = _judged(reader)
    seen: set[str] = set()
    for rejected in disliked:
        for chosen in liked:
            relation = _relation(rejected, chosen)
            if relation is None or chosen.answer.text == rejected.answer.text:
                continue
            if not (is_new(rejected.given, since) or is_new(chosen.given, since)):
                continue
            pair = _pair(rejected, chosen, relation)
            if pair["id"] not in seen:
                seen.add(pair["id"])
                yield pair


def _judged(reader: Sequence[ReadConversation]) -> tuple[list[_Judged], list[_Judged]]:
    """The answers that the reader liked, and those that they didn't; what they pressed outweighs what they
    wrote.
    """
    liked, disliked = list[_Judged](), list[_Judged]()
    for conversation in reader:
        for number in conversation.answers:
            said = conversation.feedback_on(number)
            if up := said.get("up"):
                liked.append(_of(conversation, number, up))
            elif against := said.get("down") or said.get("dissatisfied"):
                disliked.append(_of(conversation, number, against))
    return liked, disliked


def _of(conversation: ReadConversation, number: int, given: Given) -> _Judged:
    answer = conversation.answers[number]
    words = frozenset(content_words(answer.standalone))
    return _Judged(conversation, number, answer, given, title_key(answer.standalone), words)


def _relation(rejected: _Judged, chosen: _Judged) -> Relation | None:
    if rejected.answer.filters != chosen.answer.filters:
        return None
    later = rejected.conversation is chosen.conversation and rejected.number < chosen.number
    between = range(rejected.number, chosen.number)
    if later and all("dissatisfied" in rejected.conversation.feedback_on(n) for n in between):
        return "follow-up"
    if rejected.key == chosen.key:
        return "same"
    shared, all_words = rejected.words & chosen.words, rejected.words | chosen.words
    alike = len(shared) >= max(2, _ALIKE * len(all_words))
    return "rephrased" if later and alike else None


def _pair(rejected: _Judged, chosen: _Judged, relation: Relation) -> dict[str, Any]:
    texts = {
        "prompt": chosen.answer.standalone,
        "chosen": chosen.answer.text,
        "rejected": rejected.answer.text,
    }
    return {
        "id": "pair-" + hashlib.sha256("\0".join(texts.values()).encode()).hexdigest()[:16],
        **texts,
        "relation": relation,
        "signal": rejected.given.kind,
        "comment": rejected.given.comment,
        "chosen_from": _side(chosen),
        "rejected_from": _side(rejected),
    }


def _side(judged: _Judged) -> dict[str, Any]:
    return {
        "question": judged.conversation.turn(judged.number).question,
        **judged.conversation.provenance(judged.number),
        "version": judged.given.version,
    }
