"""The embedder that a library has of its own: MiniLM as `footnote adapt` tuned it, in the library's folder.

    embedder/embedder.json      the card: which model is in use, and what it was made from
    embedder/<version>/         the model and its tokenizer, as the package has them in store/model

The card is what counts, and is replaced in one step: a model that it doesn't name is a leftover.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from footnote.store.embedder import MODEL_FILE, TOKENIZER_FILE, Embedder, MiniLM
from footnote.store.errors import LibraryError
from footnote.store.papers import Frozen

log = logging.getLogger(__name__)

NAME = f"{MiniLM.name}-adapted"
_FOLDER = "embedder"
_CARD = "embedder.json"
_MEND = "`footnote adapt` makes it anew, `footnote adapt --undo` goes back to the embedder that ships"


class Card(Frozen):
    """What an adapted embedder is, and what it was made from.

    version: hash of model and tokenizer. published: SHA-256 of the weights that it began with.
    papers, sentences: what it learned from. before, after: mean reciprocal rank of the right abstract
    on what was held back, with the embedder that ships and with this one.
    """

    name: Annotated[str, Field(min_length=1, max_length=100)] = NAME
    version: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
    dimensions: Annotated[int, Field(ge=1, le=4096)]
    window: Annotated[int, Field(ge=8, le=8192)]
    published: str
    papers: int
    sentences: int
    seed: int
    before: float
    after: float


class Adapted(MiniLM):
    """A library's own embedder."""

    def __init__(self, library: Path, threads: int | None = None) -> None:
        """The embedder in the folder of a library.

        Raises LibraryError if it can't be read or isn't what its card says.
        """
        card = _read_card(library)
        folder = library / _FOLDER / card.version
        try:
            found = version_of(folder)
        except OSError as error:
            raise LibraryError(
                f"the library's own embedder in {folder} can't be read ({error.strerror}): {_MEND}"
            ) from error
        if found != card.version:
            raise LibraryError(f"the library's own embedder in {folder} isn't what was made: {_MEND}")
        self.name, self.version = card.name, card.version
        self.dimensions, self.window = card.dimensions, card.window
        super().__init__(folder, threads)


def embedder_of(library: Path) -> Embedder:
    """The embedder that the library in this folder is searched with: its own, else the one that ships.

    Raises LibraryError as `Adapted`.
    """
    return Adapted(library) if is_adapted(library) else MiniLM()


def is_adapted(library: Path) -> bool:
    """Whether the library in this folder has an embedder of its own."""
    return (library / _FOLDER / _CARD).exists()


def version_of(folder: Path) -> str:
    """A hash of the model and the tokenizer in `folder`. Raises OSError."""
    digest = hashlib.sha256()
    for file in (MODEL_FILE, TOKENIZER_FILE):
        digest.update((folder / file).read_bytes())
    return digest.hexdigest()[:16]


def keep(library: Path, made: Path, card: Card) -> None:
    """Makes the model in the folder `made` the library's own; all at the end, in one step.

    Hold `Library.writing()`, and see `Library.change_embedder`.
    """
    folder = library / _FOLDER
    model = folder / card.version
    draft = folder / f"{card.version}.part"
    folder.mkdir(exist_ok=True)
    if not model.exists() or version_of(model) != card.version:
        for leftover in (draft, model):
            shutil.rmtree(leftover, ignore_errors=True)
        draft.mkdir()
        for file in (MODEL_FILE, TOKENIZER_FILE):
            shutil.copyfile(made / file, draft / file)
        draft.rename(model)
    written = folder / f"{_CARD}.part"
    written.write_text(card.model_dump_json(indent=2) + "\n", encoding="utf-8")
    written.replace(folder / _CARD)
    for other in folder.iterdir():
        if other.is_dir() and other != model:
            shutil.rmtree(other, ignore_errors=True)


def forget(library: Path) -> None:
    """The library has no embedder of its own any more. Hold `Library.writing()`, as `keep`."""
    folder = library / _FOLDER
    (folder / _CARD).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _read_card(library: Path) -> Card:
    file = library / _FOLDER / _CARD
    try:
        return Card.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        log.debug("the card %s", file, exc_info=True)
        told = error.strerror if isinstance(error, OSError) else f"{error.error_count()} fields are wrong"
        raise LibraryError(
            f"the card of the library's own embedder, {file}, can't be read ({told}): {_MEND}"
        ) from error
