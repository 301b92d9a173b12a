"""`run.json`: what a run was made with and what it measured, written and read whole."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from footnote.eval.errors import RunError
from footnote.eval.runs.files import using, write_atomically
from footnote.eval.runs.provenance import GitState
from footnote.rag.answer import Usage

SCHEMA_VERSION: Final = 2


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LibraryFacts(_Record):
    """The library that was asked. digest: of ids, titles and abstracts (see `provenance.library_digest`)."""

    papers: int
    passages: int
    embedder: str
    digest: str | None = None


class Timings(_Record):
    """Seconds: of all questions together, and the median question's by step."""

    total_s: float
    median_s_by_step: dict[str, float]


class MeasureRecord(_Record):
    """See outcomes.Measure."""

    value: float | None
    n: int
    reason: str | None
    low: float | None = None
    high: float | None = None


class RunRecord(_Record):
    """`run.json`. Everything from `asked` on is None or empty until the run ends.

    questions: in the set. asked: of them, those in the samples. failed: of those, the ones that
    ended in an error. fallbacks: answers that quote because the chat model gave none that stands.
    usage None: no chat model was called. seed: of the choice that a limit makes. jobs: questions asked at
    once; latencies of runs with other jobs can't be compared. code: of what answers (see
    `provenance.code_digest`).
    """

    schema_version: Literal[2] = SCHEMA_VERSION
    started: datetime
    finished: datetime | None = None
    questions_file: str
    dataset_hash: str
    questions: int
    seed: int
    jobs: int
    system: str
    mode: Literal["extractive", "llm"]
    model: str | None
    settings: dict[str, Any]
    code: str
    library: LibraryFacts
    git: GitState | None
    packages: dict[str, str]
    prompts: dict[str, str]
    asked: int | None = None
    failed: int | None = None
    fallbacks: int | None = None
    usage: Usage | None = None
    timings: Timings | None = None
    metrics: dict[str, MeasureRecord] = {}


def read_run(folder: Path) -> RunRecord:
    """The `run.json` of a folder. Raises RunError where there is none that can be read."""
    path = folder / "run.json"
    with using(path):
        data = path.read_bytes()
    try:
        return RunRecord.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"])) or "the file"
        raise RunError(f"{path}: {field}: {first['msg']}; choose another folder") from error


def write_run(record: RunRecord, folder: Path) -> None:
    """Puts the record in place."""
    write_atomically(folder / "run.json", record.model_dump_json(indent=2) + "\n")
