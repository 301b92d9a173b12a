"""What becomes of a chat model's opinion on a claim."""

from __future__ import annotations

from footnote.rag.answer import Citation
from footnote.rag.settings import Settings
from footnote.rag.verification.judge_prompt import ClaimToJudge, judge_prompt
from footnote.rag.verification.judge_reply import Opinion
from footnote.rag.verification.judges import JudgedClaim, ModelJudge
from footnote.store.papers import Paper

OWN = Paper(id="own", title="Own", abstract="DPO gains 9 points. It needs pairs.")
OTHER = Paper(id="other", title="Other", abstract="DPO gains 3 points. PPO gains none.")
GAINS, PAIRS = Citation.of(OWN, 0, 19), Citation.of(OWN, 20, 35)
LESS, NONE = Citation.of(OTHER, 0, 19), Citation.of(OTHER, 20, 35)
CLAIM = ClaimToJudge(text="DPO gains 9 points.", cited=(GAINS, PAIRS), others=(LESS,))
ELSEWHERE = ClaimToJudge(text="PPO gains none.", cited=(NONE,))


def judged(opinion: Opinion) -> JudgedClaim:
    judge = ModelJudge(Settings(model="large", verifier_model="cheap"))
    assert judge._settings.model == judge.name == "cheap"
    prompt = judge_prompt("?", [CLAIM, ELSEWHERE], budget=9_000, count=len)
    assert prompt.sentences == {(1, 1): GAINS, (1, 2): PAIRS, (2, 1): LESS, (2, 2): NONE}
    return judge._judged(CLAIM, opinion, prompt)


def test_only_sentences_that_were_shown_to_compare_speak_against_a_claim_each_once() -> None:
    found = judged(Opinion(follows=True, against=((1, 1), (2, 1), (2, 2), (9, 9), (2, 1))))
    assert found.against == (LESS,)
    assert found.judgement.follows
    assert found.rewordings == ()


def test_what_is_missing_is_kept_to_300_characters() -> None:
    assert judged(Opinion(follows=False, missing="x" * 400)).judgement.missing == "x" * 300


def test_a_claim_is_withdrawn_where_the_model_drops_what_does_not_follow() -> None:
    for word in ("DROP", "drop.", "“Dropped”"):
        assert judged(Opinion(follows=False, rewording=word)).withdrawn
        assert not judged(Opinion(follows=True, rewording=word)).withdrawn
    assert not judged(Opinion(follows=False, rewording="DROP the claim [1.1].")).withdrawn


def test_a_rewording_cites_what_it_marks_or_what_the_claim_did() -> None:
    marked, bare = judged(Opinion(False, rewording="DPO gains [1.1]. It needs pairs.")).rewordings
    assert (marked.text, marked.cited, marked.unknown) == ("DPO gains.", (GAINS,), ())
    assert (bare.text, bare.cited, bare.unknown) == ("It needs pairs.", (GAINS, PAIRS), ())
    (lost,) = judged(Opinion(False, rewording="DPO gains [7.1].")).rewordings
    assert (lost.cited, lost.unknown) == ((), ("[7.1]",))


def test_two_sentences_at_most_take_the_place_of_one_and_none_is_the_claim_itself() -> None:
    three = judged(Opinion(False, rewording="It is [1.1]. It was [1.1]. It will be [1.1]."))
    assert [draft.text for draft in three.rewordings] == ["It is.", "It was."]
    same = judged(Opinion(False, rewording="DPO gains 9 points [1.1]. It was [1.1]."))
    assert [draft.text for draft in same.rewordings] == ["It was."]
