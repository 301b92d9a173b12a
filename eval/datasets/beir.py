"""A BEIR folder: `corpus.jsonl`, `queries.jsonl`, and judgements in `qrels.tsv` or `qrels/`.

The layout of Thakur et al., "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of
Information Retrieval Models" (2021). A corpus is read as a stream, twice, since it may be large:
once to know and check its ids, once where a library is made of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from footnote.eval.errors import BeirError
from footnote.store.papers import MAX_ABSTRACT_CHARS, MAX_TITLE_CHARS, Listing

Split = Literal["train", "dev", "test"]
CORPUS = "corpus.jsonl"
QUERIES = "queries.jsonl"
READING_VERSION = "1"
"""Raised when `read_documents` makes other papers of the same file: libraries made before don't fit."""
_MAX_ID_CHARS = 200
_MAX_LINE_BYTES = 8_000_000


@dataclass
class Corpus:
    """What one pass over a corpus finds. The counts are of documents that had to be repaired.

    no_title: the id stands in for an empty title. no_text: the title stands in for an empty text.
    shortened: title or text was longer than a library holds, and was cut.
    """

    ids: set[str] = field(default_factory=set)
    sha256: str = ""
    no_title: int = 0
    no_text: int = 0
    shortened: int = 0


@dataclass(frozen=True, kw_only=True)
class BeirSet:
    """A folder's queries that are judged, in the order of their file, and its corpus.

    grades: by id of the query, the relevance of each judged document (0: judged not relevant).
    left_out: queries without a relevant document. unknown_documents: judgements of documents that
    the corpus doesn't hold; relevant ones count as not found, as in trec_eval. unknown_queries:
    judgements of queries that aren't in `queries.jsonl`, which count for nothing.
    dataset_hash: SHA-256 of the three files' bytes.
    """

    folder: Path
    corpus: Corpus
    queries: dict[str, str]
    grades: dict[str, dict[str, int]]
    left_out: int
    unknown_documents: int
    unknown_queries: int
    dataset_hash: str

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.resolve().name


def read_beir(folder: Path, *, split: Split | None = None) -> BeirSet:
    """Reads and checks a whole folder.

    split: which file of `qrels/` holds the judgements. With none, `qrels.tsv` does, and where
    there isn't one, `qrels/test.tsv`. Raises BeirError, with file and line, for whatever can't be
    used, and for a folder without a judged query.
    """
    judgements_file = _judgements_file(folder, split)
    corpus = _read_corpus(folder / CORPUS)
    texts, queries_hash = _read_queries(folder / QUERIES)
    judged, judgements_hash = _read_judgements(judgements_file)
    grades = {query: judged[query] for query in texts if any(judged.get(query, {}).values())}
    if not grades:
        raise BeirError(str(judgements_file), None, f"judges no document relevant to a query of {QUERIES}")
    return BeirSet(
        folder=folder,
        corpus=corpus,
        queries={query: texts[query] for query in grades},
        grades=grades,
        left_out=len(texts) - len(grades),
        unknown_documents=sum(doc not in corpus.ids for docs in judged.values() for doc in docs),
        unknown_queries=len(judged.keys() - texts.keys()),
        dataset_hash=hashlib.sha256(
            "\n".join([corpus.sha256, queries_hash, judgements_hash]).encode()
        ).hexdigest(),
    )


def read_documents(path: Path, seen: Corpus | None = None) -> Iterator[Listing]:
    """The documents of a corpus, each as a paper under its own id; `seen` is filled on the way.

    A library holds no empty texts: where the title is empty, the id stands in for it; where the
    text is empty, the title. Raises BeirError for a line that can't be used.
    """
    seen = seen if seen is not None else Corpus()
    digest = hashlib.sha256()
    for number, raw, entry in _entries(path):
        digest.update(raw)
        if entry is None:
            continue
        ident = _id(path, number, entry)
        if ident in seen.ids:
            raise BeirError(str(path), number, f"_id {ident!r} is taken by an earlier line")
        seen.ids.add(ident)
        title, text = _text(path, number, entry, "title").strip(), _text(path, number, entry, "text")
        seen.no_title += not title
        seen.no_text += not text.strip()
        title = title or ident
        text = text if text.strip() else title
        seen.shortened += len(title) > MAX_TITLE_CHARS or len(text) > MAX_ABSTRACT_CHARS
        yield Listing(
            source=path.name,
            line=number,
            id=ident,
            title=title[:MAX_TITLE_CHARS],
            abstract=text[:MAX_ABSTRACT_CHARS],
        )
    seen.sha256 = digest.hexdigest()


