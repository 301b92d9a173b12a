"""Claims against papers, and the CSV that a spreadsheet opens."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.answer import Answer, Cell, Citation, Claim, Dropped, PairVerdict
from footnote.rag.export import citation_key, to_csv
from footnote.rag.export.claim_table import claim_table
from footnote.store.papers import Paper
from tests.ui.strategies import HOSTILE, answers, papers, words

ONE = Paper(id="p1", title="One", abstract="It helps. It is cheap.", date="2024-10-09")
TWO = Paper(id="p2", title="Two", abstract="It helps too. It is dear.")
THREE = Paper(id="p3", title="Three", abstract="It does not help.")
CITATIONS = (
    Citation.of(ONE, 0, 9),
    Citation.of(TWO, 0, 13),
    Citation.of(THREE, 0, 17),
    Citation.of(TWO, 14, 25),
)
TOGETHER = PairVerdict(verdict="weak", reasons=("“two” is in no sentence",))
ANSWER = Answer(
    question="Does it help?",
    standalone="Does it help?",
    status="answered",
    claims=(
        Claim(
            text="It helps in two papers.",
            citations=(1, 2),
            verdict="checked",
            cautions=("near enough",),
            pairs=(PairVerdict(verdict="supported"), TOGETHER),
            against=(3,),
        ),
        Claim(
            text="It is dear.",
            citations=(4,),
            verdict="checked",
            cell=Cell(row="Two", column="cost"),
        ),
    ),
    citations=CITATIONS,
    numbers=(1, 5, 6, 7),
    dropped=(Dropped(text="It is blue.", verdict="refused", reasons=("“blue” is in no sentence", "far")),),
    mode="llm",
    model="m",
)


def test_each_paper_supports_contradicts_or_is_silent_with_its_words() -> None:
    table = claim_table(ANSWER)
    assert table.papers == (ONE, TWO, THREE)
    stands = [
        [[(stand, [(q.number, q.quote, q.alone) for q in quotes]) for stand, quotes in entry.stances]
         for entry in row.cells]
        for row in table.rows
    ]  # fmt: skip
    assert stands == [
        [
            [("supports", [(1, "It helps.", True)])],
            [("supports in part", [(5, "It helps too.", False)])],
            [("contradicts", [(6, "It does not help.", True)])],
        ],
        [[("silent", [])], [("supports", [(7, "It is dear.", True)])], [("silent", [])]],
    ]
    assert table.rows[0].cells[1].cited[0].reasons == TOGETHER.reasons
    assert table.dropped == ANSWER.dropped


def test_a_paper_with_words_for_and_against_a_claim_does_both() -> None:
    claim = Claim(text="It costs.", citations=(2,), verdict="checked", against=(4,))
    table = claim_table(ANSWER.model_copy(update={"claims": (claim,)}))
    assert [stand for stand, _ in table.rows[0].cells[1].stances] == ["supports", "contradicts"]


@given(answers())
def test_every_footnote_of_a_claim_is_in_one_place_of_its_row(answer: Answer) -> None:
    table = claim_table(answer)
    assert [row.claim for row in table.rows] == list(answer.claims)
    for row in table.rows:
        assert len(row.cells) == len(table.papers)
        found = [
            (q.number, paper.abstract[q.start : q.end])
            for paper, entry in zip(table.papers, row.cells, strict=True)
            for q in (*entry.cited, *entry.against)
        ]
        cited = [(answer.number(n), answer.citations[n - 1].quote) for n in row.claim.citations]
        assert sorted(found) == sorted(cited)


# CSV


def read_csv(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_the_csv_has_a_row_a_claim_a_column_a_paper_and_what_was_dropped() -> None:
    head, *rows = read_csv(ANSWER.to_csv())
    assert head == [
        "Question", "Claim", "In the answer", "Verdict", "Judged by", "Reasons",
        f"One, 9 Oct 2024 [{citation_key(ONE)}]", f"Two [{citation_key(TWO)}]",
        f"Three [{citation_key(THREE)}]",
    ]  # fmt: skip
    question = "Does it help?"
    assert rows == [
        [question, "It helps in two papers.", "yes", "checked", "", "near enough",
         "supports: “It helps.” [1]",
         "supports in part: “It helps too.” [5] (not alone; “two” is in no sentence)",
         "contradicts: “It does not help.” [6]"],
        [question, "Two, cost: It is dear.", "yes", "checked", "", "", "silent",
         "supports: “It is dear.” [7]", "silent"],
        [question, "It is blue.", "no", "refused", "", "“blue” is in no sentence; far", "", "", ""],
    ]  # fmt: skip


def test_a_conversations_csv_has_all_papers_and_says_nothing_of_those_that_an_answer_does_not_cite() -> None:
    claim = Claim(text="It helps.", citations=(1,), verdict="checked")
    first = ANSWER.model_copy(
        update={"claims": (claim,), "citations": CITATIONS[:1], "numbers": (), "dropped": ()}
    )
    second = ANSWER.model_copy(update={"claims": ANSWER.claims[1:], "dropped": ()})
    head, *rows = read_csv(to_csv(first, second))
    assert len(head) == 9
    assert [row[6:] for row in rows] == [
        ["supports: “It helps.” [1]", "", ""],
        ["silent", "supports: “It is dear.” [7]", "silent"],
    ]


@given(st.lists(answers(), max_size=3))
def test_the_csv_is_a_rectangle_that_reads_back(found: list[Answer]) -> None:
    text = to_csv(*found)
    head, *rows = read_csv(text)
    assert {len(row) for row in rows} <= {len(head)}
    assert len(rows) == sum(len(answer.claims) + len(answer.dropped) for answer in found)
    assert text.count("\n") == text.count("\r\n") == len(rows) + 1


BEGINNINGS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " \n =1", "\u200b=1", "\ufeff\u202e@x", "＝1"]


@given(papers(), st.sampled_from([*HOSTILE, *BEGINNINGS]) | words)
def test_no_cell_begins_a_formula(paper: Paper, hostile: str) -> None:
    paper = paper.model_copy(update={"title": hostile})
    claim = Claim(
        text=hostile,
        citations=(1,),
        verdict="not_checked",
        reasons=(hostile,),
        cell=Cell(row=hostile, column=""),
    )
    answer = Answer(
        question=hostile, standalone="q", status="answered", claims=(claim,), mode="llm",
        citations=(Citation.of(paper, 0, 1),),
        dropped=(Dropped(text=hostile, verdict="refused", reasons=(hostile,)),),
    )  # fmt: skip
    for row in read_csv(to_csv(answer)):
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_a_formula_is_kept_as_words_behind_an_apostrophe(beginning: str) -> None:
    claim = Claim(text=beginning, citations=(1,), verdict="checked")
    answer = ANSWER.model_copy(update={"claims": (claim,)})
    written = read_csv(answer.to_csv())[1][1]
    assert written[0] == "'"
    assert written[1:] in beginning
