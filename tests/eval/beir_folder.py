"""A BEIR folder of six documents whose lexical ranking can be told by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

DOCUMENTS: tuple[dict[str, Any], ...] = (
    {"_id": "d1", "title": "Walrus tusks", "text": "A walrus grows tusks."},
    {"_id": "d2", "title": "Copper kettles", "text": "Copper kettles boil water; copper conducts heat well."},
    {
        "_id": "d3",
        "title": "Copper mines",
        "text": "Mines give ore, which is smelted, rolled and then sold abroad.",
    },
    {"_id": "d4", "title": "", "text": "Glaciers carve valleys."},
    {"_id": "d5", "title": "Violins", "text": ""},
    {"_id": "d6", "title": "Bread", "text": "Yeast raises dough before it is baked."},
)
QUERIES: tuple[dict[str, Any], ...] = (
    {"_id": "q1", "text": "walrus tusks"},
    {"_id": "q2", "text": "copper kettles"},
    {"_id": "q3", "text": "copper kettles"},
    {"_id": "q4", "text": "zeppelins"},
    {"_id": "q5", "text": "never judged"},
)
JUDGEMENTS = (
    ("q1", "d1", "1"),
    ("q2", "d3", "1"),
    ("q3", "d2", "1"),
    ("q3", "d3", "2"),
    ("q4", "d6", "1"),
    ("q4", "d1", "0"),
    ("q9", "d1", "1"),
)


def write_beir(
    folder: Path,
    *,
    documents: Iterable[dict[str, Any]] = DOCUMENTS,
    queries: Iterable[dict[str, Any]] = QUERIES,
    judgements: Iterable[Sequence[str]] = JUDGEMENTS,
    qrels: str = "qrels.tsv",
) -> Path:
    """Writes the three files and returns the folder."""
    (folder / qrels).parent.mkdir(parents=True, exist_ok=True)
    for name, rows in (("corpus.jsonl", documents), ("queries.jsonl", queries)):
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    lines = [("query-id", "corpus-id", "score"), *judgements]
    (folder / qrels).write_text("".join("\t".join(line) + "\n" for line in lines))
    return folder
