"""ask(), aask(), stream() on the shipped library: quotes, refusals, loops, and what it costs."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from footnote.rag import Answer, Assistant, Settings, aask, ask, stream
from footnote.rag.answer import CLOSEST, REFUSAL
from footnote.rag.errors import QuestionError
from footnote.rag.events import Done, Step, TextDelta
from footnote.store.ingest import SAMPLE_CORPUS
from footnote.store.readers import read_file

QUESTION = "What are Adaptive Chameleons, and what makes language models become them?"
OFF_TOPIC = "What is the usual adult dose of ibuprofen for a headache?"


@pytest.fixture(autouse=True)
def shipped(monkeypatch: pytest.MonkeyPatch, library_home: Path) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(library_home))


def test_an_answer_is_verbatim_quotes_introduced_by_their_paper() -> None:
    answer = ask(QUESTION)
    assert answer.status == "answered"
    assert answer.mode == "extractive"
    assert 1 <= len(answer.citations) <= 5
    assert any("Adaptive Chameleons" in citation.quote for citation in answer.citations)
    for claim in answer.claims:
        (number,) = claim.citations
        assert claim.text == answer.citations[number - 1].quote
    for citation in answer.citations:
        assert citation.paper.abstract[citation.start : citation.end] == citation.quote
    introduced = [claim.lead for claim in answer.claims if claim.lead]
    papers = list(dict.fromkeys(citation.paper.display_title for citation in answer.citations))
    assert len(introduced) == len(papers)
    assert all(title in lead for title, lead in zip(papers, introduced, strict=True))


def test_what_the_library_does_not_answer_is_declined_with_the_nearest_papers() -> None:
    answer = ask(OFF_TOPIC)
    assert answer.status == "unsupported"
    assert answer.claims == answer.citations == ()
    assert len(answer.nearest) == 3
    assert str(answer).startswith(REFUSAL)
    assert answer.nearest[0].paper.display_title in str(answer)


def test_what_may_help_is_shown_as_the_closest_passages() -> None:
    answer = ask("Why does RLHF always improve factuality?")  # takes for granted what no abstract says
    assert answer.status == "closest"
    assert answer.citations
    assert answer.text.startswith(f"{CLOSEST}\n\n")
    assert answer.claims[0].text in answer.text
    for written in (answer.to_text(), answer.to_markdown().replace("\\", ""), answer.to_html()):
        assert CLOSEST in written.replace("&#x27;", "'")
    assert Answer.model_validate_json(answer.model_dump_json()) == answer


async def test_the_closest_passages_are_streamed_as_they_are_shown() -> None:
    events = [event async for event in stream("Why does RLHF always improve factuality?")]
    done = events[-1]
    assert isinstance(done, Done)
    assert done.answer.status == "closest"
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == done.answer.text


@pytest.mark.parametrize("from_", [0.0, 1.0])
def test_what_counts_as_an_answer_is_a_setting(library_home: Path, from_: float) -> None:
    with Assistant(Settings(home=library_home, answer_from=from_)) as assistant:
        assert assistant.ask(QUESTION).status == ("answered" if from_ == 0 else "closest")


@pytest.mark.parametrize(
    "question",
    [
        "best pizza in Naples",
        "Who won the 2018 football world cup?",
        "How many GPUs trained GPT-5?",
        "asdf qwer",
    ],
)
def test_questions_from_elsewhere_are_declined(question: str) -> None:
    assert ask(question).status == "unsupported"


async def test_ask_returns_an_answer_inside_a_running_loop() -> None:
    answer = ask(QUESTION)
    assert isinstance(answer, Answer)
    assert answer.status == "answered"


async def test_all_faces_give_the_same_answer() -> None:
    awaited = await aask(QUESTION)
    streamed = [event async for event in stream(QUESTION)][-1]
    assert isinstance(streamed, Done)
    asked = await asyncio.to_thread(ask, QUESTION)
    assert awaited.text == streamed.answer.text == asked.text
    assert awaited.citations == streamed.answer.citations == asked.citations


async def test_the_stream_tells_steps_then_text_then_the_answer() -> None:
    events = [event async for event in stream(QUESTION)]
    done = events[-1]
    assert isinstance(done, Done)
    assert "".join(e.text for e in events if isinstance(e, TextDelta)) == done.answer.text
    ended = [e.name for e in events if isinstance(e, Step) and e.seconds is not None]
    assert ended == ["retrieve", "confidence", "compose", "verify"]


async def test_a_follow_up_is_asked_in_its_standalone_form() -> None:
    history = [
        {"role": "user", "content": "What does GRAPE do for vision-language-action models?"},
        {"role": "assistant", "content": "It aligns them at trajectory level."},
    ]
    events = [event async for event in stream("what about crashes?", history=history)]
    assert isinstance(events[0], Step)
    assert events[0].name == "condense"
    done = events[-1]
    assert isinstance(done, Done)
    assert done.answer.standalone.startswith("What does GRAPE do")
    assert done.answer.question == "what about crashes?"
    assert "GRAPE" in done.answer.citations[0].paper.title


@pytest.mark.parametrize("question", ["", "   \n", "?!…", "x" * 4001])
def test_a_question_that_cannot_be_asked_is_an_error(question: str) -> None:
    with pytest.raises(QuestionError):
        ask(question)


@pytest.mark.parametrize(
    "question",
    [
        'title:("a" OR *) AND -b ^2 ~ [x TO y] alignment?',
        "'; DROP TABLE papers; --  alignment?",
        "alignment \x00 \u202e \ud800 honesty?",
        "什么是对齐？",
        "alignment " * 390,
    ],
)
def test_hostile_questions_are_only_questions(question: str) -> None:
    assert ask(question).status in {"answered", "closest", "unsupported"}
    assert ask(QUESTION).status == "answered"


def test_many_threads_and_loops_share_one_assistant(library_home: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, [QUESTION, OFF_TOPIC] * 12))
    assert {answer.text for answer in answers[::2]} == {answers[0].text}
    assert {answer.status for answer in answers[1::2]} == {"unsupported"}


def test_ask_in_a_fresh_process_loads_neither_page_nor_model_client(library_home: Path) -> None:
    code = (
        "import json, re, sys; from pathlib import Path; from footnote import ask; "
        "answer = ask(sys.argv[1]); "
        "peak = re.search(r'VmHWM:\\s+(\\d+) kB', Path('/proc/self/status').read_text())[1]; "
        "print(json.dumps({'status': answer.status, 'modules': sorted(m.split('.')[0] for m in sys.modules), "
        "'peak_mb': int(peak) / 1024}))"
    )
    environment = {**os.environ, "FOOTNOTE_HOME": str(library_home)}
    ran = subprocess.run(
        [sys.executable, "-c", code, QUESTION], capture_output=True, text=True, check=True, env=environment
    )
    told = json.loads(ran.stdout)
    assert told["status"] == "answered"
    assert not {"gradio", "openai", "langchain_openai", "tiktoken", "alembic"} & set(told["modules"])
    assert told["peak_mb"] < 350


def test_an_empty_home_becomes_a_library_of_the_papers_that_ship(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ships = tmp_path / "ships"  # fewer than do, which tests/test_app.py has made
    ships.mkdir()
    listings = read_file(SAMPLE_CORPUS / "000_33191604a80920a0.txt").listings[:20]
    lines = [json.dumps({"title": x.title, "abstract": x.abstract}) + "\n" for x in listings]
    (ships / "a.jsonl").write_text("".join(lines[:10]))
    (ships / "b.jsonl").write_text("".join(lines[10:]))
    monkeypatch.setattr("footnote.store.ingest.SAMPLE_CORPUS", ships)
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path / "fresh"))
    told: list[tuple[int, int]] = []
    assistant = Assistant(progress=lambda done, total: told.append((done, total)))
    assert assistant.status().papers == 20
    assert told[-1] == (20, 20)
    assert assistant.ask(QUESTION).status == "answered"


@pytest.mark.parametrize("question", [None, b"What is URIAL?", 7, ["What is URIAL?"]])
def test_a_question_that_is_no_text_is_an_error(question: object) -> None:
    with pytest.raises(QuestionError, match=type(question).__name__):
        ask(question)  # type: ignore[arg-type]


def test_a_hostile_history_is_only_history() -> None:
    answer = ask("Why?", history=[{"role": "user", "content": "What is\x1b[31m URIAL\u202e \ud800?\x00"}])
    assert answer.standalone == "What is [31m URIAL  ?? Why?"


async def test_a_refusal_is_streamed_as_any_answer_is() -> None:
    events = [event async for event in stream(OFF_TOPIC)]
    assert "".join(e.text for e in events if isinstance(e, TextDelta)) == REFUSAL


def test_papers_that_wait_to_be_indexed_are_told(own_library_home: Path) -> None:
    assistant = Assistant(Settings(home=own_library_home))
    with assistant.library.writing():
        assistant.library.rebuild()  # and then the process was killed
    answer = assistant.ask("What are Adaptive Chameleons?")
    assert answer.status == "unsupported"
    assert answer.warnings[0].kind == "waiting"
    assert "295 papers of the library wait to be indexed" in answer.warnings[0].text
    assistant.close()
