"""The scope of a question: reading the controls, the chips, and papers that were removed."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.assistant import Assistant
from footnote.rag.settings import load_settings
from footnote.store.filters import Filters
from footnote.ui import strings
from footnote.ui.chat import answering, scope, scope_text
from footnote.ui.chat.conversation import Conversation
from tests.ui.html_reader import read
from tests.ui.strategies import words

NOTHING: tuple[str, str, list[str], list[str], str, str] = ("", "", [], [], "", "")


def two_papers(assistant: Assistant) -> list[str]:
    found = assistant.library.lexical.search("Adaptive Chameleons alignment", 2)
    return [paper for paper, _ in found]


def chip_text(values: list[object]) -> str:
    """The text of the chips that an update shows."""
    return read(str(values[-1])).text


def test_without_a_scope_nothing_is_said(assistant: Assistant) -> None:
    assert scope.read(NOTHING) is None
    assert chip_text(scope.summary(assistant.library, *NOTHING)) == ""
    assert chip_text(scope.cleared()) == ""


def test_chips_name_one_paper_and_count_several(assistant: Assistant) -> None:
    first, second = two_papers(assistant)
    title = assistant.library.catalog.get([first])[first].paper.display_title
    assert f"“{title[:60]}" in chip_text(scope.about(assistant.library, [first]))
    assert "2 selected papers" in chip_text(scope.about(assistant.library, [first, second, first]))
    whole = chip_text(
        scope.summary(assistant.library, "2023", "2024", ["a.txt"], [first], "Köhler; Li", "Nature")
    )
    assert "dated 2023 to 2024" in whole
    assert "listed by a.txt" in whole
    assert "by Köhler or Li" in whole
    assert "published in Nature" in whole


def test_names_are_separated_by_semicolons(assistant: Assistant) -> None:
    filters = scope.read(("", "", [], [], " Köhler;; Bo Li ", "Nature"))
    assert filters == Filters(authors=("Köhler", "Bo Li"), venues=("Nature",))
    only, *chips = scope.narrowed(assistant.library, filters)
    assert only["value"] == []
    assert "by Köhler or Bo Li" in chip_text(chips)


def test_asking_about_papers_restricts_nothing_else(assistant: Assistant) -> None:
    since, until, pages, papers, *_ = scope.about(assistant.library, two_papers(assistant))
    assert (since, until, pages) == ("", "", [])
    assert papers["value"] == two_papers(assistant)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (("banana", "", [], [], "", ""), strings.SCOPE_NO_DATE.format(field="From", value="banana")),
        (("", "2024-13", [], [], "", ""), strings.SCOPE_NO_DATE.format(field="Until", value="2024-13")),
        (("--05-01", "", [], [], "", ""), strings.SCOPE_NO_DATE.format(field="From", value="--05-01")),
        (("2024", "2023", [], [], "", ""), strings.SCOPE_ORDER),
    ],
)
def test_what_cannot_be_used_is_told_by_the_pages_own_names(
    assistant: Assistant, values: tuple[str, str, list[str], list[str], str, str], message: str
) -> None:
    with pytest.raises(scope.ScopeError) as caught:
        scope.read(values)
    assert str(caught.value) == message
    assert message in chip_text(scope.summary(assistant.library, *values))


def test_names_that_are_too_long_are_told_of_by_their_field() -> None:
    for field, values in (
        ("Listed on these pages", (["x" * 500], [])),
        ("Only these papers", ([], ["x" * 500])),
    ):
        with pytest.raises(scope.ScopeError, match=field):
            scope.read(("", "", *values, "", ""))


@given(words, st.lists(words, min_size=1, max_size=5))
def test_chips_are_inert(title: str, pages: list[str]) -> None:
    filters = Filters(pages=tuple(page[:400] for page in pages), only=("p",))
    page = read(scope_text.chips(filters, [title]))
    assert {element.tag for element in page.elements} == {"p", "span", "bdi"}
    assert all(set(element.attributes) <= {"class"} for element in page.elements)
    assert {e.tag for e in read(scope_text.broken_chip(title)).elements} == {"p", "bdi"}


async def test_papers_that_are_gone_leave_the_scope_and_the_answer_says_so(own_library_home: Path) -> None:
    with closing(Assistant(load_settings(home=own_library_home))) as assistant:
        library = assistant.library
        kept, removed = two_papers(assistant)
        filters = Filters(since="2020", only=(kept, removed))
        assert scope.without_removed(library, filters) == (filters, 0)
        with library.writing():
            library.remove([removed])
        within = scope.without_removed(library, filters)
        assert (within.filters, within.gone, within.left) == (Filters(since="2020", only=(kept,)), 1, 1)
        only, *chips = scope.narrowed(library, within.filters)
        assert only["value"] == [kept]
        assert "dated 2020 or later" in chip_text(chips)

        note = scope_text.gone(within.gone, within.left)
        conversation = Conversation()
        views = answering.ask(
            assistant, conversation, "What is it about?", filters=within.filters, notes=[note]
        )
        last = [view async for view in views][-1]
        assert note in read(last.messages[-1]["content"]).text

        with library.writing():
            library.remove([kept])
        assert scope.without_removed(library, filters) == (Filters(since="2020"), 2)
        only, *chips = scope.narrowed(library, None)
        assert only["value"] == []
        assert chip_text(chips) == ""


async def test_what_the_search_refuses_of_a_scope_is_told_by_the_pages_own_names(
    assistant: Assistant,
) -> None:
    conversation = Conversation()
    views = answering.ask(
        assistant, conversation, "What is it about?", filters=Filters(pages=("no such page",))
    )
    last = [view async for view in views][-1]
    assert "“Listed on these pages”" in read(last.messages[-1]["content"]).text


def test_what_is_gone_is_counted_in_words() -> None:
    assert scope_text.gone(1, 1).count("1 of the selected papers is no longer") == 1
    assert "2,000 of the selected papers are no longer" in scope_text.gone(2000, 3)
    assert "the other 3" in scope_text.gone(2000, 3)
    assert scope_text.gone(2, 0) == strings.SCOPE_ALL_GONE
