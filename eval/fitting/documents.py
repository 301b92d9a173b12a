"""The tables of weights in docs/, kept equal to `rag/weights.json`.

A table stands between `<!-- weights: BLOCK -->` and `<!-- end -->`. Its first column names a weight, or
`bias`, or `threshold: NAME`; its last column has the number. Columns between are written by hand.
"""

from __future__ import annotations

import re
from pathlib import Path

from footnote.eval.errors import FitError
from footnote.eval.runs.files import using, write_atomically
from footnote.eval.runs.provenance import ROOT
from footnote.rag.weights import Fit, Fits

DOCS = ROOT / "docs"
_TABLE = re.compile(r"<!-- weights: (\w+) -->\n(.*?)<!-- end -->", re.DOTALL)
_ROW = re.compile(r"^(\| `([^`]+)` \|.*\| )[^|]*( \|)$", re.MULTILINE)


def blocks_shown(text: str) -> list[str]:
    """The blocks whose tables stand in a document."""
    return [match[1] for match in _TABLE.finditer(text)]


def with_current_numbers(text: str, fits: Fits, name: str) -> str:
    """The document with the numbers of `fits` in its tables. name: the document's, for errors.

    Raises FitError where a table and its block don't have the same rows.
    """

    def table(match: re.Match[str]) -> str:
        numbers = numbers_of(getattr(fits, match[1]))
        rows = [row[2] for row in _ROW.finditer(match[2])]
        if sorted(rows) != sorted(numbers):
            differing = ", ".join(sorted(set(rows) ^ set(numbers))) or "a row that is there twice"
            raise FitError(f"{name}: table of {match[1]}: {differing}: give each number one row")
        body = _ROW.sub(lambda row: f"{row[1]}{numbers[row[2]]}{row[3]}", match[2])
        return f"<!-- weights: {match[1]} -->\n{body}<!-- end -->"

    return _TABLE.sub(table, text)


def numbers_of(fit: Fit) -> dict[str, str]:
    """The numbers of a block as documents show them, by the names of their rows."""
    values = dict(fit.weights)
    if fit.bias:
        values["bias"] = fit.bias
    return {name: f"{value:.2f}".replace("-", "−") for name, value in values.items()}


def update_documents(fits: Fits, folder: Path = DOCS) -> list[Path]:
    """Brings the tables of a folder's documents up to date; the files that changed.

    Raises FitError as above, RunError for a file that can't be read or written.
    """
    changed: list[Path] = []
    for path in sorted(folder.glob("*.md")):
        with using(path):
            text = path.read_text(encoding="utf-8")
        if (current := with_current_numbers(text, fits, path.name)) != text:
            write_atomically(path, current)
            changed.append(path)
    return changed
