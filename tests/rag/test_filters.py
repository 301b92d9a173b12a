"""Filters through the faces: what an answer cites, what it says of them, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from footnote.rag import Answer, Assistant, Filters, Retriever, aask, ask, stream
from footnote.rag.answer import REFUSAL
from footnote.rag.events import Done
from footnote.rag.filters import FiltersError, read_filters
from footnote.rag.settings import load_settings
from footnote.store.ingest import ingest
from footnote.store.papers import Paper
from footnote.store.readers import read_file
from tests.model_server import ModelServer

QUESTION = "What are Adaptive Chameleons, and what makes language models become them?"
URIAL = "How does URIAL align a base model, and what does it need?"
QUESTIONS = [
    QUESTION,
    URIAL,
    "How can reward models be trained without human preference labels?",
    "What does GRAPE do for vision-language-action models?",
    "Which position biases do LLM judges have?",
    "How are diffusion models aligned with human preferences?",
]
PAGE = "001_f2f8f320e3653e22.txt"


@pytest.fixture(autouse=True)
def shipped(monkeypatch: pytest.MonkeyPatch, library_home: Path) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(library_home))


def read(answer: Answer) -> list[Paper]:
    """Every paper that an answer shows."""
    return [c.paper for c in answer.citations] + [near.paper for near in answer.nearest]


@pytest.mark.parametrize("question", QUESTIONS)
def test_up_to_2023_only_papers_dated_so_have_a_part(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question, filters=Filters(until="2023"))
    dates = {p.id: p.date or "" for p in assistant.library.catalog.papers()}
    assert read(answer)
    assert {paper.date[:4] for paper in read(answer)} == {"2023"}
    assert {dates[ident][:4] for ident in answer.ranking} == {"2023"}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_paper_left_out_is_never_cited_nor_named(assistant: Assistant, question: str) -> None:
    left_out: tuple[str, ...] = ()
    for _ in range(4):
        answer = assistant.ask(question, filters=Filters(exclude=left_out))
        assert not {paper.id for paper in read(answer)} & set(left_out)
        assert not set(answer.ranking) & set(left_out)
        left_out += (answer.ranking[0],)


def test_without_the_paper_that_answers_the_question_is_declined(assistant: Assistant) -> None:
    answered = assistant.ask(QUESTION)
    assert answered.status in {"answered", "closest"}
    declined = assistant.ask(QUESTION, filters=Filters(exclude=(answered.ranking[0],)))
    assert declined.status == "unsupported"
    assert declined.confidence is not None
    assert answered.confidence is not None
    assert declined.confidence < answered.confidence


def test_only_the_pages_and_papers_asked_for_have_a_part(assistant: Assistant) -> None:
    answer = assistant.ask(QUESTIONS[2], filters=Filters(pages=(PAGE,)))
    assert read(answer)
    assert all(PAGE in paper.pages for paper in read(answer))
    chosen = answer.ranking[-2:]
    assert set(assistant.ask(QUESTION, filters=Filters(only=chosen)).ranking) == set(chosen)


def test_a_paper_that_no_index_would_propose_is_found_when_it_is_the_only_one(library_home: Path) -> None:
    # Filters apply before ranking: with 10 candidates the last of 295 would never come up.
    assistant = Assistant(load_settings(home=library_home, candidates=10))
    last = assistant.search(QUESTION, 1000).ranking[-1].paper
    assert last not in [fused.paper for fused in assistant.search(QUESTION, 10).ranking]
    assert [hit.paper.id for hit in assistant.search(QUESTION, 10, filters=Filters(only=(last,))).hits] == [
        last
    ]


async def test_all_faces_filter_alike(assistant: Assistant) -> None:
    filters = Filters(since="2023-06", until="2023", exclude=(assistant.search(URIAL, 1).hits[0].paper.id,))
    asked = ask(URIAL, filters=filters)
    awaited = await aask(URIAL, filters=filters)
    streamed = [event async for event in stream(URIAL, filters=filters)][-1]
    assert isinstance(streamed, Done)
    assert asked.ranking == awaited.ranking == streamed.answer.ranking
    assert asked.text == awaited.text == streamed.answer.text
    hits = assistant.search(URIAL, 8, filters=filters).hits
    # An answer puts papers first that a name in its question stands for.
    assert {hit.paper.id for hit in hits} <= set(asked.ranking[:10])
    documents = assistant.retriever(filters=filters).invoke(URIAL)
    assert [document.id for document in documents] == [hit.paper.id for hit in hits]
    documents = Retriever(library=assistant.library, filters=filters).invoke(URIAL)
    assert [document.id for document in documents] == [hit.paper.id for hit in hits]


async def test_a_model_is_shown_only_papers_that_pass(
    model_server: ModelServer, library_home: Path, assistant: Assistant
) -> None:
    model_server.script("good")
    with_model = Assistant(
        load_settings(
            home=library_home,
            model="scripted",
            openai_api_key="sk-test",
            openai_base_url=model_server.base_url,
            refuse_below=0,
        )
    )
    best = assistant.search(QUESTION, 1).hits[0].paper
    answer = await with_model.aask(QUESTION, filters=Filters(exclude=(best.id,)))
    assert answer.mode == "llm"
    assert best.id not in {paper.id for paper in read(answer)}
    assert best.display_title not in model_server.requests[-1].prompt
    answer = await with_model.aask(QUESTION)
    assert best.id in {paper.id for paper in read(answer)}
    assert best.display_title in model_server.requests[-1].prompt


# What an answer says of its filters


def test_an_answer_says_what_was_searched(assistant: Assistant) -> None:
    filters = Filters(until="2023", pages=(PAGE,))
    answer = assistant.ask(URIAL, filters=filters)
    assert answer.filters == filters
    line = f"Searched only papers dated 2023 or earlier, listed by {PAGE}."
    assert str(answer).endswith(line)
    markdown = answer.to_markdown()
    assert "Searched only papers dated 2023 or earlier, listed by 001\\_f2f8f320e3653e22" in markdown
    assert Answer.model_validate_json(answer.model_dump_json()) == answer


def test_a_refusal_says_what_was_searched(assistant: Assistant) -> None:
    answer = assistant.ask("best pizza in Naples", filters=Filters(until="2023"))
    assert answer.status == "unsupported"
    assert str(answer).startswith(REFUSAL)
    assert str(answer).endswith("\n\nSearched only papers dated 2023 or earlier.")
    assert answer.to_markdown().endswith("\n\nSearched only papers dated 2023 or earlier.\n")


@pytest.mark.parametrize("filters", [None, Filters()])
def test_an_answer_from_the_whole_library_says_nothing_of_it(
    assistant: Assistant, filters: Filters | None
) -> None:
    answer = assistant.ask(URIAL, filters=filters)
    assert answer.filters is None
    assert "Searched only" not in str(answer) + answer.to_markdown()
    assert answer.text == assistant.ask(URIAL).text


def test_an_answer_written_before_there_were_filters_is_read(assistant: Assistant) -> None:
    answer = assistant.ask(URIAL)
    older = answer.model_dump(mode="json")
    del older["filters"]
    assert Answer.model_validate(older) == answer


@pytest.mark.parametrize(
    ("filters", "blamed"),
    [
        (Filters(since="2031"), "none is dated 2031 or later (papers whose year isn't known"),
        (Filters(only=()), "none is among the 0 chosen."),
        (Filters(since="2023", until="2024", only=()), "none is among the 0 chosen (papers whose"),
        (Filters(until="1999", only=()), "none is dated 1999 or earlier and none is among the 0 chosen"),
    ],
)
def test_where_nothing_passes_the_reader_is_told_what_is_to_blame(
    assistant: Assistant, filters: Filters, blamed: str
) -> None:
    answer = assistant.ask(QUESTION, filters=filters)
    assert answer.status == "unsupported"
    assert answer.confidence == 0
    assert answer.nearest == answer.ranking == ()
    (warning,) = map(str, answer.warnings)
    assert warning.startswith(f"No paper of this library passes the filters: {blamed}")
    assert warning in str(answer)
    assert assistant.search(QUESTION, filters=filters).hits == ()
    assert assistant.retriever(filters=filters).invoke(QUESTION) == []


def test_where_nothing_passes_though_each_filter_keeps_some_that_is_said(assistant: Assistant) -> None:
    best = assistant.search(URIAL, 1).hits[0].paper
    answer = assistant.ask(URIAL, filters=Filters(only=(best.id,), exclude=(best.id,)))
    assert tuple(map(str, answer.warnings)) == (
        "No paper of this library passes the filters: some pass each of them, none pass all.",
    )


def test_where_all_are_left_out_that_is_said(assistant: Assistant) -> None:
    everything = tuple(paper.id for paper in assistant.library.catalog.papers())
    (warning,) = assistant.ask(URIAL, filters=Filters(exclude=everything)).warnings
    assert warning.kind == "filters"
    assert "none is other than the 295 left out" in warning.text


def test_where_papers_pass_there_is_no_warning(assistant: Assistant) -> None:
    assert assistant.ask("best pizza in Naples", filters=Filters(until="2023")).warnings == ()


# What is refused


@pytest.mark.parametrize(
    ("filters", "field", "message"),
    [
        (Filters(pages=(PAGE, PAGE[:-4])), "pages", f"did you mean {PAGE}"),
        (Filters(pages=("zzz",)), "pages", f"known: 000_33191604a80920a0.txt, {PAGE}"),
        (Filters(only=("p000",)), "only", "'p000'"),
        (Filters(exclude=("p001", "p000")), "exclude", "'p000' (2 such ids in all)"),
        (Filters(exclude=("",)), "exclude", "''"),
        (Filters(pages=("",)), "pages", "''"),
    ],
)
async def test_what_the_library_does_not_have_is_an_error_of_every_face(
    assistant: Assistant, filters: Filters, field: str, message: str
) -> None:
    for face in (assistant.ask, assistant.search):
        with pytest.raises(FiltersError) as refused:
            face(QUESTION, filters=filters)
        assert refused.value.field == field
        assert message in str(refused.value)
        assert str(refused.value).startswith(f"{field}: ")
    with pytest.raises(FiltersError):
        assistant.retriever(filters=filters)
    with pytest.raises(FiltersError):
        await aask(QUESTION, filters=filters)
    with pytest.raises(FiltersError):
        _ = [event async for event in stream(QUESTION, filters=filters)]


@pytest.mark.parametrize(
    "name", ["'", '"', "\\", "\0", "%", "' OR 1=1 --", "/.*/", "\x1b[2J", "‮", "💥", "x" * 200]
)
def test_hostile_names_are_only_names(assistant: Assistant, name: str) -> None:
    for filters in (Filters(pages=(name,)), Filters(only=(name,)), Filters(exclude=(name,))):
        with pytest.raises(FiltersError) as refused:
            assistant.ask(QUESTION, filters=filters)
        assert len(str(refused.value)) < 400
        assert "\x1b" not in str(refused.value)
    assert assistant.ask(QUESTION).status in {"answered", "closest"}


def test_a_dict_is_no_filters(assistant: Assistant) -> None:
    with pytest.raises(FiltersError, match="it is dict"):
        assistant.ask(QUESTION, filters={"until": "2023"})  # type: ignore[arg-type]


def test_papers_that_wait_to_be_indexed_are_known(own_library_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "bees.jsonl"
    file.write_text('{"id": "bee-1", "title": "Bees", "abstract": "Bees dance to point at flowers."}\n')
    assistant = Assistant(load_settings(home=own_library_home))
    with assistant.library.writing():
        assistant.library.record(read_file(file).listings)
    waiting = Filters(only=("bee-1",), pages=("bees.jsonl",))
    answer = assistant.ask("What do bees dance for?", filters=waiting)
    assert answer.warnings[0].text.startswith("No paper of this library passes the filters")
    ingest(assistant.library, [])
    answer = assistant.ask("What do bees dance for?", filters=waiting)
    assert [citation.paper.id for citation in answer.citations] == ["bee-1"]


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"since": "2024-13"}, "since", "write YYYY, YYYY-MM or YYYY-MM-DD"),
        ({"until": "--10-09"}, "until", "write YYYY, YYYY-MM or YYYY-MM-DD"),
        ({"since": "2024", "until": "2023"}, "until", "the range ends (2023) before it begins (2024)"),
        ({"only": ("a", "b" * 201)}, "only", "at most 200 characters ('bbb"),
        ({"pages": ("\ud800",)}, "pages", "unicode"),
        ({"exclude": ("x",) * 5001}, "exclude", "at most 5000"),
        ({"autor": "x"}, "autor", "not permitted"),
    ],
)
def test_values_from_outside_are_refused_by_field(values: dict[str, Any], field: str, message: str) -> None:
    with pytest.raises(FiltersError) as refused:
        read_filters(**values)
    assert refused.value.field == field
    assert message in refused.value.problem
    assert len(str(refused.value)) < 300
    str(refused.value).encode()
