"""A backup: one archive of what can't be made again, the catalog and the conversations with their feedback.

Indexes, lens and map are left out: they are built again from the catalog after a restore.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, Field

from footnote.store import catalog as catalogs
from footnote.store.chats import conversations
from footnote.store.chats.conversations import Conversations
from footnote.store.doctor import discard_indexes, sqlite_problem
from footnote.store.errors import FootnoteError, LibraryBusy
from footnote.store.faults import storage_fix
from footnote.store.library import Library
from footnote.store.protocols import Embedder

_MANIFEST = "manifest.json"
_MANIFEST_BYTES = 10_000
_FORMAT = 1
_CATALOG = f"library/{catalogs.FILE}"
_CHUNK = 1 << 20
_SPARE_BYTES = 10_000_000
"""Disk that has to stay free after a restore."""


class BackupError(FootnoteError):
    """A backup can't be made, or an archive isn't one that can be restored."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    size: int = Field(ge=0)
    sha256: str


class _Manifest(BaseModel):
    """What an archive says of itself. files: name in the archive, which is that in the home, → entry."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    format: int
    footnote: str
    files: dict[str, _Entry]


def back_up(home: Path, file: Path, *, replace: bool = False) -> list[str]:
    """Writes catalog and conversations of `home` into the archive `file`, whole or not at all.

    They may be in use meanwhile: each is copied as it is at one moment. Returns the names of what was
    saved. Raises BackupError where there is no library, something is damaged, or `file` is there already.
    """
    if file.exists() and not replace:
        raise BackupError(f"{file} is there already: give another name, or --replace to overwrite it")
    sources = [name for name in (_CATALOG, conversations.FILE) if (home / name).exists()]
    if _CATALOG not in sources:
        raise BackupError(f"there is no library in {home} to back up: set FOOTNOTE_HOME to its folder")
    draft = file.with_name(file.name + ".part")
    with _named(file), TemporaryDirectory(dir=file.parent, prefix=".footnote-backup-") as scratch:
        entries: dict[str, _Entry] = {}
        try:
            with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
                for name in sources:
                    copy = Path(scratch) / "copy.sqlite"
                    copy.unlink(missing_ok=True)
                    _copy_database(home / name, copy)
                    if problem := sqlite_problem(copy):
                        raise BackupError(f"{home / name} is damaged ({problem}): see `footnote doctor`")
                    with copy.open("rb") as handle:
                        digest = hashlib.file_digest(handle, "sha256").hexdigest()
                    entries[name] = _Entry(size=copy.stat().st_size, sha256=digest)
                    archive.write(copy, name)
                manifest = _Manifest(format=_FORMAT, footnote=version("footnote-qa"), files=entries)
                archive.writestr(_MANIFEST, manifest.model_dump_json(indent=1))
            draft.chmod(0o600)  # conversations are private
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
    return sources


def restore(home: Path, file: Path, embedder: Embedder, *, replace: bool = False) -> list[str]:
    """Puts catalog and conversations of the archive `file` into `home`; the indexes are to be built again.

    A new home appears whole or not at all. With `replace`, each database is replaced in one transaction, and
    a restore that was killed is completed by running it again; stop other processes that use the home first.
    The archive isn't trusted: names, sizes, checksums and contents are checked before anything changes.
    Raises BackupError, LibraryBusy, and DatabaseError for an archive of a newer Footnote.
    """
    occupied = home.exists() and any(home.iterdir())
    if occupied and not replace and _has_content(home):
        raise BackupError(f"{home} has a library already: choose another FOOTNOTE_HOME, or use --replace")
    parent = home if occupied else home.parent
    with _named(file):
        parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=parent, prefix=".footnote-restore-") as scratch:
            staged = Path(scratch) / "home"
            names = _unpack(file, staged)
            _prepare(staged, embedder)
            if occupied:
                _replace_in(home, staged, names)
            else:
                staged.rename(home)
    return names


def _has_content(home: Path) -> bool:
    return any((home / name).exists() for name in ("library", conversations.FILE))


def _unpack(file: Path, staged: Path) -> list[str]:
    """Extracts what the archive's manifest lists. Raises BackupError where anything doesn't agree."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = {info.filename: info for info in archive.infolist()}
            if len(members) != len(archive.infolist()) or _MANIFEST not in members:
                raise BackupError(f"{file} is no backup: use a file that `footnote backup` made")
            with archive.open(_MANIFEST) as handle:
                manifest = _Manifest.model_validate_json(handle.read(_MANIFEST_BYTES))
            _check(file, manifest, members)
            for name, entry in manifest.files.items():
                (staged / name).parent.mkdir(parents=True, exist_ok=True)
                with archive.open(name) as handle:
                    _extract(handle, staged / name, entry, f"{file}: {name}")
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, RuntimeError) as error:
        raise BackupError(
            f"{file} is damaged, or no backup of Footnote's ({type(error).__name__}): use another backup"
        ) from error
    return list(manifest.files)


