from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.answer import CLOSEST, Answer, AnswerWarning, Cell, Citation, Claim, Nearest
from footnote.rag.events import Done, Step
from footnote.store.papers import Paper, Section
from footnote.ui import strings
from footnote.ui.chat import render, sources
from footnote.ui.chat.chat_turn import ChatTurn
from footnote.ui.escape import Quoted, encode, mark, replace_surrogates
from tests.ui.html_reader import read
from tests.ui.strategies import HOSTILE, answers, papers, spans, words

INERT = {"p", "div", "span", "strong", "em", "ul", "ol", "li", "blockquote", "bdi", "a"}
PANEL = {"h2", "h3", "section", "details", "summary", "article", "mark", "button"}
IDENTIFIED = (
    "https://arxiv.org/abs/",
    "https://doi.org/",
    "https://pubmed.ncbi.nlm.nih.gov/",
    "https://arxiv.org/search/?query=",
)


@given(st.text())
def test_encoded_words_hold_no_sign_that_html_or_markdown_reads(text: str) -> None:
    assert re.fullmatch(r"([A-Za-z0-9 ,]|[^\x20-\x7e\t\n\r]|&#\d+;)*", encode(text))


@given(st.one_of(st.sampled_from(HOSTILE), st.text()))
def test_encoded_words_read_as_they_were(text: str) -> None:
    assert read(f"<p>{encode(text)}</p>").text == text
    [element] = read(f'<a title="{encode(text)}">x</a>').elements
    assert element.attributes == {"title": text}


def test_lone_surrogate_becomes_the_replacement_character() -> None:
    assert replace_surrogates("a\ud800b😀") == "a\ufffdb😀"


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[Quoted]]:
    abstract = draw(words)
    found = draw(st.lists(spans(len(abstract)), max_size=6))
    return abstract, [Quoted(n, *span) for n, span in enumerate(found, 1)]


@given(marked())
def test_marks_change_no_word_and_cover_exactly_the_quotes(case: tuple[str, list[Quoted]]) -> None:
    abstract, quotes = case
    page = read(mark(abstract, quotes, 7))
    assert page.text == abstract
    assert {element.tag for element in page.elements} <= {"mark"}
    for quote in quotes:
        name = f"cite-7-{quote.number}"
        pieces = [e for e in page.elements if e.attributes["class"] == name]
        assert "".join(e.text for e in pieces) == abstract[quote.start : quote.end]
        assert [e.attributes.get("id") for e in pieces] == [name] + [None] * (len(pieces) - 1)


@pytest.mark.parametrize(
    "found",
    [
        [(0, 5), (5, 11)],
        [(0, 5), (6, 11)],
        [(0, 11), (2, 4)],
        [(2, 4), (0, 11), (2, 11)],
        [(3, 8), (3, 8)],
    ],
    ids=["adjacent", "apart", "nested", "nested twice", "the same"],
)
def test_quotes_that_do_not_cross_have_one_mark_each(found: list[tuple[int, int]]) -> None:
    text = "first <b>&x"
    quotes = [Quoted(n, *span) for n, span in enumerate(found, 1)]
    marks = {e.attributes["id"]: e.text for e in read(mark(text, quotes, 1)).elements}
    assert marks == {f"cite-1-{q.number}": text[q.start : q.end] for q in quotes}


def test_quotes_that_cross_are_marked_in_pieces() -> None:
    page = read(mark("abcdef", [Quoted(1, 0, 4), Quoted(2, 2, 6)], 1))
    assert [(e.attributes.get("id"), e.text) for e in page.elements] == [
        ("cite-1-1", "abcd"),
        ("cite-1-2", "cd"),
        (None, "ef"),
    ]


