"""Small files in a library's folder: what built each index, and that some process has written."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from footnote.store.errors import IndexMismatch
from footnote.store.layout import LAYOUT_VERSION
from footnote.store.lexical_documents import LEXICAL_VERSION
from footnote.store.protocols import Embedder, TokenEmbedder
from footnote.store.signed_tokens import TOKENS_VERSION

_BUILT_BY = "built-by.txt"
_GENERATION = "generation"


class Stamps:
    """What names the builders of a library's indexes. Properties raise EmbedderError."""

    def __init__(self, embedder: Embedder, token_embedder: TokenEmbedder) -> None:
        self._embedder = embedder
        self._token_embedder = token_embedder

    @property
    def embedder(self) -> str:
        """The embedder and its version."""
        return f"{self._embedder.name}@{self._embedder.version}"

    @property
    def passages(self) -> str:
        """All that shapes the dense index."""
        return f"{self.embedder}+{LAYOUT_VERSION}"

    @property
    def tokens(self) -> str:
        """All that shapes the token index."""
        model = self._token_embedder
        return f"{model.name}@{model.version}+{LAYOUT_VERSION}+{TOKENS_VERSION}"

    def of(self, index: str) -> str:
        """The stamp of an index, by its name."""
        if index == "lexical":
            return LEXICAL_VERSION
        return self.tokens if index == "tokens" else self.passages


class IndexStamps:
    """The stamps of the library in `folder`, and its generation."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def built_by(self, index: str) -> str:
        """The stamp of what built an index, "" where it is unknown or there is no index."""
        marker = self._folder / index / _BUILT_BY
        return marker.read_text(errors="replace").strip() if marker.exists() else ""

    def check(self, index: str, stamp: str) -> None:
        """Raises IndexMismatch where another stamp than this built an index."""
        built_by = self.built_by(index)
        if built_by and built_by != stamp:
            raise IndexMismatch(
                f"the {index} index in {self._folder} was built by {built_by}, but {stamp} is in use: "
                "set FOOTNOTE_EMBEDDER to the one that built it, or build it again from the catalog with "
                "`footnote ingest --rebuild`"
            )

    def sign(self, stamp_of: Callable[[str], str], indexes: Collection[str]) -> None:
        """Notes for each index what built it, unless it has a stamp. stamp_of: name of an index → stamp."""
        for index in indexes:
            if not self.built_by(index):
                marker = self._folder / index / _BUILT_BY
                marker.parent.mkdir(parents=True, exist_ok=True)
                draft = marker.with_suffix(".part")
                draft.write_text(stamp_of(index) + "\n")
                draft.replace(marker)

    def forget(self, indexes: Collection[str]) -> None:
        """Removes the stamps of these indexes: they have to be built again."""
        for index in indexes:
            (self._folder / index / _BUILT_BY).unlink(missing_ok=True)

    def forget_others(self, pattern: str, keep: str) -> None:
        """Removes the stamps of indexes in other places, which miss what is written from now on.

        pattern: of the names of their folders. keep: the name of the place in use.
        """
        for marker in self._folder.glob(f"{pattern}/{_BUILT_BY}"):
            if marker.parent.name != keep:
                marker.unlink(missing_ok=True)

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
