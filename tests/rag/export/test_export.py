"""Answers and conversations in forms that other programs read: nothing breaks out of its field."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pydantic import ValidationError

from footnote.rag.answer import Answer, Citation, Claim, Format, Nearest
from footnote.rag.export import (
    FORMATS,
    Transcript,
    citation_key,
    conversation_json,
    conversation_markdown,
    conversation_text,
    renumbered,
    to_bibtex,
    to_json,
    to_ris,
)
from footnote.store.papers import Paper
from tests.rag.export.ris_reader import read_ris
from tests.ui.strategies import HOSTILE, answers, papers, words

PAPER = Paper(
    id="p1",
    title="On $i$REPO",
    abstract="We study it. It helps by 15.49\\%.\n It is cheap.",
    date="2024-10-09",
    authors=("Ada Lovelace", "{Institute of Science and Art}", "Doe*, Jane"),
    arxiv="2410.00001",
)
OTHER = Paper(id="p2", title="Another", abstract="It harms. We looked.", date="--10-09", doi="10.1000/x_(1)")
MADE = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


def cite(*spans: tuple[Paper, int, int], numbers: tuple[int, ...] = (), question: str = "Why?") -> Answer:
    """An answer with a claim for each span."""
    citations = tuple(Citation.of(*span) for span in spans)
    claims = tuple(
        Claim(text=f"Claim {n}.", citations=(n,), verdict="checked") for n in range(1, len(spans) + 1)
    )
    return Answer(
        question=question, standalone=question, status="answered", claims=claims, citations=citations,
        numbers=numbers, mode="extractive",
    )  # fmt: skip


def refusal() -> Answer:
    return Answer(
        question="Who?", standalone="Who?", status="unsupported", mode="extractive",
        nearest=(Nearest(paper=PAPER, score=0.1),),
    )  # fmt: skip


# RIS


def test_a_record_has_what_is_known_of_the_paper() -> None:
    [record] = read_ris(to_ris(cite((PAPER, 0, 12), (PAPER, 13, 20))))
    assert record == [
        ("TY", "UNPB"),
        ("ID", citation_key(PAPER)),
        ("TI", "On iREPO"),
        ("AU", "Lovelace, Ada"),
        ("AU", "Institute of Science and Art,"),
        ("AU", "Doe , Jane"),
        ("PY", "2024"),
        ("DA", "2024/10/09/"),
        ("AN", "arXiv:2410.00001"),
        ("UR", "https://arxiv.org/abs/2410.00001"),
        ("U5", "csltype: unknown"),
        ("AB", "We study it. It helps by 15.49\\%. It is cheap."),
    ]


@pytest.mark.parametrize(
    ("known", "kind"),
    [
        ({"arxiv": "2410.00001"}, "UNPB"),
        ({"doi": "10.48550/arXiv.2410.00001"}, "UNPB"),
        ({"arxiv": "2410.00001", "doi": "10.1000/1"}, "JOUR"),
        ({"pmid": "123"}, "JOUR"),
        ({}, "GEN"),
    ],
)
def test_a_record_says_no_more_of_the_kind_of_paper_than_is_known(known: dict[str, str], kind: str) -> None:
    paper = Paper(id="p", title="t", abstract="words", **known)
    [record] = read_ris(to_ris(cite((paper, 0, 5))))
    assert record[0] == ("TY", kind)


@pytest.mark.parametrize(
    ("date", "fields"),
    [
        ("2024", [("PY", "2024"), ("DA", "2024///")]),
        ("2024-10", [("PY", "2024"), ("DA", "2024/10//")]),
        ("--10-09", [("DA", "/10/09/")]),
        (None, []),
    ],
)
def test_a_date_is_as_exact_as_the_papers(date: str | None, fields: list[tuple[str, str]]) -> None:
    paper = Paper(id="p", title="t", abstract="words", date=date)
    [record] = read_ris(to_ris(cite((paper, 0, 5))))
    assert [field for field in record if field[0] in ("PY", "DA", "N1")] == fields


@given(st.lists(papers(), max_size=4, unique_by=lambda p: p.id), st.lists(words, max_size=3))
def test_no_words_of_a_paper_begin_a_field_or_end_a_record(found: list[Paper], authors: list[str]) -> None:
    found = [paper.model_copy(update={"authors": tuple(authors)}) for paper in found]
    records = read_ris(to_ris(*(cite((paper, 0, 1)) for paper in found)))
    assert [dict(record)["ID"] for record in records] == [citation_key(paper) for paper in found]
    for record, paper in zip(records, found, strict=True):
        tags = [tag for tag, _ in record]
        assert tags.count("TY") == tags.count("ID") == 1
        assert tags.count("AU") <= len(authors)
        assert tags.count("UR") == sum(i is not None for i in (paper.arxiv, paper.doi, paper.pmid))


@pytest.mark.parametrize("broken", ["a\r\nER  - \r\nTY  - JOUR", "a\x85TI  - forged", "\u2028TI  - forged"])
def test_a_line_break_of_any_kind_is_a_space(broken: str) -> None:
    paper = Paper(id="p", title=broken, abstract="words")
    [record] = read_ris(to_ris(cite((paper, 0, 5))))
    assert dict(record)["TI"] == " ".join(broken.split())


# BibTeX


def test_a_conversations_bibtex_has_each_paper_once_in_order_of_citation() -> None:
    made = to_bibtex(cite((OTHER, 0, 9)), refusal(), cite((PAPER, 0, 12), (OTHER, 0, 9)))
    assert re.findall(r"@\w+\{(.+),", made) == [citation_key(OTHER), citation_key(PAPER)]
    assert "author = {Ada Lovelace and {Institute of Science and Art} and Doe*, Jane}" in made
    assert "archiveprefix = {arXiv},\n  eprint = {2410.00001}" in made


CONTROL_WORDS = "textbackslash|textasciicircum|textasciitilde|lbrace|rbrace"
BREAKING = (
    "}",
    "{",
    "},\n@misc{forged,\n  title = {x}\n}",
    "\\}",
    "a {b",
    "\\input{/etc/passwd}",
    "and",
    "x and {y}",
)


@given(papers(), st.sampled_from(BREAKING) | words, st.lists(st.sampled_from(BREAKING) | words, max_size=3))
def test_no_words_of_a_paper_leave_their_bibtex_field(paper: Paper, title: str, authors: list[str]) -> None:
    hostile = paper.model_copy(update={"title": title, "authors": tuple(authors)})
    made, paper = to_bibtex(cite((hostile, 0, 1))), hostile
    first, *rows, last = made.splitlines()
    assert re.fullmatch(rf"@[a-z]+\{{{citation_key(paper)}", first.rstrip(","))
    assert first.endswith(",") == bool(rows)
    assert last == "}"
    for row in rows:
        field = re.fullmatch(r"  [a-z]+ = \{(.*)\},?", row)
        assert field, row
        depth = 0
        for brace in re.findall(r"(?<!\\)[{}]", field[1]):
            depth += 1 if brace == "{" else -1
            assert depth >= 0
        assert depth == 0
        if field[0].split()[0] not in ("doi", "eprint", "pmid", "url"):
            assert not re.search(r"(?<!\\)[%#&$]", field[1])
            assert not re.search(rf"\\(?!(?:{CONTROL_WORDS})\}}|[&%$#_])", field[1])


# JSON


@given(st.lists(answers(), max_size=3), words)
def test_a_conversation_survives_its_json(found: list[Answer], title: str) -> None:
    text = conversation_json(title, MADE, found)
    assert Transcript.model_validate_json(text) == Transcript(title=title, created=MADE, turns=tuple(found))
    assert list(json.loads(text)) == ["title", "created", "turns"]


@given(answers())
def test_an_answer_survives_its_json(answer: Answer) -> None:
    assert Answer.model_validate_json(to_json(answer)) == answer


def test_half_a_character_in_a_paper_stops_no_export() -> None:
    paper = Paper(id="p", title="\ud800 t", abstract="Words \ud800")
    answer = cite((paper, 0, 5))
    assert json.loads(to_json(answer))["citations"][0]["paper"]["title"] == "\ud800 t"
    for form, write in FORMATS.items():
        assert write(answer), form


def test_a_conversation_of_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        conversation_json("t", datetime(2026, 1, 1), [])


# Footnotes through a conversation


def test_a_quote_keeps_its_number_and_another_gets_a_new_one() -> None:
    first = cite((PAPER, 0, 12), (PAPER, 13, 20))
    goes_on = cite((PAPER, 13, 20), (OTHER, 0, 9), numbers=(2, 3))
    elsewhere = cite((OTHER, 10, 20), (PAPER, 0, 12))
    assert [answer.numbers for answer in renumbered([first, goes_on, elsewhere])] == [(), (2, 3), (4, 1)]


@given(st.lists(answers(), max_size=4))
def test_a_number_means_one_quote_throughout_and_a_lone_answer_keeps_its_own(found: list[Answer]) -> None:
    meant: dict[int, tuple[str, int, int]] = {}
    for answer, before in zip(renumbered(found), found, strict=True):
        assert answer.model_copy(update={"numbers": before.numbers}) == before
        for n, citation in enumerate(answer.citations, 1):
            words_meant = (citation.paper.id, citation.start, citation.end)
            assert meant.setdefault(answer.number(n), words_meant) == words_meant
    for answer in found:
        assert renumbered([answer]) == [answer]


@given(st.lists(answers(), max_size=4), words)
def test_every_footnote_of_a_conversation_is_defined_once(found: list[Answer], title: str) -> None:
    made = conversation_markdown(title, found)
    defined = re.findall(r"^\[\^(\d+)\]: ", made, re.MULTILINE)
    assert len(defined) == len(set(defined))
    assert set(re.findall(r"(?<!\\)\[\^(\d+)\](?!:)", made)) <= set(defined)
    assert {
        str(answer.number(n)) for answer in renumbered(found) for n, _ in enumerate(answer.citations, 1)
    } == (set(defined))


@given(st.lists(answers(), max_size=3), words)
def test_no_words_are_markup_in_a_conversation(found: list[Answer], title: str) -> None:
    html = MarkdownIt("commonmark").render(conversation_markdown(title, found))
    assert set(re.findall(r"<([a-z]\w*)", html)) <= {"h1", "h2", "p", "blockquote", "ul", "li", "a"}
    for address in re.findall(r'<a href="([^"]*)"', html):
        assert re.match(r"https://(doi\.org|arxiv\.org|pubmed\.ncbi\.nlm\.nih\.gov)/", address)
    assert html.count("<h1>") == 1
    assert html.count("<h2>") == len(found)
    assert html.count("<li>") == sum(len(answer.nearest) for answer in found)


def test_a_conversation_as_text_has_questions_answers_and_each_footnote_once() -> None:
    made = conversation_text(
        "A talk", [cite((PAPER, 0, 12)), refusal(), cite((PAPER, 0, 12), (OTHER, 0, 9), numbers=(1, 2))]
    )
    assert made == (
        "A talk\n\nQuestion: Why?\n\nClaim 1. [1]\n\n"
        "Question: Who?\n\nThe papers in this library don't answer that.\n\nThe nearest papers:\n"
        "- Lovelace et al. 2024. On iREPO, 9 Oct 2024\n\n"
        "Question: Why?\n\nClaim 1. [1] Claim 2. [2]\n\n"
        "[1] Lovelace et al. 2024. On iREPO, 9 Oct 2024, https://arxiv.org/abs/2410.00001, "
        "characters 0–12 of the abstract:\n    “We study it.”\n"
        "[2] Another, 9 Oct (year not given), https://doi.org/10.1000/x_(1), "
        "characters 0–9 of the abstract:\n    “It harms.”"
    )


@pytest.mark.parametrize("hostile", [*HOSTILE, "\x1b[31mred\x1b[0m"])
def test_text_has_nothing_that_a_terminal_obeys_or_that_hides(hostile: str) -> None:
    paper = Paper(id="p", title=hostile, abstract=hostile)
    made = conversation_text(hostile, [cite((paper, 0, len(hostile)), question=hostile)])
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", made)


def test_refusals_cite_nothing() -> None:
    assert to_bibtex(refusal()) == to_ris(refusal()) == ""


def test_every_format_has_a_method_of_the_answer() -> None:
    answer = cite((PAPER, 0, 12))
    assert set(FORMATS) == set(get_args(Format))
    for form, write in FORMATS.items():
        assert getattr(answer, f"to_{form}")() == write(answer)
    assert str(answer) == answer.to_text()