@given(st.integers(1, 99), answers())
def test_answer_is_inert_and_links_only_into_the_panel(turn: int, answer: Answer) -> None:
    page = read(render.answered(turn, answer))
    assert {element.tag for element in page.elements} <= INERT
    for element in page.elements:
        assert set(element.attributes) <= (
            {"class", "href", "title"} if element.tag == "a" else {"class", "title"}
        )
    for link in page.named("a"):
        assert re.fullmatch(rf"#(cite|paper)-{turn}-\d+", link.attributes["href"] or "")


@given(st.integers(1, 99), answers())
def test_every_footnote_of_an_answer_leads_to_its_words_in_the_panel(turn: int, answer: Answer) -> None:
    footnotes = read(render.answered(turn, answer)).named("a")
    panel = read(sources.panel([sources.section(turn, answer)]))
    marks = {e.attributes["id"]: e for e in panel.elements if "id" in e.attributes}
    for link in footnotes:
        assert (link.attributes["href"] or "").removeprefix("#") in marks
    for number, citation in enumerate(answer.citations, 1):
        pieces = [e for e in panel.named("mark") if e.attributes["class"] == f"cite-{turn}-{number}"]
        assert "".join(piece.text for piece in pieces) == citation.quote


@given(answers())
def test_panel_is_inert_and_shows_abstracts_as_they_were_read(answer: Answer) -> None:
    page = read(sources.panel([sources.section(1, answer)]))
    assert {element.tag for element in page.elements} <= INERT | PANEL
    allowed = {"class", "id", "tabindex", "title", "href", "target", "rel", "type", "hidden", "open", "value"}
    for element in page.elements:
        assert set(element.attributes) <= allowed
    for link in page.named("a"):
        assert (link.attributes["href"] or "").startswith(IDENTIFIED)
    shown = [e.text for e in page.elements if e.attributes.get("class") == "fn-abstract"]
    cited = list(dict.fromkeys(c.paper.id for c in answer.citations))
    by_id = {p.id: p for p in [c.paper for c in answer.citations] + [n.paper for n in answer.nearest]}
    expected = cited or [near.paper.id for near in answer.nearest]
    assert shown == [by_id[i].abstract for i in expected]
    ids = [e.attributes["id"] for e in page.elements if "id" in e.attributes]
    assert len(ids) == len(set(ids))


@given(words, words)
def test_questions_notes_badges_and_steps_show_words_as_they_are(one: str, other: str) -> None:
    assert read(render.asked(one)).text == one
    assert read(render.streaming(one)).text == one
    assert read(render.note(one, kind="fault")).text == one
    assert one in read(render.badge("llm", one, other)).text
    assert one in read(render.steps([Step(name="compose", seconds=1, detail=one)])).text


PAPER = Paper(
    id="p1",
    title="On $i$REPO",
    abstract="We study it. It helps by 15.49\\%. It is cheap.",
    date="2024-10-09",
    pages=("a.txt", "b.txt"),
)
IT_HELPS = Citation.of(PAPER, 13, 33)


def an_answer(**changes: object) -> Answer:
    claim = Claim(text=IT_HELPS.quote, citations=(1,), verdict="quoted", lead="In On iREPO:", quoted=True)
    plain: dict[str, object] = {
        "question": "Does it help?",
        "standalone": "Does it help?",
        "status": "answered",
        "claims": (claim,),
        "citations": (IT_HELPS,),
        "confidence": 0.874,
        "mode": "extractive",
    }
    return Answer.model_validate(plain | changes)


def test_quoted_answer_reads_as_lead_quote_footnote_and_check() -> None:
    text = read(render.answered(1, an_answer())).text
    assert text == (
        "In On iREPO:“It helps by 15.49\\%.”[1]1 quote from the abstracts · confidence 87 % · quotes only"
    )


def test_composed_sentences_of_a_paragraph_are_told_apart_and_name_their_model() -> None:
    claims = [Claim(text=t, citations=(1,), verdict="checked") for t in ("It helps.", "It is cheap.")]
    text = read(render.answered(1, an_answer(claims=claims, mode="llm", model="m-1"))).text
    assert text.startswith("It helps.[1] It is cheap.[1]1 quote from the abstracts · checked: numbers")
    assert text.endswith("written by m-1")


