"""Every rule on many claims at once: what any of them finds otherwise was changed, on purpose or not."""

from __future__ import annotations

import json

from tests.rag.verification.rulings import RECORDED, rulings


def test_the_rules_find_of_stored_claims_what_is_recorded() -> None:
    assert rulings() == json.loads(RECORDED.read_text("utf-8")), (
        "on purpose? then: python -m tests.rag.verification.rulings"
    )