def _read_corpus(path: Path) -> Corpus:
    corpus = Corpus()
    for _ in read_documents(path, corpus):
        pass
    if not corpus.ids:
        raise BeirError(str(path), None, "holds no document")
    return corpus


def _read_queries(path: Path) -> tuple[dict[str, str], str]:
    """Texts by id, and the file's SHA-256."""
    texts: dict[str, str] = {}
    digest = hashlib.sha256()
    for number, raw, entry in _entries(path):
        digest.update(raw)
        if entry is None:
            continue
        ident = _id(path, number, entry)
        if ident in texts:
            raise BeirError(str(path), number, f"_id {ident!r} is taken by an earlier line")
        if not (text := _text(path, number, entry, "text").strip()):
            raise BeirError(str(path), number, 'no query: give it as "text"')
        texts[ident] = text
    return texts, digest.hexdigest()


def _judgements_file(folder: Path, split: Split | None) -> Path:
    if not folder.is_dir():
        raise BeirError(str(folder), None, "no such folder" if not folder.exists() else "not a folder")
    whole = folder / "qrels.tsv"
    if split is None and whole.is_file():
        return whole
    path = folder / "qrels" / f"{split or 'test'}.tsv"
    if path.is_file():
        return path
    there = sorted(found.stem for found in (folder / "qrels").glob("*.tsv"))
    hint = f"--split can be {', '.join(there)}" if there else "qrels/ holds no .tsv either"
    if split is not None and whole.is_file():
        hint += "; leave --split out to use qrels.tsv"
    raise BeirError(str(path), None, f"no such file; {hint}")


def _read_judgements(path: Path) -> tuple[dict[str, dict[str, int]], str]:
    """Grades by query and document (below 0 counts as 0), and the file's SHA-256."""
    judged: dict[str, dict[str, int]] = {}
    digest = hashlib.sha256()
    for number, raw in _lines(path):
        digest.update(raw)
        fields = _decoded(path, number, raw).rstrip("\r\n").split("\t")
        if fields == [""]:
            continue
        if len(fields) != 3:
            reason = f"{len(fields)} fields instead of query-id, corpus-id, score with tabs between"
            raise BeirError(str(path), number, reason)
        query, document, score = (value.strip() for value in fields)
        try:
            grade = int(score)
        except ValueError as error:
            if number == 1:
                continue
            raise BeirError(str(path), number, f"score {score[:40]!r} is no whole number") from error
        if number == 1:
            raise BeirError(str(path), number, "no header: begin with query-id, corpus-id, score")
        if not query or not document:
            raise BeirError(str(path), number, "query-id or corpus-id is empty")
        if judged.setdefault(query, {}).setdefault(document, max(grade, 0)) != max(grade, 0):
            reason = f"judges document {document!r} for query {query!r} otherwise than an earlier line"
            raise BeirError(str(path), number, reason)
    return judged, digest.hexdigest()


# Lines


def read_objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number and object of each line that isn't blank. Raises BeirError."""
    return ((number, entry) for number, _, entry in _entries(path) if entry is not None)


def _entries(path: Path) -> Iterator[tuple[int, bytes, dict[str, Any] | None]]:
    """Number, bytes and object of each line; no object for a blank line."""
    for number, raw in _lines(path):
        line = _decoded(path, number, raw)
        if not line.strip():
            yield number, raw, None
            continue
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BeirError(str(path), number, f"isn't JSON ({error})") from error
        if not isinstance(entry, dict):
            raise BeirError(str(path), number, "isn't a JSON object: write one {…} a line")
        yield number, raw, entry


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Lines with their ends, numbered from 1, of bounded length."""
    try:
        with path.open("rb") as file:
            number = 0
            while raw := file.readline(_MAX_LINE_BYTES + 1):
                number += 1
                if len(raw) > _MAX_LINE_BYTES:
                    raise BeirError(str(path), number, f"longer than {_MAX_LINE_BYTES:,} bytes")
                yield number, raw
    except OSError as error:
        raise BeirError(str(path), None, f"can't be read: {error.strerror or error}") from error


def _decoded(path: Path, number: int, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise BeirError(str(path), number, "isn't UTF-8: save the file as UTF-8") from error


def _id(path: Path, number: int, entry: dict[str, Any]) -> str:
    value = entry.get("_id")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_ID_CHARS or not value.isprintable():
        reason = f'"_id" must be a text of 1 to {_MAX_ID_CHARS} printable characters'
        raise BeirError(str(path), number, reason)
    return value


def _text(path: Path, number: int, entry: dict[str, Any], name: str) -> str:
    """A field's text, without halves of characters; "" where the field is missing or null."""
    value = entry.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BeirError(str(path), number, f'"{name}" isn\'t a text')
    return value.encode("utf-8", "replace").decode()
