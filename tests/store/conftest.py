"""A few of the papers that ship: where any library would do, theirs is made in a sixth of the time."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from footnote.store.ingest import SAMPLE_CORPUS, ingest
from footnote.store.library import Library
from footnote.store.readers import read_file

FEW = 48
"""Enough to learn a lens from."""
_BATCH = 20


@pytest.fixture(scope="session")
def few_papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of some papers that ship."""
    listings = read_file(SAMPLE_CORPUS / "000_33191604a80920a0.txt").listings[:FEW]
    file = tmp_path_factory.mktemp("few") / "few.jsonl"
    lines = ({"title": x.title, "abstract": x.abstract, "date": x.date} for x in listings)
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file


@pytest.fixture(scope="session")
def few_library(few_papers: Path) -> Path:
    """The folder of a library of `few_papers`, ingested once. Read only: `own_few_library` is to write."""
    folder = few_papers.parent / "library"
    library = Library(folder)
    ingest(library, [few_papers])
    library.close()
    return folder


@pytest.fixture
def own_few_library(few_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of `few_library` that a test may change, and that is indexed in several batches."""
    monkeypatch.setattr("footnote.store.adding._BATCH", _BATCH)
    return shutil.copytree(few_library, tmp_path / "few-library")


@pytest.fixture
def home(own_few_library: Path) -> Path:
    """A home of the test's own, with the few papers."""
    folder = own_few_library.with_name("home")
    folder.mkdir()
    own_few_library.rename(folder / "library")
    return folder
