"""What can go wrong with a question set, a run or a benchmark."""

from __future__ import annotations

from collections.abc import Sequence

from footnote.store.errors import FootnoteError

_SHOWN = 20


class QuestionSetError(FootnoteError):
    """A file of questions can't be read.

    `source` is the file's name, `line` the 1-based line (None: the whole file), `field` the
    field at fault, with a dot before what lies in it (None: the whole line).
    """

    def __init__(self, source: str, line: int | None, field: str | None, reason: str) -> None:
        self.source, self.line, self.field, self.reason = source, line, field, reason
        where = source if line is None else f"{source}:{line}"
        super().__init__(f"{where}: {reason}" if field is None else f"{where}: {field}: {reason}")


class GoldError(FootnoteError):
    """Questions name papers or quotes that the library doesn't have.

    `problems` has one sentence for each, with the question's id; the text shows the first 20.
    """

    def __init__(self, source: str, problems: Sequence[str]) -> None:
        self.source, self.problems = source, tuple(problems)
        shown = "".join(f"\n  {problem}" for problem in self.problems[:_SHOWN])
        more = f"\n  and {len(self.problems) - _SHOWN} more" if len(self.problems) > _SHOWN else ""
        super().__init__(
            f"{source} doesn't fit this library, so a run would mean nothing: ingest the papers that "
            f"are missing, or correct the questions{shown}{more}"
        )


class RunError(FootnoteError):
    """A folder can't hold this run: it holds something else, or can't be read or written."""


class BenchError(FootnoteError):
    """A benchmark lacks something that it compares with."""


class BeirError(FootnoteError):
    """A BEIR folder, or a line of one of its files, can't be used.

    `source` is the file or folder, `line` the 1-based line (None: the whole file).
    """

    def __init__(self, source: str, line: int | None, reason: str) -> None:
        self.source, self.line, self.reason = source, line, reason
        super().__init__(f"{source if line is None else f'{source}:{line}'}: {reason}")


class TrainingError(FootnoteError):
    """A training folder, or a line of one of its files, can't be used."""


class ConfigurationError(FootnoteError):
    """A configuration for the retrieval bench can't be read, or the baseline isn't among them."""


class FitError(FootnoteError):
    """Weights can't be fitted to what was given."""


class FitExtraMissing(FootnoteError):
    """A library of the optional group `fit` isn't installed."""


class OutsideSystemError(FootnoteError):
    """A system that a run is to ask can't be used, or returned what is no answer."""
