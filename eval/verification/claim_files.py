"""Claims with their evidence from a file, for `footnote verify`: JSON lines, read and checked as a whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError

from footnote.store.errors import FootnoteError

MAX_FILE_BYTES = 200_000_000
MAX_SENTENCES = 1_000
MAX_CHARS = 50_000

_Text = Annotated[StrictStr, Field(max_length=MAX_CHARS)]
_SHAPE = 'write {"id": …, "claim": "…", "evidence": ["sentence", …]}'


class PairsError(FootnoteError):
    """A file of pairs can't be read. line: 1-based; None: the whole file."""

    def __init__(self, source: str, line: int | None, reason: str) -> None:
        self.source, self.line, self.reason = source, line, reason
        super().__init__(f"{source if line is None else f'{source}:{line}'}: {reason}")


class Pair(BaseModel):
    """A claim and the sentences that it is to be supported by; titles of their papers, where known."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: StrictStr | StrictInt
    claim: _Text = Field(min_length=1)
    evidence: tuple[_Text, ...] = Field(max_length=MAX_SENTENCES)
    titles: tuple[_Text, ...] = Field((), max_length=MAX_SENTENCES)


def read_pairs(path: Path) -> list[Pair]:
    """The pairs of a file in order; blank lines are passed over.

    Raises PairsError naming the first line that can't be read, and how it should be.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise PairsError(str(path), None, f"is larger than {MAX_FILE_BYTES:,} bytes: split it")
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        raise PairsError(str(path), None, f"can't be read: {error.strerror or error}") from error
    return [_pair(str(path), number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def _pair(source: str, number: int, line: bytes) -> Pair:
    try:
        return Pair.model_validate(_object(line))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"] if part not in ("str", "int"))
        raise PairsError(source, number, f"{field or 'the line'}: {first['msg']}; {_SHAPE}") from error
    except (ValueError, RecursionError) as error:
        raise PairsError(source, number, f"is no JSON object ({error}); {_SHAPE}") from error


def _object(line: bytes) -> dict[str, Any]:
    data = json.loads(line.decode("utf-8"))
    if not isinstance(data, dict):
        raise ValueError(f"a {type(data).__name__} where an object is wanted")
    return data
