"""The search by parts, over the library that ships."""

from __future__ import annotations

from functools import partial

from footnote.rag.assistant import Assistant
from footnote.rag.retrieval.confidence import Trust
from footnote.rag.retrieval.parts import SURVEYED, SearchedParts, search_parts
from footnote.rag.retrieval.search import search
from footnote.rag.settings import load_settings
from footnote.store.filters import Filters


def parts_of(assistant: Assistant, question: str, filters: Filters | None = None) -> SearchedParts:
    settings = load_settings()
    find = partial(search, assistant.library, settings=settings, filters=filters)
    return search_parts(question, find(question), assistant.library, find, filters)


def first_titles(parts: SearchedParts, count: int = 1) -> list[str]:
    return [entry.paper.title.split(":")[0] for entry in parts.found.entries[:count]]


def test_the_paper_that_a_name_stands_for_comes_first_whatever_else_is_asked(assistant: Assistant) -> None:
    for name in ("MinMo", "minmo"):
        parts = parts_of(assistant, f"Does {name} help with position bias of judges and reward hacking?")
        assert (parts.kind, first_titles(parts)) == ("single", ["MinMo"])
        assert parts.found.ranking[0].score == 1.0


def test_a_common_word_in_lower_case_is_not_taken_for_a_name(assistant: Assistant) -> None:
    question = "pairwise plus best-of-N test suite for reward scorers"
    plain = search(assistant.library, question, load_settings())
    assert parts_of(assistant, question).found.ranking == plain.ranking


def test_the_ranking_has_each_side_first_and_every_paper_once(assistant: Assistant) -> None:
    parts = parts_of(assistant, "How does CREAM differ from Anyprefer?")
    assert (parts.kind, first_titles(parts, 2)) == ("comparison", ["CREAM", "Anyprefer"])
    ids = [fused.paper for fused in parts.found.ranking]
    assert len(set(ids)) == len(ids)
    assert [entry.paper.id for entry in parts.found.entries] == ids[: len(parts.found.entries)]


def test_a_side_that_no_paper_has_is_not_held(assistant: Assistant) -> None:
    parts = parts_of(assistant, "Compare PINE and Zyxomat.")
    assert [(part.subject, part.held) for part in parts.parts] == [("PINE", True), ("Zyxomat", False)]


def test_what_passes_no_filter_is_no_side(assistant: Assistant) -> None:
    anyprefer = next(p.id for p in assistant.library.catalog.papers() if p.title.startswith("Anyprefer"))
    parts = parts_of(assistant, "How does CREAM differ from Anyprefer?", Filters(exclude=(anyprefer,)))
    assert anyprefer not in {fused.paper for fused in parts.found.ranking}
    assert [part.held for part in parts.parts if part.subject == "Anyprefer"] in ([False], [])


def test_a_survey_chooses_among_more_papers_than_are_read(assistant: Assistant) -> None:
    parts = parts_of(assistant, "Give me a literature review on personalized alignment")
    (part,) = parts.parts
    assert (parts.kind, len(part.found.entries)) == ("survey", SURVEYED)
    assert len(parts.found.entries) < SURVEYED
    assert part.question == "personalized alignment"


def test_a_question_in_turn_below_the_threshold_is_left_open(assistant: Assistant) -> None:
    parts = parts_of(assistant, "What is AlignX and how big is it?")
    assert [part.held for part in parts.judged([Trust(0.9, 0.9, 0.9), Trust(0.2, 0.2, 0.2)], 0.5).parts] == [
        True,
        False,
    ]
    other = parts_of(assistant, "How does CREAM differ from Anyprefer?")
    unsure = other.judged([Trust(0.1, 0.1, 0.3), Trust(0.1, 0.1, 0.4)], 0.5)
    assert (unsure.parts, unsure.best_is_right) == (other.parts, 0.4)


def test_the_search_ranks_as_answers_do(assistant: Assistant) -> None:
    for question in ("Does minmo help with position bias?", "How does CREAM differ from Anyprefer?"):
        found = assistant.search(question, 2)
        assert [fused.paper for fused in found.ranking] == list(assistant.ask(question).ranking)
        assert [hit.paper.id for hit in found.hits] == [fused.paper for fused in found.ranking[:2]]
