"""What to do about a file or database that can't be read or written."""

from __future__ import annotations

import errno

FULL = "the disk is full or fails: free some space and run the command again; what was done before is kept"
READ_ONLY = "it can be read but not written: make the folder writable, or set FOOTNOTE_HOME to one that is"
REPAIR = "the papers are safe in the catalog: run `footnote doctor --repair` to build the index again"
RESTORE = "it is damaged: `footnote doctor` shows what; `footnote restore FILE --replace` restores a backup"

_FULL_CODES = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FULL_WORDS = ("is full", "no space left", "disk i/o error", "os error 28", "file too large", "os error 27")
_READ_ONLY_WORDS = ("readonly", "read-only", "permission denied", "os error 13", "os error 30")
_DAMAGED_WORDS = ("malformed", "not a database", "decode", "corrupt")


def storage_fix(error: BaseException | str) -> str | None:
    """The fix where a disk is full or something can't be written; None where it is neither.

    error: also as text: Chroma, tantivy and SQLite report the system's errors in words.
    """
    if isinstance(error, OSError) and error.errno is not None:
        if error.errno in _FULL_CODES:
            return FULL
        return READ_ONLY if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM} else None
    reason = str(error).lower()
    if any(words in reason for words in _FULL_WORDS):
        return FULL
    return READ_ONLY if any(words in reason for words in _READ_ONLY_WORDS) else None


def database_fix(reason: str) -> str:
    """The fix for a SQL database that failed with this reason."""
    if fix := storage_fix(reason):
        return fix
    if any(words in reason.lower() for words in _DAMAGED_WORDS):
        return RESTORE
    return "check that the file or server can be reached and written to, and that Footnote made it"


def is_panic(error: BaseException) -> bool:
    """Whether a Rust library failed in a way that Python shows as no Exception."""
    return type(error).__name__ == "PanicException"
