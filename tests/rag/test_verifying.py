"""`verify`: claims with their sentences, by rules alone and with a judge."""

from __future__ import annotations

import pytest

from footnote.rag.errors import ModelError
from footnote.rag.settings import Settings
from footnote.rag.verifying import EvidencedClaim, verify
from tests.model_server import ModelServer

SOURCE = "DPO outperforms PPO by 4 points."
CLAIMS = [
    ("DPO beats PPO by 4 points.", [SOURCE]),
    EvidencedClaim("DPO beats PPO by 5 points.", [SOURCE], titles=["On DPO"]),
    ("DPO beats PPO.", []),
]


def judging(server: ModelServer) -> Settings:
    return Settings(model="m", openai_api_key="sk-x", openai_base_url=server.base_url, model_retries=0)


def test_by_rules_alone_a_claim_is_at_best_checked() -> None:
    checks = verify(CLAIMS)
    assert [(check.verdict, check.supported) for check in checks] == [
        ("checked", True),
        ("refused", False),
        ("uncited", False),
    ]
    assert {check.judged_by for check in checks} == {None}


def test_a_judge_reads_what_the_hard_checks_let_stand(model_server: ModelServer) -> None:
    model_server.script("judge_one_yes")
    checks = verify(CLAIMS, settings=judging(model_server))
    assert [check.verdict for check in checks] == ["verified", "refused", "uncited"]
    assert checks[0].judged_by == "m"
    (request,) = model_server.requests
    assert SOURCE in request.prompt
    assert "5 points" not in request.prompt
    model_server.script("judge_one_no")
    checks = verify(CLAIMS[:1], settings=judging(model_server))
    assert (checks[0].verdict, checks[0].supported) == ("unsupported", False)
    assert checks[0].reasons == ("that it works on long texts",)


def test_a_judge_that_fails_is_an_error_and_no_verdict(model_server: ModelServer) -> None:
    model_server.script("server_error")
    with pytest.raises(ModelError):
        verify(CLAIMS, settings=judging(model_server))


async def test_it_works_inside_a_running_loop(model_server: ModelServer) -> None:
    model_server.script("judge_malformed")
    assert verify(CLAIMS[:1], settings=judging(model_server))[0].verdict == "checked"
