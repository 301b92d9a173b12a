"""The library in use, indexed with another embedder beside it."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing

from footnote.eval.runs.files import using
from footnote.eval.runs.provenance import library_digest
from footnote.rag.opening import library_of
from footnote.rag.settings import Settings
from footnote.store.catalog import FILE


def with_embedder(settings: Settings, embedder: str) -> Settings:
    """The settings with this embedder, over a copy of the library that is kept in FOOTNOTE_HOME/eval.

    The copy has the papers alone: opening it makes the indexes. A library that changed gets another copy, and
    the library in use stays as it is. Raises SettingsError, RunError.
    """
    changed = settings.changed(embedder=embedder)
    if changed.embedder == settings.embedder:
        return settings
    with closing(library_of(settings)) as library:  # also makes one where there is none
        key = f"{library_digest(library.catalog.papers())}\n{changed.embedder}"
    home = settings.home / "eval" / f"embedder-{hashlib.sha256(key.encode()).hexdigest()[:16]}"
    changed = changed.changed(home=home)
    with using(changed.library):
        changed.library.mkdir(parents=True, exist_ok=True)
        if not (changed.library / FILE).exists():
            part = changed.library / f"{FILE}.part"
            part.unlink(missing_ok=True)
            with (
                closing(sqlite3.connect(settings.library / FILE)) as source,
                closing(sqlite3.connect(part)) as copy,
            ):
                source.backup(copy)
            part.replace(changed.library / FILE)
    return changed
