from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.answer import Answer, Cell, Dropped
from footnote.ui import strings
from footnote.ui.chat import claims
from tests.rag.export.test_claim_table import ANSWER, ONE, TWO
from tests.ui.html_reader import read
from tests.ui.strategies import answers, words

TAGS = set("details summary span div table thead tbody tr th td bdi strong em p a ul li".split())


def test_the_table_says_in_words_what_each_paper_does_for_each_claim() -> None:
    page = read(claims.table(2, ANSWER))
    assert "2 claims, 3 papers" in page.named("summary")[0].text
    assert [(cell.attributes["scope"], cell.text) for cell in page.named("th")] == [
        ("col", "Claim"),
        ("col", "One 9 Oct 2024"),
        ("col", "Two"),
        ("col", "Three"),
        ("row", "It helps in two papers. checked; near enough"),
        ("row", "Two, cost: It is dear. checked"),
    ]
    assert [cell.text for cell in page.named("td")] == [
        "supports“It helps.”[1]",
        "supports in part“It helps too.”[5] not by itself; “two” is in no sentence",
        "contradicts“It does not help.”[6]",
        "not cited",
        "supports“It is dear.”[7]",
        "not cited",
    ]
    assert [a.attributes["href"] for a in page.named("a")] == [f"#cite-2-{n}" for n in (1, 5, 6, 7)]


def test_what_was_left_out_is_told_with_its_reasons() -> None:
    page = read(claims.section(2, ANSWER))
    assert [item.text for item in page.named("li")] == [
        "It is blue. refused by a check; “blue” is in no sentence; far"
    ]
    assert page.named("summary")[1].text.startswith("1 sentence of the model was left out")


def test_an_answer_from_one_paper_has_no_table() -> None:
    lone = ANSWER.model_copy(
        update={"claims": (ANSWER.claims[1].model_copy(update={"citations": (1,)}),),
                "citations": ANSWER.citations[:1], "numbers": (), "dropped": ()}
    )  # fmt: skip
    assert claims.section(1, lone) == ""


def test_a_table_too_large_for_the_page_is_not_drawn() -> None:
    many = ANSWER.model_copy(update={"claims": ANSWER.claims[1:] * (claims.MAX_CELLS // 3 + 1)})
    page = read(claims.table(1, many))
    assert not page.named("table")
    assert strings.CLAIMS_TOO_MANY in page.text


@given(st.integers(1, 99), answers(), words, words)
def test_the_table_is_inert_and_shows_words_as_they_are(
    turn: int, answer: Answer, reason: str, name: str
) -> None:
    changed = [
        claim.model_copy(update={"cautions": (reason,), "cell": Cell(row=name, column=name), "lead": None})
        for claim in answer.claims
    ]
    dropped = (Dropped(text=name, verdict="refused", reasons=(reason,)),)
    answer = answer.model_copy(update={"claims": tuple(changed), "dropped": dropped})
    page = read(claims.section(turn, answer))
    assert {element.tag for element in page.elements} <= TAGS
    for element in page.elements:
        assert set(element.attributes) <= {"class", "href", "title", "scope", "tabindex"}
    for link in page.named("a"):
        assert re.fullmatch(rf"#cite-{turn}-\d+", link.attributes["href"] or "")
    assert f"{name} refused by a check; {reason}" in page.text
    if len({citation.paper.id for citation in answer.citations}) > 1:
        rows = [cell for cell in page.named("th") if cell.attributes["scope"] == "row"]
        assert [row.text for row in rows] == [
            f"{name}, {name}: {claim.text} {claim.verdict}; {reason}" for claim in answer.claims
        ]
        quotes = sorted(e.text for e in page.named("bdi") if e.attributes.get("class") == "fn-quote")
        assert quotes == sorted(answer.citations[n - 1].quote for c in answer.claims for n in c.citations)


def test_long_titles_are_cut_in_the_head() -> None:
    longer = TWO.model_copy(update={"title": "x" * 300})
    citations = (ANSWER.citations[0], ANSWER.citations[1].model_copy(update={"paper": longer}))
    answer = ANSWER.model_copy(
        update={"claims": (ANSWER.claims[0].model_copy(update={"against": ()}),), "citations": citations,
                "numbers": ()}
    )  # fmt: skip
    heads = [cell.text for cell in read(claims.table(1, answer)).named("th")]
    assert heads[1].startswith(ONE.title)
    assert heads[2] == "x" * 159 + "…"
