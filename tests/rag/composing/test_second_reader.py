"""The second reading by itself: what a judge is given of each claim, and what its reply does to them."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footnote.rag.answer import Cell, Citation, Claim, DraftClaim, Judgement
from footnote.rag.composing.draft_answer import CheckedClaim, DraftAnswer
from footnote.rag.composing.second_reading import SecondReader
from footnote.rag.retrieved_paper import RetrievedPaper
from footnote.rag.settings import Settings
from footnote.rag.verification.judges import ModelJudge
from footnote.rag.verification.verify import rule
from footnote.store.papers import Paper
from footnote.store.protocols import Vectors
from footnote.store.sentences import split_sentences
from tests.model_server import ModelServer


def paper(name: str, abstract: str) -> RetrievedPaper:
    spans = tuple(split_sentences(abstract))
    return RetrievedPaper(
        paper=Paper(id=name, title=f"On {name}", abstract=abstract),
        sentences=spans,
        score=0.5,
        vectors=np.ones((len(spans), 1), np.float32),
    )


GAINS = paper("gains", "DPO gains 4 points on long texts. It costs 2 hours.")
DENIES = paper("denies", "DPO gains no points on long texts. Rain falls.")
SHOWN = (GAINS, DENIES)


def embed(texts: Sequence[str]) -> Vectors:
    """Every text means the same: all sentences are near."""
    return np.ones((len(texts), 1), np.float32)


def check(draft: DraftClaim) -> CheckedClaim:
    return CheckedClaim(draft, rule(draft))


def claim(text: str, *cited: Citation, cell: Cell | None = None) -> CheckedClaim:
    return check(DraftClaim(text=text, cited=cited, cell=cell))


def reader(server: ModelServer) -> SecondReader:
    settings = Settings(model="m", openai_api_key="sk-x", openai_base_url=server.base_url, model_retries=0)
    return SecondReader(ModelJudge(settings), "Does DPO help?", SHOWN, embed, check)


async def test_sentences_of_other_papers_that_contradict_a_claim_stand_against_it(
    model_server: ModelServer,
) -> None:
    model_server.say('{"n": 1, "follows": true, "against": ["2.1", "1.1", "7.7"]}')
    reading = await reader(model_server).read([claim("DPO gains 4 points on long texts.", GAINS.cite(1))])
    assert reading.claims[0].against == (DENIES.cite(1),)
    assert "cites: 1.1; compare: 2.1" in model_server.requests[0].prompt
    assert "Rain falls" not in model_server.requests[0].prompt


async def test_a_sentence_that_cites_nothing_may_be_reworded_to_what_is_near(
    model_server: ModelServer,
) -> None:
    model_server.say(
        json.dumps({"n": 1, "follows": False, "rewording": "DPO gains 4 points on long texts [1.1]."})
    )
    reading = await reader(model_server).read([claim("DPO is great on long texts.")])
    assert "cites: nothing; compare: 1.1, 2.1" in model_server.requests[0].prompt
    assert [one.draft.cited for one in reading.claims] == [(GAINS.cite(1),)]


async def test_a_cell_stays_in_its_place(model_server: ModelServer) -> None:
    model_server.say(json.dumps({"n": 1, "follows": False, "rewording": "DPO: gains 4 points [1.1]."}))
    cell = Cell(row="DPO", column="gain")
    reading = await reader(model_server).read([claim("gains points on all texts", GAINS.cite(1), cell=cell)])
    (one,) = reading.claims
    assert (one.draft.cell, one.draft.text) == (cell, "gains 4 points.")


async def test_the_judge_is_not_given_the_figure_to_write(model_server: ModelServer) -> None:
    model_server.script("judge_malformed")
    await reader(model_server).read([claim("DPO gains 5 points on long texts.", GAINS.cite(1))])
    prompt = model_server.requests[0].prompt
    assert "\nrefused: the sentences cited don't have the number 5 points\n" in prompt


@given(
    st.booleans(),
    st.none() | st.builds(Judgement, model=st.just("m"), follows=st.booleans()),
    st.booleans(),
)
def test_verified_needs_a_judges_yes_and_clean_hard_checks(
    passes: bool, judgement: Judgement | None, withdrawn: bool
) -> None:
    text = "DPO gains 4 points on long texts." if passes else "DPO gains 5 points on long texts."
    checked = CheckedClaim(
        claim(text, GAINS.cite(1)).draft, claim(text, GAINS.cite(1)).ruling, judgement, withdrawn
    )
    assert checked.ruling.passes == passes
    answer = DraftAnswer()
    answer.add(checked)
    verified = [one for one in answer.claims if one.verdict == "verified"]
    accepted = judgement is not None and judgement.follows
    assert bool(verified) == (passes and accepted and not withdrawn)
    assert len(answer.claims) + len(answer.dropped) == 1


def test_a_claim_can_not_be_verified_by_a_no() -> None:
    no = Judgement(model="m", follows=False)
    with pytest.raises(ValueError, match="doesn't follow"):
        Claim(text="So.", citations=(1,), verdict="verified", judgement=no)
