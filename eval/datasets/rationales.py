"""The sentences that decide a claim, for BEIR folders that have them, such as SciFact's.

Wadden et al., "Fact or Fiction: Verifying Scientific Claims" (2020). In `queries.jsonl`,
`metadata.evidence` has by document id a list of rationales, each with the numbers (from 0) of its
`sentences` in the document's `metadata.sentences` of `corpus.jsonl`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from footnote.eval.datasets.beir import CORPUS, QUERIES, read_objects
from footnote.eval.errors import BeirError


@dataclass(frozen=True, kw_only=True)
class Rationales:
    """A claim, and by document id the sentences that decide it, as the corpus has them."""

    id: str
    claim: str
    sentences: Mapping[str, tuple[str, ...]]


class _Rationale(BaseModel):
    sentences: list[int]


class _QueryMetadata(BaseModel):
    evidence: dict[str, list[_Rationale]] = {}


class _Query(BaseModel):
    id: str
    text: str
    metadata: _QueryMetadata = _QueryMetadata()


class _DocumentMetadata(BaseModel):
    sentences: list[str] = []


class _Document(BaseModel):
    id: str
    metadata: _DocumentMetadata = _DocumentMetadata()


def read_rationales(folder: Path) -> list[Rationales]:
    """The claims of a folder that have rationales, in the order of its file.

    Raises BeirError, with file and line, for a line that can't be used, and for a folder that has none.
    """
    documents = {document.id: document.metadata.sentences for document in _read(folder / CORPUS, _Document)}
    found: list[Rationales] = []
    for query in _read(folder / QUERIES, _Query):
        sentences = {
            document: tuple(
                documents[document][number]
                for number in sorted({n for one in rationales for n in one.sentences})
                if number < len(documents[document])
            )
            for document, rationales in query.metadata.evidence.items()
            if document in documents
        }
        if decided := {document: texts for document, texts in sentences.items() if texts}:
            found.append(Rationales(id=query.id, claim=query.text, sentences=decided))
    if not found:
        raise BeirError(str(folder), None, "no query has rationales (metadata.evidence) in a document")
    return found


_Line = TypeVar("_Line", bound=BaseModel)


def _read(path: Path, model: type[_Line]) -> list[_Line]:
    found: list[_Line] = []
    for number, entry in read_objects(path):
        try:
            found.append(model.model_validate({**entry, "id": str(entry.get("_id"))}))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            field = ".".join(map(str, first["loc"]))
            raise BeirError(str(path), number, f"{field}: {first['msg']}") from error
    return found
