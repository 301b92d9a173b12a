"""What can go wrong with a file of claims and their evidence."""

from __future__ import annotations

from footnote.store.errors import FootnoteError


class PairSetError(FootnoteError):
    """A file of claims with evidence, or a line of it, can't be used.

    `source` is the file's name, `line` the 1-based line (None: the whole file).
    """

    def __init__(self, source: str, line: int | None, reason: str) -> None:
        self.source, self.line, self.reason = source, line, reason
        super().__init__(f"{source if line is None else f'{source}:{line}'}: {reason}")
