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
    from footnote.rag.answer import Answer, Citation, Claim, Dropped, Judgement, Nearest, Usage
    from footnote.rag.assistant import Assistant, aask, ask, stream
    from footnote.rag.errors import ModelError, QuestionError
    from footnote.rag.events import Done, Event, Restart, Step, TextDelta
    from footnote.rag.filters import FiltersError
    from footnote.rag.reader import Reader
    from footnote.rag.retriever import Retriever
    from footnote.rag.settings import Settings, SettingsError
    from footnote.rag.verifying import ClaimCheck, EvidencedClaim, verify
    from footnote.store.errors import CorpusError, FootnoteError, LibraryError
    from footnote.store.filters import Filters
    from footnote.store.papers import Paper

_MODULES = {
    "rag.assistant": ("Assistant", "aask", "ask", "stream"),
    "rag.answer": ("Answer", "Citation", "Claim", "Dropped", "Judgement", "Nearest", "Usage"),
    "rag.events": ("Done", "Event", "Restart", "Step", "TextDelta"),
    "rag.reader": ("Reader",),
    "rag.retriever": ("Retriever",),
    "rag.settings": ("Settings", "SettingsError"),
    "rag.verifying": ("ClaimCheck", "EvidencedClaim", "verify"),
    "rag.errors": ("ModelError", "QuestionError"),
    "rag.filters": ("FiltersError",),
    "store.errors": ("CorpusError", "FootnoteError", "LibraryError"),
    "store.filters": ("Filters",),
    "store.papers": ("Paper",),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "Answer",
    "Assistant",
    "Citation",
    "Claim",
    "ClaimCheck",
    "CorpusError",
    "Done",
    "Dropped",
    "Event",
    "EvidencedClaim",
    "Filters",
    "FiltersError",
    "FootnoteError",
    "Judgement",
    "LibraryError",
    "ModelError",
    "Nearest",
    "Paper",
    "QuestionError",
    "Reader",
    "Restart",
    "Retriever",
    "Settings",
    "SettingsError",
    "Step",
    "TextDelta",
    "Usage",
    "aask",
    "ask",
    "stream",
    "verify",
]


def __getattr__(name: str) -> Any:
    # Lazy, so that reading settings (`footnote --help`) doesn't load the indexes' libraries.
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'footnote' has no attribute {name!r}")
    return getattr(import_module(f"footnote.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return __all__