def test_standalone_question_is_shown_only_where_it_differs() -> None:
    assert "iREPO help" in read(render.answered(1, an_answer(standalone="Does iREPO help?"))).text
    assert "Does it help" not in read(render.answered(1, an_answer())).text


def test_warnings_stand_above_the_answer() -> None:
    text = read(render.answered(1, an_answer(warnings=("The model is down.",)))).text
    assert text.index("The model is down.") < text.index("It helps")


def test_a_partial_answer_says_so_and_what_is_open() -> None:
    shown = read(render.answered(1, an_answer(status="partial", left_open="what it <costs>"))).text
    assert strings.PARTIAL in shown
    assert "The papers don't say: what it <costs>" in shown


def test_the_closest_passages_are_shown_as_that_and_not_as_an_answer() -> None:
    shown = read(render.answered(1, an_answer(status="closest"))).text
    assert shown.startswith(CLOSEST)
    assert "“It helps by 15.49\\%.”[1]" in shown
    assert CLOSEST not in read(render.answered(1, an_answer())).text


def test_a_table_shows_its_cells_with_their_footnotes_in_rows_and_columns() -> None:
    cells = [("DPO", "cost"), ("DPO", "labels"), ("<RLHF>", "labels")]
    claims = tuple(
        Claim(text=f"{row} {column}", citations=(1,), verdict="checked", cell=Cell(row=row, column=column))
        for row, column in cells
    )
    table = read(render.answered(1, an_answer(claims=claims)))
    assert [cell.text for cell in table.named("th")] == ["cost", "labels", "DPO", "<RLHF>"]
    assert [cell.text for cell in table.named("td")][1:] == [
        "DPO cost[1]",
        "DPO labels[1]",
        "",
        "<RLHF> labels[1]",
    ]


def test_who_disagrees_is_shown_behind_the_claim() -> None:
    other = Citation.of(PAPER, 3, 8)
    claim = Claim(text="It helps.", citations=(1,), verdict="checked", against=(2,))
    answer = an_answer(claims=(claim,), citations=(an_answer().citations[0], other), numbers=(4, 7))
    shown = read(render.answered(2, answer))
    assert "It helps.[4] (but compare [7])" in shown.text
    assert [a.attributes["href"] for a in shown.named("a")] == ["#cite-2-4", "#cite-2-7"]


def test_doubts_and_found_sources_are_shown_behind_the_claim() -> None:
    doubtful = Claim(
        text="It helps.", citations=(1,), verdict="checked", cautions=("says <more>",), sources_found=True
    )
    unread = Claim(text="Es hilft.", citations=(1,), verdict="not_checked", reasons=("not in English",))
    shown = read(render.answered(1, an_answer(claims=(doubtful, unread), mode="llm", model="m"))).text
    assert "It helps.[1] (source found by Footnote) (says <more>)" in shown
    assert "Es hilft.[1] (not checked: not in English)" in shown


def test_refusal_quotes_nothing_and_names_the_nearest_papers_with_dates() -> None:
    answer = an_answer(
        status="unsupported", claims=(), citations=(), nearest=(Nearest(paper=PAPER, score=0.3),)
    )
    page = read(render.answered(3, answer))
    assert "The papers in this library don't answer that." in page.text
    assert "On iREPO 9 Oct 2024" in page.text
    assert "verified" not in page.text
    assert [a.attributes["href"] for a in page.named("a")] == ["#paper-3-1"]
    panel = read(sources.section(3, answer))
    assert not panel.named("mark")
    assert [e.text for e in panel.elements if e.attributes.get("id") == "paper-3-1"]


def test_panel_opens_the_newest_turn_and_keeps_the_older_ones_below() -> None:
    answer = an_answer()
    page = read(sources.panel([sources.section(1, answer), sources.section(2, answer)]))
    assert [e.attributes["id"] for e in page.named("section")] == ["turn-2", "turn-1"]
    assert ["open" in e.attributes for e in page.named("details")] == [True, False]


