"""A seal: what the files of the indexes were like when they were last known to be sound.

A flipped byte in Chroma's files ends the process that reads them, so an index whose files aren't as they were
left is first read in a process of its own (`store.index_reading`). Where they are as they were left, as they
nearly always are, a look at sizes and checksums suffices.
"""

from __future__ import annotations

import json
import os
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import FileLock

_FILE = "indexes.seal"
_CHECKSUM_BYTES = 32_000_000
"""An index up to this size is compared byte for byte (30 ms at most), a larger one by size and time."""


class IndexSeal:
    """The seal of the indexes in a library's folder. Losing it costs one reading in another process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def broken(self, index: str) -> bool:
        """Whether the files of an index aren't those that were sealed; not where there are none."""
        now = _files(self._folder / index)
        if not now:
            return False
        try:
            sealed = json.loads((self._folder / _FILE).read_bytes())[index]
        except (OSError, ValueError, KeyError, TypeError):
            return True
        return bool(sealed != now)

    def set(self, *indexes: str) -> None:
        """Notes that the files of these indexes are sound as they are now."""
        file = self._folder / _FILE
        # Without it, or in a folder that can't be written to, the next opening looks more closely.
        with suppress(OSError), FileLock(file.with_suffix(".lock")):
            try:
                sealed = dict(json.loads(file.read_bytes()))
            except (OSError, ValueError, TypeError):
                sealed = {}
            fresh = sealed | {index: _files(self._folder / index) for index in indexes}
            if fresh != sealed:
                draft = file.with_suffix(".part")
                draft.write_text(json.dumps(fresh))
                draft.replace(file)


def _files(folder: Path) -> dict[str, Any]:
    """Path → size and checksum, or size and time where the folder is large."""
    found: dict[str, Path] = {}
    sizes: dict[str, os.stat_result] = {}
    for file in sorted(folder.rglob("*")):
        # A file may go away while one looks: another process merges segments.
        with suppress(OSError):
            if file.is_file() and not file.name.endswith(".lock") and file.name != "built-by.txt":
                name = file.relative_to(folder).as_posix()
                found[name], sizes[name] = file, file.stat()
    by_content = sum(stat.st_size for stat in sizes.values()) <= _CHECKSUM_BYTES
    entries: dict[str, Any] = {}
    for name, file in found.items():
        with suppress(OSError):
            mark = zlib.crc32(file.read_bytes()) if by_content else sizes[name].st_mtime_ns
            entries[name] = [sizes[name].st_size, mark]
    return entries
