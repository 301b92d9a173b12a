"""Tables of weights in the documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from footnote.eval.errors import FitError
from footnote.eval.fitting.documents import DOCS, blocks_shown, update_documents, with_current_numbers
from footnote.rag.weights import FITS, Fits

TABLE = """text
<!-- weights: closeness_by_words -->
| name | what it is | weight |
|---|---|---|
| `share` | words | 1.00 |
| `bias` | | 0 |
| `threshold: log_odds` | | −3 |
<!-- end -->
"""


def test_each_block_of_weights_stands_in_a_document_once_and_as_it_is() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}
    shown = [block for text in texts.values() for block in blocks_shown(text)]
    assert sorted(shown) == sorted(Fits.model_fields)
    for name, text in texts.items():
        assert with_current_numbers(text, FITS, name) == text


def test_numbers_are_brought_up_to_date_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(TABLE, encoding="utf-8")
    (tmp_path / "b.md").write_text("no table", encoding="utf-8")
    assert update_documents(FITS, tmp_path) == [tmp_path / "a.md"]
    assert update_documents(FITS, tmp_path) == []
    fit = FITS.closeness_by_words
    text = TABLE.replace("1.00", f"{fit.weights['share']:.2f}").replace("| 0 |", f"| −{-fit.bias:.2f} |")
    text = text.replace("| −3 |", f"| −{-fit.thresholds['log_odds']:.2f} |")
    assert (tmp_path / "a.md").read_text(encoding="utf-8") == text


def test_a_table_that_lacks_a_row_is_named() -> None:
    with pytest.raises(FitError, match=r"d\.md: table of closeness_by_words: share"):
        with_current_numbers(TABLE.replace("| `share` | words | 1.00 |\n", ""), FITS, "d.md")
