"""Tables of weights in the documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from footnote.eval.errors import FitError
from footnote.eval.fitting.documents import DOCS, blocks_shown, update_documents, with_current_numbers
from footnote.rag.weights import FITS, Fits

_ROWS = "".join(f"| `{name}` | what it is | 9.00 |\n" for name in FITS.stated.weights)
TABLE = f"""text
<!-- weights: stated -->
| name | what it is | weight |
|---|---|---|
{_ROWS}| `bias` | | 0 |
<!-- end -->
"""


def test_each_block_of_weights_stands_in_a_document_once_and_as_it_is() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}
    shown = [block for text in texts.values() for block in blocks_shown(text)]
    # The question words are too many for a table.
    assert sorted([*shown, "asked"]) == sorted(Fits.model_fields)
    for name, text in texts.items():
        assert with_current_numbers(text, FITS, name) == text


def test_numbers_are_brought_up_to_date_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(TABLE, encoding="utf-8")
    (tmp_path / "b.md").write_text("no table", encoding="utf-8")
    assert update_documents(FITS, tmp_path) == [tmp_path / "a.md"]
    assert update_documents(FITS, tmp_path) == []
    written = (tmp_path / "a.md").read_text(encoding="utf-8")
    for name, value in {**FITS.stated.weights, "bias": FITS.stated.bias}.items():
        assert f"| `{name}` |" in written
        assert f"| {value:.2f} |".replace("-", "−") in written
    assert "9.00" not in written
    assert written.startswith("text\n<!-- weights: stated -->\n| name | what it is | weight |")


def test_a_table_that_lacks_a_row_is_named() -> None:
    with pytest.raises(FitError, match=r"d\.md: table of stated: support"):
        with_current_numbers(TABLE.replace("| `support` | what it is | 9.00 |\n", ""), FITS, "d.md")
