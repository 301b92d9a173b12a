"""What tests have other processes do to a library, each forked from one that has the modules loaded.

To start Python and load Chroma takes a second or more; to fork from what has done so, a hundredth.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import alembic.op

from footnote.store import adding, backup
from footnote.store import library as library_module
from footnote.store.catalog import Catalog
from footnote.store.chroma_server import ChromaServer
from footnote.store.dense import ChromaIndex
from footnote.store.embedders.minilm import MiniLM
from footnote.store.index_stamps import IndexStamps
from footnote.store.ingest import ingest, open_library
from footnote.store.lexical import TantivyIndex
from footnote.store.library import Library
from footnote.store.token_index import SqliteTokenIndex

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload([__name__])

KILLED = 9
"""The exit code of those below that end in the middle of it."""
_WAIT_S = 60
_SMALL_BATCH = 5


def start(does: Callable[..., None], *given: object) -> ForkServerProcess:
    """A process that has begun to do this."""
    process = processes.Process(target=does, args=given, daemon=True)  # one that hangs ends with the tests
    process.start()
    return process


def run(does: Callable[..., None], *given: object) -> int | None:
    """Has a process do this; its exit code, None if it hangs."""
    process = start(does, *given)
    process.join(_WAIT_S)
    return process.exitcode


def ingests_in_small_batches(folder: Path, file: Path, opened: Event) -> None:
    """Adds a file's papers, once it has said that the library is open."""
    adding._BATCH = _SMALL_BATCH
    library_module.MOST_AT_ONCE = 2 * _SMALL_BATCH
    library = Library(folder)
    opened.set()
    ingest(library, [file])


def ingests(folder: Path, file: Path) -> None:
    """Adds a file's papers."""
    ingest(Library(folder), [file])


def ingests_to_server(folder: Path, file: Path, url: str) -> None:
    """Adds a file's papers to a library whose dense index is on a Chroma server."""
    ingest(Library(folder, server=ChromaServer(url)), [file])


def is_killed_when_indexed(folder: Path, file: Path) -> None:
    """Adds a file's papers, and ends as soon as they are indexed: nothing that comes after is done."""
    ingest(Library(folder), [file], progress=lambda done, todo: os._exit(KILLED))


def is_killed_migrating(folder: Path) -> None:
    """Makes a library, and ends at the second table."""
    made: list[None] = []
    create = alembic.op.create_table

    def killed(*given: Any, **named: Any) -> Any:
        made.append(None)
        if len(made) == 2:
            os._exit(KILLED)
        return create(*given, **named)

    alembic.op.create_table = killed
    Library(folder)


def opens(folder: Path) -> None:
    """Opens the library as Footnote does."""
    open_library(folder)


def removes(folder: Path, papers: Sequence[str]) -> None:
    """Takes papers out."""
    Library(folder).remove(papers)


def is_killed(folder: Path, act: str, papers: Sequence[str], place: str, after: str) -> None:
    """Takes papers out ("remove") or brings them back ("restore"), and ends "before" or "after" the step
    that `place` names.
    """
    owner, step = {
        "catalog": (Catalog, act),
        "dense": (ChromaIndex, "remove"),
        "lexical": (TantivyIndex, "remove"),
        "tokens": (SqliteTokenIndex, "remove"),
        "generation": (IndexStamps, "next_generation"),
        "left": (Catalog, "mark_left"),
        "adding": (ChromaIndex, "add"),
        "indexing": (TantivyIndex, "add"),
        "adding tokens": (SqliteTokenIndex, "add"),
        "marking": (Catalog, "mark_indexed"),
    }[place]
    whole = getattr(owner, step)

    def killed(*given: Any) -> None:
        if after == "after":
            whole(*given)
        os._exit(KILLED)

    library = Library(folder)
    setattr(owner, step, killed)
    getattr(library, act)(papers)


def is_killed_restoring(home: Path, archive: Path, place: str) -> None:
    """Restores an archive over what is there, and ends at the step that `place` names."""
    setattr(backup, place, lambda *given: os._exit(KILLED))
    backup.restore(home, archive, MiniLM(), replace=True)
