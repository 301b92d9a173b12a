"""Exports: the right file under a safe name, or a message that says why there is none."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.answer import Answer, Citation, Claim
from footnote.rag.export import Transcript, to_bibtex, to_csl, to_csv, to_json, to_markdown, to_ris, to_text
from footnote.store.papers import Paper
from footnote.ui import strings
from footnote.ui.export import downloads
from footnote.ui.export.downloads import (
    CITING,
    ExportError,
    ExportFormat,
    ExportSource,
    clipboard,
    file_name,
    prepare,
)
from footnote.ui.export.export_bar import answer_bar, conversation_bar
from footnote.ui.export.export_events import respond
from tests.rag.export.ris_reader import read_ris
from tests.ui.html_reader import read
from tests.ui.strategies import HOSTILE, answers, words

KINDS: tuple[ExportFormat, ...] = get_args(ExportFormat)
MADE = datetime(2026, 5, 4, tzinfo=UTC)
PAPER = Paper(id="p1", title="A “Title”", abstract="First words. Second words.", date="2024-10-09")


def an_answer(question: str = "What is said first?", paper: Paper = PAPER) -> Answer:
    return Answer(
        question=question,
        standalone=question,
        status="answered",
        claims=(Claim(text="First words.", citations=(1,), verdict="checked"),),
        citations=(Citation.of(paper, 0, 12),),
        mode="extractive",
    )


REFUSAL = Answer(question="Who?", standalone="Who?", status="unsupported", mode="extractive")
CONVERSATION = ExportSource({1: an_answer(), 3: REFUSAL}, "A talk", MADE)


def choose(take: str, turn: int = 1) -> str:
    return json.dumps({"kind": take, "turn": turn, "n": 1})


def test_each_kind_of_an_answer_is_that_export_of_it() -> None:
    answer = an_answer()
    assert {kind: prepare(kind, [answer]).text for kind in KINDS} == {
        "md": to_markdown(answer),
        "txt": f"What is said first?\n\n{to_text(answer)}",
        "bib": to_bibtex(answer),
        "ris": to_ris(answer),
        "csl": to_csl(answer),
        "json": to_json(answer),
        "csv": "\ufeff" + to_csv(answer),
    }
    assert clipboard([answer]) == to_text(answer)


def test_a_conversation_has_a_title_and_all_of_its_answers() -> None:
    other = an_answer("And then?", Paper(id="p2", title="Other", abstract="First words."))
    found = {kind: prepare(kind, [an_answer(), other], title="A talk", created=MADE) for kind in KINDS}
    assert {made.filename for made in found.values()} == {
        f"footnote-a-talk.{'csl.json' if kind == 'csl' else kind}" for kind in KINDS
    }
    assert found["md"].text.startswith("# A talk\n\n## What is said first?\n")
    assert found["txt"].text.startswith("A talk\n\nQuestion: What is said first?\n")
    assert found["bib"].text.count("@misc{") == len(read_ris(found["ris"].text)) == 2
    assert Transcript.model_validate_json(found["json"].text) == Transcript(
        title="A talk", created=MADE, turns=(an_answer(), other)
    )
    assert len(list(csv.reader(io.StringIO(found["csv"].text)))) == 3


def test_several_answers_without_a_title_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="give it a title"):
        prepare("md", [an_answer(), an_answer()])


@pytest.mark.parametrize("kind", KINDS)
@given(st.lists(answers(), min_size=1, max_size=3), words, st.booleans())
def test_a_file_of_hostile_words_can_be_written_and_has_a_safe_name(
    kind: ExportFormat, found: list[Answer], title: str, whole: bool
) -> None:
    if not whole:
        del found[1:]
    try:
        made = prepare(kind, found, title=title if whole else None, created=MADE)
    except ExportError:
        assert kind in CITING
        assert not any(answer.citations for answer in found)
        return
    assert made.text.encode()
    ending = "csl.json" if kind == "csl" else kind
    assert re.fullmatch(rf"footnote-[a-z0-9-]{{1,60}}\.{ending}", made.filename)
    assert made.mime == downloads.MIME[kind]


@pytest.mark.parametrize(
    ("words_of_it", "name"),
    [
        ("What are Adaptive Chameleons?", "footnote-what-are-adaptive-chameleons.md"),
        ("../../etc/passwd\0.exe", "footnote-etc-passwd-exe.md"),
        ("CON", "footnote-con.md"),
        ("Überraschung für naïve Größe", "footnote-uberraschung-fur-naive-groe.md"),
        ("什么是对齐？", "footnote-answer.md"),
        ("word " * 40, "footnote-" + "-".join(["word"] * 12) + ".md"),
        ("a" * 300, "footnote-" + "a" * 60 + ".md"),
        ("\ud800 half", "footnote-half.md"),
    ],
)
def test_a_file_is_named_after_the_question(words_of_it: str, name: str) -> None:
    assert file_name(words_of_it, "md") == name


@pytest.mark.parametrize("kind", CITING)
def test_where_nothing_is_cited_there_is_no_file_of_what_is_cited(kind: ExportFormat) -> None:
    with pytest.raises(ExportError, match="Nothing is cited"):
        prepare(kind, [REFUSAL])


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "MAX_CHARS", 100)
    with pytest.raises(ExportError, match="export single answers"):
        prepare("json", [an_answer()])
    with pytest.raises(ExportError, match="export single answers"):
        clipboard([an_answer("?" * 100)], title="t")


def test_half_a_character_is_replaced_for_no_file_could_have_it() -> None:
    answer = an_answer("\ud800?")
    for kind in KINDS:
        assert prepare(kind, [answer]).text.encode()
    assert "\ufffd?" in prepare("md", [answer]).text


# Between browser and server


def test_what_was_chosen_comes_back_to_be_saved_or_copied() -> None:
    saved = json.loads(respond(choose("md"), CONVERSATION))
    made = prepare("md", [an_answer()])
    assert [saved[name] for name in ("do", "filename", "mime", "text")] == [
        "save", made.filename, made.mime, made.text,
    ]  # fmt: skip
    assert made.filename in saved["notice"]
    whole = json.loads(respond(choose("md", 0), CONVERSATION))
    assert whole["text"].startswith("# A talk")
    copied = json.loads(respond(choose("copy"), CONVERSATION))
    assert (copied["do"], copied["text"]) == ("copy", to_text(an_answer()))
    assert copied["notice"] == strings.COPIED


def test_a_conversation_without_a_name_has_that_of_its_first_question() -> None:
    whole = json.loads(respond(choose("txt", 0), ExportSource({2: REFUSAL, 1: an_answer()})))
    assert whole["filename"] == "footnote-what-is-said-first.txt"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (choose("bib", 3), strings.EXPORT_UNCITED.format(kind="BibTeX")),
        (choose("md", 2), strings.EXPORT_EMPTY),
        (None, strings.EXPORT_BROKEN),
        ("{}", strings.EXPORT_BROKEN),
        (choose("exe"), strings.EXPORT_BROKEN),
        (choose("md", -1), strings.EXPORT_BROKEN),
        (choose("md") + " " * 1000, strings.EXPORT_BROKEN),
        ("[" * 150, strings.EXPORT_BROKEN),
        *((hostile[:200], strings.EXPORT_BROKEN) for hostile in HOSTILE),
    ],
)
def test_what_cannot_be_taken_is_said(text: str | None, says: str) -> None:
    message = json.loads(respond(text, CONVERSATION))
    assert message.pop("id")
    assert message == {"do": "show", "notice": says}


def test_no_two_messages_are_equal() -> None:
    assert respond(choose("md"), CONVERSATION) != respond(choose("md"), CONVERSATION)


@given(st.integers(1, 999), answers())
def test_the_bar_offers_what_there_is_and_is_inert(turn: int, answer: Answer) -> None:
    page = read(answer_bar(turn, answer))
    assert {element.tag for element in page.elements} == {"div", "details", "summary", "button"}
    offered = [button.attributes["value"] or "" for button in page.named("button")]
    for value in offered:
        number, _, take = value.partition(":")
        message = json.loads(respond(choose(take, int(number)), ExportSource({turn: answer})))
        assert message["do"] == ("copy" if take == "copy" else "save")
    assert len(offered) == (8 if answer.citations else 4)


def test_the_conversations_bar_is_there_once_there_is_an_answer() -> None:
    assert conversation_bar(ExportSource()) == ""
    buttons = read(conversation_bar(CONVERSATION)).named("button")
    assert {button.attributes["value"] for button in buttons} == {f"0:{kind}" for kind in ("copy", *KINDS)}
