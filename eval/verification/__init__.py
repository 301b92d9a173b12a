"""Claims with evidence, marked as supported or not: what the checks (`rag.verification`) are measured on.

All that ship were written by hand: `sloppy` as a careless model writes, `contrast` in pairs of claims with
pairs of evidence, `dev`, on which the checks may be tuned, and `heldout`, on which they may not.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError

from footnote.eval.verification.errors import PairSetError

SetName = Literal["sloppy", "contrast", "independent", "dev", "heldout"]
SHIPPED: Final[dict[SetName, Path]] = {
    name: Path(__file__).parent / f"{name}.jsonl" for name in get_args(SetName)
}
MAX_FILE_BYTES = 50_000_000
_MAX_EVIDENCE = 100
_Text = Annotated[str, Field(min_length=1, max_length=20_000)]


class Pair(BaseModel):
    """A claim, the sentences that it cites, and whether they support it.

    kind: what was done to a sentence to make the claim. titles: of the papers that the
    evidence is from. unknown: markers of the claim that name no
    sentence; a claim that has one isn't supported, whatever its evidence says.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = Field(min_length=1, max_length=200)
    kind: str = Field("any", min_length=1, max_length=100)
    claim: _Text
    evidence: tuple[_Text, ...] = Field(max_length=_MAX_EVIDENCE)
    titles: tuple[_Text, ...] = Field((), max_length=_MAX_EVIDENCE)
    unknown: tuple[_Text, ...] = Field((), max_length=_MAX_EVIDENCE)
    supported: StrictBool


def read_pairs(path: Path) -> list[Pair]:
    """The pairs of a JSON-lines file, in its order. Blank lines and unknown fields are ignored.

    Raises PairSetError for the first line that can't be used (not JSON, a field missing or of the
    wrong kind, an id that an earlier line has), for a file without pairs, or one that can't be read.
    """
    pairs: list[Pair] = []
    lines: dict[str, int] = {}
    # Not splitlines(): a JSON string may hold U+2028 and other separators as they are.
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        pair = _read_line(path.name, number, line)
        if pair.id in lines:
            reason = f"id: {pair.id!r} is taken by line {lines[pair.id]}: give each pair its own"
            raise PairSetError(path.name, number, reason)
        lines[pair.id] = number
        pairs.append(pair)
    if not pairs:
        raise PairSetError(path.name, None, "holds no pair: write one JSON object a line")
    return pairs


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise PairSetError(path.name, None, f"can't be read: {error.strerror or error}") from error
    if len(data) > MAX_FILE_BYTES:
        reason = f"has more than {MAX_FILE_BYTES:,} bytes: split it"
        raise PairSetError(path.name, None, reason)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PairSetError(path.name, line, "isn't UTF-8: save the file as UTF-8") from error


def _read_line(source: str, number: int, line: str) -> Pair:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        reason = f"isn't JSON ({error}): write one JSON object a line"
        raise PairSetError(source, number, reason) from error
    if not isinstance(data, dict):
        raise PairSetError(source, number, "isn't a JSON object: write one {…} a line")
    try:
        return Pair.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"]))
        reason = (
            f'{field}: {first["msg"]}; write {{"id": …, "claim": …, "evidence": [sentence, …], '
            '"supported": true or false}'
        )
        raise PairSetError(source, number, reason) from error
