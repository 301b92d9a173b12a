"""The Answer and its citations: what can't exist, and how an answer reads."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pydantic import ValidationError

from footnote.rag.answer import (
    REFUSAL,
    Answer,
    AnswerWarning,
    Citation,
    Claim,
    ClaimVerdict,
    Dropped,
    Judgement,
    Nearest,
    Usage,
)
from footnote.rag.export import citation_key, readable_date
from footnote.store.papers import Paper

PAPER = Paper(id="p1", title="A Title", abstract="First words. Second words.", date="2024-10-09")


def answer(**changes: object) -> Answer:
    fields: dict[str, object] = {
        "question": "What?",
        "standalone": "What?",
        "status": "answered",
        "claims": (Claim(text="First words.", citations=(1,), verdict="checked"),),
        "citations": (Citation.of(PAPER, 0, 12),),
        "mode": "extractive",
    }
    return Answer(**{**fields, **changes})  # type: ignore[arg-type]


@given(
    abstract=st.text(min_size=1),
    start=st.integers(-3, 40),
    end=st.integers(-3, 40),
    quote=st.text(max_size=9),
)
def test_a_citation_exists_only_if_its_quote_is_the_abstracts_own_words(
    abstract: str, start: int, end: int, quote: str
) -> None:
    paper = Paper(id="p", title="t", abstract=abstract)
    true = 0 <= start < end <= len(abstract) and abstract[start:end] == quote
    try:
        made = Citation(paper=paper, start=start, end=end, quote=quote)
    except ValidationError:
        assert not true
    else:
        assert true
        assert made.paper.abstract[made.start : made.end] == made.quote


@given(st.text(min_size=1), st.data())
def test_a_citation_by_offsets_quotes_verbatim(abstract: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(abstract) - 1))
    end = data.draw(st.integers(start + 1, len(abstract)))
    citation = Citation.of(Paper(id="p", title="t", abstract=abstract), start, end)
    assert citation.quote == abstract[start:end]


def test_a_claim_without_a_footnote_cannot_stand() -> None:
    with pytest.raises(ValidationError, match="cites nothing"):
        answer(claims=(Claim(text="Just so.", verdict="checked"),))


@pytest.mark.parametrize("verdict", ["weak", "contradicted", "uncited", "refused", "unsupported"])
def test_a_claim_that_the_gate_refused_cannot_stand(verdict: str) -> None:
    with pytest.raises(ValidationError, match="verdict"):
        answer(claims=(Claim(text="No.", citations=(1,), verdict=verdict),))  # type: ignore[arg-type]


@given(
    st.sampled_from(["quoted", "checked", "verified", "not_checked"]),
    st.none() | st.builds(Judgement, model=st.just("m"), follows=st.booleans(), missing=st.text(max_size=5)),
    st.booleans(),
    st.lists(st.text(min_size=1, max_size=5), max_size=2).map(tuple),
)
def test_a_claim_says_what_was_done_and_no_more(
    verdict: ClaimVerdict, judgement: Judgement | None, quoted: bool, reasons: tuple[str, ...]
) -> None:
    values = {"verdict": verdict, "judgement": judgement, "quoted": quoted, "reasons": reasons}
    try:
        claim = Claim(text="So.", citations=(1,), **values)  # type: ignore[arg-type]
    except ValidationError:
        honest = (
            (verdict == "quoted") == quoted
            and (verdict == "verified") == (judgement is not None and judgement.follows)
            and (verdict == "not_checked") == bool(reasons)
            and (judgement is None or judgement.follows)
        )
        assert not honest
        return
    assert (claim.verdict == "verified") == (claim.judgement is not None and claim.judgement.follows)
    assert claim.judged_by == (claim.judgement.model if claim.judgement else None)
    assert Claim.model_validate_json(claim.model_dump_json()) == claim
    for other in ("quoted", "checked", "verified", "not_checked"):
        if other != verdict:
            with pytest.raises(ValidationError):
                claim.model_copy(update={"verdict": other})


@pytest.mark.parametrize(("quoted", "verdict"), [(True, "quoted"), (False, "checked")])
def test_claims_stored_before_there_was_a_judge_are_read(quoted: bool, verdict: str) -> None:
    stored = {"text": "So.", "citations": [1], "verdict": "supported", "reasons": ["hm"], "quoted": quoted}
    claim = Claim.model_validate(stored)
    assert (claim.verdict, claim.judged_by, claim.reasons) == (verdict, None, ())
    assert claim.cautions == ("hm",)
    old = Dropped.model_validate({"text": "No.", "verdict": "contradicted", "reasons": ["hm"]})
    assert (old.verdict, old.withdrawn) == ("refused", False)


def test_a_claim_that_nobody_checked_says_so_beside_it() -> None:
    claim = Claim(text="Ja.", citations=(1,), verdict="not_checked", reasons=("no judge",))
    shown = answer(claims=(claim,), status="partial")
    assert "Ja. [1] (not checked: no judge)" in shown.to_text()
    assert "(not checked: no judge)" in shown.to_markdown().replace("\\", "")
    assert "(not checked: no judge)" in shown.to_html()


def test_a_claim_cannot_cite_a_footnote_that_does_not_exist() -> None:
    with pytest.raises(ValidationError, match="doesn't exist"):
        answer(claims=(Claim(text="Yes.", citations=(2,), verdict="checked"),))


@pytest.mark.parametrize(("status", "claims"), [("unsupported", None), ("answered", ()), ("partial", ())])
def test_status_and_claims_must_agree(status: str, claims: tuple[Claim, ...] | None) -> None:
    with pytest.raises(ValidationError, match="status"):
        answer(status=status, **({} if claims is None else {"claims": claims}))


def test_an_answer_survives_being_written_and_read() -> None:
    assert Answer.model_validate_json(answer().model_dump_json()) == answer()


def test_the_text_of_an_answer_ends_with_its_footnotes() -> None:
    shown = str(answer())
    assert shown.startswith("First words. [1]")
    assert "[1] A Title, 9 Oct 2024" in shown
    assert "“First words.”" in shown


def test_a_refusal_says_so_and_names_the_nearest_papers() -> None:
    refused = answer(
        status="unsupported", claims=(), citations=(), nearest=(Nearest(paper=PAPER, score=0.4),)
    )
    assert str(refused).startswith(REFUSAL)
    assert "A Title" in str(refused)
    assert refused.to_bibtex() == ""


def test_introductions_open_paragraphs() -> None:
    claims = (
        Claim(text="First words.", citations=(1,), verdict="quoted", lead="From “A”:", quoted=True),
        Claim(text="Second words.", citations=(2,), verdict="quoted", quoted=True),
        Claim(text="First words.", citations=(1,), verdict="quoted", lead="From “B”:", quoted=True),
    )
    two = (Citation.of(PAPER, 0, 12), Citation.of(PAPER, 13, 26))
    assert answer(claims=claims, citations=two).text == (
        "From “A”:\n“First words.” [1]\n“Second words.” [2]\n\nFrom “B”:\n“First words.” [1]"
    )


HOSTILE = [
    "<script>alert(1)</script>",
    "![x](https://example.org/x.png)",
    "[link](javascript:alert(1))",
    "# heading\n\n- list",
    "`code` $maths$ ~~strike~~",
    "\x1b[31mred\x1b[0m \u202eright to left",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_markdown_export_lets_no_markup_through(words: str) -> None:
    paper = Paper(id="p", title=words, abstract=words)
    claim = Claim(text=words, citations=(1,), verdict="checked")
    hostile = answer(question=words, claims=(claim,), citations=(Citation.of(paper, 0, len(words)),))
    body = re.sub(r"\[\^\d+\]:?", "", hostile.to_markdown())
    assert not re.search(r"(?<!\\)[<`$!]", body)
    assert not re.search(r"(?<!\\)\]\(", body)
    assert "\x1b" not in body
    assert "\u202e" not in body
    assert "\x1b" not in str(hostile)


def test_bibtex_keys_depend_on_the_paper_alone() -> None:
    first, again = answer().to_bibtex(), answer(question="Other?").to_bibtex()
    assert first == again
    assert re.match(r"@misc\{atitle2024-[0-9a-f]{8},\n", first)
    assert "title = {A Title}" in first


def test_bibtex_escapes_what_latex_would_read() -> None:
    paper = Paper(id="p", title="50% of R&D } \\input{x}", abstract="Words here.")
    made = answer(citations=(Citation.of(paper, 0, 11),)).to_bibtex()
    assert r"50\% of {R\&D}" in made
    assert "\\input" not in made


LITERAL = [
    "1. See https://evil.example/x or www.evil.example or evil.example/x",
    "7. ",
    "=== heading",
    "ftp://evil.example mailto:a@evil.example xmpp:a@evil.example/b",
    "Write to a.b@evil.example, or @someone",
    "- + * 3) > # 1.5 points in 2024. Then e.g. 9.",
]
_LINKED = re.compile(r"(?:https?|ftp)://|www\.|(?:mailto|xmpp):|@[\w-]")
"""Where GitHub's Markdown begins a link or a mention in source text."""


