"""Results as a model reads them by MCP: short, since each takes room in its context.

A citation gives where its quote lies in the paper's abstract, so `paper` gives what is left out here.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from footnote.rag import Answer
from footnote.rag.retrieval.search_results import PaperDetails, SearchResults
from footnote.ui.api.offered import AUTHORS_SHOWN, MAX_CHARS


def brief(result: BaseModel) -> str:
    """The result of an operation as short JSON."""
    match result:
        case Answer():
            data = _answer(result)
        case SearchResults():
            data = _search(result)
        case PaperDetails():
            data = _paper(result)
        case _:
            data = result.model_dump(mode="json")
    return _json(data)


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _answer(answer: Answer) -> dict[str, Any]:
    citations = [
        {
            "number": answer.number(place),
            "paper": citation.paper.id,
            "title": citation.paper.display_title,
            "date": citation.paper.date,
            "start": citation.start,
            "end": citation.end,
            "quote": citation.quote,
        }
        for place, citation in enumerate(answer.citations, 1)
    ]
    data = _without_empty(
        {
            "status": answer.status,
            "kind": answer.kind,
            "standalone": answer.standalone if answer.standalone != answer.question else None,
            "text": answer.text,
            "claims": [
                _without_empty({"verdict": c.verdict, "judged_by": c.judged_by}) for c in answer.claims
            ],
            "citations": [_without_empty(citation) for citation in citations],
            "nearest": [
                _without_empty(
                    {"paper": n.paper.id, "title": n.paper.display_title, "score": round(n.score, 3)}
                )
                for n in answer.nearest
            ],
            "confidence": None if answer.confidence is None else round(answer.confidence, 3),
            "warnings": [warning.text for warning in answer.warnings],
        }
    )
    for citation in reversed(data.get("citations", [])):
        if len(_json(data)) <= MAX_CHARS:
            break
        del citation["quote"]
    return data


def _search(results: SearchResults) -> dict[str, Any]:
    papers = [
        {
            "rank": paper.rank,
            "id": paper.id,
            "title": paper.title,
            "date": paper.date,
            "authors": paper.authors[:AUTHORS_SHOWN],
            "venue": paper.venue,
            "retraction": paper.retraction,
            "score": round(paper.score, 3),
        }
        for paper in results.papers
    ]
    return _without_empty(
        {
            "papers": [_without_empty(paper) for paper in papers],
            "warnings": [warning.text for warning in results.warnings],
        }
    )


def _paper(paper: PaperDetails) -> dict[str, Any]:
    nearest = [
        _without_empty({"id": near.id, "title": near.title, "date": near.date}) for near in paper.nearest
    ]
    return _without_empty(paper.model_dump(mode="json", exclude={"nearest"}) | {"nearest": nearest})


def _without_empty(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value not in (None, [], (), "")}
