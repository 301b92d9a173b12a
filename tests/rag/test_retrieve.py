"""Retrieval over the shipped library."""

from __future__ import annotations

from langchain_core.retrievers import BaseRetriever

from rag.assistant import Assistant


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
