"""Small files in a library's folder: what built each index, and that some process has written."""

from __future__ import annotations

from pathlib import Path

INDEXES = ("dense", "lexical")
_BUILT_BY = "built-by.txt"
_GENERATION = "generation"


class IndexStamps:
    """The stamps of the library in `folder`, and its generation."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def built_by(self, index: str) -> str:
        """The stamp of what built an index, "" where it is unknown or there is no index."""
        marker = self._folder / index / _BUILT_BY
        return marker.read_text().strip() if marker.exists() else ""

    def sign(self, stamp: str) -> None:
        """Notes for both indexes that `stamp` built them, unless they have a stamp."""
        for index in INDEXES:
            if not self.built_by(index):
                marker = self._folder / index / _BUILT_BY
                marker.parent.mkdir(parents=True, exist_ok=True)
                draft = marker.with_suffix(".part")
                draft.write_text(stamp + "\n")
                draft.replace(marker)

    def forget(self) -> None:
        """Removes both stamps: the indexes have to be built again."""
        for index in INDEXES:
            (self._folder / index / _BUILT_BY).unlink(missing_ok=True)

    def generation(self) -> int:
        """Changes whenever a process has written, so that others know to look again."""
        try:
            return (self._folder / _GENERATION).stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def next_generation(self) -> int:
        """Shows other processes that this one has written; returns the new generation."""
        (self._folder / _GENERATION).touch()
        return self.generation()
