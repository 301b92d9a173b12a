"""What the retrieval bench found, as it is printed with --json and kept in its folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from footnote.eval.runs.files import using, write_atomically
from footnote.eval.runs.provenance import git_state, package_versions
from footnote.eval.runs.record import LibraryFacts
from footnote.rag.answer import Usage


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PairedDifference(_Record):
    """A row's mean less the baseline's, with a 95 % interval. See bootstrap.Difference.

    p_holm: p corrected for the number of rows; None for measures that aren't tested that way.
    """

    mean: float
    low: float
    high: float
    p: float
    p_holm: float | None


class SliceRecord(_Record):
    """The measures of some of the queries."""

    n: int
    metrics: dict[str, float | None]


class RowRecord(_Record):
    """A configuration's measures; None: there is no data.

    Latency is that of a whole search as `settings` say; rows that are put together from parts of
    a search have none. difference: by measure, None for the baseline. slices: by kind (type,
    style) and label.
    """

    name: str
    settings: dict[str, Any]
    metrics: dict[str, float | None]
    difference: dict[str, PairedDifference] | None
    slices: dict[str, dict[str, SliceRecord]]


class SetRecord(_Record):
    """One set of queries. n: those that were asked, each with a paper to be found."""

    set: str
    n: int
    notes: tuple[str, ...]
    dataset_hash: str
    library: LibraryFacts
    baseline: str
    resamples: int
    seed: int
    rows: tuple[RowRecord, ...]


class RankedPaper(_Record):
    """A paper of a ranking, with the score that it is ranked by."""

    id: str
    score: float


class RowResult(_Record):
    """What one row made of one query; of the ranking, the first hundred. usage: a model's, if asked."""

    metrics: dict[str, float]
    latency_ms: float | None
    usage: Usage | None = None
    ranking: tuple[RankedPaper, ...]


class QueryRecord(_Record):
    """A line of `retrieval.jsonl`. query: as it was searched for. relevant: grades by paper."""

    set: str
    id: str
    query: str
    labels: dict[str, str]
    relevant: dict[str, int]
    rows: dict[str, RowResult]


def as_json(records: Sequence[SetRecord]) -> dict[str, Any]:
    """One set as its record, several as `{"sets": [record, …]}`."""
    dumped = [record.model_dump(mode="json") for record in records]
    return dumped[0] if len(dumped) == 1 else {"sets": dumped}


def prepare(folder: Path) -> None:
    """Makes the folder. Raises RunError where that can't be done."""
    with using(folder):
        folder.mkdir(parents=True, exist_ok=True)


def write_records(folder: Path, records: Sequence[SetRecord], queries: Sequence[QueryRecord]) -> None:
    """Puts `retrieval.json`, with code and packages that made it, and `retrieval.jsonl` in place.

    The lines are written first: where retrieval.json is new, they are too. Raises RunError.
    """
    git = git_state()
    made_with = {"git": git.model_dump() if git else None, "packages": package_versions()}
    write_atomically(folder / "retrieval.jsonl", "".join(query.model_dump_json() + "\n" for query in queries))
    text = json.dumps({**as_json(records), **made_with}, ensure_ascii=False, indent=2)
    write_atomically(folder / "retrieval.json", text + "\n")
