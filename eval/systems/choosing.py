"""The system that the options of `footnote eval run` name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from footnote.eval.errors import OutsideSystemError
from footnote.eval.systems.footnote_system import FootnoteSystem
from footnote.eval.systems.system import System
from footnote.rag.assistant import Assistant

NAMES = ("footnote", "bm25", "dense", "langchain")


def system_of(name: str, assistant: Assistant, *, jobs: int) -> System:
    """A name of `NAMES`, `trec:FILE` or `module:function`. Raises OutsideSystemError."""
    from footnote.eval.systems.baselines import BM25, Dense
    from footnote.eval.systems.outside import FunctionSystem, TrecSystem

    library = assistant.library
    if name == "footnote":
        return FootnoteSystem(assistant, jobs=jobs)
    if name == "bm25":
        return BM25(library)
    if name == "dense":
        return Dense(library)
    if name == "langchain":
        from footnote.eval.systems.langchain_pipeline import LangChainSystem

        return LangChainSystem(library, assistant.settings)
    kind, _, rest = name.partition(":")
    if kind == "trec" and rest:
        return TrecSystem(Path(rest))
    if rest:
        return FunctionSystem(name, library.catalog.papers())
    known = ", ".join(NAMES)
    raise OutsideSystemError(f"--system {name!r} is unknown: {known}, trec:FILE or module:function")


def read_assignments(texts: list[str]) -> dict[str, Any]:
    """Settings of `name=value` options: lists and objects as JSON, an empty value for None.

    Raises OutsideSystemError.
    """
    values: dict[str, Any] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (name and equals):
            raise OutsideSystemError(f"--set {text!r} can't be read: write name=value")
        try:
            values[name] = json.loads(value) if value[:1] in ("{", "[") else value or None
        except ValueError as error:
            raise OutsideSystemError(f"--set {text!r}: the value isn't JSON: {error}") from error
    return values