def test_panel_names_title_date_and_every_page_of_a_paper() -> None:
    text = read(sources.section(1, an_answer())).text
    assert "On iREPO" in text
    assert "9 Oct 2024 · find on arXiv" in text


@given(papers())
def test_identifiers_stay_inside_their_address(paper: Paper) -> None:
    answer = Answer(
        question="q", standalone="q", status="unsupported", nearest=(Nearest(paper=paper, score=0.1),),
        mode="extractive",
    )  # fmt: skip
    links = [a.attributes["href"] or "" for a in read(sources.section(1, answer)).named("a")]
    # Without any, one to search for the title.
    assert len(links) == (sum(i is not None for i in (paper.arxiv, paper.doi, paper.pmid)) or 1)
    for link in links:
        assert link.startswith(IDENTIFIED)
        assert re.fullmatch(r"[\x21-\x7e]+", link)


@pytest.mark.parametrize(("value", "words_of_it"), [(0.0041, "4 ms"), (0.24, "0.24 s"), (12.3, "12 s")])
def test_durations_are_as_exact_as_people_care(value: float, words_of_it: str) -> None:
    assert render.seconds(value) == words_of_it


@pytest.mark.parametrize(
    ("mode", "model", "says"),
    [
        ("extractive", None, "Quotes only, no model 295 papers"),
        ("llm", "qwen3:8b", "Model: qwen3:8b 295 papers"),
    ],
)
def test_badge_says_which_mode_is_on(mode: str, model: str | None, says: str) -> None:
    assert read(render.badge(mode, model, "295 papers")).text == says


def test_a_reply_from_the_catalogue_is_its_text_and_its_notes() -> None:
    text = "2 papers:\n- <b>One</b>"
    reply = Answer(
        question="how many papers?",
        standalone="how many papers?",
        status="answered",
        kind="catalogue",
        reply=text,
        mode="extractive",
        warnings=(AnswerWarning(kind="other", text="One is gone."),),
    )
    page = read(render.answered(3, reply))
    assert page.text == f"One is gone.{text}"
    assert not {"fn-checked", "fn-refusal"} & {element.attributes.get("class") for element in page.elements}
    turn = ChatTurn(number=3, question=reply.question)
    turn.take(Done(reply))
    turn.end()
    shown = "".join(message["content"] for message in turn.messages())
    assert "fn-export" not in shown
    assert strings.CONFIDENCE_TIP not in read(shown).text


def test_a_retracted_paper_with_labelled_sections_is_shown_as_such() -> None:
    paper = Paper(
        id="p", title="On bees", abstract="We looked. They dance.", authors=("Köhler, Anna", "Li, Bo"),
        date="2023", venue="Nature", doi="10.1/x", retraction="Retracted by the publisher",
        sections=(Section(start=0, label="Methods"), Section(start=11, label="Results")),
    )  # fmt: skip
    answer = Answer(
        question="q", standalone="q", status="answered", mode="extractive",
        claims=(Claim(text="They dance.", citations=(1,), quoted=True, verdict="quoted"),),
        citations=(Citation.of(paper, 11, 22),),
    )  # fmt: skip
    panel = read(sources.section(1, answer))
    assert [mark.text for mark in panel.named("mark")] == ["They dance."]
    assert "Methods: We looked. Results: They dance." in panel.text
    assert "Köhler and Li 2023" in panel.text
    assert "Nature · 2023 · DOI 10.1/x" in panel.text
    page = read(render.answered(1, answer))
    assert "Results: “They dance.”" in page.text
    for shown in (panel, page):
        [label] = [e for e in shown.elements if e.attributes.get("class") == "fn-retracted"]
        assert (label.text, label.attributes["title"]) == ("Retracted", "Retracted by the publisher")
