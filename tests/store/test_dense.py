"""The dense index: a paper's passages are replaced whole."""

from __future__ import annotations

from pathlib import Path

from footnote.store.dense import ChromaIndex
from footnote.store.embedders.minilm import MiniLM
from footnote.store.protocols import PassageText


def test_a_paper_that_has_become_short_keeps_none_of_its_many_passages(tmp_path: Path) -> None:
    index = ChromaIndex(tmp_path, MiniLM())
    index.add(
        ["long", "other"],
        [*(PassageText("long", n, f"Bee {n}") for n in range(9)), PassageText("other", 0, "Ice")],
    )
    assert index.count() == 10
    index.add(["long", "other"], [PassageText("long", 0, "Bees"), PassageText("other", 0, "Ice")])
    assert index.count() == 2
    index.add(["long"], [])
    assert index.count() == 1
    index.close()