@pytest.mark.parametrize("words", LITERAL)
def test_markdown_export_makes_no_list_link_or_mention_of_words(words: str) -> None:
    paper = Paper(id="p", title=words, abstract=words)
    claim = Claim(text=words, citations=(1,), verdict="checked")
    made = answer(question=words, claims=(claim,), citations=(Citation.of(paper, 0, len(words)),))
    refused = answer(
        status="unsupported", claims=(), citations=(), nearest=(Nearest(paper=paper, score=0.4),)
    )
    for markdown in (made.to_markdown(), refused.to_markdown()):
        assert not _LINKED.search(markdown)
        html = MarkdownIt("commonmark").render(markdown)
        assert not re.search(r"<(?:ol|h\d|a|hr|em)\b", html)
        assert html.count("<li>") == (markdown == refused.to_markdown())
        assert " ".join(words.split()) in html.replace("<!-- -->", "").replace("&gt;", ">")


def test_ids_that_begin_or_end_alike_have_keys_of_their_own() -> None:
    ids = ["a-0001", "b-0001", "a-0001x", "论文一", "论文二"]
    for title in ("A Title", "论文"):
        keys = {citation_key(Paper(id=ident, title=title, abstract="x")) for ident in ids}
        assert len(keys) == len(ids)
        assert all(re.fullmatch(r"[a-z0-9]+-[0-9a-f]{8}", key) for key in keys)


