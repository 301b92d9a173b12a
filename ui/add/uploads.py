"""What a visitor drops on the page: taken over from Gradio, under safe names, and gone after use."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import gradio as gr
from gradio.data_classes import FileData, ListFiles

from footnote.store.errors import CorpusError
from footnote.ui import strings

MAX_FILES = 20
MAX_FILE_BYTES = 20_000_000
LAUNCH_MAX_FILE_SIZE = 24_000_000
"""For `launch(max_file_size=…)`: more than is read, so that what is too large can be told in words beside
the files that are not. static/add_room.js sees to it that nothing larger is sent."""
_NAME_CHARS = 120


@dataclass(frozen=True)
class Taken:
    """Files that were dropped, in a folder of their own, and those that were refused before reading."""

    files: tuple[Path, ...]
    refused: tuple[CorpusError, ...]


def box(label: str, *, elem_id: str) -> gr.File:
    """A field for several files, whose handlers get the paths of those that were uploaded.

    Gradio's own makes an empty file beside each that was uploaded, and fetches whatever address a
    client names as one; this one does neither.
    """
    field = gr.File(label=label, file_count="multiple", elem_id=elem_id, height=160)
    # Gradio writes a stub file beside the module of any class of components: so no subclass.
    field.preprocess = partial(_uploaded, Path(field.GRADIO_CACHE).resolve())  # type: ignore[method-assign]
    field.async_move_resource_to_block_cache = _left_alone  # type: ignore[method-assign, assignment]
    return field


def _uploaded(folder: Path, payload: ListFiles | FileData | None) -> list[str]:
    files = payload.root if isinstance(payload, ListFiles) else [payload] if payload else []
    paths = [Path(file.path).resolve() for file in files]
    return [str(path) for path in paths if path.is_relative_to(folder)]


async def _left_alone(path: str | None) -> str | None:
    return path


@contextmanager
def taking(paths: Sequence[str]) -> Iterator[Taken]:
    """Moves uploads to a folder under their bare names; both are deleted at the end."""
    folder = Path(tempfile.mkdtemp(prefix="footnote-upload-"))
    files: list[Path] = []
    refused: list[CorpusError] = []
    try:
        for number, path in enumerate(map(Path, dict.fromkeys(paths))):
            try:
                files.append(_take(path, folder / str(number), too_many=number >= MAX_FILES))
            except CorpusError as error:
                refused.append(error)
        yield Taken(tuple(files), tuple(refused))
    finally:
        discard(paths)
        shutil.rmtree(folder, ignore_errors=True)


def _take(upload: Path, folder: Path, *, too_many: bool) -> Path:
    name = bare_name(upload.name)
    if too_many:
        raise CorpusError(name, None, strings.ADD_TOO_MANY.format(most=MAX_FILES))
    try:
        if upload.stat().st_size > MAX_FILE_BYTES:
            raise CorpusError(name, None, strings.ADD_TOO_LARGE.format(most=f"{MAX_FILE_BYTES:,}"))
        folder.mkdir()
        return Path(shutil.move(upload, folder / name))
    except FileNotFoundError:
        # Gradio keeps the same file of two visitors once.
        raise CorpusError(name, None, strings.ADD_GONE) from None


def discard(paths: Sequence[str]) -> None:
    """Deletes uploads, and the folders that Gradio made for each."""
    for path in map(Path, paths):
        path.unlink(missing_ok=True)
        try:
            path.parent.rmdir()
        except OSError:  # another file of the same content, or gone already
            continue


def bare_name(name: str) -> str:
    """A file's name without folders and invisible characters, of bounded length; its suffix stays."""
    bare = "".join(c for c in name.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable()).strip()
    if bare in ("", ".", ".."):
        return "file"
    suffix = Path(bare).suffix[:12]
    return bare.removesuffix(suffix)[:_NAME_CHARS] + suffix
