"""Archives of files of records, and what archives can do to their reader."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from footnote.store.errors import CorpusError
from footnote.store.readers import containers, read_file

LINE = b'{"title": "On Sheep", "abstract": "We count."}\n'
BIB = b"@article{k, title = {On Goats}, abstract = {We count too, and more than once.}}\n"


def packed(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "papers.zip"


def test_a_gzip_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "papers.jsonl.gz"
    file.write_bytes(gzip.compress(LINE))
    (listing,) = read_file(file).listings
    assert (listing.title, listing.source) == ("On Sheep", "papers.jsonl.gz")


def test_each_member_of_a_zip_is_read_or_named(file: Path) -> None:
    file.write_bytes(packed(
        ("a.jsonl", LINE), ("sub/b.bib", BIB), ("notes.txt", b"Milk and eggs.\n"), ("empty.ris", b""),
        (".hidden", LINE), ("__MACOSX/._a.jsonl", b"\0\5"), ("inner.zip", packed(("a.jsonl", LINE))),
    ))  # fmt: skip
    found = read_file(file)
    assert [(listing.title, listing.source) for listing in found.listings] == [
        ("On Sheep", "papers.zip/a.jsonl"),
        ("On Goats", "papers.zip/sub/b.bib"),
    ]
    assert [(error.source, error.reason.split(":")[0]) for error in found.refused] == [
        ("papers.zip/notes.txt", "looks like plain text, which holds no records that can be read"),
        ("papers.zip/empty.ris", "no paper is in this file"),
        ("papers.zip/inner.zip", "an archive in an archive isn't read"),
    ]


def test_a_member_s_name_reaches_no_folder(file: Path, tmp_path: Path) -> None:
    file.write_bytes(packed(("../../evil\x1b.jsonl", LINE)))
    (listing,) = read_file(file).listings
    assert listing.source == "papers.zip/../../evil?.jsonl"
    assert [path.name for path in tmp_path.iterdir()] == ["papers.zip"]


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: packed(("a", data))])
def test_a_bomb_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch, pack: object) -> None:
    monkeypatch.setattr(containers, "MAX_UNPACKED_BYTES", 1_000_000)
    assert callable(pack)
    file.write_bytes(pack(bytes(5_000_000)))
    with pytest.raises(CorpusError, match="more than 1,000,000 bytes unpacked"):
        read_file(file)


def test_an_archive_of_too_many_files_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_MEMBERS", 2)
    file.write_bytes(packed(("a", b""), ("b", b""), ("c", b"")))
    with pytest.raises(CorpusError, match="has 3 files, at most 2"):
        read_file(file)


@pytest.mark.parametrize(
    "content",
    [gzip.compress(LINE * 100, mtime=0)[:-30], packed(("a.jsonl", LINE * 100))[:-40]],
    ids=["gzip", "zip"],
)
def test_a_damaged_archive_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(CorpusError, match="the archive is damaged"):
        read_file(file)


@pytest.mark.parametrize(("member", "what"), [
    ("xl/workbook.xml", "a spreadsheet.*save the sheet with the records as CSV"),
    ("word/document.xml", "a Word document"),
])  # fmt: skip
def test_documents_that_are_archives_are_refused_as_what_they_are(file: Path, member: str, what: str) -> None:
    file.write_bytes(packed(("[Content_Types].xml", b"<x/>"), (member, b"<x/>")))
    with pytest.raises(CorpusError, match=what):
        read_file(file)
