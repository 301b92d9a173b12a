"""Which reader reads a file, and readers of other packages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from footnote.store.errors import CorpusError
from footnote.store.ingest import SAMPLE_CORPUS
from footnote.store.readers import find_files, read_file
from footnote.store.readers.read_result import HEAD_BYTES
from footnote.store.readers.registry import GROUP, ReaderError, readers

LINE = '{"title": "Bees", "abstract": "Bees dance to point at flowers."}\n'
PAGE = (SAMPLE_CORPUS / "000_33191604a80920a0.txt").read_text()[:6_000]


@pytest.mark.parametrize("name", ["papers.jsonl", "papers.ndjson", "papers.txt", "papers"])
@pytest.mark.parametrize("start", ["", "\ufeff", "\n \n"])
def test_json_lines_are_known_by_their_content_whatever_they_are_called(
    tmp_path: Path, name: str, start: str
) -> None:
    file = tmp_path / name
    file.write_text(start + LINE)
    assert [listing.title for listing in read_file(file).listings] == ["Bees"]


def test_a_page_is_known_by_its_top_whatever_it_is_called(tmp_path: Path) -> None:
    by_name = tmp_path / "page.txt"
    by_name.write_text(PAGE)
    for name in ("page.jsonl", "page.html", "page"):
        (tmp_path / name).write_text(PAGE)
        found = read_file(tmp_path / name).listings
        assert [x.title for x in found] == [x.title for x in read_file(by_name).listings]


@pytest.mark.parametrize("name", ["page.txt", "page.md", "page.bib", "page.ris", "page.csv", "page.jsonl"])
def test_a_text_without_signs_of_papers_is_refused_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text("On bees\n\nBees dance to point at flowers, and their sisters understand them.\n")
    with pytest.raises(CorpusError, match=rf"{name}: looks like plain text.*export the records as BibTeX"):
        read_file(file)


def test_a_first_line_longer_than_what_readers_see_is_one_of_json(tmp_path: Path) -> None:
    file = tmp_path / "papers"
    file.write_text('{"other": "' + "x" * HEAD_BYTES + '", ' + LINE[1:])
    assert len(read_file(file).listings) == 1


# Readers of other packages

MODULE = """
from footnote.store.papers import Listing

class Reader:
    format = "papers as XYZ"
    suffixes = (".xyz",)

    def recognizes(self, head):
        return head.startswith(b"XYZ")

    def read(self, file, source, *, page_year=None):
        title, abstract = file.read().decode().splitlines()[1:]
        yield Listing(source=source, line=2, title=title, abstract=abstract)
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with an installed package that brings a reader."""
    folder = tmp_path / "site"
    info = folder / "xyz_papers-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: xyz-papers\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\nxyz = xyz_papers:Reader\n")
    (folder / "xyz_papers.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(folder))
    readers.cache_clear()
    yield folder
    readers.cache_clear()
    sys.modules.pop("xyz_papers", None)


def test_a_reader_of_another_package_is_found_and_used(site: Path, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    for name in ("one.xyz", "two.dat"):
        (folder / name).write_text(f"XYZ\nOn {name}\nBees dance.\n")
    assert [file.name for file in find_files([folder])] == ["one.xyz", "two.dat"]
    assert [read_file(folder / name).listings[0].title for name in ("one.xyz", "two.dat")] == [
        "On one.xyz",
        "On two.dat",
    ]


@pytest.mark.parametrize(
    ("code", "reason"), [("import no_such_module", "no_such_module"), ("class Reader: pass", "format")]
)
def test_a_reader_that_cannot_be_loaded_is_named_with_its_package(site: Path, code: str, reason: str) -> None:
    (site / "xyz_papers.py").write_text(code + "\n")
    with pytest.raises(
        ReaderError, match=rf"'xyz' \(xyz_papers:Reader\) of the package xyz-papers.*{reason}"
    ):
        read_file(site / "xyz_papers.py")
