"""A question's way to its answer.

`from rag import ask` works from a checkout; `from footnote import ask` works anywhere.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    import footnote

    if name not in footnote.__all__:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    return getattr(footnote, name)
