"""The best of several answers: what counts, and that nothing buys off another."""

from __future__ import annotations

from footnote.rag.answer import Citation
from footnote.rag.composing.best_of import BRIEF_WORDS, Scores, best, scores
from footnote.rag.composing.composer import Draft
from footnote.rag.composing.draft_answer import Written
from footnote.rag.verification.findings import Finding
from footnote.rag.verification.verify import Ruling
from footnote.store.papers import Paper

PAPER = Paper(id="p", title="T", abstract="Labels cost money.")
QUESTION = "What do preference labels cost?"


def said(text: str, *, stands: bool = True) -> Written:
    ruling = Ruling("supported") if stands else Ruling("weak", (Finding("closeness", "no"),))
    return Written(Draft(text=text, cited=(Citation.of(PAPER, 0, 18),)), ruling)


def test_support_is_the_share_of_sentences_that_stand() -> None:
    found = scores(QUESTION, [said("Labels cost money."), said("Labels are free.", stands=False)])
    assert found.support == 0.5
    assert scores(QUESTION, []).support == 0.0


def test_coverage_counts_the_questions_terms_in_what_stands() -> None:
    assert scores(QUESTION, [said("Preference labels cost money.")]).coverage == 1.0
    assert scores(QUESTION, [said("Preference labels cost money.", stands=False)]).coverage == 0.0


def test_brevity_falls_past_the_words_that_count_as_brief() -> None:
    assert scores(QUESTION, [said("word " * BRIEF_WORDS)]).brevity == 1.0
    assert scores(QUESTION, [said("word " * 2 * BRIEF_WORDS)]).brevity == 0.5


def test_what_is_short_of_one_score_cannot_be_made_up_by_the_others() -> None:
    balanced = Scores(support=0.9, coverage=0.5, brevity=0.7)
    lopsided = Scores(support=0.4, coverage=1.0, brevity=1.0)
    assert balanced.utility > lopsided.utility


def test_the_best_supported_candidate_wins_and_the_first_of_equals() -> None:
    good = [said("Preference labels cost money.")]
    bad = [said("Preference labels cost money."), said("They are blue.", stands=False)]
    assert best(QUESTION, [bad, good]) == 1
    assert best(QUESTION, [good, good]) == 0
