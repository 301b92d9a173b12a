"""Footnote: answers from a library of paper abstracts, every sentence footnoted.

from footnote import ask
print(ask("What are Adaptive Chameleons?"))
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

# These libraries send telemetry unless their variable says no, and read it when they are imported. Python
# runs this module before any other of the package: this is the one place that is early enough.
os.environ.update(
    ORT_DISABLE_TELEMETRY="1",  # onnxruntime
    ANONYMIZED_TELEMETRY="False",  # Chroma
    GRADIO_ANALYTICS_ENABLED="False",
    HF_HUB_DISABLE_TELEMETRY="1",  # huggingface-hub, by which Gradio reports
)

if TYPE_CHECKING:
    from footnote.rag.answer import Answer, Citation, Claim
    from footnote.rag.assistant import Assistant, aask, ask, stream
    from footnote.rag.reader import Reader
    from footnote.rag.retrieval.retriever import Retriever
    from footnote.rag.settings import Settings
    from footnote.store.filters import Filters

__all__ = [
    "Answer",
    "Assistant",
    "Citation",
    "Claim",
    "Filters",
    "Reader",
    "Retriever",
    "Settings",
    "aask",
    "ask",
    "stream",
]

_HOMES = {
    "Answer": "rag.answer",
    "Assistant": "rag.assistant",
    "Citation": "rag.answer",
    "Claim": "rag.answer",
    "Filters": "store.filters",
    "Reader": "rag.reader",
    "Retriever": "rag.retrieval.retriever",
    "Settings": "rag.settings",
    "aask": "rag.assistant",
    "ask": "rag.assistant",
    "stream": "rag.assistant",
}


def __getattr__(name: str) -> Any:
    # Lazy, so that reading settings (`footnote --help`) doesn't load the indexes' libraries.
    if name not in _HOMES:
        raise AttributeError(f"module 'footnote' has no attribute {name!r}")
    return getattr(import_module(f"footnote.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
