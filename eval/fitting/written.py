"""Fits as blocks of `rag/weights.json`, and the file with them in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from footnote.eval.fitting.documents import update_documents
from footnote.eval.runs.files import write_atomically
from footnote.rag.weights import PATH, Fit, read_fits
from footnote.store.protocols import Embedder

_DIGITS = 2
"""Decimals that are kept: more make no difference to any figure."""


def command_of(
    name: str,
    questions: Path | None,
    folders: Sequence[Path],
    *,
    training: Path | None = None,
    libraries: Sequence[Path] = (),
) -> str:
    """The command that makes a block again; files and folders by their names alone."""
    given = [f"--questions {questions.name}"] if questions else []
    given += [f"--training {training.resolve().name}"] if training else []
    given += [f"--beir {folder.resolve().name}" for folder in folders]
    given += [f"--library {folder.resolve().name}" for folder in libraries]
    return " ".join(["footnote eval fit", name, *given, "--write"])


def block(
    command: str,
    embedder: Embedder | None,
    weights: Mapping[str, float],
    bias: float = 0.0,
) -> Fit:
    """A block with its numbers rounded. embedder: whose vectors the features were computed with."""
    return Fit(
        command=command,
        embedder=embedder and f"{embedder.name}@{embedder.version}",
        weights={name: round(value, _DIGITS) for name, value in weights.items()},
        bias=round(bias, _DIGITS),
    )


def write_blocks(blocks: Mapping[str, Fit], path: Path = PATH) -> None:
    """Puts blocks in the place of those of the same names. Raises RunError where that can't be done."""
    fits = read_fits(path).model_copy(update=dict(blocks))
    write_atomically(path, fits.model_dump_json(indent=2, exclude_defaults=True) + "\n")


def put_in_place(blocks: Mapping[str, Fit]) -> None:
    """Writes blocks into `rag/weights.json`, and their numbers into the tables of docs/.

    Raises RunError, FitError.
    """
    write_blocks(blocks)
    update_documents(read_fits())
