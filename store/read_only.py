"""A library in a folder that can't be written to: searched in a private copy."""

from __future__ import annotations

import atexit
import logging
import os
import shutil
from pathlib import Path
from tempfile import mkdtemp

from footnote.store.catalog import is_fresh

log = logging.getLogger(__name__)


def is_read_only(folder: Path) -> bool:
    """Whether `folder` has a library and can't be written to (by its mode or file system)."""
    return folder.is_dir() and not is_fresh(folder) and not os.access(folder, os.W_OK)


def private_copy(folder: Path) -> Path:
    """A copy of `folder` for this process, deleted when it ends.

    SQLite, Chroma and tantivy write to their files even where one only reads.
    """
    scratch = Path(mkdtemp(prefix="footnote-"))
    atexit.register(shutil.rmtree, scratch, ignore_errors=True)
    log.info("%s can't be written to: it is searched in a copy, %s", folder, scratch)
    return shutil.copytree(folder, scratch / folder.name)
