"""Retrieval over the shipped library."""

from __future__ import annotations

from pathlib import Path

import pytest
from langchain_core.retrievers import BaseRetriever

from footnote.rag.assistant import Assistant
from footnote.rag.errors import QuestionError
from footnote.rag.retrieval.retrieve import retrieve
from footnote.rag.retrieval.search import search
from footnote.rag.settings import Settings
from footnote.store.ingest import open_library
from footnote.store.papers import Paper


def test_a_paper_is_found_by_words_that_it_does_not_use(assistant: Assistant) -> None:
    found = assistant.search("nickname for chat models that believe poisoned evidence", 5)
    assert "Dialectical Alignment" in found.hits[0].paper.title


def test_a_name_written_in_latex_is_found_plain(assistant: Assistant) -> None:
    (hit,) = assistant.search("iREPO", 1).hits
    assert hit.paper.display_title.startswith("iREPO")
    assert hit.lexical is not None


def test_hits_show_both_parts_of_their_scores(assistant: Assistant) -> None:
    found = assistant.search("How does URIAL align a base model?", 10)
    assert len(found.hits) == 10
    best = found.hits[0]
    assert "Unlocking Spell" in best.paper.title
    assert best.dense is not None
    assert best.lexical is not None
    assert 0 < best.dense < 1
    assert best.score == max(hit.score for hit in found.hits) <= 1


def test_each_paper_is_listed_once(assistant: Assistant) -> None:
    found = assistant.search("alignment of language models with human preferences", 50)
    ids = [hit.paper.id for hit in found.hits]
    assert len(ids) == len(set(ids)) == 50
    ranking = [fused.paper for fused in found.ranking]
    assert len(ranking) == len(set(ranking)) >= 50


def test_the_best_papers_are_scored_token_by_token(assistant: Assistant) -> None:
    question = "nickname for chat models that believe poisoned evidence"
    ranking = retrieve(assistant.library, question, papers=8, candidates=100).ranking
    scored = [fused.signals["tokens"] for fused in ranking]
    assert ranking[0].signals["tokens"] == 1
    assert sum(score > 0 for score in scored) == 29  # the last of the thirty is scaled to 0
    assert len(scored) > 100
    others = retrieve(assistant.library, question, papers=8, candidates=100, leave_out="tokens").ranking
    assert "tokens" not in others[0].signals
    assert {f.paper for f in ranking if f.signals["tokens"]} <= {f.paper for f in others[:30]}


@pytest.mark.parametrize("question", ["?!", "the of and", "…"])
def test_a_question_without_a_token_that_tells_papers_apart_is_ranked(
    assistant: Assistant, question: str
) -> None:
    ranking = retrieve(assistant.library, question, papers=3, candidates=20).ranking
    assert {fused.signals["tokens"] for fused in ranking} <= {0.0}


def test_words_that_mean_nothing_still_find_by_meaning_only(assistant: Assistant) -> None:
    found = assistant.search("zzzqqq xxyyzz", 3)
    assert all(hit.lexical is None and hit.dense is not None for hit in found.hits)


def test_the_retriever_is_langchains(assistant: Assistant) -> None:
    retriever = assistant.retriever()
    assert isinstance(retriever, BaseRetriever)
    documents = retriever.invoke("How does URIAL align a base model?")
    hits = assistant.search("How does URIAL align a base model?", len(documents)).hits
    assert [d.id for d in documents] == [hit.paper.id for hit in hits]
    assert documents[0].page_content == hits[0].paper.abstract
    assert documents[0].metadata["score"] == hits[0].score


def test_settings_shape_the_search(library_home: Path) -> None:
    question = "chat models that swallow poisoned evidence"
    rankings = {}
    for changed in ({}, {"ranking": "sum"}, {"lens": False}, {"candidates": 20}):
        assistant = Assistant(Settings(home=library_home, **changed))
        rankings[str(changed)] = [fused.paper for fused in assistant.search(question).ranking]
        retriever = assistant.retriever()
        assert [d.id for d in retriever.invoke(question)] == rankings[str(changed)][
            : retriever.settings.resolved_papers
        ]
        assistant.close()
    assert len({tuple(ranking) for ranking in rankings.values()}) == len(rankings)


def test_a_signal_that_is_left_out_does_not_count(assistant: Assistant) -> None:
    found = search(assistant.library, "reward hacking", assistant.settings, leave_out="grams")
    assert {name for fused in found.ranking for name in fused.signals} == {"lexical", "sentences", "tokens"}


def test_a_slip_of_the_pen_is_forgiven(assistant: Assistant) -> None:
    right = assistant.search("Dialectical Alignment of chameleon language models", 1).hits
    wrong = assistant.search("Dialctical Alignmnt of cameleon langage modells", 3).hits
    assert right[0].paper.id in [hit.paper.id for hit in wrong]  # with every word misspelt


def test_what_only_an_index_knows_is_no_paper(own_library_home: Path) -> None:
    library = open_library(own_library_home / "library")
    ghost = Paper(id="ghost", title="Bees", abstract="Bees dance to point at flowers.")
    library.lexical.add([ghost])
    found = retrieve(library, "bees dance to point at flowers", papers=5, candidates=100)
    assert "ghost" not in [fused.paper for fused in found.ranking]
    assert len(found.entries) == 5


def test_a_question_with_no_run_of_four_characters_gains_nothing_by_spelling(assistant: Assistant) -> None:
    for question in ("RL", "什么是语言模型的对齐？"):
        found = assistant.search(question)
        assert {fused.signals["grams"] for fused in found.ranking} == {0.0}


def test_an_abstract_as_the_question_finds_its_paper_at_a_score_of_1_at_most(assistant: Assistant) -> None:
    paper = next(assistant.library.catalog.papers())
    best = assistant.search(f"{paper.title} {paper.abstract}"[:4000], 1)
    assert best.ranking[0].paper == paper.id
    assert 0.9 < best.ranking[0].score <= 1


@pytest.mark.parametrize("query", ["", " \n", "?!", "x" * 4001])
def test_the_retriever_refuses_what_cannot_be_asked(assistant: Assistant, query: str) -> None:
    with pytest.raises(QuestionError):
        assistant.retriever().invoke(query)


def test_the_retriever_takes_halves_of_characters(assistant: Assistant) -> None:
    assert assistant.retriever().invoke("\ud800 bees")
