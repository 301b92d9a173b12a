"""Files of arrays are data: one that holds a pickle is refused, and its code is never run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from footnote.store.known_tokens import KnownTokens
from footnote.store.known_vectors import KnownVectors
from footnote.store.lens import Lens
from footnote.store.map.paper_map import PaperMap


class Touches:
    """Makes a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, str]]:
        return open, (str(self._file), "w")


@pytest.mark.parametrize("load", [Lens.load, KnownVectors.load, KnownTokens.load, PaperMap.load])
def test_a_pickle_in_a_file_of_arrays_is_not_run(
    tmp_path: Path, load: Callable[[Path, str], object], caplog: pytest.LogCaptureFixture
) -> None:
    run, file = tmp_path / "run", tmp_path / "arrays.npz"
    planted = np.array([Touches(run)], dtype=object)
    np.savez(file, stamp=planted, words=planted, allow_pickle=True)
    loaded = load(file, "a@1")
    assert loaded is None or not len(loaded)  # type: ignore[arg-type]
    assert not run.exists()
    assert "can't be read" in caplog.text
