"""Files that hold no records: none becomes a paper, each is refused as what it looks like."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footnote.store.errors import CorpusError
from footnote.store.readers import read_file
from footnote.store.readers.refusals import looks_like

JUNK = {
    "plain text": "Shopping\n\nMilk, eggs\n\nWe meet on Monday.\n\nA title\n\nIts text, and more.\n",
    "source code": "import os\n\nfrom pathlib import Path\n\ndef main() -> None:\n    print(Path.cwd())\n",
    "a log": "2024-01-02 10:00:00 INFO started\n2024-01-02 10:00:01 ERROR failed\n",
    "a web page": "<!DOCTYPE html>\n<html><head><title>On Sheep</title></head></html>",
    "a Markdown document": "# Sheep\n\nWe count.\n\n## Usage\n\n- See [this](https://example.org)\n",
    "a file of settings": "[server]\nport = 80\nhost = 'a'\n\n[client]\nname: b\n",
    "a LaTeX document": "\\documentclass{article}\n\\begin{document}\nOn sheep.\n\\end{document}\n",
    "a table without a column of titles": "name,version,hash\na,1,ff\nb,2,fe\nc,3,fd\n",
    "XML of another kind": "<?xml version='1.0'?>\n<project><name>Sheep</name></project>\n",
    "Ovid's text for reading": "<1>\nUnique Identifier\n  12\nTitle\n  On Sheep.\nAbstract\n  We count.\n",
    "EBSCO's text for reading": "Title: On Sheep\nAbstract: We count.\nPersistent link to this record: x\n",
    "PubMed's text for reading": "1. Wool. 2020;1(2):3-4.\n\nOn Sheep.\n\nWe count.\n\nPMID: 123 [Indexed]\n",
    "an image": "\x89PNG\r\n\x1a\n\0\0",
    "a binary file": "\x01\x02\0\0\0\0rest",
}


@pytest.mark.parametrize("what", JUNK)
def test_what_is_no_bibliography_is_refused_as_what_it_looks_like(tmp_path: Path, what: str) -> None:
    file = tmp_path / "file.txt"
    file.write_bytes(JUNK[what].encode("latin-1"))
    with pytest.raises(CorpusError, match=rf"file\.txt: looks like {what}"):
        read_file(file)


@pytest.mark.parametrize("content", ["", " \n\n"])
def test_an_empty_file_is_refused_as_empty(tmp_path: Path, content: str) -> None:
    file = tmp_path / "file.ris"
    file.write_text(content)
    with pytest.raises(CorpusError, match="it is empty"):
        read_file(file)


@pytest.mark.parametrize("content", [
    '{"name": "footnote", "version": "1", "lockfileVersion": 3, "packages": {"": {"name": "x"}}}',
    '{"$schema": "x", "title": "Paper", "description": "A schema.", "type": "object"}',
    '[{"title": "A chat", "create_time": 1.5, "mapping": {}}]',
    '{"id": "gateway", "title": "Ingest gateway", "updated": "2024-05-01", "port": 80}',
    '{"role": "user", "content": "Hi"}\n{"role": "assistant", "content": "Hello"}\n',
])  # fmt: skip
def test_json_of_something_else_gives_no_paper(tmp_path: Path, content: str) -> None:
    file = tmp_path / "file.json"
    file.write_text(content)
    with pytest.raises(CorpusError, match="JSON of something else than papers"):
        read_file(file)


starts = st.sampled_from([
    b"", b"@article{", b"{\"", b"[{", b"<?xml version='1.0'?><PubmedArticleSet>", b"<xml><records><record>",
    b"\x1f\x8b\x08",
    b"PK\x03\x04", b"SQLite format 3\0", b"TY  - JOUR\n", b"PMID- 1\n", b"FN Clarivate\nPT J\n",
    b"title,abstract\n",
    b"\xff\xfe", b"\xef\xbb\xbf", b"%0 Journal\n", "·\nOct 1\n".encode(), b"<feed xmlns='http://arxiv.org/'>",
])  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(starts, st.binary(max_size=200), st.integers(1, 50))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, start: bytes, rest: bytes, times: int
) -> None:
    file = tmp_path_factory.getbasetemp() / "any"
    file.write_bytes(start + rest * times)
    try:
        found = read_file(file)
    except CorpusError:
        return
    assert found.listings or found.titles or found.refused


@given(st.binary(max_size=300))
def test_any_bytes_look_like_something(head: bytes) -> None:
    assert re.fullmatch(r"looks like .+, which holds no records that can be read: .+", looks_like(head))
