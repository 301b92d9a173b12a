"""Which files a list of paths stands for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from footnote.store.errors import CorpusError
from footnote.store.readers import find_files, read_file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ["b.txt", "a.jsonl", "sub/c.MD", "sub/deeper/d.txt", "notes.pdf", "README.md", "readme.txt",
                 ".hidden.txt", ".git/e.txt", "sub/.f.jsonl", "plain"]:  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("A\n\nWe a.\n")
    (tmp_path / "folder.txt").mkdir()
    return tmp_path


def test_a_folder_stands_for_all_its_files_by_name_but_hidden_ones(folder: Path) -> None:
    found = [path.relative_to(folder).as_posix() for path in find_files([folder])]
    assert found == ["README.md", "a.jsonl", "b.txt", "notes.pdf", "plain", "readme.txt", "sub/c.MD",
                     "sub/deeper/d.txt"]  # fmt: skip


def test_a_folder_of_zotero_stands_for_its_database(folder: Path) -> None:
    database = folder / "sub" / "zotero.sqlite"
    database.touch()
    assert [file for file in find_files([folder]) if file.parent != folder] == [database]


def test_a_broken_link_is_named_when_it_is_read(folder: Path) -> None:
    link = folder / "link.bib"
    link.symlink_to(folder / "gone.bib")
    assert link in find_files([folder])
    with pytest.raises(CorpusError, match=r"link\.bib: can't be read"):
        read_file(link)


def test_a_file_stands_for_itself_whatever_it_is_called(folder: Path) -> None:
    named = [folder / "README.md", folder / ".hidden.txt", folder / "notes.pdf"]
    assert find_files(named) == named


def test_order_is_kept_and_doubles_are_removed(folder: Path) -> None:
    roundabout = folder / "sub" / ".." / "b.txt"
    assert find_files([folder / "sub" / "c.MD", roundabout, folder]) == [
        folder / "sub" / "c.MD",
        roundabout,
        folder / "README.md",
        folder / "a.jsonl",
        folder / "notes.pdf",
        folder / "plain",
        folder / "readme.txt",
        folder / "sub" / "deeper" / "d.txt",
    ]


def test_a_link_back_to_the_folder_does_not_go_round(folder: Path) -> None:
    before = find_files([folder])
    (folder / "sub" / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "sub" / "same.txt").symlink_to(folder / "b.txt")
    assert find_files([folder]) == before


def test_a_hidden_folder_that_is_named_is_read(folder: Path) -> None:
    assert find_files([folder / ".git"]) == [folder / ".git" / "e.txt"]


def test_a_path_that_does_not_exist_is_an_error_that_names_it(folder: Path) -> None:
    with pytest.raises(CorpusError, match=r"gone\.txt: no such file or folder"):
        find_files([folder, folder / "gone.txt"])


def test_what_is_neither_file_nor_folder_is_an_error(folder: Path) -> None:
    pipe = folder / "pipe.txt"
    os.mkfifo(pipe)
    with pytest.raises(CorpusError, match="neither a file nor a folder"):
        find_files([pipe])
    assert pipe not in find_files([folder])


def test_no_path_is_no_file() -> None:
    assert find_files([]) == []