def test_a_copy_is_checked_as_the_original_was() -> None:
    citation = Citation.of(PAPER, 0, 12)
    with pytest.raises(ValidationError, match="isn't characters 0 to 12"):
        citation.model_copy(update={"quote": "forged"})
    with pytest.raises(ValidationError):
        citation.model_copy(update={"qoute": "First words."})
    with pytest.raises(ValidationError, match="doesn't exist"):
        answer().model_copy(update={"citations": ()})
    moved = citation.model_copy(update={"start": 13, "end": 26, "quote": "Second words."})
    assert moved == Citation.of(PAPER, 13, 26)
    assert answer().model_copy() == answer().model_copy(deep=True) == answer()


@pytest.mark.parametrize(
    ("date", "words_of_it"),
    [
        ("2024-10-09", "9 Oct 2024"),
        ("2024-10", "Oct 2024"),
        ("2024", "2024"),
        ("--10-13", "13 Oct (year not given)"),
        (None, None),
    ],
)
def test_dates_say_as_much_as_is_known(date: str | None, words_of_it: str | None) -> None:
    assert readable_date(date) == words_of_it


def test_usage_is_summed_and_an_unknown_cost_stays_unknown() -> None:
    priced = Usage(calls=1, prompt_tokens=10, completion_tokens=2, cost_usd=0.5)
    unpriced = Usage(calls=2, prompt_tokens=5, completion_tokens=1, estimated=True)
    assert Usage.total([None]) is None
    both = Usage.total([priced, unpriced])
    assert both == Usage(calls=3, prompt_tokens=15, completion_tokens=3, estimated=True)
    twice = Usage.total([priced, priced])
    assert twice is not None
    assert twice.cost_usd == 1.0


def test_a_warning_is_its_text_and_has_a_kind() -> None:
    made = answer(warnings=(AnswerWarning(kind="waiting", text="Two papers wait."),))
    assert str(made.warnings[0]) == "Two papers wait."
    assert made.model_dump(mode="json")["warnings"] == [{"kind": "waiting", "text": "Two papers wait."}]
    assert Answer.model_validate_json(made.model_dump_json()) == made
    assert "Note: Two papers wait." in str(made)


def test_answers_stored_when_warnings_were_texts_are_read() -> None:
    stored = answer().model_dump(mode="json") | {"warnings": ["Two papers wait."]}
    assert Answer.model_validate(stored).warnings == (AnswerWarning(kind="other", text="Two papers wait."),)


def test_an_answer_and_a_citation_show_themselves_briefly() -> None:
    assert repr(answer()) == "<Answer answered: 'What?', 1 claims, 1 citations, extractive>"
    assert repr(answer().citations[0]) == "Citation(p1, 0–12: 'First words.')"


def test_sources_that_the_model_did_not_name_are_marked_in_every_form() -> None:
    found = Claim(text="First words.", citations=(1,), verdict="checked", sources_found=True)
    marked, named = answer(claims=(found,)), answer()
    for form in (str, Answer.to_markdown, Answer.to_html):
        assert "source found by Footnote" in form(marked)
        assert "source found by Footnote" not in form(named)
    assert "source found by Footnote" in marked.text


def test_a_reply_has_no_claims_no_citations_and_no_confidence() -> None:
    reply = {"kind": "catalogue", "reply": "The library has 3 papers.", "claims": (), "citations": ()}
    made = answer(**reply)
    assert (made.text, str(made)) == ("The library has 3 papers.", "The library has 3 papers.")
    assert Answer.model_validate_json(made.model_dump_json()) == made
    for wrong in (
        {"confidence": 0.5},
        {"status": "unsupported"},
        {"reply": None},
        {"reply": ""},
        {"claims": (Claim(text="First words.", citations=(1,), verdict="checked"),)},
        {"citations": (Citation.of(PAPER, 0, 12),)},
    ):
        with pytest.raises(ValidationError):
            answer(**{**reply, **wrong})
    with pytest.raises(ValidationError, match="no reply"):
        answer(reply="Words.")


def test_a_replys_lists_are_lists_in_every_form() -> None:
    text = "Two *papers*:\n- A <b>Title</b>\n- Another\nThat is all."
    made = answer(kind="catalogue", reply=text, claims=(), citations=())
    assert str(made) == text
    listed = "- A \\<b\\>Title\\</b\\>\n- Another"
    assert made.to_markdown().endswith(f"Two \\*papers\\*:\n\n{listed}\n\nThat is all.\n")
    assert (
        "<p>Two *papers*:</p><ul><li>A &lt;b&gt;Title&lt;/b&gt;</li><li>Another</li></ul><p>That"
        in made.to_html()
    )
    assert made.to_bibtex() == made.to_ris() == ""
