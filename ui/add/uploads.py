"""Uploaded files: taken from Gradio's folder, given safe names, and deleted after use."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import gradio as gr
from gradio.data_classes import FileData, ListFiles

from footnote.store.errors import CorpusError
from footnote.ui.add import strings

MAX_FILES = 20
MAX_FILE_BYTES = 20_000_000
LAUNCH_MAX_FILE_SIZE = 24_000_000
"""For `launch(max_file_size=…)`: more than the limit, so that a file that is too large is reported beside the
other files. static/add_tab.js makes sure that nothing larger is sent."""
_NAME_CHARS = 120


@dataclass(frozen=True)
class Uploads:
    """Uploaded files, in a folder of their own, and the errors of files that were refused unread."""

    files: tuple[Path, ...]
    refused: tuple[CorpusError, ...]


def box(label: str, *, elem_id: str) -> gr.File:
    """A component for several files, whose handlers get the paths of the uploaded files.

    Gradio's own component creates an empty file for each upload, and fetches any address that a client
    sends in place of a file; this one does neither.
    """
    field = gr.File(label=label, file_count="multiple", elem_id=elem_id, height=160)
    # Not a subclass: Gradio writes a stub file beside the module of every class of components.
    field.preprocess = partial(_uploaded, Path(field.GRADIO_CACHE).resolve())  # type: ignore[method-assign]
    field.async_move_resource_to_block_cache = _unchanged  # type: ignore[method-assign, assignment]
    return field


def _uploaded(folder: Path, payload: ListFiles | FileData | None) -> list[str]:
    files = payload.root if isinstance(payload, ListFiles) else [payload] if payload else []
    return [str(path) for file in files if _is_upload(folder, path := Path(file.path).resolve())]


def _is_upload(folder: Path, path: Path) -> bool:
    """Whether `path` is what Gradio makes of an upload: a file in a folder of its own in `folder`.

    That folder's name is a hash of what the file holds, so that nobody can name a file that they don't have.
    """
    return path.parent.parent == folder and path.is_file()


@cache
def private_folder() -> Path:
    """Where this process keeps uploads until they are read: nobody else's, and gone when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="footnote-uploads-")).resolve()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


async def _unchanged(path: str | None) -> str | None:
    return path


@contextmanager
def moved(paths: Sequence[str], *, keep: bool = False) -> Iterator[Uploads]:
    """Moves uploaded files to a new folder, under safe names. All is deleted at the end.

    keep: the uploads stay where they are, to be read again.
    """
    folder = Path(tempfile.mkdtemp(prefix="footnote-upload-"))
    files: list[Path] = []
    refused: list[CorpusError] = []
    try:
        for number, path in enumerate(map(Path, dict.fromkeys(paths))):
            try:
                files.append(_move(path, folder / str(number), too_many=number >= MAX_FILES, keep=keep))
            except CorpusError as error:
                refused.append(error)
        yield Uploads(tuple(files), tuple(refused))
    finally:
        if not keep:
            discard(paths)
        shutil.rmtree(folder, ignore_errors=True)


def _move(upload: Path, folder: Path, *, too_many: bool, keep: bool) -> Path:
    name = bare_name(upload.name)
    if too_many:
        raise CorpusError(name, None, strings.ADD_TOO_MANY.format(most=MAX_FILES))
    try:
        if upload.stat().st_size > MAX_FILE_BYTES:
            raise CorpusError(name, None, strings.ADD_TOO_LARGE.format(most=f"{MAX_FILE_BYTES:,}"))
        folder.mkdir()
        return Path((shutil.copyfile if keep else shutil.move)(upload, folder / name))
    except FileNotFoundError:
        # Gradio stores a file that two visitors upload only once.
        raise CorpusError(name, None, strings.ADD_GONE) from None


def discard(paths: Sequence[str]) -> None:
    """Deletes uploaded files, and the folder that Gradio created for each."""
    for path in map(Path, paths):
        path.unlink(missing_ok=True)
        try:
            path.parent.rmdir()
        except OSError:  # not empty (the same content under another name), or already deleted
            continue


def bare_name(name: str) -> str:
    """A file's name without folders and unprintable characters, cut to a maximum length before its suffix."""
    bare = "".join(c for c in name.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable()).strip()
    if bare in ("", ".", ".."):
        return "file"
    suffix = Path(bare).suffix[:12]
    return bare.removesuffix(suffix)[:_NAME_CHARS] + suffix
