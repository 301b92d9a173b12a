"""The order of questions of which every beginning is like the whole."""

from __future__ import annotations

from collections import Counter

from footnote.eval.questions import SHIPPED, read_questions
from footnote.eval.questions.stratified import stratified

QUESTIONS = read_questions(SHIPPED).questions


def test_thirty_questions_are_of_all_kinds_in_proportion() -> None:
    for seed in range(20):
        first = stratified(QUESTIONS, seed)[:30]
        assert sum(not question.answerable for question in first) in (3, 4)
        assert Counter(question.type for question in first).keys() == {q.type for q in QUESTIONS}


def test_all_are_there_and_the_seed_decides() -> None:
    assert sorted(q.id for q in stratified(QUESTIONS, 3)) == sorted(q.id for q in QUESTIONS)
    assert stratified(QUESTIONS, 3) == stratified(QUESTIONS, 3) != stratified(QUESTIONS, 4)
