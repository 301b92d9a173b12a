"""A list of retractions, as Retraction Watch publishes it → marks on the papers that the library has."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from footnote.store import schema
from footnote.store.batches import Batch
from footnote.store.errors import CorpusError
from footnote.store.identity import doi_key
from footnote.store.schema import papers

_AT_ONCE = 500
_MAX_REASON_CHARS = 500
_COLUMNS = ("OriginalPaperDOI", "RetractionNature")
_NATURES = {"retraction": "Retracted", "withdrawal": "Withdrawn"}
"""What makes a paper a retracted one; a correction or an expression of concern doesn't."""


@dataclass(frozen=True)
class Retraction:
    """A retracted work. text: as `Paper.retraction` has it."""

    doi: str | None
    pmid: str | None
    text: str


@dataclass(frozen=True)
class MarkedRetractions:
    """What a list came to. listed: retractions in it. marked: ids of papers that weren't marked so before.
    batch: its number, None where nothing was marked.
    """

    listed: int
    marked: tuple[str, ...]
    batch: int | None


def read_retractions(file: Path) -> Iterator[Retraction]:
    """The retractions of a CSV file with the columns of Retraction Watch. Raises CorpusError."""
    try:
        with file.open(encoding="utf-8-sig", errors="replace", newline="") as opened:
            rows = csv.DictReader(opened)
            if lacking := [name for name in _COLUMNS if name not in (rows.fieldnames or ())]:
                reason = f"no column {lacking[0]}: give the CSV file that Retraction Watch publishes"
                raise CorpusError(file.name, None, reason)
            for row in rows:
                if retraction := _retraction({name: value or "" for name, value in row.items() if name}):
                    yield retraction
    except OSError as error:
        raise CorpusError(file.name, None, f"can't be read: {error.strerror or error}") from error
    except csv.Error as error:
        raise CorpusError(file.name, None, f"not CSV: {error}") from error


def _retraction(row: dict[str, str]) -> Retraction | None:
    nature = _NATURES.get(row["RetractionNature"].strip().casefold())
    doi = doi_key(row["OriginalPaperDOI"])
    pmid = row.get("OriginalPaperPubMedID", "").strip().lstrip("0")
    if nature is None or not (doi or pmid.isdigit()):
        return None
    date = _date(row.get("RetractionDate", ""))
    # "+Error in Data;+Error in Methods;"
    reasons = [part.strip(" +") for part in row.get("Reason", "").split(";")]
    reason = "; ".join(part for part in reasons if part)[:_MAX_REASON_CHARS]
    text = nature + (f" {date}" if date else "") + (f": {reason}" if reason else "")
    return Retraction(doi, pmid if pmid.isdigit() else None, text)


def _date(text: str) -> str:
    """The day in ISO 8601; "" where the text is none. Retraction Watch writes "3/31/2021 0:00"."""
    day = text.strip().split(" ")[0]
    for form in ("%m/%d/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(day, form).date().isoformat()
        except ValueError:
            continue
    return ""


def mark(
    connection: sa.Connection, retractions: Iterator[Retraction], batch: Batch, file: str
) -> MarkedRetractions:
    """Marks the papers that have the DOI or PubMed id of a retraction."""
    listed = 0
    marked: dict[str, None] = {}
    while part := list(islice(retractions, _AT_ONCE)):
        listed += len(part)
        by_doi: dict[str | None, str] = {entry.doi: entry.text for entry in part if entry.doi}
        by_pmid = {entry.pmid: entry.text for entry in part if entry.pmid}
        query = sa.select(papers.c.id, papers.c.doi, papers.c.pmid, papers.c.retraction).where(
            schema.doi_key.in_(by_doi) | papers.c.pmid.in_(by_pmid)
        )
        log: list[dict[str, Any]] = []
        for row in connection.execute(query).all():
            text = by_doi.get(doi_key(row.doi)) or by_pmid[row.pmid]
            if text == row.retraction:
                continue
            log.append({"paper": row.id, "kind": "changed", "before": {"retraction": row.retraction}})
            here = papers.c.id == row.id
            connection.execute(papers.update().where(here).values(retraction=text, indexed_by=None))
            marked[row.id] = None
        batch.log(connection, log, file)
    return MarkedRetractions(listed, tuple(marked), batch.number)
