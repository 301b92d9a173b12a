"""Replies in every form that models are known for, over HTTP, through the composer that reads them."""

from __future__ import annotations

import pytest

from footnote.rag.answer import DraftClaim
from footnote.rag.composing.composer import LeftOpen
from tests.model_server import ModelServer
from tests.rag.composing.test_llm import FIRST, SECOND, compose, settings


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("form_json_sentences", [(FIRST, [FIRST]), (SECOND, [FIRST, SECOND])]),
        ("form_json_claims", [("Here is the answer:", [FIRST]), (FIRST, [FIRST]), (SECOND, [SECOND])]),
        ("form_dagger", [(FIRST, [FIRST]), (SECOND, [SECOND])]),
        ("form_footnotes", [(FIRST, [FIRST]), (SECOND, [FIRST, SECOND])]),
        ("form_bullets", [(FIRST, [FIRST]), (SECOND, [SECOND])]),
        ("form_lines", [(FIRST, [FIRST]), (SECOND, [SECOND])]),
        ("form_round", [(FIRST, [FIRST]), (SECOND, [FIRST, SECOND])]),
        ("form_unopened_think", [(FIRST, [FIRST])]),
        ("form_kimi", [(FIRST, [FIRST])]),
        ("form_harmony", [(FIRST, [FIRST])]),
        ("form_harmony_bare", [(FIRST, [FIRST])]),
        ("form_think_brackets", [(FIRST, [FIRST])]),
        ("form_answer_tags", [(FIRST, [FIRST]), (SECOND, [SECOND])]),
    ],
)
async def test_sentences_keep_their_sources_in_every_form(
    model_server: ModelServer, script: str, expected: list[tuple[str, list[str]]]
) -> None:
    model_server.script(script)
    drafts = [item for item in await compose(settings(model_server)) if isinstance(item, DraftClaim)]
    assert [(d.text, [c.quote for c in d.cited]) for d in drafts] == expected
    assert not any(d.unknown for d in drafts)


async def test_json_of_no_known_shape_has_no_sources(model_server: ModelServer) -> None:
    model_server.script("form_json_unknown")
    drafts = [item for item in await compose(settings(model_server)) if isinstance(item, DraftClaim)]
    assert drafts
    assert not any(d.cited for d in drafts)


async def test_a_field_that_says_what_is_open_is_no_claim(model_server: ModelServer) -> None:
    model_server.script("form_json_sentences")
    items = await compose(settings(model_server))
    assert [item.text for item in items if isinstance(item, LeftOpen)] == ["what it costs"]


async def test_cells_come_with_their_place_and_the_sources_of_their_row(model_server: ModelServer) -> None:
    model_server.script("form_table")
    drafts = [item for item in await compose(settings(model_server)) if isinstance(item, DraftClaim)]
    assert [
        (d.text, d.cell and (d.cell.row, d.cell.column), [c.quote for c in d.cited]) for d in drafts
    ] == [
        ("3.5 points", ("Tokens", "Gain"), [FIRST]),
        ("none", ("Others", "Labels"), [SECOND]),
    ]  # fmt: skip
