"""The draft answer: footnotes, their numbers through a conversation, and what was kept back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.answer import Answer, Citation, DraftClaim
from footnote.rag.composing.draft_answer import CheckedClaim, DraftAnswer, attributed
from footnote.rag.verification.findings import Finding
from footnote.rag.verification.verify import Ruling
from footnote.store.papers import Paper

PAPER = Paper(id="p1", title="Chameleons", abstract="One thing. Two things. Three things. Four things.")
OTHER = Paper(id="p2", title="Lizards", abstract="Another thing entirely.")
ONE, TWO, THREE, FOUR = (
    Citation.of(PAPER, start, PAPER.abstract.index(".", start) + 1) for start in (0, 11, 23, 37)
)
ELSE = Citation.of(OTHER, 0, len(OTHER.abstract))


def supported(text: str, *cited: Citation, against: tuple[Citation, ...] = ()) -> CheckedClaim:
    return CheckedClaim(DraftClaim(text=text, cited=cited), Ruling(), against=against)


def refused(text: str) -> CheckedClaim:
    absent = Finding("number", "the number 3 isn't there")
    return CheckedClaim(DraftClaim(text=text, cited=(ONE,)), Ruling((absent,)))


def answer_of(draft_answer: DraftAnswer) -> Answer:
    return Answer(
        question="q",
        standalone="q",
        status="answered",
        claims=tuple(draft_answer.claims),
        citations=tuple(draft_answer.citations),
        numbers=tuple(draft_answer.numbers),
        mode="llm",
    )


def test_each_quote_has_one_footnote_in_order_of_first_use() -> None:
    draft_answer = DraftAnswer()
    draft_answer.add(supported("A.", TWO, ONE))
    draft_answer.add(supported("B.", ONE, ELSE))
    assert draft_answer.citations == [TWO, ONE, ELSE]
    assert [claim.citations for claim in draft_answer.claims] == [(1, 2), (2, 3)]
    assert draft_answer.text == "A. [1][2] B. [2][3]"


def test_what_the_gate_refuses_adds_nothing_and_is_reported() -> None:
    draft_answer = DraftAnswer()
    assert draft_answer.add(refused("Wrong.")) == ""
    assert (draft_answer.claims, draft_answer.citations) == ([], [])
    (dropped,) = draft_answer.dropped
    assert (dropped.text, dropped.verdict) == ("Wrong.", "refused")
    assert dropped.reasons == ("the number 3 isn't there",)


def test_a_quote_keeps_its_number_through_a_conversation_and_a_new_one_gets_a_new() -> None:
    first = DraftAnswer()
    first.add(supported("A.", ONE))
    first.add(supported("B.", TWO))
    second = DraftAnswer([answer_of(first)])
    second.add(supported("C.", THREE))
    second.add(supported("D.", TWO))
    answer = answer_of(second)
    assert answer.text == "C. [3] D. [2]"
    assert [claim.citations for claim in answer.claims] == [(1,), (2,)]
    assert [answer.number(n) for n in (1, 2)] == [3, 2]
    third = DraftAnswer([answer_of(first), answer])
    third.add(supported("E.", ONE, FOUR, THREE))
    assert third.text == "E. [1][4][3]"


def test_a_disputed_claim_says_whose_it_is_and_who_disagrees() -> None:
    draft_answer = DraftAnswer()
    draft_answer.add(supported("It is one thing.", ONE, against=(ELSE,)))
    assert draft_answer.text == f"{attributed([ONE])}\nIt is one thing. [1] (but compare [2])"
    assert "Chameleons" in draft_answer.text
    assert draft_answer.claims[0].against == (2,)


@given(
    st.lists(
        st.tuples(st.booleans(), st.lists(st.sampled_from([ONE, TWO, THREE, FOUR, ELSE]), min_size=1)),
        max_size=8,
    )
)
def test_the_texts_that_sentences_add_are_the_answers_text_when_it_is_rebuilt(
    plan: list[tuple[bool, list[Citation]]],
) -> None:
    written = [
        supported(f"S{n}.", *cited) if good else refused("No.") for n, (good, cited) in enumerate(plan)
    ]
    draft_answer = DraftAnswer()
    streamed = "".join(draft_answer.add(each) for each in written)
    again = DraftAnswer().rebuilt_with(written)
    assert streamed == draft_answer.text == again.text
    assert (draft_answer.claims, draft_answer.citations, draft_answer.numbers) == (
        again.claims,
        again.citations,
        again.numbers,
    )
    if draft_answer.claims:
        assert answer_of(draft_answer).text == streamed