def _check(file: Path, manifest: _Manifest, members: dict[str, zipfile.ZipInfo]) -> None:
    if manifest.format != _FORMAT:
        raise BackupError(
            f"{file} has the format of Footnote {manifest.footnote[:20]}: use that version or newer"
        )
    allowed = {_CATALOG, conversations.FILE}
    names = set(manifest.files)
    if _CATALOG not in names or not names <= allowed or set(members) != names | {_MANIFEST}:
        raise BackupError(f"{file} holds other files than a backup: use one that `footnote backup` made")
    if any(members[name].file_size != entry.size for name, entry in manifest.files.items()):
        raise BackupError(f"{file}: sizes don't agree with its list of contents: use another backup")
    needed = sum(entry.size for entry in manifest.files.values()) + _SPARE_BYTES
    free = shutil.disk_usage(file.parent).free
    if needed > free:
        raise BackupError(f"{file} needs {needed >> 20} MB, and {free >> 20} MB are free: free some space")


def _extract(source: IO[bytes], target: Path, entry: _Entry, name: str) -> None:
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as handle:
        target.chmod(0o600)
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > entry.size:
                raise BackupError(f"{name} is larger than the archive says: use another backup")
            digest.update(chunk)
            handle.write(chunk)
    if digest.hexdigest() != entry.sha256:
        raise BackupError(f"{name} isn't what was saved (its checksum differs): use another backup")


def _prepare(staged: Path, embedder: Embedder) -> None:
    """Checks the databases, brings them up to date, and marks every paper as waiting to be indexed."""
    for file in (staged / _CATALOG, staged / conversations.FILE):
        if not file.exists():
            continue
        problem = sqlite_problem(file) or _foreign_code(file)
        if problem:
            raise BackupError(f"{file.name} in the archive can't be used ({problem}): use another backup")
    with closing(Library(staged / "library", embedder)) as library:
        library.catalog.mark_all_waiting()
    if (staged / conversations.FILE).exists():
        Conversations.in_folder(staged).close()


def _foreign_code(file: Path) -> str | None:
    """Says so where a database has code of its own, which Footnote's never have."""
    with closing(sqlite3.connect(file)) as connection:
        query = "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')"
        found = connection.execute(query).fetchone()
    return "it has triggers or views" if found else None


def _replace_in(home: Path, staged: Path, names: list[str]) -> None:
    folder = home / "library"
    folder.mkdir(parents=True, exist_ok=True)
    with _held(folder):
        discard_indexes(folder)
        for name in names:
            target = home / name
            try:
                _copy_database(staged / name, target)
            except sqlite3.DatabaseError as error:
                if storage_fix(error):
                    raise
                # What is there is no database any more.
                for end in ("-wal", "-shm", "-journal"):
                    target.with_name(target.name + end).unlink(missing_ok=True)
                (staged / name).replace(target)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """The library's lock, without opening its catalog, which may be damaged."""
    try:
        with FileLock(folder / "write.lock", timeout=30):
            yield
    except Timeout:
        raise LibraryBusy(f"another process is writing to {folder}; try again when it is done") from None


def _copy_database(source: Path, target: Path) -> None:
    """Copies a SQLite database as it is at one moment, into a new one or over an old one, all or nothing."""
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target, timeout=30)) as written:
        read.backup(written)


@contextmanager
def _named(file: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        place = getattr(error, "filename", None) or file
        reason = getattr(error, "strerror", None) or error
        fix = storage_fix(error) or "check that the file is there and can be read"
        raise BackupError(f"{place} can't be used ({reason}): {fix}") from error
