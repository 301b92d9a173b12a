"""Titles and quotes of questions, found in a library."""

from __future__ import annotations

import pytest

from footnote.eval.datasets.gold import find_places, match_gold
from footnote.eval.errors import GoldError
from footnote.eval.questions import EvidenceQuote, Question, QuestionSet
from footnote.store.papers import Paper

PAPERS = [
    Paper(id="p1", title="$i$REPO: implicit Reward", abstract="We try it. It works. We try it again."),
    Paper(id="p2", title="Twice Told", abstract="The first of the name."),
    Paper(id="p3", title="Twice told!", abstract="The second of the name."),
]


def question_set(**fields: object) -> QuestionSet:
    question = Question.model_validate(
        {"id": "q7", "type": "t", "question": "?", "answerable": True, **fields}
    )
    return QuestionSet(file="set.jsonl", questions=(question,), dataset_hash="")


def evidence(paper: str, quote: str) -> EvidenceQuote:
    return EvidenceQuote(paper=paper, quote=quote)


def test_titles_are_matched_whatever_their_spelling() -> None:
    questions = question_set(
        papers=["iRepo – Implicit reward"], evidence=[evidence("IREPO: implicit reward", "It works.")]
    )
    gold = match_gold(questions, PAPERS)["q7"]
    assert gold.papers == {"p1"}
    assert gold.quotes[0].paper == "p1"
    assert gold.quotes[0].places == ((11, 20),)


def test_a_quote_that_stands_twice_has_both_places() -> None:
    questions = question_set(papers=[PAPERS[0].title], evidence=[evidence(PAPERS[0].title, "We try it")])
    (quote,) = match_gold(questions, PAPERS)["q7"].quotes
    assert quote.places == ((0, 9), (21, 30))
    assert find_places("aaa", "aa") == ((0, 2), (1, 3))


def test_a_title_of_two_papers_is_the_one_with_the_quote() -> None:
    questions = question_set(papers=["Twice Told"], evidence=[evidence("Twice Told", "The second")])
    assert match_gold(questions, PAPERS)["q7"].papers == {"p3"}


def test_a_title_of_two_papers_is_neutral_for_both() -> None:
    questions = question_set(papers=[PAPERS[0].title], also_ok=["Twice Told"])
    assert match_gold(questions, PAPERS)["q7"].also_ok == {"p2", "p3"}


def test_a_gold_paper_is_never_neutral() -> None:
    questions = question_set(papers=[PAPERS[0].title], also_ok=[PAPERS[0].title])
    gold = match_gold(questions, PAPERS)["q7"]
    assert gold.papers == {"p1"}
    assert not gold.also_ok


def test_everything_that_does_not_fit_is_listed_with_its_question() -> None:
    questions = question_set(
        papers=["Unheard Of", "Twice Told", PAPERS[0].title],
        also_ok=["Never Written"],
        evidence=[evidence(PAPERS[0].title, "it works.")],
    )
    with pytest.raises(GoldError) as caught:
        match_gold(questions, PAPERS)
    assert caught.value.problems == (
        "q7: no paper is titled 'Unheard Of'",
        "q7: 2 papers are titled 'Twice Told' (p2, p3)",
        "q7: no paper is titled 'Never Written'",
        "q7: the abstract of '$i$REPO: implicit Reward' doesn't hold the words 'it works.'",
    )
    assert all(problem in str(caught.value) for problem in caught.value.problems)
    assert "set.jsonl" in str(caught.value)
